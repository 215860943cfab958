"""What is due is released unit by unit, neighbours together, each once, however many there are and whoever holds a lane."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.messages import Address
from content.library import load_library
from handlers import reminding
from handlers.reminder_words import Worded
from scheduler.jobs.reminders import release_due
from storage import messages, places, reminders, tables
from storage.engine import Storage, Work, table
from tests.clock import TestClock
from tests.storage import reminded
from tests.storage.diary import Diary, diary, paris
from tests.talk import Paper

DAY, PLANNED_AT, RELEASED_AT = paris("2026-03-12 09:00"), paris("2026-03-03 09:30"), paris("2026-03-10 20:30")
OUTBOUND, REMINDER = table(tables.Outbound), table(tables.Reminder)


def start(n: int) -> datetime:
    return DAY + timedelta(minutes=15 * (n % 45))


def fill(work: Work, of: Diary, number: int) -> None:
    reminded.people(work, range(number), lambda n: Address(Paper.name, Paper.account, f"p{n}"))
    reminded.appointments(work, range(number), start, who=of.team[0], place=of.place, motive=of.motive.token)
    reminded.planned(work, range(number), start)


def said(work: Work) -> list[int]:
    """Whose messages stand in the outbox, in the order in which they were written."""
    return [row[0] - reminded.FIRST for row in work.session.execute(select(OUTBOUND.c.address_id).order_by(OUTBOUND.c.id))]


def planned(work: Work) -> int:
    return int(work.session.execute(select(func.count()).select_from(REMINDER).where(REMINDER.c.state == "planned")).scalar_one())


@pytest.mark.parametrize("in_sight", [reminders.IN_SIGHT, 700])
async def test_all_that_is_due_is_said_once_whatever_is_in_sight(storage: Storage, clock: TestClock, in_sight: int) -> None:
    number = reminders.AT_ONCE + 100
    clock.turn_to(PLANNED_AT)
    await storage.run(fill, await diary(storage), number)
    clock.turn_to(RELEASED_AT)
    assert await release_due(storage, load_library(), in_sight=in_sight) == number
    assert sorted(await storage.read(said)) == list(range(number))
    assert await storage.read(planned) == 0
    assert await release_due(storage, load_library(), in_sight=in_sight) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # on PostgreSQL two units write between each other's rows
async def test_neighbours_are_written_in_one_unit(storage: Storage, clock: TestClock) -> None:
    """By the hour alone they would lie forty-five apart, and each unit would change every page."""
    number = 2 * reminders.AT_ONCE
    clock.turn_to(PLANNED_AT)
    await storage.run(fill, await diary(storage), number)
    clock.turn_to(RELEASED_AT)
    await release_due(storage, load_library())
    units = await storage.read(said)
    halves = [set(units[: reminders.AT_ONCE]), set(units[reminders.AT_ONCE :])]
    assert sorted(map(min, halves)) == [0, reminders.AT_ONCE]
    assert sorted(map(max, halves)) == [reminders.AT_ONCE - 1, number - 1]


async def test_a_place_renamed_between_two_units_is_called_by_its_new_name(storage: Storage, clock: TestClock) -> None:
    """What one unit worded, another says too: only where nothing that is said has changed."""
    of, worded, library = await diary(storage), Worded(), load_library()
    clock.turn_to(PLANNED_AT)
    await storage.run(fill, of, 46)
    clock.turn_to(RELEASED_AT)
    first, *_others, last = sorted(await storage.read(reminders.due))
    await storage.run(reminding.release, [first], library, worded=worded)
    await storage.run(renamed, of.place)
    await storage.run(reminding.release, [last], library, worded=worded)
    before, after = await storage.read(body, 0), await storage.read(body, 45)
    assert "Antenne de Carvin" in before
    assert after == before.replace("Antenne de Carvin", "Antenne de Lens")
    assert len(worded) == 2


def renamed(work: Work, place_id: int) -> None:
    found = places.find(work, place_id)
    assert found is not None
    assert places.change(work, replace(found, name="Antenne de Lens"))


def body(work: Work, n: int) -> str:
    said = messages.read_content(work, reminded.FIRST + n, 1)
    assert said is not None
    return said.text
