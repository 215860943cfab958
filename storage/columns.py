"""Column kinds shared by every table, and what each table must declare about the people in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field
from typing_extensions import override

RANDOM = "a random number"
"""What a blanked row may say of itself: a number drawn once for one erasure and kept nowhere else, so that its rows still belong together."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BigId = BigInteger().with_variant(Integer(), "sqlite")


def to_moment(value: datetime) -> int:
    """Aware time → microseconds since 1970, the way both engines keep it."""
    since = value - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # a division of timedeltas takes four times as long


def from_moment(value: int) -> datetime:
    """Microseconds since 1970 → aware UTC."""
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """A service time (`clock.now()`), kept as microseconds so that both engines and the driver's cursor agree to the letter."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_moment(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_moment(int(value))


def sealed(*, nullable: bool = True) -> Column[bytes]:
    """A column encrypted with AES-256-GCM (storage.crypto). Anything a person said, is known by, or that was deduced about them."""
    return Column(LargeBinary, nullable=nullable, info={"sealed": True})


def lookup(*, nullable: bool = True, unique: bool = False) -> Column[bytes]:
    """A keyed hash of a normalised whole value: finds it, tells nothing."""
    return Column(LargeBinary, nullable=nullable, unique=unique, info={"lookup": True})


class Leaving(StrEnum):
    """What erasing a person does to the rows that lead to them."""

    DELETE = "delete"
    BLANK = "blank"
    KEEP = "keep without identity"
    BY_KEY = "delete by a keyed hash"
    """No reference leads to the person: their rows are found again by a hash made of their id (storage/gaps.py)."""
    NOBODY = "concerns nobody"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a table declares: its path to `person`, how a person leaves it, and how long its rows live.

    The path is made of table names joined by references, in either direction, dotted; where a row may be reached in two ways, they are parted by
    a bar. `becomes` is what a blanked row says of itself.
    """

    path: str
    leaving: Leaving
    lives: str
    becomes: tuple[tuple[str, str], ...] = ()

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Each way to `person`, step by step."""
        return tuple(tuple(way.split(".")) for way in self.path.split("|") if way)


def row_id() -> int | None:
    """The row's own number, never shown outside."""
    return Field(default=None, primary_key=True, sa_type=BigId)  # type: ignore[no-any-return]


def reference(target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    """A row of another table."""
    return Column(BigId, ForeignKey(target), nullable=nullable, index=index)


def beside(target: str, *, nullable: bool = False) -> Column[int]:
    """A row of another table ("address.id") that a reference of this row leads to already: kept for statements, with no index nor check of its own.

    It is blanked like a reference.
    """
    return Column(BigId, nullable=nullable, info={"beside": target.partition(".")[0]})


def led_to(column: Column[Any]) -> str | None:
    """The table that a column's rows are of, where it holds the ids of one."""
    referred = next((key.column.table.name for key in column.foreign_keys), None)
    return referred or column.info.get("beside")


def where_set(name: str, first: str, *others: str, unique: bool = False) -> Index:
    """An index of the rows whose `first` column is set: the others cost nothing."""
    condition = text(f"{first} IS NOT NULL")
    return Index(name, first, *others, unique=unique, sqlite_where=condition, postgresql_where=condition)


def moment(*, nullable: bool = True) -> Column[datetime]:
    """A service time."""
    return Column(Moment, nullable=nullable)


def machine_time(*, nullable: bool = True) -> Column[float]:
    """A machine time: seconds since 1970."""
    return Column(Float(53), nullable=nullable)
