"""Where the database is, and how one of its connections is opened. Everybody who connects does it here."""

import os
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool
from typing_extensions import override

from bot.errors import AlreadyRunning, SettingsError, StorageError
from storage.gate import LOOK_SECONDS, Gate

if TYPE_CHECKING:
    from storage.postgres_connection import PostgresConnection

BUSY_SECONDS = 10.0
"""How long one waits for a SQLite file that another process writes to: far longer than a commit lasts."""
LOOKS = int(BUSY_SECONDS / LOOK_SECONDS)
QUIET_ENGINE: Mapping[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
"""How SQLAlchemy sees one of our connections: it keeps none of its own, and its faults quote no value."""
CONNECT_SECONDS = 5
STATEMENTS = 512
EXAMPLES = "write sqlite:///var/palier.db or postgresql://user:password@host/name"
SHARED_PRAGMAS = ("PRAGMA foreign_keys=ON", "PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=268435456")
WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-32768",
    "PRAGMA wal_autocheckpoint=16000",  # the net: the writer checkpoints by itself when nothing waits; a page written often is then moved once
    "PRAGMA journal_size_limit=67108864",
)
READER_PRAGMAS = ("PRAGMA cache_size=-8192", "PRAGMA query_only=ON")


def locate(url: str) -> URL:
    """The database's address. Driver suffixes (+aiosqlite, +asyncpg, +psycopg) are accepted and change nothing. Raises SettingsError."""
    try:
        found = make_url(url)
    except ArgumentError as fault:
        raise SettingsError(f"PALIER_DATABASE_URL is not a database address: {EXAMPLES}") from fault
    dialect = {"postgres": "postgresql"}.get(found.get_backend_name(), found.get_backend_name())
    if dialect not in {"sqlite", "postgresql"}:
        raise SettingsError(f"PALIER_DATABASE_URL names a database that Palier does not know: {EXAMPLES}")
    if dialect == "sqlite" and found.database in {None, "", ":memory:"}:
        raise SettingsError(f"PALIER_DATABASE_URL needs a file, as memory forgets: {EXAMPLES}")
    return found.set(drivername=dialect)


def sqlite_path(url: URL) -> Path:
    """The file of a SQLite database."""
    return Path(str(url.database))


class SqliteConnection(sqlite3.Connection):
    """A connection whose transaction only explicit SQL ends: SQLAlchemy, which shares it, cannot."""

    gate: Gate | None = None
    looks = 1

    def look_often(self) -> None:
        """From now on `begin` has the file within a millisecond of its being free. SQLite's own waiting, with pauses of up to a tenth of a second,
        is put off for it: for a connection that reads and writes inside its transactions alone."""
        self.execute("PRAGMA busy_timeout=0")
        self.looks = LOOKS

    def begin(self) -> None:
        """Begin to write, after the processes that asked before. Raises StorageError where the file does not become free."""
        with self.gate.inside() if self.gate is not None else nullcontext():
            for _ in range(self.looks):
                try:
                    self.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as fault:
                    if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                        raise
                else:
                    return
                time.sleep(LOOK_SECONDS)
        raise StorageError(f"another process has been writing to this database for more than {BUSY_SECONDS:.0f} s: try again once it is done.")

    @override
    def close(self) -> None:
        super().close()
        if self.gate is not None:
            self.gate.close()

    @override
    def commit(self) -> None:
        """Nothing: the engine says COMMIT itself."""

    @override
    def rollback(self) -> None:
        """Nothing: the engine says ROLLBACK itself."""


def open_sqlite(path: Path, *, writes: bool) -> SqliteConnection:
    """A connection to this file, in autocommit mode. A new file and its folder are readable by their owner alone.

    Raises StorageError, saying why, for a file that cannot be opened or is not a database.
    """
    try:
        if writes and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, factory=SqliteConnection, cached_statements=STATEMENTS, check_same_thread=False
        )
        return _made_ready(connection, path, writes=writes)
    except (OSError, sqlite3.Error) as fault:
        raise StorageError(f"{path} cannot be used as a database: {fault.strerror if isinstance(fault, OSError) else fault}.") from fault


def _made_ready(connection: SqliteConnection, path: Path, *, writes: bool) -> SqliteConnection:
    try:
        for pragma in (*SHARED_PRAGMAS, *(WRITER_PRAGMAS if writes else READER_PRAGMAS)):
            connection.execute(pragma)
        if writes:
            with suppress(OSError):  # a folder that is read-only: SQLite says so itself, to who writes
                connection.gate = Gate(path)
    except BaseException:
        connection.close()
        raise
    return connection


def conninfo(url: URL) -> str:
    """The address as libpq reads it."""
    return url.render_as_string(hide_password=False)


Raw: TypeAlias = "SqliteConnection | PostgresConnection"


def connect(url: URL) -> Raw:
    """A connection that may write, outside the engine's threads: at start, to migrate, to back up. Raises StorageError, saying why."""
    if url.drivername == "sqlite":
        return open_sqlite(sqlite_path(url), writes=True)
    from storage.postgres_connection import reach  # ten megabytes that SQLite has no use for

    return reach(url)


@contextmanager
def transaction(raw: Raw) -> Iterator[None]:
    """Kept if the block ends well, undone if it raises."""
    if isinstance(raw, SqliteConnection):
        raw.begin()
    else:
        raw.execute("BEGIN")
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise


class FileLock:
    """Says that one process runs on a SQLite file. The kernel lets go of it when the process dies, however it dies."""

    def __init__(self, database: Path) -> None:
        """Take it. Raises AlreadyRunning, naming the process that has it."""
        self._path = database.with_name(database.name + ".lock")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            flock(self._file, LOCK_EX | LOCK_NB)
        except OSError as fault:
            owner = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            raise AlreadyRunning(f"Palier already runs on {database}{f' (process {owner})' if owner else ''}: stop it first.") from fault
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another process run."""
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.close(self._file)


def described(url: URL) -> str:
    """The address without its password, for people."""
    return re.sub(r":\*\*\*@", "@", url.render_as_string(hide_password=True))
