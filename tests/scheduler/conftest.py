"""Clockworks on one database, and jobs that say when they ran."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.schedules import Daily, Schedule
from bot.settings import Settings
from scheduler.clockwork import Clockwork
from scheduler.job import Job, JobContext
from storage.engine import Storage, Work, open_storage
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
NIGHTLY = Daily(time(3, 20))
Open = Callable[..., "asyncio.Future[Clockwork]"]


def night(day: int, month: int = 3) -> datetime:
    """The planned time of NIGHTLY on a day of winter 2026."""
    return datetime(2026, month, day, 2, 20, tzinfo=UTC)


class Recorder:
    """A job's work: says what it was run for, and waits or fails where it is told to."""

    def __init__(self) -> None:
        self.runs: list[datetime] = []
        self.attempts: list[int] = []
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.faults: list[Exception] = []
        self.most_at_once = 0
        self._now = 0

    async def __call__(self, context: JobContext) -> None:
        self.runs.append(context.planned_at)
        self.attempts.append(context.attempt)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.started.set()
        try:
            await self.gate.wait()
        finally:
            self._now -= 1
        if self.faults:
            raise self.faults.pop(0)

    def job(
        self,
        name: str = "nightly",
        schedule: Schedule = NIGHTLY,
        max_late: timedelta = timedelta(days=365),
        *,
        last_only: bool = False,
        wanted: Callable[[Work], bool] | None = None,
    ) -> Job:
        return Job(name, schedule, max_late, self, last_only, wanted)


class House:
    """Opens clockworks, each as a process of its own on the same database, and closes them."""

    def __init__(self, settings: Settings, clock: TestClock, storage: Storage, stack: AsyncExitStack) -> None:
        self._settings, self._clock, self._storage, self._stack = settings, clock, storage, stack

    async def open(self, *jobs: Job, own_process: bool = True, every: float = 5.0) -> Clockwork:
        storage = self._storage
        if own_process:
            storage = await open_storage(self._settings, self._clock, migrate=False)
            self._stack.push_async_callback(storage.close)
        clockwork = Clockwork(storage, self._clock, jobs, zone=PARIS, every=every)
        self._stack.push_async_callback(clockwork.close)
        return clockwork

    async def seen(self, jobs: Sequence[Job]) -> None:
        """Settle what these jobs have before the test begins."""
        await (await self.open(*jobs)).tick()


@pytest.fixture
async def house(settings: Settings, clock: TestClock, storage: Storage) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        yield House(settings, clock, storage, stack)
