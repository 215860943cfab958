"""Threads that outlive their term: a complaint, a court. The head says why, and until when; nothing of the thread goes before."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.errors import StorageError
from storage.engine import Work
from storage.tables import Hold, Thread

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """One hold. `reason` is the head's own words."""

    id: int
    thread_id: int
    by_id: int
    reason: str
    ends_at: datetime
    created_at: datetime


def hold(work: Work, thread_id: int, caseworker_id: int, reason: str, ends_at: datetime) -> int:
    """Keep a thread until `ends_at`, whatever its term; the id of the hold. Raises StorageError without a reason, or for a date that is past."""
    if not reason.strip() or ends_at <= work.now:
        raise StorageError("a hold has a reason and an end to come")
    row = Hold(
        thread_id=thread_id, caseworker_id=caseworker_id, reason=work.vault.seal("hold.reason", reason.strip()), ends_at=ends_at, created_at=work.now
    )
    work.session.add(row)
    work.session.flush()
    return row.id or 0


def lift(work: Work, hold_id: int) -> bool:
    """End a hold now; False if it is over or gone. Who held it, and why, stays with the thread."""
    row = work.session.get(Hold, hold_id)
    if row is None or row.ends_at <= work.now:
        return False
    row.ends_at = work.now
    work.session.flush()
    return True


def of_thread(work: Work, thread_id: int) -> tuple[Held, ...]:
    """The holds of a thread, past ones too, oldest first."""
    rows = work.session.exec(select(Hold).where(col(Hold.thread_id) == thread_id).order_by(col(Hold.id)))
    return tuple(
        Held(row.id or 0, row.thread_id, row.caseworker_id, work.vault.open("hold.reason", row.reason), row.ends_at, row.created_at) for row in rows
    )


def last_day(work: Work, person_id: int) -> datetime | None:
    """Until when something of this person is held, or None."""
    found = _of(select(Hold.ends_at), work, person_id).order_by(col(Hold.ends_at).desc()).limit(1)
    return work.session.exec(found).first()


def until(work: Work, thread_id: int) -> datetime | None:
    """Until when a thread is held, or None."""
    found = select(Hold.ends_at).where(col(Hold.thread_id) == thread_id, in_force(work)).order_by(col(Hold.ends_at).desc()).limit(1)
    return work.session.exec(found).first()


def held_threads(work: Work, person_id: int) -> list[int]:
    """The threads of this person that are held now."""
    found = _of(select(Hold.thread_id), work, person_id).distinct()
    return list(work.session.exec(found))


def in_force(work: Work) -> ColumnElement[bool]:
    """Not over yet."""
    return col(Hold.ends_at) > work.now


def _held(work: Work, row: Hold) -> Held:
    reason = work.vault.open("hold.reason", row.reason)
    return Held(row.id or 0, row.thread_id, row.caseworker_id, reason, row.ends_at, row.created_at)


def _of(asked: SelectOfScalar[T], work: Work, person_id: int) -> SelectOfScalar[T]:
    """What is asked of the holds in force on this person's threads."""
    return asked.join(Thread, col(Thread.id) == col(Hold.thread_id)).where(col(Thread.person_id) == person_id, in_force(work))
