"""« Ce téléphone est partagé »: nothing kept is shown there, nothing goes there first, and it is taken back as easily."""

import pytest

from bot.messages import Address, Outbound, Purpose
from storage import lanes, line, reaching, talks
from storage.engine import Work
from storage.reaching import Silent
from storage.talks import SHOWN_WHERE_OTHERS_READ
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies, labels

TOLD = ("ce téléphone est partagé", "c pas mon tel", "this phone is shared", "هذا الهاتف مشترك", "no es mi teléfono", "це не мій телефон")


@pytest.mark.parametrize("text", TOLD)
async def test_it_is_told_by_words(talk: Talk, text: str) -> None:
    await talk.says("slt")
    said = bodies(await talk.says(text))
    assert (await talk.lane()).shared
    assert "115" in said


async def test_it_is_told_by_a_button_and_taken_back_after_a_yes(talk: Talk) -> None:
    await talk.says("mes données")
    assert "d’autres personnes lisent ce téléphone" in bodies(await talk.taps("Téléphone partagé"))
    assert "est à toi" in bodies(await talk.taps("Téléphone à moi"))
    assert (await talk.lane()).shared
    assert "rien ne change" in bodies(await talk.says("non"))
    await talk.says("ce téléphone est à moi")
    assert "C’est noté" in bodies(await talk.taps("Oui"))
    assert not (await talk.lane()).shared
    assert "Voici ce qu’on a" in bodies(await talk.says("mes données"))


@pytest.mark.parametrize("text", ["mes données", "/donnees", "qui l’a lu", "mes applis", "mes choix", "vous avez quoi sur moi", "my data"])
async def test_nothing_that_is_kept_is_shown(talk: Talk, text: str) -> None:
    await talk.says("slt")
    await talk.says("téléphone partagé")
    said = await talk.says(text)
    assert "je ne montre rien sur toi ici" in bodies(said)
    assert {"Une personne", "Téléphone à moi"} <= set(labels(said))


async def test_buttons_shown_before_show_nothing_more_and_erasing_goes_on(talk: Talk) -> None:
    await talk.says("mes données")
    await talk.says("téléphone partagé")
    for label in ("Qui l’a lu", "Corriger", "Mes choix", "Télécharger", "Mes applis"):
        assert "je ne montre rien sur toi ici" in bodies(await talk.taps(label)), label
    assert "J’efface" in bodies(await talk.taps("Effacer"))


async def test_nothing_goes_there_first_and_what_waited_is_withdrawn(road: Road, talk: Talk) -> None:
    await talk.says("slt")

    def wait(work: Work) -> int:
        lane = lanes.lane_of(work, talk.address)
        assert lane is not None
        line.put(work, lane, Outbound(talk.address, Purpose.ANNOUNCEMENT, "un atelier jeudi"))
        line.put(work, lane, Outbound(talk.address, Purpose.HUMAN, "bonjour, c’est Inès"))
        lanes.keep(work, lane)
        return lane.person_id

    person = await road.storage.run(wait)
    said = bodies(await talk.says("téléphone partagé"))
    assert "un atelier jeudi" not in said
    assert "c’est Inès" in said, "an answer goes"
    assert await road.storage.read(reaching.ways, {person}, frozenset()) == {person: Silent.SHARED}
    assert await road.storage.read(reaching.order, person) == ()


async def test_what_was_said_hides_after_half_an_hour_on_our_own_page(road: Road, clock: TestClock) -> None:
    talk = road.talk()
    await talk.says("slt")
    lane = await talk.lane()

    async def shown() -> int:
        return len(await road.storage.read(talks.messages_before, lane.conversation_id, 1 << 40, 100))

    await talk.says("téléphone partagé")
    before = await shown()
    assert before >= 4
    clock.turn(minutes=SHOWN_WHERE_OTHERS_READ.total_seconds() / 60 + 1)
    assert await shown() == 0
    assert await road.storage.read(talks.messages_after, lane.conversation_id, 0, 100) == []
    await talk.says("téléphone à moi")
    await talk.says("oui")
    assert await shown() > before


async def test_no_secret_is_ever_asked_for() -> None:
    """No text of ours asks that a PIN or a password be typed."""
    from tests.content.test_catalogues import marked

    asked = [text for text in marked() if any(word in text.lower() for word in ("mot de passe", "code secret", "pin"))]
    assert all("aucun mot de passe" in text or "Mot de passe" in text or "mot de passe" in text for text in asked)
    assert not [text for text in asked if text.lower().startswith(("écris ton mot", "tape ton code", "écris ton code"))]


def test_an_address_is_where_others_read_and_not_a_person() -> None:
    assert Address("webchat", "1", "a") != Address("webchat", "1", "b")
