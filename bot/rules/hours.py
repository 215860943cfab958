"""When somebody is there to read. Pure.

Days and hours are those the clocks on the wall of `zone` show: a range of 9:00 to 12:00 is that of the wall, whatever the clocks did in the
night. Somebody is there at a moment iff the wall shows a time in a range of that weekday, the day is no public holiday and in no closure, and
one of the team is not absent then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.holidays import is_holiday

INSTANT = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
FARTHEST = 400
"""How many days ahead somebody is looked for."""


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """From `opens` until just before `closes`, on one day."""

    opens: time
    closes: time

    def holds(self, at: time) -> bool:
        return self.opens <= at < self.closes


Week = tuple[tuple[Range, ...], ...]
"""The ranges of each weekday, Monday first."""


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From the first day to the last, both counted."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody of the team is not there on these days: all day, or `during` these hours of each."""

    who: int
    days: Days
    during: Range | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Everything that decides whether somebody is there. `team` are those who answer, by id: with nobody in it, nobody is ever there."""

    zone: ZoneInfo
    week: Week
    team: frozenset[int]
    closures: tuple[Days, ...] = ()
    absences: tuple[Absence, ...] = ()

    def ranges(self, day: date) -> tuple[Range, ...]:
        """When somebody is there that day, in order; ranges of two people may overlap."""
        usual = self.week[day.weekday()]
        if not usual or is_holiday(day) or any(day in closure for closure in self.closures):
            return ()
        away = [absence for absence in self.absences if day in absence.days]
        return tuple(sorted({piece for who in self.team for piece in _left(usual, (one for one in away if one.who == who))}))

    def usually_closed(self, day: date) -> bool:
        """True where the calendar alone says so: a weekday without hours, a public holiday."""
        return not self.week[day.weekday()] or is_holiday(day)

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody is there at this moment."""
        local = moment.astimezone(self.zone)
        return any(each.holds(local.time()) for each in self.ranges(local.date()))

    def comings(self, day: date) -> Iterator[datetime]:
        """The moments of the day from which somebody is there, in order."""
        return (moment for moment in self._edges(day) if self.open_at(moment) and not self.open_at(moment - INSTANT))

    def opening(self, day: date) -> datetime | None:
        """When somebody comes first that day, None where nobody does."""
        return min((moment for moment in self._edges(day) if self.open_at(moment)), default=None)

    def closing(self, day: date) -> datetime | None:
        """When the last one has left that day, None where nobody comes."""
        return max((moment for moment in self._edges(day) if self.open_at(moment - INSTANT)), default=None)

    def day_of(self, moment: datetime) -> date:
        """The day the wall shows."""
        return moment.astimezone(self.zone).date()

    def days_from(self, day: date) -> Iterator[date]:
        """That day and those after it, as far as somebody is looked for."""
        return (day + timedelta(days=ahead) for ahead in range(FARTHEST))

    def _edges(self, day: date) -> list[datetime]:
        """Every moment of the day at which somebody may come or leave, in UTC and in order.

        A time that the wall shows twice is two moments; the change of the clocks is one too, for it may begin or end a range.
        """
        walls = {wall for each in self.ranges(day) for wall in (each.opens, each.closes)}
        if not walls:
            return []
        edges = {datetime.combine(day, wall.replace(fold=fold), tzinfo=self.zone).astimezone(UTC) for wall in walls for fold in (0, 1)}
        return sorted(edges | set(_clock_change(day, self.zone)))


def _left(usual: Iterable[Range], away: Iterable[Absence]) -> list[Range]:
    """What is left of these ranges for somebody who is away then."""
    left = list(usual)
    for absence in away:
        if absence.during is None:
            return []
        left = [piece for each in left for piece in _without(each, absence.during)]
    return left


def _without(whole: Range, gone: Range) -> Iterator[Range]:
    """The pieces of `whole` before and after `gone`."""
    if whole.opens < (until := min(whole.closes, gone.opens)):
        yield Range(whole.opens, until)
    if (since := max(whole.opens, gone.closes)) < whole.closes:
        yield Range(since, whole.closes)


def _clock_change(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The moment of this day at which the clocks are put forward or back, if there is one."""
    midnight = time(0)
    start, end = (datetime.combine(each, midnight, tzinfo=zone).astimezone(UTC) for each in (day, day + ONE_DAY))
    before = start.astimezone(zone).utcoffset()
    if before == end.astimezone(zone).utcoffset():
        return
    while end - start > INSTANT:
        middle = start + (end - start) / 2
        start, end = (middle, end) if middle.astimezone(zone).utcoffset() == before else (start, middle)
    yield end
