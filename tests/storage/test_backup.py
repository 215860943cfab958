"""A backup is whole, says nothing without the secret, and comes back on either engine."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning, SchemaTooNew, StorageError
from bot.settings import Settings
from storage import schema
from storage.backup import backup, restore
from storage.engine import Storage, open_storage
from storage.erasure import erase
from tests.clock import TestClock
from tests.conftest import ENGINES, settings_for
from tests.databases import PostgresServer
from tests.storage.filling import fill, ids, read_everything


@pytest.fixture(params=ENGINES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Another database, with nothing in it, on each engine."""
    if request.param == "sqlite":
        return settings_for(f"sqlite:///{tmp_path / 'elsewhere' / 'palier.db'}").model_copy(update={"erasure_ledger": tmp_path / "ledger"})
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create(empty=True)
    request.addfinalizer(lambda: server.drop(url))  # noqa: PT021 - only on this engine
    return settings_for(url).model_copy(update={"erasure_ledger": tmp_path / "ledger"})


async def test_a_backup_comes_back_anywhere(storage: Storage, settings: Settings, elsewhere: Settings, clock: TestClock, tmp_path: Path) -> None:
    for who in ("Zoé", "Adam"):
        await storage.run(fill, who)
    file = tmp_path / "copies" / "palier.backup"
    await backup(settings, file)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    before = await storage.read(read_everything), await storage.read(ids)
    assert await restore(elsewhere, file) == 0
    back = await open_storage(elsewhere, clock)
    assert (await back.read(read_everything), await back.read(ids)) == before
    added = await back.run(fill, "Lou")
    assert all(added[name] > max(old) for name, old in before[1].items())
    await back.close()


async def test_a_backup_is_one_state_though_the_service_writes(storage: Storage, settings: Settings, tmp_path: Path) -> None:
    stop = asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            await storage.run(fill, f"person {number}")
            number += 1

    writing = asyncio.create_task(write())
    await storage.run(fill, "first")
    file = tmp_path / "palier.backup"
    await backup(settings, file)
    stop.set()
    await writing
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("PRAGMA foreign_key_check").fetchone() is None
        counts = {copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in await storage.read(ids)}  # noqa: S608
    assert len(counts) == 1
    assert counts != {0}


async def test_who_was_erased_since_does_not_come_back(storage: Storage, settings: Settings, clock: TestClock, tmp_path: Path) -> None:
    zoe, adam = await storage.run(fill, "Zoé"), await storage.run(fill, "Adam")
    file, ledger = tmp_path / "palier.backup", tmp_path / "ledger"
    await backup(settings, file)
    await erase(storage, ledger, zoe["person"])
    await storage.close()
    assert await restore(settings.model_copy(update={"erasure_ledger": ledger}), file, replace=True) == 1
    back = await open_storage(settings, clock)
    assert (await back.read(ids))["person"] == [adam["person"]]
    await back.close()


async def test_a_database_that_holds_something_is_not_replaced(storage: Storage, settings: Settings, tmp_path: Path) -> None:
    await storage.run(fill, "Zoé")
    file = tmp_path / "palier.backup"
    await backup(settings, file)
    await storage.close()
    with pytest.raises(StorageError, match="holds something"):
        await restore(settings, file)


async def test_a_running_service_is_not_restored_under(settings: Settings, clock: TestClock, tmp_path: Path) -> None:
    storage = await open_storage(settings, clock, alone=True)
    try:
        await storage.run(fill, "Zoé")
        file = tmp_path / "palier.backup"
        await backup(settings, file)
        with pytest.raises(AlreadyRunning):
            await restore(settings, file, replace=True)
        assert len((await storage.read(ids))["person"]) == 1
    finally:
        await storage.close()


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"SQLite format 3\0" + b"x" * 4096])
async def test_what_is_not_a_backup_is_refused(settings: Settings, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "palier.backup"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StorageError, match=r"palier\.backup"):
        await restore(settings, file, replace=True)


async def test_a_backup_of_a_newer_release_is_refused(storage: Storage, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "palier.backup"
    await backup(settings, file)
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    await storage.close()
    with pytest.raises(SchemaTooNew):
        await restore(settings, file, replace=True)
    assert schema.newest() < "9999"


async def test_an_empty_database_has_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nothing to back up"):
        await backup(settings_for(f"sqlite:///{tmp_path / 'new.db'}"), tmp_path / "palier.backup")
    assert not (tmp_path / "palier.backup").exists()
