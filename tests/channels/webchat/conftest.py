"""The chat on SQLite, in hand-turned time."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from storage.engine import open_storage
from tests.channels.webchat.site import Site, build
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate


@pytest.fixture
def plain_settings(sqlite_template: SqliteTemplate, tmp_path: Path) -> Settings:
    return settings_for(sqlite_template.create(tmp_path))


@pytest.fixture
async def site(plain_settings: Settings, clock: TestClock) -> AsyncIterator[Site]:
    storage = await open_storage(plain_settings, clock)
    yield build(storage, clock, plain_settings)
    await storage.close()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, with its cookies."""
    async with site.client() as client:
        yield client
