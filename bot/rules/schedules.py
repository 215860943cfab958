"""When a job's occurrences are planned. Pure: the caller brings the time and the zone.

A wall-clock time that the clocks skip comes as much later as they were put forward (02:30 is then 03:30); one that they show twice is the
first of the two. Both as in RFC 5545.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from typing_extensions import override

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MOST_MISSED = 100
"""How many missed occurrences are planned at most after a long silence: the latest ones."""


@dataclass(frozen=True, slots=True)
class Every:
    """At every multiple of `period` since 1970, whatever the wall clocks do."""

    period: timedelta

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The last occurrence at or before `now`, in UTC."""
        return EPOCH + (now - EPOCH) // self.period * self.period

    def next_after(self, planned: datetime, zone: ZoneInfo) -> datetime:
        """The first occurrence after `planned`, in UTC."""
        return self.latest(planned, zone) + self.period

    @override
    def __str__(self) -> str:
        return f"every {self.period}"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, when the clocks of the zone show `at`."""

    at: time

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The last occurrence at or before `now`, in UTC."""
        return max(found for found in self._around(now, zone) if found <= now)

    def next_after(self, planned: datetime, zone: ZoneInfo) -> datetime:
        """The first occurrence after `planned`, in UTC."""
        return min(found for found in self._around(planned, zone) if found > planned)

    def _around(self, now: datetime, zone: ZoneInfo) -> list[datetime]:
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=days) for days in (-2, -1, 0, 1, 2))
        return [datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC) for day in days]

    @override
    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"


Schedule = Every | Daily


def fell_due(schedule: Schedule, since: datetime | None, now: datetime, zone: ZoneInfo, most: int = MOST_MISSED) -> list[datetime]:
    """The occurrences after `since` up to `now`, oldest first; the latest `most` of them.

    A schedule seen for the first time (`since` is None) begins with its last occurrence: its lateness decides whether it still runs.
    """
    return list(_back(schedule, since, now, zone, 1 if since is None else most))[::-1]


def _back(schedule: Schedule, since: datetime | None, now: datetime, zone: ZoneInfo, most: int) -> Iterator[datetime]:
    planned = schedule.latest(now, zone)
    while most and (since is None or planned > since):
        yield planned
        planned, most = schedule.latest(planned - INSTANT, zone), most - 1
