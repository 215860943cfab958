"""When somebody is there, against a second opinion that looks at the wall every minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given, settings

from bot.rules.holidays import holidays, is_holiday
from bot.rules.hours import Absence, Days, Hours, Range
from bot.rules.promises import next_reading
from tests.rules.waiting import (
    FIRST,
    FRANCE,
    LAST,
    LUNCH,
    MINUTE,
    PARIS,
    clock_changes,
    every_minute,
    first_reading,
    hours,
    open_minutes,
    situations,
    there,
    week,
)

MORNING = Range(time(8), time(12))
LOOKED = 20
"""How many days the second opinion looks ahead."""


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


class TestHolidays:
    @pytest.mark.parametrize("year", range(2008, 2101))
    def test_are_those_of_another_library(self, year: int) -> None:
        """From 2008 on: Whit Monday was worked for three years before."""
        assert holidays(year) == set(country_holidays("FR", years=year))

    def test_eleven_a_year_at_most(self) -> None:
        assert {len(holidays(year)) for year in range(2026, 2037)} <= {10, 11}, "8 May and Ascension may fall on one day"
        assert is_holiday(date(2026, 7, 14))
        assert not is_holiday(date(2026, 12, 26)), "a holiday of Alsace and Moselle only"


class TestOpen:
    @pytest.mark.parametrize(
        ("at", "there"),
        [
            (paris(2026, 11, 23, 8, 59), False),
            (paris(2026, 11, 23, 9), True),
            (paris(2026, 11, 23, 11, 59), True),
            (paris(2026, 11, 23, 12), False),  # lunch
            (paris(2026, 11, 23, 13, 59), False),
            (paris(2026, 11, 23, 14), True),
            (paris(2026, 11, 23, 17), False),
            (paris(2026, 11, 22, 10), False),  # Sunday
            (paris(2026, 11, 11, 10), False),  # Armistice
        ],
    )
    def test_several_ranges_a_day_and_holidays(self, at: datetime, there: bool) -> None:
        assert hours(LUNCH).open_at(at) is there

    def test_a_closure_counts_its_first_and_last_day(self) -> None:
        closed = hours(closures=(Days(date(2026, 8, 3), date(2026, 8, 14)),))
        assert [closed.open_at(paris(2026, 8, day, 10)) for day in (3, 7, 14, 17)] == [False, False, False, True]
        assert closed.open_at(paris(2026, 7, 31, 16, 59))

    def test_open_as_long_as_one_of_the_team_is_there(self) -> None:
        day = Days(date(2026, 11, 23), date(2026, 11, 24))
        one, both = (Absence(1, day),), (Absence(1, day), Absence(2, day))
        assert hours(absences=one).open_at(paris(2026, 11, 23, 10))
        assert not hours(absences=both).open_at(paris(2026, 11, 24, 10))
        assert hours(absences=both).open_at(paris(2026, 11, 25, 10))

    def test_away_in_the_morning(self) -> None:
        day = Days(date(2026, 11, 23), date(2026, 11, 23))
        alone = hours(absences=(Absence(1, day, MORNING),), team=(1,))
        assert [alone.open_at(paris(2026, 11, 23, hour)) for hour in (9, 11, 12, 16)] == [False, False, True, True]
        assert alone.ranges(day.first) == (Range(time(12), time(17)),)

    def test_nobody_in_the_team_is_nobody_there(self) -> None:
        assert not hours(team=()).open_at(paris(2026, 11, 23, 10))
        assert next_reading(paris(2026, 11, 23, 10), hours(team=())) is None


class TestClockChanges:
    def test_both_sundays_of_each_year_are_known(self) -> None:
        assert len(clock_changes()) == 22
        assert {at.astimezone(PARIS).weekday() for at in clock_changes()} == {6}

    @pytest.mark.parametrize("change", clock_changes(), ids=lambda at: at.date().isoformat())
    def test_the_wall_is_what_counts(self, change: datetime) -> None:
        """Hours that hold, begin or end in the hour that is skipped or shown twice; the evening before and the morning after."""
        day = change.astimezone(PARIS).date()
        for ranges in ("02:15-02:45", "01:30-02:30", "02:30-04:00", "02:00-03:00", "01:00-04:00 23:00-23:59", "09:00-17:00"):
            night = hours(week(*[ranges] * 7))
            open_then = open_minutes(day, night)
            assert night.opening(day) == (open_then[0] if open_then else None)
            assert night.closing(day) == (open_then[-1] + MINUTE if open_then else None)
            for before in (timedelta(hours=3), timedelta(minutes=61), timedelta(minutes=1), -timedelta(minutes=1), -timedelta(minutes=20)):
                assert next_reading(change - before, night) == first_reading(change - before, night, 3)

    @pytest.mark.parametrize("change", clock_changes(), ids=lambda at: at.date().isoformat())
    def test_monday_opens_at_nine_by_the_wall(self, change: datetime) -> None:
        monday = change.astimezone(PARIS).date() + timedelta(days=1)
        if monday in FRANCE:  # Easter Monday
            return
        opening = hours().opening(monday)
        assert opening is not None
        assert opening.astimezone(PARIS).time() == time(9)


class TestEveryMinute:
    @settings(max_examples=60, deadline=None)
    @given(situations())
    def test_open_is_what_the_wall_says(self, situation: tuple[datetime, Hours]) -> None:
        now, of = situation
        for at in every_minute(now, 2):
            assert of.open_at(at) == there(at, of)

    @settings(max_examples=40, deadline=None)
    @given(situations())
    def test_the_next_reading_is_the_first_open_minute(self, situation: tuple[datetime, Hours]) -> None:
        now, of = situation
        found, expected = next_reading(now, of), first_reading(now, of, LOOKED)
        assert found == expected or (expected is None and (found is None or found > now + timedelta(days=LOOKED - 1)))

    @settings(max_examples=40, deadline=None)
    @given(situations())
    def test_a_day_opens_and_closes_with_its_first_and_last_open_minute(self, situation: tuple[datetime, Hours]) -> None:
        now, of = situation
        day = of.day_of(now)
        open_then = open_minutes(day, of)
        assert of.opening(day) == (open_then[0] if open_then else None)
        assert of.closing(day) == (open_then[-1] + MINUTE if open_then else None)


def test_every_day_of_eleven_years() -> None:
    """The office of the service, day by day: open from 9 to 17 on weekdays that are no holiday."""
    usual = hours()
    for nth in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=nth)
        works = day.weekday() < 5 and day not in FRANCE
        nine, five = (datetime.combine(day, time(at), tzinfo=PARIS).astimezone(UTC) for at in (9, 17))
        assert (usual.opening(day), usual.closing(day)) == ((nine, five) if works else (None, None))
