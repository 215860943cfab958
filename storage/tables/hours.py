"""When the team is there, and where it receives."""

from typing import ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from storage.columns import Holding, Leaving, reference, row_id, sealed


class Closure(SQLModel, table=True):
    """Days on which the whole service is closed, both counted, as 2026-08-03."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days after its last day")
    id: int | None = row_id()
    token: str = Field(unique=True)
    first_day: str
    last_day: str
    reason: str


class Absence(SQLModel, table=True):
    """Somebody of the team is not there: `days` is JSON, the first and the last day and perhaps the hours. No reason is asked for."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "30 days after its last day")
    id: int | None = row_id()
    token: str = Field(unique=True)
    caseworker_id: int = Field(sa_column=reference("caseworker.id", index=True))
    days: bytes = Field(sa_column=sealed(nullable=False))


class Place(SQLModel, table=True):
    """Where the team receives, with its hours: `week` is JSON, the ranges of each weekday."""

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    id: int | None = row_id()
    token: str = Field(unique=True)
    name: str
    address: str
    week: str = Field(sa_column=Column(Text, nullable=False))
