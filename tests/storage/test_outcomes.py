"""Appointments counted for the team: while they are there, and from the monthly counts once they are not, the same."""

from collections import Counter
from datetime import timedelta

from sqlmodel import col, select

from bot.rules.figures import WITH, WITHOUT, Also, By, Came, Counts, Quarter
from storage import appointments, outcomes, places, reminders, tables
from storage.appointment_view import Appointment, Outcome
from storage.appointment_view import By as Who
from storage.engine import Storage, Work
from storage.erasure import erase_rows
from tests.clock import TestClock
from tests.rules.waiting import PARIS
from tests.storage.diary import Diary, claimed, diary, paris

FIRST = Quarter(2026, 1)


async def three_meetings(storage: Storage, clock: TestClock) -> tuple[Diary, dict[str, int]]:
    """Zoé came and had said so, Adam cancelled, Inès was moved and did not come."""
    of = await diary(storage)
    people = {name: await of.person(name) for name in ("zoe", "adam", "ines")}
    zoe = await of.book(people["zoe"], of.at("2026-03-10 10:00"))
    adam = await of.book(people["adam"], of.at("2026-03-10 11:00"))
    ines = await of.book(people["ines"], of.at("2026-03-10 14:00"))
    await storage.run(appointments.confirm, zoe.token, zoe.version)
    await storage.run(appointments.cancel, adam.token, adam.version)
    moved = await storage.run(appointments.move, ines.token, ines.version, of.at("2026-03-11 14:00"))
    assert isinstance(moved, Appointment)
    clock.turn_to(paris("2026-03-08 10:00"))
    await storage.run(_remind)
    clock.turn_to(paris("2026-03-11 18:00"))
    await storage.run(appointments.close, zoe.token, Outcome.CAME)
    await storage.run(appointments.close, ines.token, Outcome.ABSENT)
    return of, people


def _remind(work: Work) -> None:
    """What is due is said."""
    reminders.settle(work, [reminders.written(due) for due in claimed(work)])


def shown(counts: Counts, by: By) -> dict[tuple[str, str], int]:
    return {(row, str(measure)): number for (row, measure), number in counts.numbers[by].items() if number}


async def test_what_is_counted_of_a_quarter(storage: Storage, clock: TestClock) -> None:
    of, _people = await three_meetings(storage, clock)
    found = await storage.read(outcomes.quarter, FIRST)
    motive = of.motive.token
    assert shown(found, By.MOTIVE) == {
        (motive, Came.CAME): 1,
        (motive, Came.SAID): 1,
        (motive, Came.ABSENT): 1,
        (motive, Also.CONFIRMED): 1,
        (motive, Also.MOVED): 1,
    }
    (place,) = [each.token for each in await storage.read(places.everywhere) if each.id == of.place]
    assert {row for row, _measure in found.numbers[By.PLACE]} == {place}
    assert {row for row, _measure in found.numbers[By.CHANNEL]} == {"paper"}
    assert shown(found, By.REMINDER)[WITH, Came.CAME] == 1
    assert shown(found, By.REMINDER)[WITHOUT, Came.SAID] == 1, "cancelled before it was reminded of"
    assert found.served[By.PLACE][place] == set(of.team)
    assert sorted(found.leads) == [6, 7, 8]
    assert not (await storage.read(outcomes.quarter, Quarter(2026, 2))).leads, "each in its own quarter"


async def test_moved_after_a_yes_it_has_to_be_said_again(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))
    said = await storage.run(appointments.confirm, mine.token, mine.version)
    assert isinstance(said, Appointment)
    await storage.run(appointments.move, mine.token, said.version, of.at("2026-03-11 10:00"), Who.TEAM)
    found = await storage.read(outcomes.quarter, FIRST)
    assert (of.motive.token, Also.CONFIRMED) not in found.numbers[By.MOTIVE]


async def test_gone_they_are_counted_alike(storage: Storage, clock: TestClock) -> None:
    _of, people = await three_meetings(storage, clock)
    before = await storage.read(outcomes.quarter, FIRST)

    def let_go(work: Work) -> None:
        for person in people.values():
            mine = select(tables.Appointment.id).where(col(tables.Appointment.person_id) == person)
            outcomes.count(work, [row or 0 for row in work.session.exec(mine)], PARIS)
            erase_rows(work, person)

    await storage.run(let_go)
    after = await storage.read(outcomes.quarter, FIRST)
    for by in By:
        assert Counter(shown(after, by)) == Counter(shown(before, by))
    assert after.leads == []
    assert not any(after.served[by] for by in By), "who served them is not kept"


async def test_slots_offered_and_taken(storage: Storage, clock: TestClock) -> None:
    def shows(work: Work) -> None:
        outcomes.offered(work, "paper", 3)
        outcomes.offered(work, "telegram", 2)
        outcomes.taken(work, "paper")

    await storage.run(shows)
    clock.turn(days=60)
    await storage.run(shows)
    found = await storage.read(outcomes.quarter, FIRST)
    assert (found.offered, found.taken) == (5, 1)


async def test_one_that_is_kept_for_somebody_is_none_yet(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))

    def hold(work: Work) -> None:
        row = work.session.get_one(tables.Appointment, mine.id)
        row.state, row.held_until = "held", work.now + timedelta(hours=1)

    await storage.run(hold)
    assert not (await storage.read(outcomes.quarter, FIRST)).leads
