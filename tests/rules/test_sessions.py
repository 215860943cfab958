"""A series keeps its hours on the wall, across every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.sessions import MOST, times, weekly

PARIS = ZoneInfo("Europe/Paris")


def test_a_series_over_the_change_of_october() -> None:
    found = times(weekly(date(2026, 10, 20), 2), time(14), time(16, 30), PARIS)
    assert found == (
        (datetime(2026, 10, 20, 12, 0, tzinfo=UTC), datetime(2026, 10, 20, 14, 30, tzinfo=UTC)),
        (datetime(2026, 10, 27, 13, 0, tzinfo=UTC), datetime(2026, 10, 27, 15, 30, tzinfo=UTC)),
    )


@given(st.dates(date(2026, 1, 1), date(2036, 12, 1)), st.integers(1, MOST), st.times(time(8), time(19)))
def test_the_wall_shows_the_same_hour_each_week(first: date, weeks: int, begins: time) -> None:
    found = times(weekly(first, weeks), begins, time(20), PARIS)
    assert len(found) == weeks
    assert {since.astimezone(PARIS).time() for since, _ in found} == {begins}
    assert [since.astimezone(PARIS).date() for since, _ in found] == [first + timedelta(days=7 * nth) for nth in range(weeks)]


def test_what_is_no_series() -> None:
    for weeks in (0, MOST + 1):
        with pytest.raises(ValueError, match="weeks"):
            weekly(date(2026, 10, 20), weeks)
    with pytest.raises(ValueError, match="end"):
        times((date(2026, 10, 20),), time(14), time(14), PARIS)
