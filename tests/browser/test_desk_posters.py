"""Posters in a real browser: made, looked at, printed on one page of A4, usable by everybody."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage.engine import open_storage
from tests.backend import desk as backend_desk
from tests.backend.test_posters import HOME, telegram
from tests.browser.desk import DESK, NARROW, PHONE, Desk, browser_of, faults_in, log_in
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
INSIDE = "(papers) => papers.every((paper) => paper.scrollHeight <= paper.clientHeight + 1 && paper.scrollWidth <= paper.clientWidth + 1)"
"""Nothing of what is printed is larger than its paper."""
PAGES = re.compile(rb"/Type\s*/Page\b[^s]")
A6 = re.compile(rb"/MediaBox\s*\[0 0 29[78][.\d]* 4(?:19|20)[.\d]*\]")
A4 = re.compile(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose chat everybody reaches, with a bot on Telegram."""
    settings, clock = settings_for(sqlite_template.create(tmp_path)), TestClock()
    storage = await open_storage(settings, clock)
    house = backend_desk.build(storage, settings.model_copy(update={"base_url": HOME}), elsewhere=telegram)
    await house.colleague()
    async with backend_desk.serve(house) as url:
        yield Desk(house, clock, url)
    await storage.close()


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page of posters, in each of its states."""
    page = await log_in(context, desk)
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Affiches et liens").click()
    yield "no poster", page
    await page.get_by_label("Nom, pour l’équipe").evaluate("(field) => field.removeAttribute('required')")
    await page.get_by_role("button", name="Préparer l’affiche").click()
    yield "no name", page
    await page.get_by_label("Nom, pour l’équipe").fill("affiche Mission Locale")
    await page.get_by_label("Page qui s’ouvre").select_option(label="Garant gratuit : Visale")
    await page.get_by_role("button", name="Préparer l’affiche").click()
    yield "a poster", page
    for nth, language in enumerate(("Français", "Français facile", "Anglais", "Arabe")):
        if not nth:
            await page.get_by_role("link", name="Imprimer l’affiche").first.click()
        await page.get_by_role("link", name=language, exact=True).click()
        yield f"the poster, {language}", page
    await page.get_by_role("link", name="Telegram").click()
    yield "the poster for Telegram", page
    await page.get_by_role("link", name="Quatre cartes A6").click()
    yield "four cards", page
    await page.get_by_role("link", name="Arabe", exact=True).click()
    yield "four cards, Arabe", page
    await page.get_by_role("link", name="Une carte A6").click()
    yield "a card, Arabe", page
    await page.get_by_role("link", name="Français facile", exact=True).click()
    yield "a card, Français facile", page
    await page.goto(f"{desk.url}/backend/kit")
    yield "the kit", page
    await page.get_by_role("link", name="Page à donner, sans téléphone").click()
    yield "the paper", page
    await page.get_by_role("link", name="Arabe", exact=True).click()
    yield "the paper, Arabe", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW)


async def test_what_is_printed_is_one_page_and_nothing_else(chromium: Browser, desk: Desk) -> None:
    printed = 0
    async with browser_of(chromium, DESK, dark=True) as context:
        async for name, page in every_page(desk, context):
            if not name.startswith(("the poster", "four cards", "a card", "the paper")):
                continue
            printed += 1
            drawn = await page.pdf(prefer_css_page_size=True, print_background=True)
            assert len(PAGES.findall(drawn)) == 1, name
            assert (A6 if name.startswith("a card") else A4).search(drawn), name
            await page.emulate_media(media="print")
            await expect(page.get_by_role("article").first).to_be_visible()
            await expect(page.locator("h1")).to_be_hidden()
            await expect(page.get_by_role("banner")).to_be_hidden()
            assert await page.locator(".poster").evaluate_all(INSIDE), f"{name}: something is cut off"
            assert await page.locator(".poster img").evaluate_all("(images) => images.every((image) => image.complete && image.naturalWidth > 0)")
            await page.emulate_media(media="null")
    assert printed == 11
