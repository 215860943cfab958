"""When the team is there, and where it receives."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from storage.columns import Holding, Leaving, moment, reference, row_id, sealed


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
    """Where people meet, with its hours: `week` is JSON, the ranges of each weekday. kind: office, antenna, home, phone, video.

    `town`: where it is, for who asks for the nearest. `directions`: how to get there, or how the call goes. A place that is withdrawn stays for
    the appointments that were there.
    """

    holding: ClassVar[Holding] = Holding("", Leaving.NOBODY, "until changed")
    id: int | None = row_id()
    token: str = Field(unique=True)
    name: str
    address: str
    week: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = "office"
    town: str = ""
    directions: str = Field(default="", sa_column=Column(Text, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment())
