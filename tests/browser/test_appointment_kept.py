"""An appointment that exists, in a real browser: its file for one's own calendar without JavaScript, « je ne peux pas » asked back, and kept."""

from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from playwright.async_api import Browser, expect

from tests.browser.test_appointment_story import book, opened, writes

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_file_and_the_question(chromium: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path / "demo") as address, httpx.AsyncClient(trust_env=False) as client:
        context = await chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
        chat = await context.new_page()
        chat.set_default_timeout(20_000)
        await chat.goto(f"{address}/chat")
        await book(chat)
        await chat.get_by_role("button", name="Mon agenda").last.click()
        link = chat.get_by_role("link", name="Ajouter à l’agenda").last
        await expect(link).to_be_visible()
        file = await client.get(f"{address}{await link.get_attribute('href')}")
        (event,) = Calendar.from_ical(file.content).walk("VEVENT")
        assert str(event["SUMMARY"]) == "Rendez-vous"
        assert "Yanis" not in file.text

        plain = await (await chromium.new_context(java_script_enabled=False, accept_downloads=True)).new_page()
        async with plain.expect_download() as given:
            await plain.set_content(f'<a href="{address}{await link.get_attribute("href")}">fichier</a>')
            await plain.get_by_text("fichier").click()
        assert (await given.value).suggested_filename == "rendez-vous.ics"
        await plain.goto(f"{address}/chat/dates/{'x' * 22}")
        await expect(plain.get_by_text("Ce lien ne marche plus")).to_be_visible()

        await writes(chat, "jpeu pas venir")
        await expect(chat.get_by_text("c’est bien ça").last).to_be_visible()
        await chat.get_by_role("button", name="Non, je viens").last.click()
        await expect(chat.get_by_text("C’est noté, à").last).to_be_visible()
