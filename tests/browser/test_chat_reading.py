"""Everybody can read it: small and large windows, 400 % zoom, dark, right-to-left, assistive technology, keyboard."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from storage.engine import open_storage
from tests.browser.chat import OVERFLOW, SMALL, open_chat, say_everything, violations, write
from tests.channels.webchat.site import Site, answer, build, serve
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 760}},
    "phone-dark": {"viewport": {"width": 390, "height": 760}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 568}},
    "zoom-400": {"viewport": {"width": 320, "height": 256}},
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "desk-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "no-script": {"viewport": {"width": 320, "height": 568}, "java_script_enabled": False},
    "contrast": {"viewport": {"width": 390, "height": 760}, "forced_colors": "active"},
}

ARABIC = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ar\\n"

msgid "Envoyé"
msgstr "أُرسلت"

msgid "Écris ici…"
msgstr "اكتب هنا…"
"""


async def check(page: Page) -> None:
    assert await violations(page) == []
    assert await page.evaluate(OVERFLOW) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(SMALL) == []


@pytest.mark.parametrize("window", [name for name in WINDOWS if name != "no-script"])
async def test_everybody_can_read_it(chromium: Browser, site: Site, window: str) -> None:
    page = await open_chat(chromium, site, **WINDOWS[window])
    await check(page)
    await say_everything(page, site)
    await check(page)
    await page.context.set_offline(True)
    await write(page, "jai bientot plus de batterie")
    await expect(page.get_by_text("Pas encore parti")).to_be_visible()
    await check(page)
    await page.context.close()


async def test_everybody_can_read_it_without_script(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site, **WINDOWS["no-script"])
    await say_everything(page, site)
    cookies, url = await page.context.cookies(), page.url
    reader = await (
        await chromium.new_context(locale="fr-FR", viewport={"width": 320, "height": 568})
    ).new_page()  # axe is a script: same page, script on
    await reader.context.add_cookies(cookies)  # type: ignore[arg-type]
    await reader.route("**/chat.*.js", lambda route: route.abort())
    await reader.goto(url)
    await check(reader)
    await reader.context.close()
    await page.context.close()


@pytest.mark.parametrize("address", ["/chat/blank"])
async def test_the_blank_page_too(chromium: Browser, site: Site, address: str) -> None:
    page = await open_chat(chromium, site)
    await page.goto(f"{site.url}{address}")
    assert await violations(page) == []
    await page.context.close()


async def test_dark_is_dark(chromium: Browser, site: Site) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = await open_chat(chromium, site, color_scheme=scheme)
        colours.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
        await page.context.close()
    assert colours == {"rgb(243, 243, 239)", "rgb(20, 25, 23)"}


@pytest_asyncio.fixture(loop_scope="session")
async def arabic(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Site]:
    """The chat for somebody whose language is written from right to left."""
    catalogue = tmp_path / "ar" / "LC_MESSAGES" / "palier.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(ARABIC, encoding="utf-8")
    settings, clock = settings_for(sqlite_template.create(tmp_path)), TestClock()
    storage = await open_storage(settings, clock)
    async with serve(build(storage, clock, settings, locales=tmp_path)) as site:
        site.robot.language = "ar"
        yield site
    await storage.close()


async def test_right_to_left(chromium: Browser, arabic: Site) -> None:
    arabic.robot.language = "fr"
    page = await open_chat(chromium, arabic)
    await say_everything(page, arabic)
    arabic.robot.language = "ar"
    arabic.robot.answers |= {"arabe": [answer("حسنًا.", language="ar")]}
    await arabic.robot.say(human=False)
    await write(page, "arabe")
    await expect(page.locator("html[dir=rtl]")).to_be_attached()  # the page follows by itself
    assert await page.evaluate("document.documentElement.lang") == "ar"
    await check(page)
    mine, theirs = page.locator(".mine .bubble").first, page.locator(".by-bot .card").first
    mine_at, theirs_at = await mine.bounding_box(), await theirs.bounding_box()
    assert mine_at is not None
    assert theirs_at is not None
    assert mine_at["x"] < 30
    assert theirs_at["x"] + theirs_at["width"] > 360
    await expect(page.get_by_placeholder("اكتب هنا…")).to_be_visible()
    await page.context.close()


async def focused(page: Page) -> str:
    """What holds the focus, in words."""
    said: str = await page.evaluate(
        "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent || document.activeElement.id).trim()"
    )
    return said


async def test_the_keyboard_alone_is_enough(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    order = []
    for _step in range(4):
        await page.keyboard.press("Tab")
        order.append(await focused(page))
    assert order == ["Aller au champ pour écrire", "Urgence", "Une personne", "Quitter vite"]
    for language in ("Français facile", "English", "العربية"):
        await page.keyboard.press("Tab")
        assert await focused(page) == language
    for _number in range(4):
        await page.keyboard.press("Tab")
        order.append(await focused(page))
    assert order[4:] == ["115", "17", "119", "3114"]
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await focused(page) == "Trouver un logement"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Location")).to_be_visible()
    assert "Trouver un logement" in await focused(page)
    await page.keyboard.press("Tab")
    assert await focused(page) == "Location"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("visale")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Garant gratuit : Visale")).to_be_visible()
    assert await page.evaluate("document.activeElement.id") == "write"
    await page.context.close()


async def test_skipping_leads_to_the_composer(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Aller au champ pour écrire")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "write"
    await page.context.close()


async def test_every_focus_is_seen(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    await say_everything(page, site)
    await page.reload()
    seen = 0
    for _step in range(60):
        await page.keyboard.press("Tab")
        tag, ring = await page.evaluate("[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")
        if tag == "BODY":
            break
        assert ring != "none", await focused(page)
        seen += 1
    assert seen > 15
    await page.context.close()


async def test_the_way_out_is_always_in_sight(chromium: Browser, site: Site) -> None:
    for window in ("phone", "narrow", "zoom-400", "desk"):
        page = await open_chat(chromium, site, **WINDOWS[window])
        await say_everything(page, site)
        for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
            await page.evaluate(f"scrollTo(0, {place})")
            await expect(page.get_by_role("button", name="Quitter vite")).to_be_in_viewport(ratio=1)
        await page.context.close()
