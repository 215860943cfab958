"""The demo's phone in a real browser: a newcomer without any account is the young person on WhatsApp, and sees the whole of it there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot import furnishing
from bot.messages import Address
from bot.phones.phone import App
from bot.phones.whatsapp import PEER, PHONE_ID
from storage import appointment_view, lanes
from storage.appointment_view import Appointment
from storage.engine import Work
from tests.bot.phone_held import Hand, opened
from tests.browser.desk import DESK, NARROW, PHONE, ZOOMED, browser_of, faults_at

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HEAVIEST = 30_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hand(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hand]:
    async with opened(tmp_path_factory.mktemp("demo")) as found:
        yield found


def address(hand: Hand) -> str:
    return hand.service.settings.base_url


async def writes(page: Page, text: str, heard: str) -> None:
    """Written in the open app; what comes back holds these words."""
    already = await page.get_by_text(heard).count()
    await page.get_by_role("textbox").fill(text)
    await page.get_by_role("button", name="Envoyer").click()
    await expect(page.get_by_text(heard)).not_to_have_count(already)


async def appointment(hand: Hand) -> Appointment:
    """Their only one."""

    def unit(work: Work) -> tuple[Appointment, ...]:
        lane = lanes.lane_of(work, Address("whatsapp", PHONE_ID, PEER))
        assert lane is not None
        return appointment_view.to_come(work, lane.person_id)

    (found,) = await hand.service.storage.read(unit)
    return found


async def test_from_the_welcome_to_a_caseworker_on_whatsapp(chromium: Browser, tmp_path: Path) -> None:
    """Welcomed, a page read, an appointment booked, its reminder as a template two days before, moved in words, answered by a caseworker.

    Not next week: from Friday on its first days are so near that what was said while booking still lets anything be said, and no template is needed.
    """
    async with opened(tmp_path) as hand, browser_of(chromium, PHONE) as phones, browser_of(chromium, DESK) as desks:
        phones.set_default_timeout(30_000)
        phone = await phones.new_page()
        await phone.goto(f"{address(hand)}/demo/phones/whatsapp")
        await writes(phone, "slt", "Je suis le robot")
        await writes(phone, "c koi visale", "Garant gratuit")
        await writes(phone, "jveu un rdv", "C’est pour quoi")
        await phone.locator("summary", has_text="Choisir").last.click()
        await phone.evaluate("look()")  # as news of anything do
        await phone.get_by_role("button", name="Trouver un logement").last.click()
        await expect(phone.get_by_text("quelle ville")).to_be_visible()
        for said, heard in (("bremont", "Lequel te va"), ("dans 2 semaines", "Lequel te va"), ("le 2e", "Je réserve"), ("oui", "Un prénom")):
            await writes(phone, said, heard)
        await writes(phone, "Yanis", "Un numéro, au cas où")
        await writes(phone, "passer", "C’est réservé.")

        booked = await appointment(hand)
        await hand.service.advance(booked.slot.start - timedelta(hours=46) - hand.service.clock.now())
        reminder = phone.locator("#talk > li", has_text="modèle approuvé")
        await expect(reminder).to_contain_text("Ton rendez-vous")
        await expect(reminder.get_by_role("button", name="Je viens")).to_be_visible()
        await writes(phone, "on peut decaler a un autre jour", "Lequel te va")
        await writes(phone, "le dernier", "On change")
        await writes(phone, "oui", "C’est fait")
        assert (await appointment(hand)).slot.start != booked.slot.start

        await writes(phone, "je veux parler a une personne", "Une personne te répond")
        desk = await desks.new_page()
        await desk.goto(f"{address(hand)}/backend")
        await desk.get_by_label("Adresse e-mail").fill("samira@demo.example")
        await desk.get_by_label("Mot de passe").fill(furnishing.PASSWORD)
        await desk.get_by_role("button", name="Se connecter").click()
        await desk.locator(".row > a").first.click()
        await desk.locator("textarea").first.fill("Bonjour Yanis, on regarde ça ensemble.")
        await desk.get_by_role("button", name="Envoyer").first.click()
        await expect(phone.get_by_text("Bonjour Yanis, on regarde ça ensemble.")).to_be_visible()


@pytest.mark.parametrize("app", list(App))
async def test_every_app_is_written_in_without_script(chromium: Browser, hand: Hand, app: App) -> None:
    async with browser_of(chromium, PHONE, script=False) as context:
        context.set_default_timeout(30_000)
        page = await context.new_page()
        answer = await page.goto(f"{address(hand)}/demo/phones/{app}")
        assert answer is not None
        if app is App.EMAIL:
            assert await page.get_by_role("textbox").count() == 0
            return
        await page.get_by_role("textbox").fill("jai nulle part ou dormir")
        async with page.expect_navigation():  # a page that is on its way cannot be asked for again
            await page.get_by_role("button", name="Envoyer").click()
        await hand.lines(app)
        answer = await page.reload()
        assert answer is not None
        await expect(page.get_by_text("115").first).to_be_visible()
        assert len(await answer.body()) <= HEAVIEST


async def test_everybody_can_hold_it(chromium: Browser, hand: Hand) -> None:
    faults: list[str] = []
    for app in (App.WHATSAPP, App.MESSENGER, App.TELEGRAM, App.SMS):
        await hand.says(app, "menu")
    async with browser_of(chromium, axe=True) as context:
        page = await context.new_page()
        for app in App:
            await page.goto(f"{address(hand)}/demo/phones/{app}")
            faults += await faults_at(page, app, DESK, PHONE, NARROW, ZOOMED)
    assert not faults


async def test_a_keyboard_is_enough(chromium: Browser, hand: Hand) -> None:
    async with browser_of(chromium) as context:
        context.set_default_timeout(30_000)
        page = await context.new_page()
        await page.goto(f"{address(hand)}/demo/phones/messenger")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("textbox")).to_be_focused()
        await page.keyboard.type("menu")
        before = await page.locator("#talk > li").count()
        await page.keyboard.press("Enter")
        await expect(page.locator("#talk > li")).not_to_have_count(before)
        await expect(page.get_by_role("textbox")).to_be_focused()
        await expect(page.get_by_role("textbox")).to_have_value("")
