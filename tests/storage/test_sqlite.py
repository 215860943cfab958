"""What is particular to SQLite: one writer, shared commits, one process at a time on a file."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from bot.errors import AlreadyRunning, SettingsError, StorageError
from bot.settings import Settings
from storage.connections import FileLock, locate, sqlite_path
from storage.engine import Storage, Work, open_storage
from storage.tables import Thread
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.storage.test_units import add, add_and_fail, kinds

HOLDING = """
import sys
from pathlib import Path
from storage.connections import FileLock
lock = FileLock(Path(sys.argv[1]))
print("held", flush=True)
input()
"""


@pytest.fixture
def database(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    return sqlite_template.create(tmp_path)


@pytest.fixture
async def together(storage: Storage) -> AsyncIterator[Event]:
    """While this is not set, the writer is busy: what is asked for meanwhile waits together."""
    free = Event()
    held = asyncio.ensure_future(storage.run(lambda work: free.wait()))
    yield free
    free.set()
    await asyncio.gather(held, return_exceptions=True)


def ask(work: Work, question: str) -> object:
    return work.session.connection().exec_driver_sql(question).scalar()


def fails_at_commit(work: Work) -> None:
    """Refers to a person who does not exist, in a way that SQLite notices only at COMMIT."""
    work.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    work.session.add(Thread(token="x", person_id=404, opened_at=work.now))
    work.session.flush()


async def test_units_that_wait_together_share_one_commit_and_its_failure(storage: Storage, together: Event) -> None:
    calls = [asyncio.ensure_future(storage.run(unit)) for unit in (lambda work: add(work, "a"), fails_at_commit, lambda work: add(work, "b"))]
    await asyncio.sleep(0)
    together.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [StorageError] * 3, results
    assert len({id(result) for result in results}) == 3
    assert await storage.read(kinds) == []
    await storage.run(add, "after")
    assert await storage.read(kinds) == ["after"]


async def test_one_commit_carries_many_units_and_none_of_the_failed(storage: Storage, together: Event, database: str) -> None:
    before = commits(database)
    calls = [asyncio.ensure_future(storage.run(add_and_fail if number % 5 == 0 else add, f"{number}")) for number in range(40)]
    await asyncio.sleep(0)
    together.set()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len(await storage.read(kinds)) == 32
    assert commits(database) - before == 1


async def test_a_commit_does_not_grow_for_as_long_as_units_wait(storage: Storage, together: Event, database: str, clock: TestClock) -> None:
    """Another process waits for it."""

    def slow(work: Work) -> None:
        add(work, "slow")
        clock.turn_machine(0.1)

    before = commits(database)
    calls = [asyncio.ensure_future(storage.run(slow)) for _ in range(12)]
    await asyncio.sleep(0)
    together.set()
    await asyncio.gather(*calls)
    assert commits(database) - before == 4


async def test_done_is_said_after_the_commit(storage: Storage, database: str) -> None:
    await storage.run(add, "durable")
    with closing(sqlite3.connect(sqlite_path(locate(database)))) as another:
        assert another.execute("SELECT kind FROM event").fetchall() == [("durable",)]


async def test_readers_do_not_wait_for_the_writer(storage: Storage, together: Event) -> None:
    assert not together.is_set()
    assert await storage.read(kinds) == []


async def test_the_writer_is_durable_and_careful(storage: Storage) -> None:
    asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: await storage.run(ask, f"PRAGMA {name}") for name in asked} == asked


async def test_a_full_disk_is_said_to_who_asked_and_does_not_last(storage: Storage) -> None:
    pages = await storage.run(ask, "PRAGMA page_count")
    await storage.run(ask, f"PRAGMA max_page_count={pages}")
    big = "x" * 20_000
    results = await asyncio.gather(*(storage.run(add, big) for _ in range(20)), return_exceptions=True)
    assert any(isinstance(result, Exception) for result in results)
    assert len(await storage.read(kinds)) == sum(isinstance(result, int) for result in results)
    await storage.run(ask, "PRAGMA max_page_count=1000000")
    assert await storage.run(add, big)


async def test_other_commands_write_beside(storage: Storage, settings: Settings, clock: TestClock) -> None:
    beside = await open_storage(settings, clock)
    await asyncio.gather(*(each.run(add, "x") for each in (storage, beside) for _ in range(50)))
    await beside.close()
    assert len(await storage.read(kinds)) == 100


async def test_only_its_owner_reads_a_new_file(tmp_path: Path, clock: TestClock) -> None:
    file = tmp_path / "new" / "palier.db"
    storage = await open_storage(settings_for(f"sqlite:///{file}"), clock, alone=True)
    await storage.run(add, "x")
    assert {path.name: path.stat().st_mode & 0o077 for path in (file.parent, *file.parent.iterdir())} == {
        name: 0 for name in ("new", "palier.db", "palier.db-wal", "palier.db-shm", "palier.db.lock", "palier.db.gate")
    }
    await storage.close()


async def test_a_second_process_is_refused_by_name(settings: Settings, clock: TestClock) -> None:
    first = await open_storage(settings, clock, alone=True)
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        await open_storage(settings, clock, alone=True)
    await first.close()
    again = await open_storage(settings, clock, alone=True)
    await again.close()


@pytest.mark.crash
def test_the_lock_of_a_dead_process_holds_nobody_back(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path / "palier.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
            FileLock(tmp_path / "palier.db")
        process.send_signal(signal.SIGKILL)
    FileLock(tmp_path / "palier.db").release()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name", "not an address", ""])
def test_addresses_that_cannot_work_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PALIER_DATABASE_URL"):
        locate(url)


@pytest.mark.parametrize(("suffixed", "plain"), [("sqlite+aiosqlite", "sqlite"), ("postgresql+asyncpg", "postgresql"), ("postgres", "postgresql")])
def test_driver_suffixes_change_nothing(suffixed: str, plain: str) -> None:
    assert locate(f"{suffixed}:///here/palier.db") == locate(f"{plain}:///here/palier.db")


def commits(database: str) -> int:
    """How many commits the write-ahead log holds: a commit's last frame says how large the database is, the others say 0."""
    file = Path(f"{sqlite_path(locate(database))}-wal")
    log = file.read_bytes() if file.exists() else b""
    frame = 24 + 4096
    salt = log[16:24]
    heads = [log[at : at + 24] for at in range(32, len(log) - frame + 1, frame)]
    return sum(head[8:16] == salt and head[4:8] != bytes(4) for head in heads)
