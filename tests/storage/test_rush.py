"""Everybody wants the same slots at once: each is had by one person, and every refusal brings others.

`make soak` has 10 000 attempts for 500 slots, `make test` a tenth of them: several processes on PostgreSQL; on SQLite the service's own process, with
many chats, and a second one that calls the same verb.
"""

import asyncio
from collections import Counter
from random import Random
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.messages import Address
from bot.rules.slots import dump
from bot.settings import Settings
from storage import appointments, lanes, openings, tables
from storage.appointment_view import Appointment, Changed, Taken
from storage.engine import Storage, Work, open_storage, table
from tests.clock import TestClock
from tests.soaking import keep
from tests.storage.crowd import rush
from tests.storage.diary import diary

WHOLE = 10_000
SIZES = [pytest.param(1_000, 50), pytest.param(WHOLE, 500, marks=pytest.mark.soak)]
PROCESSES = {"sqlite": 2, "postgresql": 4}
APPOINTMENT, CELL = table(tables.Appointment), table(tables.AppointmentCell)


def people(work: Work, number: int) -> list[int]:
    return [lanes.open_lane(work, Address("paper", "test", f"p{nth}")).person_id for nth in range(number)]


def kept(work: Work) -> tuple[int, int, int]:
    """Appointments, the different times they are at, cells."""
    times = select(func.count()).select_from(select(APPOINTMENT.c.caseworker_id, APPOINTMENT.c.starts_at).distinct().subquery())
    appointments, cells = (select(func.count()).select_from(each) for each in (APPOINTMENT, CELL))
    run = work.session.execute
    return run(appointments).scalar_one(), run(times).scalar_one(), run(cells).scalar_one()


@pytest.mark.parametrize(("number", "free"), SIZES)
async def test_one_slot_one_person(storage: Storage, database: str, number: int, free: int) -> None:
    of = await diary(storage, ("Samira", "Théo", "Inès", "Paul", "Lou"))
    slots = await of.free(free)
    assert len(slots) == free
    dice = Random(11)
    dumped: list[Any] = [dump(slot) for slot in slots]
    attempts = [[person, dice.choice(dumped)] for person in await storage.run(people, number)]
    began = monotonic()
    results = await rush(storage, database, of.motive.token, attempts, PROCESSES[storage.dialect])
    took = monotonic() - began
    booked = [tuple(slot) for each in results for slot in each["booked"]]
    wanted = {tuple(slot) for _, slot in attempts}
    assert max(Counter(booked).values()) == 1, "nobody shares a slot"
    assert set(booked) == wanted, "and none that was wanted is left"
    assert sum(each["refused"] for each in results) == number - len(wanted)
    assert sum(each["empty"] for each in results) == 0, "every refusal brings other slots"
    assert await storage.read(kept) == (len(wanted), len(wanted), 6 * len(wanted))
    if storage.dialect != "sqlite":
        assert sum(bool(each["booked"]) for each in results) > 1, "several processes had some"
    if number == WHOLE:
        figures = (
            f"{number} attempts for {free} slots by {len(results)} processes: {len(booked)} booked, 0 twice, {number - len(booked)} shown others"
        )
        keep("`rush`", storage.dialect, figures, took)


async def test_everybody_moves_at_once(storage: Storage, settings: Settings, clock: TestClock) -> None:
    """To times of one another and to free ones: nobody waits for one another for ever, and each owns its time alone at the end."""
    of = await diary(storage, ("Samira", "Théo"))
    slots = await storage.read(openings.find, of.wish, 30)
    mine = [await of.book(person, slot) for person, slot in zip(await storage.run(people, 20), slots, strict=False)]
    dice = Random(5)
    other = await open_storage(settings, clock)
    moves = [(each, version, dice.choice(slots)) for version in (1, 2, 3) for each in dice.sample(mine, len(mine))]
    try:
        found = await asyncio.gather(
            *((storage, other)[nth % 2].run(appointments.move, each.token, version, slot) for nth, (each, version, slot) in enumerate(moves))
        )
    finally:
        await other.close()
    assert {type(each) for each in found} == {Appointment, Taken, Changed}
    assert await storage.read(kept) == (20, 20, 120)
    now = await storage.read(lambda work: [work.session.get_one(tables.Appointment, each.id).starts_at for each in mine])
    owned = await storage.read(
        lambda work: [work.session.execute(select(func.min(CELL.c.cell)).where(CELL.c.appointment_id == each.id)).scalar() for each in mine]
    )
    assert owned == [int(at.timestamp()) // 300 for at in now], "what is owned is where it is"
