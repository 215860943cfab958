"""Schedules across days, months and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.schedules import Daily, Every, Schedule, fell_due

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(2026, 2037)
ZONES = st.sampled_from([PARIS, ZoneInfo("America/Noronha"), ZoneInfo("Pacific/Apia"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Africa/Cairo")])
SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.builds(Every, st.timedeltas(timedelta(seconds=1), timedelta(days=3))), st.builds(Daily, st.times(max_value=time(23, 59)))
)
START = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = st.timedeltas(timedelta(), timedelta(days=11 * 365)).map(lambda passed: START + passed)


def last_sunday(year: int, month: int) -> date:
    """The day Europe changes its clocks."""
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def a_day(schedule: Daily, day: date) -> list[datetime]:
    """The occurrences between two midnights of Paris, by its clocks."""
    start = datetime.combine(day, time(), tzinfo=PARIS).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS).astimezone(UTC)
    found, at = [], schedule.next_after(start - timedelta(microseconds=1), PARIS)
    while at < end:
        found.append(at.astimezone(PARIS))
        at = schedule.next_after(at, PARIS)
    return found


class TestDaily:
    def test_comes_at_its_hour_whatever_the_season(self) -> None:
        nightly = Daily(time(3, 20))
        assert nightly.next_after(datetime(2026, 1, 10, 12, tzinfo=UTC), PARIS) == datetime(2026, 1, 11, 2, 20, tzinfo=UTC)
        assert nightly.next_after(datetime(2026, 7, 10, 12, tzinfo=UTC), PARIS) == datetime(2026, 7, 11, 1, 20, tzinfo=UTC)

    @pytest.mark.parametrize("year", YEARS)
    @pytest.mark.parametrize("hour", [time(0, 0), time(1, 59), time(2, 0), time(2, 30), time(3, 0), time(3, 20), time(23, 59)])
    def test_comes_once_on_both_clock_change_sundays_and_around(self, year: int, hour: time) -> None:
        for sunday in (last_sunday(year, 3), last_sunday(year, 10)):
            for day in (sunday + timedelta(days=days) for days in (-1, 0, 1)):
                assert len(a_day(Daily(hour), day)) == 1

    @pytest.mark.parametrize("year", YEARS)
    def test_an_hour_that_does_not_exist_comes_an_hour_later_by_the_clocks(self, year: int) -> None:
        [found] = a_day(Daily(time(2, 30)), last_sunday(year, 3))
        assert found.strftime("%H:%M %z") == "03:30 +0200"

    @pytest.mark.parametrize("year", YEARS)
    def test_an_hour_that_exists_twice_comes_the_first_time(self, year: int) -> None:
        sunday = last_sunday(year, 10)
        [found] = a_day(Daily(time(2, 30)), sunday)
        assert found.strftime("%H:%M %z") == "02:30 +0200"
        second = datetime(sunday.year, sunday.month, sunday.day, 1, 30, tzinfo=UTC)
        assert Daily(time(2, 30)).latest(second, PARIS) == second - timedelta(hours=1)
        assert Daily(time(2, 30)).next_after(second, PARIS) == datetime.combine(sunday + timedelta(days=1), time(1, 30), tzinfo=UTC)

    def test_a_day_that_a_zone_skipped_whole_changes_nothing_else(self) -> None:
        apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
        before = datetime(2011, 12, 29, 12, tzinfo=apia)
        assert Daily(time(9)).next_after(before, apia).astimezone(apia).date() == date(2011, 12, 31)


class TestEvery:
    def test_keeps_to_its_grid_over_a_clock_change(self) -> None:
        hourly = Every(timedelta(hours=1))
        at = datetime(2026, 3, 28, 22, tzinfo=UTC)
        found = [at := hourly.next_after(at, PARIS) for _ in range(6)]
        assert found == [datetime(2026, 3, 28, 22, tzinfo=UTC) + timedelta(hours=hours) for hours in range(1, 7)]

    def test_an_occurrence_is_its_own_latest(self) -> None:
        assert Every(timedelta(seconds=5)).latest(datetime(2026, 3, 3, 9, 0, 5, tzinfo=UTC), PARIS).second == 5


class TestBoth:
    @given(SCHEDULES, TIMES, ZONES)
    def test_nothing_lies_between_the_latest_and_the_next(self, schedule: Schedule, now: datetime, zone: ZoneInfo) -> None:
        latest, following = schedule.latest(now, zone), schedule.next_after(now, zone)
        assert latest <= now < following
        assert schedule.next_after(latest, zone) == following
        assert schedule.latest(following, zone) == following
        assert schedule.latest(following - timedelta(microseconds=1), zone) == latest


class TestFellDue:
    def test_forty_eight_hours_are_two_nights(self) -> None:
        now = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
        nightly = Daily(time(3, 20))
        since = nightly.latest(now - timedelta(hours=48), PARIS)
        assert fell_due(nightly, since, now, PARIS) == [datetime(2026, 3, day, 2, 20, tzinfo=UTC) for day in (4, 5)]

    def test_nothing_fell_due_since_the_last_one(self) -> None:
        now = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
        assert fell_due(Daily(time(3, 20)), Daily(time(3, 20)).latest(now, PARIS), now, PARIS) == []

    def test_a_schedule_never_seen_begins_with_its_last_occurrence(self) -> None:
        now = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
        assert fell_due(Daily(time(3, 20)), None, now, PARIS) == [datetime(2026, 3, 5, 2, 20, tzinfo=UTC)]

    def test_after_a_long_silence_the_latest_ones(self) -> None:
        now = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
        found = fell_due(Every(timedelta(seconds=5)), now - timedelta(days=365), now, PARIS, most=3)
        assert found == [now - timedelta(seconds=10), now - timedelta(seconds=5), now]
