"""Files in the chat, in a real browser: chosen and sent at once, or by a form where there is no JavaScript; refused in plain words."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, expect

from bot.messages import Kind
from bot.rules.files import LARGEST
from tests import samples
from tests.browser.chat import OVERFLOW, SMALL, open_chat, violations, write
from tests.channels.webchat.site import Site, answer
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOT_HERE = "Ce fichier ne passe pas ici."


def photo(name: str = "photo.png", content: bytes = b"") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content or samples.png(20, 20)}


async def test_what_is_chosen_goes_at_once_and_words_do_not_wait_for_it(chromium: Browser, site: Site) -> None:
    page = await open_chat(chromium, site)
    site.robot.otherwise = [answer("Reçu.")]
    async with page.expect_file_chooser() as chooser:
        await page.get_by_label("Joindre un fichier").click()
    await (await chooser.value).set_files([photo("un.png"), photo("deux.png")])
    await expect(page.get_by_text("Reçu.")).to_have_count(2)
    await expect(page.locator(".mine .bubble")).to_have_text(["un.png", "deux.png"])
    await expect(page.locator(".unsent")).to_have_count(0)
    await write(page, "voilà")
    await expect(page.locator(".mine .bubble")).to_have_text(["un.png", "deux.png", "voilà"])
    kinds = [Kind.MEDIA, Kind.MEDIA, Kind.TEXT]
    await until(lambda: [inbound.kind for inbound in site.robot.received] == kinds, "the words to reach the service after the files")
    await page.context.close()


@pytest.mark.parametrize("content", [b"x" * (LARGEST + 1), b"PK\x03\x04 an archive"], ids=["heavy", "of another kind"])
async def test_what_does_not_pass_is_said_under_it(chromium: Browser, site: Site, content: bytes) -> None:
    page = await open_chat(chromium, site)
    async with page.expect_file_chooser() as chooser:
        await page.get_by_label("Joindre un fichier").click()
    await (await chooser.value).set_files(photo(content=content))
    await expect(page.locator(".mine .sent.failed")).to_contain_text(NOT_HERE)
    await expect(page.locator(".mine .sent.failed")).to_contain_text("115 · 17 · 119 · 3114")
    assert site.robot.received == []
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 320])
async def test_without_javascript_a_form_sends_it(chromium: Browser, site: Site, scheme: str, width: int, tmp_path: Path) -> None:
    page = await open_chat(chromium, site, java_script_enabled=False, color_scheme=scheme, viewport={"width": width, "height": 700})
    site.robot.otherwise = [answer("Reçu.")]
    await page.get_by_label("Joindre un fichier").click()
    await page.get_by_label("Une photo, un PDF, un son ou une vidéo").set_input_files([photo("un.png"), photo("deux.png")])
    folder = Path(os.environ.get("PALIER_LOOK") or tmp_path)
    await page.screenshot(path=folder / f"attach-{width}-{scheme}.png")
    await page.get_by_role("button", name="Envoyer le fichier").click()
    await expect(page.get_by_text("Fichier envoyé")).to_be_visible()
    await expect(page.get_by_text("Reçu.")).to_be_visible()
    await page.get_by_label("Joindre un fichier").click()
    await page.get_by_label("Une photo, un PDF, un son ou une vidéo").set_input_files(photo("a.png", b"PK\x03\x04 an archive"))
    await page.get_by_role("button", name="Envoyer le fichier").click()
    await expect(page.get_by_role("alert")).to_contain_text(NOT_HERE)
    await expect(page.get_by_role("alert")).to_be_in_viewport()
    await page.screenshot(path=folder / f"refused-{width}-{scheme}.png")
    assert len(site.robot.received[-1].attachments) == 2
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(chromium: Browser, site: Site, scheme: str, tmp_path: Path) -> None:
    page = await open_chat(chromium, site, color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 700})
    await page.screenshot(path=Path(os.environ.get("PALIER_LOOK") or tmp_path) / f"chat-{scheme}.png")
    await page.evaluate("document.querySelector('#attach details').open = true; scrollTo(0, document.documentElement.scrollHeight)")
    assert await violations(page) == []
    assert await page.evaluate(OVERFLOW) == []
    assert await page.evaluate(SMALL) == []
    await page.context.close()
