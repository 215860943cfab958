"""The demo in a real browser: every demande of its story opens, reads and is usable, whatever happened in it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot import demo, furnishing
from bot.serving import server
from tests.browser.desk import DESK, NARROW, browser_of, faults_at

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LINES = 2.5
"""A name takes two lines at most."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The demo on a port of this machine, its story told."""
    folder = tmp_path_factory.mktemp("demo")
    door, settings = await asyncio.to_thread(demo._prepare, folder, fresh=False)
    async with demo.furnished(folder, settings, lambda *lines: None) as service:
        site = server(demo.web(service), settings.host, settings.port, service.stopping)
        serving = asyncio.create_task(site.run_until_stopped(door))
        while not site.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
            await asyncio.sleep(0.01)  # a real server opens its port
        yield settings.base_url
        service.stopping.set()
        await serving


async def enter(page: Page, address: str) -> list[str]:
    """The head comes in; where each demande of the list leads."""
    await page.goto(f"{address}/backend")
    await page.get_by_label("Adresse e-mail").fill("nadia@demo.example")
    await page.get_by_label("Mot de passe").fill(furnishing.PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_text("Danger signalé")).to_be_visible()
    rows = page.locator(".row > a")
    return [f"{address}{await row.get_attribute('href')}" for row in await rows.all()]


@pytest.mark.parametrize("size", [DESK, (390, 844), NARROW])
async def test_a_name_in_the_list_is_read_at_a_glance(chromium: Browser, address: str, size: tuple[int, int]) -> None:
    async with browser_of(chromium, size) as context:
        page = await context.new_page()
        assert len(await enter(page, address)) >= 12
        tall = await page.locator(".row .r1 b").evaluate_all(
            "(names) => names.map((name) => name.offsetHeight / parseFloat(getComputedStyle(name).lineHeight))"
        )
        assert max(tall) < LINES


async def test_everybody_can_read_every_demande(chromium: Browser, address: str) -> None:
    faults: list[str] = []
    async with browser_of(chromium, axe=True) as context:
        page = await context.new_page()
        places = await enter(page, address)
        for nth, place in enumerate([*places, f"{address}/demo"]):
            await page.goto(place)
            faults += await faults_at(page, f"{nth}", DESK, NARROW)
    assert not faults


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_a_language_is_chosen_before_the_first_word_and_the_page_follows(chromium: Browser, address: str, script: bool) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=script)
    page = await context.new_page()
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("banner").get_by_role("button", name="Emergency")).to_be_visible()
    await expect(page.get_by_role("button", name="Money and help").last).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en"
    await expect(page.get_by_role("button", name="العربية")).to_have_count(0)
    await context.close()


async def test_a_browser_set_to_arabic_is_welcomed_from_right_to_left(chromium: Browser, address: str) -> None:
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, locale="ar")
    page = await context.new_page()
    await page.goto(f"{address}/chat")
    assert await page.locator("html").get_attribute("dir") == "rtl"
    await page.get_by_role("button", name="شخص من الفريق").last.click()
    await expect(page.locator(".by-bot, .banner.wait").last).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "ar"
    await context.close()
