"""`palier backup` and `palier restore`.

A backup is a SQLite file, whichever engine it was taken from, so that it can be opened, checked and restored anywhere. It holds the same sealed
values as the database, and the wrapped keys: without PALIER_SECRET_KEY, kept elsewhere, it says nothing.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, create_engine, inspect

from bot.clock import MachineClock
from bot.errors import AlreadyRunning, StorageError
from bot.settings import Settings
from storage import ledger, migrate, restored, schema, unlinking
from storage.connections import FileLock, Raw, SqliteConnection, connect, locate, open_sqlite, sqlite_path, transaction
from storage.engine import open_storage
from storage.erasure import replay_erasures
from storage.gate import SUFFIX
from storage.postgres_connection import PostgresConnection

BATCH = 50
"""Rows held at once: a piece of a file is a quarter of a megabyte."""
GOING, GOING_SECONDS = 20, 0.1
VERSION = "alembic_version"
RUNNING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'palier%'"


async def backup(settings: Settings, file: Path) -> None:
    """A consistent copy of the database as it is now, while it is used. `file` appears whole or not at all, and replaces one that was there.

    Raises SettingsError, StorageError.
    """
    await asyncio.to_thread(_back_up, locate(settings.database_url.get_secret_value()), file)


async def restore(settings: Settings, file: Path, *, replace: bool = False) -> int:
    """Put a copy back, bring it up to this release's schema, and erase again who was erased since; how many they were.

    What was on its way when the copy was made is not sent again: it is `unknown`, and turns that waited are parked.

    Raises AlreadyRunning while a process uses the database, SchemaTooNew for a copy from a newer release, and StorageError for a file that is not a
    backup or, unless `replace` says so, for a database that holds something.
    """
    url = locate(settings.database_url.get_secret_value())
    await asyncio.to_thread(_restore, url, file, replace)
    storage = await open_storage(settings, MachineClock())
    try:
        await storage.run(restored.settle)
        await storage.run(unlinking.part_for, frozenset(line.person for line in ledger.read(settings.erasure_ledger)))
        return await replay_erasures(storage, settings.erasure_ledger)
    finally:
        await storage.close()


def _back_up(url: URL, file: Path) -> None:
    with _whole(file) as fresh, closing(connect(url)) as source:
        now = migrate.check(source)
        if now == schema.NOTHING:
            raise StorageError("there is nothing to back up: this database is empty")
        if isinstance(source, PostgresConnection):
            _make(fresh, now)
            _copy_out(source, fresh)
        else:
            with closing(sqlite3.connect(fresh)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")
        _check(fresh)


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file to write, readable by its owner alone, that takes its name only once it is complete and on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.touch(0o600, exist_ok=False)
    try:
        yield fresh
        _sync(fresh)
        fresh.replace(file)
        _sync(file.parent)
    finally:
        for left in (fresh, *(fresh.with_name(fresh.name + end) for end in ("-journal", "-wal", "-shm", SUFFIX))):
            left.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(fresh: Path, revision: str) -> None:
    """An empty SQLite database of this schema, in one file."""
    with closing(open_sqlite(fresh, writes=True)) as raw:
        with migrate.alone(raw):
            migrate.step(raw, "upgrade", revision)
        raw.execute("PRAGMA journal_mode=DELETE")


def _check(file: Path) -> str:
    """The schema of a backup. Raises StorageError where the file is not one, or is damaged, and SchemaTooNew."""
    if not file.is_file():
        raise StorageError(f"{file}: no such file")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, factory=SqliteConnection)) as raw:
        try:
            sound = raw.execute("PRAGMA quick_check").fetchone()
            now = migrate.check(raw)
        except sqlite3.DatabaseError as fault:
            raise StorageError(f"{file}: not a backup of Palier") from fault
    if sound != ("ok",) or now == schema.NOTHING:
        raise StorageError(f"{file}: not a backup of Palier, or damaged")
    return now


def _copy_out(source: PostgresConnection, fresh: Path) -> None:
    """Copy every row of one state of a PostgreSQL database into a SQLite file of the same schema."""
    with closing(sqlite3.connect(fresh, isolation_level=None, factory=SqliteConnection)) as target, transaction(target), transaction(source):
        source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, columns in _tables(target).items():
            marks = ", ".join("?" for _ in columns)
            insert = f"INSERT INTO {_quoted(name)} ({', '.join(map(_quoted, columns))}) VALUES ({marks})"  # noqa: S608 - names come from our own schema
            with source.cursor(name="palier_backup", binary=True) as rows:
                rows.itersize = BATCH
                rows.execute(SQL("SELECT {} FROM {}").format(SQL(", ").join(map(Identifier, columns)), Identifier(name)))
                target.executemany(insert, rows)


def _tables(target: SqliteConnection) -> dict[str, list[str]]:
    """Every table of a SQLite file and its columns, but the one that names the schema."""
    names = [row[0] for row in target.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    return {name: [column[1] for column in target.execute(f"PRAGMA table_info({_quoted(name)})")] for name in names if name != VERSION}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _restore(url: URL, file: Path, replace: bool) -> None:
    revision = _check(file)
    if url.drivername == "sqlite":
        _restore_file(sqlite_path(url), file, replace)
    else:
        with closing(connect(url)) as target:
            if not isinstance(target, PostgresConnection):
                raise StorageError("not a PostgreSQL database")
            _restore_rows(target, file, revision, replace)
    migrate.upgrade(url.render_as_string(hide_password=False))


def _restore_file(path: Path, file: Path, replace: bool) -> None:
    """Put a file in the place of a database that nobody uses."""
    lock = FileLock(path)
    try:
        if path.exists():
            with closing(open_sqlite(path, writes=True)) as there:
                _refuse_to_replace(there, replace)
        with _whole(path) as fresh:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source, closing(sqlite3.connect(fresh)) as target:
                source.backup(target)
            for end in ("-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
    finally:
        lock.release()


def _restore_rows(target: PostgresConnection, file: Path, revision: str, replace: bool) -> None:
    """Make the schema of the copy and fill it, in one transaction: an interrupted restore changes nothing."""
    _wait_for_the_last(target)
    _refuse_to_replace(target, replace)
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, factory=SqliteConnection)) as source, migrate.alone(target):
        if schema.current(target) != schema.NOTHING:
            migrate.step(target, "downgrade", "base")
        migrate.step(target, "upgrade", revision)
        columns = _tables(source)
        for name in _in_order(file):
            _copy_in(source, target, name, columns[name])


def _wait_for_the_last(target: PostgresConnection) -> None:
    """A server takes a moment to see that a process has gone. Raises AlreadyRunning if one stays."""
    for _ in range(GOING):
        if target.execute(RUNNING).fetchone() is None:
            return
        Event().wait(GOING_SECONDS)
    raise AlreadyRunning("a Palier process uses this database: stop it first.")


def _copy_in(source: SqliteConnection, target: PostgresConnection, name: str, columns: Sequence[str]) -> None:
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), SQL(", ").join(map(Identifier, columns)))
    with target.cursor() as cursor:
        with cursor.copy(into) as copy:
            for row in source.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(name)}"):  # noqa: S608 - names come from our own schema
                copy.write_row(row)
        if "id" in columns:
            last = SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(name, Identifier(name))
            cursor.execute(last)


def _in_order(file: Path) -> list[str]:
    """The tables of a backup, each after those it refers to."""
    engine = create_engine(f"sqlite:///{file}")
    try:
        found = inspect(engine).get_sorted_table_and_fkc_names()
        return [str(name) for name, _ in found if name is not None and name != VERSION]
    finally:
        engine.dispose()


def _refuse_to_replace(there: Raw, replace: bool) -> None:
    """Raise StorageError where the database holds something and nobody said that it may be lost."""
    if not replace and schema.current(there) != schema.NOTHING and _holds(there, "SELECT 1 FROM secret LIMIT 1"):
        raise StorageError("this database holds something: restore into an empty one, or say that it may be replaced.")


def _holds(there: Raw, question: str) -> Any:
    with suppress(sqlite3.OperationalError):
        return there.execute(question).fetchone()
