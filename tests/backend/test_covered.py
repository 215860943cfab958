"""What an absence laid over appointments shows of them, and a time that is held and is no appointment yet."""

from bot.rules.openings import Mode
from storage import hours, switches, waiting_list
from storage.caseworkers import Role
from storage.engine import Work
from storage.switches import Switch
from storage.waiting_list import Wanted
from tests.backend.booked import CALENDAR, offered, opened, read, said
from tests.backend.desk import House
from tests.backend.week import receives
from tests.clock import TestClock
from tests.opening import days


class TestCovered:
    async def test_an_absence_shows_what_it_covers_with_a_button_for_each(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            malo, tessa = await week.book("Malo", "2026-03-06 09:30"), await week.book("Tessa", "2026-03-06 14:00")
            await browser.get("/backend/hours")
            response = await browser.send("/backend/hours/absences", who=week.nadege.token, first="2026-03-06")
            assert response.headers["location"] == f"{CALENDAR}/covered?fait=absence"
            assert "2 rendez-vous ne peuvent pas avoir lieu comme prévu." in said(browser)
            assert "Nadège ne sera pas là" in said(browser)
            assert await read(house, malo.token) == malo, "none is moved by itself"
            keys = offered(browser)
            assert len(keys) == 6
            assert len(set(keys)) == 6, "nothing is proposed to two people"
            assert any(key.startswith("20260306T0830Z") and week.theo.token in key for key in keys), "the same hour with a colleague"
            move = f"{CALENDAR}/appointments/{malo.token}/move"
            response = await browser.send(move, slot=keys[0])
            assert response.headers["location"] == f"{CALENDAR}/covered?fait=moved"
            assert (await read(house, malo.token)).version == 2
            assert "1 rendez-vous ne peut pas avoir lieu comme prévu." in said(browser)
            await browser.send(f"{CALENDAR}/appointments/{tessa.token}/cancel")
            assert "Rien à reprendre." in said(browser)

    async def test_who_wanted_to_be_called_is_proposed_calls(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Malo", "2026-03-06 09:30", mode=Mode.PHONE)
            await browser.get("/backend/hours")
            await browser.send("/backend/hours/absences", who=week.nadege.token, first="2026-03-06")
            assert {key.split("/")[4] for key in offered(browser)} == {"phone"}
            await browser.get(f"{CALENDAR}/appointments/{mine.token}/move")
            assert {key.split("/")[4] for key in offered(browser)} == {"phone"}
            await browser.get(f"{CALENDAR}/appointments/{mine.token}/move?jour=2026-03-10")
            assert {key.split("/")[4] for key in offered(browser)} == {"phone"}

    async def test_a_closure_too_and_the_calendar_says_so(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Malo", "2026-03-06 09:30")
            await browser.get("/backend/hours")
            response = await browser.send("/backend/hours/closures", first="2026-03-06", reason="Formation")
            assert response.headers["location"] == f"{CALENDAR}/covered?fait=closure"
            assert "le service est fermé ce jour-là" in said(browser)
            assert all(not key.startswith("20260306") for key in offered(browser))
            await browser.get(CALENDAR)
            assert "Voir les propositions" in said(browser)
            assert "9 h 30 Malo à reprendre" in said(browser)
            await browser.get(f"{CALENDAR}/appointments/{mine.token}")
            assert "À reprendre : le service est fermé ce jour-là." in said(browser)

    async def test_what_covers_nothing_goes_on_as_before(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await week.book("Malo", "2026-03-06 09:30")
            await browser.get("/backend/hours")
            response = await browser.send("/backend/hours/absences", who=week.theo.token, first="2026-03-06")
            assert response.headers["location"] == "/backend/hours?fait=absence"

    async def test_somebody_who_leaves_loses_nothing(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await receives(house, clock)
            await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
            mine = await week.book("Malo", "2026-03-06 09:30", week.theo)
            await browser.log_in("nadia@example.org")
            await browser.get("/backend/team")
            assert "ses rendez-vous à venir restent, à reprendre dans l'agenda" in said(browser)
            response = await browser.send(f"/backend/team/{week.theo.token}/close")
            assert response.headers["location"] == f"{CALENDAR}/covered?fait=left"
            assert "Théo ne fait plus partie de l'équipe" in said(browser)
            assert await read(house, mine.token) == mine
            keys = offered(browser)
            assert {key.split("/")[2] for key in keys} == {week.nadege.token}
            await browser.send(f"{CALENDAR}/appointments/{mine.token}/move", slot=keys[0])
            assert (await read(house, mine.token)).slot.who == week.nadege.id
            await browser.get("/backend/team")
            assert "ne peut pas avoir lieu" not in said(browser)

    async def test_who_reads_nobody_is_told_that_there_are_some(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await receives(house, clock)
            await house.colleague("Root", "root@example.org", Role.ADMIN)
            await week.book("Malo", "2026-03-06 09:30")
            await house.storage.run(hours.close, days("2026-03-06"), "Formation")
            await browser.log_in("root@example.org")
            await browser.get("/backend/hours")
            assert "1 rendez-vous ne peut pas avoir lieu comme prévu. L'équipe les reprend dans l'agenda." in said(browser)
            assert "Malo" not in browser.page.text


async def test_what_is_held_has_a_page_and_no_act(house: House, clock: TestClock) -> None:
    async with house.browser() as browser:
        week = await opened(house, clock, browser)
        await week.person("Éva")
        lane = await house.lane("Éva")

        def unit(work: Work) -> str:
            switches.turn(work, Switch.OFFERS, on=True)
            waiting_list.wait(work, lane.person_id, Wanted(week.welcome.token))
            (held,) = waiting_list.offer_free(work)
            return held.token

        path = f"{CALENDAR}/appointments/{await house.storage.run(unit)}"
        await browser.get(path)
        assert "proposé, jusqu'à 10 h" in said(browser)
        assert f"{path}/cancel" not in browser.page.text
        assert (await browser.get(f"{path}/move")).status_code == 404
