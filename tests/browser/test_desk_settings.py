"""What a calendar is made of, in a real browser: without JavaScript, by keyboard, on a phone, in the dark, at 400 %."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.rules.calendars import Busy
from bot.rules.hours import Range
from bot.rules.openings import Mode, Opening
from bot.rules.recurrences import recurrence
from storage import busy, hours, openings, places, switches
from storage.caseworkers import Role
from storage.engine import Work
from storage.places import Kind
from storage.switches import Switch
from tests.browser.desk import DESK, PHONE, ZOOMED, Desk, browser_of, faults_in, log_in
from tests.opening import days
from tests.rules.waiting import LUNCH, OFFICE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NADIA = "nadia@example.org"
OPENINGS, MOTIVES = "/backend/calendar/openings", "/backend/calendar/motives"


async def lived_in(desk: Desk) -> None:
    """A service that receives: its head, its places, an opening with a holiday in it."""
    nadia = await desk.house.colleague("Nadia", NADIA, Role.HEAD)

    def unit(work: Work) -> None:
        hours.put_week(work, LUNCH)
        hours.sign(work, nadia)
        hours.close(work, days("2026-05-18", "2026-05-22"), "Formation")
        places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès", OFFICE, kind=Kind.ANTENNA, town="Carvin", directions="Bus 41, arrêt Mairie.")
        places.add(work, "Au téléphone", "", ((),) * 7, kind=Kind.PHONE)
        place = places.everywhere(work)[0].id
        switches.turn(work, Switch.BUSY, on=True)
        source = busy.add(work, nadia.id, busy.Kind.CALDAV, "https://cloud.example/dav/perso/")
        busy.failed(work, source, "locked")
        busy.read(work, busy.add(work, nadia.id, busy.Kind.ICS, "https://calendar.example/a.ics"), Busy(((0, 1),), 12, 2))
        evening = (Range(time(17, 30), time(19, 30)),)
        rule = recurrence("FREQ=WEEKLY;INTERVAL=1;BYDAY=TH")
        openings.open_at(work, Opening(nadia.id, place, evening, frozenset({Mode.ON_SITE}), date(2026, 5, 4), date(2026, 6, 30), rule))

    await desk.house.storage.run(unit)


async def walk(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """By each page, right and wrong."""
    page = await log_in(context, desk, NADIA)
    await page.goto(f"{desk.url}{OPENINGS}")
    yield "openings", page
    await page.get_by_label("Heures").fill("le matin")
    await page.get_by_role("button", name="Ouvrir cette plage").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    yield "openings, wrong", page
    await page.get_by_label("Heures").fill("9h-12h")
    await page.get_by_label("jeudi", exact=True).check()
    await page.get_by_label("Dernier jour").fill("2026-12-18")
    await page.get_by_role("button", name="Voir d’abord les jours").click()
    await expect(page.get_by_text("Voici ce que cette plage donnera.")).to_be_visible()
    yield "openings, preview", page
    await page.get_by_role("link", name="Changer la plage").click()
    await expect(page.get_by_role("heading", name="Changer une plage")).to_be_visible()
    yield "one opening", page
    await page.goto(f"{desk.url}{MOTIVES}")
    yield "motives, none", page
    await page.get_by_role("button", name="Prendre ces quatre motifs").click()
    await page.get_by_role("button", name="Retirer : Aides et garant").click()
    await page.get_by_text("Temps autour et délais").click()
    yield "motives", page
    await page.get_by_label("Gardé libre avant").fill("7")
    await page.get_by_label("Nom, comme").fill("Un état des lieux")
    await page.get_by_role("button", name="Ajouter ce motif").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    yield "motives, wrong", page
    await page.goto(f"{desk.url}/backend/calendar/feed")
    yield "feed, none", page
    await page.get_by_role("button", name="Faire mon adresse").click()
    await expect(page.get_by_label("L’adresse à copier")).to_be_visible()
    yield "feed, made", page
    await page.goto(f"{desk.url}/backend/calendar/busy")
    yield "calendars, one ill", page
    await page.get_by_label("Adresse").fill("calendar.example")
    await page.get_by_role("button", name="Lire cet agenda").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    yield "calendars, wrong", page
    await page.goto(f"{desk.url}/backend/hours")
    await page.get_by_role("link", name="Changer le lieu Antenne").click()
    yield "one place", page


async def test_nobody_is_kept_out(chromium: Browser, desk: Desk) -> None:
    await lived_in(desk)
    assert await faults_in(walk, chromium, desk, DESK, PHONE, ZOOMED) == []


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_an_evening_is_opened_without_javascript(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    await desk.house.storage.run(lambda work: places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès", OFFICE, kind=Kind.ANTENNA))
    async with browser_of(chromium, size, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}{OPENINGS}")
        await page.get_by_label("Heures").fill("17h30-19h30")
        await page.get_by_label("chaque mois").check()
        await page.get_by_label("Lequel dans le mois").select_option("-1")
        await page.get_by_label("jeudi", exact=True).check()
        await page.get_by_label("Dernier jour").fill("2026-12-18")
        await page.get_by_role("button", name="Voir d’abord les jours").click()
        await expect(page.get_by_text("jeudi 26 mars").first).to_be_visible()
        await page.get_by_role("button", name="Ouvrir cette plage").press("Enter")
        await expect(page.get_by_role("heading", name="Le dernier jeudi du mois")).to_be_visible()
    (one,) = await desk.house.storage.read(openings.openings)
    assert str(one.opening.recurrence) == "FREQ=MONTHLY;BYDAY=-1TH"


async def test_what_a_rhythm_does_not_need_is_out_of_the_way(chromium: Browser, desk: Desk) -> None:
    await desk.house.storage.run(lambda work: places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès", OFFICE, kind=Kind.ANTENNA))
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}{OPENINGS}")
        await expect(page.get_by_label("Lequel dans le mois")).to_be_hidden()
        await page.get_by_label("une seule fois").check()
        await expect(page.get_by_label("jeudi", exact=True)).to_be_hidden()
        await expect(page.get_by_label("Dernier jour")).to_be_hidden()
