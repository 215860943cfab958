"""Hours and places in a real browser: without JavaScript, on a phone, in the dark, at 400 %."""

from datetime import time

import pytest
from playwright.async_api import Browser, expect

from bot.rules.duty import Duty
from storage import hours, on_call, places
from storage.caseworkers import Role
from tests.browser.desk import DESK, PHONE, ZOOMED, Desk, browser_of, faults_at, log_in
from tests.opening import days
from tests.rules.waiting import LUNCH, OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NADIA = "nadia@example.org"


async def lived_in(desk: Desk) -> None:
    """A service that has hours, closures, absences, places and somebody on call; and its head."""
    nadia = await desk.house.colleague("Nadia", NADIA, Role.HEAD)
    theo = await desk.house.colleague("Théo", "theo@example.org")
    run = desk.house.storage.run
    await run(hours.put_week, LUNCH)
    await run(hours.sign, nadia)
    await run(hours.close, days("2026-08-03", "2026-08-21"), "Congés d'été")
    await run(hours.be_away, theo.id, days("2026-11-23", "2026-11-27"))
    await run(places.add, "Antenne de Carvin", "12 place Jean Jaurès, 62220 Carvin", OFFICE)
    await run(on_call.add_team_address, "json://127.0.0.1:9/")
    await run(on_call.add, "Nadia", "json://127.0.0.1:9/", Duty(days("2026-11-20", "2026-11-22"), time(17), time(9)))


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_the_week_is_written_without_javascript(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    async with browser_of(chromium, size, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/hours")
        for day in ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"):
            await page.get_by_label(day, exact=True).fill("9h-12h 14h-17h")
        await page.get_by_role("button", name="Garder les horaires").click()
        await expect(page.get_by_text("Les horaires sont gardés.")).to_be_visible()
        await page.get_by_label("Samedi", exact=True).fill("le matin")
        await page.get_by_role("button", name="Garder les horaires").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_label("Samedi", exact=True)).to_have_value("le matin")
    assert await desk.house.storage.read(hours.week) == LUNCH


async def test_nobody_is_kept_out(chromium: Browser, desk: Desk) -> None:
    await lived_in(desk)
    async with browser_of(chromium, axe=True) as context:
        page = await log_in(context, desk, NADIA)
        await page.goto(f"{desk.url}/backend/hours")
        faults = await faults_at(page, "hours", DESK, PHONE, ZOOMED)
        await page.get_by_label("Samedi", exact=True).fill("le matin")
        await page.get_by_role("button", name="Garder les horaires").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        faults += await faults_at(page, "hours, wrong", DESK, PHONE, ZOOMED)
    assert faults == []
