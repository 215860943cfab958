"""The times of a series: the same hours on the wall each week, whatever the clocks did in between. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST = 20
"""Sessions planned at once."""


def weekly(first: date, weeks: int) -> tuple[date, ...]:
    """The days of a series of so many weeks, from its first day. Raises ValueError for a number that is no series."""
    if not 1 <= weeks <= MOST:
        raise ValueError(f"write from 1 to {MOST} weeks")
    return tuple(first + timedelta(weeks=nth) for nth in range(weeks))


def times(days: Iterable[date], begins: time, ends: time, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    """When it begins and ends on each of these days by the clocks of `zone`; aware UTC. Raises ValueError where it would end before it begins."""
    if not begins < ends:
        raise ValueError("write an end that comes after the beginning")
    return tuple((_at(day, begins, zone), _at(day, ends, zone)) for day in days)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
