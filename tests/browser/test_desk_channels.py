"""« Applications » in a real browser: for everybody, on a phone, in the dark, large; found in the menu."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import standings
from tests.backend.test_channels import standing
from tests.browser.desk import DESK, NARROW, PHONE, ZOOMED, Desk, faults_in, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """The page, once a provider said how we stand."""
    await desk.house.storage.run(standings.put, standing())
    page = await log_in(context, desk)
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Applications").click()
    await expect(page.get_by_role("heading", name="WhatsApp")).to_be_visible()
    yield "applications", page


async def test_everybody_can_read_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW, ZOOMED)
