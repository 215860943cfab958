"""What a job is: a value. Its occurrences are rows (storage/jobs.py); scheduler/clockwork.py plans and runs them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.rules.schedules import Schedule
from storage.engine import Storage, Work


@dataclass(frozen=True, slots=True)
class JobContext:
    """What one run is given. `planned_at` is the time it was meant for, which may be long past: read the clock for what time it is."""

    storage: Storage
    clock: Clock
    zone: ZoneInfo
    planned_at: datetime
    key: str = ""
    attempt: int = 1


Run = Callable[[JobContext], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is due at a time. `run` may be run twice for one occurrence, and must do its work in short units.

    Past `max_late` an occurrence is not run any more. `last_only` is for a job that looks at what is due now: of the occurrences missed, it runs
    the last one. `wanted`, where there is one, is asked on a reading connection first: while it says no, nothing is planned or written.
    """

    name: str
    schedule: Schedule
    max_late: timedelta
    run: Run
    last_only: bool = False
    wanted: Callable[[Work], bool] | None = None
