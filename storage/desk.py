"""What the desk reads: the open threads with what waits in them, one thread's conversation, the turns set aside. Frozen values, decrypted."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlmodel import col

from bot.messages import Status
from storage import messages, tables, threads
from storage.engine import Work
from storage.lanes import HUMAN
from storage.tables import Address, Alert, Caseworker, Conversation, Crisis, Link, Message, Outbound, Person, Thread, ThreadRange

BEFORE = 20
"""How many lines said before a thread was opened are shown with it, so that nobody has to repeat."""
SHOWN = 300
"""How many lines of a conversation one page shows at most: the last ones."""
PARKED_SHOWN = 50
LOST = (Status.FAILED, Status.UNKNOWN)


def key(part: int, number: int) -> str:
    """Names a line within its thread."""
    return f"{part}-{number}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One open thread in the list. `waiting_since`: when the person wrote what nobody has answered, None where nobody waits.

    `owner` is the first name of who follows it ("" for nobody); `alert_at` when an alert that nobody has read was raised; `words` the person's last.
    `lost`: "failed" or "unknown" where the last answer of a caseworker did not arrive, or perhaps not; else "".
    """

    token: str
    name: str
    channel: str
    theme: str
    urgency: int
    owner_id: int | None
    owner: str
    opened_at: datetime
    waiting_since: datetime | None
    alert_at: datetime | None
    words: messages.Content | None
    lost: str

    @property
    def group(self) -> str:
        """Where it stands in the list: alert, waiting or open."""
        return "alert" if self.alert_at else "waiting" if self.waiting_since else "open"


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
    """One thread as its page shows it. `answered` is the part where an answer goes, `seen` the key of the last thing said there."""

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
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Parked:
    """A turn that failed three times and was set aside. `reference` names it outside; `thread` is the person's open thread, "" for none."""

    id: int
    reference: str
    channel: str
    received_at: datetime
    thread: str


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


def entries(work: Work) -> tuple[Entry, ...]:
    """The open threads: unread alerts first, then who waits, the most urgent and the longest first, then the others, the latest first."""
    waiting, words, lost, alerts = _waiting(work), _last_words(work), _lost(work), _alerts(work)
    rows = work.session.execute(
        select(Thread, col(ThreadRange.conversation_id), col(Address.channel), col(Person.name), col(Caseworker.name))
        .join(ThreadRange, and_(col(ThreadRange.thread_id) == col(Thread.id), col(ThreadRange.last_number).is_(None)))
        .join(Person, col(Person.id) == col(Thread.person_id))
        .join(Conversation, col(Conversation.id) == col(ThreadRange.conversation_id))
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Address, col(Address.id) == col(Link.address_id))
        .join(Caseworker, col(Caseworker.id) == col(Thread.owner_id), isouter=True)
        .where(col(Thread.closed_at).is_(None))
        .order_by(col(Thread.id), col(ThreadRange.id))
    ).all()
    found: dict[int | None, Entry] = {}
    for thread, conversation, channel, name, owner in rows:
        entry = Entry(
            token=thread.token,
            name=_open(work, "person.name", name),
            channel=channel,
            theme=_open(work, "thread.theme", thread.theme),
            urgency=thread.urgency,
            owner_id=thread.owner_id,
            owner=_open(work, "caseworker.name", owner),
            opened_at=thread.opened_at,
            waiting_since=waiting.get(conversation),
            alert_at=alerts.get(thread.id),
            words=words.get(conversation),
            lost=lost.get(conversation, ""),
        )
        found[thread.id] = _merged(found[thread.id], entry) if thread.id in found else entry
    return tuple(sorted(found.values(), key=_rank))


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
    lines = [line for rank, part in enumerate(parts) for line in _lines(work, rank, part)]
    return View(
        id=thread.id,
        token=thread.token,
        name=_open(work, "person.name", name),
        channel=here.channel,
        theme=_open(work, "thread.theme", thread.theme),
        urgency=thread.urgency,
        owner_id=thread.owner_id,
        owner=_open(work, "caseworker.name", owner),
        human=here.human,
        opened_at=thread.opened_at,
        closed_at=thread.closed_at,
        alert_at=_alerts(work).get(thread.id),
        conversations=tuple(part.conversation_id for part in parts),
        answered=answered,
        seen=key(answered, here.said),
        blocked=here.blocked,
        how_to_answer=_how_to_answer(work, here.conversation_id),
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


def parked(work: Work) -> tuple[Parked, ...]:
    """The turns set aside, oldest first."""
    table = tables.Inbound
    rows = work.session.execute(
        select(col(table.id), col(table.channel), col(table.received_at), col(Thread.token))
        .join(Conversation, col(Conversation.id) == col(table.conversation_id))
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Thread, and_(col(Thread.person_id) == col(Link.person_id), col(Thread.closed_at).is_(None)), isouter=True)
        .where(col(table.state) == "parked")
        .order_by(col(table.id))
        .limit(PARKED_SHOWN)
    ).all()
    return tuple(Parked(row_id or 0, _reference(work, row_id or 0), channel, at, thread or "") for row_id, channel, at, thread in rows)


def find_parked(work: Work, reference: str) -> int | None:
    """The inbound id a reference names, or None where it is not parked any more."""
    return next((one.id for one in parked(work) if one.reference == reference), None)


def _reference(work: Work, row_id: int) -> str:
    return work.vault.lookup("inbound.reference", str(row_id)).hex()[:32]


def _open(work: Work, place: str, blob: bytes | None) -> str:
    return work.vault.open(place, blob) if blob else ""


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
        by=_open(work, "caseworker.name", by),
        purpose=said.purpose or "",
        status=state if state in ("dropped", "expired") else said.status,
        failure=failure or "",
        content=messages.load(work.vault.open(messages.PLACE, said.content)),
        at=said.at,
        before=said.number < part.first,
    )


def _how_to_answer(work: Work, conversation_id: int) -> str:
    """What the person asked about how and when to be answered without danger, "" where they said nothing."""
    row = work.session.execute(
        select(col(Crisis.how_to_answer)).where(col(Crisis.conversation_id) == conversation_id).order_by(col(Crisis.id).desc()).limit(1)
    ).first()
    return _open(work, "crisis.how_to_answer", row[0]) if row else ""


def _alerts(work: Work) -> dict[int, datetime]:
    """Open alerts: thread id → when the first was raised."""
    rows = work.session.execute(
        select(col(Alert.thread_id), func.min(col(Alert.raised_at))).where(col(Alert.acknowledged_at).is_(None)).group_by(col(Alert.thread_id))
    )
    return {thread: at for thread, at in rows}


def _open_parts() -> Subquery:
    """The conversations of open threads, with the first number of the thread there."""
    return (
        select(col(ThreadRange.conversation_id), func.min(col(ThreadRange.first_number)).label("first"))
        .join(Thread, col(Thread.id) == col(ThreadRange.thread_id))
        .where(col(Thread.closed_at).is_(None), col(ThreadRange.last_number).is_(None))
        .group_by(col(ThreadRange.conversation_id))
        .subquery()
    )


def _last_by(author: str) -> Subquery:
    """The number of the last line of this author in each of those conversations."""
    parts = _open_parts()
    return (
        select(col(Message.conversation_id), func.max(col(Message.number)).label("last"))
        .join(parts, parts.c.conversation_id == col(Message.conversation_id))
        .where(col(Message.author) == author)
        .group_by(col(Message.conversation_id))
        .subquery()
    )


def _waiting(work: Work) -> dict[int, datetime]:
    """Since when somebody waits, by conversation: the first words after the last caseworker's line.

    While the robot answers there, only a thread that no caseworker has answered at all still waits.
    """
    parts, human = _open_parts(), _last_by("caseworker")
    rows = work.session.execute(
        select(col(Message.conversation_id), func.min(col(Message.at)))
        .join(parts, parts.c.conversation_id == col(Message.conversation_id))
        .join(human, human.c.conversation_id == col(Message.conversation_id), isouter=True)
        .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .where(
            col(Message.author) == "person",
            col(Message.number) >= parts.c.first,
            col(Message.number) > func.coalesce(human.c.last, 0),
            or_(col(Conversation.owner) == HUMAN, func.coalesce(human.c.last, 0) < parts.c.first),
        )
        .group_by(col(Message.conversation_id))
    )
    return {conversation: at for conversation, at in rows}


def _last_words(work: Work) -> dict[int, messages.Content]:
    last = _last_by("person")
    rows = work.session.execute(select(col(Message.conversation_id), col(Message.content)).join(last, _is_last(last)))
    return {conversation: messages.load(work.vault.open(messages.PLACE, content)) for conversation, content in rows}


def _lost(work: Work) -> dict[int, str]:
    """The conversations whose last line by a caseworker did not arrive, or perhaps not, and which."""
    last = _last_by("caseworker")
    rows = work.session.execute(
        select(col(Message.conversation_id), col(Message.status)).join(last, _is_last(last)).where(col(Message.status).in_(LOST))
    )
    return {conversation: status for conversation, status in rows}


def _is_last(last: Subquery) -> ColumnElement[bool]:
    return and_(last.c.conversation_id == col(Message.conversation_id), last.c.last == col(Message.number))


def _merged(one: Entry, other: Entry) -> Entry:
    """One thread in two conversations: the longest wait, the words where somebody waits."""
    waits = [entry for entry in (one, other) if entry.waiting_since is not None]
    shown = min(waits, key=lambda entry: entry.waiting_since or entry.opened_at) if waits else other
    return replace(shown, lost=one.lost or other.lost)


def _rank(entry: Entry) -> tuple[bool, bool, int, bool, datetime]:
    return (entry.alert_at is None, entry.waiting_since is None, -entry.urgency, not entry.lost, entry.waiting_since or entry.opened_at)
