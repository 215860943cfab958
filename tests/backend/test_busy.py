"""Calendars kept elsewhere, as a colleague writes them down and sees how well they are read; nothing of it while the head has not turned it on."""

import re
from html import unescape

import pytest

from backend.pages.busy import FAILURES, MOST
from bot.reaching import Why
from bot.rules.calendars import Busy
from storage import busy, switches
from storage.caseworkers import Member, Role
from storage.switches import Switch
from tests.backend.desk import Browser, House
from tests.clock import TestClock

PAGE = "/backend/calendar/busy"
ADDRESS = "https://calendar.example/private-secret/basic.ics"
ICS = {"kind": "ics", "address": ADDRESS}
BAND = "Un agenda n'est plus lu"


def words(browser: Browser) -> str:
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return shown.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").replace(" :", ":").replace(" .", ".")


async def write(browser: Browser, path: str, **fields: str) -> int:
    token = browser.form("/backend/logout")["token"]
    return (await browser.post(path, {"token": token, **fields})).status_code


async def opened(house: House, browser: Browser) -> Member:
    """Nadège, once the head has turned it on."""
    nadege = await house.colleague()
    await house.storage.run(lambda work: switches.turn(work, Switch.BUSY, on=True))
    await browser.log_in()
    await browser.get(PAGE)
    return nadege


async def test_off_there_is_no_such_page_and_no_word_of_it(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert (await browser.get(PAGE)).status_code == 404
        await browser.get("/backend/calendar/openings")
        assert "Agendas lus" not in words(browser)
        assert await write(browser, PAGE, **ICS) == 404
    assert await house.storage.read(busy.sources) == ()


class TestAddresses:
    async def test_one_is_kept_sealed_and_never_shown_again(self, house: House) -> None:
        async with house.browser() as browser:
            nadege = await opened(house, browser)
            await write(browser, PAGE, **ICS)
            assert "L'agenda est noté." in words(browser)
            assert "calendar.example" in words(browser)
            assert "private-secret" not in browser.page.text
            assert "Pas encore lu" in words(browser)
        (source,) = await house.storage.read(busy.sources)
        assert (source.caseworker_id, source.kind, source.address) == (nadege.id, busy.Kind.ICS, ADDRESS)

    async def test_what_opens_it_goes_into_the_address(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            form = {"kind": "caldav", "address": "https://other@cloud.example:8443/dav/perso/", "name": "nadège", "password": "p@ss word"}
            await write(browser, PAGE, **form)
            assert "p@ss" not in browser.page.text
        (source,) = await house.storage.read(busy.sources)
        assert source.address == "https://nad%C3%A8ge:p%40ss%20word@cloud.example:8443/dav/perso/"

    async def test_webcal_is_https(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await write(browser, PAGE, kind="ics", address="webcal://calendar.example/a.ics")
        assert (await house.storage.read(busy.sources))[0].address == "https://calendar.example/a.ics"

    @pytest.mark.parametrize(
        "fields",
        [
            {"address": ""},
            {"address": "http://calendar.example/a.ics"},
            {"address": "file:///etc/passwd"},
            {"address": "https://"},
            {"address": "https://[half"},
            {"address": "https://calendar.example:99999999/"},
            {"address": "https://calendar.example/a b"},
            {"address": "https://calendar.example/" + "a" * 500},
            {"kind": "ftp"},
            {"name": "nadège"},
            {"password": "p4ssw0rd"},
        ],
    )
    async def test_what_cannot_be_read_is_refused(self, house: House, fields: dict[str, str]) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert await write(browser, PAGE, **{**ICS, **fields}) == 422
            assert 'id="faute"' in browser.page.text
            assert "p4ssw0rd" not in browser.page.text, "a password is not shown again"
        assert await house.storage.read(busy.sources) == ()

    async def test_the_same_twice_or_too_many(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await write(browser, PAGE, **ICS)
            assert await write(browser, PAGE, **ICS) == 422
            assert "Cet agenda est déjà noté." in words(browser)
            for nth in range(MOST):
                await write(browser, PAGE, kind="ics", address=f"{ADDRESS}?{nth}")
            assert "5 agendas au plus." in words(browser)
        assert len(await house.storage.read(busy.sources)) == MOST

    async def test_each_their_own(self, house: House) -> None:
        async with house.browser() as browser, house.browser() as other:
            await opened(house, browser)
            await write(browser, PAGE, **ICS)
            (source,) = await house.storage.read(busy.sources)
            await house.colleague("Théo", "theo@example.org")
            await other.log_in("theo@example.org")
            await other.get(PAGE)
            assert "calendar.example" not in words(other)
            await write(other, f"{PAGE}/{source.token}/remove")
            assert len(await house.storage.read(busy.sources)) == 1, "somebody else's is as one that is not there"
            await write(browser, f"{PAGE}/{source.token}/remove")
            assert "ses heures sont oubliées" in words(browser)
        assert await house.storage.read(busy.sources) == ()


class TestHealth:
    async def test_how_many_events_and_when(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            nadege = await opened(house, browser)
            token = await house.storage.run(busy.add, nadege.id, busy.Kind.ICS, ADDRESS)
            await house.storage.run(busy.read, token, Busy(((0, 1),), 12, 1))
            clock.turn(minutes=5)
            await browser.get(PAGE)
            assert "Lu à 10 h 30 · 12 événements · 1 pas compris en entier: son premier jour compte" in words(browser)
            assert BAND not in words(browser)
            await write(browser, f"{PAGE}/{token}/again")
            assert "Il sera relu dans la minute." in words(browser)
        assert await house.storage.read(busy.any_due)

    async def test_a_day_without_being_read_is_a_band_on_every_page_for_whom_it_concerns(self, house: House, clock: TestClock) -> None:
        await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        await house.colleague("Théo", "theo@example.org")
        async with house.browser() as browser, house.browser() as head, house.browser() as other:
            nadege = await opened(house, browser)
            await head.log_in("nadia@example.org")
            await other.log_in("theo@example.org")
            token = await house.storage.run(busy.add, nadege.id, busy.Kind.ICS, ADDRESS)
            await house.storage.run(busy.read, token, Busy((), 3, 0))
            await house.storage.run(busy.failed, token, Why.CERTIFICATE)
            for each in (browser, head, other):
                await each.get("/backend")
                assert BAND not in words(each), "what was read an hour ago still holds"
            clock.turn(hours=11)
            clock.turn(hours=14)
            for each, told, email in ((browser, True, "nadege"), (head, True, "nadia"), (other, False, "theo")):
                await each.log_in(f"{email}@example.org")
                await each.get("/backend")
                assert (BAND in words(each)) == told
            await browser.get(PAGE)
            assert "Le certificat du serveur n'est pas bon. Lu pour la dernière fois" in words(browser)
            await head.get(PAGE)
            assert "Nadège · calendar.example" in words(head)
            assert token not in head.page.text
            await house.storage.run(lambda work: switches.turn(work, Switch.BUSY, on=False))
            await browser.get("/backend")
            assert BAND not in words(browser), "what is off shows nothing"

    def test_every_failure_has_its_words(self) -> None:
        assert set(FAILURES) == set(Why)
