"""One thread as its page shows it: what was said in it and just before, and what is known of each line of ours. Frozen values, decrypted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from bot.messages import Status
from storage import crises, messages, threads
from storage.engine import Work
from storage.lanes import HUMAN
from storage.tables import Address, Alert, Caseworker, Conversation, Link, Message, Outbound, Person, Thread, ThreadRange

BEFORE = 20
"""How many lines said before a thread was opened are shown with it, so that nobody has to repeat."""
SHOWN = 300
"""How many lines of a conversation one page shows at most: the last ones."""
LOST = (Status.FAILED, Status.UNKNOWN)


def key(part: int, number: int) -> str:
    """Names a line within its thread."""
    return f"{part}-{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. `part` is the rank of its conversation in the thread; `before` is true where it was said before the thread was opened.

    `author`: person, bot or caseworker; `status` and `failure` tell what is known of a line of ours.
    """

    part: int
    number: int
    author: str
    by: str
    purpose: str
    status: str
    failure: str
    content: messages.Content
    at: datetime
    before: bool

    @property
    def key(self) -> str:
        """Names the line within its thread."""
        return key(self.part, self.number)


@dataclass(frozen=True, slots=True)
class View:
    """One thread as its page shows it. `answered` is the part where an answer goes, `seen` the key of the last thing said there.

    `how_to_answer` is what the person asked about being answered without danger; `watched`: somebody else may read their phone.
    """

    id: int
    token: str
    name: str
    channel: str
    theme: str
    urgency: int
    owner_id: int | None
    owner: str
    human: bool
    opened_at: datetime
    closed_at: datetime | None
    alert_at: datetime | None
    conversations: tuple[int, ...]
    answered: int
    seen: str
    blocked: bool
    how_to_answer: str
    watched: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One range of a thread, with the conversation it is in."""

    conversation_id: int
    first: int
    last: int | None
    channel: str
    human: bool
    blocked: bool
    said: int


def view(work: Work, token: str) -> View | None:
    """The thread of this token with what was said in it and just before, or None."""
    row = work.session.execute(
        select(Thread, col(Person.name), col(Caseworker.name))
        .join(Person, col(Person.id) == col(Thread.person_id))
        .join(Caseworker, col(Caseworker.id) == col(Thread.owner_id), isouter=True)
        .where(col(Thread.token) == token)
    ).first()
    if row is None:
        return None
    thread, name, owner = row
    parts = _parts(work, thread.id)
    answered, _ = threads.answered_in(work, thread.id)
    here = parts[answered]
    danger = crises.last(work, here.conversation_id)
    lines = [line for rank, part in enumerate(parts) for line in _lines(work, rank, part)]
    return View(
        id=thread.id,
        token=thread.token,
        name=unseal(work, "person.name", name),
        channel=here.channel,
        theme=unseal(work, "thread.theme", thread.theme),
        urgency=thread.urgency,
        owner_id=thread.owner_id,
        owner=unseal(work, "caseworker.name", owner),
        human=here.human,
        opened_at=thread.opened_at,
        closed_at=thread.closed_at,
        alert_at=_alert_at(work, thread.id),
        conversations=tuple(part.conversation_id for part in parts),
        answered=answered,
        seen=key(answered, here.said),
        blocked=here.blocked,
        how_to_answer=(danger.how_to_answer or "") if danger else "",
        watched=bool(danger and danger.watched_phone),
        lines=tuple(sorted(lines, key=lambda line: (line.at, line.part, line.number))),
    )


def undelivered(work: Work, thread_id: int, line: str) -> messages.Content | None:
    """What a caseworker said in this line, if it did not arrive or perhaps not; None for any other line."""
    part, _, number = line.partition("-")
    conversations = threads.conversations(work, thread_id)
    if not (part.isdecimal() and number.isdecimal() and len(number) < 16 and int(part) < len(conversations)):
        return None
    content = work.session.execute(
        select(col(Message.content)).where(
            col(Message.conversation_id) == conversations[int(part)],
            col(Message.number) == int(number),
            col(Message.author) == "caseworker",
            col(Message.status).in_(LOST),
        )
    ).scalar()
    return messages.load(work.vault.open(messages.PLACE, content)) if content else None


def _parts(work: Work, thread_id: int | None) -> list[_Part]:
    rows = work.session.execute(
        select(
            col(ThreadRange.conversation_id),
            col(ThreadRange.first_number),
            col(ThreadRange.last_number),
            col(Address.channel),
            col(Conversation.owner),
            col(Address.blocked_at),
            col(Conversation.last_number),
        )
        .join(Conversation, col(Conversation.id) == col(ThreadRange.conversation_id))
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Address, col(Address.id) == col(Link.address_id))
        .where(col(ThreadRange.thread_id) == thread_id)
        .order_by(col(ThreadRange.id))
    ).all()
    return [_Part(row[0], row[1], row[2], row[3], row[4] == HUMAN, row[5] is not None, row[6]) for row in rows]


def _lines(work: Work, rank: int, part: _Part) -> list[Line]:
    """The lines of one part, the context before it first. The context stops where an older thread's range ends: that one has its own readers."""
    older = select(func.max(col(ThreadRange.last_number))).where(
        col(ThreadRange.conversation_id) == part.conversation_id, col(ThreadRange.last_number) < part.first
    )
    start = max(part.first - BEFORE, (work.session.execute(older).scalar() or 0) + 1)
    rows = work.session.execute(
        select(Message, col(Caseworker.name), col(Outbound.failure), col(Outbound.state))
        .join(Caseworker, col(Caseworker.id) == col(Message.caseworker_id), isouter=True)
        .join(Outbound, _carries(), isouter=True)
        .where(
            col(Message.conversation_id) == part.conversation_id,
            col(Message.number).between(start, part.said if part.last is None else part.last),
        )
        .order_by(col(Message.number).desc())
        .limit(SHOWN)
    ).all()
    return [_line(work, rank, part, row[0], row[1], row[2], row[3]) for row in reversed(rows)]


def _carries() -> ColumnElement[bool]:
    return and_(col(Outbound.conversation_id) == col(Message.conversation_id), col(Outbound.number) == col(Message.number))


def _line(work: Work, rank: int, part: _Part, said: Message, by: bytes | None, failure: str | None, state: str | None) -> Line:
    return Line(
        part=rank,
        number=said.number,
        author=said.author,
        by=unseal(work, "caseworker.name", by),
        purpose=said.purpose or "",
        status=state if state in ("dropped", "expired") else said.status,
        failure=failure or "",
        content=messages.load(work.vault.open(messages.PLACE, said.content)),
        at=said.at,
        before=said.number < part.first,
    )


def _alert_at(work: Work, thread_id: int | None) -> datetime | None:
    """When the alert that nobody has read was raised."""
    return work.session.execute(
        select(func.min(col(Alert.raised_at))).where(col(Alert.thread_id) == thread_id, col(Alert.acknowledged_at).is_(None))
    ).scalar()


def unseal(work: Work, place: str, blob: bytes | None) -> str:
    """What a sealed column holds, "" for nothing."""
    return work.vault.open(place, blob) if blob else ""
