"""Who is there: people, their addresses, what was said with them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Holding, Leaving, beside, lookup, machine_time, moment, reference, row_id, sealed


class Person(SQLModel, table=True):
    """A young person, known or not by name. An id is never given twice: the erasure ledger names people by it.

    `ways` is the order in which they want to be written to: address ids, as JSON.
    `otherwise`: the way they chose where the one they write by is shut.
    """

    holding: ClassVar[Holding] = Holding("", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = row_id()
    token: str = Field(unique=True)
    name: bytes | None = Field(default=None, sa_column=sealed())
    name_key: bytes | None = Field(default=None, sa_column=lookup())
    phone: bytes | None = Field(default=None, sa_column=sealed())
    phone_key: bytes | None = Field(default=None, sa_column=lookup())
    ways: bytes | None = Field(default=None, sa_column=sealed())
    otherwise: bytes | None = Field(default=None, sa_column=sealed())
    created_at: datetime = Field(sa_column=moment(nullable=False))


class Address(SQLModel, table=True):
    """One person on one channel. Its row is the lock of everything that is ordered for them.

    `fence` counts the leases ever given on it; `sending` is the fence of the one held now, if any; `position` numbers the outbox line;
    `stopped_until` (machine time) is the provider's own "slow down" for this person. `shared`: others read on this telephone; what they said of it.
    """

    holding: ClassVar[Holding] = Holding("link.person", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = (UniqueConstraint("channel", "account", "peer_key"), {"sqlite_autoincrement": True})
    id: int | None = row_id()
    channel: str
    account: str
    peer: bytes = Field(sa_column=sealed(nullable=False))
    peer_key: bytes = Field(sa_column=lookup(nullable=False))
    fence: int = Field(default=0, sa_type=BigId)
    sending: int | None = Field(default=None, sa_type=BigId)
    position: int = Field(default=0, sa_type=BigId)
    stopped_until: float = Field(default=0.0, sa_column=machine_time(nullable=False))
    opted_out_at: datetime | None = Field(default=None, sa_column=moment())
    blocked_at: datetime | None = Field(default=None, sa_column=moment())
    shared: bytes | None = Field(default=None, sa_column=sealed())
    last_inbound_at: datetime | None = Field(default=None, sa_column=moment())
    created_at: datetime = Field(sa_column=moment(nullable=False))


class Link(SQLModel, table=True):
    """Whose address this is, since when, by what proof. Closing it undoes a merge."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "as long as anything of theirs")
    __table_args__ = (
        Index("ix_link_current", "address_id", unique=True, sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )
    id: int | None = row_id()
    address_id: int = Field(sa_column=reference("address.id", index=True))
    person_id: int = Field(sa_column=reference("person.id", index=True))
    since: datetime = Field(sa_column=moment(nullable=False))
    until: datetime | None = Field(default=None, sa_column=moment())
    proof: str = "channel"


class Joining(SQLModel, table=True):
    """Two people were one: `former_id` has been `into_id` since `at`, until `undone_at`. The former's row stays, empty of all but what is its own.

    `proof`: code (they showed it themselves), merge (`caseworker_id` decided, for `reason`). `lent` is what the other was given of their own row
    where it had none (JSON: name, phone).
    """

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "as the person")
    __table_args__ = (
        Index("ix_joining_standing", "former_id", unique=True, sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL")),
        Index("ix_joining_into", "into_id"),
    )
    id: int | None = row_id()
    token: str = Field(unique=True)
    former_id: int = Field(sa_column=reference("person.id", index=True))
    into_id: int = Field(sa_column=beside("person.id"))
    proof: str
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    reason: bytes | None = Field(default=None, sa_column=sealed())
    lent: bytes | None = Field(default=None, sa_column=sealed())
    at: datetime = Field(sa_column=moment(nullable=False))
    undone_at: datetime | None = Field(default=None, sa_column=moment())


class Joined(SQLModel, table=True):
    """A row that changed hands when two people became one, so that it goes back if they were not. `noun` is its table; `change`: moved, withdrawn."""

    holding: ClassVar[Holding] = Holding("joining.person", Leaving.DELETE, "30 days")
    id: int | None = row_id()
    joining_id: int = Field(sa_column=reference("joining.id", index=True))
    noun: str
    which: int = Field(sa_type=BigId)
    change: str


class LinkCode(SQLModel, table=True):
    """A code somebody asked for in one app, to be typed in another: once, ten minutes (machine time).

    `claimed_by` is the conversation it was typed in, once its person said yes there: the one who asked has the last word.
    """

    __tablename__ = "link_code"
    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "10 minutes")
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    code_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    claimed_by: int | None = Field(default=None, sa_column=reference("conversation.id", nullable=True, index=True))
    expires_at: float = Field(sa_column=machine_time(nullable=False))


class Conversation(SQLModel, table=True):
    """What was said on one link. `owner` is "bot" or "human"; `epoch` changes with it; `last_human_at` is the last line of a caseworker.

    An id is never given twice, nor an address's: a page or a send that outlives an erasure must not meet somebody else there.
    """

    holding: ClassVar[Holding] = Holding("link.person", Leaving.DELETE, "30 days after the last message, or its threads'")
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = row_id()
    token: str = Field(unique=True)
    link_id: int = Field(sa_column=Column(BigId, ForeignKey("link.id"), nullable=False, unique=True))
    language: bytes | None = Field(default=None, sa_column=sealed())
    state: bytes | None = Field(default=None, sa_column=sealed())
    owner: str = "bot"
    epoch: int = 0
    last_number: int = Field(default=0, sa_type=BigId)
    last_human_at: datetime | None = Field(default=None, sa_column=moment())
    created_at: datetime = Field(sa_column=moment(nullable=False))


class Message(SQLModel, table=True):
    """One thing said by anyone. `author`: person, bot or caseworker. `content` is JSON: text, choices, choice, attachments, card."""

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "as the conversation")
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: int | None = row_id()
    conversation_id: int = Field(sa_column=reference("conversation.id"))
    number: int = Field(sa_type=BigId)
    author: str
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    purpose: str | None = None
    status: str
    content: bytes = Field(sa_column=sealed(nullable=False))
    at: datetime = Field(sa_column=moment(nullable=False))


class Consent(SQLModel, table=True):
    """A notice shown or a choice made: which, in which words, when. kind: notice, choice."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "as the person")
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    kind: str
    purpose: bytes = Field(sa_column=sealed(nullable=False))
    version: str
    text: bytes = Field(sa_column=sealed(nullable=False))
    at: datetime = Field(sa_column=moment(nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())


class Event(SQLModel, table=True):
    """What happened, without text, for figures and audit."""

    holding: ClassVar[Holding] = Holding("conversation.link.person|thread.person", Leaving.DELETE, "as the conversation or thread it tells of")
    id: int | None = row_id()
    conversation_id: int | None = Field(default=None, sa_column=reference("conversation.id", nullable=True, index=True))
    thread_id: int | None = Field(default=None, sa_column=reference("thread.id", nullable=True, index=True))
    kind: str
    detail: bytes | None = Field(default=None, sa_column=sealed())
    at: datetime = Field(sa_column=moment(nullable=False))
