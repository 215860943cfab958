"""When people meet: motives, openings, appointments with the cells they own, reminders, workshops and their seats."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Holding, Leaving, beside, lookup, moment, reference, row_id, sealed, where_set


class Motive(SQLModel, table=True):
    """What an appointment is for, as the service offers it. Lengths are minutes; `modes`, `chain` and `who` (caseworkers' ids) are JSON lists.

    `discreet`: what may be said of it where anybody could read.
    """

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as an appointment names it")
    id: int | None = row_id()
    token: str = Field(unique=True)
    name: str
    discreet: str = ""
    bring: str = Field(default="", sa_column=Column(Text, nullable=False))
    minutes: int
    buffer_before: int = 0
    buffer_after: int = 0
    travel_before: int = 0
    travel_after: int = 0
    grid: int
    notice: int
    horizon: int
    modes: str
    who: str
    chain: str
    position: int = 0
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())


class Opening(SQLModel, table=True):
    """Somebody receives at a place. `ranges` and `modes` are JSON; days as 2026-08-03; `rule` is an RRULE, "" for one day alone."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    id: int | None = row_id()
    token: str = Field(unique=True)
    caseworker_id: int = Field(sa_column=reference("caseworker.id", index=True))
    place_id: int = Field(sa_column=reference("place.id", index=True))
    ranges: str
    modes: str
    first_day: str
    last_day: str | None = None
    rule: str = ""


class BusySource(SQLModel, table=True):
    """A caseworker's calendar kept elsewhere. kind: ics, caldav. `address` (and what opens it) is sealed; `failure`: why it cannot be read now.

    `etag`: the day it was last read whole, and what it said of itself then, so that it is asked again only for what changed.
    """

    __tablename__ = "busy_source"
    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until taken away")
    id: int | None = row_id()
    token: str = Field(unique=True)
    caseworker_id: int = Field(sa_column=reference("caseworker.id", index=True))
    kind: str
    address: bytes = Field(sa_column=sealed(nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=moment())
    tried_at: datetime | None = Field(default=None, sa_column=moment())
    failure: str | None = None
    etag: str = ""
    events: int = 0
    unread: int = 0


class Busy(SQLModel, table=True):
    """A time at which that calendar is busy, a day long at most: a longer one is several rows. What with is never read."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until the calendar is read again")
    __table_args__ = (Index("ix_busy_starts_at", "starts_at"),)
    id: int | None = row_id()
    source_id: int = Field(sa_column=reference("busy_source.id", index=True))
    caseworker_id: int = Field(sa_column=reference("caseworker.id"))
    starts_at: datetime = Field(sa_column=moment(nullable=False))
    ends_at: datetime = Field(sa_column=moment(nullable=False))


class Feed(SQLModel, table=True):
    """The secret address of a caseworker's appointments as a calendar. Revoking it removes the row."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until revoked")
    id: int | None = row_id()
    caseworker_id: int = Field(sa_column=reference("caseworker.id", index=True))
    secret: bytes = Field(sa_column=sealed(nullable=False))
    secret_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    created_at: datetime = Field(sa_column=moment(nullable=False))


class Appointment(SQLModel, table=True):
    """Two people meet. state: held (kept for somebody until `held_until`), booked, confirmed, cancelled, done.

    `holds_from` to `holds_until` is what it takes of the caseworker's time, buffers and travel included: the cells it owns. `version` names what
    reminders are planned for, `sequence` rises with every change a calendar must take over. `outcome` is what came of it; nothing counts those.
    """

    holding: ClassVar[Holding] = Holding("person|thread.person", Leaving.DELETE, "24 months after the last contact")
    __table_args__ = (
        Index("ix_appointment_starts_at", "starts_at"),
        Index("ix_appointment_caseworker", "caseworker_id", "starts_at"),
        Index("ix_appointment_held", "held_until", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
        {"sqlite_autoincrement": True},
    )
    id: int | None = row_id()
    token: str = Field(unique=True)
    person_id: int = Field(sa_column=reference("person.id", index=True))
    thread_id: int | None = Field(default=None, sa_column=reference("thread.id", nullable=True, index=True))
    caseworker_id: int = Field(sa_column=reference("caseworker.id"))
    place_id: int = Field(sa_column=reference("place.id"))
    motive: bytes = Field(sa_column=sealed(nullable=False))
    mode: bytes = Field(sa_column=sealed(nullable=False))
    starts_at: datetime = Field(sa_column=moment(nullable=False))
    ends_at: datetime = Field(sa_column=moment(nullable=False))
    holds_from: datetime = Field(sa_column=moment(nullable=False))
    holds_until: datetime = Field(sa_column=moment(nullable=False))
    state: str
    held_until: datetime | None = Field(default=None, sa_column=moment())
    version: int = 1
    sequence: int = 0
    confirmed_at: datetime | None = Field(default=None, sa_column=moment())
    callback: bytes | None = Field(default=None, sa_column=sealed())
    outcome: bytes | None = Field(default=None, sa_column=sealed())
    created_at: datetime = Field(sa_column=moment(nullable=False))
    changed_at: datetime = Field(sa_column=moment(nullable=False))


class AppointmentCell(SQLModel, table=True):
    """Five minutes of a caseworker's time (bot/rules/cells.py), owned once: this alone makes a double booking impossible."""

    __tablename__ = "appointment_cell"
    holding: ClassVar[Holding] = Holding("appointment.person", Leaving.DELETE, "as the appointment, until it is cancelled or moved")
    __table_args__ = (UniqueConstraint("caseworker_id", "cell"),)
    id: int | None = row_id()
    caseworker_id: int = Field(sa_column=reference("caseworker.id"))
    cell: int = Field(sa_type=BigId)
    appointment_id: int = Field(sa_column=reference("appointment.id", index=True))


class Reminder(SQLModel, table=True):
    """Something to be said, or done, about one version of an appointment or a seat. state: planned, written (it is in the outbox, or is a task),
    dropped (`reason` says why), dead (it was moved or cancelled).

    Which step it is tells of the person (a call is planned for who has no home), and is sealed: `kind_key` is a keyed hash of the step and of what it
    is about, so that each is planned once. `conversation_id` and `number` name the message it became.
    """

    holding: ClassVar[Holding] = Holding("appointment.person|seat.person", Leaving.DELETE, "as the appointment or the seat")
    __table_args__ = (
        where_set("ix_reminder_appointment_id", "appointment_id", "version", "kind_key", unique=True),
        where_set("ix_reminder_seat_id", "seat_id", "version", "kind_key", unique=True),
        where_set("ix_reminder_message", "conversation_id", "number"),
        Index("ix_reminder_due", "due_at", sqlite_where=text("state = 'planned'"), postgresql_where=text("state = 'planned'")),
    )
    id: int | None = row_id()
    appointment_id: int | None = Field(default=None, sa_column=reference("appointment.id", nullable=True))
    seat_id: int | None = Field(default=None, sa_column=reference("seat.id", nullable=True))
    version: int
    kind: bytes = Field(sa_column=sealed(nullable=False))
    kind_key: bytes = Field(sa_column=lookup(nullable=False))
    due_at: datetime = Field(sa_column=moment(nullable=False))
    latest_at: datetime = Field(sa_column=moment(nullable=False))
    state: str = "planned"
    reason: str | None = None
    settled_at: datetime | None = Field(default=None, sa_column=moment())
    conversation_id: int | None = Field(default=None, sa_column=beside("conversation.id", nullable=True))
    number: int | None = Field(default=None, sa_type=BigId)


class Waiting(SQLModel, table=True):
    """Somebody waits for a slot to be freed, in the order of these rows. `wish` is JSON: motive, places, parts of the day.

    While one is held for them, `appointment_id` is it.
    """

    __tablename__ = "waiting_for_slot"
    holding: ClassVar[Holding] = Holding("person|appointment.person", Leaving.DELETE, "until a slot is taken, or 60 days")
    id: int | None = row_id()
    token: str = Field(unique=True)
    person_id: int = Field(sa_column=reference("person.id", index=True))
    wish: bytes = Field(sa_column=sealed(nullable=False))
    since: datetime = Field(sa_column=moment(nullable=False))
    appointment_id: int | None = Field(default=None, sa_column=reference("appointment.id", nullable=True, index=True))


class Mark(SQLModel, table=True):
    """Something told of a person that lapses by itself (« sans logement »), by them or with their knowledge."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "60 days")
    __table_args__ = (Index("ix_mark_lapses_at", "lapses_at"),)
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    what: bytes = Field(sa_column=sealed(nullable=False))
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    at: datetime = Field(sa_column=moment(nullable=False))
    lapses_at: datetime = Field(sa_column=moment(nullable=False))


class Workshop(SQLModel, table=True):
    """A collective session the service gives again and again. `ages` as « 18-25 » or "", `measure` who it is kept for, "" for everybody."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as a session of it is kept")
    id: int | None = row_id()
    token: str = Field(unique=True)
    title: str
    about: str = Field(default="", sa_column=Column(Text, nullable=False))
    ages: str = ""
    measure: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())


class Session(SQLModel, table=True):
    """One time of a workshop. Seats are numbered from 1 to `capacity`. `version` names what reminders are planned for."""

    __tablename__ = "workshop_session"
    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "24 months after it took place")
    __table_args__ = (Index("ix_workshop_session_starts_at", "starts_at"),)
    id: int | None = row_id()
    token: str = Field(unique=True)
    workshop_id: int = Field(sa_column=reference("workshop.id", index=True))
    place_id: int = Field(sa_column=reference("place.id"))
    starts_at: datetime = Field(sa_column=moment(nullable=False))
    ends_at: datetime = Field(sa_column=moment(nullable=False))
    capacity: int
    version: int = 1
    announced_at: datetime | None = Field(default=None, sa_column=moment())
    cancelled_at: datetime | None = Field(default=None, sa_column=moment())


class Seat(SQLModel, table=True):
    """Somebody's place in a session. state: held (offered to who waited, until `held_until`), taken. A seat given back is no row any more."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "24 months after the last contact")
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "person_id"),
        Index("ix_seat_held", "held_until", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    )
    id: int | None = row_id()
    token: str = Field(unique=True)
    session_id: int = Field(sa_column=reference("workshop_session.id"))
    person_id: int = Field(sa_column=reference("person.id", index=True))
    number: int
    state: str
    held_until: datetime | None = Field(default=None, sa_column=moment())
    outcome: bytes | None = Field(default=None, sa_column=sealed())
    at: datetime = Field(sa_column=moment(nullable=False))


class SeatWaiting(SQLModel, table=True):
    """Somebody waits for a seat of a session, in the order of these rows."""

    __tablename__ = "seat_waiting"
    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "until the session")
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)
    id: int | None = row_id()
    session_id: int = Field(sa_column=reference("workshop_session.id"))
    person_id: int = Field(sa_column=reference("person.id", index=True))
    since: datetime = Field(sa_column=moment(nullable=False))
