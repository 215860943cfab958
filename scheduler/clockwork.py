"""What happens at an hour. A tick plans the occurrences that fell due, takes those that are free and runs them.

The truth is in the database; APScheduler is one memory-only interval per process, for its clock is not the service's.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock
from bot.errors import PalierError
from bot.rules.schedules import fell_due
from scheduler.job import Job, JobContext
from storage import jobs
from storage.engine import Storage, Work
from storage.jobs import Occurrence, State

log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
RENEW_SECONDS = 10.0
"""Three renewals a lease: one may be missed."""


class UnknownJob(PalierError):
    """There is no job of this name."""


class JobIsRunning(PalierError):
    """This job runs right now: wait until it is done."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a look found: occurrences to make due, by job, and the jobs that somebody may run now."""

    missing: tuple[tuple[str, datetime], ...]
    to_run: frozenset[str]


class Clockwork:
    """Keeps the hours of one process. Any number of processes may do so on one database."""

    def __init__(self, storage: Storage, clock: Clock, jobs: Sequence[Job], *, zone: ZoneInfo, every: float = TICK_SECONDS) -> None:
        self.jobs = {job.name: job for job in jobs}
        self.storage = storage
        self.clock = clock
        self.zone = zone
        self.counts: Counter[str] = Counter()
        self._every = every
        self._looking = asyncio.Lock()
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._closing = False

    # -- living

    async def run(self) -> None:
        """Tick until cancelled; then give back what was running."""
        ticker = AsyncIOScheduler(timezone=UTC)
        ticker.add_job(self._beat, IntervalTrigger(seconds=self._every, timezone=UTC), max_instances=1, coalesce=True, misfire_grace_time=None)
        ticker.start()
        try:
            await self._beat()
            await asyncio.Event().wait()
        finally:
            ticker.shutdown(wait=False)
            await self.close()

    async def _beat(self) -> None:
        """One tick of the interval. It waits for no run: a long one must not hold the next look."""
        if self._looking.locked():
            return
        try:
            await self.look()
        except Exception:
            log.exception("a look at what is due failed; the next one looks again", extra={"action": "tick_failed"})

    async def tick(self) -> None:
        """Plan what fell due and run it; returns once it has run."""
        for _again in (False, True):  # a runner that was ending during the first look does not see what that look planned
            await self.look()
            if self._serving:
                await asyncio.wait(set(self._serving.values()))

    async def close(self) -> None:
        """Start nothing new, end what runs, and let another process take it at once."""
        self._closing = True
        running = list(self._serving.values())
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
            await self.storage.run(jobs.give_back)

    # -- looking

    async def look(self) -> None:
        """Plan what fell due and start a runner for every job that has something to run. Never two looks at a time."""
        async with self._looking:
            outlook = await self.storage.read(self._outlook)
            if outlook.missing:
                outlook = await self.storage.run(self._plan, outlook)
            for name in outlook.to_run & self.jobs.keys():
                self._serve(self.jobs[name])

    def _outlook(self, work: Work) -> Outlook:
        missing = [(job.name, at) for job in self.jobs.values() for at in self._fell_due(work, job)]
        return Outlook(tuple(missing), jobs.to_run(work))

    def _fell_due(self, work: Work, job: Job) -> list[datetime]:
        found = fell_due(job.schedule, jobs.last_planned(work, job.name), work.now, self.zone)
        if not found or (job.wanted is not None and not job.wanted(work)):
            return []
        return found[-1:] if job.last_only else found

    def _plan(self, work: Work, outlook: Outlook) -> Outlook:
        planned = [name for name, at in outlook.missing if jobs.plan(work, name, at)]
        self.counts["planned"] += len(planned)
        return Outlook((), jobs.to_run(work))

    # -- running

    def _serve(self, job: Job) -> None:
        if job.name in self._serving or self._closing:
            return
        task = asyncio.get_running_loop().create_task(self._run_due(job), name=f"job {job.name}")
        self._serving[job.name] = task
        task.add_done_callback(lambda done: self._served(job.name, done))

    def _served(self, name: str, task: asyncio.Task[None]) -> None:
        del self._serving[name]
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a run could not be recorded; it is taken again", exc_info=fault, extra={"action": "job_lost", "job": name})

    async def _run_due(self, job: Job) -> None:
        """Run the occurrences of one job that are due, one after the other."""
        while not self._closing and (occurrence := await self.storage.run(jobs.claim, job.name, job.max_late)) is not None:
            await self._run(job, occurrence)

    async def run_at(self, name: str, planned_at: datetime) -> State:
        """Run one occurrence now, known or not, late or not. Raises UnknownJob, JobIsRunning."""
        job = self.jobs.get(name)
        if job is None:
            raise UnknownJob(f"there is no job {name!r}; there are: {', '.join(sorted(self.jobs))}")
        occurrence = await self.storage.run(jobs.seize, name, planned_at)
        if occurrence is None:
            raise JobIsRunning(f"{name} runs right now: wait until it is done")
        return await self._run(job, occurrence)

    async def _run(self, job: Job, occurrence: Occurrence) -> State:
        """Run one occurrence under its lease. A failure is its own: it is recorded, and the next occurrence is another try."""
        context = JobContext(self.storage, self.clock, self.zone, occurrence.planned_at, occurrence.key, occurrence.attempt)
        state, failure = State.DONE, None
        try:
            if not await self._under_lease(job, context, occurrence):
                return State.RUNNING
        except Exception as fault:
            state, failure = State.FAILED, type(fault).__name__
            log.exception("a job failed", extra={"action": "job_failed", "job": job.name, "error": failure})
        self.counts[state.value] += 1
        await self.storage.run(jobs.finish, occurrence, state, failure)
        return state

    async def _under_lease(self, job: Job, context: JobContext, occurrence: Occurrence) -> bool:
        """Run it while the lease is renewed; False where the lease was lost, and the run given up, because another process has taken it."""
        run = asyncio.ensure_future(job.run(context))
        lease = asyncio.ensure_future(self._keep(occurrence))
        try:
            await asyncio.wait((run, lease), return_when=asyncio.FIRST_COMPLETED)
            if not run.done():
                log.warning("a run lost its lease and is given up", extra={"action": "job_lease_lost", "job": job.name})
                return False
            await run
            return True
        finally:
            run.cancel()
            lease.cancel()
            await asyncio.gather(run, lease, return_exceptions=True)

    async def _keep(self, occurrence: Occurrence) -> None:
        """Renew the lease until it is lost or we are cancelled."""
        never = asyncio.Event()
        held = True
        while held:
            await self.clock.wait(never, RENEW_SECONDS)
            held = await self.storage.run(jobs.renew, occurrence)
