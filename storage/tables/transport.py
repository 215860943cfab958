"""How what is said travels: the short-lived rows of the road.

They refer to their conversation, which leads to their address: `address_id` is kept beside it for the road's own statements, without an index or a
reference of its own, as each would cost every turn a page.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Holding, Leaving, beside, lookup, machine_time, moment, reference, row_id, sealed, where_set


class Inbound(SQLModel, table=True):
    """The transport of a received message. The key stays 30 days, through erasure, so that a redelivery brings nobody back."""

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.BLANK, "30 days", (("state", "erased"),))
    __table_args__ = (
        UniqueConstraint("channel", "account", "external_key"),
        Index("ix_inbound_waiting", "address_id", "id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_inbound_parked", "id", sqlite_where=text("state = 'parked'"), postgresql_where=text("state = 'parked'")),
    )
    id: int | None = row_id()
    channel: str
    account: str
    external_key: bytes = Field(sa_column=lookup(nullable=False))
    address_id: int | None = Field(default=None, sa_column=beside("address.id", nullable=True))
    conversation_id: int | None = Field(default=None, sa_column=reference("conversation.id", nullable=True, index=True))
    number: int | None = Field(default=None, sa_type=BigId)
    payload: bytes | None = Field(default=None, sa_column=sealed())
    state: str = "waiting"
    attempts: int = 0
    retry_at: float = Field(default=0.0, sa_column=machine_time(nullable=False))
    failure: str | None = None
    received_at: datetime = Field(sa_column=moment(nullable=False))
    handled_at: datetime | None = Field(default=None, sa_column=moment())


class Outbound(SQLModel, table=True):
    """The transport of a message of ours: a place in its address's line, until it is sent, dropped or failed.

    state: due, waiting (out of the line until `not_before`, service time, and `retry_at`), sent, failed, dropped, expired, unknown.
    `next_call` is the first call not done yet; `resent` the place, from 1, of the call made once more, marked (0: none).
    """

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "30 days")
    __table_args__ = (
        Index("ix_outbound_due", "address_id", "position", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
        Index("ix_outbound_waiting", "retry_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_outbound_rejoining", "address_id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_outbound_message", "conversation_id", "number"),
        where_set("ix_outbound_dedup_key", "dedup_key", unique=True),
    )
    id: int | None = row_id()
    address_id: int = Field(sa_column=beside("address.id"))
    conversation_id: int = Field(sa_column=reference("conversation.id"))
    number: int = Field(sa_type=BigId)
    purpose: str
    epoch: int
    position: int = Field(sa_type=BigId)
    state: str = "due"
    attempts: int = 0
    resent: int = 0
    next_call: int = 0
    retry_at: float = Field(default=0.0, sa_column=machine_time(nullable=False))
    not_before: datetime | None = Field(default=None, sa_column=moment())
    expires_at: datetime | None = Field(default=None, sa_column=moment())
    dedup_key: bytes | None = Field(default=None, sa_column=lookup())
    template: bytes | None = Field(default=None, sa_column=sealed())
    failure: str | None = None
    created_at: datetime = Field(sa_column=moment(nullable=False))


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
    id: int | None = row_id()
    outbound_id: int = Field(sa_column=reference("outbound.id"))
    call_index: int
    state: str
    fence: int = Field(sa_type=BigId)
    holder: str
    leased_until: float = Field(sa_column=machine_time(nullable=False))
    external_id: bytes | None = Field(default=None, sa_column=sealed())
    external_key: bytes | None = Field(default=None, sa_column=lookup())
    failure: str | None = None


class AnswerLink(SQLModel, table=True):
    """The link that answers one message on a page of ours, where its channel has no buttons. The database knows a keyed hash of its token."""

    __tablename__ = "answer_link"
    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "until the appointment, or a week")
    __table_args__ = (Index("ix_answer_link_expires_at", "expires_at"),)
    id: int | None = row_id()
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    number: int = Field(sa_type=BigId)
    expires_at: datetime = Field(sa_column=moment(nullable=False))


class Receipt(SQLModel, table=True):
    """A provider's word that came before our own record of the send: kept until it can be matched."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "2 days")
    id: int | None = row_id()
    channel: str
    account: str
    external_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True, info={"lookup": True}))
    status: str
    failure: str | None = None
    at: datetime = Field(sa_column=moment(nullable=False))


class Bucket(SQLModel, table=True):
    """The pace of one account or one person, shared by every process. Machine time. `stopped_until` is a provider's retry_after."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "one day after its last use")
    name: str = Field(primary_key=True)
    tokens: float = Field(sa_column=machine_time(nullable=False))
    at: float = Field(sa_column=machine_time(nullable=False))
    stopped_until: float = Field(default=0.0, sa_column=machine_time(nullable=False))
