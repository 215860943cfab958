"""The desk's list: the open threads with what waits in them, the turns set aside, what did not arrive. Frozen values, decrypted.

One thread is in storage/thread_view.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlmodel import col

from storage import endings, messages, tables
from storage.endings import Closing
from storage.engine import Work
from storage.lanes import HUMAN
from storage.media import State as FileState
from storage.tables import Address, Alert, Caseworker, Conversation, Link, Media, Message, Outbound, Person, Thread, ThreadRange
from storage.thread_view import LOST, unseal

PARKED_SHOWN, CLOSED_SHOWN = 50, 60
STRAYS_AMONG, STRAYS_MOST, STRAYS_SHOWN = 5000, 10, timedelta(days=3)
"""What did not arrive is looked for among so many last sends, and shown for so long."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One open thread in the list. `waiting_since`: when the person wrote what nobody has answered, or sent what nobody has looked
    at, None where nobody waits.

    `promised_at`: an answer was promised before it; `missed` promises went before that one.
    `owner` is the first name of who follows it ("" for nobody); `alert_at` when an alert that nobody has read was raised, `passed` whether the head
    was told of it; `words` the person's last.
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
    promised_at: datetime | None
    missed: int
    alert_at: datetime | None
    passed: bool
    words: messages.Content | None
    lost: str

    @property
    def group(self) -> str:
        """Where it stands in the list: alert, waiting or open."""
        return "alert" if self.alert_at else "waiting" if self.waiting_since else "open"


@dataclass(frozen=True, slots=True)
class Over:
    """One closed thread. `closing` says how it ended, None where nobody said."""

    token: str
    name: str
    theme: str
    closed_at: datetime
    closing: Closing | None


@dataclass(frozen=True, slots=True)
class Stray:
    """Something of ours that did not arrive, or perhaps not, and that no open thread shows."""

    purpose: str
    channel: str
    status: str
    failure: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """A turn that failed three times and was set aside. `reference` names it outside; `thread` is the person's open thread, "" for none."""

    id: int
    reference: str
    channel: str
    received_at: datetime
    thread: str


def entries(work: Work) -> tuple[Entry, ...]:
    """The open threads: unread alerts first, then who waits, the most urgent and the soonest promised first, then the others.

    Who waits without a promise comes before: nothing else says when they are answered.
    """
    waiting, words, lost, alerts = _files_waiting(work) | _waiting(work), _last_words(work), _lost(work), _alerts(work)
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
            name=unseal(work, "person.name", name),
            channel=channel,
            theme=unseal(work, "thread.theme", thread.theme),
            urgency=thread.urgency,
            owner_id=thread.owner_id,
            owner=unseal(work, "caseworker.name", owner),
            opened_at=thread.opened_at,
            waiting_since=waiting.get(conversation),
            promised_at=thread.promised_at,
            missed=thread.promises_missed,
            alert_at=alerts.get(thread.id, (None, False))[0],
            passed=alerts.get(thread.id, (None, False))[1],
            words=words.get(conversation),
            lost=lost.get(conversation, ""),
        )
        found[thread.id] = _merged(found[thread.id], entry) if thread.id in found else entry
    return tuple(sorted(found.values(), key=_rank))


def closed(work: Work) -> tuple[Over, ...]:
    """The threads closed last, the latest first."""
    rows = work.session.execute(
        select(Thread, col(Person.name))
        .join(Person, col(Person.id) == col(Thread.person_id))
        .where(col(Thread.closed_at).is_not(None))
        .order_by(col(Thread.closed_at).desc(), col(Thread.id).desc())
        .limit(CLOSED_SHOWN)
    ).all()
    return tuple(_over(work, thread, name) for thread, name in rows)


def _over(work: Work, thread: Thread, name: bytes | None) -> Over:
    closing = endings.load(work.vault.open(endings.PLACE, thread.outcome)) if thread.outcome else None
    return Over(thread.token, unseal(work, "person.name", name), unseal(work, "thread.theme", thread.theme), thread.closed_at or work.now, closing)


def parked(work: Work) -> tuple[Parked, ...]:
    """The turns set aside, oldest first."""
    table = tables.Inbound
    followed = select(func.max(col(Thread.id))).where(col(Thread.person_id) == col(Link.person_id), col(Thread.closed_at).is_(None))
    rows = work.session.execute(
        select(col(table.id), col(table.channel), col(table.received_at), col(Thread.token))
        .join(Conversation, col(Conversation.id) == col(table.conversation_id))
        .join(Link, col(Link.id) == col(Conversation.link_id))
        .join(Thread, col(Thread.id) == followed.correlate(Link).scalar_subquery(), isouter=True)
        .where(col(table.state) == "parked")
        .order_by(col(table.id))
        .limit(PARKED_SHOWN)
    ).all()
    return tuple(Parked(row_id or 0, _reference(work, row_id or 0), channel, at, thread or "") for row_id, channel, at, thread in rows)


def strays(work: Work) -> tuple[Stray, ...]:
    """What did not arrive in the last days and is in no open thread, the latest first."""
    newest = work.session.execute(select(func.max(col(Outbound.id)))).scalar() or 0
    followed = select(col(Thread.id)).where(col(Thread.person_id) == col(Link.person_id), col(Thread.closed_at).is_(None))
    rows = work.session.execute(
        select(col(Outbound.purpose), col(Address.channel), col(Outbound.state), col(Outbound.failure), col(Outbound.created_at))
        .join(Address, col(Address.id) == col(Outbound.address_id))
        .join(Link, and_(col(Link.address_id) == col(Address.id), col(Link.until).is_(None)))
        .where(
            col(Outbound.id) > newest - STRAYS_AMONG,  # by its key: a list is looked at often, and failures have no index of their own
            col(Outbound.state).in_(LOST),
            col(Outbound.created_at) > work.now - STRAYS_SHOWN,
            ~followed.exists(),
        )
        .order_by(col(Outbound.id).desc())
        .limit(STRAYS_MOST)
    ).all()
    return tuple(Stray(purpose, channel, state, failure or "", at) for purpose, channel, state, failure, at in rows)


def find_parked(work: Work, reference: str) -> int | None:
    """The inbound id a reference names, or None where it is not parked any more."""
    return next((one.id for one in parked(work) if one.reference == reference), None)


def _reference(work: Work, row_id: int) -> str:
    return work.vault.lookup("inbound.reference", str(row_id)).hex()[:32]


def _alerts(work: Work) -> dict[int, tuple[datetime, bool]]:
    """Open alerts: thread id → when the first was raised, and whether the head was told."""
    rows = work.session.execute(
        select(col(Alert.thread_id), func.min(col(Alert.raised_at)), func.max(col(Alert.passed_at)))
        .where(col(Alert.acknowledged_at).is_(None))
        .group_by(col(Alert.thread_id))
    )
    return {thread: (at, passed is not None) for thread, at, passed in rows}


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


def _files_waiting(work: Work) -> dict[int, datetime]:
    """Since when a file waits to be looked at, by conversation, whoever speaks there: its receipt promised that the team would."""
    parts, human = _open_parts(), _last_by("caseworker")
    rows = work.session.execute(
        select(col(Media.conversation_id), func.min(col(Media.received_at)))
        .join(parts, parts.c.conversation_id == col(Media.conversation_id))
        .join(human, human.c.conversation_id == col(Media.conversation_id), isouter=True)
        .where(
            col(Media.number) >= parts.c.first,
            col(Media.number) > func.coalesce(human.c.last, 0),
            col(Media.state).in_((FileState.ANNOUNCED, FileState.KEPT)),
            col(Media.treated_at).is_(None),
        )
        .group_by(col(Media.conversation_id))
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
    return (
        entry.alert_at is None,
        entry.waiting_since is None,
        -entry.urgency,
        not entry.lost,
        entry.promised_at or entry.waiting_since or entry.opened_at,
    )
