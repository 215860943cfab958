"""An appointment that is over, closed in one tap: nobody is counted, and who has no home is called."""

import re

import pytest

from bot.rules.reminders import Kind
from storage import appointments, marks, reminders
from storage.appointment_view import Outcome, State
from storage.marks import What
from tests.backend.booked import CALENDAR, acts, opened, read, said, steps
from tests.backend.desk import House
from tests.backend.week import paris
from tests.clock import TestClock


class TestClose:
    @pytest.mark.parametrize(
        ("outcome", "words"),
        [
            ("came", "la personne est venue"),
            ("warned", "la personne avait prévenu"),
            ("prevented", "la personne a été empêchée"),
            ("absent", "la personne n'est pas venue"),
            ("ours", "annulé ou absence de notre côté"),
        ],
    )
    async def test_in_one_tap(self, house: House, clock: TestClock, outcome: str, words: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-02 10:30")
            clock.turn_to(paris("2026-03-02 11:30"))
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            await browser.send(f"{path}/close", outcome=outcome)
            assert f"Noté : {words}." in said(browser)
            now = await read(house, mine.token)
            assert (now.state, now.outcome) == (State.DONE, Outcome(outcome))
            assert (Kind.MISSED in await steps(house, now)) == (outcome == "absent")

    async def test_a_wrong_one_is_put_right_and_its_message_does_not_go(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-02 10:30")
            clock.turn_to(paris("2026-03-02 11:30"))
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            await browser.send(f"{path}/close", outcome="absent")
            await browser.send(f"{path}/close", outcome="came")
            now = await read(house, mine.token)
            assert now.outcome is Outcome.CAME
            assert (await steps(house, now))[Kind.MISSED] is reminders.State.DEAD

    async def test_a_colleague_who_said_otherwise_is_not_overruled_unseen(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser, house.browser() as other:
            week = await opened(house, clock, browser)
            await other.log_in("theo@example.org")
            mine = await week.book("Yanis", "2026-03-02 10:30")
            clock.turn_to(paris("2026-03-02 11:30"))
            path = f"{CALENDAR}/appointments/{mine.token}"
            for each in (browser, other):
                await each.get(path)
            form = other.form(f"{path}/close")
            await browser.send(f"{path}/close", outcome="prevented")
            assert (await other.post(f"{path}/close", {**form, "outcome": "absent"})).status_code == 409
            assert "Noté : la personne a été empêchée." in said(other)
            assert (await other.post(f"{path}/close", {**form, "outcome": "prevented"})).status_code == 303, "the same is no quarrel"
            assert (await read(house, mine.token)).outcome is Outcome.PREVENTED

    async def test_not_before_it_has_begun_nor_once_cancelled(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            assert 'class="outcomes"' not in browser.page.text
            form = {"token": browser.form(f"{path}/cancel")["token"], "was": "", "outcome": "absent"}
            assert (await browser.post(f"{path}/close", form)).status_code == 409
            assert (await browser.post(f"{path}/close", {**form, "outcome": "late"})).status_code == 422
            assert (await read(house, mine.token)).outcome is None

    @pytest.mark.parametrize(
        "back", ["https://evil.example", "//evil.example", "/backend/calendar\\..", "/backend/calendarevil", "/backend/threads/x"]
    )
    async def test_goes_back_to_no_other_site(self, house: House, clock: TestClock, back: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-02 10:30")
            clock.turn_to(paris("2026-03-02 11:30"))
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            response = await browser.send(f"{path}/close", outcome="came", back=back)
            assert response.headers["location"] == f"{path}?fait=closed"


async def test_nothing_counts_who_did_not_come(house: House, clock: TestClock) -> None:
    """Five times or never: their thread, an appointment to come and the page that books another say the same."""
    async with house.browser() as browser:
        week = await opened(house, clock, browser)
        mine = await week.book("Zoé", "2026-03-20 09:00")
        paths = (f"/backend/threads/{week.threads['Zoé']}", f"{CALENDAR}/appointments/{mine.token}", f"{CALENDAR}/book/{week.threads['Zoé']}")

        async def seen() -> list[str]:
            clock.turn_to(paris("2026-03-10 10:00"))
            pages = [(await browser.get(path)).text for path in paths]
            return [" ".join(re.sub(r"<[^>]+>", " ", re.split(r"<main[^>]*>", page)[-1]).split()) for page in pages]

        before = await seen()
        for hour in ("09:00", "10:00", "11:00", "14:00", "15:00"):
            clock.turn_to(paris("2026-03-02 08:00"))
            missed = await week.book("Zoé", f"2026-03-02 {hour}")
            clock.turn_to(paris("2026-03-02 16:00"))
            await house.storage.run(appointments.close, missed.token, Outcome.ABSENT)
        assert await seen() == before


class TestUnhoused:
    async def test_is_noted_with_their_knowledge_only_and_adds_a_call(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-12 10:30")
            person = (await house.lane("Yanis")).person_id
            path = f"{CALENDAR}/appointments/{mine.token}"
            mark = f"{CALENDAR}/book/{week.threads['Yanis']}/unhoused"
            await browser.get(path)
            assert "c'est noté avec son accord" in said(browser)
            await browser.send(mark, on="1", accord="")
            assert await house.storage.read(marks.until, person, What.UNHOUSED) is None
            await browser.get(path)
            await browser.send(mark, on="1", accord="1")
            assert "Noté avec son accord, jusqu'au" in said(browser)
            assert Kind.CALL in await steps(house, mine)
            assert "Appel prévu" in said(browser)
            await browser.send(mark, on="0")
            assert (await steps(house, mine))[Kind.CALL] is reminders.State.DEAD
            assert await house.storage.read(marks.until, person, What.UNHOUSED) is None
            assert [act for act in await acts(house) if act == "marked"] == ["marked"] * 2

    async def test_lapses_by_itself(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(path)
            await browser.send(f"{path}/unhoused", on="1", accord="1")
            clock.turn_to(paris("2026-05-02 08:00"))
            await browser.get(path)
            assert "Noté avec son accord" not in said(browser)

    async def test_of_nobody_is_gone(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(path)
            form = {**browser.form(f"{path}/unhoused"), "on": "1", "accord": "1"}
            assert (await browser.post(f"{CALENDAR}/book/none/unhoused", form)).status_code == 404
