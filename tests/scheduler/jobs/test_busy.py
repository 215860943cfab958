"""Calendars kept elsewhere are read for when they are busy; what fails is written down with why, and what was known stays."""

import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.logs import QUIET
from bot.reaching import Reach, Why
from bot.rules.calendars import LARGEST, MOST_EVENTS
from scheduler.job import JobContext
from scheduler.jobs import busy as job
from storage import busy, caseworkers, switches
from storage.busy import Kind, Source
from storage.engine import Storage
from storage.switches import Switch
from tests.clock import TestClock
from tests.doubles.caldav import CalendarDouble, calendar_double, event
from tests.doubles.http import Answer, Cut, Response
from tests.rules.waiting import PARIS
from tests.storage.diary import Diary, diary

PARIS_DAY = date(2026, 3, 3)
REACH = Reach(frozenset({"127.0.0.1"}))
FIVE = event("five", "DTSTART:20260305T080000Z", "DTEND:20260305T170000Z", "SUMMARY:Un secret")
WEEKLY = event("weekly", "DTSTART;TZID=Europe/Paris:20260106T090000", "DTEND;TZID=Europe/Paris:20260106T170000", "RRULE:FREQ=WEEKLY;BYDAY=MO")
LONG_AGO = event("long-ago", "DTSTART:20200305T080000Z", "DTEND:20200305T170000Z")


@pytest_asyncio.fixture
async def double() -> AsyncIterator[CalendarDouble]:
    async with calendar_double() as running:
        yield running


async def on(storage: Storage) -> Diary:
    """Samira receives on weekdays, and calendars are read."""
    await storage.run(lambda work: switches.turn(work, Switch.BUSY, on=True))
    return await diary(storage)


async def run(storage: Storage, clock: TestClock, reach: Reach = REACH, zone: ZoneInfo = PARIS) -> None:
    await job.job(reach).run(JobContext(storage, clock, zone, clock.now()))


async def only(storage: Storage) -> Source:
    (source,) = await storage.read(busy.sources)
    return source


async def free_days(of: Diary) -> set[int]:
    """The days of March on which something is offered."""
    return {slot.day(PARIS).day for slot in await of.slots(200) if slot.day(PARIS).month == 3}


class TestReading:
    async def test_an_address_is_read_and_its_times_are_not_offered(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        double.events = [FIVE, WEEKLY, LONG_AGO]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        source = await only(storage)
        assert (source.failure, source.events, source.unread, source.read_at) == ("", 3, 0, clock.now())
        days = await free_days(of)
        assert days.isdisjoint({5, 9, 16, 23, 30})
        assert {4, 6, 10} <= days

    async def test_a_caldav_collection_is_asked_for_these_days(self, storage: Storage, clock: TestClock) -> None:
        of = await on(storage)
        async with calendar_double("nadège:p@ss/word") as double:
            double.events = [FIVE, WEEKLY, LONG_AGO]
            name = "nad%C3%A8ge:p%40ss%2Fword"
            await storage.run(busy.add, of.team[0], Kind.CALDAV, double.collection.replace(double.login, name))
            await run(storage, clock)
            source = await only(storage)
            assert (source.failure, source.events) == ("", 2), "what is long over is not even sent"
            assert double.asked[0].method == "REPORT"
        assert {5, 9}.isdisjoint(await free_days(of))

    async def test_what_has_not_changed_is_not_sent_again_but_once_a_day(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        double.events = [FIVE]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        clock.turn(minutes=10)
        await run(storage, clock)
        assert "if-none-match" in double.asked[1].headers
        source = await only(storage)
        assert (source.read_at, source.failure, 5 in await free_days(of)) == (clock.now(), "", False)
        clock.turn(hours=24)
        await run(storage, clock)
        assert "if-none-match" not in double.asked[2].headers, "there is one more day to see"

    async def test_an_event_taken_away_gives_its_time_back(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        double.events = [FIVE]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        assert 5 not in await free_days(of)
        double.events = []
        clock.turn(minutes=10)
        await run(storage, clock)
        assert 5 in await free_days(of)

    async def test_a_traveller_is_busy_when_it_is_day_there(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        double.events = [event("ny", "DTSTART;TZID=America/New_York:20260305T030000", "DTEND;TZID=America/New_York:20260305T110000")]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        assert 5 not in await free_days(of), "nine to five in Paris"


class TestDue:
    async def test_off_nothing_is_read(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await diary(storage)
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        assert not await storage.read(busy.any_due)
        await run(storage, clock)
        assert double.asked == []

    async def test_every_ten_minutes_and_half_an_hour_after_a_failure(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        token = await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        double.faults = [Response(500, b"")]
        await run(storage, clock)
        clock.turn(minutes=29)
        assert not await storage.read(busy.any_due)
        assert await storage.run(busy.ask_again, token)
        assert await storage.read(busy.any_due), "somebody asked"
        await run(storage, clock)
        clock.turn(minutes=9)
        assert not await storage.read(busy.any_due)
        clock.turn(minutes=1)
        assert await storage.read(busy.any_due)

    async def test_not_of_somebody_who_left(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await storage.run(caseworkers.disable, of.team[0])
        assert not await storage.read(busy.any_due)
        assert not await storage.read(busy.any_ill)

    async def test_one_taken_away_while_it_is_read_leaves_nothing(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        token = await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        source = await only(storage)
        await storage.run(busy.remove, token)
        await job.read_one(JobContext(storage, clock, PARIS, clock.now()), REACH, source)
        assert await storage.read(busy.sources) == ()


class TestFailures:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (Response(401, b""), Why.LOCKED),
            (Response(404, b""), Why.GONE),
            (Response(503, b""), Why.ILL),
            (Cut(), Why.ILL),
            (Response(200, b"<html>Connectez-vous</html>"), Why.UNREADABLE),
            (Response(200, b"BEGIN:VCALENDAR\r\n" + b"X" * LARGEST), Why.TOO_LARGE),
            (
                Response(200, b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nDTSTART:20260303T090000Z\r\nEND:VEVENT\r\n" * (MOST_EVENTS + 1)),
                Why.TOO_LARGE,
            ),
        ],
    )
    async def test_are_written_down_and_what_was_known_stays(
        self, storage: Storage, clock: TestClock, double: CalendarDouble, answer: Answer, why: Why
    ) -> None:
        of = await on(storage)
        double.events = [FIVE]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        read_at = clock.now()
        clock.turn(minutes=10)
        double.faults = [answer]
        await run(storage, clock)
        source = await only(storage)
        assert (source.failure, source.read_at, source.tried_at) == (why, read_at, clock.now())
        assert 5 not in await free_days(of)
        clock.turn(hours=24)
        assert await storage.read(busy.any_ill)
        await run(storage, clock)
        assert (await only(storage)).failure == ""
        assert not await storage.read(busy.any_ill)

    async def test_an_address_inside_is_not_even_asked(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock, Reach())
        assert (await only(storage)).failure == Why.INSIDE
        assert double.asked == []

    async def test_one_that_fails_does_not_keep_the_others(self, storage: Storage, clock: TestClock, double: CalendarDouble) -> None:
        of = await on(storage)
        await storage.run(busy.add, of.team[0], Kind.ICS, "https://nowhere.invalid/a.ics")
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)

        async def nobody(host: str, port: int) -> list[str]:
            if host == "nowhere.invalid":
                raise OSError("no such name")
            return [host]

        await run(storage, clock, Reach(frozenset({"127.0.0.1"}), nobody))
        assert [source.failure for source in await storage.read(busy.sources)] == [Why.UNKNOWN, ""]

    async def test_no_log_carries_an_address_or_a_title(
        self, storage: Storage, clock: TestClock, double: CalendarDouble, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        of = await on(storage)
        double.events, double.faults = [FIVE], [Response(404, b"")]
        await storage.run(busy.add, of.team[0], Kind.ICS, double.ics)
        await run(storage, clock)
        clock.turn(hours=1)
        await run(storage, clock)
        assert {"httpx", "httpcore"} <= set(QUIET), "they would write addresses"
        said = " ".join(str(vars(record)) for record in caplog.records if not record.name.startswith(("httpx", "httpcore")))
        assert "busy_unread" in said
        assert "basic.ics" not in said
        assert "secret" not in said.casefold()


def test_a_mark_is_good_for_its_day() -> None:
    today = job.mark_of(PARIS_DAY, '"abc"')
    assert job.mark_known(today, PARIS_DAY) == '"abc"'
    assert job.mark_known(today, PARIS_DAY + timedelta(days=1)) == ""
    assert job.mark_of(PARIS_DAY, "x" * 500) == job.mark_of(PARIS_DAY, "") == job.mark_of(PARIS_DAY, '"a\r\nX: b"') == ""
