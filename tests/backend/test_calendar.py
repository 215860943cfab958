"""The calendar as a browser meets it: a week, a day, of one colleague or of all, and what it asks for first."""

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.rules.calendars import Busy
from bot.rules.hours import Days, Range
from bot.rules.walls import to_seconds
from storage import appointments, busy, caseworkers, hours, lanes, motives, openings, seats, switches, waiting_list, workshops
from storage.appointment_view import Outcome
from storage.caseworkers import Role
from storage.engine import Work
from storage.switches import Switch
from storage.waiting_list import Wanted
from storage.workshops import Workshop
from tests.backend.desk import Browser, House, peer, words
from tests.backend.week import MONDAY, Week, paris, receives
from tests.clock import TestClock

PAGE = "/backend/calendar"


def columns(browser: Browser) -> list[str]:
    """What each day of the page says."""
    parts = re.findall(r'<section class="day-col.*?</section>', browser.page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", part).split()).replace("\u00a0", " ").replace("’", "'") for part in parts]


def slots(browser: Browser) -> list[str]:
    """The classes of each appointment of the page."""
    return re.findall(r'<li class="appt ([^"]*)"', browser.page.text)


async def opened(house: House, clock: TestClock, browser: Browser) -> Week:
    week = await receives(house, clock)
    await browser.log_in()
    return week


class TestWhatIsMissing:
    async def test_is_said_with_where_to_write_it(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, PAGE)
            assert "il manque encore" in said
            for path in ("/backend/hours#lieux", "/backend/calendar/motives", "/backend/calendar/openings"):
                assert f'href="{path}"' in browser.page.text
            assert "/backend/calendar/book" not in browser.page.text

    async def test_nothing_is_missing_once_the_service_receives(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            assert "il manque encore" not in await words(browser, PAGE)


class TestOpeningsThatEnd:
    async def test_are_said_a_month_before_to_whose_they_are_and_to_the_head(self, house: House, clock: TestClock) -> None:
        said = "après, aucun rendez-vous n’est plus proposé"
        async with house.browser() as browser, house.browser() as other, house.browser() as head:
            week = await opened(house, clock, browser)
            await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
            assert said not in await words(browser, PAGE)

            def unit(work: Work) -> None:
                for kept in openings.openings(work, week.nadege.id):
                    openings.change(work, kept.token, replace(kept.opening, last=date(2026, 3, 27)))

            await house.storage.run(unit)
            shown = (await words(browser, PAGE)).replace("\u202f", " ").replace("\u00a0", " ")
            assert f"Vos plages d’ouverture se terminent le vendredi 27 mars : {said}" in shown
            await other.log_in("theo@example.org")
            assert said not in await words(other, PAGE), "his go on"
            await head.log_in("nadia@example.org")
            assert "Les plages d’ouverture de Nadège se terminent" in await words(head, PAGE)


class TestWeek:
    async def test_who_receives_where_and_until_when_in_the_evening(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            await browser.get(PAGE)
            monday, *_, thursday, _friday = columns(browser)
            assert "lundi 2 mars aujourd'hui Siège" in monday
            assert "Siège, 9 h à 12 h" in monday
            assert "Antenne de Carvin, 10 h à 12 h" in thursday
            assert "Permanence du soir, Antenne de Carvin, 16 h 30 à 19 h" in thursday
            assert "from-9h to-19h" in browser.page.text

    async def test_each_state_is_drawn_and_said(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            came, missed = await week.book("Adam", "2026-03-02 09:00"), await week.book("Romane", "2026-03-02 10:00")
            await week.book("Idris", "2026-03-02 11:15")
            sure = await week.book("Kenza", "2026-03-03 10:30")
            await week.book("Noam", "2026-03-03 11:15")
            gone = await week.book("Enzo", "2026-03-04 09:00")
            await house.storage.run(appointments.confirm, sure.token, sure.version)
            await house.storage.run(appointments.cancel, gone.token, gone.version)
            clock.turn_to(paris("2026-03-02 12:30"))
            await house.storage.run(appointments.close, came.token, Outcome.CAME)
            await house.storage.run(appointments.close, missed.token, Outcome.ABSENT)
            await browser.get(PAGE)
            monday, tuesday, wednesday, *_ = columns(browser)
            for said in ("9 h Adam venue · Premier accueil", "10 h Romane non venue · Premier accueil", "11 h 15 Idris à clore · Premier accueil"):
                assert said in monday
            assert "10 h 30 Kenza confirmé · Premier accueil" in tuesday
            assert "11 h 15 Noam à confirmer · Premier accueil" in tuesday
            assert "Enzo" not in wednesday
            assert "Annulés" in (said := await words(browser, PAGE))
            assert "annulé par la personne" in said
            assert [each.split()[0] for each in slots(browser)] == ["came", "missed", "late", "sure", "unsure"]
            assert slots(browser)[0] == "came at-9h at-0m for-0h for-45m"

    async def test_travel_absences_closures_and_busy_times(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await week.book("Lina", "2026-03-04 10:00", motive=week.home)
            span = (to_seconds(paris("2026-03-03 13:30")), to_seconds(paris("2026-03-03 15:00")))

            def unit(work: Work) -> None:
                busy.read(work, busy.add(work, week.nadege.id, busy.Kind.ICS, "https://example.org/secret.ics"), Busy((span,), 1, 0))
                hours.be_away(work, week.nadege.id, Days(date(2026, 3, 5), date(2026, 3, 5)))
                hours.be_away(work, week.nadege.id, Days(MONDAY, MONDAY), Range(time(14), time(15)))
                hours.close(work, Days(date(2026, 3, 6), date(2026, 3, 6)), "Formation")

            await house.storage.run(unit)
            await browser.get(PAGE)
            monday, tuesday, wednesday, thursday, friday = columns(browser)
            assert "Absence, 14 h à 15 h" in monday
            assert "Pris dans son autre agenda, 13 h 30 à 15 h" in tuesday
            assert wednesday.count("trajet 30 min") == 2
            assert "Absence" in thursday
            assert "Permanence" not in thursday
            assert "Fermé : Formation" in friday.replace("\u202f", " ")
            assert "Siège" not in friday
            assert "secret.ics" not in browser.page.text

    async def test_holidays_are_known(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            await browser.get(f"{PAGE}?jour=2026-04-06")
            assert "Jour férié" in columns(browser)[0]
            assert "Siège, 9 h" not in columns(browser)[0]

    async def test_what_is_held_and_workshops_with_their_seats(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            for name in ("Éva", "Adam", "Malo"):
                await week.person(name)

            def unit(work: Work) -> None:
                switches.turn(work, Switch.OFFERS, on=True)
                people = {name: lane.person_id for name in ("Éva", "Adam", "Malo") if (lane := lanes.lane_of(work, peer(name)))}
                at = paris("2026-03-04 14:00")
                (session,) = workshops.plan(
                    work, workshops.put(work, Workshop("", "Lire son bail")), week.office.id, [(at, at + timedelta(hours=2))], 1
                )
                for name in ("Adam", "Malo"):
                    seats.take(work, session, people[name])
                waiting_list.wait(work, people["Éva"], Wanted(week.welcome.token))
                waiting_list.offer_free(work)

            await house.storage.run(unit)
            await browser.get(f"{PAGE}?qui=equipe")
            assert "proposé, jusqu'à 10 h" in columns(browser)[0]
            assert "Éva" in columns(browser)[0]
            wednesday = columns(browser)[2]
            assert "14 h Atelier Lire son bail places prises : 1 sur 1 1 en attente Siège" in wednesday
            assert {each.split()[0] for each in slots(browser)} == {"held", "group"}

    async def test_what_overlaps_stands_side_by_side(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await week.book("Adam", "2026-03-03 10:00")
            await week.book("Kenza", "2026-03-03 10:15", week.theo)
            await browser.get(f"{PAGE}?qui=equipe")
            assert slots(browser) == ["unsure at-10h at-0m for-0h for-45m of-2 nth-1", "unsure at-10h at-15m for-0h for-45m of-2 nth-2"]
            assert "10 h Adam à confirmer · Nadège · Premier accueil" in columns(browser)[1]
            assert "Siège : Nadège, Théo" in columns(browser)[1].replace("\u202f", " ")

    async def test_saturday_is_shown_when_there_is_something(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await browser.get(PAGE)
            assert len(columns(browser)) == 5
            await week.book("Adam", "2026-03-07 10:00")
            await browser.get(PAGE)
            assert "samedi 7 mars" in columns(browser)[5]
            assert len(columns(browser)) == 6


class TestWays:
    async def test_by_week_by_day_and_back_to_today(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await browser.get(f"{PAGE}?jour=2026-02-25")
            assert "<h1>23 au 27 février</h1>" in browser.page.text
            await browser.get(f"{PAGE}?jour=2026-02-27&qui=equipe")
            assert f"{PAGE}?jour=2026-03-06&amp;vue=semaine&amp;qui=equipe" in browser.page.text
            assert f"{PAGE}?jour=2026-03-02&amp;vue=semaine&amp;qui=equipe" in browser.page.text
            await browser.get(f"{PAGE}?jour=2026-03-03&vue=jour&qui={week.theo.token}")
            assert "<h1>mardi 3 mars</h1>" in browser.page.text
            assert f"{PAGE}?jour=2026-03-04&amp;vue=jour&amp;qui={week.theo.token}" in browser.page.text
            assert columns(browser)[0].startswith("Théo Siège")

    @pytest.mark.parametrize(
        ("day", "title"),
        [
            ("2026-12-01", "30\u00a0nov. au 4\u00a0déc."),
            ("2027-06-03", "31\u00a0mai au 4\u00a0juin"),
            ("2026-06-03", "1er au 5 juin"),
            ("2027-01-01", "28\u00a0déc. au 1er\u00a0janv."),
        ],
    )
    async def test_the_week_is_named(self, house: House, clock: TestClock, day: str, title: str) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            await browser.get(f"{PAGE}?jour={day}")
            assert f"<h1>{title}</h1>".replace("\u00a0", " ") in browser.page.text.replace("\u00a0", " ")

    async def test_a_day_of_all_has_a_column_for_each(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            await browser.get(f"{PAGE}?jour=2026-03-03&vue=jour&qui=equipe")
            assert [column.split()[0] for column in columns(browser)] == ["Nadège", "Théo"]
            await browser.get(f"{PAGE}?jour=2026-03-08&vue=jour&qui=equipe")
            assert len(columns(browser)) == 1
            assert "Rien ce jour." in columns(browser)[0]

    async def test_who_left_is_shown_as_long_as_somebody_expects_them(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Adam", "2026-03-03 10:00", week.theo)
            await house.storage.run(caseworkers.disable, week.theo.id)
            await browser.get(f"{PAGE}?jour=2026-03-03&vue=jour&qui=equipe")
            (theo,) = [column for column in columns(browser) if column.startswith("Théo")]
            assert "10 h Adam à reprendre" in theo
            await house.storage.run(appointments.cancel, mine.token, mine.version)
            await browser.get(f"{PAGE}?jour=2026-03-03&vue=jour&qui=equipe")
            assert [column.split()[0] for column in columns(browser)] == ["Nadège"]

    async def test_ones_own_calendar_comes_first_for_who_receives(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser, house.browser() as other:
            await opened(house, clock, browser)
            await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
            await browser.get(PAGE)
            assert re.search(r"selected>Mon agenda", browser.page.text)
            await other.log_in("nadia@example.org")
            await other.get(PAGE)
            assert "selected>" not in other.page.text

    @pytest.mark.parametrize("day", ["0000-00-00", "0001-01-01", "9999-12-31", "demain", "2026-02-30", "2026-W10-1x", "%00"])
    async def test_a_day_that_is_none_is_today_and_is_said(self, house: House, clock: TestClock, day: str) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            assert (await browser.get(f"{PAGE}?jour={day}")).status_code == 422
            assert "n'est pas une date" in (await words(browser, f"{PAGE}?jour={day}")).replace("’", "'")
            assert "<h1>2 au 6 mars</h1>" in browser.page.text

    async def test_somebody_unknown_is_everybody(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            assert (await browser.get(f"{PAGE}?qui=nobody&vue=siècle")).status_code == 200
            assert "Nadège, Théo" in columns(browser)[0]


class TestToClose:
    async def test_one_tap_each_and_the_page_comes_back(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Idris", "2026-03-02 11:15")
            await week.book("Awa", "2026-03-02 11:15", week.theo)
            clock.turn_to(paris("2026-03-03 09:00"))
            await browser.get(PAGE)
            close = f"{PAGE}/appointments/{mine.token}/close"
            assert browser.page.text.count('class="outcomes"') == 1, "a colleague's are theirs to close"
            response = await browser.send(close, outcome="came")
            assert response.headers["location"].startswith(PAGE + "?jour=2026-03-03")
            assert "C'est noté." in " ".join(browser.page.text.split()).replace("’", "'")
            assert 'class="outcomes"' not in browser.page.text
            await browser.get(f"{PAGE}?qui=equipe")
            assert browser.page.text.count('class="outcomes"') == 1

    async def test_what_still_goes_on_waits(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await week.book("Idris", "2026-03-02 11:15")
            clock.turn_to(paris("2026-03-02 11:30"))
            await browser.get(PAGE)
            assert 'class="outcomes"' not in browser.page.text
            assert "en cours" in columns(browser)[0]


class TestDoor:
    async def test_strangers_and_administrators_see_nothing(self, house: House, clock: TestClock) -> None:
        week = await receives(house, clock)
        await week.book("Adam", "2026-03-03 10:00")
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            assert (await browser.get(PAGE)).status_code == 303
            await browser.log_in("root@example.org")
            assert "Agenda" not in await words(browser, "/backend")
            assert (await browser.get(PAGE)).status_code == 403
            assert "Adam" not in browser.page.text

    async def test_what_is_written_is_shown_as_it_is(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await week.book("Adam", "2026-03-03 10:00")
            await house.named("Adam", "<b>Adam</b>")
            await house.storage.run(motives.put, motives.Motive(week.welcome.token, "{{ 7*7 }}<i>", week.welcome.needs))
            await browser.get(PAGE)
            assert "&lt;b&gt;Adam&lt;/b&gt;" in browser.page.text
            assert "{{ 7*7 }}&lt;i&gt;" in browser.page.text
