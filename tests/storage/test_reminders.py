"""Reminders come once, on time, about what still stands; what is not done is said with its reason."""

import asyncio
from datetime import timedelta

from sqlmodel import col, select

from bot.rules.reminders import Kind
from bot.settings import Settings
from storage import appointments, consents, marks, reminders
from storage.appointment_view import Appointment, Booking, By, Outcome
from storage.consents import Choice
from storage.engine import Storage, Work, open_storage
from storage.reminders import Dropped, Due, State
from storage.tables import Reminder
from tests.clock import TestClock
from tests.storage.diary import Diary, claimed, diary, paris


def write(work: Work) -> list[Due]:
    """What a job does with a claim: write what may be, drop the rest, in one unit."""
    found = claimed(work)
    settled = [reminders.written(due, 7, due.id) if due.dropped is None else reminders.drop(due, due.dropped) for due in found]
    reminders.settle(work, settled)
    return list(found)


async def states(of: Diary, appointment: Appointment) -> list[tuple[Kind, State, str]]:
    steps = await of.storage.read(lambda work: reminders.steps(work, appointment_id=appointment.id))
    return [(step.kind, step.state, step.reason) for step in steps]


async def test_a_step_is_claimed_once_when_its_time_comes(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    zoe = await of.person("zoe")
    mine = await of.book(zoe, of.at("2026-03-10 10:00"))
    assert await storage.read(reminders.next_due) == paris("2026-03-08 10:00")
    assert await storage.run(write) == []
    clock.turn_to(paris("2026-03-08 10:00"))
    (due,) = await storage.run(write)
    assert (due.appointment_id, due.seat_id, due.person_id, due.kind, due.version, due.dropped) == (mine.id, None, zoe, Kind.TWO_DAYS, 1, None)
    assert due.latest_at == paris("2026-03-09 10:00")
    assert await storage.run(write) == []
    assert await states(of, mine) == [(Kind.TWO_DAYS, State.WRITTEN, "")]
    assert await storage.read(reminders.next_due) is None


async def test_a_claim_that_fails_is_claimed_again(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    clock.turn_to(paris("2026-03-08 10:00"))

    def dies(work: Work) -> None:
        assert write(work)
        raise RuntimeError

    (failed,) = await asyncio.gather(storage.run(dies), return_exceptions=True)
    assert isinstance(failed, RuntimeError)
    assert len(await storage.run(write)) == 1


async def test_what_was_found_due_is_looked_at_again_when_it_is_claimed(storage: Storage, clock: TestClock) -> None:
    """Between the two it may be killed, planned for later, or settled by another process."""
    of = await diary(storage)
    cancelled, later, settled = [await of.book(await of.person(f"p{hour}"), of.at(f"2026-03-10 {hour}:00")) for hour in (14, 15, 16)]
    clock.turn_to(paris("2026-03-08 16:00"))
    found = await storage.read(reminders.due)
    await storage.run(appointments.cancel, cancelled.token, 1)
    await storage.run(_put_off, later)
    assert [due.appointment_id for due in await storage.run(write)] == [settled.id]
    assert await storage.run(reminders.claim, found) == ()


def _put_off(work: Work, appointment: Appointment) -> None:
    row = work.session.exec(select(Reminder).where(col(Reminder.appointment_id) == appointment.id)).one()
    row.due_at = work.now + timedelta(hours=1)


async def test_several_processes_share_what_is_due(storage: Storage, settings: Settings, clock: TestClock) -> None:
    of = await diary(storage, ("Samira", "Théo", "Inès"))
    for nth in range(30):
        slot = of.at(f"2026-03-10 {9 + nth % 10:02}:00", of.team[nth // 10])
        await storage.run(appointments.book, Booking(await of.person(f"p{nth}"), of.motive.token, slot, By.TEAM, freely=True))
    clock.turn_to(paris("2026-03-08 19:00"))
    other = await open_storage(settings, clock)
    try:
        found = await asyncio.gather(*(each.run(write) for each in (storage, other) * 5))
    finally:
        await other.close()
    ids = [due.id for some in found for due in some]
    assert len(ids) == len(set(ids)) == 60, "the confirmations, too late by then, and the reminders"


async def test_moved_or_cancelled_since_is_not_said(storage: Storage, clock: TestClock) -> None:
    """Even where the step somehow outlived the change, it is looked at again when its time comes."""
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    clock.turn_to(paris("2026-03-08 10:00"))
    (due,) = await storage.run(write)
    assert await storage.read(reminders.still, 7, due.id) is None
    await storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 10:00"))
    assert await storage.read(reminders.still, 7, due.id) is Dropped.CHANGED, "it is in the outbox, and must not go"
    assert await states(of, mine) == [(Kind.TWO_DAYS, State.WRITTEN, ""), (Kind.TWO_DAYS, State.PLANNED, "")]
    await storage.run(appointments.cancel, mine.token, 2)
    clock.turn_to(paris("2026-03-10 10:00"))
    assert await storage.run(write) == []
    assert await storage.read(reminders.still, 7, 99) is None, "no message of these"


async def test_too_late_is_dropped_and_said(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    clock.turn_to(paris("2026-03-09 10:01"))
    (due,) = await storage.run(write)
    assert due.dropped is Dropped.TOO_LATE
    assert await states(of, mine) == [(Kind.TWO_DAYS, State.DROPPED, "too_late")]


async def test_a_choice_made_since_is_kept(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    zoe = await of.person("zoe")
    mine = await of.book(zoe, of.at("2026-03-10 10:00"))
    await storage.run(consents.choose, zoe, Choice.NO_REMINDERS, "1", "Pas de rappel")
    clock.turn_to(paris("2026-03-08 10:00"))
    (due,) = await storage.run(write)
    assert due.dropped is Dropped.UNWANTED
    gone = await storage.run(appointments.cancel, mine.token, 1, By.TEAM)
    assert isinstance(gone, Appointment)
    (told,) = await storage.run(write)
    assert (told.kind, told.dropped) == (Kind.CANCELLED, None), "that we cancelled is told to everybody"


async def test_after_a_missed_appointment(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-03 14:00"))
    clock.turn_to(paris("2026-03-03 15:00"))
    await storage.run(appointments.close, mine.token, Outcome.ABSENT)
    due = [each for each in await storage.run(write) if each.dropped is None]
    assert [each.kind for each in due] == [Kind.MISSED]
    await storage.run(appointments.close, mine.token, Outcome.CAME)
    await storage.run(appointments.close, mine.token, Outcome.ABSENT)
    assert await storage.run(write) == [], "once, whatever is put right"


class TestAnew:
    """What somebody wants changes while an appointment is to come."""

    async def test_none_then_some_again(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        await storage.run(consents.choose, zoe, Choice.NO_REMINDERS, "1", "non")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"))
        assert await states(of, mine) == []
        await storage.run(consents.take_back, zoe, Choice.NO_REMINDERS)
        for _twice in range(2):
            await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.TWO_DAYS, State.PLANNED, "")]

    async def test_nothing_is_said_again_nor_something_else_instead(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"))
        clock.turn_to(paris("2026-03-08 10:00"))
        await storage.run(write)
        clock.turn(hours=1)
        await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.TWO_DAYS, State.WRITTEN, "")]

    async def test_one_that_still_helps_where_the_rest_is_past(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        await storage.run(consents.choose, zoe, Choice.NO_REMINDERS, "1", "non")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"))
        clock.turn_to(paris("2026-03-08 12:00"))
        await storage.run(consents.take_back, zoe, Choice.NO_REMINDERS)
        await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.DAY_BEFORE, State.PLANNED, "")]

    async def test_a_call_while_it_is_noted(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"))
        await storage.run(marks.put, zoe, marks.What.UNHOUSED)
        await storage.run(appointments.plan_anew, zoe)
        call = (Kind.CALL, State.PLANNED, "")
        assert await states(of, mine) == [(Kind.TWO_DAYS, State.PLANNED, ""), call]
        await storage.run(marks.take_away, zoe, marks.What.UNHOUSED)
        await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.TWO_DAYS, State.PLANNED, ""), (Kind.CALL, State.DEAD, "")]
        await storage.run(marks.put, zoe, marks.What.UNHOUSED)
        await storage.run(appointments.plan_anew, zoe)
        assert (await states(of, mine))[1] == call

    async def test_news_is_told_all_the_same(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"), by=By.TEAM)
        await storage.run(consents.choose, zoe, Choice.FULL_REMINDERS, "1", "oui")
        await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.CONFIRMATION, State.PLANNED, ""), (Kind.TWO_DAYS, State.PLANNED, "")]

    async def test_what_is_over_or_cancelled_is_left(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        mine = await of.book(zoe, of.at("2026-03-10 10:00"))
        await storage.run(appointments.cancel, mine.token, 1)
        await storage.run(appointments.plan_anew, zoe)
        assert await states(of, mine) == [(Kind.TWO_DAYS, State.DEAD, "")]
