"""/c/{token}: looked at by whoever, used once by a button, without JavaScript; a session of its own, and a page that was closed says so."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.webchat.moving import moving_routes
from bot.messages import Address, Inbound, Kind
from bot.moves import PrivateMoves
from bot.settings import Settings
from storage import lanes, private_links, road
from storage.engine import Storage, Work
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, build
from tests.clock import TestClock

YANIS = Address("telegram", "bot", "yanis")
OVER = "Ce lien ne marche plus"


def asked(work: Work) -> str:
    """Yanis wrote, and has a link."""
    lane = lanes.lane_of(work, YANIS)
    if lane is None:
        accepted = road.accept(work, Inbound(YANIS, "1", Kind.TEXT, work.now, text="mon secret"), handled=True)
        assert accepted is not None
        lane = accepted.lane
    token = private_links.make(work, lane)
    lanes.keep(work, lane)
    return token


def come_back(work: Work) -> None:
    lane = lanes.lane_of(work, YANIS)
    assert lane is not None
    private_links.close(work, lanes.lanes_of_person(work, lane.person_id))


@pytest.fixture
def site(storage: Storage, clock: TestClock, settings: Settings) -> Site:
    site = build(storage, clock, settings)
    site.robot.otherwise = [answer("Reçu.")]
    site.app.include_router(moving_routes(site.house, PrivateMoves(storage)))
    return site


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as client:
        yield client


async def test_looked_at_it_is_not_used(site: Site, browser: httpx.AsyncClient) -> None:
    path = f"/c/{await site.robot.storage.run(asked)}"
    for _ in range(3):
        page = await browser.get(path)
        assert (page.status_code, "set-cookie" in page.headers, page.headers["cache-control"]) == (200, False, "no-store")
        assert "<script" not in page.text
        assert len(page.content) < 30 * 1024
    assert Page(page.text).buttons.keys() == {"Quitter vite", "Ouvrir la page"}
    opened = await browser.post(path)
    assert opened.status_code == 200
    assert "On continue ici" in Page(opened.text).text
    assert "mon secret" not in opened.text
    for page in (await browser.get(path), await browser.post(path)):
        assert (page.status_code, OVER in Page(page.text).text) == (410, True)


async def test_its_cookie_is_the_chat_s(site: Site, browser: httpx.AsyncClient) -> None:
    opened = await browser.post(f"/c/{await site.robot.storage.run(asked)}")
    kept = next(line for line in opened.headers.get_list("set-cookie") if line.startswith("palier_chat="))
    assert "Path=/chat; Max-Age=2592000; HttpOnly; SameSite=Lax" in kept
    assert "On continue ici" in Page((await browser.get("/chat")).text).text


async def test_without_a_cookie_the_page_itself_says_who_writes(site: Site, browser: httpx.AsyncClient) -> None:
    opened = Page((await browser.post(f"/c/{await site.robot.storage.run(asked)}")).text)
    browser.cookies.clear()
    after = await browser.post("/chat", data=opened.writes("je suis là"))
    assert after.status_code == 200
    mine, yanis = [await site.robot.storage.run(lanes.lane_of, address) for address in (site.robot.received[-1].address, YANIS)]
    assert mine is not None
    assert yanis is not None
    assert mine.person_id == yanis.person_id


async def test_who_had_the_browser_before_is_not_mixed_with_them(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.post("/chat", data=Page((await browser.get("/chat")).text).writes("je suis une autre personne"))
    stranger = site.robot.received[-1].address
    opened = await browser.post(f"/c/{await site.robot.storage.run(asked)}")
    assert "une autre personne" not in opened.text
    lanes_now = [await site.robot.storage.run(lanes.lane_of, address) for address in (stranger, YANIS)]
    assert len({lane.person_id for lane in lanes_now if lane is not None}) == 2


async def test_another_site_opens_nobody_s_page(site: Site, browser: httpx.AsyncClient) -> None:
    path = f"/c/{await site.robot.storage.run(asked)}"
    assert (await browser.post(path, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await browser.post(path, headers={"sec-fetch-site": "same-origin", "origin": "null"})).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "%00", "..", "a" * 43, "a" * 500])
async def test_a_token_of_nobody_opens_nothing(browser: httpx.AsyncClient, token: str) -> None:
    for page in (await browser.get(f"/c/{token}"), await browser.post(f"/c/{token}")):
        assert page.status_code in (404, 410)
        assert "set-cookie" not in page.headers


async def test_what_is_written_on_a_closed_page_goes_to_nobody_and_says_so(site: Site, browser: httpx.AsyncClient) -> None:
    opened = Page((await browser.post(f"/c/{await site.robot.storage.run(asked)}")).text)
    await site.robot.storage.run(come_back)
    after = await browser.post("/chat", data=opened.writes("je suis encore là"))
    assert (after.status_code, "Cette page à part est fermée." in Page(after.text).text) == (409, True)
    assert "je suis encore là" in after.text
    assert site.robot.received == []
    bearer = {"authorization": f"Bearer {opened.token}"}
    assert (await browser.post("/chat/messages", json={"text": "et là ?"}, headers=bearer)).status_code == 401
    again = Page(after.text)
    assert (await browser.post("/chat", data=again.writes("autre chose"))).status_code == 303
    assert [inbound.text for inbound in site.robot.received] == ["autre chose"]


async def test_a_closed_page_opened_again_is_a_stranger_s_welcome(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.post(f"/c/{await site.robot.storage.run(asked)}")
    before = browser.cookies["palier_chat"]
    await site.robot.storage.run(come_back)
    page = await browser.get("/chat")
    assert "On continue ici" not in page.text
    assert browser.cookies["palier_chat"] != before


async def test_after_leaving_in_a_hurry_a_link_opens_the_chat_anew(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    await browser.post("/chat/leave")
    await browser.post(f"/c/{await site.robot.storage.run(asked)}")
    assert "On continue ici" in (await browser.get("/chat")).text
