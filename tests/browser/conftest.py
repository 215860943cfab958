"""A real Chromium or Chrome of this machine, and the chat on a real port. Without a browser these tests are not run, and the last line says so.

PALIER_TEST_BROWSER names the browser to use; "required" makes its absence a failure.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from storage.engine import open_storage
from tests.backend import desk as backend_desk
from tests.browser.desk import Desk
from tests.channels.webchat.site import Site, build, serve
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
QUIET = (
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

PATIENCE = 10_000
"""Milliseconds until what is expected is missing: by itself an expectation waits five seconds, whatever its page's patience is. Less than the fifteen
seconds after which a live page looks without being told: what is late is not taken for live."""


def executable() -> str | None:
    """The browser of this machine, if it has one."""
    wanted = os.environ.get("PALIER_TEST_BROWSER", "")
    if wanted not in ("", "required"):
        return wanted
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next((place for place in PLACES if Path(place).exists()), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser, started once."""
    path = executable()
    if path is None:
        if os.environ.get("PALIER_TEST_BROWSER") == "required":
            pytest.fail("no Chromium or Chrome on this machine, and PALIER_TEST_BROWSER says that one is required")
        pytest.skip("no Chromium or Chrome on this machine")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Site]:
    """The chat on a port of its own, in time that stands still."""
    settings, clock = settings_for(sqlite_template.create(tmp_path)), TestClock()
    storage = await open_storage(settings, clock)
    async with serve(build(storage, clock, settings)) as site:
        yield site
    await storage.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Desk]:
    """The desk on a port of its own, in time that stands still."""
    settings, clock = settings_for(sqlite_template.create(tmp_path)), TestClock()
    storage = await open_storage(settings, clock)
    house = backend_desk.build(storage, settings)
    await house.colleague()
    async with backend_desk.serve(house) as url:
        yield Desk(house, clock, url)
    await storage.close()
