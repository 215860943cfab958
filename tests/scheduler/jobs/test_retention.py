"""The nightly purge, as the clockwork runs it: on by default, every night, and it says how much of what, of nobody."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.settings import Settings
from content.library import load_library
from scheduler.clockwork import Clockwork
from scheduler.jobs import jobs, retention
from storage import tables
from storage.engine import Storage, Work, table
from tests.bot.test_exports import ADA, SAID, ZOE, live
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
LIBRARY = load_library()


def people(work: Work) -> int:
    return int(work.session.execute(select(func.count()).select_from(table(tables.Person))).scalar_one())


async def test_every_night_by_itself(storage: Storage, clock: TestClock, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clockwork = Clockwork(storage, clock, [retention.job(lambda: LIBRARY, tmp_path / "ledger")], zone=PARIS)
    await clockwork.tick()
    await storage.run(live, ADA)
    clock.turn(days=500)
    await storage.run(live, ZOE)
    await clockwork.tick()
    assert await storage.read(people) == 2
    clock.turn(days=240)
    with caplog.at_level(logging.INFO):
        await clockwork.tick()
    assert await storage.read(people) == 1
    said = [record for record in caplog.records if getattr(record, "action", "") == "retention"]
    assert ("people", 1) in [(vars(record)["kind"], vars(record)["rows"]) for record in said]
    assert not [record for record in caplog.records if SAID in str(vars(record)) or "ada-4471" in str(vars(record))]


def test_it_is_on_by_default_at_night(settings: Settings) -> None:
    (nightly,) = [job for job in jobs(lambda: LIBRARY, settings) if job.name == "retention"]
    at = nightly.schedule.next_after(datetime(2026, 3, 3, 12, tzinfo=UTC), PARIS).astimezone(PARIS)
    assert (at.hour, at.minute) == (3, 40)
