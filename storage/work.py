"""What a unit of work is given: the transaction's cursor and session, the time it runs at, the vault, and a bell to ring after the commit."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn, Protocol

from sqlalchemy import Connection
from sqlmodel import Session
from typing_extensions import override

from bot.errors import StorageError
from storage.bulk import Bulk, Row
from storage.crypto import Vault
from storage.statements import Statement

NOTHING: Mapping[str, object] = {}


class Wake(StrEnum):
    """What a commit tells the rest. The id is an address (TURN, SEND), a conversation (TALK), an erasure (ERASE), or 0 (SETTING, FILE)."""

    TURN = "t"
    SEND = "s"
    TALK = "c"
    SETTING = "g"
    ERASE = "e"
    FILE = "f"


class DriverCursor(Protocol):
    """What both drivers' cursors have in common."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any | None: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class UnitSession(Session):
    """The ORM session of one unit. It cannot end the transaction: the unit returns, and the engine commits. `begin_nested` works as ever."""

    @override
    def commit(self) -> NoReturn:
        raise StorageError("return from the unit of work: storage.run commits")

    @override
    def rollback(self) -> NoReturn:
        raise StorageError("raise from the unit of work: storage.run rolls it back")


class Work(ABC):
    """One unit's hold on its transaction. Not kept after the unit returns.

    `now` is the service's time and `elapsed` the machine's, both read once per unit; `skew` is how far a test turned the machine's hand (0 in
    life), for statements that read the database's own clock; `holder` names this process in leases.
    """

    __slots__ = ("_session", "elapsed", "holder", "now", "skew", "vault", "wakes")
    dialect: str

    def __init__(self, vault: Vault, holder: str, now: datetime, elapsed: float, skew: float) -> None:
        self.vault = vault
        self.holder = holder
        self.now = now
        self.elapsed = elapsed
        self.skew = skew
        self.wakes: list[tuple[Wake, int]] = []
        self._session: UnitSession | None = None

    @property
    def session(self) -> Session:
        """The ORM session on this very transaction, opened when first asked for."""
        if self._session is None:
            self._session = UnitSession(self._bind())
        return self._session

    def notify(self, wake: Wake, id: int) -> None:
        """Tell every subscriber, here and in other processes, once this unit is committed."""
        self.wakes.append((wake, id))

    def flush(self) -> None:
        """Write what the session still holds, so that the next statement sees it."""
        if self._session is not None:
            self._session.flush()

    def drop(self) -> None:
        """Leave the session: its objects belong to this unit only."""
        if self._session is not None:
            session, self._session = self._session, None
            session.close()

    @abstractmethod
    def execute(self, statement: Statement, values: Mapping[str, object] = NOTHING) -> DriverCursor:
        """Run a compiled statement on the driver's cursor, after what the session holds."""

    @abstractmethod
    def execute_many(self, change: Bulk, rows: Sequence[Row]) -> None:
        """Run one change of all these rows, after what the session holds."""

    @abstractmethod
    def _bind(self) -> Connection:
        """SQLAlchemy's view of the driver's connection."""
