"""Files in a thread, in a real browser: seen, played, never run; on a phone, in the dark, at 400 %, without JavaScript."""

import pytest
from playwright.async_api import Browser, expect

from bot.messages import Attachment
from bot.rules.files import LARGEST
from storage import media
from tests import samples
from tests.backend.test_files import arrives
from tests.browser.desk import DESK, PHONE, ZOOMED, Desk, browser_of, faults_at, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NAMED = Attachment("document", "e", "application/pdf", name="unmottrèslongsansaucunespace" * 5 + ".pdf")


async def a_thread_of_files(desk: Desk) -> str:
    """A thread with a file in each state and of each sort."""
    house, kinds = desk.house, ("photo", "voice", "video", "photo", "voice")
    token = await house.sends(*(Attachment(kind, str(nth)) for nth, kind in enumerate(kinds)), NAMED, Attachment("video", "f", size=LARGEST + 1))
    for content in (samples.png(640, 400), samples.ogg(), samples.film(), samples.archive()):
        await arrives(house, content)
    errand = await house.storage.run(media.take)
    assert errand is not None
    await house.storage.run(media.lose, errand, "invalid_file_id")
    await arrives(house, samples.pdf())
    await house.sends(Attachment("photo", "g"), text="et celle-là")
    return token


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    token = await a_thread_of_files(desk)
    async with browser_of(chromium, axe=True) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        assert await faults_at(page, "files", DESK, PHONE, ZOOMED) == []


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_a_picture_is_seen_and_treated(chromium: Browser, desk: Desk, script: bool) -> None:
    said: list[str] = []
    token = await a_thread_of_files(desk)
    async with browser_of(chromium, script=script) as context:
        context.on("console", lambda message: said.append(message.text))
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        picture = page.get_by_role("log").get_by_role("img", name="Photo").first
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_be_visible()
        if script:
            await expect(picture).to_have_js_property("naturalWidth", 300)  # as it was held: the way a picture is turned is kept
        await page.get_by_role("button", name="Traité", exact=True).first.click()
        await expect(page.get_by_text("C’est noté : ce fichier est traité.".replace(" :", "\u00a0:"))).to_be_visible()
        await expect(page.get_by_role("button", name="Encore à traiter")).to_have_count(1)
    assert said == []


async def test_a_file_that_comes_is_shown_on_an_open_page(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.sends(Attachment("photo", "a"))
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await expect(page.get_by_text("pas encore arrivé ici")).to_be_visible()
        await arrives(desk.house, samples.png(64, 64))
        await expect(page.get_by_role("log").get_by_role("img", name="Photo")).to_be_visible()
        await expect(page.get_by_text("pas encore arrivé ici")).to_have_count(0)
