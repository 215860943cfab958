"""One thread as its page shows it: what was said in it and just before, and what is known of each line of ours. Frozen values, decrypted."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from bot.messages import Status
from storage import crises, endings, holds, media, messages, notes, threads
from storage.endings import Closing
from storage.engine import Work
from storage.lanes import HUMAN
from storage.media import File
from storage.tables import Address, Alert, Caseworker, Conversation, Link, Message, Outbound, Person, Thread, ThreadRange
from storage.threads import Minor

BEFORE = 20
"""How many lines said before a thread was opened are shown with it, so that nobody has to repeat."""
SHOWN = 300
"""How many lines one page shows at most: the last ones, with a way to those before."""
LOST = (Status.FAILED, Status.UNKNOWN)
OTHERS = 10
NOTE = "note"
"""The author of a line that colleagues alone read: it stands in no conversation."""


def key(part: int, number: int) -> str:
    """Names a line within its thread."""
    return f"{part}-{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. `part` is the rank of its conversation in the thread; `before` is true where it was said before the thread was opened.

    `author`: person, bot, caseworker or note (between colleagues, numbered apart, in no part); `status` and `failure` tell what is known of a
    line of ours, `files` what became of those that came with it.
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
    files: tuple[File, ...] = ()

    @property
    def key(self) -> str:
        """Names the line within its thread."""
        return f"{NOTE}-{self.number}" if self.author == NOTE else key(self.part, self.number)


@dataclass(frozen=True, slots=True)
class View:
    """One thread as its page shows it. `answered` is the part where an answer goes, `seen` the key of the last thing said there.

    `how_to_answer` is what the person asked about being answered without danger; `watched`: somebody else may read their phone. `passed`: the
    alert has gone to the head. `minor`: a minor is in danger. `newest`: the person has no newer thread. `older` is the key of the
    first line where others stand before it, else "". `private`: an answer goes to a private page. `shared`: others
    read where it goes. `channels`: of each part; `others`: the person's other threads, by token, when each was opened, and whether it is open.
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
    promised_at: datetime | None
    closing: Closing | None
    newest: bool
    alert_at: datetime | None
    passed: bool
    minor: bool
    held_until: datetime | None
    conversations: tuple[int, ...]
    language: str
    answered: int
    seen: str
    blocked: bool
    private: bool
    shared: bool
    channels: tuple[str, ...]
    others: tuple[tuple[str, datetime, bool], ...]
    how_to_answer: str
    watched: bool
    lines: tuple[Line, ...]
    older: str


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
    language: str
    private: bool
    shared: bool


def view(work: Work, token: str, minor: Minor | None = None, *, before: str = "") -> View | None:
    """The thread of this token with what was said in it and just before, or None. `minor` tells whether a minor is in danger.

    Where `before` is the key of a line, the lines that stand before that one, None where there is no such line.
    """
    row = work.session.execute(
        select(Thread, col(Person.name), col(Caseworker.name))
        .join(Person, col(Person.id) == col(Thread.person_id))
        .join(Caseworker, col(Caseworker.id) == col(Thread.owner_id), isouter=True)
        .where(col(Thread.token) == token)
    ).first()
    if row is None:
        return None
    thread, name, owner = row
    parts, conversations = _parts(work, thread.id), threads.conversations(work, thread.id)
    answered, conversation = threads.answered_in(work, thread.id)
    here = [part for part in parts if part.conversation_id == conversation][-1]
    upto = _said(work, conversations, before) if before else None
    if before and upto is None:
        return None
    lines, older = _window(work, thread.id, parts, upto)
    danger = max(filter(None, (crises.last(work, each) for each in conversations)), key=lambda seen: seen.id, default=None)
    alert_at, passed = _alert(work, thread.id)
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
        promised_at=thread.promised_at,
        closing=endings.load(work.vault.open(endings.PLACE, thread.outcome)) if thread.outcome else None,
        newest=threads.newest_of(work, thread.person_id) == thread.id,
        alert_at=alert_at,
        passed=passed,
        minor=minor is not None and minor(work, thread.id),
        held_until=holds.until(work, thread.id),
        conversations=conversations,
        language=here.language,
        answered=answered,
        seen=key(answered, here.said),
        blocked=here.blocked,
        private=here.private,
        shared=here.shared,
        channels=tuple({part.conversation_id: part.channel for part in parts}[each] for each in conversations),
        others=_others(work, thread),
        how_to_answer=(danger.how_to_answer or "") if danger else "",
        watched=bool(danger and danger.watched_phone),
        lines=lines,
        older=older,
    )


def undelivered(work: Work, thread_id: int, line: str) -> messages.Content | None:
    """What a caseworker said in this line, if it did not arrive or perhaps not; None for any other line."""
    said = _said(work, threads.conversations(work, thread_id), line)
    lost = (col(Message.author) == "caseworker", col(Message.status).in_(LOST))
    content = work.session.execute(select(col(Message.content)).where(col(Message.id) == said[0], *lost)).scalar() if said else None
    return messages.load(work.vault.open(messages.PLACE, content)) if content else None


def _said(work: Work, conversations: tuple[int, ...], line: str) -> tuple[int, datetime] | None:
    """The message a key names, and when it was said."""
    part, _, number = line.partition("-")
    if not (part.isdecimal() and number.isdecimal() and len(number) < 16 and int(part) < len(conversations)):
        return None
    found = select(col(Message.id), col(Message.at)).where(
        col(Message.conversation_id) == conversations[int(part)], col(Message.number) == int(number)
    )
    row = work.session.execute(found).first()
    return None if row is None else (row[0], row[1])


def _window(work: Work, thread_id: int, parts: list[_Part], upto: tuple[int, datetime] | None) -> tuple[tuple[Line, ...], str]:
    """The last lines of a thread, or the last before one; and the key of the first of them where there are more."""
    ranks = list(dict.fromkeys(part.conversation_id for part in parts))
    found = [pair for part in parts for pair in _lines(work, ranks.index(part.conversation_id), part, upto[0] if upto else None)]
    found.sort(key=lambda pair: pair[0])  # rows are written in the order things are said, so their ids compare conversations
    lines, more = [line for _, line in found[-SHOWN:]], len(found) > SHOWN
    notes = [note for note in _notes(work, thread_id) if (not more or note.at >= lines[0].at) and (upto is None or note.at < upto[1])]
    shown = sorted([*lines, *notes], key=lambda line: (line.at, line.author == NOTE, line.part, line.number))
    return tuple(shown), lines[0].key if more else ""


def _others(work: Work, thread: Thread) -> tuple[tuple[str, datetime, bool], ...]:
    found = select(col(Thread.token), col(Thread.opened_at), col(Thread.closed_at)).where(
        col(Thread.person_id) == thread.person_id, col(Thread.id) != thread.id
    )
    rows = work.session.execute(found.order_by(col(Thread.id).desc()).limit(OTHERS)).all()
    return tuple((row[0], row[1], row[2] is None) for row in rows)


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
            col(Conversation.language),
            col(Link.proof),
            col(Address.shared),
        )
        .join(Conversation, col(Conversation.id) == col(ThreadRange.conversation_id))
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Address, col(Address.id) == col(Link.address_id))
        .where(col(ThreadRange.thread_id) == thread_id)
        .order_by(col(ThreadRange.id))
    ).all()
    return [
        _Part(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4] == HUMAN,
            row[5] is not None,
            row[6],
            unseal(work, "conversation.language", row[7]),
            row[8] == threads.PRIVATE,
            row[9] is not None,
        )
        for row in rows
    ]


def _lines(work: Work, rank: int, part: _Part, upto: int | None) -> list[tuple[int, Line]]:
    """The last lines of one part, or the last before message `upto`, each with its message's id: one more than is shown, if there is one.

    The context before the part is among them. It stops where an older thread's range ends: that one has its own readers.
    """
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
            *((col(Message.id) < upto,) if upto is not None else ()),
        )
        .order_by(col(Message.number).desc())
        .limit(SHOWN + 1)
    ).all()
    numbers = [row[0].number for row in rows]
    files = media.of_messages(work, part.conversation_id, min(numbers), max(numbers)) if numbers else {}
    return [(row[0].id or 0, replace(_line(work, rank, part, *row), files=files.get(row[0].number, ()))) for row in rows]


def _carries() -> ColumnElement[bool]:
    return and_(col(Outbound.conversation_id) == col(Message.conversation_id), col(Outbound.number) == col(Message.number))


def _line(work: Work, rank: int, part: _Part, said: Message, by: bytes | None, failure: str | None, state: str | None) -> Line:
    return Line(
        part=rank,
        number=said.number,
        author=said.author,
        by=unseal(work, "caseworker.name", by),
        purpose=said.purpose or "",
        status=state if state in ("dropped", "expired") and said.status != messages.ON_A_PAGE else said.status,
        failure=failure or "",
        content=messages.load(work.vault.open(messages.PLACE, said.content)),
        at=said.at,
        before=said.number < part.first,
    )


def _notes(work: Work, thread_id: int) -> list[Line]:
    """What colleagues told one another, as lines of their own."""
    return [
        Line(-1, note.nth, NOTE, note.by, "", "", "", messages.Content(note.text), note.at, before=False) for note in notes.of_thread(work, thread_id)
    ]


def _alert(work: Work, thread_id: int | None) -> tuple[datetime | None, bool]:
    """When the alert that nobody has read was raised, and whether the head was told."""
    row = work.session.execute(
        select(func.min(col(Alert.raised_at)), func.max(col(Alert.passed_at))).where(
            col(Alert.thread_id) == thread_id, col(Alert.acknowledged_at).is_(None)
        )
    ).one()
    return row[0], row[1] is not None


def unseal(work: Work, place: str, blob: bytes | None) -> str:
    """What a sealed column holds, "" for nothing."""
    return work.vault.open(place, blob) if blob else ""
