"""What is kept of somebody's appointments, seats and waiting, as they may see it and take it with them (storage/rights.py). Texts are as they are
kept, opened: an older release's are shown too.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from storage import motives, tables
from storage.engine import Work
from storage.thread_view import unseal


@dataclass(frozen=True, slots=True)
class Reminded:
    """One step that was planned, and what became of it."""

    at: datetime
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment. `by` is the caseworker's first name."""

    at: datetime
    until: datetime
    place: str
    by: str
    motive: str
    mode: str
    state: str
    callback: str
    outcome: str
    made_at: datetime
    steps: tuple[Reminded, ...]


@dataclass(frozen=True, slots=True)
class Sat:
    """A seat of a workshop's session."""

    at: datetime
    workshop: str
    place: str
    state: str
    outcome: str
    steps: tuple[Reminded, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A place in a line: for a slot, with what was wished, or for a session of a workshop."""

    since: datetime
    wish: str
    workshop: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Something noted that lapses."""

    at: datetime
    lapses_at: datetime
    what: str


def how_many(work: Work, person_id: int) -> int:
    """Appointments and seats."""
    met = select(func.count()).select_from(tables.Appointment).where(col(tables.Appointment.person_id) == person_id)
    sat = select(func.count()).select_from(tables.Seat).where(col(tables.Seat.person_id) == person_id)
    return work.session.exec(met).one() + work.session.exec(sat).one()


def appointments(work: Work, person_id: int) -> tuple[Meeting, ...]:
    """The appointments of somebody, the oldest first."""
    rows = work.session.exec(select(tables.Appointment).where(col(tables.Appointment.person_id) == person_id).order_by(col(tables.Appointment.id)))
    return tuple(_meeting(work, row) for row in rows)


def seats(work: Work, person_id: int) -> tuple[Sat, ...]:
    """Their seats, the oldest first."""
    rows = work.session.exec(select(tables.Seat).where(col(tables.Seat.person_id) == person_id).order_by(col(tables.Seat.id)))
    return tuple(_sat(work, row) for row in rows)


def waits(work: Work, person_id: int) -> tuple[Wish, ...]:
    """What they wait for."""
    slots = work.session.exec(select(tables.Waiting).where(col(tables.Waiting.person_id) == person_id).order_by(col(tables.Waiting.id)))
    lines = work.session.exec(select(tables.SeatWaiting).where(col(tables.SeatWaiting.person_id) == person_id).order_by(col(tables.SeatWaiting.id)))
    return (
        *(Wish(row.since, work.vault.open("waiting_for_slot.wish", row.wish), "") for row in slots),
        *(Wish(row.since, "", _workshop(work, row.session_id)) for row in lines),
    )


def marks(work: Work, person_id: int) -> tuple[Marked, ...]:
    """What is noted of them and lapses."""
    rows = work.session.exec(select(tables.Mark).where(col(tables.Mark.person_id) == person_id).order_by(col(tables.Mark.id)))
    return tuple(Marked(row.at, row.lapses_at, work.vault.open("mark.what", row.what)) for row in rows)


def _meeting(work: Work, row: tables.Appointment) -> Meeting:
    motive = work.vault.open("appointment.motive", row.motive)
    known = motives.name_of(work, motive)
    caseworker = work.session.get(tables.Caseworker, row.caseworker_id)
    return Meeting(
        at=row.starts_at,
        until=row.ends_at,
        place=_place(work, row.place_id),
        by="" if caseworker is None else unseal(work, "caseworker.name", caseworker.name),
        motive=known or motive,
        mode=work.vault.open("appointment.mode", row.mode),
        state=row.state,
        callback=unseal(work, "appointment.callback", row.callback),
        outcome=unseal(work, "appointment.outcome", row.outcome),
        made_at=row.created_at,
        steps=_steps(work, col(tables.Reminder.appointment_id) == row.id),
    )


def _sat(work: Work, row: tables.Seat) -> Sat:
    session = work.session.get_one(tables.Session, row.session_id)
    return Sat(
        at=session.starts_at,
        workshop=_workshop(work, row.session_id),
        place=_place(work, session.place_id),
        state=row.state,
        outcome=unseal(work, "seat.outcome", row.outcome),
        steps=_steps(work, col(tables.Reminder.seat_id) == row.id),
    )


def _steps(work: Work, mine: ColumnElement[bool]) -> tuple[Reminded, ...]:
    rows = work.session.exec(select(tables.Reminder).where(mine).order_by(col(tables.Reminder.due_at)))
    return tuple(Reminded(row.due_at, work.vault.open("reminder.kind", row.kind), row.state) for row in rows)


def _workshop(work: Work, session_id: int) -> str:
    session = work.session.get_one(tables.Session, session_id)
    return work.session.get_one(tables.Workshop, session.workshop_id).title


def _place(work: Work, place_id: int) -> str:
    place = work.session.get(tables.Place, place_id)
    return "" if place is None else place.name
