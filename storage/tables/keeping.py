"""What is kept for how long, and what is on its way out."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import RANDOM, BigId, Holding, Leaving, lookup, machine_time, moment, reference, row_id, sealed


class Hold(SQLModel, table=True):
    """A thread that must outlive its term, until a date: the head says why (a complaint, a court)."""

    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    id: int | None = row_id()
    thread_id: int = Field(sa_column=reference("thread.id", index=True))
    caseworker_id: int = Field(sa_column=reference("caseworker.id"))
    reason: bytes = Field(sa_column=sealed(nullable=False))
    ends_at: datetime = Field(sa_column=moment(nullable=False))
    created_at: datetime = Field(sa_column=moment(nullable=False))


class Erasing(SQLModel, table=True):
    """Something a person, or the head, asked to have erased, until it is done (bot/eraser.py).

    kind: screen (the messages a channel still shows), robot (what only the robot knows), whole, goodbye (the lane that said the last word).
    """

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "until it is done")
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    conversation_id: int | None = Field(default=None, sa_column=reference("conversation.id", nullable=True, index=True))
    kind: str
    asked_at: datetime = Field(sa_column=moment(nullable=False))


class Download(SQLModel, table=True):
    """A private link to somebody's own data. Used once, thirty minutes at most (machine time)."""

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "30 minutes")
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    language: bytes = Field(sa_column=sealed(nullable=False))
    expires_at: float = Field(sa_column=machine_time(nullable=False))


class Letterbox(SQLModel, table=True):
    """A page where somebody leaves papers for the team, straight on this server. Its secret opens it until `expires_at`, and reads nothing back.

    `wanted`: the paper a caseworker asks for, in their own words; None where the person asked for the page. `received`: how many files came by it.
    """

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "7 days")
    __table_args__ = (Index("ix_letterbox_expires", "expires_at"),)
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    wanted: bytes | None = Field(default=None, sa_column=sealed())
    received: int = 0
    expires_at: datetime = Field(sa_column=moment(nullable=False))


class PrivateLink(SQLModel, table=True):
    """A link that goes on with a conversation on a page of our own. Used once, thirty minutes at most (machine time)."""

    __tablename__ = "private_link"
    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "30 minutes")
    id: int | None = row_id()
    person_id: int = Field(sa_column=reference("person.id", index=True))
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    expires_at: float = Field(sa_column=machine_time(nullable=False))


class MonthlyCount(SQLModel, table=True):
    """How often something happened in a month (« 2026-03 »), without anybody: what is left of events once their time is over.

    `subject`: which page, theme or motive. Shown from five on.
    """

    __tablename__ = "monthly_count"
    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as the service keeps its figures")
    __table_args__ = (UniqueConstraint("month", "kind", "channel", "subject_key"),)
    id: int | None = row_id()
    month: str
    kind: str
    channel: str
    subject: bytes | None = Field(default=None, sa_column=sealed())
    subject_key: bytes = Field(sa_column=lookup(nullable=False))
    number: int = 0


class Gap(SQLModel, table=True):
    """A question the robot did not understand, apart from whoever asked: what could name them is covered, and no row of theirs is referred to.

    `who_key` is a keyed hash of the person and the quarter: five people are counted by it, and what goes with somebody is found. Once their
    conversation's time is over, a random number takes its place. `at` is the day. `mark` is what the team makes of it (JSON).
    """

    holding: ClassVar[Holding] = Holding("", Leaving.BY_KEY, "90 days")
    __table_args__ = (Index("ix_gap_who_key", "who_key"), Index("ix_gap_at", "at"))
    id: int | None = row_id()
    token: str = Field(unique=True)
    who_key: bytes = Field(sa_column=lookup(nullable=False))
    text: bytes = Field(sa_column=sealed(nullable=False))
    language: bytes = Field(sa_column=sealed(nullable=False))
    mark: bytes | None = Field(default=None, sa_column=sealed())
    at: datetime = Field(sa_column=moment(nullable=False))


class Audit(SQLModel, table=True):
    """Who read or wrote what somebody said. Never changed, but for one thing: `stranger` is what an erased person's and their threads' ids become."""

    holding: ClassVar[Holding] = Holding("person|thread.person", Leaving.BLANK, "12 months", (("stranger", RANDOM),))
    __table_args__ = (Index("ix_audit_at", "at"),)
    id: int | None = row_id()
    act: str
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    person_id: int | None = Field(default=None, sa_column=reference("person.id", nullable=True, index=True))
    thread_id: int | None = Field(default=None, sa_column=reference("thread.id", nullable=True, index=True))
    stranger: int | None = Field(default=None, sa_type=BigId)
    at: datetime = Field(sa_column=moment(nullable=False))
