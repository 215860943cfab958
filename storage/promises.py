"""What was promised to somebody who waits: kept on their thread, until a colleague answers, the thread is closed or the robot is back.

A promise missed once is given again; missed twice, it is over, and the head knows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import threads
from storage.engine import Wake, Work
from storage.tables import Caseworker, Message, Thread

SILENCE = timedelta(days=7)
"""So long without a word from us, whoever writes again is told again who has their words."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Promised:
    """`deadline`: an answer was promised before it, None where none is pending. `since`: when a promise was last given. `missed` in a row."""

    deadline: datetime | None
    since: datetime | None
    missed: int


def of(work: Work, thread_id: int) -> Promised:
    """What stands on this thread."""
    row = work.session.get_one(Thread, thread_id)
    return Promised(row.promised_at, row.promised_since, row.promises_missed)


def give(work: Work, thread_id: int, deadline: datetime | None, *, missed: int = 0) -> None:
    """Promise an answer before `deadline` (None: at no known time), `missed` promises in a row having gone before."""
    row = work.session.get_one(Thread, thread_id)
    row.promised_at, row.promised_since, row.promises_missed = deadline, work.now, missed
    _changed(work, thread_id)


def end(work: Work, thread_id: int) -> None:
    """Nothing is promised any more: kept, or given up."""
    row = work.session.get_one(Thread, thread_id)
    if row.promised_at is not None:
        row.promised_at = None
        _changed(work, thread_id)


def missed(work: Work) -> list[int]:
    """The open threads whose deadline is over, the oldest first."""
    return [row.id or 0 for row in work.session.exec(_missed(work).order_by(col(Thread.promised_at)).limit(AT_ONCE))]


def any_missed(work: Work) -> bool:
    """Whether a deadline is over."""
    return work.session.exec(_missed(work).limit(1)).first() is not None


def still_missed(work: Work, thread_id: int) -> Promised | None:
    """The promise of this thread if its deadline is over and no colleague has written since it was given. One that was kept is ended here."""
    row = work.session.exec(select(Thread).where(col(Thread.id) == thread_id).with_for_update()).first()
    if row is None or row.closed_at is not None or row.promised_at is None or row.promised_at > work.now:
        return None
    if row.promised_since is not None and _answered(work, thread_id, row.promised_since):
        end(work, thread_id)
        return None
    return Promised(row.promised_at, row.promised_since, row.promises_missed)


def silent_since(work: Work, thread_id: int) -> datetime:
    """When this thread was opened, or its person last promised something."""
    row = work.session.get_one(Thread, thread_id)
    return max(row.opened_at, row.promised_since or row.opened_at)


def follower(work: Work, thread_id: int) -> str:
    """The first name of who follows this thread, "" for nobody."""
    row = work.session.get_one(Thread, thread_id)
    owner = work.session.get(Caseworker, row.owner_id) if row.owner_id is not None else None
    return work.vault.open("caseworker.name", owner.name) if owner is not None and owner.name and owner.disabled_at is None else ""


def _missed(work: Work) -> SelectOfScalar[Thread]:
    return select(Thread).where(col(Thread.promised_at) <= work.now, col(Thread.closed_at).is_(None))


def _answered(work: Work, thread_id: int, since: datetime) -> bool:
    """Whether a colleague wrote to this person since then, in any of their conversations."""
    said = select(Message.id).where(
        col(Message.conversation_id).in_(threads.conversations(work, thread_id)), col(Message.author) == "caseworker", col(Message.at) >= since
    )
    return work.session.exec(said.limit(1)).first() is not None


def _changed(work: Work, thread_id: int) -> None:
    work.session.flush()
    work.notify(Wake.TALK, threads.answered_in(work, thread_id)[1])
