"""Moving an appointment: by the button of a message, by words, under a human too; never without a yes, never on what is true no more."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot import outbox
from bot.messages import Choice, Outbound, Purpose
from bot.rules.slots import Wish
from content.words import LANGUAGES, words_of
from handlers.appointment_words import Button, offered
from storage import appointments, lanes, motives, openings, reminders
from storage.appointment_view import Appointment, Booking, By
from storage.engine import Storage, Work
from storage.reminders import State
from tests.clock import TestClock
from tests.handlers.receiving import Receiving
from tests.handlers.test_languages import speaking
from tests.storage.diary import paris
from tests.talk import Road, Talk, bodies, labels

LINE = "115 · 17 · 119 · 3114"
SAID = {"on peut decaler": "sure move-appointment", "au fait cest quoi visale": "sure aide-visale"}
NEWLY = "Autre jour ou lieu"


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


async def booked(talk: Talk, service: Receiving, at: str = "2026-03-05 14:00", town: str = "Carvin") -> Appointment:
    """Somebody with an appointment at this time on the wall."""
    if not talk.heard:
        await talk.says("slt")
    person = (await talk.lane()).person_id

    def unit(work: Work) -> Appointment:
        motive = motives.motives(work)[0]
        here = Wish(motive.needs, places=frozenset({service.places[town]}))
        slot = next(slot for slot in openings.find(work, here, 200) if slot.start == paris(at))
        found = appointments.book(work, Booking(person, motive.token, slot))
        assert isinstance(found, Appointment)
        return found

    return await service.storage.run(unit)


async def reminded(talk: Talk, appointment: Appointment, *wanted: Button) -> None:
    """A message of the service about it, with its buttons, as a reminder brings them."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        choices = offered(words_of(lane.language), appointment, *(wanted or (Button.MOVE,)))
        outbox.put(work, lane, Outbound(talk.address, Purpose.SERVICE, "Ton rendez-vous", choices, language=lane.language))
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    await talk.road.run()
    talk.news()


async def forge(talk: Talk, name: str) -> list[Outbound]:
    """A message with a button of any id at all, which is pressed."""

    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        outbox.put(work, lane, Outbound(talk.address, Purpose.SERVICE, "Un message", (Choice(name, "Forgé"),)))
        lanes.keep(work, lane)

    await talk.road.storage.run(unit)
    await talk.road.run()
    talk.news()
    return await talk.taps("Forgé")


# -- moved


async def test_by_the_button_of_a_message(talk: Talk, service: Receiving, storage: Storage) -> None:
    old = await booked(talk, service)
    await reminded(talk, old)
    (times,) = await talk.taps("Déplacer")
    assert times.body == "Trois moments, au même endroit. Lequel te va\u202f?"
    assert labels([times]) == ["mar. 10, 9\u00a0h", "jeu. 12, 17\u00a0h", "mar. 17, 9\u00a0h", NEWLY]
    (back,) = await talk.says("la première")
    assert back.body == "Mardi 10 mars, 9\u00a0h, à Carvin, à la place de jeudi 5 mars. On change\u202f?"
    assert await service.one(talk) == old
    (moved,) = await talk.says("vi")
    assert moved.body.startswith("C’est fait.\nMardi 10 mars, 9\u00a0h, 45\u00a0min, avec Théo.\n")
    assert "La place de jeudi 5 mars, 14\u00a0h est libre pour quelqu’un d’autre." in moved.body
    assert labels([moved]) == ["Mon agenda", "Déplacer", "Je ne peux pas"]
    assert LINE in moved.body
    new = await service.one(talk)
    assert (new.slot.start, new.version, new.sequence) == (paris("2026-03-10 09:00"), 2, 1)
    planned = await storage.read(lambda work: reminders.steps(work, appointment_id=new.id))
    assert {(step.version, step.state) for step in planned} == {(1, State.DEAD), (2, State.PLANNED)}


async def test_by_words(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    (times,) = await talk.says("on peut decaler")
    assert "au même endroit" in times.body
    await talk.says("2")
    await talk.says("oui")
    assert (await service.one(talk)).slot.start == paris("2026-03-12 17:00")


async def test_which_of_several(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    await booked(talk, service, "2026-03-10 09:00")
    (which,) = await talk.says("on peut decaler")
    assert which.body == "Lequel tu veux déplacer\u202f?"
    assert labels([which]) == ["jeu. 5, 14\u00a0h", "mar. 10, 9\u00a0h", "Menu"]
    await talk.says("le deuxieme")
    await talk.says("1")
    await talk.says("oui")
    first, second = await service.ahead(talk)
    assert first.slot.start == paris("2026-03-05 14:00")
    assert second.version == 2


async def test_who_has_none_may_book_one(talk: Talk, service: Receiving) -> None:
    (said,) = await talk.says("on peut decaler")
    assert "Je ne vois pas de rendez-vous à venir pour toi ici" in said.body
    assert labels([said]) == ["Prendre rendez-vous", "Une personne", "Menu"]
    assert LINE in said.body


async def test_a_person_where_nothing_can_be_booked(talk: Talk) -> None:
    (said,) = await talk.says("on peut decaler")
    assert "Je ne vois pas de rendez-vous à venir" in said.body


async def test_a_no_changes_nothing(talk: Talk, service: Receiving) -> None:
    old = await booked(talk, service)
    for word in ("on peut decaler", "1"):
        await talk.says(word)
    (said,) = await talk.says("non")
    assert said.body.startswith("D’accord, rien ne change\u00a0: jeudi 5 mars, 14\u00a0h, à Carvin.")
    assert LINE in said.body
    assert await service.one(talk) == old


@pytest.mark.parametrize("words", ["jveu annuler en fait", "je ne peux plus venir du tout"])
async def test_who_cancels_before_the_times_is_asked_back(talk: Talk, service: Receiving, words: str) -> None:
    old = await booked(talk, service)
    await talk.says("on peut decaler")
    (said,) = await talk.says(words)
    assert said.body == "Tu ne peux pas venir jeudi 5 mars, à 14\u00a0h\u00a0: c’est bien ça\u202f?"
    assert await service.one(talk) == old
    await talk.says("oui")
    assert await service.ahead(talk) == ()


@pytest.mark.parametrize("words", ["ok jserai la", "nn c bon jviens"])
async def test_who_comes_after_all_keeps_it(talk: Talk, service: Receiving, words: str) -> None:
    old = await booked(talk, service)
    await talk.says("on peut decaler")
    (said,) = await talk.says(words)
    assert said.body.startswith("D’accord, rien ne change\u00a0: jeudi 5 mars, 14\u00a0h, à Carvin.")
    assert await service.one(talk) == old


async def test_the_same_day_is_told_apart_by_the_hour(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    for word in ("on peut decaler", NEWLY, "Le soir"):
        await talk.says(word)
    (back,) = await talk.says("1")
    assert back.body == "Jeudi 5 mars, 17\u00a0h, à Carvin, à la place de jeudi 5 mars, 14\u00a0h. On change\u202f?"


async def test_elsewhere_too(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    for word in ("on peut decaler", NEWLY):
        await talk.says(word)
    (times,) = await talk.taps("Un autre lieu")
    assert "à Oignies" in times.body
    await talk.says("1")
    await talk.says("oui")
    assert (await service.one(talk)).slot.place == service.places["Oignies"]


async def test_an_aside_and_a_yes_to_the_question_that_came_again(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    for word in ("on peut decaler", "1"):
        await talk.says(word)
    said = await talk.says("au fait cest quoi visale")
    assert said[-1].body.startswith("On reprend\u00a0: Mardi 10 mars")
    await talk.says("oui")
    assert (await service.one(talk)).version == 2


# -- what is true no more


async def test_a_button_of_before_tells_what_is_true_now(talk: Talk, service: Receiving, storage: Storage) -> None:
    """The desk moved it since the message was sent."""
    old = await booked(talk, service)
    await reminded(talk, old)
    later = replace(old.slot, start=paris("2026-03-12 14:00"), end=paris("2026-03-12 14:45"))
    await storage.run(appointments.move, old.token, 1, later, By.TEAM)
    (said,) = await talk.taps("Déplacer")
    assert said.body.startswith(
        "Ton rendez-vous a changé. C’est maintenant\u00a0: jeudi 12 mars, 14\u00a0h, à Carvin. Trois moments, au même endroit."
    )
    await talk.says("1")
    await talk.says("oui")
    assert (await service.one(talk)).version == 3


async def test_a_yes_to_what_is_true_no_more_is_asked_once_more(talk: Talk, service: Receiving, storage: Storage) -> None:
    """Two devices: the other one moved it between the question and the yes."""
    old = await booked(talk, service)
    for word in ("on peut decaler", "1"):
        await talk.says(word)
    later = replace(old.slot, start=paris("2026-03-12 14:00"), end=paris("2026-03-12 14:45"))
    await storage.run(appointments.move, old.token, 1, later)
    (said,) = await talk.says("oui")
    assert said.body == (
        "Ton rendez-vous a changé. C’est maintenant\u00a0: jeudi 12 mars, 14\u00a0h, à Carvin. "
        "Mardi 10 mars, 9\u00a0h, à Carvin, à la place de jeudi 12 mars. On change\u202f?"
    )
    assert (await service.one(talk)).slot.start == later.start
    await talk.says("oui")
    assert (await service.one(talk)).slot.start == paris("2026-03-10 09:00")


@pytest.mark.parametrize("when", ["before the button", "before the time", "before the yes"])
async def test_cancelled_meanwhile(talk: Talk, service: Receiving, storage: Storage, when: str) -> None:
    old = await booked(talk, service)
    await reminded(talk, old)
    if when != "before the button":
        await talk.taps("Déplacer")
    if when == "before the yes":
        await talk.says("1")
    await storage.run(appointments.cancel, old.token, 1)
    said = await {"before the button": lambda: talk.taps("Déplacer"), "before the time": lambda: talk.says("1")}.get(when, lambda: talk.says("oui"))()
    assert "Ce rendez-vous n’est plus prévu" in bodies(said)
    assert LINE in bodies(said)
    assert await service.ahead(talk) == ()


async def test_over_meanwhile(talk: Talk, service: Receiving, clock: TestClock) -> None:
    old = await booked(talk, service)
    await reminded(talk, old)
    clock.turn(days=3)
    (said,) = await talk.taps("Déplacer")
    assert "n’est plus prévu" in said.body


async def test_a_time_taken_meanwhile_gets_others(road: Road, talk: Talk, service: Receiving) -> None:
    old = await booked(talk, service)
    for word in ("on peut decaler", "1"):
        await talk.says(word)
    await booked(road.talk("other"), service, "2026-03-10 09:00")
    (said,) = await talk.says("oui")
    assert said.body.startswith("Ce moment n’est plus libre. Trois moments, au même endroit.")
    assert await service.one(talk) == old


# -- what is not theirs


async def test_somebody_elses_appointment_is_none(road: Road, talk: Talk, service: Receiving) -> None:
    other = road.talk("other")
    theirs = await booked(other, service)
    await talk.says("slt")
    for name in (f"appointment:move:{theirs.token}:1", f"slot:{theirs.motive}:{theirs.token}.1:1772715600:1772718300:1:2:on_site"):
        (said,) = await forge(talk, name)
        assert "Je ne retrouve pas ce rendez-vous" in said.body
        assert LINE in said.body
    await talk.says("oui")
    assert await service.one(other) == theirs


@pytest.mark.parametrize(
    "name",
    [
        "appointment:move:",
        "appointment:move:zzz:1",
        "appointment:move:zzz:x",
        "appointment:move:zzz:99999999999999999999",
        "slot:",
        "slot:x",
        "slot:::::::",
        "slot:zzz::1:2:3:4:on_site",
        "slot:zzz:a.b:1:2:3:4:on_site",
        "slot:zzz::99999999999999999999999:2:3:4:on_site",
    ],
)
async def test_a_forged_button_does_nothing(talk: Talk, service: Receiving, name: str) -> None:
    await talk.says("slt")
    (said,) = await forge(talk, name)
    assert "Je ne retrouve pas ce rendez-vous" in said.body
    assert await service.ahead(talk) == ()


async def test_a_forged_time_is_looked_for_among_those_that_are_free(talk: Talk, service: Receiving, storage: Storage) -> None:
    """In the past, in the night, of nobody, longer than the motive."""
    await talk.says("slt")
    motive = (await storage.read(motives.motives))[0].token
    monday = int(paris("2026-03-09 09:00").timestamp())
    for start, lasts, who, place in ((monday - 86400 * 30, 45, 1, 1), (monday - 3600 * 6, 45, 1, 1), (monday, 45, 77, 1), (monday, 480, 1, 1)):
        (said,) = await forge(talk, f"slot:{motive}::{start}:{start + 60 * lasts}:{who}:{place}:on_site")
        assert "Je réserve" not in said.body
        assert "Lequel te va" in said.body
    await talk.says("oui")
    assert await service.ahead(talk) == ()


# -- under a human


async def test_the_button_works_under_a_human(talk: Talk, service: Receiving) -> None:
    old = await booked(talk, service)
    await reminded(talk, old)
    await talk.road.human_says(talk, "Bonjour, c’est Samira.")
    talk.news()
    (times,) = await talk.taps("Déplacer")
    assert times.body.endswith("Message automatique")
    assert times.purpose is Purpose.SERVICE
    (back,) = await talk.taps(labels([times])[0])
    assert back.body.endswith("Message automatique")
    (moved,) = await talk.says("oui")
    assert moved.body.endswith("Message automatique")
    assert (await service.one(talk)).version == 2


async def test_words_for_a_human_are_not_ours(talk: Talk, service: Receiving) -> None:
    """A yes right after our question is an answer to it; after a line of theirs it is one to them."""
    old = await booked(talk, service)
    await reminded(talk, old)
    await talk.road.human_says(talk, "Bonjour, c’est Samira.")
    talk.news()
    await talk.taps("Déplacer")
    assert await talk.says("en fait jpeu venir avec ma soeur ?") == []
    assert await talk.says("1") == [], "said to a human, since"
    await talk.taps("mar. 10, 9\u00a0h")
    await talk.road.human_says(talk, "Tu peux venir avec elle ?")
    talk.news()
    assert await talk.says("oui") == []
    assert await service.one(talk) == old
    (moved,) = await talk.taps("Oui")
    assert "C’est fait" in moved.body


async def test_words_alone_move_nothing_under_a_human(talk: Talk, service: Receiving) -> None:
    await booked(talk, service)
    await talk.road.human_says(talk, "Bonjour, c’est Samira.")
    talk.news()
    assert await talk.says("on peut decaler") == []


async def test_a_danger_leaves_the_move(talk: Talk, service: Receiving) -> None:
    old = await booked(talk, service)
    for word in ("on peut decaler", "1"):
        await talk.says(word)
    said = await talk.says("jsai pas ou dormir ce soir")
    assert said[0].purpose is Purpose.CRISIS
    await talk.says("oui")
    assert await service.one(talk) == old


# -- languages


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_each_language(talk: Talk, service: Receiving, language: str) -> None:
    await booked(talk, service)
    await speaking(talk, language)
    said = [*await talk.says("on peut decaler"), *await talk.says("1"), *await talk.says({"ar": "نعم", "en": "yes"}.get(language, "oui"))]
    assert all(each.language == language for each in said)
    assert len(said) == 3
    assert (await service.one(talk)).version == 2
