"""Appointments as they are seen: what the desk, a conversation, a reminder and a calendar read of them. Frozen values, opened.

What changes them is in storage/appointments.py.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.openings import Mode
from bot.rules.slots import Slot
from storage.engine import Work
from storage.tables import Appointment as Row
from storage.thread_view import unseal


class State(StrEnum):
    """HELD: kept for somebody who waited, until they say. DONE: its time is over, and what came of it was said."""

    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def stands(self) -> bool:
        """True for an appointment that two people count on."""
        return self in (State.BOOKED, State.CONFIRMED)


class Outcome(StrEnum):
    """What came of it: venu, prévenu, empêché, non venu, annulé ou absent de notre côté. Nothing counts these for a person."""

    CAME = "came"
    WARNED = "warned"
    PREVENTED = "prevented"
    ABSENT = "absent"
    OURS = "ours"


class By(StrEnum):
    """Who decides. The person is answered where they speak; what the team decides is told at once."""

    PERSON = "person"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment, opened. Times are aware UTC; `motive` is a token (storage/motives.py), `outcome` None until it is known.

    `version` is what a button of a reminder carries; `sequence` what a calendar compares. `holds` is from when until when it takes the caseworker's
    time, buffers and travel included.
    """

    id: int
    token: str
    person_id: int
    thread_id: int | None
    motive: str
    slot: Slot
    state: State
    held_until: datetime | None
    version: int
    sequence: int
    callback: str
    outcome: Outcome | None
    created_at: datetime
    changed_at: datetime
    holds: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be booked. `freely` is for a caseworker, who is held by nothing but what is taken already; a person books what was offered.

    `callback`: a number to be reached at for this appointment, "" for none.
    """

    person_id: int
    motive: str
    slot: Slot
    by: By = By.PERSON
    freely: bool = False
    thread_id: int | None = None
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """It is not free any more, or never was: others that are."""

    others: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """It was moved, cancelled or is over meanwhile: how it stands now, None where it is gone."""

    now: Appointment | None


STANDING = (State.BOOKED.value, State.CONFIRMED.value)


def find(work: Work, token: str) -> Appointment | None:
    """The appointment of this token."""
    row = work.session.exec(select(Row).where(col(Row.token) == token)).first()
    return None if row is None else read(work, row)


def of_id(work: Work, appointment_id: int) -> Appointment | None:
    """The appointment of this id."""
    row = work.session.get(Row, appointment_id)
    return None if row is None else read(work, row)


def to_come(work: Work, person_id: int) -> tuple[Appointment, ...]:
    """The appointments of a person that stand and are not over, the soonest first."""
    return _of(work, select(Row).where(col(Row.person_id) == person_id, col(Row.ends_at) > work.now, col(Row.state).in_(STANDING)))


def of_person(work: Work, person_id: int) -> tuple[Appointment, ...]:
    """All the appointments of a person, the oldest first."""
    return _of(work, select(Row).where(col(Row.person_id) == person_id, col(Row.state) != State.HELD.value))


def between(work: Work, since: datetime, until: datetime, caseworker_id: int | None = None) -> tuple[Appointment, ...]:
    """Those that begin in this time, of one colleague or of all, cancelled ones too: a week on the desk, a feed, those an absence would cover."""
    within = select(Row).where(col(Row.starts_at) >= since, col(Row.starts_at) < until, col(Row.state) != State.HELD.value)
    return _of(work, within if caseworker_id is None else within.where(col(Row.caseworker_id) == caseworker_id))


def expected(work: Work) -> frozenset[int]:
    """The colleagues with whom somebody has an appointment to come, by id: those who left too."""
    to_come = select(Row.caseworker_id).where(col(Row.starts_at) > work.now, col(Row.state).in_(STANDING))
    return frozenset(work.session.exec(to_come.distinct()))


def held_between(work: Work, since: datetime, until: datetime) -> tuple[Appointment, ...]:
    """Those that are kept in this time for somebody who waited, until they say."""
    within = select(Row).where(col(Row.starts_at) >= since, col(Row.starts_at) < until)
    return _of(work, within.where(col(Row.state) == State.HELD.value, col(Row.held_until) > work.now))


def to_be_closed(work: Work, since: datetime, caseworker_id: int | None = None) -> tuple[Appointment, ...]:
    """Those begun since then of which nobody has said what came."""
    found = between(work, since, work.now, caseworker_id)
    return tuple(each for each in found if each.state.stands)


def _of(work: Work, found: SelectOfScalar[Row]) -> tuple[Appointment, ...]:
    return tuple(read(work, row) for row in work.session.exec(found.order_by(col(Row.starts_at), col(Row.id))))


def read(work: Work, row: Row) -> Appointment:
    """A row, opened."""
    outcome = unseal(work, "appointment.outcome", row.outcome)
    return Appointment(
        id=row.id or 0,
        token=row.token,
        person_id=row.person_id,
        thread_id=row.thread_id,
        motive=work.vault.open("appointment.motive", row.motive),
        slot=Slot(row.starts_at, row.ends_at, row.caseworker_id, row.place_id, Mode(work.vault.open("appointment.mode", row.mode))),
        state=State(row.state),
        held_until=row.held_until,
        version=row.version,
        sequence=row.sequence,
        callback=unseal(work, "appointment.callback", row.callback),
        outcome=Outcome(outcome) if outcome else None,
        created_at=row.created_at,
        changed_at=row.changed_at,
        holds=(row.holds_from, row.holds_until),
    )
