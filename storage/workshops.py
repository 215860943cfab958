"""Workshops and their sessions: what is given, where, when and for how many. Who sits in them is in storage/seats.py."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from bot.rules.reminders import Kind, told
from storage import hours, reminders, seats, tables
from storage.engine import Wake, Work
from storage.seats import held

MOST_SEATS = 200


@dataclass(frozen=True, slots=True)
class Workshop:
    """What is given. `ages` as « 18-25 », `measure` who it is kept for; "" for everybody."""

    token: str
    title: str
    about: str = ""
    ages: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One time of it. `taken` seats are those taken or held; `waiting` how many wait. Times are aware UTC."""

    id: int
    token: str
    workshop: Workshop
    place_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    waiting: int
    version: int
    announced_at: datetime | None
    cancelled: bool

    @property
    def full(self) -> bool:
        return self.taken >= self.capacity


def workshops(work: Work) -> tuple[Workshop, ...]:
    """Those that are given."""
    rows = work.session.exec(select(tables.Workshop).where(col(tables.Workshop.withdrawn_at).is_(None)).order_by(col(tables.Workshop.id)))
    return tuple(_workshop(row) for row in rows)


def put(work: Work, workshop: Workshop) -> str:
    """Keep what is said of a workshop, a new one where its token is ""; its token."""
    row = _row(work, workshop.token) if workshop.token else None
    if row is None:
        row = tables.Workshop(token=secrets.token_urlsafe(16), title="")
    row.title, row.about, row.ages, row.measure = workshop.title, workshop.about, workshop.ages, workshop.measure
    work.session.add(row)
    _changed(work)
    return row.token


def withdraw(work: Work, token: str) -> bool:
    """Give it no more; its sessions to come stay until they are cancelled. False where it is not given."""
    row = _row(work, token)
    if row is None or row.withdrawn_at is not None:
        return False
    row.withdrawn_at = work.now
    _changed(work)
    return True


def plan(work: Work, workshop: str, place_id: int, times: Iterable[tuple[datetime, datetime]], capacity: int) -> tuple[str, ...]:
    """Sessions at these times (a series is several); their tokens. Raises ValueError, which says what to write."""
    row = _row(work, workshop)
    if row is None or not 1 <= capacity <= MOST_SEATS:
        raise ValueError(f"write a workshop that is given, and from 1 to {MOST_SEATS} seats")
    found = []
    for starts_at, ends_at in times:
        if not starts_at < ends_at:
            raise ValueError("write an end that comes after the beginning")
        token, about = secrets.token_urlsafe(16), row.id or 0
        found.append(tables.Session(token=token, workshop_id=about, place_id=place_id, starts_at=starts_at, ends_at=ends_at, capacity=capacity))
    work.session.add_all(found)
    _changed(work)
    return tuple(each.token for each in found)


def to_come(work: Work) -> tuple[Session, ...]:
    """The sessions that begin after now and are not cancelled, the soonest first."""
    after = select(tables.Session).where(col(tables.Session.starts_at) > work.now, col(tables.Session.cancelled_at).is_(None))
    return tuple(_session(work, row) for row in work.session.exec(after.order_by(col(tables.Session.starts_at), col(tables.Session.id))))


def between(work: Work, since: datetime, until: datetime) -> tuple[Session, ...]:
    """Those that begin in this time, cancelled ones too."""
    within = select(tables.Session).where(col(tables.Session.starts_at) >= since, col(tables.Session.starts_at) < until)
    return tuple(_session(work, row) for row in work.session.exec(within.order_by(col(tables.Session.starts_at), col(tables.Session.id))))


def given(work: Work, token: str) -> Workshop | None:
    """The workshop of this token, given no more or not."""
    row = _row(work, token)
    return None if row is None else _workshop(row)


def find(work: Work, token: str) -> Session | None:
    """The session of this token."""
    row = work.session.exec(select(tables.Session).where(col(tables.Session.token) == token)).first()
    return None if row is None else _session(work, row)


def of_id(work: Work, session_id: int) -> Session | None:
    """The session of this id."""
    row = work.session.get(tables.Session, session_id)
    return None if row is None else _session(work, row)


def announced(work: Work, token: str) -> bool:
    """It was told to those who chose to hear of workshops; False where it was already, or is gone."""
    row = held(work, token)
    if row is None or row.announced_at is not None:
        return False
    row.announced_at = work.now
    work.session.flush()
    return True


def enlarge(work: Work, token: str, capacity: int) -> bool:
    """Give it more seats; they are held for those who wait. False where it is over, cancelled or gone, or would lose seats."""
    row = held(work, token)
    if row is None or row.cancelled_at is not None or not row.capacity <= capacity <= MOST_SEATS:
        return False
    row.capacity = capacity
    _changed(work)
    seats.fill(work, row)
    return True


def move(work: Work, token: str, place_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Another time or place: its seats go with it, and each of those who have one is told. False where it is over, cancelled or gone, or would begin
    in the past."""
    row = held(work, token)
    if row is None or row.cancelled_at is not None or row.starts_at <= work.now or not work.now < starts_at < ends_at:
        return False
    if (row.place_id, row.starts_at, row.ends_at) == (place_id, starts_at, ends_at):
        return True
    row.place_id, row.starts_at, row.ends_at, row.version = place_id, starts_at, ends_at, row.version + 1
    _changed(work)
    seats.moved(work, row)
    return True


def cancel(work: Work, token: str) -> bool:
    """It will not be: what was planned for its seats dies, and each of those who have one is told. False where it is over, cancelled or gone."""
    row = held(work, token)
    if row is None or row.cancelled_at is not None or row.starts_at <= work.now:
        return False
    row.cancelled_at, row.version = work.now, row.version + 1
    news = told(Kind.CANCELLED, work.now, hours.zone(work))
    for seat in work.session.exec(select(tables.Seat).where(col(tables.Seat.session_id) == row.id)).all():
        reminders.kill(work, seat_id=seat.id)
        if seat.state == "taken":
            reminders.plan(work, [news], row.version, seat_id=seat.id)
    _changed(work)
    return True


def _row(work: Work, token: str) -> tables.Workshop | None:
    return work.session.exec(select(tables.Workshop).where(col(tables.Workshop.token) == token)).first()


def _workshop(row: tables.Workshop) -> Workshop:
    return Workshop(row.token, row.title, row.about, row.ages, row.measure)


def _session(work: Work, row: tables.Session) -> Session:
    count = work.session.exec
    return Session(
        id=row.id or 0,
        token=row.token,
        workshop=_workshop(work.session.get_one(tables.Workshop, row.workshop_id)),
        place_id=row.place_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        taken=count(select(func.count()).select_from(tables.Seat).where(col(tables.Seat.session_id) == row.id)).one(),
        waiting=count(select(func.count()).select_from(tables.SeatWaiting).where(col(tables.SeatWaiting.session_id) == row.id)).one(),
        version=row.version,
        announced_at=row.announced_at,
        cancelled=row.cancelled_at is not None,
    )


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
