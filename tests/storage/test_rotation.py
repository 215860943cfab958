"""Keys are renewed while the service runs; nothing is lost, whenever it is interrupted."""

import asyncio

import pytest
from sqlalchemy import select

from bot.errors import SettingsError, Undecipherable
from bot.settings import Settings
from storage import rotation, tables
from storage.engine import Storage, Work, open_storage, table
from storage.keys import FRESH_SECONDS
from tests.clock import TestClock
from tests.conftest import SECRET, settings_for
from tests.storage.filling import fill, first_bytes, read_everything

KEYS = table(tables.Secret)
PLACE = "message.content"


def keys(work: Work) -> list[tuple[str, int]]:
    return [(kind, number) for kind, number in work.session.execute(select(KEYS.c.kind, KEYS.c.number).order_by(KEYS.c.kind, KEYS.c.number))]


async def rotate(settings: Settings, clock: TestClock) -> list[str]:
    """Rotate to the end; what was said."""
    said: list[str] = []
    waiting = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("waiting"):
            waiting.set()

    running = asyncio.ensure_future(rotation.rotate(settings, clock, say))
    halted = asyncio.ensure_future(waiting.wait())
    await asyncio.wait((running, halted), return_when=asyncio.FIRST_COMPLETED)
    halted.cancel()
    clock.turn(rotation.GRACE_SECONDS)
    await running
    return said


async def test_everything_is_sealed_with_the_new_key(storage: Storage, settings: Settings, clock: TestClock) -> None:
    for number in range(rotation.BATCH + 3):
        await storage.run(fill, f"person {number}")
    before = await storage.read(read_everything)
    said = await rotate(settings, clock)
    assert said[-1].startswith("done")
    assert await storage.read(first_bytes) == {2}
    assert await storage.read(read_everything) == before
    assert await storage.read(keys) == [("data", 2), ("lookup", 1)]


async def test_a_running_service_opens_at_once_and_writes_within_a_minute(storage: Storage, settings: Settings, clock: TestClock) -> None:
    other = await open_storage(settings, clock)
    number = await rotation.begin(other)
    sealed = other.vault.seal(PLACE, "neuf")
    await other.close()
    assert number == other.vault.writing == sealed[0] == 2
    assert storage.vault.writing == 1
    assert storage.vault.open(PLACE, sealed) == "neuf"
    clock.turn(FRESH_SECONDS + 1)

    def writing(work: Work) -> int:
        return work.vault.writing

    assert await storage.run(writing) == 2


async def test_what_a_service_seals_meanwhile_is_sealed_again_before_the_old_key_goes(storage: Storage, settings: Settings, clock: TestClock) -> None:
    other = await open_storage(settings, clock)
    await rotation.begin(other)
    await other.run(fill, "early")
    await other.close()
    await storage.run(fill, "late")
    assert await storage.read(first_bytes) == {1, 2}
    await rotate(settings, clock)
    assert await storage.read(first_bytes) == {2}
    assert await storage.read(keys) == [("data", 2), ("lookup", 1)]


async def test_a_rotation_that_was_killed_goes_on(storage: Storage, settings: Settings, clock: TestClock) -> None:
    for number in range(5):
        await storage.run(fill, f"person {number}")
    await rotation.begin(storage)
    one_table = next(iter(rotation.sealed_tables()))
    await storage.run(rotation._seal_batch, one_table, 2, 0)
    await storage.run(fill, "new")
    assert await storage.read(first_bytes) == {1, 2}
    said = await rotate(settings, clock)
    assert said[0].startswith("data key 2")
    assert await storage.read(first_bytes) == {2}
    assert await storage.read(keys) == [("data", 2), ("lookup", 1)]


async def test_the_secret_may_be_changed_by_putting_the_new_one_first(storage: Storage, settings: Settings, clock: TestClock, database: str) -> None:
    await storage.run(fill, "Zoé")
    before = await storage.read(read_everything)
    await storage.close()
    new = "another secret of the tests, no better"
    for secrets in ((new, SECRET), (new,)):
        storage = await open_storage(settings_for(database, *secrets), clock)
        assert await storage.read(read_everything) == before
        await storage.close()
    with pytest.raises(Undecipherable, match="PALIER_SECRET_KEY"):
        await open_storage(settings, clock)


async def test_without_a_secret_nothing_opens(database: str, clock: TestClock) -> None:
    settings = settings_for(database).model_copy(update={"secret_key": ()})
    with pytest.raises(SettingsError, match="PALIER_SECRET_KEY"):
        await open_storage(settings, clock)
