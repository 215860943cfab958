"""What `palier jobs list` and `palier jobs run` do: they return the lines to print."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import PalierError
from scheduler.clockwork import Clockwork
from scheduler.job import Job
from storage import jobs
from storage.engine import Work
from storage.jobs import Last, State


class JobFailed(PalierError):
    """The job failed; the log says why."""


async def list_jobs(clockwork: Clockwork) -> list[str]:
    """A line a job: its name, its schedule, what became of its last occurrence, and its next one, by the clocks of the service."""
    known = sorted(clockwork.jobs.values(), key=lambda job: job.name)
    lasts = await clockwork.storage.read(_lasts, [job.name for job in known])
    now = clockwork.clock.now()
    rows = [("job", "schedule", "last", "next"), *(_row(job, lasts[job.name], now, clockwork.zone) for job in known)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _lasts(work: Work, names: list[str]) -> dict[str, Last | None]:
    return {name: jobs.last(work, name) for name in names}


def _row(job: Job, last: Last | None, now: datetime, zone: ZoneInfo) -> tuple[str, str, str, str]:
    return job.name, str(job.schedule), _said(last, zone), shown(job.schedule.next_after(now, zone), zone)


def _said(last: Last | None, zone: ZoneInfo) -> str:
    if last is None:
        return "never"
    failure = f" ({last.failure})" if last.failure else ""
    return f"{shown(last.planned_at, zone)} {last.state}{failure}"


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as an operator reads it, with its offset: twice a year an hour comes twice."""
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")


async def run_job(clockwork: Clockwork, name: str, at: datetime | None) -> list[str]:
    """Run one job now, as if planned at `at` (a time without offset is read in the service's zone), however late that is.

    Raises UnknownJob, JobIsRunning, JobFailed.
    """
    planned_at = clockwork.clock.now() if at is None else at if at.tzinfo is not None else at.replace(tzinfo=clockwork.zone)
    state = await clockwork.run_at(name, planned_at)
    if state is State.FAILED:
        raise JobFailed(f"{name} failed; the log says why")
    return [f"{name} {shown(planned_at, clockwork.zone)}: {state}"]
