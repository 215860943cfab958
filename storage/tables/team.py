"""The people who work here, and how they come in."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Holding, Leaving, lookup, machine_time, moment, reference, row_id, sealed


class Caseworker(SQLModel, table=True):
    """Someone of the team. role: caseworker, head or admin."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "as long as they work here")
    id: int | None = row_id()
    token: str = Field(unique=True)
    email: bytes = Field(sa_column=sealed(nullable=False))
    email_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    name: bytes | None = Field(default=None, sa_column=sealed())
    role: str
    password: str | None = None
    created_at: datetime = Field(sa_column=moment(nullable=False))
    disabled_at: datetime | None = Field(default=None, sa_column=moment())


class Login(SQLModel, table=True):
    """A caseworker's open session, known by the hash of its cookie. Machine time."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "12 hours")
    id: int | None = row_id()
    caseworker_id: int = Field(sa_column=reference("caseworker.id", index=True))
    token_key: bytes = Field(sa_column=lookup(nullable=False, unique=True))
    seen_at: float = Field(sa_column=machine_time(nullable=False))
    expires_at: float = Field(sa_column=machine_time(nullable=False))


class Attempt(SQLModel, table=True):
    """Tries counted against a keyed hash (an address, an e-mail) in one window of machine time: the rate limit of every process."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "one day")
    __table_args__ = (UniqueConstraint("what", "who_key", "window_start"),)
    id: int | None = row_id()
    what: str
    who_key: bytes = Field(sa_column=lookup(nullable=False))
    window_start: float = Field(sa_column=machine_time(nullable=False))
    count: int = 0
