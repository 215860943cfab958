"""A conversation through the real road, on each engine."""

import pytest

from content.library import Library, load_library
from storage.engine import Storage
from tests.clock import TestClock
from tests.talk import Road, Talk


@pytest.fixture(scope="session")
def library() -> Library:
    """What the service knows, read once."""
    return load_library()


@pytest.fixture
async def road(storage: Storage, clock: TestClock, library: Library) -> Road:
    """The road, which this test runs."""
    return Road(storage, clock, library)


@pytest.fixture
async def talk(road: Road) -> Talk:
    """One person's side of it."""
    return road.talk()
