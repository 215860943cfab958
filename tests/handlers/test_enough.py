"""How many appointments somebody may book by themselves, by however old a button; and a time that is theirs already."""

from collections.abc import Mapping

import pytest

from bot.rules.slots import Wish
from storage import appointments, motives, openings
from storage.appointment_view import Booking, By
from storage.engine import Storage, Work
from tests.handlers.booking import SAID, before_the_yes, shown_times
from tests.handlers.receiving import Receiving
from tests.talk import Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


async def test_older_times_book_no_more_than_anybody_may_have(talk: Talk, service: Receiving) -> None:
    """A thumb that goes back up and presses every time that was ever shown does not take the whole month."""
    times = (await shown_times(talk))[:3]
    for _more in range(2):
        await talk.taps("Autre jour ou lieu")
        times += labels(await talk.taps("Un autre jour"))[:3]
    for time in times[:3]:
        await talk.taps(time)
        await talk.taps("Oui")
    for time in times[3:]:
        (said,) = await talk.taps(time)
        assert said.body.startswith("Tu as déjà 3 rendez-vous à venir. Pour un autre, une personne de l’équipe regarde avec toi.")
        assert "Une personne" in labels([said])
    assert len(await service.ahead(talk)) == 3


async def test_what_the_team_booked_meanwhile_counts(talk: Talk, service: Receiving, storage: Storage) -> None:
    await before_the_yes(talk)
    person = (await talk.lane()).person_id

    def unit(work: Work) -> None:
        motive = motives.motives(work)[0]
        for slot in openings.find(work, Wish(motive.needs, places=frozenset({service.places["Carvin"]}))):
            appointments.book(work, Booking(person, motive.token, slot, By.TEAM))

    await storage.run(unit)
    (said,) = await talk.says("oui")
    assert said.body.startswith("Tu as déjà 3 rendez-vous à venir.")
    assert len(await service.ahead(talk)) == 3


async def test_the_time_that_is_theirs_already_is_no_time_that_somebody_took(talk: Talk, service: Receiving) -> None:
    times = await shown_times(talk)
    await talk.taps(times[0])
    await talk.taps("Oui")
    said = await talk.taps(times[0])
    assert said[0].body.startswith("C’est réservé\u00a0: mardi 3 mars, 14\u00a0h, à Oignies.")
    assert labels(said[:1])[:3] == ["Mon agenda", "Déplacer", "Je ne peux pas"]
    await talk.taps("Passer")
    assert (await service.one(talk)).state.stands


async def test_nobody_is_at_two_places_at_once(talk: Talk, service: Receiving) -> None:
    at_carvin = (await shown_times(talk, "Carvin"))[0]
    await talk.taps("Autre jour ou lieu")
    await talk.taps("Un autre lieu")
    for words in ("jeudi 14h", "le premier", "oui"):
        said = await talk.says(words)
    assert "jeudi 5 mars, 14\u00a0h, à Oignies" in bodies(said)
    said = await talk.taps(at_carvin, back=sum(at_carvin in labels([each]) for each in talk.heard) - 1)
    assert said[0].body.startswith("C’est réservé\u00a0: jeudi 5 mars, 14\u00a0h, à Oignies.")
    assert "Déplacer" in labels(said[:1])
    assert len(await service.ahead(talk)) == 1
