"""What is particular to PostgreSQL: units side by side, connections that die, other processes that hear."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Barrier, Event

import psycopg
import pytest
from psycopg.errors import SerializationFailure
from sqlalchemy import bindparam, insert, update

from bot.errors import StorageError
from bot.settings import Settings
from storage import settings_store, tables
from storage.connections import conninfo, locate
from storage.engine import Storage, Wake, Work, open_storage, statement, table
from storage.postgres import LONGEST_NOTICE, TAKERS, THREADS, heard, notices
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import PostgresServer
from tests.storage.test_units import add, kinds
from tests.waiting import until

pytestmark = pytest.mark.postgres
SETTING = table(tables.Setting)
MAKE = statement(insert(SETTING).values(name=bindparam("which"), value=bindparam("value")))
CHANGE = statement(update(SETTING).where(SETTING.c.name == bindparam("which")).values(value=bindparam("value")))
OURS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

CONNECTIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'palier'"


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)


def cut(url: str) -> None:
    """End every connection to the database but this one, as a restart of the server does."""
    with psycopg.connect(conninfo(locate(url)), autocommit=True) as another:
        another.execute(OURS)


def runs(work: Work, seen: list[int], kind: str = "once") -> int:
    """A unit that counts how often it is run."""
    seen.append(1)
    return add(work, kind)


async def test_opening_and_closing_costs_the_server_two_processes(
    settings: Settings, clock: TestClock, database: str, postgres: PostgresServer
) -> None:
    """One connection sees to the schema and the keys, one listens."""
    name = locate(database).database
    told = f"SELECT sessions, (SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}') FROM pg_stat_database WHERE datname = '{name}'"  # noqa: S608
    storage = await open_storage(settings, clock)
    await storage.close()
    with psycopg.connect(conninfo(locate(postgres.url())), autocommit=True) as another:

        def counted() -> tuple[int, int]:
            found = another.execute(told.encode()).fetchone()
            assert found is not None
            return int(found[0]), int(found[1])

        await until(lambda: counted()[0] >= 1 and counted()[1] == 0, "the end of its processes")
        assert counted()[0] <= 2


async def test_units_run_side_by_side(storage: Storage) -> None:
    met = Barrier(3, timeout=20)

    def meet(work: Work) -> int:
        add(work, "x")
        return met.wait()

    assert sorted(await asyncio.gather(*(storage.run(meet) for _ in range(3)))) == [0, 1, 2]


async def test_what_comes_in_passes_before_the_turns_that_wait(storage: Storage) -> None:
    """As many units as there are threads are held up; what comes in is stored all the same, and what waits behind them after it."""
    let_go = Event()

    def holds(work: Work) -> None:
        assert let_go.wait(20)

    turns = [asyncio.create_task(storage.run(holds)) for _ in range(THREADS)]
    waits = asyncio.create_task(storage.run(add, "a turn"))
    await storage.take(add, "what comes in")
    assert await storage.read(kinds) == ["what comes in"]
    let_go.set()
    await asyncio.gather(waits, *turns)
    assert await storage.read(kinds) == ["what comes in", "a turn"]


async def test_what_comes_in_holds_nobody_up_for_long(storage: Storage) -> None:
    """Where those who bring it in are stuck themselves, turns go on."""
    let_go = Event()

    def stuck(work: Work) -> None:
        assert let_go.wait(20)

    comes = [asyncio.create_task(storage.take(stuck)) for _ in range(TAKERS)]
    await storage.run(add, "a turn")
    let_go.set()
    await asyncio.gather(*comes)


async def test_there_are_as_many_connections_as_units_at_once(storage: Storage, database: str) -> None:
    def connections() -> int:
        with psycopg.connect(conninfo(locate(database)), autocommit=True) as another:
            return len(another.execute(CONNECTIONS).fetchall())

    for _ in range(20):
        await storage.run(add, "one after the other")
    await until(lambda: connections() == 1, "the connections of the start are gone, and one is left")
    await asyncio.gather(*(storage.run(add, "together") for _ in range(50)))
    assert 1 < connections() <= THREADS
    assert len(await storage.read(kinds)) == 70


async def test_a_connection_found_dead_is_opened_again(storage: Storage, database: str) -> None:
    await storage.run(add, "before")
    await storage.read(kinds)
    cut(database)
    assert await storage.read(kinds) == ["before"]
    await asyncio.gather(*(storage.run(add, "after") for _ in range(8)))
    assert len(await storage.read(kinds)) == 9


async def test_a_unit_cut_before_its_commit_is_run_again(storage: Storage, database: str) -> None:
    seen: list[int] = []

    def is_cut(work: Work) -> int:
        runs(work, seen)
        if len(seen) == 1:
            cut(database)
        return add(work, "twice")

    assert await storage.run(is_cut)
    assert len(seen) == 2
    assert await storage.read(kinds) == ["once", "twice"]


async def test_a_commit_whose_answer_is_lost_is_said_and_not_tried_again(storage: Storage, database: str) -> None:
    seen: list[int] = []

    def is_cut_last(work: Work) -> None:
        runs(work, seen)
        cut(database)

    with pytest.raises(StorageError, match="answer was lost"):
        await storage.run(is_cut_last)
    assert len(seen) == 1
    assert await storage.read(kinds) == []


async def test_a_deadlock_is_tried_again(storage: Storage) -> None:
    def make(work: Work) -> None:
        for which in ("a", "b"):
            work.execute(MAKE, {"which": which, "value": "0"})

    met = Barrier(2, timeout=20)
    seen: list[int] = []

    def cross(work: Work, first: str, second: str) -> None:
        work.session.connection().exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")
        work.execute(CHANGE, {"which": first, "value": first})
        seen.append(1)
        if len(seen) <= 2:
            met.wait()
        work.execute(CHANGE, {"which": second, "value": first})

    await storage.run(make)
    await asyncio.gather(storage.run(cross, "a", "b"), storage.run(cross, "b", "a"))
    assert len(seen) >= 3


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_serialization_failure_is_tried_again_twice(storage: Storage, times: int) -> None:
    seen: list[int] = []

    def collide(work: Work) -> None:
        runs(work, seen)
        if len(seen) <= times:
            raise SerializationFailure

    with pytest.raises(SerializationFailure) if times > 2 else nullcontext():
        await storage.run(collide)
    assert len(seen) == min(times + 1, 3)
    assert await storage.read(kinds) == ["once"] * (times <= 2)


async def test_a_unit_that_hides_a_failed_statement_is_not_kept(storage: Storage) -> None:
    def hide(work: Work) -> None:
        add(work, "lost")
        with suppress(Exception):
            work.session.connection().exec_driver_sql("SELECT 1 / 0")

    with pytest.raises(StorageError, match="nothing of it is kept"):
        await storage.run(hide)
    assert await storage.read(kinds) == []


async def test_a_write_that_fails_late_fails_its_unit(storage: Storage) -> None:
    def twice(work: Work) -> None:
        add(work, "lost")
        for _ in range(2):
            work.execute(MAKE, {"which": "same", "value": "0"})

    with pytest.raises(psycopg.IntegrityError):
        await storage.run(twice)
    assert await storage.read(kinds) == []
    assert await storage.read(settings_store.get, "same") is None


async def hear(storage: Storage, other: Storage, wake: Wake, id: int) -> list[tuple[Wake, int]]:
    """What one process hears when another rings, once it listens: all of it up to the first of these rings that arrived."""
    got: list[tuple[Wake, int]] = []
    came = asyncio.Event()

    def listen(rung: Wake, of: int) -> None:
        got.append((rung, of))
        if (rung, of) == (wake, id):
            came.set()

    def ring(work: Work) -> None:
        work.notify(wake, id)

    stop = other.subscribe(listen)
    while not came.is_set():
        await storage.run(ring)
        with suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), 0.2)  # its listening connection may still be opening
    stop()
    return got


async def test_another_process_hears_and_ours_hears_once(storage: Storage, settings: Settings, clock: TestClock, database: str) -> None:
    other = await open_storage(settings, clock)
    ours: list[tuple[Wake, int]] = []
    try:
        assert (await hear(storage, other, Wake.SEND, 7))[0] == (Wake.SEND, 7)
        await hear(other, storage, Wake.TALK, 1)
        storage.subscribe(lambda wake, id: ours.append((wake, id)))

        def ring(work: Work) -> None:
            work.notify(Wake.TURN, 5)
            work.notify(Wake.TURN, 5)

        await storage.run(ring)
        assert (await hear(storage, other, Wake.TALK, 9))[-1] == (Wake.TALK, 9)
        await hear(other, storage, Wake.TALK, 2)
        assert ours.count((Wake.TURN, 5)) == 1
        cut(database)
        assert (await hear(storage, other, Wake.TURN, 8))[-1] == (Wake.TURN, 8)
    finally:
        await other.close()


async def test_a_server_that_restarts_is_waited_for(postgres: PostgresServer, clock: TestClock) -> None:
    server = PostgresServer(Path(f"{postgres.folder}-restarted"))
    try:
        storage = await open_storage(settings_for(server.create()), clock)
        await storage.run(add, "before")
        up = asyncio.create_task(asyncio.to_thread(server.restart))
        calls = [asyncio.create_task(storage.run(add, "during")) for _ in range(6)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        await up
        assert all(isinstance(result, int | StorageError) for result in results), results
        await storage.run(add, "after")
        said = await storage.read(kinds)
        assert (said[0], said[-1]) == ("before", "after")
        assert len(said) - 2 >= sum(isinstance(result, int) for result in results)
        await storage.close()
    finally:
        server.close()


def test_notices_are_one_line_cut_where_it_would_be_too_long() -> None:
    assert notices("me", []) == []
    assert notices("me", [(Wake.TURN, 1), (Wake.SEND, 2), (Wake.TURN, 1)]) == ["me t1 s2"]
    many = [(Wake.TALK, 10**15 + number) for number in range(1000)]
    lines = notices("me", many)
    assert len(lines) == 3
    assert all(len(line) <= LONGEST_NOTICE + 20 for line in lines)
    assert [wake for line in lines for wake in heard("you", line)] == many


def test_notices_of_our_own_or_not_understood_say_nothing() -> None:
    assert heard("me", "me t1") == []
    assert heard("me", "you t1 z3 t tt 9 s-1 s٣") == [(Wake.TURN, 1)]
