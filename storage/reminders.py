"""Reminders: a row for each step, planned with the appointment (or the seat) in one unit, claimed when its time comes, checked again then.

A claim holds its rows until the unit ends: whoever claims writes the message, or the task, and settles the row in that same unit. So no row is ever
written twice, whatever dies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, case, delete, func, or_, select, update
from sqlmodel import col
from sqlmodel import select as choose

from bot.rules.openings import Mode
from bot.rules.reminders import TOLD_ANYHOW, Kind, Planned, Wants
from storage import consents, tables
from storage.columns import from_moment, to_moment
from storage.consents import Choice
from storage.engine import Statement, Work, statement, table, upsert

REMINDER, APPOINTMENT, SEAT, SESSION = (table(noun) for noun in (tables.Reminder, tables.Appointment, tables.Seat, tables.Session))
PLACE = "reminder.kind"
AT_ONCE = 500
LATE_FROM = timedelta(minutes=5)
UNKNOWN = "unknown"
"""What is said of a message of which nobody knows whether it arrived."""
_STANDS_FOR = {Kind.OFFER: "held", Kind.CANCELLED: "cancelled", Kind.MISSED: "done"}
"""How an appointment must stand for what is said of it; the other steps are about one that is still to come."""


class State(StrEnum):
    """What became of a step. WRITTEN: it is in the outbox, or is a task; its message says the rest. DEAD: moved or cancelled before."""

    PLANNED = "planned"
    WRITTEN = "written"
    DROPPED = "dropped"
    DEAD = "dead"


class Dropped(StrEnum):
    """Why a step was not done."""

    TOO_LATE = "too_late"
    CHANGED = "changed"
    UNWANTED = "unwanted"
    UNREACHABLE = "unreachable"
    """There is no address of theirs left."""
    STOPPED = "stopped"
    BLOCKED = "blocked"
    SHARED = "shared"
    """Others read wherever they could be written to."""
    HELD_BACK = "held_back"
    """A colleague decides whether anything is written there now, never a clock."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a step is about: an appointment, or somebody's seat. `token` is the appointment's, or that of the seat's session, which outlives an offer;
    `motive` is one too, "" where nothing is to be said of it."""

    token: str
    start: datetime
    place_id: int
    mode: Mode
    motive: str
    caseworker_id: int | None
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """A step whose time has come. One of `appointment_id` and `seat_id` is set. `dropped`: why it must not be done any more, None where it may."""

    id: int
    appointment_id: int | None
    seat_id: int | None
    person_id: int
    version: int
    kind: Kind
    due_at: datetime
    latest_at: datetime
    about: Matter
    wants: Wants
    dropped: Dropped | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a caseworker sees it. `message` names what it became: a conversation and a message number; `status` is what is known of that message,
    "" where it is none or is gone. `reason`: of Dropped, or a code of whoever refused it."""

    kind: Kind
    version: int
    due_at: datetime
    latest_at: datetime
    state: State
    reason: str
    settled_at: datetime | None
    message: tuple[int, int] | None
    status: str = ""


_NAMES = ("appointment_id", "seat_id", "version", "kind", "kind_key", "due_at", "latest_at", "state")
_AGAIN: dict[str, object] = {name: bindparam(name) for name in ("kind", "due_at", "latest_at", "state")} | {"reason": None, "settled_at": None}


def _planning(about: str) -> Statement:
    """A step is planned once; one that died is planned anew."""
    return upsert(
        lambda insert: (
            insert(REMINDER)
            .values({name: bindparam(name) for name in _NAMES})
            .on_conflict_do_update(index_elements=(about, "version", "kind_key"), set_=_AGAIN, where=REMINDER.c.state == State.DEAD.value)
        )
    )


_PLAN = {about: _planning(f"{about}_id") for about in ("appointment", "seat")}
_KILL = {
    about: statement(
        update(REMINDER)
        .where(REMINDER.c[f"{about}_id"] == bindparam("about"), REMINDER.c.state == State.PLANNED.value)
        .values(state=State.DEAD.value, settled_at=bindparam("now"))
    )
    for about in ("appointment", "seat")
}
_ABOUT = (
    REMINDER.outerjoin(APPOINTMENT, APPOINTMENT.c.id == REMINDER.c.appointment_id)
    .outerjoin(SEAT, SEAT.c.id == REMINDER.c.seat_id)
    .outerjoin(SESSION, SESSION.c.id == SEAT.c.session_id)
)
_STANDS = case(
    (or_(APPOINTMENT.c.state == "booked", APPOINTMENT.c.state == "confirmed"), "live"),
    (APPOINTMENT.c.state.is_not(None), APPOINTMENT.c.state),
    (SESSION.c.cancelled_at.is_not(None), "cancelled"),
    (SEAT.c.state == "taken", "live"),
    else_=SEAT.c.state,
)
_DUE_COLUMNS = (
    *(REMINDER.c[name] for name in ("id", "appointment_id", "seat_id", "version", "kind", "due_at", "latest_at")),
    func.coalesce(APPOINTMENT.c.person_id, SEAT.c.person_id),
    func.coalesce(APPOINTMENT.c.version, SESSION.c.version),
    _STANDS,
    func.coalesce(APPOINTMENT.c.token, SESSION.c.token),
    func.coalesce(APPOINTMENT.c.starts_at, SESSION.c.starts_at),
    func.coalesce(APPOINTMENT.c.place_id, SESSION.c.place_id),
    *(APPOINTMENT.c[name] for name in ("mode", "motive", "caseworker_id", "thread_id")),
)
DUE = statement(
    select(*_DUE_COLUMNS)
    .select_from(_ABOUT)
    .where(REMINDER.c.state == State.PLANNED.value, REMINDER.c.due_at <= bindparam("now"))
    .order_by(REMINDER.c.due_at, REMINDER.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=REMINDER, skip_locked=True)
)
WRITTEN = statement(
    select(*_DUE_COLUMNS).select_from(_ABOUT).where(REMINDER.c.conversation_id == bindparam("conversation"), REMINDER.c.number == bindparam("said"))
)
UNDO = statement(
    update(REMINDER)
    .where(REMINDER.c.conversation_id == bindparam("conversation"), REMINDER.c.number == bindparam("said"), REMINDER.c.state == State.WRITTEN.value)
    .values(state=State.DROPPED.value, reason=bindparam("why"), settled_at=bindparam("now"))
)
FOLLOW = statement(
    update(REMINDER)
    .where(REMINDER.c.conversation_id == bindparam("conversation"), REMINDER.c.number == bindparam("said"))
    .values(conversation_id=bindparam("new_conversation"), number=bindparam("new_number"))
)
_SETTLED = ("state", "reason", "settled_at", "conversation_id", "number")
_SETTLE = statement(
    update(REMINDER)
    .where(REMINDER.c.id == bindparam("row_id"), REMINDER.c.state == State.PLANNED.value)
    .values({name: bindparam(f"new_{name}") for name in _SETTLED})
)


def plan(work: Work, steps: Iterable[Planned], version: int, *, appointment_id: int | None = None, seat_id: int | None = None) -> None:
    """Plan these steps of one version of an appointment or a seat."""
    about, which = ("seat", seat_id) if appointment_id is None else ("appointment", appointment_id)
    for step in steps:
        work.execute(
            _PLAN[about],
            {
                **{"appointment_id": appointment_id, "seat_id": seat_id, "version": version, "state": State.PLANNED.value},
                "kind": work.vault.seal(PLACE, step.kind),
                "kind_key": work.vault.lookup("reminder.kind_key", f"{about} {which} {step.kind}"),
                "due_at": to_moment(step.due_at),
                "latest_at": to_moment(step.latest_at),
            },
        )


def kill(work: Work, *, appointment_id: int | None = None, seat_id: int | None = None) -> None:
    """What is still planned of it dies."""
    about, which = ("seat", seat_id) if appointment_id is None else ("appointment", appointment_id)
    work.execute(_KILL[about], {"about": which, "now": to_moment(work.now)})


def kill_kind(work: Work, kind: Kind, appointment_id: int) -> None:
    """One kind of step of an appointment dies, where it is still planned."""
    key = work.vault.lookup("reminder.kind_key", f"appointment {appointment_id} {kind}")
    mine = (REMINDER.c.appointment_id == appointment_id) & (REMINDER.c.kind_key == key) & (REMINDER.c.state == State.PLANNED.value)
    work.session.execute(update(REMINDER).where(mine).values(state=State.DEAD.value, settled_at=work.now))


def forget(work: Work, *, appointment_id: int | None = None, seat_id: int | None = None) -> None:
    """Remove the steps of an appointment or a seat that is to leave no trace."""
    mine = REMINDER.c.seat_id == seat_id if appointment_id is None else REMINDER.c.appointment_id == appointment_id
    work.session.execute(delete(REMINDER).where(mine))


def claim(work: Work, most: int = AT_ONCE) -> tuple[Due, ...]:
    """The steps whose time has come, the oldest first, held until this unit ends. Settle each of them in it."""
    rows = work.execute(DUE, {"now": to_moment(work.now), "most": most}).fetchall()
    chosen = consents.chosen_by(work, {row[7] for row in rows})
    return tuple(_due(work, row, _wants(chosen.get(row[7], frozenset()))) for row in rows)


def of_message(work: Work, conversation_id: int, number: int) -> Due | None:
    """The step that became this message, as it stands now; None where the message is none of these."""
    row = work.execute(WRITTEN, {"conversation": conversation_id, "said": number}).fetchone()
    return None if row is None else _due(work, row, wants(work, row[7]))


def still(work: Work, conversation_id: int, number: int) -> Dropped | None:
    """Why a reminder that is in the outbox must not be sent any more, asked just before it is; None where it may, or is no reminder of these."""
    due = of_message(work, conversation_id, number)
    return None if due is None else due.dropped


def written(work: Work, due: Due, conversation_id: int | None = None, number: int | None = None) -> None:
    """It has become a message of this number, or a task."""
    _settle(work, due.id, State.WRITTEN, None, conversation_id, number)


def drop(work: Work, due: Due, why: Dropped) -> None:
    """It is not done: a caseworker sees why."""
    _settle(work, due.id, State.DROPPED, why, None, None)


def undo(work: Work, conversation_id: int, number: int, why: str) -> None:
    """The message that a step became was not sent: a caseworker sees why, a short code. Of what is UNKNOWN the message itself says so."""
    if why != UNKNOWN:
        work.execute(UNDO, {"conversation": conversation_id, "said": number, "why": why, "now": to_moment(work.now)})


def follow(work: Work, before: tuple[int, int], now: tuple[int, int]) -> None:
    """What a step became is said by another message now: conversation and number, before and now."""
    work.execute(FOLLOW, {"conversation": before[0], "said": before[1], "new_conversation": now[0], "new_number": now[1]})


def any_due(work: Work) -> bool:
    """Whether the time of a step has come."""
    due = next_due(work)
    return due is not None and due <= work.now


def late(work: Work) -> int:
    """How many steps should have been settled minutes ago: where there are any, no worker looks."""
    found = choose(func.count()).select_from(tables.Reminder).where(col(tables.Reminder.state) == State.PLANNED.value)
    return work.session.exec(found.where(col(tables.Reminder.due_at) < work.now - LATE_FROM)).one()


def next_due(work: Work) -> datetime | None:
    """When the next step falls due."""
    return work.session.exec(
        choose(tables.Reminder.due_at).where(col(tables.Reminder.state) == State.PLANNED.value).order_by(col(tables.Reminder.due_at)).limit(1)
    ).first()


def steps(work: Work, *, appointment_id: int | None = None, seat_id: int | None = None) -> tuple[Step, ...]:
    """The steps of an appointment or a seat, in the order they are due, and what became of each."""
    mine = col(tables.Reminder.seat_id) == seat_id if appointment_id is None else col(tables.Reminder.appointment_id) == appointment_id
    said = (col(tables.Message.conversation_id) == col(tables.Reminder.conversation_id)) & (col(tables.Message.number) == col(tables.Reminder.number))
    found = choose(tables.Reminder, tables.Message.status).join(tables.Message, said, isouter=True).where(mine)
    rows = work.session.exec(found.order_by(col(tables.Reminder.due_at), col(tables.Reminder.id)))
    return tuple(_step(work, row, status or "") for row, status in rows)


def wants(work: Work, person_id: int) -> Wants:
    """What somebody chose about reminders."""
    return _wants(consents.chosen_by(work, {person_id}).get(person_id, frozenset()))


def _wants(chosen: frozenset[Choice]) -> Wants:
    if Choice.NO_REMINDERS in chosen:
        return Wants.NONE
    return Wants.FULL if Choice.FULL_REMINDERS in chosen else Wants.DISCREET


def _due(work: Work, row: Sequence[Any], wanted: Wants) -> Due:
    kind = Kind(work.vault.open(PLACE, row[4]))
    latest, version, stands = from_moment(row[6]), row[8], row[9]
    changed = version != row[3] or stands != _STANDS_FOR.get(kind, "live")
    why = Dropped.CHANGED if changed else Dropped.TOO_LATE if latest < work.now else None
    if why is None and kind not in TOLD_ANYHOW and wanted is Wants.NONE:
        why = Dropped.UNWANTED
    return Due(row[0], row[1], row[2], row[7], row[3], kind, from_moment(row[5]), latest, _matter(work, row[10:], wanted), wanted, why)


def _matter(work: Work, row: Sequence[Any], wanted: Wants) -> Matter:
    token, start, place_id, mode, motive, caseworker_id, thread_id = row
    open_ = work.vault.open
    how = Mode.ON_SITE if mode is None else Mode(open_("appointment.mode", mode))
    why = open_("appointment.motive", motive) if motive is not None and wanted is Wants.FULL else ""
    return Matter(token, from_moment(start), place_id, how, why, caseworker_id, thread_id)


def _settle(work: Work, row_id: int, state: State, reason: str | None, conversation_id: int | None, number: int | None) -> None:
    values = (state.value, reason, to_moment(work.now), conversation_id, number)
    work.execute(_SETTLE, {"row_id": row_id, **dict(zip((f"new_{name}" for name in _SETTLED), values, strict=True))})


def _step(work: Work, row: tables.Reminder, status: str) -> Step:
    message = None if row.conversation_id is None or row.number is None else (row.conversation_id, row.number)
    return Step(
        kind=Kind(work.vault.open(PLACE, row.kind)),
        version=row.version,
        due_at=row.due_at,
        latest_at=row.latest_at,
        state=State(row.state),
        reason=row.reason or "",
        settled_at=row.settled_at,
        message=message,
        status=status,
    )
