"""What the team follows: threads, tasks, dangers, files."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, Holding, Leaving, machine_time, moment, reference, row_id, sealed


class Thread(SQLModel, table=True):
    """A demand (demande): what the team follows with a person. urgency: 0, 1 tonight, 2 now; never which crisis.

    `promised_at`: an answer was promised before it, and still is; `promised_since`: when a promise was last given; `promises_missed`: how many
    in a row.
    """

    holding: ClassVar[Holding] = Holding("person", Leaving.DELETE, "24 months after the last contact")
    __table_args__ = (
        Index("ix_thread_promised", "promised_at", sqlite_where=text("promised_at IS NOT NULL"), postgresql_where=text("promised_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )
    id: int | None = row_id()
    token: str = Field(unique=True)
    person_id: int = Field(sa_column=reference("person.id", index=True))
    theme: bytes | None = Field(default=None, sa_column=sealed())
    urgency: int = 0
    queue: str = "cllaj"
    owner_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    opened_at: datetime = Field(sa_column=moment(nullable=False))
    promised_at: datetime | None = Field(default=None, sa_column=moment())
    promised_since: datetime | None = Field(default=None, sa_column=moment())
    promises_missed: int = 0
    closed_at: datetime | None = Field(default=None, sa_column=moment())
    outcome: bytes | None = Field(default=None, sa_column=sealed())


class ThreadRange(SQLModel, table=True):
    """The messages of a thread in one conversation, from `first_number` to `last_number` (None: still open)."""

    __tablename__ = "thread_range"
    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    id: int | None = row_id()
    thread_id: int = Field(sa_column=reference("thread.id", index=True))
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    first_number: int = Field(sa_type=BigId)
    last_number: int | None = Field(default=None, sa_type=BigId)


class Task(SQLModel, table=True):
    """What a caseworker has to do because no message can."""

    holding: ClassVar[Holding] = Holding("person|thread.person", Leaving.DELETE, "24 months after the last contact")
    id: int | None = row_id()
    token: str = Field(unique=True)
    kind: str
    person_id: int | None = Field(default=None, sa_column=reference("person.id", nullable=True, index=True))
    thread_id: int | None = Field(default=None, sa_column=reference("thread.id", nullable=True, index=True))
    caseworker_id: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=moment())
    text: bytes | None = Field(default=None, sa_column=sealed())
    created_at: datetime = Field(sa_column=moment(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=moment())
    done_by: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))


class Note(SQLModel, table=True):
    """What colleagues tell one another on a thread. No message: nothing that reads messages can ever show or send it."""

    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    id: int | None = row_id()
    thread_id: int = Field(sa_column=reference("thread.id", index=True))
    caseworker_id: int = Field(sa_column=reference("caseworker.id"))
    text: bytes = Field(sa_column=sealed(nullable=False))
    at: datetime = Field(sa_column=moment(nullable=False))


class Crisis(SQLModel, table=True):
    """A danger seen in a conversation. `crisis` is its id, `step` where its second steps are.

    `card_due_at`: the moment of a card that waits for a colleague's answer.
    """

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "as the conversation")
    __table_args__ = (
        Index("ix_crisis_card_due", "card_due_at", sqlite_where=text("card_due_at IS NOT NULL"), postgresql_where=text("card_due_at IS NOT NULL")),
    )
    id: int | None = row_id()
    conversation_id: int = Field(sa_column=reference("conversation.id", index=True))
    crisis: bytes = Field(sa_column=sealed(nullable=False))
    step: bytes | None = Field(default=None, sa_column=sealed())
    watched_phone: bytes | None = Field(default=None, sa_column=sealed())
    how_to_answer: bytes | None = Field(default=None, sa_column=sealed())
    number: int = Field(sa_type=BigId)
    opened_at: datetime = Field(sa_column=moment(nullable=False))
    card_due_at: datetime | None = Field(default=None, sa_column=moment())
    last_card_at: datetime | None = Field(default=None, sa_column=moment())
    quiet_until: datetime | None = Field(default=None, sa_column=moment())


class Alert(SQLModel, table=True):
    """The team's attention asked for. Its existence is in clear; what it is about is not here.

    `audience` (team, on_call, or "" for nobody yet) was told it `told` times at its own addresses, and is told again at `again_at`.
    """

    holding: ClassVar[Holding] = Holding("thread.person", Leaving.DELETE, "as the thread")
    __table_args__ = (
        Index("ix_alert_waiting", "raised_at", sqlite_where=text("acknowledged_at IS NULL"), postgresql_where=text("acknowledged_at IS NULL")),
    )
    id: int | None = row_id()
    thread_id: int = Field(sa_column=reference("thread.id", index=True))
    raised_at: datetime = Field(sa_column=moment(nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=moment())
    acknowledged_by: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    passed_at: datetime | None = Field(default=None, sa_column=moment())
    audience: str = ""
    told: int = 0
    again_at: datetime | None = Field(default=None, sa_column=moment())


class Media(SQLModel, table=True):
    """A file somebody sent. state: announced (still at the provider), kept, refused, lost, seen (« vu le …, copie détruite »), gone (its time is
    over). A file that comes by our own page is first arriving, then whole, and has no conversation until its message does.

    `attempts` counts the tries to fetch it, and is the fence of the one under way; `retry_at` is when the next may begin. `failure` says why it
    was refused or lost. `treated_at`: « traité », when a caseworker was done with it. `seen_at`, `seen_by`, `seen_as`: who saw the paper that was
    destroyed here, and what they call it. `scan`: what the scanner said (clean, unchecked), None where the service has none. `thumbnail`: a small
    picture of it.
    """

    holding: ClassVar[Holding] = Holding("conversation.link.person", Leaving.DELETE, "30 days after « traité », 6 months at most")
    __table_args__ = (
        Index("ix_media_announced", "retry_at", sqlite_where=text("state = 'announced'"), postgresql_where=text("state = 'announced'")),
        Index("ix_media_message", "conversation_id", "number"),
    )
    id: int | None = row_id()
    token: str = Field(unique=True)
    conversation_id: int | None = Field(default=None, sa_column=reference("conversation.id", nullable=True))
    number: int = Field(sa_type=BigId)
    kind: str
    mime: bytes | None = Field(default=None, sa_column=sealed())
    size: int | None = None
    state: str = "announced"
    attempts: int = 0
    retry_at: float = Field(default=0.0, sa_column=machine_time(nullable=False))
    failure: str | None = None
    name: bytes | None = Field(default=None, sa_column=sealed())
    provider_id: bytes | None = Field(default=None, sa_column=sealed())
    received_at: datetime = Field(sa_column=moment(nullable=False))
    treated_at: datetime | None = Field(default=None, sa_column=moment())
    seen_at: datetime | None = Field(default=None, sa_column=moment())
    seen_by: int | None = Field(default=None, sa_column=reference("caseworker.id", nullable=True))
    seen_as: bytes | None = Field(default=None, sa_column=sealed())
    scan: str | None = None
    thumbnail: bytes | None = Field(default=None, sa_column=sealed())


class MediaChunk(SQLModel, table=True):
    """A piece of a file, encrypted."""

    __tablename__ = "media_chunk"
    holding: ClassVar[Holding] = Holding("media.conversation.link.person", Leaving.DELETE, "as the file")
    __table_args__ = (UniqueConstraint("media_id", "chunk_index"),)
    id: int | None = row_id()
    media_id: int = Field(sa_column=reference("media.id"))
    chunk_index: int
    content: bytes = Field(sa_column=sealed(nullable=False))
