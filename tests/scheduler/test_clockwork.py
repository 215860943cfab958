"""Jobs run once, in time, whoever dies; a job that fails stops nobody."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.rules.schedules import Every
from scheduler.clockwork import JobIsRunning, UnknownJob
from storage.engine import Storage, Work
from storage.jobs import LEASE_SECONDS, State
from storage.tables import JobRun
from tests.clock import TestClock
from tests.scheduler.conftest import House, Recorder, night

ONCE_A_MINUTE = Every(timedelta(minutes=1))


def states(work: Work, job: str = "nightly") -> list[str]:
    return list(work.session.exec(select(JobRun.state).where(col(JobRun.job) == job).order_by(col(JobRun.planned_at))))


async def passed(clock: TestClock, seconds: float, steps: int = 20) -> None:
    """Turn the clock and let whoever waits for it look at it."""
    clock.turn(seconds)
    for _ in range(steps):
        await asyncio.sleep(0)


async def renewed(storage: Storage, before: float | None) -> float | None:
    """The end of the lease once it is another: on PostgreSQL several threads write, and what was asked first may end last."""
    async with asyncio.timeout(10):
        while (until := await storage.read(lease_ends)) == before:
            pass
    return until


def lease_ends(work: Work) -> float | None:
    return work.session.exec(select(JobRun.leased_until).where(col(JobRun.state) == State.RUNNING)).one()


class TestTick:
    async def test_runs_what_fell_due(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        clockwork = await house.open(record.job())
        await clockwork.tick()
        clock.turn(hours=16)
        await clockwork.tick()
        assert record.runs == [night(3)]
        clock.turn(hours=2)
        await clockwork.tick()
        await clockwork.tick()
        assert record.runs == [night(3), night(4)]

    async def test_a_clock_turned_48_hours_runs_what_fell_due_in_between(self, house: House, clock: TestClock, storage: Storage) -> None:
        record = Recorder()
        clockwork = await house.open(record.job())
        await clockwork.tick()
        clock.turn_to(clock.now() + timedelta(hours=48))
        await clockwork.tick()
        assert record.runs == [night(3), night(4), night(5)]
        assert record.most_at_once == 1

    async def test_past_its_lateness_an_occurrence_is_not_run(self, house: House, clock: TestClock, storage: Storage) -> None:
        record = Recorder()
        clockwork = await house.open(record.job(max_late=timedelta(hours=12)))
        await clockwork.tick()
        clock.turn(hours=48)
        await clockwork.tick()
        assert record.runs == [night(3), night(5)]
        assert await storage.read(states) == [State.DONE, State.TOO_LATE, State.DONE]

    async def test_a_job_that_looks_runs_the_last_one_only(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        clockwork = await house.open(record.job(schedule=ONCE_A_MINUTE, last_only=True))
        await clockwork.tick()
        clock.turn(hours=48)
        await clockwork.tick()
        assert record.runs == [clock.now() - timedelta(hours=48), clock.now()]

    async def test_what_nobody_wants_is_not_even_written(self, house: House, clock: TestClock, storage: Storage) -> None:
        record = Recorder()
        wanted: list[bool] = []
        clockwork = await house.open(record.job(schedule=ONCE_A_MINUTE, last_only=True, wanted=lambda work: bool(wanted)))
        await clockwork.tick()
        assert await storage.read(states) == []
        wanted.append(True)
        await clockwork.tick()
        assert len(record.runs) == 1

    async def test_different_jobs_run_side_by_side(self, house: House) -> None:
        slow, quick = Recorder(), Recorder()
        slow.gate.clear()
        clockwork = await house.open(slow.job("slow"), quick.job("quick"))
        ticking = asyncio.create_task(clockwork.tick())
        await quick.started.wait()
        assert not ticking.done()
        slow.gate.set()
        await ticking
        assert len(slow.runs) == len(quick.runs) == 1

    async def test_a_long_run_holds_no_look(self, house: House, clock: TestClock) -> None:
        slow, quick = Recorder(), Recorder()
        clockwork = await house.open(slow.job("slow"), quick.job("quick", schedule=ONCE_A_MINUTE))
        await clockwork.tick()
        slow.gate.clear()
        slow.started.clear()
        clock.turn_to(clock.now() + timedelta(hours=24))
        await clockwork.look()
        await slow.started.wait()
        before = len(quick.runs)
        clock.turn_to(clock.now() + timedelta(minutes=1))
        quick.started.clear()
        await clockwork.look()
        await quick.started.wait()
        assert len(quick.runs) > before
        slow.gate.set()

    async def test_never_overlaps_itself(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        record.gate.clear()
        clockwork = await house.open(record.job(schedule=ONCE_A_MINUTE))
        ticks = [asyncio.create_task(clockwork.tick()) for _ in range(5)]
        await record.started.wait()
        clock.turn(minutes=3)
        ticks += [asyncio.create_task(clockwork.tick()) for _ in range(5)]
        for _ in range(50):
            await asyncio.sleep(0)
        record.gate.set()
        await asyncio.gather(*ticks)
        assert record.most_at_once == 1
        assert len(record.runs) == len(set(record.runs)) == 4


class TestSeveralProcesses:
    async def test_an_occurrence_runs_once(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        clockworks = [await house.open(record.job()) for _ in range(3)]
        await asyncio.gather(*(each.tick() for each in clockworks))
        clock.turn(days=3)
        await asyncio.gather(*(each.tick() for each in clockworks))
        assert record.runs == [night(3), night(4), night(5), night(6)]
        assert record.most_at_once == 1

    async def test_a_dead_runner_is_taken_over(self, house: House, clock: TestClock, storage: Storage) -> None:
        dead, alive = Recorder(), Recorder()
        dead.gate.clear()
        first, second = await house.open(dead.job()), await house.open(alive.job())
        await first.look()
        await dead.started.wait()
        await first.storage.close()
        await second.tick()
        assert alive.runs == []
        clock.turn(LEASE_SECONDS + 1)
        await second.tick()
        assert alive.runs == dead.runs == [night(3)]
        assert alive.attempts == [2]
        assert await storage.read(states) == [State.DONE]

    async def test_a_run_longer_than_its_lease_keeps_it(self, house: House, clock: TestClock) -> None:
        slow, other = Recorder(), Recorder()
        slow.gate.clear()
        first, second = await house.open(slow.job()), await house.open(other.job())
        ticking = asyncio.create_task(first.tick())
        await slow.started.wait()
        until = await first.storage.read(lease_ends)
        for _ in range(6):
            await passed(clock, LEASE_SECONDS / 3)
            until = await renewed(first.storage, until)
            await second.tick()
        assert other.runs == []
        slow.gate.set()
        await ticking

    async def test_a_run_whose_lease_was_lost_is_given_up(self, house: House, clock: TestClock, storage: Storage) -> None:
        asleep, awake = Recorder(), Recorder()
        asleep.gate.clear()
        first, second = await house.open(asleep.job()), await house.open(awake.job())
        ticking = asyncio.create_task(first.tick())
        await asleep.started.wait()
        await asyncio.gather(second.storage.run(_steal), storage.run(lambda work: None))
        clock.turn(LEASE_SECONDS)
        await ticking
        assert await storage.read(states) == [State.RUNNING]
        clock.turn(2 * LEASE_SECONDS)
        await second.tick()
        assert awake.runs == [night(3)]
        assert await storage.read(states) == [State.DONE]

    async def test_what_a_stopping_process_ran_is_free_at_once(self, house: House) -> None:
        stopping, staying = Recorder(), Recorder()
        stopping.gate.clear()
        first, second = await house.open(stopping.job()), await house.open(staying.job())
        await first.look()
        await stopping.started.wait()
        await first.close()
        await second.tick()
        assert staying.runs == [night(3)]


def _steal(work: Work) -> None:
    """The lease ended under its runner, and somebody else has taken the occurrence."""
    run = work.session.exec(select(JobRun)).one()
    run.holder, run.attempts, run.leased_until = "somebody else", run.attempts + 1, work.elapsed + 2 * LEASE_SECONDS


class TestFailure:
    async def test_is_recorded_counted_and_retried_at_the_next_occurrence(
        self, house: House, clock: TestClock, storage: Storage, caplog: pytest.LogCaptureFixture
    ) -> None:
        record = Recorder()
        record.faults.append(ValueError("said in the log alone"))
        clockwork = await house.open(record.job())
        with caplog.at_level(logging.ERROR):
            await clockwork.tick()
            await clockwork.tick()
        assert record.runs == [night(3)]
        assert await storage.read(states) == [State.FAILED]
        assert clockwork.counts[State.FAILED] == 1
        assert [(line.__dict__["action"], line.__dict__["job"]) for line in caplog.records] == [("job_failed", "nightly")]
        clock.turn(hours=24)
        await clockwork.tick()
        assert await storage.read(states) == [State.FAILED, State.DONE]

    async def test_never_stops_the_others(self, house: House, clock: TestClock) -> None:
        bad, good = Recorder(), Recorder()
        bad.faults = [RuntimeError() for _ in range(9)]
        clockwork = await house.open(bad.job("bad"), good.job("good"))
        for _ in range(4):
            await clockwork.tick()
            clock.turn(hours=24)
        assert bad.runs == good.runs == [night(day) for day in (3, 4, 5, 6)]

    async def test_a_failed_occurrence_does_not_hold_the_next_one(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        clockwork = await house.open(record.job())
        await clockwork.tick()
        record.faults = [RuntimeError()]
        clock.turn(hours=72)
        await clockwork.tick()
        assert record.runs == [night(3), night(4), night(5), night(6)]


class TestRun:
    async def test_beats_by_itself_until_cancelled(self, house: House) -> None:
        record = Recorder()
        record.gate.clear()
        clockwork = await house.open(record.job(), own_process=False, every=0.01)
        living = asyncio.create_task(clockwork.run())
        async with asyncio.timeout(10):
            await record.started.wait()
        living.cancel()
        with pytest.raises(asyncio.CancelledError):
            await living
        assert await clockwork.storage.read(states) == [State.DUE]

    async def test_the_interval_goes_on_after_a_look_that_failed(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        faults = [RuntimeError("once"), RuntimeError("twice")]

        def wanted(work: Work) -> bool:
            if faults:
                raise faults.pop()
            return True

        clockwork = await house.open(record.job(wanted=wanted), own_process=False, every=0.01)
        living = asyncio.create_task(clockwork.run())
        async with asyncio.timeout(10):
            await record.started.wait()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        assert faults == []


class TestRunAt:
    async def test_runs_any_occurrence_again(self, house: House, clock: TestClock, storage: Storage) -> None:
        record = Recorder()
        clockwork = await house.open(record.job(max_late=timedelta(hours=1)))
        for _ in range(2):
            assert await clockwork.run_at("nightly", night(1)) is State.DONE
        assert record.runs == [night(1), night(1)]
        assert await storage.read(states) == [State.DONE]

    async def test_a_failure_is_told(self, house: House) -> None:
        record = Recorder()
        record.faults.append(ValueError())
        assert await (await house.open(record.job())).run_at("nightly", night(1)) is State.FAILED

    async def test_does_not_run_beside_itself(self, house: House) -> None:
        record = Recorder()
        record.gate.clear()
        clockwork = await house.open(record.job())
        ticking = asyncio.create_task(clockwork.tick())
        await record.started.wait()
        with pytest.raises(JobIsRunning):
            await (await house.open(record.job())).run_at("nightly", night(1))
        record.gate.set()
        await ticking

    async def test_an_unknown_job_names_the_known_ones(self, house: House) -> None:
        clockwork = await house.open(Recorder().job(), Recorder().job("hourly"))
        with pytest.raises(UnknownJob, match="hourly, nightly"):
            await clockwork.run_at("weekly", night(1))

    async def test_what_was_run_for_a_time_to_come_skips_nothing(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        clockwork = await house.open(record.job())
        await clockwork.tick()
        await clockwork.run_at("nightly", night(20))
        clock.turn(hours=24)
        await clockwork.tick()
        assert record.runs == [night(3), night(20), night(4)]
