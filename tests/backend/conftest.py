"""A desk on each engine."""

import pytest

from bot.settings import Settings
from storage.engine import Storage
from tests.backend.desk import House, build


@pytest.fixture
def house(storage: Storage, settings: Settings) -> House:
    """The desk, over the open database."""
    return build(storage, settings)
