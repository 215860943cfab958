"""Openings, and the calendar they make with everything that takes time from them: what bot/rules/slots.py looks for slots in.

A `Reading` gathers four weeks at a time, in four statements, and only as far as somebody looks.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, delete, exists, select, union_all
from sqlmodel import col
from sqlmodel import select as choose

from bot.rules.hours import Absence, Days, Range
from bot.rules.openings import Agenda, Mode, Opening, Taken
from bot.rules.recurrences import recurrence
from bot.rules.slots import Slot, Wish, is_free, next_slots
from bot.rules.walls import Span
from storage import hours, tables
from storage.columns import to_moment
from storage.engine import Wake, Work, statement, table
from storage.switches import Switch

APPOINTMENT, BUSY, OPENING, CASEWORKER, SETTING = (
    table(noun) for noun in (tables.Appointment, tables.Busy, tables.Opening, tables.Caseworker, tables.Setting)
)
WEEKS = timedelta(weeks=4)
MARGIN = timedelta(days=1)
"""Nothing that takes time lasts longer."""
SECOND = 1_000_000

_OPENINGS = statement(
    select(*(OPENING.c[name] for name in ("token", "caseworker_id", "place_id", "ranges", "modes", "first_day", "last_day", "rule")))
    .join(CASEWORKER, CASEWORKER.c.id == OPENING.c.caseworker_id)
    .where(CASEWORKER.c.disabled_at.is_(None))
    .order_by(OPENING.c.id)
)
_WINDOW: tuple[BindParameter[int], BindParameter[int]] = (bindparam("since"), bindparam("until"))
TAKEN = statement(
    union_all(
        select(APPOINTMENT.c.caseworker_id, APPOINTMENT.c.holds_from, APPOINTMENT.c.holds_until).where(
            APPOINTMENT.c.starts_at.between(*_WINDOW), APPOINTMENT.c.state != "cancelled", APPOINTMENT.c.id != bindparam("but")
        ),
        select(BUSY.c.caseworker_id, BUSY.c.starts_at, BUSY.c.ends_at).where(
            BUSY.c.starts_at.between(*_WINDOW), exists().where(SETTING.c.name == Switch.BUSY.value, SETTING.c.value == "true")
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An opening as it is kept, with the name it is changed by."""

    token: str
    opening: Opening


# -- openings


def openings(work: Work, caseworker_id: int | None = None) -> tuple[Kept, ...]:
    """Every opening, or those of one colleague, in the order they were added. Those of somebody who left are none."""
    rows = work.execute(_OPENINGS).fetchall()
    return tuple(Kept(token, _built(*values)) for token, *values in rows if caseworker_id in (None, values[0]))


def open_at(work: Work, opening: Opening) -> str:
    """One more opening; its token."""
    row = _fill(tables.Opening(token=secrets.token_urlsafe(16), caseworker_id=0, place_id=0, ranges="", modes="", first_day=""), opening)
    work.session.add(row)
    _changed(work)
    return row.token


def change(work: Work, token: str, opening: Opening) -> bool:
    """Another opening in its stead; False where it is gone."""
    row = work.session.exec(choose(tables.Opening).where(col(tables.Opening.token) == token)).first()
    if row is not None:
        _fill(row, opening)
        _changed(work)
    return row is not None


def close(work: Work, token: str) -> bool:
    """No more; False where it is gone already. Appointments made in it stay."""
    row = work.session.exec(choose(tables.Opening).where(col(tables.Opening.token) == token)).first()
    if row is not None:
        work.session.delete(row)
        _changed(work)
    return row is not None


def forget_old(work: Work) -> int:
    """Remove the openings that ended before yesterday; how many."""
    yesterday = (work.now - MARGIN).astimezone(hours.zone(work)).date()
    over = [kept for kept in openings(work) if (last := last_day(kept.opening)) is not None and last < yesterday]
    for kept in over:
        work.session.execute(delete(tables.Opening).where(col(tables.Opening.token) == kept.token))
    return len(over)


def last_day(opening: Opening) -> date | None:
    """The last day an opening may be on, None where only its count says."""
    until = None if opening.recurrence is None else opening.recurrence.last_day
    return min((day for day in (opening.last, until) if day is not None), default=None)


# -- the calendar


class Reading:
    """The calendar of this unit (bot/rules/slots.py's Calendar), read four weeks at a time; `but` is an appointment that is not in the way."""

    def __init__(self, work: Work, but: int = 0) -> None:
        self._work, self._but = work, but
        self._agendas: dict[int, Agenda] = {}

    @cached_property
    def zone(self) -> ZoneInfo:
        return hours.zone(self._work)

    def on(self, day: date) -> Agenda:
        nth = day.toordinal() // WEEKS.days
        if nth not in self._agendas:
            first = date.fromordinal(nth * WEEKS.days)
            self._agendas[nth] = self._read(Days(first, first + WEEKS - timedelta(days=1)))
        return self._agendas[nth]

    def _read(self, days: Days) -> Agenda:
        return Agenda(self.zone, days, self._openings, self._closures, self._absences, taken(self._work, days, self._but))

    @cached_property
    def _openings(self) -> tuple[Opening, ...]:
        return tuple(kept.opening for kept in openings(self._work))

    @cached_property
    def _closures(self) -> tuple[Days, ...]:
        return tuple(closure.days for closure in hours.closures(self._work))

    @cached_property
    def _absences(self) -> tuple[Absence, ...]:
        return tuple(Absence(one.who.id, one.days, one.during) for one in hours.absences(self._work))


def taken(work: Work, days: Days, but: int = 0) -> Mapping[int, Taken]:
    """What takes time on these days, by caseworker, one appointment left aside."""
    since, until = (datetime.combine(day, time(), tzinfo=UTC) for day in (days.first, days.last))
    window = {"since": to_moment(since - 2 * MARGIN), "until": to_moment(until + 3 * MARGIN), "but": but}
    found: dict[int, list[Span]] = {}
    for who, starts, ends in work.execute(TAKEN, window):
        found.setdefault(who, []).append((starts // SECOND, -(-ends // SECOND)))
    return {who: Taken(spans) for who, spans in found.items()}


def find(work: Work, wish: Wish, number: int = 3) -> tuple[Slot, ...]:
    """The next slots for this wish."""
    return next_slots(Reading(work), wish, work.now, number)


def offered(work: Work, wish: Wish, slot: Slot, but: int = 0) -> bool:
    """Whether this slot may be booked by somebody who says they were offered it."""
    return is_free(Reading(work, but), wish, work.now, slot)


def _fill(row: tables.Opening, opening: Opening) -> tables.Opening:
    row.caseworker_id, row.place_id = opening.who, opening.place
    row.ranges = json.dumps([[f"{each.opens:%H:%M}", f"{each.closes:%H:%M}"] for each in opening.ranges])
    row.modes = json.dumps(sorted(opening.modes))
    row.first_day = opening.first.isoformat()
    row.last_day = None if opening.last is None else opening.last.isoformat()
    row.rule = "" if opening.recurrence is None else str(opening.recurrence)
    return row


@lru_cache(maxsize=4096)
def _built(who: int, place: int, ranges: str, modes: str, first: str, last: str | None, rule: str) -> Opening:
    """The opening of a row. Reading a rule costs more than finding its slots: the same row is read once."""
    return Opening(
        who=who,
        place=place,
        ranges=tuple(Range(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in json.loads(ranges)),
        modes=frozenset(Mode(mode) for mode in json.loads(modes)),
        first=date.fromisoformat(first),
        last=None if last is None else date.fromisoformat(last),
        recurrence=recurrence(rule) if rule else None,
    )


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
