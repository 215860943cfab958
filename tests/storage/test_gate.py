"""Several processes write to one SQLite file, each in its turn; one that dies or stops holds nobody back."""

import os
from contextlib import AsyncExitStack, closing
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from bot.errors import StorageError
from bot.settings import Settings
from storage.connections import locate, open_sqlite, sqlite_path, transaction
from storage.engine import Storage, Work, open_storage
from storage.gate import Gate
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.storage.neighbour import neighbour
from tests.storage.test_units import add, kinds

MOST_BETWEEN = 10
"""Commits of each other process between asking and having. In order it is one or two: the rest is how long a busy machine takes to ask."""
ROUNDS, PATIENT = 20, 60.0
SOON = 5.0
"""Seconds; the gate is passed by after one, the file is given up after ten."""


@pytest.fixture
def database(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    return sqlite_template.create(tmp_path)


@pytest.fixture
def file(database: str) -> Path:
    return sqlite_path(locate(database))


def theirs(work: Work) -> int:
    return kinds(work).count("neighbour")


def add_among(work: Work) -> int:
    add(work, "ours")
    return theirs(work)


@pytest.mark.parametrize("others", [1, 2])
async def test_who_writes_without_pause_holds_nobody_out(storage: Storage, file: Path, others: int) -> None:
    async with AsyncExitStack() as running:
        for _ in range(others):
            await running.enter_async_context(neighbour("write", file))
        most, seen, began = others * MOST_BETWEEN, 0, monotonic()
        for rounds in count(1):
            before = await storage.read(theirs)
            seen = await storage.run(add_among)
            assert seen - before <= most
            if rounds >= ROUNDS and seen >= others * ROUNDS:
                break
            assert monotonic() - began < PATIENT, "and nobody holds them out"


async def test_a_process_starts_beside_one_that_writes_without_pause(settings: Settings, file: Path, clock: TestClock) -> None:
    async with neighbour("write", file):
        for _ in range(3):
            beside = await open_storage(settings, clock)
            await beside.run(add, "ours")
            await beside.close()


@pytest.mark.crash
@pytest.mark.parametrize("holding", ["gate", "transaction"])
async def test_a_dead_process_holds_nobody_back(storage: Storage, file: Path, holding: str) -> None:
    async with neighbour(holding, file) as process:
        process.kill()
        await process.wait()
        began = monotonic()
        await storage.run(add, "ours")
        assert monotonic() - began < SOON
    assert await storage.read(kinds) == ["ours"]


async def test_one_that_stopped_in_the_gate_is_passed_by(storage: Storage, file: Path) -> None:
    async with neighbour("gate", file):
        began = monotonic()
        await storage.run(add, "ours")
        assert monotonic() - began < SOON


async def test_readers_need_no_gate(storage: Storage, file: Path) -> None:
    async with neighbour("gate", file), neighbour("transaction", file):
        began = monotonic()
        assert await storage.read(kinds) == []
        assert monotonic() - began < SOON


def test_a_file_that_stays_busy_is_said_in_words(file: Path) -> None:
    with closing(open_sqlite(file, writes=True)) as one, closing(open_sqlite(file, writes=True)) as two, transaction(one):
        two.look_often()
        two.looks = 3
        with pytest.raises(StorageError, match="another process has been writing"):
            two.begin()


def test_a_file_that_is_free_again_is_had(file: Path) -> None:
    """And the gate is left open by who gave up."""
    with closing(open_sqlite(file, writes=True)) as one, closing(open_sqlite(file, writes=True)) as two:
        two.look_often()
        two.looks = 3
        with transaction(one), pytest.raises(StorageError):
            two.begin()
        with transaction(one):
            pass
        with transaction(two):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_command_run_as_root_leaves_the_gate_to_the_service(file: Path) -> None:
    os.chown(file, 1234, 1234)
    with closing(Gate(file)):
        found = file.with_name("palier.db.gate").stat()
        assert (found.st_uid, found.st_gid) == (1234, 1234)


@pytest.mark.parametrize("url", ["sqlite:////proc/nowhere/palier.db", f"sqlite:///{Path(__file__).parent}", f"sqlite:///{__file__}"])
async def test_a_file_that_is_no_database_is_said_in_words(url: str, clock: TestClock) -> None:
    with pytest.raises(StorageError, match="cannot be used as a database"):
        await open_storage(settings_for(url), clock)


@pytest.mark.postgres
async def test_a_server_that_is_not_there_is_said_in_words(clock: TestClock) -> None:
    with pytest.raises(StorageError, match=r"cannot be reached at postgresql://nobody@127\.0\.0\.1:1/x: .*refused") as found:
        await open_storage(settings_for("postgresql://nobody:a-password@127.0.0.1:1/x"), clock)
    assert "a-password" not in str(found.value)
