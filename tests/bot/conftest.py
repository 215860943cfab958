"""Worlds on one database: the road of one process, or of several that share it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from bot.settings import Settings
from content.library import Library, load_library
from storage.engine import Storage, open_storage
from tests.bot.world import World
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel

Open = Callable[[], Awaitable[World]]


@pytest.fixture(scope="session")
def library() -> Library:
    """The service's own content, read once."""
    return load_library()


@pytest.fixture
async def channel() -> AsyncIterator[FakeChannel]:
    """The provider. Nothing it should never be asked was asked of it."""
    channel = FakeChannel()
    yield channel
    assert channel.violations == []


@pytest.fixture
async def world(storage: Storage, clock: TestClock, channel: FakeChannel, library: Library) -> AsyncIterator[World]:
    """The road of one process."""
    world = World(storage, clock, channel, library)
    yield world
    await world.turns.close()
    await world.outbox.close()


@pytest.fixture
async def another(settings: Settings, world: World) -> AsyncIterator[Open]:
    """Opens the road of one more process on the same database and the same provider."""
    async with AsyncExitStack() as stack:

        async def open_world() -> World:
            storage = await open_storage(settings, world.clock, migrate=False)
            stack.push_async_callback(storage.close)
            other = World(storage, world.clock, world.channel, world.library, world.answers)
            stack.push_async_callback(other.outbox.close)
            stack.push_async_callback(other.turns.close)
            return other

        yield open_world
