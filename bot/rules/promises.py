"""What can be promised to somebody who waits, and when their words will be read. Pure.

The default of the house: an answer before the end of the next working day, the first one that opens after now.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.rules.hours import ONE_DAY, Hours

ORDINARY = 2
"""How many days in a row nobody need be there for it to be like any week-end."""


@dataclass(frozen=True, slots=True)
class Before:
    """An answer before this moment."""

    deadline: datetime


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """Nobody is there up to `last_closed`; answers begin on `first_open`, at no stated hour. `deadline` is the end of that day, and is not said.

    `first_closed` is None where nobody is there any more; else somebody still may be, and the closure begins on that day.
    """

    first_closed: date | None
    last_closed: date
    first_open: date
    deadline: datetime


Promise = Before | ClosedUntil


def promise(now: datetime, hours: Hours) -> Promise | None:
    """What can be promised at this moment; None where nobody is ever there."""
    today = hours.day_of(now)
    for day in hours.days_from(today):
        opening, deadline = hours.opening(day), hours.closing(day)
        if opening is None or deadline is None or opening <= now:
            continue
        return _promise(now, hours, today, day, opening, deadline)
    return None


def _promise(now: datetime, hours: Hours, today: date, day: date, opening: datetime, deadline: datetime) -> Promise:
    """Nobody there for longer than a week-end, and not by the calendar alone: the days are said, and no hour."""
    closed = [each for each in _between(today, day) if not hours.ranges(each)]
    if len(closed) <= ORDINARY or all(map(hours.usually_closed, closed)):
        return Before(deadline)
    next_one = next_reading(now, hours)
    somebody_still = next_one is not None and next_one < opening
    return ClosedUntil(closed[0] if somebody_still else None, day - ONE_DAY, day, deadline)


def next_reading(now: datetime, hours: Hours) -> datetime | None:
    """When what is written now can be read: now where somebody is there, else when somebody comes; None where nobody ever does."""
    if hours.open_at(now):
        return now
    comings = (moment for day in hours.days_from(hours.day_of(now)) for moment in hours.comings(day))
    return next((moment for moment in comings if moment > now), None)


def _between(first: date, end: date) -> list[date]:
    """The days from `first` up to the one before `end`."""
    return [date.fromordinal(each) for each in range(first.toordinal(), end.toordinal())]
