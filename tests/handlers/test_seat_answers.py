"""A message about a seat, answered in one's own words: coming, not coming, late, another date; an appointment beside it is left alone."""

from datetime import timedelta

import pytest

from scheduler.jobs.reminders import release_due
from storage.appointment_view import State as Standing
from storage.seats import State
from tests.clock import TestClock
from tests.handlers.meetings import books, diary, now
from tests.handlers.test_workshops import THURSDAY, TUESDAY, give, sheet
from tests.talk import Road, Talk, bodies


@pytest.mark.parametrize("text", ["ok", "oui", "c ok jviens", "je viens", "jserai là", "ok merci"])
async def test_who_says_they_come_is_heard(road: Road, talk: Talk, clock: TestClock, text: str) -> None:
    (session,) = await give(road, TUESDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    clock.turn_to(TUESDAY - timedelta(hours=47))
    await release_due(road.storage, road.library)
    await road.run()
    (reminder,) = talk.news()
    assert reminder.body.startswith("Ta place\u00a0: mardi 17 mars")
    assert "C’est noté, à mardi." in bodies(await talk.says(text))
    assert await sheet(road, session) == [("yanis", State.TAKEN)]


@pytest.mark.parametrize("text", ["jpeu plus", "desinscris moi", "je rends ma place", "i cant come"])
async def test_who_cannot_is_asked_back(road: Road, talk: Talk, text: str) -> None:
    (session,) = await give(road, TUESDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    assert "Tu ne peux pas venir mardi 17 mars, 14\u00a0h, à Carvin" in bodies(await talk.says(text))
    assert await sheet(road, session) == [("yanis", State.TAKEN)], "nothing is given back by guess"


async def test_another_date_is_another_place(road: Road, talk: Talk) -> None:
    await give(road, TUESDAY, THURSDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    said = bodies(await talk.says("on peut decaler ?"))
    assert said.startswith("Ta place reste à toi\u00a0: mardi 17 mars, 14\u00a0h, à Carvin.")
    assert "Je t’inscris" in bodies(await talk.says("jeudi"))


async def test_late_they_come(road: Road, talk: Talk) -> None:
    await give(road, TUESDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    assert "Viens même en retard" in bodies(await talk.says("je serai en retard"))


async def test_my_workshops_are_the_seat_there_is(road: Road, talk: Talk) -> None:
    await give(road, TUESDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    assert "Tu as une place à cet atelier." in bodies(await talk.says("mes ateliers"))


async def test_an_appointment_beside_it_is_left_alone(road: Road, talk: Talk) -> None:
    mine = await books(talk, await diary(road.storage))
    await give(road, TUESDAY)
    await talk.says("jveu minscrire a latelier de mardi")
    await talk.taps("Oui")
    assert "C’est noté, à mardi" in bodies(await talk.says("c ok jviens"))
    assert (await now(road.storage, mine)).state is Standing.BOOKED
    assert "mardi 17 mars" in bodies(await talk.says("en fait jpeu pas venir"))
    await talk.taps("Non, je viens")
    assert "Jeudi 5 mars" in bodies(await talk.says("c quand mon rdv"))
