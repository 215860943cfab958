"""PostgreSQL: a small pool of threads with a connection each, one connection that tells other processes, and a direct one that listens.

A unit is a plain function, so it may be run again, twice at most: when PostgreSQL asks for it (serialization, deadlock) and when its connection
turns out to be dead before COMMIT was said. After that nobody can know, and the caller is told so.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from bot.clock import Clock
from bot.errors import StorageError
from storage.alchemy import seen
from storage.bulk import Bulk, Row
from storage.connections import conninfo
from storage.crew import Crew
from storage.keys import Keyring
from storage.post import Job, Outcome, Post
from storage.postgres_connection import PostgresConnection, open_postgres
from storage.postgres_wire import Asked, Rows, Wire
from storage.statements import Statement
from storage.work import NOTHING, DriverCursor, Wake, Work

log = logging.getLogger(__name__)
THREADS = 6
"""Units side by side: most of their time they wait for the server's answer or for its disk. More of them only stand in one another's way, and in
that of the loop: one thread of a process computes at a time, and each that comes back from the server asks for its turn."""
TAKERS = 4
"""Threads of their own for what comes in: one takes about a hundred a second."""
COURTESY_SECONDS = 0.005
"""How long a unit lets what comes in pass before it, at most: a provider waits for its 200. Were it longer, turns would stand still under load."""
READERS = 2
CHANNEL = "palier"
LONGEST_NOTICE = 7900
PATIENCE = (0.05, 0.1, 0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 3.0)
"""Seconds between tries to reach a server that restarts, before a caller is told."""
AGAIN = (0.02, 0.1)
"""Seconds between the tries of a unit that met another: long enough for the other to end first."""
RELISTEN_SECONDS = 1.0
NOTIFY = f"SELECT pg_notify('{CHANNEL}', %(notice)s)"
LOOKING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


LATER = Rows()
"""What a statement that brings no rows back returns before it is sent."""


class PostgresWork(Work):
    """A unit on a PostgreSQL connection.

    What brings no rows back waits for the next statement that does, or for COMMIT, and travels with it: a round trip costs more than a
    statement. Its failure is the unit's, told there.
    """

    __slots__ = ("_desk", "_wire", "_writes")
    dialect = "postgresql"

    def __init__(self, desk: "Desk", keyring: Keyring, clock: Clock, begin: str = "BEGIN") -> None:
        super().__init__(keyring.vault, keyring.holder, clock.now(), clock.elapsed(), clock.skew)
        self._desk = desk
        self._wire = desk.wire  # to the end of this unit: a connection lost in its middle is not opened again under it
        self._writes: list[Asked] = [(begin, NOTHING)]

    @override
    def execute(self, statement: Statement, values: Mapping[str, object] = NOTHING) -> DriverCursor:
        if self._session is not None:
            self._session.flush()
        text = statement.postgresql
        self._writes.append((text.sql, text.values(values)))
        return self._send() if text.asks or self._session is not None else LATER

    @override
    def execute_many(self, change: Bulk, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.flush()
        self._writes.append((change.postgresql, change.lists(rows)))
        if self._session is not None:
            self._send()

    def settle(self) -> None:
        """Send what waits."""
        if self._writes:
            self._send()

    def end(self) -> None:
        """Send what waits and COMMIT."""
        self._writes.append(("COMMIT", NOTHING))
        self._send()

    def _send(self) -> Rows:
        """One round trip for all that waits; what the last of it brought."""
        writes, self._writes = self._writes, []
        return self._wire.send(writes)

    @override
    def _bind(self) -> Connection:
        self.settle()
        return self._desk.bind()


class Desk:
    """One thread's connection, opened when needed and again after a restart of the server."""

    def __init__(self, url: URL, closing: Event) -> None:
        self._url, self._closing = url, closing
        self._raw: PostgresConnection | None = None
        self._wire: Wire | None = None
        self._bound: Connection | None = None

    @property
    def raw(self) -> PostgresConnection:
        if self._raw is None or self._raw.closed:
            self.close()
            self._raw = self._open()
        return self._raw

    @property
    def wire(self) -> Wire:
        """The road's way over this connection."""
        raw = self.raw
        if self._wire is None or self._wire.raw is not raw:
            self._wire = Wire(raw)
        return self._wire

    def check(self) -> None:
        """Leave a connection that the server has closed, before a unit that only writes sends its COMMIT along with all the rest."""
        if self._raw is not None:
            try:
                self._raw.pgconn.consume_input()  # the server's last words
                self._raw.pgconn.consume_input()  # and the end of the line after them
            except psycopg.OperationalError:
                self.close()

    def bind(self) -> Connection:
        if self._bound is None:
            self._bound = seen(self.raw)
        return self._bound

    def undo(self) -> None:
        """End a transaction without keeping it; a connection that cannot even do that is left."""
        try:
            if self._raw is not None and self._raw.pgconn.transaction_status != TransactionStatus.IDLE:
                self._raw.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        if self._bound is not None:
            self._bound.invalidate()
            self._bound = None
        if self._raw is not None:
            self._raw.close()
            self._raw = self._wire = None

    def _open(self) -> PostgresConnection:
        """Raises StorageError where the server cannot be reached for as long as we are patient, or we are closing."""
        for seconds in PATIENCE:
            try:
                return open_postgres(self._url)
            except psycopg.OperationalError as fault:
                last = fault
            if self._closing.wait(seconds):
                break
        raise StorageError("the database cannot be reached") from last


class Postgres:
    """The threads of one PostgreSQL database, and its listener."""

    def __init__(self, url: URL, listen_url: URL, keyring: Keyring, clock: Clock, post: Post) -> None:
        self._url, self._listen_url, self._keyring, self._clock, self._post = url, listen_url, keyring, clock, post
        self._writers = Crew("palier-writer", THREADS, self._write_all)
        self._takers = Crew("palier-taker", TAKERS, self._take_all)
        self._readers = Crew("palier-reader", READERS, self._read_all)
        self._cries: SimpleQueue[Sequence[tuple[Wake, int]] | None] = SimpleQueue()
        self._closing = Event()
        self._crier = Thread(target=self._cry_all, name="palier-crier", daemon=True)
        self._listener: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._crier.start()
        self._listener = asyncio.create_task(self._listen(), name="palier-listener")

    def write(self, job: Job) -> None:
        self._writers.put(job)

    def take(self, job: Job) -> None:
        self._takers.put(job)

    def read(self, job: Job) -> None:
        self._readers.put(job)

    async def close(self) -> None:
        """Do what was asked before, then end the threads."""
        self._closing.set()
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        await self._takers.close()
        await self._writers.close()
        await self._readers.close()
        self._cries.put(None)
        await asyncio.to_thread(self._crier.join)

    def _write_all(self) -> None:
        self._do_all(self._writers, after=self._takers)

    def _take_all(self) -> None:
        self._do_all(self._takers)

    def _do_all(self, crew: Crew, after: Crew | None = None) -> None:
        desk = Desk(self._url, self._closing)
        for job in crew.jobs():
            if after is not None:
                after.pass_first(COURTESY_SECONDS)
            wakes: list[tuple[Wake, int]] = []
            outcome = self._go(desk, job, wakes)
            crew.done()
            self._post.deliver([outcome], wakes)
            if wakes:
                self._cries.put(wakes)
        desk.close()

    def _cry_all(self) -> None:
        """Tell other processes what was committed, in one notice for all that waits; what cannot be told costs them one sweep.

        Not inside the transactions: PostgreSQL lets those that notify commit only one after the other, each with a flush of its own.
        """
        desk = Desk(self._url, self._closing)
        while wakes := self._wakes():
            try:
                desk.check()
                for notice in notices(self._keyring.holder, wakes):
                    desk.raw.execute(NOTIFY, {"notice": notice}, prepare=True)
            except (psycopg.Error, StorageError) as fault:
                log.warning("other processes were not told", extra={"action": "notify_lost", "fault": type(fault).__name__})
        desk.close()

    def _wakes(self) -> dict[tuple[Wake, int], None]:
        """All that waits to be told, once something does; empty at the end."""
        wakes: dict[tuple[Wake, int], None] = {}
        while not wakes or not self._cries.empty():
            more = self._cries.get()
            if more is None:
                self._cries.put(None)  # the end comes after what is told now
                break
            wakes |= dict.fromkeys(more)
        return wakes

    def _read_all(self) -> None:
        desk = Desk(self._url, self._closing)
        for job in self._readers.jobs():
            outcome = self._look(desk, job)
            self._readers.done()
            self._post.deliver([outcome], ())
        desk.close()

    def _go(self, desk: Desk, job: Job, wakes: list[tuple[Wake, int]]) -> Outcome:
        """Run a unit in its own transaction, again where nothing was done and doing it again may work."""
        if job.future.cancelled():
            return Outcome(job)
        for pause in AGAIN:
            try:
                return self._once(desk, job, wakes)
            except BaseException as fault:
                if not _worth_another(fault):
                    return Outcome(job, fault=fault)
            self._closing.wait(pause)
        try:
            return self._once(desk, job, wakes)
        except BaseException as fault:
            return Outcome(job, fault=fault)

    def _once(self, desk: Desk, job: Job, wakes: list[tuple[Wake, int]]) -> Outcome:
        desk.check()
        raw = desk.raw
        work = PostgresWork(desk, self._keyring, self._clock)
        try:
            if not self._keyring.fresh(work.elapsed):
                work.settle()
                self._keyring.keep_fresh(raw, work.elapsed)
            value = job.run(work)
            work.flush()
            work.drop()
            if raw.pgconn.transaction_status == TransactionStatus.INERROR:
                raise StorageError("a unit of work went on after a statement of its own had failed: nothing of it is kept")
        except BaseException:
            with suppress(psycopg.Error, DBAPIError):
                work.drop()
            desk.undo()
            raise
        self._commit(desk, work)
        wakes.extend(dict.fromkeys(work.wakes))
        return Outcome(job, value)

    def _commit(self, desk: Desk, work: PostgresWork) -> None:
        """Say COMMIT, in the round trip of the last writes."""
        try:
            work.end()
        except (SerializationFailure, DeadlockDetected, psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError):
            desk.undo()  # the server refused a statement, so it committed nothing
            raise
        except BaseException as fault:
            desk.undo()
            error = StorageError(f"the commit failed, or its answer was lost: {type(fault).__name__}: {fault}")
            raise error from None

    def _look(self, desk: Desk, job: Job) -> Outcome:
        """Run one unit on what was committed when it began."""
        for last in (False, True):
            work: PostgresWork | None = None
            try:
                work = PostgresWork(desk, self._keyring, self._clock, LOOKING)
                return Outcome(job, job.run(work))
            except BaseException as fault:
                if last or not _worth_another(fault):
                    return Outcome(job, fault=fault)
            finally:
                if work is not None:
                    with suppress(psycopg.Error, DBAPIError):
                        work.drop()
                desk.undo()
        raise AssertionError

    async def _listen(self) -> None:
        """Hear other processes until cancelled. A notice lost while reconnecting costs one sweep."""
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as fault:
                log.warning("not listening for other processes", extra={"action": "listen_lost", "fault": type(fault).__name__})
            await asyncio.sleep(RELISTEN_SECONDS)

    async def _listen_once(self) -> None:
        connection = await psycopg.AsyncConnection.connect(conninfo(self._listen_url), autocommit=True, application_name="palier listener")
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            async for notice in connection.notifies():
                self._post.hear(heard(self._keyring.holder, notice.payload))


def notices(holder: str, wakes: Iterable[tuple[Wake, int]]) -> list[str]:
    """What is said to other processes: who speaks, then a letter and an id each. More than one only where it would be too long."""
    lines: list[str] = []
    line = ""
    for word in dict.fromkeys(f" {wake}{id}" for wake, id in wakes):
        if line and len(line) + len(word) > LONGEST_NOTICE:
            lines.append(holder + line)
            line = ""
        line += word
    return [*lines, holder + line] if line else lines


def heard(holder: str, notice: str) -> list[tuple[Wake, int]]:
    """The wake-ups of a notice; none of our own, which we have heard already, and none that we do not understand."""
    speaker, *words = notice.split(" ")
    known = set(Wake)
    return [(Wake(word[0]), int(word[1:])) for word in words if speaker != holder and word[:1] in known and word[1:].isdecimal() and word.isascii()]


def _worth_another(fault: BaseException) -> bool:
    """True when nothing was done and doing it again may work."""
    if isinstance(fault, DBAPIError):
        return fault.connection_invalidated or (isinstance(fault.orig, BaseException) and _worth_another(fault.orig))
    if isinstance(fault, SerializationFailure | DeadlockDetected):
        return True
    return isinstance(fault, psycopg.OperationalError) and fault.sqlstate in {None, "57P01", "57P02", "57P03"}
