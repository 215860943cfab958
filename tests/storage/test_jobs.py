"""Occurrences of jobs: one runner at a time, whoever dies."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.settings import Settings
from storage import jobs
from storage.engine import Storage, Work, open_storage
from storage.jobs import LEASE_SECONDS, MOST_ATTEMPTS, RUNNERS_DIED, Occurrence, State
from tests.clock import TUESDAY, TestClock

HOUR = timedelta(hours=1)
NEVER_LATE = timedelta(days=365)


@pytest.fixture
async def other(settings: Settings, storage: Storage, clock: TestClock) -> AsyncIterator[Storage]:
    """The same database, opened by another process."""
    other = await open_storage(settings, clock, migrate=False)
    yield other
    await other.close()


def plan_all(work: Work, *moments: datetime, job: str = "nightly") -> list[bool]:
    return [jobs.plan(work, job, moment) for moment in moments]


async def claim(storage: Storage, job: str = "nightly", max_late: timedelta = NEVER_LATE) -> Occurrence | None:
    return await storage.run(jobs.claim, job, max_late)


async def claimed(storage: Storage, max_late: timedelta = NEVER_LATE) -> Occurrence:
    occurrence = await claim(storage, max_late=max_late)
    assert occurrence is not None
    return occurrence


async def last(storage: Storage) -> tuple[State, str | None]:
    found = await storage.read(jobs.last, "nightly")
    assert found is not None
    return found.state, found.failure


class TestPlan:
    async def test_an_occurrence_is_made_once(self, storage: Storage, other: Storage) -> None:
        made = await asyncio.gather(*(each.run(plan_all, TUESDAY) for each in (storage, other, storage, other)))
        assert sorted(made) == [[False], [False], [False], [True]]

    async def test_what_is_finished_is_not_planned_again(self, storage: Storage) -> None:
        await storage.run(plan_all, TUESDAY)
        await storage.run(jobs.finish, await claimed(storage), State.DONE)
        assert await storage.run(plan_all, TUESDAY) == [False]
        assert await claim(storage) is None

    async def test_the_last_planned_is_of_this_job_and_not_to_come(self, storage: Storage) -> None:
        assert await storage.read(jobs.last_planned, "nightly") is None
        await storage.run(plan_all, TUESDAY - HOUR, TUESDAY - 2 * HOUR, TUESDAY + HOUR)
        await storage.run(plan_all, TUESDAY, job="hourly")
        assert await storage.read(jobs.last_planned, "nightly") == TUESDAY - HOUR


class TestClaim:
    async def test_two_processes_share_one_occurrence(self, storage: Storage, other: Storage) -> None:
        await storage.run(plan_all, TUESDAY)
        found = await asyncio.gather(*(claim(each) for each in (storage, other) * 4))
        assert len([each for each in found if each is not None]) == 1

    async def test_what_is_to_come_is_not_taken(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY + HOUR)
        assert await claim(storage) is None
        assert await storage.read(jobs.to_run) == frozenset()
        clock.turn(hours=1)
        assert await storage.read(jobs.to_run) == {"nightly"}
        assert (await claimed(storage)).planned_at == TUESDAY + HOUR

    async def test_one_job_runs_one_occurrence_at_a_time_oldest_first(self, storage: Storage, other: Storage) -> None:
        await storage.run(plan_all, TUESDAY, TUESDAY - HOUR)
        first = await claimed(storage)
        assert first.planned_at == TUESDAY - HOUR
        assert await claim(other) is None
        assert await storage.run(jobs.finish, first, State.FAILED, "ValueError")
        assert (await claimed(other)).planned_at == TUESDAY

    async def test_another_job_does_not_wait(self, storage: Storage) -> None:
        await storage.run(plan_all, TUESDAY)
        await storage.run(plan_all, TUESDAY, job="hourly")
        assert await claim(storage) is not None
        assert await claim(storage, "hourly") is not None

    async def test_past_its_lateness_it_is_not_run(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY, TUESDAY + HOUR)
        clock.turn(minutes=61)
        assert (await claimed(storage, max_late=HOUR)).planned_at == TUESDAY + HOUR
        clock.turn(hours=1)
        assert await claim(storage, max_late=HOUR) is None

    async def test_too_late_is_kept_and_shown(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY)
        clock.turn(hours=1, seconds=1)
        assert await claim(storage, max_late=HOUR) is None
        assert await last(storage) == (State.TOO_LATE, None)


class TestLease:
    async def test_a_dead_runners_occurrence_is_taken_again(self, storage: Storage, other: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY)
        dead = await claimed(storage)
        clock.turn(LEASE_SECONDS - 1)
        assert await claim(other) is None
        clock.turn(2)
        assert await other.read(jobs.to_run) == {"nightly"}
        again = await claimed(other)
        assert (again.id, again.attempt) == (dead.id, 2)

    async def test_a_renewed_lease_holds(self, storage: Storage, other: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY)
        occurrence = await claimed(storage)
        for _ in range(4):
            clock.turn(LEASE_SECONDS / 2)
            assert await storage.run(jobs.renew, occurrence)
        assert await claim(other) is None

    async def test_who_lost_the_lease_has_no_say(self, storage: Storage, other: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY)
        dead = await claimed(storage)
        clock.turn(LEASE_SECONDS + 1)
        again = await claimed(other)
        assert not await storage.run(jobs.renew, dead)
        assert not await storage.run(jobs.finish, dead, State.FAILED, "Late")
        assert await last(storage) == (State.RUNNING, None)
        assert await other.run(jobs.finish, again, State.DONE)
        assert await last(storage) == (State.DONE, None)

    async def test_an_occurrence_that_kills_its_runners_is_failed(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(plan_all, TUESDAY)
        for attempt in range(MOST_ATTEMPTS):
            assert (await claimed(storage)).attempt == attempt + 1
            clock.turn(LEASE_SECONDS + 1)
        assert await claim(storage) is None
        assert await last(storage) == (State.FAILED, RUNNERS_DIED)

    async def test_a_process_that_stops_gives_back(self, storage: Storage, other: Storage) -> None:
        await storage.run(plan_all, TUESDAY)
        await claimed(storage)
        await other.run(jobs.give_back)
        assert await claim(other) is None
        await storage.run(jobs.give_back)
        assert await claim(other) is not None


class TestSeize:
    async def test_takes_what_was_never_planned_and_what_is_done(self, storage: Storage) -> None:
        for attempt in (1, 2):
            occurrence = await storage.run(jobs.seize, "nightly", TUESDAY - 40 * HOUR)
            assert occurrence is not None
            assert occurrence.attempt == attempt
            assert await storage.run(jobs.finish, occurrence, State.DONE)

    async def test_waits_for_a_run_of_the_same_job(self, storage: Storage, other: Storage) -> None:
        await storage.run(plan_all, TUESDAY)
        occurrence = await claimed(storage)
        assert await other.run(jobs.seize, "nightly", TUESDAY - HOUR) is None
        assert await other.run(plan_all, TUESDAY - HOUR) == [True], "what was refused is not left to run later"
        await storage.run(jobs.finish, occurrence, State.DONE)
        assert await other.run(jobs.seize, "nightly", TUESDAY - HOUR) is not None
