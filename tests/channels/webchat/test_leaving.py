"""« Quitter vite », without JavaScript: the form redirects, and « Back » shows a blank page until the chat is opened anew."""

import httpx
import pytest

from bot.settings import Settings
from storage.engine import open_storage
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, build
from tests.clock import TestClock


@pytest.mark.parametrize(
    ("leave_to", "goes_to", "form_action"),
    [
        (None, "/chat/blank", "form-action 'self';"),
        ("https://meteofrance.example/", "https://meteofrance.example/", "form-action 'self' https:;"),
    ],
)
async def test_leaving_goes_to_the_neutral_page(
    plain_settings: Settings, clock: TestClock, leave_to: str | None, goes_to: str, form_action: str
) -> None:
    storage = await open_storage(plain_settings, clock)
    async with build(storage, clock, plain_settings, leave_to=leave_to).client() as browser:
        page = await browser.get("/chat")
        assert form_action in page.headers["content-security-policy"]
        assert "Quitter vite" in Page(page.text).buttons
        left = await browser.post("/chat/leave")
    await storage.close()
    assert left.status_code == 303
    assert left.headers["location"] == goes_to


async def test_back_shows_a_blank_page_until_the_chat_is_opened_anew(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("D’accord.")]
    page = Page((await browser.get("/chat")).text)
    await browser.post("/chat", data=page.writes("un secret"))
    await browser.post("/chat/leave")
    for _back in range(2):
        blank = await browser.get("/chat")
        assert blank.headers["cache-control"] == "no-store"
        assert set(Page(blank.text).words) == {"Page", "Ouvrir"}
    opened = await browser.post("/chat/open", follow_redirects=True)
    assert "un secret" in Page(opened.text).text


async def test_a_poster_s_link_opens_it_anew(browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    await browser.post("/chat/leave")
    assert "Je suis le robot" in (await browser.get("/chat?d=affiche")).text
    assert "Je suis le robot" in (await browser.get("/chat")).text


async def test_our_own_blank_page_opens_nothing_by_itself(browser: httpx.AsyncClient) -> None:
    blank = await browser.get("/chat/blank")
    assert "<script" not in blank.text
    assert Page((await browser.get("/chat")).text).words == ["Page", "Page", "Ouvrir"]
