"""Recurrences: the days of a rule, and what is refused with what to write instead."""

import time as stopwatch
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.hours import Days
from bot.rules.recurrences import Recurrence, all_days, days_of, recurrence
from tests.rules.free import library_days

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRSTS = st.dates(date(2026, 1, 1), date(2036, 12, 31))


def _some(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(of, min_size=1, max_size=4, unique=True).map(",".join)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Any rule of the grammar, taken or not."""
    parts = [f"FREQ={draw(st.sampled_from(('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY')))}"]
    ranks = st.sampled_from(("", "", "", "1", "2", "5", "-1", "-5"))
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 60))}")
    if draw(st.booleans()):
        parts.append("BYDAY=" + draw(_some(st.tuples(ranks, st.sampled_from(WEEKDAYS)).map("".join))))
    if draw(st.integers(0, 2)) == 0:
        parts.append("BYMONTHDAY=" + draw(_some(st.integers(-31, 31).map(str))))
    if draw(st.integers(0, 2)) == 0:
        parts.append("BYMONTH=" + draw(_some(st.integers(1, 12).map(str))))
    if draw(st.integers(0, 3)) == 0:
        parts.append("BYSETPOS=" + draw(_some(st.integers(-20, 20).map(str))))
    if draw(st.integers(0, 2)) == 0:
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if draw(st.integers(0, 3)) == 0:
        parts.append("WKST=SU")
    return ";".join(parts)


def read(written: str) -> Recurrence:
    """A rule, or what is left of one that is refused: its frequency."""
    try:
        return recurrence(written)
    except ValueError:
        return recurrence(written.partition(";")[0])


@settings(max_examples=400, deadline=None)
@given(rules().map(read), FIRSTS, st.integers(-20, 1500))
def test_days_are_those_the_library_counts_from_the_first(of: Recurrence, first: date, ahead: int) -> None:
    since = first + timedelta(days=ahead)
    until = since + timedelta(days=60)
    expected = sorted(day for day in library_days(of, first, until) if day >= since)
    assert days_of(of, first, Days(since, until)) == expected


@settings(max_examples=400, deadline=None)
@given(rules(), FIRSTS)
def test_no_rule_that_is_taken_runs_away(written: str, first: date) -> None:
    """Each falls on a day again before long: the days of a year cost a fraction of what a search up to the year 9999 does."""
    try:
        of = recurrence(written)
    except ValueError:
        return
    began = stopwatch.perf_counter()
    days_of(of, first, Days(first, first + timedelta(days=365)))
    assert stopwatch.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("FREQ=SECONDLY", "FREQ=DAILY, WEEKLY"),
        ("FREQ=HOURLY;INTERVAL=1", "FREQ=DAILY, WEEKLY"),
        ("", "FREQ=DAILY, WEEKLY"),
        ("every monday", "leave out EVERY MONDAY"),
        ("FREQ=WEEKLY;BYHOUR=1,2,3,4,5", "leave out BYHOUR"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "each part once"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY as MO,TH"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY as MO,TH in a week"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "leave BYMONTH out"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "INTERVAL or BYDAY"),
        ("FREQ=DAILY;BYDAY=2TU", "BYDAY as MO,TH in a week"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "days that these months have"),
        ("FREQ=MONTHLY;BYMONTH=2", "BYDAY or BYMONTHDAY beside BYMONTH"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "INTERVAL from 1 to 11"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1", "INTERVAL or BYMONTH"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=7", "BYSETPOS from 1 to 4"),
        ("FREQ=MONTHLY;BYDAY=MO,-1TU", "before every day, or before none"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=1", "beside a BYDAY"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "not both"),
        ("FREQ=YEARLY;BYDAY=MO", "BYMONTH beside BYDAY"),
        ("FREQ=DAILY;COUNT=1000000", "COUNT from 1 to 500"),
        ("FREQ=DAILY;COUNT=0", "COUNT from 1 to 500"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL from 1 to 366"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL from 1 to 366"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL=20270630"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270630"),
        ("FREQ=WEEKLY;WKST=XX", "write a rule as"),
        ("FREQ=WEEKLY;BYDAY=" + "MO," * 100, "200 characters"),
        ("FREQ=DAILY\nFREQ=WEEKLY", "FREQ=DAILY, WEEKLY"),
    ],
)
def test_what_never_ends_or_explodes_is_refused_with_what_to_write(written: str, instead: str) -> None:
    with pytest.raises(ValueError, match=instead):
        recurrence(written)


def test_the_end_is_read() -> None:
    assert recurrence("RRULE:freq=weekly;byday=mo").ends is False
    of = recurrence("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260323")
    assert of.last_day == date(2026, 3, 23)
    assert sorted(all_days(of, date(2026, 3, 2), date(2030, 1, 1))) == [date(2026, 3, day) for day in (2, 9, 16, 23)]
    assert len(all_days(recurrence("FREQ=WEEKLY;COUNT=3"), date(2026, 3, 2), date(2030, 1, 1))) == 3
