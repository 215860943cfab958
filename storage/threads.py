"""Threads (demandes): what the team follows with a person, who follows it, and the alerts raised on it.

What the desk reads of them is in storage/desk.py and storage/thread_view.py. Who speaks (`lane.owner`) is the conversation's business,
not the thread's.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case
from sqlalchemy import select as choose_from
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.errors import StorageError
from storage import endings
from storage.endings import Closing
from storage.engine import Wake, Work
from storage.tables import Alert, Conversation, Link, Message, Person, Thread, ThreadRange

if TYPE_CHECKING:
    from storage.lanes import Lane

MOST_URGENT = 2
PRIVATE = "private"
"""The proof of a link to a private page (storage/linking.py)."""
Minor = Callable[[Work, int], bool]
"""Whether a thread is about a minor in danger: handed in, for what is a danger of minors is the texts' to say."""


@dataclass(frozen=True, slots=True)
class Held:
    """A thread as its verbs need it. An answer goes to `conversation_id`, the thread's part number `part`."""

    id: int
    token: str
    person_id: int
    part: int
    conversation_id: int
    owner_id: int | None
    closed: bool


def open_for(work: Work, lane: "Lane", *, urgency: int = 0, theme: str | None = None) -> int:
    """The open thread of this person, opened if there is none; its id. Urgency (0, 1 tonight, 2 now) only rises, a known theme stays.

    Of several, it is the one that runs here. From the lane's current message on, what is said in this conversation belongs to it.
    """
    session = work.session
    # Two addresses of one person may ask at once: their threads are ordered by the person's row.
    session.exec(select(Person.id).where(col(Person.id) == lane.person_id).with_for_update()).one()
    thread = session.exec(_open_here(lane)).first() or session.exec(_open_of(lane.person_id)).first()
    if thread is None:
        thread = Thread(token=secrets.token_urlsafe(16), person_id=lane.person_id, opened_at=work.now)
        session.add(thread)
    thread.urgency = max(thread.urgency, min(urgency, MOST_URGENT))
    if theme is not None and thread.theme is None:
        thread.theme = work.vault.seal("thread.theme", theme)
    session.flush()
    _open_range(work, _known(thread.id), lane)
    work.notify(Wake.TALK, lane.conversation_id)
    return _known(thread.id)


def extend(work: Work, thread_id: int, lane: "Lane") -> None:
    """From the next thing said in this conversation on, it belongs to this thread too."""
    work.session.flush()
    _open_range(work, thread_id, lane, first=lane.number + 1)


def raise_alert(work: Work, thread_id: int) -> int:
    """Ask for the team's attention on this thread; the id of its alert. One that nobody has acknowledged yet is not raised twice."""
    session = work.session
    waiting = session.exec(_unread(thread_id)).first()
    if waiting is None:
        waiting = Alert(thread_id=thread_id, raised_at=work.now)
        session.add(waiting)
        session.flush()
    return _known(waiting.id)


def find(work: Work, token: str) -> Held | None:
    """The thread of this token, open or closed, or None."""
    thread = work.session.exec(select(Thread).where(col(Thread.token) == token).with_for_update()).first()
    if thread is None:
        return None
    part, conversation = answered_in(work, _known(thread.id))
    return Held(_known(thread.id), thread.token, thread.person_id, part, conversation, thread.owner_id, thread.closed_at is not None)


def person_of(work: Work, token: str) -> int | None:
    """Whose thread this is."""
    return work.session.exec(select(Thread.person_id).where(col(Thread.token) == token)).first()


def conversation_of(work: Work, token: str) -> int | None:
    """The conversation an act on this thread speaks in: lock its lane, then `find` the thread as it is under that lock."""
    thread_id = work.session.exec(select(Thread.id).where(col(Thread.token) == token)).first()
    return None if thread_id is None else answered_in(work, thread_id)[1]


def conversations(work: Work, thread_id: int) -> tuple[int, ...]:
    """The conversations a thread ran through, in the order it came to them. Their ranks name its parts."""
    ranges = select(ThreadRange.conversation_id).where(col(ThreadRange.thread_id) == thread_id)
    return tuple(dict.fromkeys(work.session.exec(ranges.order_by(col(ThreadRange.id)))))


def answered_in(work: Work, thread_id: int) -> tuple[int, int]:
    """The part of a thread where an answer goes, and its conversation: where something was said last, of those that still lead to somebody.

    A private page comes first while it is open; of several, the one where its person wrote last: whoever opens another draws no answer to it.
    """
    parts = conversations(work, thread_id)
    mine = func.max(case((col(Message.author) == "person", col(Message.id)), else_=0))
    rows = work.session.execute(
        choose_from(col(Conversation.id), col(Link.until), col(Link.proof), func.max(col(Message.id)), mine)
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Message, col(Message.conversation_id) == col(Conversation.id), isouter=True)
        .where(col(Conversation.id).in_(parts))
        .group_by(col(Conversation.id), col(Link.until), col(Link.proof))
    )
    # Rows are written in the order things are said, so their ids compare conversations.
    ranks = {one: (until is None, proof == PRIVATE, wrote if proof == PRIVATE else 0, said or 0) for one, until, proof, said, wrote in rows}
    last = max(range(len(parts)), key=lambda part: ranks[parts[part]])
    return last, parts[last]


def take(work: Work, thread_id: int, caseworker_id: int) -> bool:
    """Make this caseworker the owner; True if it was somebody else's or nobody's."""
    thread = work.session.get_one(Thread, thread_id)
    changed = thread.owner_id != caseworker_id
    thread.owner_id = caseworker_id
    work.session.flush()
    return changed


def release(work: Work, thread_id: int) -> None:
    """Nobody's any more: the next one who answers takes it."""
    work.session.get_one(Thread, thread_id).owner_id = None
    work.session.flush()


def hand_back(work: Work, caseworker_id: int) -> None:
    """Somebody leaves the team: the open threads they followed are nobody's."""
    for thread in work.session.exec(select(Thread).where(col(Thread.owner_id) == caseworker_id, col(Thread.closed_at).is_(None))).all():
        thread.owner_id = None
    work.session.flush()


def close(work: Work, thread_id: int, closing: Closing | None = None) -> bool:
    """Close a thread and its ranges where their conversations stand now, and say how it ended; False if it was closed already."""
    session = work.session
    thread = session.get_one(Thread, thread_id)
    if thread.closed_at is not None:
        return False
    thread.closed_at = work.now
    thread.outcome = work.vault.seal(endings.PLACE, endings.dump(closing)) if closing is not None else None
    for part in session.exec(_open_ranges(thread_id)):
        part.last_number = session.get_one(Conversation, part.conversation_id).last_number
    session.flush()
    return True


def reopen(work: Work, thread_id: int) -> bool:
    """Take up a closed thread again, from what is said next; False where it is open, or where the person has a newer one: that one is followed.

    What was said to the robot meanwhile stays what comes before, as it does for a new thread.
    """
    session = work.session
    thread = session.get_one(Thread, thread_id)
    if thread.closed_at is None or thread.id != newest_of(work, thread.person_id):
        return False
    thread.closed_at = thread.outcome = None
    conversation = answered_in(work, thread_id)[1]
    last = session.get_one(Conversation, conversation).last_number
    session.add(ThreadRange(thread_id=thread_id, conversation_id=conversation, first_number=last + 1))
    session.flush()
    work.notify(Wake.TALK, conversation)
    return True


def closing_of(work: Work, thread_id: int) -> tuple[Closing, datetime] | None:
    """How a closed thread ended, and when; None where nobody said."""
    thread = work.session.get_one(Thread, thread_id)
    if thread.closed_at is None or thread.outcome is None:
        return None
    return endings.load(work.vault.open(endings.PLACE, thread.outcome)), thread.closed_at


def alert_waits(work: Work, thread_id: int) -> bool:
    """Whether an alert of this thread has been read by nobody yet."""
    return work.session.exec(_unread(thread_id)).first() is not None


def acknowledge(work: Work, thread_id: int, caseworker_id: int) -> bool:
    """Mark the alerts of this thread as read by this caseworker; False where none was waiting."""
    waiting = work.session.exec(_unread(thread_id).with_for_update()).all()
    for alert in waiting:
        alert.acknowledged_at, alert.acknowledged_by = work.now, caseworker_id
    work.session.flush()
    return bool(waiting)


def newest_of(work: Work, person_id: int) -> int | None:
    """The id of the last thread of this person, open or closed."""
    return work.session.exec(select(func.max(Thread.id)).where(col(Thread.person_id) == person_id)).one()


def open_thread_of(work: Work, person_id: int) -> int | None:
    """The id of the open thread of this person, if there is one."""
    thread = work.session.exec(_open_of(person_id)).first()
    return thread.id if thread else None


def token_of(work: Work, thread_id: int) -> str:
    """What a thread is called outside."""
    return work.session.get_one(Thread, thread_id).token


def _open_of(person_id: int) -> SelectOfScalar[Thread]:
    return select(Thread).where(col(Thread.person_id) == person_id, col(Thread.closed_at).is_(None)).order_by(col(Thread.id).desc()).limit(1)


def _open_here(lane: "Lane") -> SelectOfScalar[Thread]:
    """Where two people became one, each brought the thread of their own conversations."""
    here = select(Thread).join(ThreadRange, col(ThreadRange.thread_id) == col(Thread.id))
    runs = (col(ThreadRange.conversation_id) == lane.conversation_id, col(ThreadRange.last_number).is_(None))
    return here.where(*runs, col(Thread.person_id) == lane.person_id, col(Thread.closed_at).is_(None)).order_by(col(Thread.id).desc()).limit(1)


def _unread(thread_id: int) -> SelectOfScalar[Alert]:
    return select(Alert).where(col(Alert.thread_id) == thread_id, col(Alert.acknowledged_at).is_(None))


def _open_ranges(thread_id: int) -> SelectOfScalar[ThreadRange]:
    return select(ThreadRange).where(col(ThreadRange.thread_id) == thread_id, col(ThreadRange.last_number).is_(None))


def _open_range(work: Work, thread_id: int, lane: "Lane", first: int = 0) -> None:
    here = _open_ranges(thread_id).where(col(ThreadRange.conversation_id) == lane.conversation_id)
    if work.session.exec(here).first() is None:
        begins = first or max(lane.number, 1)
        work.session.add(ThreadRange(thread_id=thread_id, conversation_id=lane.conversation_id, first_number=begins))
        work.session.flush()


def _known(row_id: int | None) -> int:
    if row_id is None:
        raise StorageError("a row without an id: it was read before it was flushed")
    return row_id
