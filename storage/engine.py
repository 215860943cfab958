"""One way to the database: `await storage.run(unit)`, where a unit is a plain synchronous function of a Work.

Nothing awaits inside a transaction and nothing below `run` ends one. On SQLite the units that wait together share one commit.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import URL

from bot.clock import Clock
from bot.errors import StorageError
from bot.settings import Settings
from storage.connections import FileLock, connect, locate, sqlite_path, transaction
from storage.keys import Keyring, Row, rows, unlock, wrapper_of
from storage.migrate import brought_up, upgrade
from storage.post import Hear, Job, Post
from storage.sqlite import Sqlite
from storage.statements import Statement, among, statement, table, upsert
from storage.work import DriverCursor, Wake, Work

__all__ = ["DriverCursor", "Statement", "Storage", "Wake", "Work", "among", "migrate", "open_storage", "statement", "table", "upsert"]

P = ParamSpec("P")
T = TypeVar("T")


class Threads(Protocol):
    """The threads of one engine."""

    def start(self) -> None: ...

    def write(self, job: Job) -> None: ...

    def take(self, job: Job) -> None: ...

    def read(self, job: Job) -> None: ...

    async def close(self) -> None: ...


def _threads(url: URL, listen_url: URL, keyring: Keyring, clock: Clock, post: Post) -> Threads:
    if url.drivername == "sqlite":
        return Sqlite(sqlite_path(url), keyring, clock, post)
    from storage.postgres import Postgres  # only then is its driver loaded

    return Postgres(url, listen_url, keyring, clock, post)


class Storage:
    """An open database. Lives on one event loop; made by `open_storage`."""

    def __init__(self, url: URL, clock: Clock, keyring: Keyring, lock: FileLock | None, listen_url: URL) -> None:
        self.url = url
        self.clock = clock
        self.keyring = keyring
        self.vault = keyring.vault
        self.holder = keyring.holder
        self.dialect = url.drivername
        self._lock = lock
        self._open = True
        self._loop = asyncio.get_running_loop()
        self._post = Post(self._loop)
        self._threads = _threads(url, listen_url, keyring, clock, self._post)
        self._threads.start()

    async def run(self, unit: Callable[Concatenate[Work, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Run a unit in a transaction; returns its value once it is durable.

        Raises what the unit raises (nothing of it is kept), or StorageError when the commit fails. A caller that is cancelled while it waits
        does not undo its unit.
        """
        return await self._hand(self._threads.write, unit, arguments, named)

    async def take(self, unit: Callable[Concatenate[Work, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """`run`, for what comes in: a provider that waits for its 200 does not wait behind the turns of others."""
        return await self._hand(self._threads.take, unit, arguments, named)

    async def read(self, unit: Callable[Concatenate[Work, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Run a unit that only looks, on one state of the database, without waiting for who writes."""
        return await self._hand(self._threads.read, unit, arguments, named)

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        """Call `hear` on the loop thread for every wake-up, ours and other processes'. Returns what ends it."""
        return self._post.subscribe(hear)

    async def close(self) -> None:
        """Finish what was asked, then leave the database. A second call does nothing."""
        if self._open:
            self._open = False
            await self._threads.close()
            if self._lock is not None:
                self._lock.release()

    async def _hand(self, put: Callable[[Job], None], unit: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        if not self._open:
            raise StorageError("the database is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        put(Job(unit, arguments, named, future))
        return await future


async def open_storage(settings: Settings, clock: Clock, *, migrate: bool = True, alone: bool = False) -> Storage:
    """Open the database named by the settings. `migrate` allows the schema of a SQLite file or of an empty database to be brought up.

    `alone` takes the lock of a SQLite file (`run` and `demo`; other commands write beside). Raises SettingsError, AlreadyRunning, SchemaTooNew,
    Undecipherable, StorageError.
    """
    url = locate(settings.database_url.get_secret_value())
    listen_url = locate(settings.database_listen_url.get_secret_value()) if settings.database_listen_url else url
    lock = FileLock(sqlite_path(url)) if alone and url.drivername == "sqlite" else None
    try:
        keyring = await asyncio.to_thread(_made_ready, url, settings, clock.elapsed(), migrate=migrate)
        return Storage(url, clock, keyring, lock, listen_url)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


async def migrate(settings: Settings) -> str:
    """Bring the schema up to this release, whoever is running; the schema reached. Raises SettingsError, SchemaTooNew."""
    return await asyncio.to_thread(upgrade, settings.database_url.get_secret_value())


def _made_ready(url: URL, settings: Settings, elapsed: float, *, migrate: bool) -> Keyring:
    """The keys of a database whose schema is as it should be; over one connection, for each costs PostgreSQL a process."""
    with closing(connect(url)) as raw:
        brought_up(raw, url, allowed=migrate)
        wrapper = wrapper_of(settings)
        with transaction(raw):
            if url.drivername != "sqlite":
                raw.execute("LOCK TABLE secret IN EXCLUSIVE MODE")
            unlock(raw, url.drivername, wrapper, elapsed)
            found = list(rows(raw, url.drivername))
    return Keyring(wrapper, url.drivername, lambda: _read_keys(url), found, elapsed)


def _read_keys(url: URL) -> Iterable[Row]:
    with closing(connect(url)) as raw:
        return list(rows(raw, url.drivername))
