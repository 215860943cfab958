"""Settings, the service's clock, and what only one process does at a time."""

from datetime import timedelta

from bot.settings import Settings
from storage import leases, settings_store
from storage.engine import Storage, Wake, open_storage
from tests.clock import TestClock

HOUR = timedelta(hours=1)


async def test_a_setting_is_kept_and_told(storage: Storage) -> None:
    heard: list[Wake] = []
    storage.subscribe(lambda wake, _: heard.append(wake))
    assert await storage.read(settings_store.get, "menu", ["default"]) == ["default"]
    for value in ({"a": [1, None, "é"]}, True):
        await storage.run(settings_store.put, "menu", value)
        assert await storage.read(settings_store.get, "menu") == value
    assert heard == [Wake.SETTING, Wake.SETTING]


async def test_the_service_clock_never_goes_back(storage: Storage) -> None:
    assert await storage.read(settings_store.clock_offset) is None
    assert await storage.run(settings_store.put_clock_offset, 3 * HOUR) == 3 * HOUR
    assert await storage.run(settings_store.put_clock_offset, HOUR) == 3 * HOUR
    assert await storage.read(settings_store.clock_offset) == 3 * HOUR


async def test_a_clock_turned_first_may_stand_behind(storage: Storage) -> None:
    for offset in (-3 * HOUR, -2 * HOUR, timedelta(), HOUR):
        assert await storage.run(settings_store.put_clock_offset, offset) == offset
        assert await storage.read(settings_store.clock_offset) == offset
    assert await storage.run(settings_store.put_clock_offset, -HOUR) == HOUR


async def test_a_lease_has_one_holder_until_it_ends(storage: Storage, settings: Settings, clock: TestClock) -> None:
    other = await open_storage(settings, clock)
    try:
        assert await storage.run(leases.take, "poll")
        assert await storage.run(leases.take, "poll")
        assert not await other.run(leases.take, "poll")
        await other.run(leases.release, "poll")
        assert not await other.run(leases.take, "poll")
        clock.turn(leases.SECONDS + 1)
        assert await other.run(leases.take, "poll")
        assert not await storage.run(leases.take, "poll")
        await other.run(leases.release, "poll")
        assert await storage.run(leases.take, "poll")
        assert await other.run(leases.take, "another")
    finally:
        await other.close()
