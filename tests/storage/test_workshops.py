"""Workshops: a seat each, a fair line, and a seat that is freed held for a day for the first who waits."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.rules.reminders import Kind
from bot.settings import Settings
from storage import consents, reminders, seats, workshops
from storage.appointment_view import By, Outcome
from storage.consents import Choice
from storage.engine import Storage, open_storage
from storage.erasure import erase_rows
from storage.reminders import State as StepState
from storage.seats import InLine, Over, Seat, State
from storage.workshops import Session, Workshop
from tests.clock import TestClock
from tests.storage.diary import Diary, claimed, diary, paris

START = paris("2026-03-20 14:00")


async def planned(storage: Storage, seat: Seat) -> list[tuple[Kind, datetime]]:
    steps = await storage.read(lambda work: reminders.steps(work, seat_id=seat.id))
    return [(step.kind, step.due_at) for step in steps if step.state is StepState.PLANNED]


async def session_of(storage: Storage, capacity: int) -> tuple[Diary, str]:
    of = await diary(storage)
    workshop = await storage.run(workshops.put, Workshop("", "Chercher un logement", ages="18-25"))
    (token,) = await storage.run(workshops.plan, workshop, of.place, [(START, START + timedelta(hours=2))], capacity)
    return of, token


async def seat(storage: Storage, session: str, person: int) -> Seat:
    found = await storage.run(seats.take, session, person)
    assert isinstance(found, Seat)
    return found


async def test_what_is_given_and_when(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    token = await storage.run(workshops.put, Workshop("", "Chercher un logement"))
    assert await storage.run(workshops.put, Workshop(token, "Chercher un logement", "Deux heures à plusieurs.", "18-25", "AVDL")) == token
    times = [(START + timedelta(weeks=nth), START + timedelta(weeks=nth, hours=2)) for nth in range(3)]
    series = await storage.run(workshops.plan, token, of.place, times, 8)
    found = await storage.read(workshops.to_come)
    assert [each.token for each in found] == list(series)
    assert (found[0].workshop.ages, found[0].capacity, found[0].taken, found[0].full) == ("18-25", 8, 0, False)
    assert await storage.read(workshops.between, START, START + timedelta(days=8)) == found[:2]
    assert await storage.run(workshops.withdraw, token)
    assert await storage.read(workshops.workshops) == ()
    assert not await storage.run(workshops.withdraw, token)
    for capacity, ends in ((0, START + timedelta(hours=1)), (8, START)):
        with pytest.raises(ValueError, match="write"):
            await storage.run(workshops.plan, token, of.place, [(START, ends)], capacity)
    assert await storage.run(workshops.announced, series[0])
    assert not await storage.run(workshops.announced, series[0])


async def test_a_seat_each_then_the_line(storage: Storage) -> None:
    of, session = await session_of(storage, 2)
    people = [await of.person(f"p{nth}") for nth in range(4)]
    first, second = await seat(storage, session, people[0]), await seat(storage, session, people[1])
    assert (first.number, second.number, first.state) == (1, 2, State.TAKEN)
    assert await storage.run(seats.take, session, people[0]) == first, "asked twice, one seat"
    assert await storage.run(seats.take, session, people[2]) == InLine(1)
    assert await storage.run(seats.take, session, people[3]) == InLine(2)
    assert await storage.run(seats.take, session, people[2]) == InLine(1)
    assert await planned(storage, first) == [(Kind.TWO_DAYS, START - timedelta(hours=48))]
    found = await storage.read(workshops.find, session)
    assert found is not None
    assert (found.taken, found.waiting, found.full) == (2, 2, True)


async def test_a_freed_seat_is_held_a_day_for_the_first_in_line(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 1)
    zoe, adam, ines = [await of.person(name) for name in ("zoe", "adam", "ines")]
    await seat(storage, session, zoe)
    for who in (adam, ines):
        await storage.run(seats.take, session, who)
    assert await storage.run(seats.give_back, session, zoe)
    (held,) = await storage.read(seats.sheet, session)
    assert (held.person_id, held.state, held.held_until) == (adam, State.HELD, clock.now() + timedelta(hours=24))
    assert await planned(storage, held) == [(Kind.OFFER, clock.now())]
    newcomer = await of.person("newcomer")
    assert await storage.run(seats.take, session, newcomer) == InLine(2)
    clock.turn(hours=24)
    assert await storage.run(seats.lapse) == 1
    (held,) = await storage.read(seats.sheet, session)
    assert held.person_id == ines
    mine = await seat(storage, session, ines)
    assert (mine.state, mine.number) == (State.TAKEN, 1)
    assert await planned(storage, mine) == [(Kind.TWO_DAYS, START - timedelta(hours=48))]
    clock.turn(hours=48)
    assert await storage.run(seats.lapse) == 0


async def test_leaving_the_line(storage: Storage) -> None:
    of, session = await session_of(storage, 1)
    zoe, adam, ines = [await of.person(name) for name in ("zoe", "adam", "ines")]
    await seat(storage, session, zoe)
    for who in (adam, ines):
        await storage.run(seats.take, session, who)
    assert await storage.run(seats.give_back, session, adam)
    assert not await storage.run(seats.give_back, session, adam)
    await storage.run(seats.give_back, session, zoe)
    assert [each.person_id for each in await storage.read(seats.sheet, session)] == [ines]


async def test_moved_by_us_is_told_and_reminded_of_anew(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 2)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    mine, his = await seat(storage, session, zoe), await seat(storage, session, adam)
    await storage.run(consents.choose, adam, Choice.NO_REMINDERS, "1", "Pas de rappel")
    later = START + timedelta(days=1)
    assert await storage.run(workshops.move, session, of.place, later, later + timedelta(hours=2))
    assert await storage.run(workshops.move, session, of.place, later, later + timedelta(hours=2)), "moved twice, it is moved once"
    assert await planned(storage, mine) == [(Kind.MOVED, clock.now()), (Kind.TWO_DAYS, later - timedelta(hours=48))]
    assert await planned(storage, his) == [(Kind.MOVED, clock.now())], "told to who wants no reminder, or they would come for nothing"
    due = await storage.run(claimed)
    assert [(each.seat_id, each.kind, each.dropped) for each in due] == [(mine.id, Kind.MOVED, None), (his.id, Kind.MOVED, None)]
    assert not await storage.run(workshops.move, session, of.place, clock.now(), later), "never into the past"
    assert not await storage.run(workshops.move, session, of.place, later, later), "nor to no time at all"


async def test_what_was_offered_is_asked_anew_where_the_session_moves(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 1)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    await seat(storage, session, zoe)
    await storage.run(seats.take, session, adam)
    await storage.run(seats.give_back, session, zoe)
    later = START + timedelta(days=1)
    clock.turn(hours=3)
    assert await storage.run(workshops.move, session, of.place, later, later + timedelta(hours=2))
    (held,) = await storage.read(seats.sheet, session)
    assert (held.state, held.held_until) == (State.HELD, clock.now() + timedelta(hours=24))
    assert await planned(storage, held) == [(Kind.OFFER, clock.now())]
    soon = clock.now() + timedelta(minutes=90)
    assert await storage.run(workshops.move, session, of.place, soon - timedelta(minutes=40), soon)
    assert await storage.read(seats.sheet, session) == (), "nobody could answer in time"


async def test_signed_up_by_the_team_is_told_at_once(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 1)
    found = await storage.run(seats.take, session, await of.person("zoe"), By.TEAM)
    assert isinstance(found, Seat)
    assert await planned(storage, found) == [(Kind.CONFIRMATION, clock.now()), (Kind.TWO_DAYS, START - timedelta(hours=48))]


async def test_cancelled_by_us_is_told_to_each_seat(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 1)
    mine = await seat(storage, session, await of.person("zoe"))
    assert await storage.run(workshops.cancel, session)
    assert not await storage.run(workshops.cancel, session)
    assert await planned(storage, mine) == [(Kind.CANCELLED, clock.now())]
    (due,) = await storage.run(claimed)
    assert (due.kind, due.seat_id, due.dropped) == (Kind.CANCELLED, mine.id, None)
    assert await storage.run(seats.take, session, await of.person("adam")) == Over()
    assert await storage.read(workshops.to_come) == ()


async def test_a_seat_given_back_is_not_reminded(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 2)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    await seat(storage, session, zoe)
    other = await seat(storage, session, adam)
    await storage.run(seats.give_back, session, zoe)
    clock.turn_to(START - timedelta(hours=47))
    due = await storage.run(claimed)
    assert [(each.seat_id, each.dropped) for each in due] == [(other.id, None)]


async def test_the_attendance_sheet(storage: Storage, clock: TestClock) -> None:
    of, session = await session_of(storage, 2)
    mine = await seat(storage, session, await of.person("zoe"))
    assert not await storage.run(seats.close, mine.token, Outcome.CAME), "not before it begins"
    clock.turn_to(START)
    assert await storage.run(seats.close, mine.token, Outcome.CAME)
    assert [each.outcome for each in await storage.read(seats.sheet, session)] == [Outcome.CAME]
    assert await storage.run(seats.take, session, await of.person("adam")) == Over()
    assert not await storage.run(seats.give_back, session, mine.person_id)


async def test_a_larger_session_takes_who_waits(storage: Storage) -> None:
    of, session = await session_of(storage, 1)
    people = [await of.person(f"p{nth}") for nth in range(3)]
    for who in people:
        await storage.run(seats.take, session, who)
    assert await storage.run(workshops.enlarge, session, 3)
    assert [each.person_id for each in await storage.read(seats.sheet, session)] == people
    assert not await storage.run(workshops.enlarge, session, 2), "nobody loses a seat"


async def test_a_seat_freed_by_an_erasure_is_held_too(storage: Storage) -> None:
    of, session = await session_of(storage, 1)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    for who in (zoe, adam):
        await storage.run(seats.take, session, who)
    assert await storage.run(erase_rows, zoe)
    await storage.run(seats.fill_free)
    assert [(each.person_id, each.state) for each in await storage.read(seats.sheet, session)] == [(adam, State.HELD)]


async def test_forty_at_once_for_ten_seats(storage: Storage, settings: Settings, clock: TestClock) -> None:
    of, session = await session_of(storage, 10)
    people = [await of.person(f"p{nth}") for nth in range(40)]
    other = await open_storage(settings, clock)
    try:
        found = await asyncio.gather(*((storage, other)[nth % 2].run(seats.take, session, who) for nth, who in enumerate(people)))
    finally:
        await other.close()
    taken = [each.number for each in found if isinstance(each, Seat)]
    assert sorted(taken) == list(range(1, 11))
    assert sorted(each.rank for each in found if isinstance(each, InLine)) == list(range(1, 31))
    assert isinstance(await storage.read(workshops.find, session), Session)
