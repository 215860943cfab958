"""Reminders measured: planned, then turned into rows of the outbox, against APScheduler's SQL job store on the same database; then sent, apart."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import func, select
from typing_extensions import override

from bench.diary import opened
from bench.reminders_alone import rows_alone
from bench.report import Row, spread
from bot.collecting import settle
from bot.messages import Address, Call
from bot.outbox import Outbox
from content.library import load_library
from handlers import reminding
from scheduler.jobs.reminders import release_due
from storage import tables
from storage.connections import locate
from storage.engine import Storage, Work, table
from tests.clock import TestClock
from tests.storage import reminded
from tests.storage.diary import Diary, diary, paris
from tests.talk import Paper

Tell = Callable[[str], None]
PARIS = ZoneInfo("Europe/Paris")
DAY = paris("2026-03-12 09:00")
SLOTS = 45
"""Quarters of an hour of one day, over which the appointments are spread."""
PLANNED_AT, RELEASED_AT = paris("2026-03-03 09:30"), paris("2026-03-10 20:30")
PER_UNIT = 500
TIMES_FASTER = 10.0
FLAT = 1.15
"""This process's own memory at the end of the release, over that after its first tenth."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Rows a second at both, and the memory (bytes) after a tenth of the release and at its end."""

    planned: float
    released: float
    memory: tuple[int, int] = (0, 0)

    @override
    def __str__(self) -> str:
        return f"{self.planned:.0f}/s, then {self.released:.0f}/s"


@dataclass(frozen=True, slots=True)
class _After:
    """What is measured once, after the last round: sent, and the rows of a release written again with nothing computed, each a second."""

    sent: float
    alone: float


async def measure(engine: str, folder: Path, number: int, rounds: int, tell: Tell) -> list[Row]:
    """Ours and theirs in turns, each round on a new database of both; the last one's rows alone, and their sending."""
    mine, others, after = list[Speed](), list[Speed](), _After(0, 0)
    for turn in range(1, rounds + 1):
        clock = TestClock(PLANNED_AT)
        async with opened(engine, folder, clock) as (storage, url):
            await _people(storage, number)
            mine.append(await _ours(storage, clock, number))
            others.append(_theirs(url, number))
            tell(f"{number} reminders on {engine}, round {turn}: {mine[-1]}; APScheduler: {others[-1]}")
            if turn == rounds:
                after = _After(await _send(storage, clock, number), await rows_alone(storage, number))
    return list(_rows(engine, number, mine, others, after))


def _rows(engine: str, number: int, mine: Sequence[Speed], others: Sequence[Speed], after: _After) -> Iterator[Row]:
    what = f"{number:,} reminders".replace(",", "\u202f") + f", {engine}"
    added, ran = [each.planned for each in others], [each.released for each in others]
    yield _against(f"{what}: planned / jobs added", [each.planned for each in mine], added)
    yield _against(f"{what}: released / jobs run, which do nothing", [each.released for each in mine], ran)
    tenth, end = max((each.memory for each in mine), key=lambda memory: memory[1] / memory[0])
    yield Row(
        f"{what}: memory of its own", f"{tenth / 1e6:.0f} MB after a tenth, {end / 1e6:.0f} MB at the end", f"≤ {FLAT:.2f} ×", end <= FLAT * tenth
    )
    yield Row(f"{what}: sent, unpaced, to a channel that answers at once", f"{after.sent:.0f}/s", "", None)
    yield Row(f"{what}: the rows of a release alone, nothing computed", f"{after.alone:.0f}/s", "", None)


def _against(what: str, mine: Sequence[float], others: Sequence[float]) -> Row:
    """Two medians of rounds taken in turns."""
    times = statistics.median(mine) / statistics.median(others)
    return Row(what, f"{spread(mine)} / {spread(others)} = {times:.1f}", f"≥ {TIMES_FASTER:.0f}", times >= TIMES_FASTER)


def _start(n: int) -> datetime:
    return DAY + timedelta(minutes=15 * (n % SLOTS))


async def _people(storage: Storage, number: int) -> None:
    of = await diary(storage)
    for numbers in _units(number):
        await storage.run(_fill, of, numbers)


def _fill(work: Work, of: Diary, numbers: range) -> None:
    reminded.people(work, numbers, lambda n: Address(Paper.name, Paper.account, f"p{n}"))
    reminded.appointments(work, numbers, _start, who=of.team[0], place=of.place, motive=of.motive.token)


def _units(number: int) -> Iterator[range]:
    return (range(first, min(first + PER_UNIT, number)) for first in range(0, number, PER_UNIT))


async def _ours(storage: Storage, clock: TestClock, number: int) -> Speed:
    library = load_library()
    began = time.perf_counter()
    for numbers in _units(number):
        await storage.run(reminded.planned, numbers, _start)
    planned = number / (time.perf_counter() - began)
    clock.turn_to(RELEASED_AT)
    settle()  # as the service does when it starts
    memory, began = _Memory(), time.perf_counter()
    released = await release_due(storage, library)
    seconds = time.perf_counter() - began
    assert released == number == await storage.read(_written)
    return Speed(planned, number / seconds, memory.end())


class _Memory:
    """This process's own memory, read all along by a thread: without the pages of the database's file, which SQLite maps, and which the system takes
    back as it likes.
    """

    def __init__(self) -> None:
        self._over, self._seen = threading.Event(), [_own()]
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self._seen.append(_own())

    def end(self) -> tuple[int, int]:
        """After a tenth of the time, and at its end."""
        self._over.set()
        self._thread.join()
        return self._seen[len(self._seen) // 10], self._seen[-1]


def _own() -> int:
    found = psutil.Process().memory_info()
    return int(found.rss - found.shared)


def _written(work: Work) -> int:
    return int(work.session.execute(select(func.count()).select_from(table(tables.Outbound))).scalar_one())


def nothing(number: int) -> None:
    """A job of APScheduler's."""


def _theirs(url: str, number: int) -> Speed:
    """APScheduler on the same database: as many jobs added, then run."""
    store = SQLAlchemyJobStore(url=locate(url))
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    due = datetime(2026, 1, 1, tzinfo=UTC)  # over: they run as soon as it is let go
    began = time.perf_counter()
    for n in range(number):
        scheduler.add_job(nothing, DateTrigger(due), args=[n], misfire_grace_time=None)
    added = number / (time.perf_counter() - began)
    done = threading.Event()
    began = time.perf_counter()
    scheduler.resume()
    while store.get_next_run_time() is not None:
        done.wait(0.05)
    ran = number / (time.perf_counter() - began)
    scheduler.shutdown()
    return Speed(added, ran)


class _Silent(Paper):
    """Answers at once and keeps nothing."""

    limits = replace(Paper.limits, per_second=1e9)

    @override
    async def send(self, address: Address, call: Call) -> str:
        self._rendered.clear()
        return f"{address.peer}:1"


async def _send(storage: Storage, clock: TestClock, number: int) -> float:
    """A tenth of what was released, through the outbox, to an account whose pace is lifted."""
    channel = _Silent()
    outbox = Outbox(storage, {(channel.name, channel.account): channel}, clock, PARIS, alone=True, undone=reminding.undone)
    began = time.perf_counter()
    while (sent := await storage.read(_sent)) < number // 10:
        await outbox.sweep()
        await outbox.settled()
    seconds = time.perf_counter() - began
    await outbox.close()
    return sent / seconds


def _sent(work: Work) -> int:
    rows = table(tables.Outbound)
    return int(work.session.execute(select(func.count()).select_from(rows).where(rows.c.state == "sent")).scalar_one())
