"""Two apps made one by whoever holds both: a code from the one, typed in the other, a yes in each; and left again."""

import re

import pytest

from bot.messages import Address
from storage import crises, lanes, link_codes, rights, shared, threads
from storage.engine import Work
from storage.erasure import erase
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies, labels

CODE = re.compile(r"\b([2-9A-Z]{4})[-\u2011]([2-9A-Z]{4})\b")


async def code_of(talk: Talk) -> str:
    await talk.says("mes applis")
    found = CODE.search(bodies(await talk.taps("J’ai une autre appli")))
    assert found is not None
    return f"{found[1]}-{found[2]}"


async def person(talk: Talk) -> int:
    return (await talk.lane()).person_id


async def two(road: Road) -> tuple[Talk, Talk]:
    a, b = road.talk("zoe-a"), road.talk("zoe-b")
    await a.says("slt")
    await b.says("cc")
    return a, b


async def tied(road: Road) -> tuple[Talk, Talk]:
    a, b = await two(road)
    await b.says(await code_of(a))
    await b.taps("Oui")
    a.news()
    await a.taps("Oui, c’est moi")
    b.news()
    assert await person(a) == await person(b)
    return a, b


@pytest.mark.parametrize("how", ["{0}", "{3}", "{1}", "code {0}", "lier-{3}", "/start lier-{3}", " {2}  ", "{4}"])
async def test_a_code_typed_in_the_other_app_and_a_yes_in_both_make_one_person(road: Road, how: str) -> None:
    a, b = await two(road)
    code = await code_of(a)
    asked = bodies(await b.says(how.format(code, code.replace("-", " ").lower(), code.lower(), code.replace("-", ""), code.replace("-", "\u2011"))))
    assert "Tu as demandé ce code\u202f?" in asked
    assert await person(a) != await person(b)
    assert "dis oui" in bodies(await b.taps("Oui"))
    assert await person(a) != await person(b), "a yes in one is not enough"
    assert "C’est toi\u202f?" in bodies(a.news())
    done = bodies(await a.taps("Oui, c’est moi"))
    assert "tes applis sont ensemble" in done
    assert "tes applis sont ensemble" in bodies(b.news())
    assert "Tes applis\u00a0: le chat du service, le chat du service (2)." in bodies(await b.says("mes données"))
    assert await person(a) == await person(b)


async def test_a_code_works_once_and_ten_minutes(road: Road, clock: TestClock) -> None:
    a, b = await tied(road)
    c = road.talk("third")
    code = await code_of(a)
    clock.turn(seconds=link_codes.LIVES)
    assert "ne marche pas" in bodies(await c.says(code))
    first = await code_of(a)
    await code_of(b)
    assert "ne marche pas" in bodies(await c.says(first)), "a newer one of the same person"


async def test_who_asked_for_it_may_say_no(road: Road) -> None:
    a, b = await two(road)
    code = await code_of(a)
    await b.says(code)
    await b.taps("Oui")
    a.news()
    assert "rien n’est mis ensemble" in bodies(await a.taps("Non, pas moi"))
    assert "ne marche pas" in bodies(b.news())
    assert "ne marche pas" in bodies(await a.taps("Oui, c’est moi")), "too late to say yes"
    assert await person(a) != await person(b)


async def test_who_typed_it_may_say_no(road: Road) -> None:
    a, b = await two(road)
    await b.says(await code_of(a))
    assert "rien n’est mis ensemble" in bodies(await b.says("non"))
    assert a.news() == []
    assert await person(a) != await person(b)


async def test_a_third_person_who_types_it_gets_nothing_without_the_yes_of_who_asked(road: Road) -> None:
    a, b = await two(road)
    thief = road.talk("thief")
    code = await code_of(a)
    await thief.says(code)
    await thief.taps("Oui")
    assert "ne marche pas" in bodies(await b.says(code)), "typed and confirmed elsewhere"
    assert len({await person(talk) for talk in (a, b, thief)}) == 3


async def test_a_code_of_ones_own_and_of_an_app_that_is_there_already(road: Road) -> None:
    a, b = await tied(road)
    assert "C’est déjà fait" in bodies(await a.says(await code_of(a)))
    assert "C’est déjà fait" in bodies(await b.says(await code_of(a)))


async def test_two_codes_that_cross_make_one_person_once(road: Road) -> None:
    a, b = await two(road)
    of_a, of_b = await code_of(a), await code_of(b)
    await b.says(of_a)
    await b.taps("Oui")
    await a.says(of_b)
    await a.taps("Oui")
    a.news(), b.news()
    assert "ensemble" in bodies(await a.taps("Oui, c’est moi"))
    assert "ne marche pas" in bodies(await b.taps("Oui, c’est moi"))
    assert await person(a) == await person(b)


async def test_a_code_of_somebody_erased_is_none(road: Road) -> None:
    a, b = await two(road)
    code = await code_of(a)
    await erase(road.storage, road.ledger, await person(a))
    assert "ne marche pas" in bodies(await b.says(code))


async def test_a_code_is_not_found_by_trying(road: Road, clock: TestClock) -> None:
    a, b = await two(road)
    for _ in range(link_codes.OF_ONE.most):
        assert "ne marche pas" in bodies(await b.says("k7m4 px2q"))
    code = await code_of(a)
    assert "Trop d’essais" in bodies(await b.says(code))
    clock.turn(seconds=link_codes.OF_ONE.seconds)
    assert "Tu as demandé" in bodies(await b.says(await code_of(a)))


@pytest.mark.parametrize("text", ["bonjours", "2 enfants", "RDV 14h30", "06 12 34 56 78", "je veux 2 rdv stp", "merhabab", "ab23", "2222 3333"])
async def test_other_words_are_no_code(road: Road, text: str) -> None:
    talk = road.talk("words")
    await talk.says("slt")
    assert "Ce code ne marche pas" not in bodies(await talk.says(text))


async def test_two_apps_that_a_human_owns_are_each_still_theirs(road: Road) -> None:
    a, b = await two(road)
    code = await code_of(a)
    await a.says("une personne")
    await b.says("une personne")
    assert "Message automatique" in bodies(await b.says(code))
    await b.taps("Oui")
    a.news()
    assert "Message automatique" in bodies(await a.taps("Oui, c’est moi"))
    assert ((await a.lane()).human, (await b.lane()).human) == (True, True)
    summary = await road.storage.read(rights.summary, await person(a))
    assert len(summary.demands) == 2, "each demande goes on where it runs"


@pytest.mark.parametrize("side", ["a", "b"])
async def test_nothing_is_tied_to_a_telephone_that_somebody_else_reads(road: Road, side: str) -> None:
    a, b = await two(road)
    code = await code_of(a)

    def watched(work: Work, address: Address) -> None:
        lane = lanes.lane_of(work, address)
        assert lane is not None
        seen = crises.add(work, lane.conversation_id, "violence", lane.number, None)
        crises.note(work, seen.id, watched_phone=True)

    await road.storage.run(watched, (a if side == "a" else b).address)
    said = bodies(await b.says(code))
    assert "Je ne peux pas mettre d’autre appli" in said
    assert "lire" not in said, "nothing of the danger is told"
    if side == "a":
        await a.says("mes applis")
        assert "Je ne peux pas" in bodies(await a.taps("J’ai une autre appli"))


async def test_a_danger_meanwhile_stops_it(road: Road) -> None:
    a, b = await two(road)
    await b.says(await code_of(a))
    await b.taps("Oui")
    a.news()
    await road.storage.run(lambda work: shared.put(work, _lane(work, b.address)))
    assert "Je ne peux pas" in bodies(await a.taps("Oui, c’est moi"))
    assert await person(a) != await person(b)


def _lane(work: Work, address: Address) -> lanes.Lane:
    found = lanes.lane_of(work, address)
    assert found is not None
    return found


# -- which first, leaving


async def test_the_app_that_is_written_to_first_is_chosen(road: Road) -> None:
    from storage import reaching

    a, b = await tied(road)
    who = await person(a)
    ids = {talk.address.peer: (await talk.lane()).address_id for talk in (a, b)}
    shown = await b.says("mes applis")
    assert "On t’écrit d’abord ici\u00a0: le chat du service." in bodies(shown) or "(2)" in bodies(shown)
    first = (await road.storage.read(reaching.order, who))[0]
    (other,) = (label for label in labels(shown) if label.startswith("D’abord\u00a0: "))
    await b.taps(other)
    assert (await road.storage.read(reaching.order, who))[0] != first
    assert set(await road.storage.read(reaching.order, who)) == set(ids.values())


async def test_an_app_that_is_left_is_somebody_elses(road: Road) -> None:
    a, b = await tied(road)
    who = await person(a)
    shown = await a.says("mes applis")
    (leave,) = (label for label in labels(shown) if label.startswith("Retirer\u00a0: "))
    await a.taps(leave)
    assert "C’est fait" in bodies(await a.taps("Retirer"))
    await b.says("cc c qui")
    assert await person(b) != who
    everything = await road.storage.read(rights.everything, who)
    assert "cc" in [line.text for line in everything.lines]
    assert "cc c qui" not in [line.text for line in everything.lines]


async def test_apps_that_do_not_go_together_are_parted(road: Road) -> None:
    a, b = await two(road)
    before = await person(a), await person(b)
    await b.says(await code_of(a))
    await b.taps("Oui")
    a.news()
    await a.taps("Oui, c’est moi")
    shown = await b.says("mes applis")
    (leave,) = (label for label in labels(shown) if label.startswith("Retirer\u00a0: "))
    await b.taps(leave)
    assert "séparées" in bodies(await b.taps("Séparer"))
    assert (await person(a), await person(b)) == before


async def test_nothing_changes_without_a_yes(road: Road) -> None:
    a, b = await tied(road)
    shown = await a.says("mes applis")
    (leave,) = (label for label in labels(shown) if label.startswith("Retirer\u00a0: "))
    await a.taps(leave)
    assert "rien n’a changé" in bodies(await a.taps("Non"))
    assert await person(a) == await person(b)


@pytest.mark.parametrize(
    "text", ["jai changé de tel", "Je t’écris de mon autre appli", "i have a new phone", "عندي هاتف جديد", "у мене новий телефон"]
)
async def test_words_are_a_gentle_offer_and_never_a_guess(road: Road, text: str) -> None:
    talk = road.talk("new")
    talk.locale = None
    await talk.says("slt")
    said = await talk.says(text)
    assert "J’ai une autre appli" in labels(said)
    assert "115" in bodies(said)


async def test_one_person_has_one_appointment_list_and_one_demande(road: Road) -> None:
    a, b = await tied(road)
    await a.says("une personne")
    thread = await road.storage.read(threads.open_thread_of, await person(b))
    await b.says("une personne")
    assert await road.storage.read(threads.open_thread_of, await person(a)) == thread
    assert len(await road.storage.read(threads.conversations, thread or 0)) == 2
