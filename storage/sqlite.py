"""SQLite: one thread owns the only writing connection; a few read-only connections serve who only looks."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from sqlalchemy import Connection
from typing_extensions import override

from bot.clock import Clock
from bot.errors import StorageError
from storage.alchemy import seen
from storage.bulk import Bulk, Row
from storage.connections import SqliteConnection, open_sqlite
from storage.crew import Crew
from storage.keys import Keyring
from storage.post import Job, Outcome, Post
from storage.statements import Statement
from storage.work import NOTHING, DriverCursor, Wake, Work

log = logging.getLogger(__name__)
BATCH = 256
"""Units in one commit at most. A commit ends as soon as none waits; a low limit only makes the disk flush more often where it is slow."""
BATCH_SECONDS = 0.25
"""And at most as long, but for its last unit: another process that writes to this file waits for a whole commit."""
READERS = 3
IDLE_SECONDS = 2.0
Queue = SimpleQueue[Job | None]


class SqliteWork(Work):
    """A unit on a SQLite connection."""

    __slots__ = ("_cursors", "_desk")
    dialect = "sqlite"

    def __init__(self, desk: "Desk", keyring: Keyring, clock: Clock) -> None:
        super().__init__(keyring.vault, keyring.holder, clock.now(), clock.elapsed(), clock.skew)
        self._desk = desk
        self._cursors: list[sqlite3.Cursor] = []

    @override
    def execute(self, statement: Statement, values: Mapping[str, object] = NOTHING) -> DriverCursor:
        text = statement.sqlite
        if self._session is not None:
            self._session.flush()
        cursor = self._desk.raw.execute(text.sql, text.values(values))
        if text.asks:
            self._cursors.append(cursor)
        return cursor

    @override
    def execute_many(self, change: Bulk, rows: Sequence[Row]) -> None:
        self.flush()
        for sql, runs in change.by_many(rows):
            self._desk.raw.executemany(sql, runs)

    @override
    def drop(self) -> None:
        super().drop()
        for cursor in self._cursors:  # a row left unread would hold the savepoint open
            cursor.close()

    @override
    def _bind(self) -> Connection:
        return self._desk.bind()


class Desk:
    """One thread's connection, seen by the driver and, once somebody asks for a session, by SQLAlchemy."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        self.raw = open_sqlite(path, writes=writes)
        if writes:
            self.raw.look_often()
        self._bound: Connection | None = None

    def bind(self) -> Connection:
        if self._bound is None:
            self._bound = seen(self.raw)
        return self._bound

    def close(self) -> None:
        self.raw.close()


class Lost(StorageError):
    """SQLite gave up the whole transaction: nothing of this commit was kept."""


class Sqlite:
    """The threads of one SQLite file. Everything but `close` returns at once; what comes of a job goes through the post."""

    def __init__(self, path: Path, keyring: Keyring, clock: Clock, post: Post) -> None:
        self._path, self._keyring, self._clock, self._post = path, keyring, clock, post
        self._writes: Queue = SimpleQueue()
        self._writer = Thread(target=self._guard, args=(self._write_all, self._jobs), name="palier-writer", daemon=True)
        self._readers = Crew("palier-reader", READERS, lambda: self._guard(self._read_all, self._readers.jobs))
        self._unsaved = False

    def start(self) -> None:
        self._writer.start()

    def write(self, job: Job) -> None:
        self._writes.put(job)

    def take(self, job: Job) -> None:
        """With the rest: all that waits shares a commit, which is short."""
        self._writes.put(job)

    def read(self, job: Job) -> None:
        self._readers.put(job)

    async def close(self) -> None:
        """Do what was asked before, then end the threads: the writer last, as only its connection moves the log into the file when it closes."""
        await self._readers.close()
        self._writes.put(None)
        await asyncio.to_thread(self._writer.join)

    def _jobs(self) -> Iterator[Job]:
        return iter(self._writes.get, None)

    def _guard(self, loop: Callable[[], None], jobs: Callable[[], Iterator[Job]]) -> None:
        """A thread that cannot open its file still answers those who wait for it."""
        try:
            loop()
        except BaseException as fault:
            log.exception("a database thread ended", extra={"action": "storage_thread_ended"})
            said = str(fault) if isinstance(fault, StorageError) else f"the database cannot be used: {type(fault).__name__}"
            for job in jobs():
                self._post.deliver([Outcome(job, fault=StorageError(said))], ())

    def _write_all(self) -> None:
        while not self._write_until_broken():
            log.error("the writing connection broke; another is opened", extra={"action": "storage_reopened"})

    def _write_until_broken(self) -> bool:
        """Write on one connection; True when there is nothing more to write, False when the connection cannot be used any more."""
        desk = Desk(self._path, writes=True)
        try:
            while (job := self._next(desk)) is not None:
                if not self._batch(desk, job):
                    return False
            return True
        finally:
            desk.close()

    def _next(self, desk: Desk) -> Job | None:
        """The next job. While none comes, what was committed is moved from the log into the file."""
        if self._unsaved:
            try:
                return self._writes.get(timeout=IDLE_SECONDS)
            except Empty:
                self._unsaved = False
                with suppress(sqlite3.Error):
                    desk.raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return self._writes.get()

    def _batch(self, desk: Desk, first: Job) -> bool:
        """Run a unit and those that wait behind it in one commit, a savepoint each; tell their callers after it.

        False when the connection would not even go back to where it was: whoever waited is told so all the same.
        """
        usable = True
        taken: list[Job] = []
        outcomes: list[Outcome] = []
        wakes: dict[tuple[Wake, int], None] = {}
        job: Job | None = first
        try:
            desk.raw.begin()
            began = self._clock.elapsed()
            self._keyring.keep_fresh(desk.raw, began)
            while job is not None:
                taken.append(job)
                outcomes.append(self._one(desk, job, wakes))
                full = len(taken) >= BATCH or self._clock.elapsed() - began >= BATCH_SECONDS
                job = None if full else self._waiting()
            desk.raw.execute("COMMIT")
        except BaseException as fault:
            usable = _undone(desk.raw)
            wakes = {}
            outcomes = [Outcome(each, fault=failed(fault)) for each in taken or [first]]
        self._unsaved = True
        self._post.deliver(outcomes, wakes)
        return usable

    def _waiting(self) -> Job | None:
        try:
            job = self._writes.get_nowait()
        except Empty:
            return None
        if job is None:
            self._writes.put(None)  # the end comes after this commit
        return job

    def _one(self, desk: Desk, job: Job, wakes: dict[tuple[Wake, int], None]) -> Outcome:
        """Run one unit in its savepoint. Raises Lost when SQLite has dropped the transaction itself (a full disk, for one)."""
        if job.future.cancelled():
            return Outcome(job)
        work = SqliteWork(desk, self._keyring, self._clock)
        desk.raw.execute("SAVEPOINT unit")
        try:
            value = job.run(work)
            work.flush()
            work.drop()
            desk.raw.execute("RELEASE unit")
        except BaseException as fault:
            work.drop()
            if not desk.raw.in_transaction:
                raise Lost from fault
            desk.raw.execute("ROLLBACK TO unit")
            desk.raw.execute("RELEASE unit")
            return Outcome(job, fault=fault)
        wakes.update(dict.fromkeys(work.wakes))
        return Outcome(job, value)

    def _read_all(self) -> None:
        desk = Desk(self._path, writes=False)
        try:
            for job in self._readers.jobs():
                outcome = self._look(desk, job)
                self._readers.done()
                self._post.deliver([outcome], ())
        finally:
            desk.close()

    def _look(self, desk: Desk, job: Job) -> Outcome:
        """Run one unit on what was committed when it began."""
        work = SqliteWork(desk, self._keyring, self._clock)
        try:
            desk.raw.execute("BEGIN")
            return Outcome(job, job.run(work))
        except BaseException as fault:
            return Outcome(job, fault=fault)
        finally:
            work.drop()
            undo(desk.raw)


def undo(raw: SqliteConnection) -> None:
    """End a transaction without keeping it."""
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def failed(fault: BaseException) -> StorageError:
    """What the callers of a failed commit hear: an exception of their own each, as a traceback grows where it is raised."""
    said = str(fault) if isinstance(fault, StorageError) else f"{type(fault).__name__}: {fault}"
    error = StorageError(f"the commit failed: {said}")
    error.__cause__ = fault
    return error


def _undone(raw: SqliteConnection) -> bool:
    """Whether the transaction could be given up."""
    try:
        undo(raw)
    except sqlite3.Error:
        return False
    return not raw.in_transaction
