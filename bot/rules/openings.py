"""Openings: when a caseworker receives at a place, and what an appointment needs. Pure.

Times are those the clocks on the wall show. Everything is a multiple of five minutes, for an appointment owns whole cells (bot/rules/cells.py).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rules.cells import LASTS
from bot.rules.holidays import is_holiday
from bot.rules.hours import Absence, Days, Range
from bot.rules.recurrences import Recurrence, all_days
from bot.rules.walls import Span, merged, seconds

LONGEST = timedelta(days=5 * 366)
"""How long an opening may go on before somebody looks at it again."""
MOST_RANGES = 6
HALF_HOUR = 30


class Mode(StrEnum):
    """How two people meet. Where several suit, the first is proposed."""

    ON_SITE = "on_site"
    PHONE = "phone"
    VIDEO = "video"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody receives at a place during these ranges: on `first` alone, or on the days of `recurrence` from `first` to `last`.

    Raises ValueError, which says what to write: a recurrence needs an end, a last day five years on at most.
    """

    who: int
    place: int
    ranges: tuple[Range, ...]
    modes: frozenset[Mode]
    first: date
    last: date | None = None
    recurrence: Recurrence | None = None

    def __post_init__(self) -> None:
        if not self.modes:
            raise ValueError("choose at least one way to meet")
        _check_ranges(self.ranges)
        if self.recurrence is None:
            object.__setattr__(self, "last", self.first)
            return
        _check_end(self.recurrence, self.first, self.last)

    def on(self, day: date) -> bool:
        """Whether it is that day, closures and absences left aside."""
        if self.recurrence is None:
            return day == self.first
        return self.first <= day and day in all_days(self.recurrence, self.first, self._end)

    @property
    def _end(self) -> date:
        return min(self.last or date.max, self.first + LONGEST)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an appointment of one kind needs, in minutes. `who` may take it: everybody where it is empty.

    `buffer` is kept free before and after each appointment, and `travel` beyond it where one goes to somebody's home. Appointments begin every
    `grid` minutes of the clock; 0: one after the other, from the beginning of each range.
    """

    minutes: int
    modes: frozenset[Mode]
    who: frozenset[int] = frozenset()
    buffer: tuple[int, int] = (0, 0)
    travel: tuple[int, int] = (0, 0)
    grid: int = HALF_HOUR
    notice: timedelta = timedelta(hours=2)
    horizon: int = 60
    """How many days ahead it may be booked."""

    def __post_init__(self) -> None:
        whole = (self.minutes, *self.buffer, *self.travel, self.grid)
        if any(each < 0 or each % 5 for each in whole) or not 5 <= self.minutes <= 480 or max(whole) > 480:
            raise ValueError("write multiples of five minutes, and eight hours at most")
        if not self.modes:
            raise ValueError("choose at least one way to meet")
        if not 0 <= self.horizon <= 400 or self.notice < timedelta():
            raise ValueError("write a horizon of 400 days at most, and a notice that is not negative")

    def owned(self, start: int, mode: Mode) -> Span:
        """The seconds an appointment that begins then takes of the caseworker's time, buffers and travel included."""
        (before, after), (there, back) = self.buffer, self.travel if mode is Mode.HOME else (0, 0)
        return start - 60 * (before + there), start + 60 * (self.minutes + after + back)


class Taken:
    """Time that is no longer free, as spans that do not touch: looked up by halves, never read whole."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, found: Iterable[Span] = ()) -> None:
        whole = merged(found)
        self._starts = [since for since, _ in whole]
        self._ends = [until for _, until in whole]

    def until(self, span: Span) -> int | None:
        """None where all of it is free; else when what is in its way ends."""
        nth = bisect_right(self._starts, span[1] - 1) - 1
        return self._ends[nth] if nth >= 0 and self._ends[nth] > span[0] else None


NOTHING_TAKEN = Taken()


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that decides which slots are free on these days. `taken` is known for them alone: appointments with their buffers and travel, slots held
    for somebody, busy times of other calendars, by caseworker."""

    zone: ZoneInfo
    days: Days
    openings: tuple[Opening, ...] = ()
    closures: tuple[Days, ...] = ()
    absences: tuple[Absence, ...] = ()
    taken: Mapping[int, Taken] = field(default_factory=dict)

    def closed(self, day: date) -> bool:
        """Nobody receives that day: a public holiday, a closure."""
        return is_holiday(day) or any(day in closure for closure in self.closures)

    def on(self, day: date) -> "Agenda":
        """Itself: the same agenda for each of its days (bot/rules/slots.py)."""
        return self


def _check_ranges(ranges: tuple[Range, ...]) -> None:
    if not 1 <= len(ranges) <= MOST_RANGES:
        raise ValueError(f"write one range of hours, {MOST_RANGES} at most")
    before = time()
    for each in ranges:
        if not before <= each.opens < each.closes or each.opens.second or each.closes.second:
            raise ValueError("write ranges in order, each ending after it begins, as 09:00-12:00 and 14:00-17:00")
        if seconds(each.opens) % LASTS or (seconds(each.closes) % LASTS and each.closes != time(23, 59)):
            raise ValueError("write hours in steps of five minutes")
        before = each.closes


def _check_end(recurrence: Recurrence, first: date, last: date | None) -> None:
    if "T" in recurrence.until:
        raise ValueError("write the last day as UNTIL=20270630")
    if last is None and not recurrence.ends:
        raise ValueError("write a last day, UNTIL or COUNT: an opening ends, and is opened again")
    end = last or recurrence.last_day
    if end is not None and not first <= end <= first + LONGEST:
        raise ValueError("write a last day that comes after the first, five years on at most")
    if not all_days(recurrence, first, min(end or date.max, first + LONGEST)):
        raise ValueError("write a rule that falls on a day between the first and the last")
