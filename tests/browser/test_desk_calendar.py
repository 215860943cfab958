"""The calendar in a real browser: without JavaScript, by keyboard, on a phone, in the dark, at 400 %."""

import pytest
from playwright.async_api import Browser, expect

from bot.rules.slots import Slot
from storage import appointment_view
from storage.appointment_view import Outcome, State
from tests.browser.desk import DESK, NARROW, PHONE, ZOOMED, Desk, browser_of, faults_at, log_in
from tests.browser.full_week import seeded

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_an_appointment_from_a_thread_to_its_end(chromium: Browser, desk: Desk, size: tuple[int, int]) -> None:
    """Booked, moved and cancelled, without JavaScript."""
    week = (await seeded(desk)).week
    async with browser_of(chromium, size, script=False) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{week.threads['Éva']}")
        await page.get_by_role("link", name="Prendre un rendez-vous").click()
        await page.get_by_label("Motif").select_option(label="Premier accueil (45 min)")
        await page.get_by_role("button", name="Voir les créneaux").click()
        await page.get_by_role("button", name="Mercredi 4 mars").first.click()
        await expect(page.get_by_text("Le rendez-vous est pris.")).to_be_visible()
        await page.get_by_role("link", name="Déplacer").click()
        await page.get_by_text("Une autre heure, à la main").click()
        await page.get_by_label("Jour", exact=True).fill("2026-03-07")
        await page.get_by_label("Heure").fill("10:00")
        await page.get_by_role("button", name="Déplacer à cette heure").click()
        await expect(page.get_by_role("heading", name="Samedi 7 mars, 10 h")).to_be_visible()
        await page.get_by_text("Annuler", exact=True).click()
        await page.get_by_role("button", name="Oui, annuler ce rendez-vous").click()
        await expect(page.get_by_text("annulé par l’équipe")).to_be_visible()
    lane = await desk.house.lane("Éva")
    (mine,) = await desk.house.storage.read(appointment_view.of_person, lane.person_id)
    assert mine.state is State.CANCELLED


async def test_yesterday_is_closed_by_keyboard_alone(chromium: Browser, desk: Desk) -> None:
    week = (await seeded(desk)).week
    async with browser_of(chromium, script=False) as context:
        page = await log_in(context, desk)
        await page.get_by_role("link", name="Agenda").focus()
        await page.keyboard.press("Enter")
        button = page.get_by_role("button", name="Empêchée : la personne a été empêchée, Idris")
        for _press in range(40):
            if await button.evaluate("button => button === document.activeElement"):
                break
            await page.keyboard.press("Tab")
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("C’est noté.")).to_be_visible()
        await expect(page.get_by_role("link", name="11 h 15 Idris")).to_contain_text("empêchée")
    lane = await desk.house.lane("Idris")
    (mine,) = await desk.house.storage.read(appointment_view.of_person, lane.person_id)
    assert mine.outcome is Outcome.PREVENTED
    assert isinstance(mine.slot, Slot)
    assert week.nadege.id == mine.slot.who


async def test_an_absence_is_taken_over_in_two_taps(chromium: Browser, desk: Desk) -> None:
    await seeded(desk)
    async with browser_of(chromium, PHONE) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/calendar")
        await page.get_by_role("link", name="Voir les propositions").click()
        await page.get_by_role("button", name="pour Malo").first.click()
        await expect(page.get_by_text("Le rendez-vous est déplacé.")).to_be_visible()
        await expect(page.get_by_text("1 rendez-vous ne peut pas avoir lieu comme prévu.")).to_be_visible()


async def test_on_a_phone_the_week_is_a_list(chromium: Browser, desk: Desk) -> None:
    await seeded(desk)
    async with browser_of(chromium, PHONE) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/calendar")
        tops = [box["y"] for day in await page.locator(".day-col").all() if (box := await day.bounding_box())]
        assert tops == sorted(tops)
        assert len(set(tops)) == 5
        await page.get_by_role("link", name="Aller à aujourd’hui").click()
        await expect(page.get_by_role("link", name="11 h 15 Kenza")).to_be_in_viewport()
    async with browser_of(chromium, DESK) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/calendar")
        boxes = [box for day in await page.locator(".day-col").all() if (box := await day.bounding_box())]
        assert len({box["y"] for box in boxes}) == 1
        kenza, noam = [await page.get_by_role("link", name=name).bounding_box() for name in ("11 h 15 Kenza", "14 h Noam")]
        assert kenza is not None
        assert noam is not None
        assert noam["y"] - kenza["y"] == pytest.approx(2.75 * 72, abs=1), "an hour is as high as any other"


@pytest.mark.parametrize("part", [("week", "day", "all"), ("appointment", "past", "book"), ("move", "covered", "whom", "thread")])
async def test_nobody_is_kept_out(chromium: Browser, desk: Desk, part: tuple[str, ...]) -> None:
    paths = (await seeded(desk)).paths
    faults: list[str] = []
    async with browser_of(chromium, axe=True) as context:
        page = await log_in(context, desk)
        for name in part:
            await page.goto(desk.url + paths[name])
            if name in ("book", "move"):
                await page.get_by_text("Une autre heure, à la main").click()
            faults += await faults_at(page, name, DESK, PHONE, NARROW, ZOOMED)
    assert faults == []
