"""Appointments measured: the next three slots out of a full diary, and a rush on the same slots."""

import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import func, insert, select

from bench.report import Row
from bot.messages import Address
from bot.rules.openings import Needs
from bot.rules.slots import dump, next_days
from bot.rules.walls import to_seconds
from storage import lanes, openings, tables
from storage.engine import Storage, Work, open_storage, table
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import PostgresServer
from tests.storage.crowd import rush as rush_for
from tests.storage.diary import ON_SITE, Diary, diary

Tell = Callable[[str], None]
CASEWORKERS, DAYS, APPOINTMENTS, ASKED = 30, 120, 5_000, 500
NEXT_THREE_P95_MS = 20.0
ATTEMPTS_PER_SLOT = 20
PROCESSES = {"sqlite": 2, "postgresql": 4}
APPOINTMENT = table(tables.Appointment)


@asynccontextmanager
async def opened(engine: str, folder: Path, clock: TestClock) -> AsyncIterator[tuple[Storage, str]]:
    """A new database of this engine, and its address."""
    place = Path(mkdtemp(prefix="diary-", dir=folder))
    server = PostgresServer(place / "postgres") if engine == "postgresql" else None
    url = server.create() if server is not None else f"sqlite:///{place / 'palier.db'}"
    storage = await open_storage(settings_for(url), clock)
    try:
        yield storage, url
    finally:
        await storage.close()
        if server is not None:
            server.close()


async def _people(storage: Storage, number: int) -> list[int]:
    def unit(work: Work) -> list[int]:
        return [lanes.open_lane(work, Address("paper", "bench", f"p{nth}")).person_id for nth in range(number)]

    return await storage.run(unit)


async def next_slots(engine: str, folder: Path, tell: Tell) -> list[Row]:
    """How long it takes to find what is proposed, with everything read from the database each time."""
    clock = TestClock()
    async with opened(engine, folder, clock) as (storage, _):
        of = await diary(storage, [f"C{nth}" for nth in range(CASEWORKERS)], needs=Needs(30, ON_SITE, horizon=DAYS))
        (person,) = await _people(storage, 1)
        tell(f"slots on {engine}: {await storage.run(_fill, of, person)} appointments")
        start, lasted = clock.now(), []
        for nth in range(ASKED):
            clock.turn_to(start + timedelta(days=nth % 60, minutes=7 * nth))
            began = time.perf_counter()
            found = await storage.read(openings.find, of.wish)
            lasted.append(1000 * (time.perf_counter() - began))
            assert len(found) == 3
    p95 = statistics.quantiles(lasted, n=100)[94]
    figure = f"p95 {p95:.1f} ms (p50 {statistics.median(lasted):.1f}, slowest {max(lasted):.0f})"
    what = f"Next three slots, {CASEWORKERS} caseworkers, {DAYS} days, {APPOINTMENTS} appointments, {engine}"
    return [Row(what, figure, f"p95 ≤ {NEXT_THREE_P95_MS:.0f} ms", p95 <= NEXT_THREE_P95_MS)]


def _fill(work: Work, of: Diary, person: int) -> int:
    """Appointments at the times of the openings, the next weeks fuller than those after; how many."""
    dice, seal = Random(3), work.vault.seal
    motive, mode = seal("appointment.motive", of.motive.token), seal("appointment.mode", "on_site")
    days = next_days(openings.Reading(work), of.wish, work.now, DAYS)
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    while len(rows) < APPOINTMENTS:
        day = days[min(int(dice.expovariate(1 / 30)), len(days) - 1)]
        who, hour = dice.choice(of.team), dice.choice(("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "14:00", "14:30", "15:00", "15:30"))
        slot = of.at(f"{day} {hour}", who)
        times = dict.fromkeys(("starts_at", "holds_from"), slot.start) | dict.fromkeys(("ends_at", "holds_until"), slot.end)
        rows[who, to_seconds(slot.start)] = times | {
            **{"token": f"a{len(rows)}", "person_id": person, "caseworker_id": who, "place_id": of.place, "motive": motive, "mode": mode},
            **{"state": "booked", "version": 1, "sequence": 0, "created_at": work.now, "changed_at": work.now},
        }
    work.session.execute(insert(APPOINTMENT), [row | {"token": f"a{nth}"} for nth, row in enumerate(rows.values())])
    return len(rows)


async def rush(engine: str, folder: Path, attempts: int, tell: Tell) -> list[Row]:
    """So many people want a twentieth as many slots, all at once, in several processes."""
    clock = TestClock()
    async with opened(engine, folder, clock) as (storage, url):
        of = await diary(storage, [f"C{nth}" for nth in range(CASEWORKERS)], needs=Needs(30, ON_SITE, horizon=DAYS))
        slots: list[Any] = [dump(slot) for slot in await of.free(attempts // ATTEMPTS_PER_SLOT)]
        people = await _people(storage, attempts)
        dice = Random(5)
        wanted = [[person, dice.choice(slots)] for person in people]
        tell(f"rush on {engine}: {attempts} attempts for {len(slots)} slots")
        began = time.perf_counter()
        results = await rush_for(storage, url, of.motive.token, wanted, PROCESSES[engine])
        seconds = time.perf_counter() - began
        kept = await storage.read(_kept)
    booked = Counter(tuple(slot) for each in results for slot in each["booked"])
    double, empty = kept - len(booked), sum(each["empty"] for each in results)
    figure = f"{double} double, {empty} refusals without other slots, {len(booked)} booked, {attempts / seconds:.0f} attempts/s"
    held = double == empty == 0 and max(booked.values()) == 1 and len(booked) == len({tuple(slot) for _, slot in wanted})
    return [Row(f"{attempts} booking attempts for {len(slots)} slots, {PROCESSES[engine]} processes, {engine}", figure, "0 double, 0 without", held)]


def _kept(work: Work) -> int:
    return int(work.session.execute(select(func.count()).select_from(APPOINTMENT)).scalar_one())
