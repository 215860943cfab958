"""« Contenus » in a real browser: checked with and without script, by keyboard, on a phone; nothing that somebody cannot read or press."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import checks
from tests.browser.desk import DESK, NARROW, PHONE, Desk, browser_of, faults_in, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_a_fact_is_checked_then_corrected_on_a_phone(chromium: Browser, desk: Desk, script: bool) -> None:
    async with browser_of(chromium, PHONE, script=script) as context:
        page = await log_in(context, desk)
        await page.get_by_label("Votre menu").click()
        await page.get_by_role("link", name="Contenus").click()
        await page.get_by_role("button", name="Vérifié aujourd’hui").first.click()
        await expect(page.get_by_text("Déjà fait cette semaine")).to_be_visible()
        await page.get_by_role("link", name="Tous les faits").click()
        await page.get_by_role("link", name="Avance Loca-Pass : montant").click()
        await page.get_by_role("button", name="Vérifié aujourd’hui").click()
        await expect(page.get_by_text("Vérifié le 3 mars 2026 par Nadège")).to_be_visible()
        await page.get_by_text("Corriger la valeur").click()
        await page.get_by_label("La valeur, en chiffres").fill("1 300")
        await page.get_by_label("Où l’avez-vous lu").fill("actionlogement.fr")
        await page.get_by_label("De quand est-ce").fill("2026-03")
        await page.get_by_role("button", name="Corriger et vérifier").click()
        await expect(page.get_by_text("C’est corrigé et vérifié")).to_be_visible()
    assert len(await desk.house.storage.read(checks.edits)) == 2


async def test_a_page_is_checked_with_the_keyboard_alone(chromium: Browser, desk: Desk) -> None:
    async with browser_of(chromium, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/content/pages/aide-apl")
        button = page.get_by_role("button", name="Vérifiée aujourd’hui")
        for _ in range(60):
            await page.keyboard.press("Tab")
            if await button.evaluate("button => button === document.activeElement"):
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Vérifiée le 3 mars 2026 par Nadège")).to_be_visible()
        assert await page.locator(".btn.primary").count() == 1


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page of « Contenus », in each of its states."""
    page = await log_in(context, desk)
    for path in ("", "?voir=faits", "?voir=pages", "/facts/115", "/facts/siao-phone", "/pages/bail-preavis", "/pages/bail-preavis?langue=ar"):
        await page.goto(f"{desk.url}/backend/content{path}")
        yield path or "board", page
    await page.goto(f"{desk.url}/backend/content/facts/notice-empty")
    await page.get_by_role("button", name="Vérifié aujourd’hui").click()
    await page.get_by_text("Historique").click()
    yield "checked", page
    await page.get_by_role("button", name="Retirer").click()
    await page.get_by_text("Corriger la valeur").click()
    await page.get_by_label("La valeur, en chiffres").fill("trois")
    await page.get_by_label("Où l’avez-vous lu").fill("x")
    await page.get_by_label("De quand est-ce").fill("x")
    await page.get_by_role("button", name="Corriger et vérifier").click()
    yield "a fault", page
    await page.goto(f"{desk.url}/backend/content/pages/bail-preavis")
    yield "a fact withdrawn", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW)
