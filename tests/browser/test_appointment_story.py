"""A newcomer in the demo books in the chat, turns the clock, gets the reminder, moves it in their own words: the desk and the feeds agree."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from playwright.async_api import Browser, Page, expect

from bot import demo, furnishing
from bot.serving import server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TEAM = ("samira@demo.example", "theo@demo.example", "lina@demo.example")
TITLE = "Rendez-vous"


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[str]:
    """The demo on a port of this machine, its story told."""
    door, settings = await asyncio.to_thread(demo._prepare, folder, fresh=False)
    async with demo.furnished(folder, settings, lambda *lines: None) as service:
        site = server(demo.web(service), settings.host, settings.port, service.stopping)
        serving = asyncio.create_task(site.run_until_stopped(door))
        while not site.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
            await asyncio.sleep(0.01)  # a real server opens its port
        yield settings.base_url
        service.stopping.set()
        await serving


@dataclass(frozen=True)
class Event:
    """An appointment as a subscribed calendar reads it."""

    uid: str
    sequence: int
    start: datetime
    title: str
    text: str


async def feed_of(chromium: Browser, address: str, email: str) -> tuple[Page, str]:
    """A colleague comes in and makes the address of their calendar; their window, and that address."""
    page = await (await chromium.new_context(viewport={"width": 1280, "height": 820}, locale="fr-FR")).new_page()
    await page.goto(f"{address}/backend")
    await page.get_by_label("Adresse e-mail").fill(email)
    await page.get_by_label("Mot de passe").fill(furnishing.PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.goto(f"{address}/backend/calendar/feed")
    await page.get_by_role("button", name="Faire mon adresse").click()
    return page, await page.locator("#adresse").input_value()


async def events(client: httpx.AsyncClient, feeds: list[str]) -> list[Event]:
    """What all these calendars show, what was cancelled left out."""
    found = []
    for feed in feeds:
        answer = await client.get(feed)
        assert answer.status_code == 200
        for each in Calendar.from_ical(answer.content).walk("VEVENT"):
            if str(each.get("STATUS", "")) != "CANCELLED":
                text = each.to_ical().decode()
                found.append(Event(str(each["UID"]), int(str(each["SEQUENCE"])), each.decoded("DTSTART").astimezone(UTC), str(each["SUMMARY"]), text))
    return found


async def writes(page: Page, text: str) -> None:
    await page.get_by_label("Ton message").fill(text)
    await page.get_by_label("Envoyer").click()


async def last_said(page: Page, text: str) -> None:
    """The robot's newest words hold these."""
    await expect(page.locator(".by-bot, .by-bot ~ *").last).to_contain_text(text)


async def test_book_remind_move(chromium: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path / "demo") as address, httpx.AsyncClient(trust_env=False) as client:
        made = [await feed_of(chromium, address, email) for email in TEAM]
        desks, feeds = [page for page, _feed in made], [feed for _page, feed in made]
        before = {event.uid for event in await events(client, feeds)}
        chat = await (await chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")).new_page()
        chat.set_default_timeout(20_000)
        await chat.goto(f"{address}/chat")
        await book(chat)
        [booked] = [event for event in await events(client, feeds) if event.uid not in before]
        assert (booked.title, "yanis" in booked.text.lower()) == (TITLE, False)

        await turn(client, address, booked.start - timedelta(hours=46))
        await chat.reload()
        await expect(chat.get_by_role("button", name="Je viens").last).to_be_visible()
        await expect(chat.get_by_text("Ton rendez-vous").last).to_be_visible()

        await writes(chat, "on peut decaler a un autre jour")
        await expect(chat.get_by_text("Lequel te va").last).to_be_visible()
        await writes(chat, "le dernier")
        await expect(chat.get_by_text("On change").last).to_be_visible()
        await writes(chat, "vi")
        await expect(chat.get_by_text("C’est fait").last).to_be_visible()

        [moved] = [event for event in await events(client, feeds) if event.uid not in before]
        assert (moved.uid, moved.sequence > booked.sequence, moved.start != booked.start) == (booked.uid, True, True)
        assert await at_desk(desks, address, moved.start) == 1
        assert await at_desk(desks, address, booked.start) == (moved.start.date() == booked.start.date())


async def book(chat: Page) -> None:
    """By words all along; a name is given, a number is not. Not next week: its first days are too near for a reminder when today is Sunday."""
    for said, heard in (("jveu un rdv", "C’est pour quoi"), ("trouver un logement", "quelle ville"), ("bremont", "Lequel te va")):
        await writes(chat, said)
        await expect(chat.get_by_text(heard).last).to_be_visible()
    await writes(chat, "dans 2 semaines")
    await expect(chat.get_by_text("Lequel te va")).to_have_count(2)
    await writes(chat, "le 2e")
    await expect(chat.get_by_text("Je réserve").last).to_be_visible()
    await writes(chat, "oui")
    await expect(chat.get_by_text("Un prénom pour te retrouver").last).to_be_visible()
    await writes(chat, "Yanis")
    await expect(chat.get_by_text("Un numéro, au cas où").last).to_be_visible()
    await writes(chat, "passer")
    await expect(chat.get_by_text("C’est réservé.").last).to_be_visible()


async def turn(client: httpx.AsyncClient, address: str, to: datetime) -> None:
    """Turn the demo's clock to this moment."""
    now = datetime.fromisoformat((await client.post(f"{address}/demo/clock", json={"advance": "PT0S"})).json()["now"])
    answer = await client.post(f"{address}/demo/clock", json={"advance": f"PT{int((to - now).total_seconds())}S"}, timeout=60)
    assert answer.status_code == 200, answer.text


async def at_desk(desks: list[Page], address: str, start: datetime) -> int:
    """How many desks show Yanis on the day of this moment."""
    found = 0
    for page in desks:
        await page.goto(f"{address}/backend/calendar?vue=jour&jour={start.date().isoformat()}")
        found += await page.get_by_text("Yanis").count() > 0
    return found
