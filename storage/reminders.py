"""Reminders: a row for each step, planned with the appointment (or the seat) in one unit, claimed when its time comes, checked again then.

Who settles steps looks for what is due, the oldest first, and claims them some at a time. A claim holds its rows until the unit ends: whoever claims
writes the message, or the task, and settles the row in that same unit. So no row is ever written twice, whatever dies.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, delete, func, or_, select, update
from sqlalchemy.sql.expression import FromClause
from sqlmodel import col
from sqlmodel import select as choose

from bot.rules.openings import Mode
from bot.rules.reminders import TOLD_ANYHOW, Kind, Planned, Wants
from storage import bulk, consents, tables
from storage.bulk import Bulk
from storage.columns import from_moment, to_moment
from storage.consents import Choice
from storage.engine import Statement, Work, among, statement, table

REMINDER, APPOINTMENT, SEAT, SESSION = (table(noun) for noun in (tables.Reminder, tables.Appointment, tables.Seat, tables.Session))
PLACE = "reminder.kind"
AT_ONCE = 2000
"""How many are settled in one unit: as many as keep what writes behind it waiting for a tenth of a second. Each statement of a unit touches the same
pages, whatever their number."""
IN_SIGHT = 100_000
"""How many are looked for at a time: their ids are kept in memory, 4 MB."""
LATE_FROM = timedelta(minutes=5)
UNKNOWN = "unknown"
"""What is said of a message of which nobody knows whether it arrived."""
_KIND, _MODE = {kind.value: kind for kind in Kind}, {mode.value: mode for mode in Mode}
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


class Matter(NamedTuple):
    """What a step is about: an appointment, or somebody's seat. `token` is the appointment's, or that of the seat's session, which outlives an offer;
    `motive` is one too, "" where nothing is to be said of it."""

    token: str
    start: datetime
    place_id: int
    mode: Mode
    motive: str
    caseworker_id: int | None
    thread_id: int | None


class Due(NamedTuple):
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


def _planning(about: str) -> Bulk:
    """A step is planned once; one that died is planned anew."""

    def anew(added: Any) -> Any:
        again = {name: added.excluded[name] for name in ("kind", "due_at", "latest_at", "state")} | {"reason": None, "settled_at": None}
        once = (about, "version", "kind_key")
        return added.on_conflict_do_update(
            index_elements=once, index_where=REMINDER.c[about].is_not(None), set_=again, where=REMINDER.c.state == State.DEAD.value
        )

    return bulk.adding(REMINDER, _NAMES, {}, anew)


_PLAN = {about: _planning(f"{about}_id") for about in ("appointment", "seat")}
_KILL = {
    about: statement(
        update(REMINDER)
        .where(REMINDER.c[f"{about}_id"] == bindparam("about"), REMINDER.c.state == State.PLANNED.value)
        .values(state=State.DEAD.value, settled_at=bindparam("now"))
    )
    for about in ("appointment", "seat")
}


def _about(step: FromClause) -> FromClause:
    """A step with what it is about."""
    return (
        step.outerjoin(APPOINTMENT, APPOINTMENT.c.id == step.c.appointment_id)
        .outerjoin(SEAT, SEAT.c.id == step.c.seat_id)
        .outerjoin(SESSION, SESSION.c.id == SEAT.c.session_id)
    )


_STANDS = case(
    (or_(APPOINTMENT.c.state == "booked", APPOINTMENT.c.state == "confirmed"), "live"),
    (APPOINTMENT.c.state.is_not(None), APPOINTMENT.c.state),
    (SESSION.c.cancelled_at.is_not(None), "cancelled"),
    (SEAT.c.state == "taken", "live"),
    else_=SEAT.c.state,
)
_STEP_NAMES = ("id", "appointment_id", "seat_id", "version", "kind", "due_at", "latest_at")
_ABOUT_COLUMNS = (
    func.coalesce(APPOINTMENT.c.person_id, SEAT.c.person_id),
    func.coalesce(APPOINTMENT.c.version, SESSION.c.version),
    _STANDS,
    func.coalesce(APPOINTMENT.c.token, SESSION.c.token),
    func.coalesce(APPOINTMENT.c.starts_at, SESSION.c.starts_at),
    func.coalesce(APPOINTMENT.c.place_id, SESSION.c.place_id),
    *(APPOINTMENT.c[name] for name in ("mode", "motive", "caseworker_id", "thread_id")),
)


def _dues_of(step: FromClause) -> Select[Any]:
    return select(*(step.c[name] for name in _STEP_NAMES), *_ABOUT_COLUMNS).select_from(_about(step))


_PLANNED_DUE = (REMINDER.c.state == State.PLANNED.value, REMINDER.c.due_at <= bindparam("now"))
DUE = statement(select(REMINDER.c.id).where(*_PLANNED_DUE).order_by(REMINDER.c.due_at, REMINDER.c.id).limit(bindparam("most")))


def _claim() -> Statement:
    """Looked at again: it may have been settled, killed or planned for another time since it was found."""
    these = among(REMINDER.c.id, "ids")
    rows = select(*(REMINDER.c[name] for name in _STEP_NAMES)).where(*_PLANNED_DUE).with_for_update(skip_locked=True)
    return statement(sqlite=_dues_of(rows.where(these.sqlite).cte("claimed")), postgresql=_dues_of(rows.where(these.postgresql).cte("claimed")))


CLAIM = _claim()
_OLDEST_FIRST = itemgetter(_STEP_NAMES.index("due_at"), _STEP_NAMES.index("id"))
WRITTEN = statement(_dues_of(REMINDER).where(REMINDER.c.conversation_id == bindparam("conversation"), REMINDER.c.number == bindparam("said")))
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
SETTLE = bulk.changing(REMINDER, ("state", "reason", "settled_at", "conversation_id", "number"), {}, REMINDER.c.state == State.PLANNED.value)


def plan(work: Work, steps: Iterable[Planned], version: int, *, appointment_id: int | None = None, seat_id: int | None = None) -> None:
    """Plan these steps of one version of an appointment or a seat."""
    about, which = ("seat", seat_id) if appointment_id is None else ("appointment", appointment_id)
    seal, lookup = work.vault.seal, work.vault.lookup
    rows = [
        (
            *(appointment_id, seat_id, version, seal(PLACE, step.kind), lookup("reminder.kind_key", f"{about} {which} {step.kind}")),
            *(to_moment(step.due_at), to_moment(step.latest_at), State.PLANNED.value),
        )
        for step in steps
    ]
    work.execute_many(_PLAN[about], rows)


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


def due(work: Work, most: int = AT_ONCE) -> list[int]:
    """The ids of the steps whose time has come, the oldest first."""
    return [row[0] for row in work.execute(DUE, {"now": to_moment(work.now), "most": most}).fetchall()]


def claim(work: Work, ids: Collection[int]) -> tuple[Due, ...]:
    """Those of these steps that are still due and nobody else's, the oldest first, held until this unit ends. Settle each of them in it."""
    rows = sorted(work.execute(CLAIM, {"now": to_moment(work.now), "ids": json.dumps(sorted(ids))}).fetchall(), key=_OLDEST_FIRST)
    chosen = consents.chosen_by(work, {row[7] for row in rows})
    return _dues(work, rows, chosen)


def of_message(work: Work, conversation_id: int, number: int) -> Due | None:
    """The step that became this message, as it stands now; None where the message is none of these."""
    row = work.execute(WRITTEN, {"conversation": conversation_id, "said": number}).fetchone()
    return None if row is None else _dues(work, [row], consents.chosen_by(work, {row[7]}))[0]


def still(work: Work, conversation_id: int, number: int) -> Dropped | None:
    """Why a reminder that is in the outbox must not be sent any more, asked just before it is; None where it may, or is no reminder of these."""
    due = of_message(work, conversation_id, number)
    return None if due is None else due.dropped


class Settled(NamedTuple):
    """What becomes of a step: WRITTEN, as a message of this number or as a task; or DROPPED, and a caseworker sees the reason."""

    due: Due
    state: State
    reason: Dropped | None = None
    conversation_id: int | None = None
    number: int | None = None


def written(due: Due, conversation_id: int | None = None, number: int | None = None) -> Settled:
    """It has become a message of this number, or a task."""
    return Settled(due, State.WRITTEN, None, conversation_id, number)


def drop(due: Due, why: Dropped) -> Settled:
    """It is not done."""
    return Settled(due, State.DROPPED, why)


def settle(work: Work, steps: Iterable[Settled]) -> None:
    """Write what becomes of each."""
    now = to_moment(work.now)
    work.execute_many(SETTLE, [(each.due.id, each.state.value, each.reason, now, each.conversation_id, each.number) for each in steps])


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
    return _wants(consents.chosen_by(work, {person_id}).get(person_id))


def _wants(chosen: frozenset[Choice] | None) -> Wants:
    if not chosen:
        return Wants.DISCREET
    if Choice.NO_REMINDERS in chosen:
        return Wants.NONE
    return Wants.FULL if Choice.FULL_REMINDERS in chosen else Wants.DISCREET


def _dues(work: Work, rows: Sequence[Sequence[Any]], chosen: Mapping[int, frozenset[Choice]]) -> tuple[Due, ...]:
    """Many fall due together, at the same times: each time is read once."""
    kinds = work.vault.open_all(PLACE, [row[4] for row in rows])
    modes = iter(work.vault.open_all("appointment.mode", [row[13] for row in rows if row[13] is not None]))
    moment = cache(from_moment)
    found = []
    for row, name in zip(rows, kinds, strict=True):
        kind, latest, wanted = _KIND[name], moment(row[6]), _wants(chosen.get(row[7]))
        mode = Mode.ON_SITE if row[13] is None else _MODE[next(modes)]
        motive = work.vault.open("appointment.motive", row[14]) if row[14] is not None and wanted is Wants.FULL else ""
        about = Matter(row[10], moment(row[11]), row[12], mode, motive, row[15], row[16])
        why = _dropped(kind, wanted, latest < work.now, row[8] != row[3] or row[9] != _STANDS_FOR.get(kind, "live"))
        found.append(Due(row[0], row[1], row[2], row[7], row[3], kind, moment(row[5]), latest, about, wanted, why))
    return tuple(found)


def _dropped(kind: Kind, wanted: Wants, late: bool, changed: bool) -> Dropped | None:
    if changed or late:
        return Dropped.CHANGED if changed else Dropped.TOO_LATE
    return Dropped.UNWANTED if wanted is Wants.NONE and kind not in TOLD_ANYHOW else None


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
