"""Workshops in a real browser: planned, filled in without JavaScript, printed, usable by everybody."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import consents, seats, switches, workshops
from storage.caseworkers import Role
from storage.consents import Choice
from storage.switches import Switch
from tests.backend.test_workshops import PATH, START, give, person
from tests.browser.desk import DESK, NARROW, PHONE, ZOOMED, Desk, browser_of, faults_in, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NAMES = ("Inès", "Adam", "Maximilien-Théophile de la Tour d'Auvergne")


async def fill(desk: Desk, session: str) -> None:
    """Three people have a seat or wait, and a fourth has a demande."""
    for nth, name in enumerate(NAMES):
        thread = await desk.house.asks_for_somebody(f"p{nth}")
        await desk.house.named(f"p{nth}", name)
        await desk.house.storage.run(seats.take, session, await person(desk.house, thread))
    await desk.house.asks_for_somebody("yanis")


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page in each of its states."""
    page = await log_in(context, desk)
    await desk.house.storage.run(switches.turn, Switch.WORKSHOPS, on=True)
    await page.goto(f"{desk.url}{PATH}")
    yield "nothing is given", page
    session = await give(desk.house.storage)
    await fill(desk, session)
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Ateliers").click()
    yield "one to come", page
    await page.get_by_role("link", name="Séances, texte").click()
    yield "one workshop", page
    await page.get_by_label("Premier jour").fill("2026-03-30")
    await page.get_by_label("De", exact=True).fill("14:00")
    await page.get_by_label("À", exact=True).fill("16:00")
    await page.get_by_label("Semaines de suite").fill("3")
    await page.get_by_role("button", name="Voir les dates").click()
    yield "a series before it is planned", page
    await page.get_by_role("button", name="Garder ces séances").click()
    await desk.house.storage.run(
        consents.choose, await person(desk.house, await desk.house.asks_for_somebody("zoe")), Choice.ANNOUNCEMENTS, "1", "oui"
    )
    await page.get_by_role("link", name="Lundi 30 mars").click()
    yield "a session to announce", page
    await page.get_by_role("button", name="Annoncer").click()
    await expect(page.get_by_role("status")).to_contain_text("L’annonce part")
    await page.goto(f"{desk.url}{PATH}/sessions/{session}")
    await page.get_by_text("Déplacer la séance").click()
    yield "a session that is full", page
    await page.goto(f"{desk.url}{PATH}/sessions/{session}/sheet")
    yield "a sheet to print", page
    desk.clock.turn_to(START + timedelta(minutes=5))
    await page.goto(f"{desk.url}{PATH}/sessions/{session}")
    await page.get_by_role("button", name=re.compile(r"^Là.*Inès")).click()
    yield "the attendance sheet", page


async def options(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """What the head turns on."""
    await desk.house.colleague("Maud", "maud@example.org", Role.HEAD)
    page = await log_in(context, desk, "maud@example.org")
    await page.get_by_label("Votre menu").click()
    await page.get_by_role("link", name="Options").click()
    await page.get_by_role("button", name="Allumer").first.click()
    yield "options", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW, ZOOMED)


async def test_everybody_can_use_the_options(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(options, chromium, desk, DESK, PHONE, ZOOMED)


async def test_the_sheet_is_filled_in_without_javascript_and_prints_alone(chromium: Browser, desk: Desk) -> None:
    session = await give(desk.house.storage)
    await fill(desk, session)
    async with browser_of(chromium, PHONE, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}{PATH}/sessions/{session}")
        await page.get_by_label("Personne qui a une demande ouverte").select_option(index=1)
        await page.get_by_role("button", name="Inscrire").click()
        await expect(page.get_by_role("status")).to_contain_text("attend sur la liste")
        await page.get_by_role("link", name="Feuille à imprimer").click()
        await page.emulate_media(media="print")
        await expect(page.get_by_role("navigation")).to_have_count(0)
        await expect(page.get_by_role("cell", name="Inès")).to_be_visible()
        await page.emulate_media(media="screen")
        desk.clock.turn_to(START + timedelta(minutes=5))
        await page.goto(f"{desk.url}{PATH}/sessions/{session}")
        for label in ("Là", "A prévenu"):
            tap = page.get_by_role("button", name=re.compile(rf"^{label}.*Inès"))
            await tap.click()
            await expect(tap).to_have_attribute("aria-pressed", "true")
    assert [seat.outcome for seat in await desk.house.storage.read(seats.sheet, session)] == ["warned", None]
    assert await desk.house.storage.read(workshops.to_come) == ()
