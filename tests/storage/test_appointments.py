"""Appointments: nobody has two at once, a refusal brings others, and what is planned lives and dies with them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from bot.rules.openings import Mode, Needs
from bot.rules.reminders import Kind
from storage import appointment_view, appointments, caseworkers, consents, hours, marks, reminders, switches, tables
from storage.appointment_view import Appointment, Booking, By, Changed, Outcome, State, Taken
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.reminders import State as StepState
from storage.switches import Switch
from tests.clock import TestClock
from tests.opening import days
from tests.rules.waiting import PARIS
from tests.storage.diary import ON_SITE, Diary, diary, paris


async def planned(of: Diary, appointment: Appointment) -> list[str]:
    """The steps that are still to come, as « two_days 03 10:00 »."""
    steps = await of.storage.read(lambda work: reminders.steps(work, appointment_id=appointment.id))
    return [f"{step.kind} {step.due_at.astimezone(PARIS):%d %H:%M}" for step in steps if step.state is StepState.PLANNED]


async def cells(of: Diary) -> int:
    return await of.storage.read(lambda work: work.session.execute(select(func.count()).select_from(tables.AppointmentCell)).scalar_one())


class TestBook:
    async def test_a_slot_that_was_offered(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        slot = (await of.slots())[0]
        found = await storage.run(appointments.book, Booking(zoe, of.motive.token, slot, callback="06 11 22 33 44"))
        assert isinstance(found, Appointment)
        assert (found.slot, found.state, found.version, found.sequence) == (slot, State.BOOKED, 1, 0)
        assert (found.motive, found.callback, found.outcome) == (of.motive.token, "06 11 22 33 44", None)
        assert await storage.read(appointment_view.to_come, zoe) == (found,)
        assert await storage.read(appointment_view.find, found.token) == found
        assert await cells(of) == 6
        assert slot not in await of.slots()

    async def test_buffers_and_travel_are_owned_too(self, storage: Storage) -> None:
        of = await diary(storage, needs=Needs(45, ON_SITE, buffer=(5, 10), travel=(30, 30)))
        await of.book(await of.person("zoe"))
        assert await cells(of) == 12

    async def test_twice_by_the_same_person_is_once(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        first = await of.book(zoe)
        assert await storage.run(appointments.book, Booking(zoe, of.motive.token, first.slot)) == first
        assert await cells(of) == 6

    async def test_taken_leaves_nothing_and_says_what_is_free(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"))
        adam = await of.person("adam")
        refused = await storage.run(appointments.book, Booking(adam, of.motive.token, mine.slot))
        assert isinstance(refused, Taken)
        assert len(refused.others) == 3
        assert mine.slot not in refused.others
        assert await storage.read(appointment_view.of_person, adam) == ()
        assert await cells(of) == 6

    async def test_half_a_slot_taken_is_taken(self, storage: Storage) -> None:
        """A caseworker is held by no opening, only by what is owned; of what is refused no cell stays owned."""
        of = await diary(storage)
        await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
        adam = await of.person("adam")
        across = Booking(adam, of.motive.token, of.at("2026-03-05 09:40"), By.TEAM, freely=True)
        assert isinstance(await storage.run(appointments.book, across), Taken)
        assert await cells(of) == 6
        beside = replace(across, slot=of.at("2026-03-05 09:30"))
        assert isinstance(await storage.run(appointments.book, beside), Appointment)

    async def test_longer_by_hand_owns_all_of_it(self, storage: Storage) -> None:
        of = await diary(storage)
        await of.book(await of.person("zoe"), of.at("2026-03-05 10:00", minutes=90), by=By.TEAM, freely=True)
        assert await cells(of) == 18

    async def test_forged_slots(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage, ("Samira", "Théo"))
        zoe = await of.person("zoe")
        good = of.at("2026-03-05 10:00")
        for bad in (
            of.at("2026-03-02 10:00"),  # past
            of.at("2026-03-05 10:10"),
            of.at("2026-03-05 12:30"),
            of.at("2026-03-07 10:00"),  # a Saturday
            of.at("2027-03-05 10:00"),  # beyond the horizon
            of.at("2026-03-05 10:00", minutes=300),
            replace(good, who=77),
            replace(good, place=of.place + 1),
            replace(good, mode=Mode.HOME),
        ):
            assert isinstance(await storage.run(appointments.book, Booking(zoe, of.motive.token, bad)), Taken), bad
        assert isinstance(await storage.run(appointments.book, Booking(zoe, "nothing", good)), Taken)
        assert await cells(of) == 0
        past = Booking(zoe, of.motive.token, of.at("2026-03-02 10:00"), By.TEAM, freely=True)
        assert isinstance(await storage.run(appointments.book, past), Taken)

    async def test_closures_absences_and_who_left_are_not_offered(self, storage: Storage) -> None:
        of = await diary(storage, ("Samira", "Théo"))
        samira, theo = of.team
        await storage.run(hours.close, days("2026-03-04"), "Formation")
        await storage.run(hours.be_away, samira, days("2026-03-05"))
        slots = await of.slots(40)
        assert not any(slot.day(PARIS).day == 4 for slot in slots)
        assert {slot.who for slot in slots if slot.day(PARIS).day == 5} == {theo}
        await storage.run(caseworkers.disable, theo)
        assert {slot.who for slot in await of.slots(40)} == {samira}

    async def test_told_at_once_where_a_caseworker_books(self, storage: Storage) -> None:
        of = await diary(storage)
        slot = of.at("2026-03-10 10:00")
        mine = await of.book(await of.person("zoe"), slot)
        assert await planned(of, mine) == ["two_days 08 10:00"]
        theirs = await of.book(await of.person("adam"), of.at("2026-03-10 11:00"), by=By.TEAM, freely=True)
        assert await planned(of, theirs) == ["confirmation 03 10:30", "two_days 08 11:00"]

    async def test_what_somebody_chose_about_reminders(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe, adam = await of.person("zoe"), await of.person("adam")
        await storage.run(consents.choose, zoe, Choice.NO_REMINDERS, "1", "Pas de rappel")
        assert await planned(of, await of.book(zoe, of.at("2026-03-10 10:00"))) == []
        await storage.run(marks.put, adam, marks.What.UNHOUSED)
        assert await planned(of, await of.book(adam, of.at("2026-03-10 11:00"))) == ["two_days 08 11:00", "call 09 10:00"]


class TestMove:
    async def test_another_time_frees_the_old_one_and_plans_anew(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        clock.turn(hours=1)
        moved = await storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"))
        assert isinstance(moved, Appointment)
        assert (moved.id, moved.token, moved.version, moved.sequence) == (mine.id, mine.token, 2, 1)
        assert moved.changed_at == clock.now()
        assert await cells(of) == 6
        assert await planned(of, moved) == ["two_days 10 15:00"]
        steps = await storage.read(lambda work: reminders.steps(work, appointment_id=mine.id))
        assert [(step.version, step.state) for step in steps] == [(1, StepState.DEAD), (2, StepState.PLANNED)]
        again = await of.book(await of.person("adam"), of.at("2026-03-10 10:00"))
        assert again.slot == mine.slot

    async def test_a_time_that_overlaps_its_own(self, storage: Storage) -> None:
        of = await diary(storage, needs=Needs(60, ON_SITE))
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00", minutes=60))
        moved = await storage.run(appointments.move, mine.token, 1, of.at("2026-03-10 10:30", minutes=60))
        assert isinstance(moved, Appointment)
        assert await cells(of) == 12
        assert isinstance(await storage.run(appointments.move, mine.token, 2, of.at("2026-03-10 10:30", minutes=60)), Appointment)

    async def test_to_a_taken_time_changes_nothing(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        other = await of.book(await of.person("adam"), of.at("2026-03-10 11:00"))
        for freely in (False, True):
            refused = await storage.run(appointments.move, mine.token, 1, other.slot, freely=freely)
            assert isinstance(refused, Taken)
            assert refused.others
        assert await storage.read(appointment_view.find, mine.token) == mine
        assert await planned(of, mine) == ["two_days 08 10:00"]
        assert await cells(of) == 12

    async def test_to_another_colleague(self, storage: Storage) -> None:
        of = await diary(storage, ("Samira", "Théo"))
        samira, theo = of.team
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00", samira))
        moved = await storage.run(appointments.move, mine.token, 1, of.at("2026-03-10 10:00", theo), By.TEAM, freely=True)
        assert isinstance(moved, Appointment)
        assert moved.slot.who == theo
        assert await planned(of, moved) == ["moved 03 10:30", "two_days 08 10:00"]
        assert isinstance(await of.book(await of.person("adam"), of.at("2026-03-10 10:00", samira)), Appointment)

    async def test_two_devices_are_both_told_the_truth(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        moved = await storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"))
        assert isinstance(moved, Appointment)
        for late in (appointments.cancel, appointments.confirm):
            assert await storage.run(late, mine.token, 1) == Changed(moved)
        assert await storage.run(appointments.move, mine.token, 1, of.at("2026-03-11 15:00")) == Changed(moved)
        assert await storage.run(appointments.confirm, "nobody's", 1) == Changed(None)

    async def test_what_was_read_before_in_the_same_unit_is_read_again(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"))

        def unit(work: Work) -> Appointment | Changed:
            seen = appointment_view.find(work, mine.token)
            assert seen is not None
            return appointments.confirm(work, seen.token, seen.version)

        assert isinstance(await storage.run(unit), Appointment)


class TestCancel:
    async def test_by_the_person_frees_the_time_at_once(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-03 14:00"))
        clock.turn_to(paris("2026-03-03 14:10"))
        gone = await storage.run(appointments.cancel, mine.token, 1)
        assert isinstance(gone, Appointment)
        assert (gone.state, gone.outcome, gone.version, gone.sequence) == (State.CANCELLED, Outcome.WARNED, 2, 1)
        assert await cells(of) == 0
        assert await planned(of, gone) == []
        assert await storage.run(appointments.cancel, mine.token, 2) == Changed(gone)

    async def test_by_us_is_told(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        gone = await storage.run(appointments.cancel, mine.token, 1, By.TEAM)
        assert isinstance(gone, Appointment)
        assert gone.outcome is Outcome.OURS
        assert await planned(of, gone) == ["cancelled 03 10:30"]

    async def test_what_is_over_cannot_be(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        clock.turn_to(paris("2026-03-10 10:30"))
        assert await storage.run(appointments.cancel, mine.token, 1) == Changed(mine)


class TestClose:
    async def test_what_came_of_it(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        assert isinstance(await storage.run(appointments.close, mine.token, Outcome.CAME), Changed), "not before it has begun"
        clock.turn_to(paris("2026-03-10 11:00"))
        assert [each.token for each in await storage.read(appointment_view.to_be_closed, mine.created_at)] == [mine.token]
        done = await storage.run(appointments.close, mine.token, Outcome.CAME)
        assert isinstance(done, Appointment)
        assert (done.state, done.outcome) == (State.DONE, Outcome.CAME)
        assert await planned(of, done) == []
        assert await storage.read(appointment_view.to_be_closed, mine.created_at) == ()

    async def test_one_message_after_somebody_did_not_come_and_none_once_put_right(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
        clock.turn_to(paris("2026-03-10 11:00"))
        for outcome, expected in ((Outcome.ABSENT, ["missed 10 11:00"]), (Outcome.PREVENTED, []), (Outcome.ABSENT, ["missed 10 11:00"])):
            done = await storage.run(appointments.close, mine.token, outcome)
            assert isinstance(done, Appointment)
            assert await planned(of, done) == expected

    async def test_absence_never_limits_booking(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        for nth in range(4):
            mine = await of.book(zoe, of.at(f"2026-03-1{nth} 10:00") if nth < 4 else None)
            clock.turn_to(mine.slot.end)
            await storage.run(appointments.close, mine.token, Outcome.ABSENT)
            clock.turn_to(mine.slot.end + timedelta(hours=1))
        assert len(await storage.read(appointment_view.of_person, zoe)) == 4


async def test_a_week_and_what_an_absence_would_cover(storage: Storage) -> None:
    of = await diary(storage, ("Samira", "Théo"))
    samira, theo = of.team
    first = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00", samira))
    second = await of.book(await of.person("adam"), of.at("2026-03-12 10:00", theo))
    week = (paris("2026-03-09 00:00"), paris("2026-03-16 00:00"))
    assert await storage.read(appointment_view.between, *week) == (first, second)
    assert await storage.read(appointment_view.between, *week, theo) == (second,)


async def test_what_is_kept_says_neither_motive_nor_outcome_in_clear(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    clock.turn_to(paris("2026-03-10 11:00"))
    await storage.run(appointments.close, mine.token, Outcome.ABSENT)

    def clear(work: Work) -> str:
        row = work.session.execute(select(tables.Appointment.__table__)).mappings().one()  # type: ignore[attr-defined]
        steps = work.session.execute(select(tables.Reminder.__table__)).mappings().all()  # type: ignore[attr-defined]
        return " ".join(str(value) for each in (row, *steps) for value in each.values() if not isinstance(value, bytes))

    said = await storage.read(clear)
    assert "done" in said
    for word in (of.motive.token, "absent", "missed", "on_site"):
        assert word not in said


async def test_a_cell_owned_twice_is_refused_by_the_database(storage: Storage) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"))

    def steal(work: Work) -> None:
        row = work.session.execute(select(tables.AppointmentCell).where(col(tables.AppointmentCell.appointment_id) == mine.id)).scalars().first()
        assert row is not None
        work.session.add(tables.AppointmentCell(caseworker_id=row.caseworker_id, cell=row.cell, appointment_id=mine.id))
        work.session.flush()

    with pytest.raises(IntegrityError):
        await storage.run(steal)


async def test_kinds_of_steps_are_found_again(storage: Storage) -> None:
    await storage.run(lambda work: switches.turn(work, Switch.SECOND, on=True))
    of = await diary(storage, chain=(Kind.CONFIRMATION, Kind.WEEK, Kind.TWO_DAYS, Kind.HOURS))
    mine = await of.book(await of.person("zoe"), of.at("2026-03-20 14:00"))
    assert await planned(of, mine) == ["week 13 14:00", "two_days 18 14:00", "hours 20 11:00"]
