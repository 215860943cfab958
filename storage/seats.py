"""Seats of a session, numbered, each owned once; who waits for one, in order. A seat that is freed is held for the first who waits, 24 hours.

The database refuses two owners of one seat; a full session says so, and keeps a place in the line.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from bot.rules.reminders import HELPS, Kind, offer, plan
from storage import hours, reminders, tables
from storage.appointment_view import By, Outcome
from storage.engine import Wake, Work
from storage.tables import Seat as Row
from storage.tables import SeatWaiting
from storage.thread_view import unseal

HOLD = timedelta(hours=24)
STEPS = (Kind.TWO_DAYS,)


class State(StrEnum):
    """HELD: offered to somebody who waited, until they say."""

    HELD = "held"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's seat. `outcome` is for the attendance sheet, None until it is filled in."""

    id: int
    token: str
    session_id: int
    person_id: int
    number: int
    state: State
    held_until: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class InLine:
    """It is full: they wait, at this rank (1: the next)."""

    rank: int


@dataclass(frozen=True, slots=True)
class Over:
    """There is nothing to take: the session has begun, is cancelled or gone, or nothing is held."""


def take(work: Work, session: str, person_id: int, by: By = By.PERSON) -> Seat | InLine | Over:
    """Sign somebody up: a seat, or a place in the line. Asked twice, it is the same; what was held for them becomes theirs.

    What the team does for somebody is told to them at once.
    """
    row = held(work, session)
    if row is None or row.cancelled_at is not None or row.starts_at <= work.now:
        return Over()
    mine = work.session.exec(select(Row).where(col(Row.session_id) == row.id, col(Row.person_id) == person_id)).first()
    if mine is not None:
        return _keep(work, row, mine, by)
    while _hold_next(work, row, but=person_id):  # who waits comes first
        pass
    waiting, number = _line(work, row), _free(work, row)
    if number is None:
        return _wait(work, row, person_id, waiting)
    _forget(work, [each for each in waiting if each.person_id == person_id])
    return _keep(work, row, _add(work, row, person_id, number), by)


def give_back(work: Work, session: str, person_id: int) -> bool:
    """Leave one's own seat, or the line; the seat is held for the first who waits. False where they had neither."""
    row = held(work, session)
    if row is None or row.starts_at <= work.now:
        return False
    mine = work.session.exec(select(Row).where(col(Row.session_id) == row.id, col(Row.person_id) == person_id)).first()
    waiting = [each for each in _line(work, row) if each.person_id == person_id]
    _forget(work, waiting)
    if mine is None:
        return bool(waiting)
    _remove(work, mine)
    _hold_next(work, row)
    return True


def lapse(work: Work) -> int:
    """End the holds whose time is over; each seat is held for the next who waits. How many."""
    over = select(Row.session_id).where(col(Row.state) == State.HELD.value, col(Row.held_until) <= work.now).distinct()
    ended = 0
    for session_id in work.session.exec(over.order_by(col(Row.session_id))).all():
        row = _session_of(work, session_id)
        ending = work.session.exec(
            select(Row).where(col(Row.session_id) == session_id, col(Row.state) == State.HELD.value, col(Row.held_until) <= work.now)
        ).all()
        for seat in ending:
            _remove(work, seat)
            _hold_next(work, row)
        ended += len(ending)
    return ended


def anybody(work: Work) -> bool:
    """Whether anybody waits for a seat, or is offered one."""
    waits = work.session.exec(select(SeatWaiting.id).limit(1)).first()
    return waits is not None or work.session.exec(select(Row.id).where(col(Row.state) == State.HELD.value).limit(1)).first() is not None


def fill_free(work: Work) -> None:
    """Hold what is free, by whatever way, for those who wait for the sessions to come."""
    after = select(tables.Session.token).where(col(tables.Session.starts_at) > work.now, col(tables.Session.cancelled_at).is_(None))
    for token in work.session.exec(after.order_by(col(tables.Session.starts_at))).all():
        row = held(work, token)
        if row is not None:
            fill(work, row)


def fill(work: Work, session: tables.Session) -> None:
    """Hold every free seat of a session that is held by this unit for those who wait."""
    while session.starts_at > work.now and _hold_next(work, session):
        pass


def moved(work: Work, session: tables.Session) -> None:
    """The session has another time or place: what was planned for its seats dies. Who has one is told, who was offered one is asked anew."""
    for row in work.session.exec(select(Row).where(col(Row.session_id) == session.id)).all():
        reminders.kill(work, seat_id=row.id)
        if row.state == State.TAKEN:
            _plan_steps(work, session, row, Kind.MOVED)
            continue
        until = min(work.now + HOLD, session.starts_at - HELPS)
        said = offer(work.now, until, hours.zone(work))
        if said is None:
            _remove(work, row)  # nobody could answer in time
            continue
        row.held_until = until
        reminders.plan(work, [said], session.version, seat_id=row.id)
    work.session.flush()
    work.notify(Wake.TALK, 0)


def close(work: Work, seat: str, outcome: Outcome) -> bool:
    """Fill in the attendance sheet, once the session has begun; False where there is no such seat."""
    row = work.session.exec(select(Row).where(col(Row.token) == seat).with_for_update()).first()
    if row is None or row.state != State.TAKEN or work.session.get_one(tables.Session, row.session_id).starts_at > work.now:
        return False
    row.outcome = work.vault.seal("seat.outcome", outcome)
    work.session.flush()
    return True


def find(work: Work, token: str) -> Seat | None:
    """The seat of this token."""
    row = work.session.exec(select(Row).where(col(Row.token) == token)).first()
    return None if row is None else _seat(work, row)


def of_id(work: Work, seat_id: int) -> Seat | None:
    """The seat of this id."""
    row = work.session.get(Row, seat_id)
    return None if row is None else _seat(work, row)


def waits(work: Work, session_id: int, person_id: int) -> bool:
    """Whether somebody is in the line of a session."""
    mine = select(SeatWaiting.id).where(col(SeatWaiting.session_id) == session_id, col(SeatWaiting.person_id) == person_id)
    return work.session.exec(mine).first() is not None


def sits(work: Work, session_id: int, person_id: int) -> bool:
    """Whether somebody has a seat there, or is offered one."""
    return work.session.exec(select(Row.id).where(col(Row.session_id) == session_id, col(Row.person_id) == person_id)).first() is not None


def sheet(work: Work, session: str) -> tuple[Seat, ...]:
    """The seats of a session by number: the attendance sheet."""
    mine = select(Row).join(tables.Session, col(tables.Session.id) == col(Row.session_id)).where(col(tables.Session.token) == session)
    return tuple(_seat(work, row) for row in work.session.exec(mine.order_by(col(Row.number))))


def of_person(work: Work, person_id: int) -> tuple[Seat, ...]:
    """The seats of somebody, the oldest first."""
    return tuple(_seat(work, row) for row in work.session.exec(select(Row).where(col(Row.person_id) == person_id).order_by(col(Row.id))))


# -- parts


def _keep(work: Work, session: tables.Session, row: Row, by: By) -> Seat:
    """The seat is theirs, with its reminder."""
    if row.state != State.TAKEN:
        row.state, row.held_until, row.at = State.TAKEN.value, None, work.now
        work.session.flush()
        reminders.kill(work, seat_id=row.id)
        _plan_steps(work, session, row, Kind.CONFIRMATION if by is By.TEAM else None)
        work.notify(Wake.TALK, 0)
    return _seat(work, row)


def _plan_steps(work: Work, session: tables.Session, row: Row, news: Kind | None) -> None:
    """What is said of a seat from now on; `news` is told at once."""
    wants = reminders.wants(work, row.person_id)
    steps = plan(work.now, session.starts_at, hours.zone(work), chain=STEPS, wants=wants, news=news)
    reminders.plan(work, steps, session.version, seat_id=row.id)


def _add(work: Work, session: tables.Session, person_id: int, number: int, until: datetime | None = None) -> Row:
    row = Row(
        token=secrets.token_urlsafe(16),
        session_id=session.id or 0,
        person_id=person_id,
        number=number,
        state=State.HELD.value,
        held_until=until,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _hold_next(work: Work, session: tables.Session, but: int = 0) -> bool:
    """Hold a free seat for the first who waits (unless it is `but`, who is here), if there is time to say so and to answer."""
    zone = hours.zone(work)
    until = min(work.now + HOLD, session.starts_at - HELPS)
    told, waiting, number = offer(work.now, until, zone), _line(work, session), _free(work, session)
    if told is None or not waiting or waiting[0].person_id == but or number is None or session.cancelled_at is not None:
        return False
    row = _add(work, session, waiting[0].person_id, number, until)
    _forget(work, waiting[:1])
    reminders.plan(work, [told], session.version, seat_id=row.id)
    work.notify(Wake.TALK, 0)
    return True


def _wait(work: Work, session: tables.Session, person_id: int, waiting: list[SeatWaiting]) -> InLine:
    if person_id not in [each.person_id for each in waiting]:
        row = SeatWaiting(session_id=session.id or 0, person_id=person_id, since=work.now)
        work.session.add(row)
        work.session.flush()
        waiting = [*waiting, row]
    return InLine([each.person_id for each in waiting].index(person_id) + 1)


def _free(work: Work, session: tables.Session) -> int | None:
    """The lowest seat that is nobody's."""
    owned = set(work.session.exec(select(Row.number).where(col(Row.session_id) == session.id)))
    return next((number for number in range(1, session.capacity + 1) if number not in owned), None)


def _line(work: Work, session: tables.Session) -> list[SeatWaiting]:
    found = select(SeatWaiting).where(col(SeatWaiting.session_id) == session.id).order_by(col(SeatWaiting.id))
    return list(work.session.exec(found))


def _forget(work: Work, waiting: list[SeatWaiting]) -> None:
    for row in waiting:
        work.session.delete(row)
    work.session.flush()


def _remove(work: Work, row: Row) -> None:
    """A seat given back leaves no trace."""
    reminders.forget(work, seat_id=row.id)
    work.session.delete(row)
    work.session.flush()


def held(work: Work, token: str) -> tables.Session | None:
    """A session, held until the unit ends: its seats are given in turn."""
    found = select(tables.Session).where(col(tables.Session.token) == token).with_for_update()
    return work.session.exec(found.execution_options(populate_existing=True)).first()


def _session_of(work: Work, session_id: int) -> tables.Session:
    return work.session.get_one(tables.Session, session_id, with_for_update=True, populate_existing=True)


def _seat(work: Work, row: Row) -> Seat:
    outcome = unseal(work, "seat.outcome", row.outcome)
    return Seat(
        id=row.id or 0,
        token=row.token,
        session_id=row.session_id,
        person_id=row.person_id,
        number=row.number,
        state=State(row.state),
        held_until=row.held_until,
        outcome=Outcome(outcome) if outcome else None,
    )
