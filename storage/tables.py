"""The nouns. No table class leaves `storage`: verbs return frozen values.

Times of the service are `Moment`; machine times (leases, retries) are floats, seconds since 1970. A column that is neither `sealed` nor
`lookup` is in clear, and storage/clear.py gives the reason.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Float, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Holding, Leaving, Moment, lookup, sealed


def _id() -> int | None:
    return Field(default=None, primary_key=True, sa_type=BigId)  # type: ignore[no-any-return]


def _ref(target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(BigId, ForeignKey(target), nullable=nullable, index=index)


def _moment(*, nullable: bool = True) -> Column[datetime]:
    return Column(Moment, nullable=nullable)


def _machine(*, nullable: bool = True) -> Column[float]:
    return Column(Float(53), nullable=nullable)


class Secret(SQLModel, table=True):
    """A data key or the look-up key, wrapped by PALIER_SECRET_KEY."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as a row is sealed with it")
    __table_args__ = (UniqueConstraint("kind", "number"),)
    id: int | None = _id()
    kind: str
    number: int
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_moment(nullable=False))


class Person(SQLModel, table=True):
    """A young person, known or not by name. An id is never given twice: the erasure ledger names people by it."""

    holding: ClassVar[Holding] = Holding("", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = _id()
    token: str = Field(unique=True)
    name: bytes | None = Field(default=None, sa_column=sealed())
    name_key: bytes | None = Field(default=None, sa_column=lookup())
    phone: bytes | None = Field(default=None, sa_column=sealed())
    phone_key: bytes | None = Field(default=None, sa_column=lookup())
    created_at: datetime = Field(sa_column=_moment(nullable=False))


class Address(SQLModel, table=True):
    """One person on one channel. Its row is the lock of everything that is ordered for them.

    `fence` counts the leases ever given on it; `sending` is the fence of the one held now, if any; `position` numbers the outbox line;
    `stopped_until` (machine time) is the provider's own "slow down" for this person.
    """

    holding: ClassVar[Holding] = Holding("link.person", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = (UniqueConstraint("channel", "account", "peer_key"),)
    id: int | None = _id()
    channel: str
    account: str
    peer: bytes = Field(sa_column=sealed(nullable=False))
    peer_key: bytes = Field(sa_column=lookup(nullable=False))
    fence: int = Field(default=0, sa_type=BigId)
    sending: int | None = Field(default=None, sa_type=BigId)
    position: int = Field(default=0, sa_type=BigId)
    stopped_until: float = Field(default=0.0, sa_column=_machine(nullable=False))
    opted_out_at: datetime | None = Field(default=None, sa_column=_moment())
    blocked_at: datetime | None = Field(default=None, sa_column=_moment())
    last_inbound_at: datetime | None = Field(default=None, sa_column=_moment())
    created_at: datetime = Field(sa_column=_moment(nullable=False))


class Link(SQLModel, table=True):
    """Whose address this is, since when, by what proof. Closing it undoes a merge."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = (
        Index("ix_link_current", "address_id", unique=True, sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )
    id: int | None = _id()
    address_id: int = Field(sa_column=_ref("address.id"))
    person_id: int = Field(sa_column=_ref("person.id", index=True))
    since: datetime = Field(sa_column=_moment(nullable=False))
    until: datetime | None = Field(default=None, sa_column=_moment())
    proof: str = "channel"


class Conversation(SQLModel, table=True):
    """What was said on one link. `owner` is "bot" or "human"; `epoch` changes with it; `last_human_at` is the last line of a caseworker."""

    holding: ClassVar[Holding] = Holding("link.person", Leaving.DELETE, "30 days after the last message, or its threads'")
    id: int | None = _id()
    token: str = Field(unique=True)
    link_id: int = Field(sa_column=Column(BigId, ForeignKey("link.id"), nullable=False, unique=True))
    language: bytes | None = Field(default=None, sa_column=sealed())
    state: bytes | None = Field(default=None, sa_column=sealed())
    owner: str = "bot"
    epoch: int = 0
    last_number: int = Field(default=0, sa_type=BigId)
    last_human_at: datetime | None = Field(default=None, sa_column=_moment())
    created_at: datetime = Field(sa_column=_moment(nullable=False))


class Message(SQLModel, table=True):
    """One thing said by anyone. `author`: person, bot or caseworker. `content` is JSON: text, choices, choice, attachments, card."""

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "as the conversation")
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = _id()
    conversation_id: int = Field(sa_column=_ref("conversation.id"))
    number: int = Field(sa_type=BigId)
    author: str
    caseworker_id: int | None = Field(default=None, sa_column=_ref("caseworker.id", nullable=True))
    purpose: str | None = None
    status: str
    content: bytes = Field(sa_column=sealed(nullable=False))
    at: datetime = Field(sa_column=_moment(nullable=False))


class Inbound(SQLModel, table=True):
    """The transport of a received message. The key stays 30 days, through erasure, so that a redelivery brings nobody back."""

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.BLANK, "30 days", (("state", "erased"),))
    __table_args__ = (
        UniqueConstraint("channel", "account", "external_key"),
        Index("ix_inbound_waiting", "address_id", "id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_inbound_parked", "id", sqlite_where=text("state = 'parked'"), postgresql_where=text("state = 'parked'")),
    )
    id: int | None = _id()
    channel: str
    account: str
    external_key: bytes = Field(sa_column=lookup(nullable=False))
    address_id: int | None = Field(default=None, sa_column=_ref("address.id", nullable=True))
    conversation_id: int | None = Field(default=None, sa_column=_ref("conversation.id", nullable=True))
    number: int | None = Field(default=None, sa_type=BigId)
    payload: bytes | None = Field(default=None, sa_column=sealed())
    state: str = "waiting"
    attempts: int = 0
    retry_at: float = Field(default=0.0, sa_column=_machine(nullable=False))
    failure: str | None = None
    received_at: datetime = Field(sa_column=_moment(nullable=False))
    handled_at: datetime | None = Field(default=None, sa_column=_moment())


class Outbound(SQLModel, table=True):
    """The transport of a message of ours: a place in its address's line, until it is sent, dropped or failed.

    state: due, waiting (out of the line until `not_before`, service time, and `retry_at`), sent, failed, dropped, expired, unknown.
    `next_call` is the first call not done yet; `resent` counts the marked resends.
    """

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "30 days")
    __table_args__ = (
        Index("ix_outbound_due", "address_id", "position", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
        Index("ix_outbound_waiting", "retry_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_outbound_message", "conversation_id", "number"),
    )
    id: int | None = _id()
    address_id: int = Field(sa_column=_ref("address.id"))
    conversation_id: int = Field(sa_column=_ref("conversation.id"))
    number: int = Field(sa_type=BigId)
    purpose: str
    epoch: int
    position: int = Field(sa_type=BigId)
    state: str = "due"
    attempts: int = 0
    resent: int = 0
    next_call: int = 0
    retry_at: float = Field(default=0.0, sa_column=_machine(nullable=False))
    not_before: datetime | None = Field(default=None, sa_column=_moment())
    expires_at: datetime | None = Field(default=None, sa_column=_moment())
    dedup_key: bytes | None = Field(default=None, sa_column=lookup(unique=True))
    template: bytes | None = Field(default=None, sa_column=sealed())
    failure: str | None = None
    created_at: datetime = Field(sa_column=_moment(nullable=False))


class Delivery(SQLModel, table=True):
    """One call of an outbound message, written when it is leased: a call without a row was never made.

    state: leased, sent, delivered, read, failed, unknown.
    """

    holding: ClassVar[Holding] = Holding("outbound.conversation.link.person", Leaving.DELETE, "30 days")
    __table_args__ = (
        UniqueConstraint("outbound_id", "call_index"),
        Index("ix_delivery_leased", "leased_until", sqlite_where=text("state = 'leased'"), postgresql_where=text("state = 'leased'")),
        Index(
            "ix_delivery_external", "external_key", sqlite_where=text("external_key IS NOT NULL"), postgresql_where=text("external_key IS NOT NULL")
        ),
    )
    id: int | None = _id()
    outbound_id: int = Field(sa_column=_ref("outbound.id"))
    call_index: int
    state: str
    fence: int = Field(sa_type=BigId)
    holder: str
    leased_until: float = Field(sa_column=_machine(nullable=False))
    external_id: bytes | None = Field(default=None, sa_column=sealed())
    external_key: bytes | None = Field(default=None, sa_column=lookup())
    failure: str | None = None


class Receipt(SQLModel, table=True):
    """A provider's word that came before our own record of the send: kept until it can be matched."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "2 days")
    id: int | None = _id()
    channel: str
    account: str
    external_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True, info={"lookup": True}))
    status: str
    failure: str | None = None
    at: datetime = Field(sa_column=_moment(nullable=False))


class Caseworker(SQLModel, table=True):
    """Someone of the team. role: caseworker, head or admin."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as they work here")
    id: int | None = _id()
    token: str = Field(unique=True)
    email: bytes = Field(sa_column=sealed(nullable=False))
    email_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    name: bytes | None = Field(default=None, sa_column=sealed())
    role: str
    password: str | None = None
    created_at: datetime = Field(sa_column=_moment(nullable=False))
    disabled_at: datetime | None = Field(default=None, sa_column=_moment())


class Login(SQLModel, table=True):
    """A caseworker's open session, known by the hash of its cookie. Machine time."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "12 hours")
    id: int | None = _id()
    caseworker_id: int = Field(sa_column=_ref("caseworker.id", index=True))
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    seen_at: float = Field(sa_column=_machine(nullable=False))
    expires_at: float = Field(sa_column=_machine(nullable=False))


class Attempt(SQLModel, table=True):
    """Tries counted against a keyed hash (an address, an e-mail) in one window of machine time: the rate limit of every process."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "one day")
    __table_args__ = (UniqueConstraint("what", "who_key", "window_start"),)
    id: int | None = _id()
    what: str
    who_key: bytes = Field(sa_column=lookup(nullable=False))
    window_start: float = Field(sa_column=_machine(nullable=False))
    count: int = 0


class Thread(SQLModel, table=True):
    """A demand (demande): what the team follows with a person. urgency: 0, 1 tonight, 2 now; never which crisis."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "24 months after the last contact")
    id: int | None = _id()
    token: str = Field(unique=True)
    person_id: int = Field(sa_column=_ref("person.id", index=True))
    theme: bytes | None = Field(default=None, sa_column=sealed())
    urgency: int = 0
    queue: str = "cllaj"
    owner_id: int | None = Field(default=None, sa_column=_ref("caseworker.id", nullable=True))
    opened_at: datetime = Field(sa_column=_moment(nullable=False))
    promised_at: datetime | None = Field(default=None, sa_column=_moment())
    closed_at: datetime | None = Field(default=None, sa_column=_moment())
    outcome: bytes | None = Field(default=None, sa_column=sealed())


class ThreadRange(SQLModel, table=True):
    """The messages of a thread in one conversation, from `first_number` to `last_number` (None: still open)."""

    __tablename__ = "thread_range"
    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    id: int | None = _id()
    thread_id: int = Field(sa_column=_ref("thread.id", index=True))
    conversation_id: int = Field(sa_column=_ref("conversation.id", index=True))
    first_number: int = Field(sa_type=BigId)
    last_number: int | None = Field(default=None, sa_type=BigId)


class Task(SQLModel, table=True):
    """What a caseworker has to do because no message can."""

    holding: ClassVar[Holding] = Holding("person|thread.person", Leaving.DELETE, "24 months after the last contact")
    id: int | None = _id()
    token: str = Field(unique=True)
    kind: str
    person_id: int | None = Field(default=None, sa_column=_ref("person.id", nullable=True, index=True))
    thread_id: int | None = Field(default=None, sa_column=_ref("thread.id", nullable=True))
    caseworker_id: int | None = Field(default=None, sa_column=_ref("caseworker.id", nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=_moment())
    text: bytes | None = Field(default=None, sa_column=sealed())
    created_at: datetime = Field(sa_column=_moment(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=_moment())
    done_by: int | None = Field(default=None, sa_column=_ref("caseworker.id", nullable=True))


class Crisis(SQLModel, table=True):
    """A danger seen in a conversation. `crisis` is its id, `step` where its second steps are.

    `card_due_at`: the moment of a card that waits for a colleague's answer.
    """

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "as the conversation")
    __table_args__ = (
        Index("ix_crisis_card_due", "card_due_at", sqlite_where=text("card_due_at IS NOT NULL"), postgresql_where=text("card_due_at IS NOT NULL")),
    )
    id: int | None = _id()
    conversation_id: int = Field(sa_column=_ref("conversation.id", index=True))
    crisis: bytes = Field(sa_column=sealed(nullable=False))
    step: bytes | None = Field(default=None, sa_column=sealed())
    watched_phone: bytes | None = Field(default=None, sa_column=sealed())
    how_to_answer: bytes | None = Field(default=None, sa_column=sealed())
    number: int = Field(sa_type=BigId)
    opened_at: datetime = Field(sa_column=_moment(nullable=False))
    card_due_at: datetime | None = Field(default=None, sa_column=_moment())
    last_card_at: datetime | None = Field(default=None, sa_column=_moment())
    quiet_until: datetime | None = Field(default=None, sa_column=_moment())


class Alert(SQLModel, table=True):
    """The team's attention asked for. Its existence is in clear; what it is about is not here."""

    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    id: int | None = _id()
    thread_id: int = Field(sa_column=_ref("thread.id", index=True))
    raised_at: datetime = Field(sa_column=_moment(nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=_moment())
    acknowledged_by: int | None = Field(default=None, sa_column=_ref("caseworker.id", nullable=True))
    passed_at: datetime | None = Field(default=None, sa_column=_moment())


class Event(SQLModel, table=True):
    """What happened, without text, for figures and audit."""

    holding: ClassVar[Holding] = Holding("conversation.link.person|thread.person", Leaving.DELETE, "as the conversation or thread it tells of")
    id: int | None = _id()
    conversation_id: int | None = Field(default=None, sa_column=_ref("conversation.id", nullable=True, index=True))
    thread_id: int | None = Field(default=None, sa_column=_ref("thread.id", nullable=True, index=True))
    kind: str
    detail: bytes | None = Field(default=None, sa_column=sealed())
    at: datetime = Field(sa_column=_moment(nullable=False))


class Media(SQLModel, table=True):
    """A file somebody sent. state: announced, kept, refused, lost."""

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "30 days after « traité », 6 months at most")
    id: int | None = _id()
    token: str = Field(unique=True)
    conversation_id: int = Field(sa_column=_ref("conversation.id", index=True))
    number: int = Field(sa_type=BigId)
    kind: str
    mime: bytes | None = Field(default=None, sa_column=sealed())
    size: int | None = None
    state: str = "announced"
    name: bytes | None = Field(default=None, sa_column=sealed())
    provider_id: bytes | None = Field(default=None, sa_column=sealed())
    received_at: datetime = Field(sa_column=_moment(nullable=False))


class MediaChunk(SQLModel, table=True):
    """A piece of a file, encrypted."""

    __tablename__ = "media_chunk"
    holding: ClassVar[Holding] = Holding("media.conversation.link.person", Leaving.DELETE, "as the file")
    __table_args__ = (UniqueConstraint("media_id", "chunk_index"),)
    id: int | None = _id()
    media_id: int = Field(sa_column=_ref("media.id"))
    chunk_index: int
    content: bytes = Field(sa_column=sealed(nullable=False))


class Consent(SQLModel, table=True):
    """A notice shown or a choice made: which, in which words, when."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "as the person")
    id: int | None = _id()
    person_id: int = Field(sa_column=_ref("person.id", index=True))
    purpose: bytes = Field(sa_column=sealed(nullable=False))
    version: str
    text: bytes = Field(sa_column=sealed(nullable=False))
    at: datetime = Field(sa_column=_moment(nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=_moment())


class JobRun(SQLModel, table=True):
    """One occurrence of a job. state: due, running, done, too late, failed."""

    __tablename__ = "job_run"
    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days")
    __table_args__ = (UniqueConstraint("job", "key", "planned_at"),)
    id: int | None = _id()
    job: str
    key: str = ""
    planned_at: datetime = Field(sa_column=_moment(nullable=False))
    state: str = "due"
    holder: str | None = None
    leased_until: float | None = Field(default=None, sa_column=_machine())
    attempts: int = 0
    finished_at: datetime | None = Field(default=None, sa_column=_moment())
    failure: str | None = None


class Action(SQLModel, table=True):
    """A one-time id: an invitation, a form already sent, a client's resend. `subject` is what it stands for."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days")
    __table_args__ = (UniqueConstraint("kind", "token_key"),)
    id: int | None = _id()
    kind: str
    token_key: bytes = Field(sa_column=lookup(nullable=False))
    subject: bytes | None = Field(default=None, sa_column=sealed())
    expires_at: float = Field(sa_column=_machine(nullable=False))
    used_at: float | None = Field(default=None, sa_column=_machine())


class Setting(SQLModel, table=True):
    """What the service itself sets: keys, content edits, the demo's clock. JSON."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    name: str = Field(primary_key=True)
    value: str = Field(sa_column=Column(Text, nullable=False))


class Bucket(SQLModel, table=True):
    """The pace of one account or one person, shared by every process. Machine time. `stopped_until` is a provider's retry_after."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "one day after its last use")
    name: str = Field(primary_key=True)
    tokens: float = Field(sa_column=_machine(nullable=False))
    at: float = Field(sa_column=_machine(nullable=False))
    stopped_until: float = Field(default=0.0, sa_column=_machine(nullable=False))


class Lease(SQLModel, table=True):
    """Something only one process does at a time (polling an account)."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until taken by another")
    name: str = Field(primary_key=True)
    holder: str
    until: float = Field(sa_column=_machine(nullable=False))
