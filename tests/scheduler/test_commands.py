"""What an operator reads of the jobs."""

import re
from datetime import datetime, timedelta

import pytest

from bot.rules.schedules import Every
from scheduler.commands import JobFailed, list_jobs, run_job
from tests.clock import TestClock
from tests.scheduler.conftest import House, Recorder, night


class TestListJobs:
    async def test_shows_the_last_and_the_next_occurrence_by_the_clocks_of_the_service(self, house: House) -> None:
        good, bad, never = Recorder(), Recorder(), Recorder()
        bad.faults.append(ValueError("nothing of this is shown"))
        weekly = never.job("weekly", Every(timedelta(days=7)), wanted=lambda work: False)
        clockwork = await house.open(good.job("good"), bad.job("bad"), weekly)
        await clockwork.tick()
        lines = await list_jobs(clockwork)
        assert [re.split("  +", line) for line in lines] == [
            ["job", "schedule", "last", "next"],
            ["bad", "daily at 03:20", "2026-03-03 03:20:00+01:00 failed (ValueError)", "2026-03-04 03:20:00+01:00"],
            ["good", "daily at 03:20", "2026-03-03 03:20:00+01:00 done", "2026-03-04 03:20:00+01:00"],
            ["weekly", "every 7 days, 0:00:00", "never", "2026-03-05 01:00:00+01:00"],
        ]
        assert len({line.find("2026-03-04") for line in lines[1:3]}) == 1, "the columns stand under one another"


class TestRunJob:
    async def test_runs_now(self, house: House, clock: TestClock) -> None:
        record = Recorder()
        assert await run_job(await house.open(record.job()), "nightly", None) == ["nightly 2026-03-03 10:30:00+01:00: done"]
        assert record.runs == [clock.now()]

    async def test_a_time_without_offset_is_the_services(self, house: House) -> None:
        record = Recorder()
        clockwork = await house.open(record.job())
        for said in ("2026-03-02T03:20", "2026-03-02T02:20+00:00"):
            assert await run_job(clockwork, "nightly", datetime.fromisoformat(said)) == ["nightly 2026-03-02 03:20:00+01:00: done"]
        assert record.runs == [night(2), night(2)]

    async def test_a_failure_ends_in_an_error(self, house: House) -> None:
        record = Recorder()
        record.faults.append(ValueError())
        with pytest.raises(JobFailed, match="nightly failed"):
            await run_job(await house.open(record.job()), "nightly", None)
