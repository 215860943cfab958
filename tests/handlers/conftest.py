"""A conversation through the real road, on each engine."""

from collections.abc import Mapping, Sequence

import pytest

from bot import wiring
from content.library import Library, load_library
from storage.engine import Storage
from tests.clock import TestClock
from tests.handlers.beside import Beside
from tests.handlers.reader import reader
from tests.handlers.receiving import Receiving, receiving
from tests.talk import Road, Talk


@pytest.fixture(scope="session")
def library() -> Library:
    """What the service knows, read once."""
    return load_library()


@pytest.fixture
def meanings() -> Mapping[str, str]:
    """What some texts mean, where a module says so itself (tests/handlers/reader.py); any other means what was learnt."""
    return {}


@pytest.fixture
def beside() -> Sequence[Beside]:
    """By what else people are written to."""
    return ()


@pytest.fixture
def road(storage: Storage, clock: TestClock, library: Library, meanings: Mapping[str, str], beside: Sequence[Beside]) -> Road:
    """The road, which this test runs."""
    reads = wiring.understand(library)
    return Road(storage, clock, library, understand=reader(meanings, reads) if meanings else reads, beside=beside)


@pytest.fixture
async def talk(road: Road) -> Talk:
    """One person's side of it."""
    return road.talk()


@pytest.fixture
async def service(storage: Storage) -> Receiving:
    """A service that receives young people."""
    return await receiving(storage)


@pytest.fixture
def sms() -> Beside:
    """What the relay sends by SMS, where a module has it beside."""
    return Beside("sms")
