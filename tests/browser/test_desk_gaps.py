"""Questions that nobody answered in a real browser: marked without JavaScript, usable by everybody."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import gaps, lanes
from storage.engine import Work
from tests.backend.desk import peer
from tests.backend.test_gaps import ALIKE, PATH
from tests.browser.desk import DESK, PHONE, ZOOMED, Desk, browser_of, faults_in, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ARABIC = ("رخصة السياقة مساعدة", "أريد رخصة السياقة", "رخصة السياقة")
VISALE = ("c quoi visale svp", "visale comment ça marche", "demander visale", "faire visale")


def fill(work: Work) -> None:
    """Five people ask each of three things."""
    for texts, language in ((ALIKE, "fr"), (ARABIC, "ar"), (VISALE, "fr")):
        for nth in range(5):
            lane = lanes.open_lane(work, peer(f"{texts[0]} {nth}"))
            lanes.keep(work, lane)
            gaps.keep(work, lane.person_id, texts[nth % len(texts)], language)


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """The page in each of its states."""
    page = await log_in(context, desk)
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Questions sans réponse").click()
    yield "nothing to sort", page
    await desk.house.storage.run(fill)
    await page.reload()
    await page.get_by_text("C’est couvert par une autre page").click()
    yield "three to sort", page
    for name in ("C’est couvert", "À écrire", "Pas pour nous"):
        await page.get_by_role("button", name=name, exact=True).first.click()
    await page.locator("summary", has_text="Déjà couvert").click()
    await page.locator("summary", has_text="Pas pour nous").click()
    yield "all sorted", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, ZOOMED)


async def test_it_is_marked_without_javascript(chromium: Browser, desk: Desk) -> None:
    await desk.house.storage.run(fill)
    async with browser_of(chromium, PHONE, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}{PATH}")
        for name in ("À écrire", "Pas pour nous"):
            await page.get_by_role("button", name=name).first.click()
            await expect(page.get_by_role("status")).to_be_visible()
        await page.get_by_text("C’est couvert par une").first.click()
        await page.locator("details[open]").get_by_label("Page qui répond").select_option(label="Comprendre et signer son bail")
        await page.get_by_role("button", name="C’est cette page").click()
        await expect(page.get_by_text("Rien à trier.")).to_be_visible()
