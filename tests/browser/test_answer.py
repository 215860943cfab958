"""The page that answers an SMS, in a browser: a small phone, the dark, large letters, a keyboard, no JavaScript."""

from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, expect

from bot.channels.webchat.answering import STOP, Asked, Said, answer_routes
from tests.browser.chat import OVERFLOW, SMALL, violations
from tests.channels.webchat.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOKEN = "a" * 16
QUESTION = Said(
    "Ton rendez-vous : mercredi 30 septembre, 10h30. Lieu : 12 place Jean-Jaurès, 62220 Carvin.",
    (("3.0", "Je viens"), ("3.1", "Déplacer"), ("3.2", "Je ne peux pas")),
)
NOTED = Said("C’est noté : mercredi 30 septembre, 10 h 30. Un imprévu ? Écris ici, même au dernier moment.\n\nUrgence : 115 · 17 · 119 · 3114", ())


class OneLink:
    """A link, and what is pressed on it."""

    def __init__(self) -> None:
        self.pressed: list[str] = []

    async def look(self, token: str) -> Asked | None:
        return Asked("fr", 1, QUESTION, bool(self.pressed), (NOTED,) if self.pressed else ()) if token == TOKEN else None

    async def press(self, token: str, name: str, act: str) -> bool:
        self.pressed.append(name)
        return True


@pytest.fixture
def links(site: Site) -> OneLink:
    links = OneLink()
    app: FastAPI = site.app
    app.include_router(answer_routes(site.house, links))
    return links


async def opened(chromium: Browser, site: Site, token: str = TOKEN, **options: Any) -> Page:
    context = await chromium.new_context(**{"viewport": {"width": 320, "height": 640}, "locale": "fr-FR", **options})
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{site.url}/r/{token}")
    return page


async def test_without_javascript_by_the_keyboard_alone(chromium: Browser, site: Site, links: OneLink) -> None:
    page = await opened(chromium, site, java_script_enabled=False)
    await page.get_by_role("button", name="Je viens").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("C’est noté")).to_be_visible()
    assert links.pressed == ["3.0"]
    await page.reload()
    assert links.pressed == ["3.0"], "the page that follows a press may be opened again"
    await page.get_by_role("link", name="Changer ma réponse").click()
    await page.get_by_role("button", name="Ne plus recevoir de messages").click()
    await expect(page.get_by_text("C’est noté")).to_be_visible()
    assert links.pressed == ["3.0", STOP]
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280], ids=["phone", "desk"])
async def test_nothing_is_wrong_or_cut(chromium: Browser, site: Site, links: OneLink, scheme: str, width: int) -> None:
    """320 pixels are also what a screen of 1280 has at 400 %."""
    for token in (TOKEN, "b" * 16):
        page = await opened(chromium, site, token, color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 640})
        assert await violations(page) == []
        assert await page.evaluate(SMALL) == []
        assert await page.evaluate(OVERFLOW) == []
        assert await page.title() == "Page"
        await page.context.close()


async def test_twice_the_size_of_letters_still_reads(chromium: Browser, site: Site, links: OneLink) -> None:
    page = await opened(chromium, site)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate(OVERFLOW) == []
    await page.context.close()
