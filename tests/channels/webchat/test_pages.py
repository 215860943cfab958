"""GET /chat: the welcome, what it weighs, and what every page of the chat carries."""

import gzip
import re
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import func, select

from bot.messages import Choice
from bot.settings import Settings
from storage.engine import Work, open_storage
from storage.tables import Address
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, build
from tests.clock import TestClock

HEAVIEST = 30_000


def count_addresses(work: Work) -> int:
    return work.session.exec(select(func.count()).select_from(Address)).one()


async def test_the_welcome_is_shown_and_nobody_is_created(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    assert "Je suis le robot du CLLAJ" in page.text
    assert "Je ne suis pas un service d’urgence." in page.text
    assert list(page.buttons)[:3] == ["Urgence", "Une personne", "Quitter vite"]
    assert "Trouver un logement" in page.buttons
    assert {"tel:115", "tel:17", "tel:119", "tel:3114"} <= set(page.links)
    assert await site.robot.storage.read(count_addresses) == 0


async def test_the_first_load_fits_in_thirty_kilobytes(site: Site, browser: httpx.AsyncClient) -> None:
    page = await browser.get("/chat")
    wanted = sorted({found.partition("#")[0] for found in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)})
    weights = {"/chat": len(gzip.compress(page.content, 6))}
    for address in wanted:
        file = await browser.get(address)
        assert file.status_code == 200
        assert file.headers["content-encoding"] == "gzip"
        assert "immutable" in file.headers["cache-control"]
        weights[address] = int(file.headers["content-length"])
    assert page.headers["content-encoding"] == "gzip"
    assert {Path(address).name.split(".")[0] for address in wanted} == {"palier", "chat", "icon", "icons"}
    assert sum(weights.values()) <= HEAVIEST, weights


async def test_every_page_is_kept_by_nobody_and_says_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.otherwise = [answer("oui")]
    first = await browser.get("/chat")
    sent = await browser.post("/chat", data=Page(first.text).writes("salut"), follow_redirects=False)
    for response in (first, sent, await browser.get("/chat/messages"), await browser.get("/chat/blank"), await browser.get("/chat")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["x-content-type-options"] == "nosniff"
    assert re.findall("<title>(.*)</title>", first.text) == ["Palier"]


async def test_the_policy_allows_nothing_inline_and_no_one_else(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/chat")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    page = Page(response.text)
    assert not [name for _tag, name in page.attributes if name == "style" or name.startswith("on")]
    assert not re.search(r"<(script|style)>", response.text)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', response.text)


async def test_a_code_of_a_poster_waits_for_a_press(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.answers = {"visale": [answer("Visale, c’est un garant gratuit.")]}
    page = Page((await browser.get("/chat?d=visale")).text)
    assert not site.robot.received
    after = await browser.post("/chat", data=page.presses("Commencer"), follow_redirects=True)
    assert [(one.kind.value, one.text) for one in site.robot.received] == [("started", "visale")]
    assert Page(after.text).text.count("Je suis le robot du CLLAJ") == 1
    assert "Visale, c’est un garant gratuit." in Page(after.text).text
    assert "/start" not in after.text


@pytest.mark.parametrize(
    ("typed", "leads"), [("/d/k3x9pz", "/chat?d=k3x9pz"), ("/d/zzzzzz", "/chat?d=zzzzzz"), ("/d/%3Cscript%3E", "/chat"), ("/d/a%0D%0Ab", "/chat")]
)
async def test_a_short_address_leads_to_the_chat_and_keeps_nothing(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, typed: str, leads: str
) -> None:
    caplog.set_level("DEBUG")
    answer = await browser.get(typed)
    assert (answer.status_code, answer.headers["location"]) == (303, leads)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert "k3x9pz" not in " ".join(ours)


async def test_an_altered_code_is_not_mentioned(browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat?d=<script>")).text)
    assert "Commencer" not in page.buttons
    assert "<script>" not in page.text


async def test_older_lines_are_one_link_away(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    await browser.post("/chat/messages", json={"text": "début"})
    await site.robot.say(*[answer(f"ligne {number}") for number in range(100)])
    newest = Page((await browser.get("/chat")).text)
    assert "ligne 99" in newest.text
    assert "ligne 1\n" not in newest.text
    assert "Je suis le robot" not in newest.text
    (link,) = [link for link in newest.links if "before" in link]
    oldest = Page((await browser.get(link)).text)
    assert "début" in oldest.text
    assert "ligne 19" in oldest.text
    assert "ligne 20" not in oldest.text
    assert page.token != newest.token


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://127.0.0.1:8000", "Path=/chat; Max-Age=2592000; HttpOnly; SameSite=Lax"),
        ("https://chat.example.org", "Path=/chat; Max-Age=2592000; HttpOnly; Secure; SameSite=None; Partitioned"),
    ],
)
async def test_the_cookie_suits_how_people_reach_us(plain_settings: Settings, clock: TestClock, base_url: str, expected: str) -> None:
    settings = plain_settings.model_copy(update={"base_url": base_url})
    storage = await open_storage(settings, clock)
    async with build(storage, clock, settings).client() as browser:
        cookie = (await browser.get("/chat")).headers["set-cookie"]
    await storage.close()
    assert re.fullmatch(r"palier_chat=[A-Za-z0-9_-]{43}; " + re.escape(expected), cookie)


async def test_another_site_may_frame_the_chat_only_where_the_settings_say_so(plain_settings: Settings, clock: TestClock) -> None:
    settings = plain_settings.model_copy(update={"embed_origins": ("https://cllaj.example.org",)})
    storage = await open_storage(settings, clock)
    async with build(storage, clock, settings).client() as browser:
        policy = (await browser.get("/chat")).headers["content-security-policy"]
    await storage.close()
    assert policy.endswith("frame-ancestors 'self' https://cllaj.example.org")


async def test_the_database_never_holds_the_token(site: Site, browser: httpx.AsyncClient, plain_settings: Settings) -> None:
    await browser.get("/chat")
    token = browser.cookies["palier_chat"]
    await browser.post("/chat/messages", json={"text": "bonjour"})
    assert token not in site.robot.received[0].address.peer
    assert re.fullmatch("[0-9a-f]{64}", site.robot.received[0].address.peer)
    folder = Path(SecretStr.get_secret_value(plain_settings.database_url).removeprefix("sqlite:///")).parent
    assert not [file for file in folder.iterdir() if token.encode() in file.read_bytes()]


async def test_a_page_shows_lines_as_its_language_is_written(site: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "salut"})
    await site.robot.say(answer("مرحبا", language="ar"), answer("fini", Choice("link", "Le site", link="https://www.visale.fr")))
    text = (await browser.get("/chat")).text
    assert 'lang="ar" dir="rtl"' in text
    assert 'href="https://www.visale.fr" target="_blank" rel="noopener noreferrer"' in text


async def test_an_appointment_is_a_card_whose_day_is_seen_first(site: Site, browser: httpx.AsyncClient) -> None:
    """Plain, as what one keeps: honey is for a human and for waiting."""
    said = "C’est réservé.\nMercredi 9 décembre, 16 h.\nLieu : 1 place du Marché.\n\nUrgence : 115 · 17 · 119 · 3114"
    site.robot.otherwise = [answer(said, Choice("move", "Déplacer"), card="appointment")]
    page = Page((await browser.get("/chat")).text)
    await browser.post("/chat", data=page.writes("oui"))
    html = (await browser.get("/chat")).text
    assert '<p class="when">Mercredi 9 décembre, 16 h.</p>' in html
    assert "<p>Lieu : 1 place du Marché.</p>" in html
    assert 'class="banner wait"' not in html
    assert html.index("card-foot") > html.index("Lieu : 1 place")
