"""What keeps the house: keys, settings, jobs, leases, one-time ids."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Holding, Leaving, lookup, machine_time, moment, row_id, sealed


class Secret(SQLModel, table=True):
    """A data key or the look-up key, wrapped by PALIER_SECRET_KEY."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as a row is sealed with it")
    __table_args__ = (UniqueConstraint("kind", "number"),)
    id: int | None = row_id()
    kind: str
    number: int
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=moment(nullable=False))


class JobRun(SQLModel, table=True):
    """One occurrence of a job. state: due, running, done, too late, failed."""

    __tablename__ = "job_run"
    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days")
    __table_args__ = (UniqueConstraint("job", "key", "planned_at"),)
    id: int | None = row_id()
    job: str
    key: str = ""
    planned_at: datetime = Field(sa_column=moment(nullable=False))
    state: str = "due"
    holder: str | None = None
    leased_until: float | None = Field(default=None, sa_column=machine_time())
    attempts: int = 0
    finished_at: datetime | None = Field(default=None, sa_column=moment())
    failure: str | None = None


class Action(SQLModel, table=True):
    """A one-time id: an invitation, a form already sent, a client's resend. `subject` is what it stands for."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days")
    __table_args__ = (UniqueConstraint("kind", "token_key"),)
    id: int | None = row_id()
    kind: str
    token_key: bytes = Field(sa_column=lookup(nullable=False))
    subject: bytes | None = Field(default=None, sa_column=sealed())
    expires_at: float = Field(sa_column=machine_time(nullable=False))
    used_at: float | None = Field(default=None, sa_column=machine_time())


class Setting(SQLModel, table=True):
    """What the service itself sets: keys, content edits, the demo's clock. JSON."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    name: str = Field(primary_key=True)
    value: str = Field(sa_column=Column(Text, nullable=False))


class Confidential(SQLModel, table=True):
    """A setting that a copy of the database must not give away: an address that carries a password."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    id: int | None = row_id()
    name: str = Field(unique=True)
    value: bytes = Field(sa_column=sealed(nullable=False))


class Poster(SQLModel, table=True):
    """A code on posters of one sort: which page it opens, and what the team calls it. The person who comes by it is never told."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as the service keeps it")
    id: int | None = row_id()
    code: str = Field(unique=True)
    page: str = ""
    label: str
    created_at: datetime = Field(sa_column=moment(nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())


class Lease(SQLModel, table=True):
    """Something only one process does at a time (polling an account)."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until taken by another")
    name: str = Field(primary_key=True)
    holder: str
    until: float = Field(sa_column=machine_time(nullable=False))
