"""What the tests of appointments at the desk read and fill in."""

import re
from html import unescape

from sqlalchemy import select

from bot.rules.reminders import Kind
from storage import appointment_view, reminders, tables
from storage.appointment_view import Appointment
from storage.engine import table
from tests.backend.desk import Browser, House
from tests.backend.week import Week, receives
from tests.clock import TestClock

CALENDAR = "/backend/calendar"
AUDIT = table(tables.Audit)


def said(browser: Browser) -> str:
    """What the page says, without its markup, in ordinary spaces and apostrophes."""
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return text.replace("’", "'").replace("\u202f", " ").replace("\u00a0", " ")


def offered(browser: Browser) -> list[str]:
    """What the buttons of the page propose: their keys."""
    return re.findall(r'name="slot" value="([^"]+)"', browser.page.text)


def by_hand(week: Week, at: str, **other: str) -> dict[str, str]:
    """What the form « à la main » sends."""
    day, hour = at.split()
    told = {"day": day, "hour": hour, "minutes": "45", "place": week.office.token, "mode": "on_site", "who": week.nadege.token}
    return {**told, "freely": "1", **other}


async def read(house: House, token: str) -> Appointment:
    found = await house.storage.read(appointment_view.find, token)
    assert found is not None
    return found


async def of(house: House, name: str) -> list[Appointment]:
    """The appointments of somebody."""
    lane = await house.lane(name)
    return list(await house.storage.read(appointment_view.of_person, lane.person_id))


async def steps(house: House, one: Appointment) -> dict[Kind, reminders.State]:
    found = await house.storage.read(lambda work: reminders.steps(work, appointment_id=one.id))
    return {step.kind: step.state for step in found}


async def acts(house: House) -> list[str]:
    return await house.storage.read(lambda work: list(work.session.execute(select(AUDIT.c.act).order_by(AUDIT.c.id)).scalars()))


async def opened(house: House, clock: TestClock, browser: Browser) -> Week:
    week = await receives(house, clock)
    await browser.log_in()
    return week
