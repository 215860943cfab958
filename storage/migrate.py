"""The schema, brought up and down. Each call is one transaction, on both engines: a migration that fails leaves nothing behind."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from glob import escape
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.pool import NullPool

from bot.errors import SchemaTooNew, StorageError
from storage import schema
from storage.connections import Raw, connect, locate, sqlite_path, transaction

COPY_SUFFIX = ".schema-"
HOME = Path(__file__).parents[1]
"""Where a process finds this very code, wherever it was started."""


def current(url: str) -> str:
    """The schema of this database; "0000" for an empty one."""
    with closing(connect(locate(url))) as raw:
        return schema.current(raw)


def upgrade(url: str, *, after: bool = True) -> str:
    """Bring the schema up to this release, or, with `after=False`, only through what goes in before the code. Returns what it is now.

    Raises SchemaTooNew.
    """
    with closing(connect(locate(url))) as raw:
        now = check(raw)
        target = schema.newest() if after else schema.needed()
        if now < target:
            _move(raw, "upgrade", target)
        return max(now, target)


def downgrade(url: str, target: str = schema.NOTHING) -> str:
    """Bring the schema down to `target`; "0000" removes every table and what it holds."""
    with closing(connect(locate(url))) as raw:
        check(raw)
        _move(raw, "downgrade", "base" if target == schema.NOTHING else target)
        return schema.current(raw)


def bring_up(url: URL, *, allowed: bool) -> None:
    """`brought_up`, over a connection of its own."""
    with closing(connect(url)) as raw:
        brought_up(raw, url, allowed=allowed)


def brought_up(raw: Raw, url: URL, *, allowed: bool) -> None:
    """See that a process may work on this schema. A SQLite file, whose processes are one, is copied and brought up; so is an empty database.

    On PostgreSQL other processes may still run the previous release: its operator says when (`palier migrate`). Raises SchemaTooNew and StorageError.
    """
    now = check(raw)
    if now == schema.newest():
        return
    if allowed and now == schema.NOTHING:
        _apart(url)
    elif allowed and url.drivername == "sqlite":
        copy(raw, sqlite_path(url), now)
        _apart(url)
    elif now < schema.needed():
        raise StorageError(f"this database has schema {now} and this release needs {schema.needed()}: run `palier migrate`.")


def check(raw: Raw) -> str:
    """The schema of this database. Raises SchemaTooNew for one that a newer release wrote."""
    now = schema.current(raw)
    if now > schema.newest():
        raise SchemaTooNew
    return now


def copy(raw: Raw, path: Path, now: str) -> Path:
    """A copy of a SQLite file of schema `now`, beside it, before a migration. It counts as a backup."""
    target = path.with_name(f"{path.name}{COPY_SUFFIX}{now}")
    if not isinstance(raw, sqlite3.Connection):
        raise StorageError("only a SQLite file is copied")
    with suppress(FileNotFoundError):
        target.unlink()
    target.touch(mode=0o600)
    with closing(sqlite3.connect(target)) as to:
        raw.backup(to)
    return target


def old_copies(url: URL, before: float) -> list[Path]:
    """The copies beside a SQLite file that are older than this machine time."""
    if url.drivername != "sqlite":
        return []
    path = sqlite_path(url)
    return sorted(copy for copy in path.parent.glob(f"{escape(path.name)}{COPY_SUFFIX}[0-9]*") if copy.stat().st_mtime < before)


def _apart(url: URL) -> None:
    """Upgrade in a process of its own: what migrates once must not stay in the memory of what serves for months. Raises StorageError."""
    place = url.set(database=str(sqlite_path(url).resolve())) if url.drivername == "sqlite" else url
    address = place.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-m", "storage.migrate"], input=address, cwd=HOME, stderr=subprocess.DEVNULL, text=True, check=False)
    if done.returncode:
        raise StorageError("the schema could not be brought up: run `palier migrate`, which says why.")


def step(raw: Raw, verb: str, target: str) -> None:
    """Run Alembic's verb in a transaction that is already open. Imported here: most processes find the schema as it should be."""
    command = import_module("alembic.command")
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
    with _bound(raw) as connection:
        config.attributes["connection"] = connection
        getattr(command, verb)(config, target)


def _move(raw: Raw, verb: str, target: str) -> None:
    with alone(raw):
        if verb == "upgrade" and schema.current(raw) >= target:
            return  # another process has just done it
        step(raw, verb, target)


@contextmanager
def alone(raw: Raw) -> Iterator[None]:
    """A transaction in which no other process migrates. SQLite rebuilds tables to change them: references are checked at the end instead."""
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA foreign_keys=OFF")
        with transaction(raw):
            yield
            if broken := raw.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageError(f"the migration would break a reference of table {broken[0]}")
        raw.execute("PRAGMA foreign_keys=ON")
    else:
        with transaction(raw):
            raw.execute("SELECT pg_advisory_xact_lock(hashtext('palier migrations'))")
            yield


@contextmanager
def _bound(raw: Raw) -> Iterator[Connection]:
    """SQLAlchemy's view of this connection, which cannot end its transaction."""
    dialect = "sqlite" if isinstance(raw, sqlite3.Connection) else "postgresql+psycopg"
    engine = create_engine(f"{dialect}://", creator=lambda: raw, poolclass=NullPool)
    connection = engine.connect()
    try:
        yield connection
    finally:
        connection.detach()


if __name__ == "__main__":
    upgrade(sys.stdin.read())
