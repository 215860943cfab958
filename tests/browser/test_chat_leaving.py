"""« Quitter vite »: gone at once, and « Back » shows nothing."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi.responses import HTMLResponse, RedirectResponse
from playwright.async_api import Browser, Page, expect

from tests.browser.chat import open_chat, write
from tests.channels.webchat.site import Site, build, serve

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "un secret"


@pytest_asyncio.fixture(loop_scope="session")
async def somewhere(site: Site) -> AsyncIterator[Site]:
    """A chat whose neutral page is another site's, which itself moves on to a third address (as real ones do)."""
    other = build(site.robot.storage, site.house.clock, site.house.settings)
    other.app.add_route("/weather", lambda request: RedirectResponse(f"http://localhost:{request.url.port}/sunny"))
    other.app.add_route("/sunny", lambda request: HTMLResponse("<title>Météo</title><h1>Il fait beau</h1>"))
    async with serve(other) as weather:
        neutral = weather.url.replace("127.0.0.1", "localhost") + "/weather"
        async with serve(build(site.robot.storage, site.house.clock, site.house.settings, leave_to=neutral)) as served:
            yield served


async def talk_then_leave(chromium: Browser, site: Site, *, script: bool) -> Page:
    page = await open_chat(chromium, site, java_script_enabled=script)
    await write(page, SECRET)
    await expect(page.get_by_text(SECRET)).to_be_visible()
    await page.get_by_role("button", name="Quitter vite").click()
    return page


@pytest.mark.parametrize("script", [True, False])
async def test_it_leads_to_the_neutral_page(chromium: Browser, somewhere: Site, script: bool) -> None:
    page = await talk_then_leave(chromium, somewhere, script=script)
    await expect(page.get_by_role("heading", name="Il fait beau")).to_be_visible()
    await page.context.close()


@pytest.mark.parametrize("script", [True, False])
async def test_back_shows_nothing_until_the_chat_is_opened_anew(chromium: Browser, somewhere: Site, script: bool) -> None:
    page = await talk_then_leave(chromium, somewhere, script=script)
    await expect(page.get_by_role("heading", name="Il fait beau")).to_be_visible()
    for _step in range(3):
        await page.go_back(wait_until="load")
        assert SECRET not in await page.content()
        assert "Urgence" not in await page.content()
    await page.goto(f"{somewhere.url}/chat")
    if not script:
        await page.get_by_role("button", name="Ouvrir").click()
    await expect(page.get_by_text(SECRET)).to_be_visible()
    await page.context.close()


async def test_with_script_the_history_entry_is_replaced(chromium: Browser, somewhere: Site) -> None:
    page = await open_chat(chromium, somewhere)
    before = await page.evaluate("history.length")
    await page.get_by_role("button", name="Quitter vite").click()
    await expect(page.get_by_role("heading", name="Il fait beau")).to_be_visible()
    assert await page.evaluate("history.length") == before
    await page.context.close()


@pytest.mark.parametrize("script", [True, False])
async def test_without_a_neutral_page_ours_is_blank(chromium: Browser, site: Site, script: bool) -> None:
    page = await talk_then_leave(chromium, site, script=script)
    await page.wait_for_url("**/chat/blank")
    assert await page.locator("body").inner_text() in ("Ouvrir", "Page\nOuvrir", "Page\n\nOuvrir")
    await page.go_back(wait_until="load")
    assert SECRET not in await page.content()
    await page.context.close()


async def test_the_browser_keeps_no_copy_of_the_page(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await write(page, SECRET)
    await expect(page.get_by_text("D’accord.")).to_be_visible()
    await page.goto("about:blank")
    await page.context.clear_cookies()
    await page.go_back(wait_until="load")
    assert SECRET not in await page.content()
    await page.context.close()
