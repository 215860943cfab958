"""Appointments as a calendar program reads them: parsers accept it, a change is seen, a secret opens one feed and is in no log."""

import asyncio
import logging
import re
from html import unescape

import httpx
import pytest
import vobject
from fastapi import FastAPI
from icalendar import Calendar

from bot.feeds import feed_routes, is_known
from bot.serving import server
from storage import appointments, caseworkers, feeds
from storage.appointment_view import Appointment, By
from storage.caseworkers import Role
from storage.engine import Storage
from tests.backend.desk import Browser, House
from tests.clock import TestClock
from tests.storage.diary import Diary, diary

PAGE = "/backend/calendar/feed"


async def write(browser: Browser, path: str) -> int:
    token = browser.form("/backend/logout")["token"]
    return (await browser.post(path, {"token": token})).status_code


def words(browser: Browser) -> str:
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return shown.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


def outside(storage: Storage) -> httpx.AsyncClient:
    """A calendar program: it knows an address, and nobody."""
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(feed_routes(storage))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://cllaj.example")


async def subscribed(storage: Storage) -> tuple[Diary, str]:
    """Samira has appointments to come, and an address."""
    of = await diary(storage)
    secret = await storage.run(feeds.give, of.team[0])
    return of, f"/calendar/{secret}.ics"


async def moved(of: Diary, one: Appointment) -> Appointment:
    others = await of.slots()
    found = await of.storage.run(lambda work: appointments.move(work, one.token, one.version, others[-1], By.TEAM))
    assert isinstance(found, Appointment)
    return found


class TestFeed:
    async def test_two_parsers_read_what_the_diary_holds(self, storage: Storage) -> None:
        of, address = await subscribed(storage)
        one = await of.book(await of.person("yanis"))
        two = await of.book(await of.person("lina"))
        async with outside(storage) as program:
            answer = await program.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        mine = Calendar.from_ical(answer.content).events
        theirs = vobject.readOne(answer.text).contents["vevent"]
        said = [(f"{each.token}@rdv.palier", each.slot.start, each.slot.end, "CONFIRMED") for each in (one, two)]
        assert [(str(each["UID"]), each.start, each.end, str(each["STATUS"])) for each in mine] == said
        assert [(each.uid.value, each.dtstart.value, each.dtend.value, each.status.value) for each in theirs] == said
        assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
        assert answer.content.endswith(b"END:VCALENDAR\r\n")

    async def test_it_says_rendez_vous_and_the_place_alone(self, storage: Storage) -> None:
        of, address = await subscribed(storage)
        await of.book(await of.person("yanis"), callback="06 00 00 00 00")
        async with outside(storage) as program:
            text = (await program.get(address)).text.replace("\r\n ", "")
        assert "SUMMARY:Rendez-vous\r\n" in text
        assert "LOCATION:Antenne de Carvin\\, 12 place Jean-Jaurès\\, 62220 Carvin" in text
        assert not re.search(r"yanis|06 00|entretien|Samira|CLLAJ", text, re.IGNORECASE)

    async def test_moved_the_uid_stays_and_the_sequence_rises_cancelled_it_is_told(self, storage: Storage, clock: TestClock) -> None:
        of, address = await subscribed(storage)
        booked = await of.book(await of.person("yanis"))
        async with outside(storage) as program:
            (first,) = Calendar.from_ical((await program.get(address)).content).events
            clock.turn(minutes=5)
            after = await moved(of, booked)
            (second,) = Calendar.from_ical((await program.get(address)).content).events
            await storage.run(appointments.cancel, after.token, after.version)
            (third,) = Calendar.from_ical((await program.get(address)).content).events
            clock.turn(days=30)
            assert b"STATUS:CANCELLED" in (await program.get(address)).content, "a program that was away learns of it"
        assert first["UID"] == second["UID"] == third["UID"]
        assert first.sequence < second.sequence < third.sequence
        assert (second.start, str(third["STATUS"])) == (after.slot.start, "CANCELLED")

    async def test_what_has_not_changed_is_not_sent_again(self, storage: Storage, clock: TestClock) -> None:
        of, address = await subscribed(storage)
        booked = await of.book(await of.person("yanis"))
        async with outside(storage) as program:
            whole = await program.get(address)
            tag = whole.headers["etag"]
            clock.turn(minutes=5)
            same = await program.get(address, headers={"if-none-match": tag})
            head = await program.head(address)
            await moved(of, booked)
            other = await program.get(address, headers={"if-none-match": tag})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))
        assert head.headers["etag"] == tag
        assert (other.status_code, other.headers["etag"] != tag) == (200, True)

    @pytest.mark.parametrize(("asked", "known"), [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)])
    def test_if_none_match(self, asked: str, known: bool) -> None:
        assert is_known(asked, '"a"') == known

    async def test_each_secret_opens_one_feed_and_none_once_revoked(self, storage: Storage) -> None:
        of = await diary(storage, ("Samira", "Théo"))
        mine, theirs = [await storage.run(feeds.give, who) for who in of.team]
        slots = await of.slots(6)
        for nth, slot in enumerate(slots):
            await of.book(await of.person(f"person-{nth}"), slot)
        owners = [sum(1 for slot in slots if slot.who == who) for who in of.team]
        async with outside(storage) as program:
            found = [(await program.get(f"/calendar/{secret}.ics")).content.count(b"BEGIN:VEVENT") for secret in (mine, theirs)]
            assert found == owners
            again = await storage.run(feeds.give, of.team[0])
            assert (await program.get(f"/calendar/{mine}.ics")).status_code == 404
            assert (await program.get(f"/calendar/{again}.ics")).status_code == 200
            await storage.run(feeds.revoke, of.team[0])
            await storage.run(caseworkers.disable, of.team[1])
            for secret in (again, theirs, "x", "a" * 5000, "%00", "..", "é"):
                answer = await program.get(f"/calendar/{secret}.ics")
                assert answer.status_code == 404
                assert answer.text in ("not here\n", '{"detail":"Not Found"}')

    async def test_an_empty_diary_is_a_calendar_too(self, storage: Storage) -> None:
        _, address = await subscribed(storage)
        async with outside(storage) as program:
            assert (await program.post(address)).status_code == 405
            raw = (await program.get(address)).content
        assert Calendar.from_ical(raw).events == []

    async def test_no_log_carries_a_secret(self, storage: Storage, caplog: pytest.LogCaptureFixture) -> None:
        """Over a real server, everything listened to."""
        _, address = await subscribed(storage)
        caplog.set_level(logging.DEBUG)
        app, stopping = FastAPI(openapi_url=None), asyncio.Event()
        app.router.routes.extend(feed_routes(storage))
        web = server(app, "127.0.0.1", 0, stopping)
        serving = asyncio.create_task(web.run_until_stopped())
        while not web.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
            await asyncio.sleep(0.01)  # a real server opens its port
        port = web.servers[0].sockets[0].getsockname()[1]
        for path in (address, "/calendar/revoked-secret.ics"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode())
            assert b"HTTP/1.1" in await reader.read()
            writer.close()
        stopping.set()
        await serving
        secret = address.removeprefix("/calendar/").removesuffix(".ics")
        assert not [record for record in caplog.records if secret in record.getMessage() or "revoked-secret" in record.getMessage()]


class TestPage:
    async def test_an_address_is_shown_once_and_revoked(self, house: House) -> None:
        nadege = await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "Rien ne sort d'ici" in words(browser)
            assert "PALIER_BASE_URL" in words(browser), "nobody else reaches this machine"
            await write(browser, PAGE)
            secret = await house.storage.read(feeds.secret_of, nadege.id)
            assert f'value="{house.base}/calendar/{secret}.ics"' in browser.page.text
            assert browser.page.headers["cache-control"] == "no-store"
            for name in ("Google Agenda", "Outlook", "Apple", "Nextcloud"):
                assert name in words(browser)
            await browser.get(PAGE)
            assert secret not in browser.page.text
            assert "Une adresse est en usage" in words(browser)
            await write(browser, PAGE)
            another = await house.storage.read(feeds.secret_of, nadege.id)
            assert another not in ("", secret)
            await write(browser, f"{PAGE}/revoke")
            assert "L'adresse n'ouvre plus rien." in words(browser)
        assert await house.storage.read(feeds.secret_of, nadege.id) == ""

    async def test_each_makes_their_own(self, house: House) -> None:
        nadege = await house.colleague()
        nadia = await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        kept = await house.storage.run(feeds.give, nadege.id)
        async with house.browser() as browser:
            await browser.log_in("nadia@example.org")
            await browser.get(PAGE)
            assert "Aucune adresse." in words(browser)
            await write(browser, PAGE)
        assert await house.storage.read(feeds.secret_of, nadege.id) == kept
        assert await house.storage.read(feeds.since, nadia.id) == house.storage.clock.now()

    async def test_an_administrator_has_none(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            assert (await browser.get(PAGE)).status_code == 403
