"""Who comes to a session of a workshop and who waits for it, by name: what the desk shows. Nothing here counts what anybody did."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage import seats, tables, threads
from storage.engine import Work
from storage.seats import Seat
from storage.tables import Person, SeatWaiting
from storage.thread_view import unseal


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a list names them: `token` is theirs, `thread` their newest demande, "" where the team follows none."""

    token: str
    name: str
    thread: str


@dataclass(frozen=True, slots=True)
class Row:
    """One seat and whose it is."""

    seat: Seat
    who: Somebody


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody in the line, since when."""

    since: datetime
    who: Somebody


def sheet(work: Work, session: str) -> tuple[Row, ...]:
    """The seats of a session by number."""
    return tuple(Row(seat, _who(work, seat.person_id)) for seat in seats.sheet(work, session))


def line(work: Work, session_id: int) -> tuple[Waits, ...]:
    """Who waits for a seat, the next first."""
    rows = work.session.exec(select(SeatWaiting).where(col(SeatWaiting.session_id) == session_id).order_by(col(SeatWaiting.id)))
    return tuple(Waits(row.since, _who(work, row.person_id)) for row in rows)


def person_of(work: Work, token: str) -> int | None:
    """The id of a person by their token."""
    return work.session.exec(select(Person.id).where(col(Person.token) == token)).first()


def to_be_filled_in(work: Work, session_id: int) -> bool:
    """Whether somebody had a seat there of whom nobody has said if they came."""
    missing = select(tables.Seat.id).where(col(tables.Seat.session_id) == session_id, col(tables.Seat.outcome).is_(None))
    return work.session.exec(missing.where(col(tables.Seat.state) == seats.State.TAKEN.value).limit(1)).first() is not None


def _who(work: Work, person_id: int) -> Somebody:
    person = work.session.get_one(Person, person_id)
    thread = threads.newest_of(work, person_id)
    return Somebody(person.token, unseal(work, "person.name", person.name), "" if thread is None else threads.token_of(work, thread))
