"""The calendar file of an appointment: what it says, how long its address lives, what it says once moved or cancelled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar

from bot.cards import AppointmentCards
from bot.channels.webchat.dates import date_routes
from bot.rules.openings import Mode
from bot.settings import Settings
from storage import appointments
from storage.appointment_view import Appointment, By
from storage.engine import Storage
from tests.channels.webchat.site import build
from tests.clock import TestClock
from tests.storage.diary import Diary, diary, paris


@pytest.fixture
async def client(storage: Storage, clock: TestClock, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(date_routes(build(storage, clock, settings).house, AppointmentCards(storage)))
    async with httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(app)) as client:
        yield client


async def booked(of: Diary) -> Appointment:
    return await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))


async def event_of(client: httpx.AsyncClient, of: Appointment) -> tuple[str, dict[str, str]]:
    """What another program reads of it: its method, and its lines as text."""
    file = await client.get(f"/chat/dates/{of.token}")
    assert file.status_code == 200
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="rendez-vous.ics"'
    assert file.headers["cache-control"] == "no-store"
    calendar = Calendar.from_ical(file.content)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), {name: value.to_ical().decode() for name, value in event.items()}


async def test_it_says_rendez_vous_and_the_place_only(storage: Storage, client: httpx.AsyncClient) -> None:
    method, event = await event_of(client, await booked(await diary(storage)))
    assert method == "PUBLISH"
    assert (event["SUMMARY"], event["DTSTART"], event["SEQUENCE"]) == ("Rendez-vous", "20260310T090000Z", "0")
    assert event["LOCATION"] == "Antenne de Carvin\\, 12 place Jean-Jaurès\\, 62220 Carvin"
    said = " ".join(event.values())
    for never in ("Samira", "Premier entretien", "CLLAJ"):
        assert never not in said


@pytest.mark.parametrize(("mode", "where"), [(Mode.PHONE, "Par téléphone"), (Mode.VIDEO, "En visio"), (Mode.HOME, "À domicile")])
async def test_one_to_which_nobody_comes_names_no_address(storage: Storage, client: httpx.AsyncClient, mode: Mode, where: str) -> None:
    """Taken at the antenna, by telephone: whoever reads the antenna's address would go there."""
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), replace(of.at("2026-03-10 10:00"), mode=mode), freely=True)
    assert (await event_of(client, mine))[1]["LOCATION"] == where


async def test_moved_it_is_the_same_entry_and_a_higher_sequence(storage: Storage, client: httpx.AsyncClient) -> None:
    of = await diary(storage)
    mine = await booked(of)
    _method, before = await event_of(client, mine)
    await storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"))
    _method, after = await event_of(client, mine)
    assert after["UID"] == before["UID"]
    assert (after["DTSTART"], after["SEQUENCE"]) == ("20260312T140000Z", "1")


async def test_cancelled_it_takes_itself_out(storage: Storage, client: httpx.AsyncClient) -> None:
    mine = await booked(await diary(storage))
    await storage.run(appointments.cancel, mine.token, 1, By.TEAM)
    method, event = await event_of(client, mine)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")


async def test_until_the_day_after(storage: Storage, clock: TestClock, client: httpx.AsyncClient) -> None:
    mine = await booked(await diary(storage))
    clock.turn_to(paris("2026-03-11 23:59"))
    await event_of(client, mine)
    clock.turn_to(clock.now() + timedelta(minutes=1))
    gone = await client.get(f"/chat/dates/{mine.token}")
    assert gone.status_code == 410
    assert "lendemain du rendez-vous" in gone.text
    assert "Carvin" not in gone.text


@pytest.mark.parametrize("token", ["a" * 22, "..", "%2e%2e%2fetc", "x" * 200, "é" * 30])
async def test_nobody_s(client: httpx.AsyncClient, token: str) -> None:
    assert (await client.get(f"/chat/dates/{token}")).status_code in (404, 410)
