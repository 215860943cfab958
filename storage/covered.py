"""Appointments that cannot be kept as they are: somebody is absent, the service is closed, a colleague left, a place is no more.

None is moved by itself: a colleague takes each over. What stands in the way is looked at again each time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from bot.rules.holidays import holidays, is_holiday
from bot.rules.hours import ONE_DAY, Days
from storage import appointment_view, caseworkers, hours, places
from storage.appointment_view import STANDING, Appointment
from storage.engine import Work
from storage.hours import Away, Closure
from storage.tables import Appointment as Row

YEARS = 3
"""How far public holidays are looked for: nothing is booked so far ahead."""


class Why(StrEnum):
    """What stands in the way of an appointment."""

    LEFT = "left"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    AWAY = "away"
    NO_PLACE = "no_place"


@dataclass(frozen=True, slots=True)
class Covered:
    """An appointment to come, and the first thing that stands in its way."""

    appointment: Appointment
    why: Why


@dataclass(frozen=True, slots=True)
class _Time:
    """When and with whom, on the clocks of the wall."""

    who: int
    place: int
    day: date
    since: time
    until: time


class Obstacles:
    """All that may stand in the way of appointments, read once for as many as are looked at."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def why(self, of: Appointment) -> Why | None:
        """What stands in the way of this one, None where nothing does."""
        return self.of_time(of.slot.who, of.slot.place, of.slot.start, of.slot.end)

    def of_time(self, who: int, place: int, start: datetime, end: datetime) -> Why | None:
        """The same of a time with somebody at a place."""
        at = _time(self._zone, who, place, start, end)
        return next((why for why, stands in self._tests if stands(at)), None)

    def may_be(self) -> ColumnElement[bool]:
        """What the database can tell of the same: no row that something stands in the way of is left out, some others are let in."""
        today = self._work.now.astimezone(self._zone).date()
        off = [Days(day, day) for year in range(today.year, today.year + YEARS) for day in holidays(year)]
        closed = [self._near(days) for days in (*off, *(closure.days for closure in self._closures))]
        away = [and_(col(Row.caseworker_id) == who, self._near(one.days)) for who, found in self._absences.items() for one in found]
        return or_(col(Row.caseworker_id).not_in(self._here), col(Row.place_id).not_in(self._places), *closed, *away)

    def _near(self, days: Days) -> ColumnElement[bool]:
        since, until = (datetime.combine(day, time(), tzinfo=self._zone) for day in (days.first, days.last))
        return col(Row.starts_at).between(since, until + ONE_DAY)

    @cached_property
    def _tests(self) -> Sequence[tuple[Why, Callable[[_Time], bool]]]:
        return (
            (Why.LEFT, lambda at: at.who not in self._here),
            (Why.CLOSED, lambda at: any(at.day in closure.days for closure in self._closures)),
            (Why.HOLIDAY, lambda at: is_holiday(at.day)),
            (Why.AWAY, lambda at: any(_covers(away, at) for away in self._absences.get(at.who, ()))),
            (Why.NO_PLACE, lambda at: at.place not in self._places),
        )

    @cached_property
    def _zone(self) -> ZoneInfo:
        return hours.zone(self._work)

    @cached_property
    def _here(self) -> frozenset[int]:
        return frozenset(member.id for member in caseworkers.team(self._work) if not member.disabled)

    @cached_property
    def _closures(self) -> tuple[Closure, ...]:
        return hours.closures(self._work)

    @cached_property
    def _absences(self) -> Mapping[int, list[Away]]:
        found: dict[int, list[Away]] = {}
        for away in hours.absences(self._work):
            found.setdefault(away.who.id, []).append(away)
        return found

    @cached_property
    def _places(self) -> frozenset[int]:
        return frozenset(place.id for place in places.everywhere(self._work))


def covered(work: Work, most: int) -> tuple[Covered, ...]:
    """The appointments to come that cannot be kept, the soonest first, `most` at most."""
    found: list[Covered] = []
    for appointment_id, why in _found(work):
        appointment = appointment_view.of_id(work, appointment_id)
        if appointment is not None:
            found.append(Covered(appointment, why))
        if len(found) == most:
            break
    return tuple(found)


def number(work: Work) -> int:
    """How many cannot be kept, of the whole service."""
    return sum(1 for _ in _found(work))


def _found(work: Work) -> Iterator[tuple[int, Why]]:
    """Only what decides is read: nothing is opened of those that stand."""
    obstacles = Obstacles(work)
    names = (col(Row.id), col(Row.caseworker_id), col(Row.place_id), col(Row.starts_at), col(Row.ends_at))
    to_come = select(*names).where(col(Row.starts_at) > work.now, col(Row.state).in_(STANDING), obstacles.may_be())
    for row_id, who, place, start, end in work.session.execute(to_come.order_by(col(Row.starts_at), col(Row.id))).all():
        why = obstacles.of_time(who, place, start, end)
        if why is not None:
            yield row_id or 0, why


def _time(zone: ZoneInfo, who: int, place: int, start: datetime, end: datetime) -> _Time:
    local, until = start.astimezone(zone), end.astimezone(zone)
    same = until.date() == local.date()
    return _Time(who, place, local.date(), local.time(), until.time() if same else time.max)


def _covers(away: Away, at: _Time) -> bool:
    if at.day not in away.days:
        return False
    return away.during is None or (away.during.opens < at.until and at.since < away.during.closes)
