"""An appointment at the desk: read, moved, cancelled; nobody overrules a colleague unseen."""

import pytest

from bot.rules.reminders import Kind
from storage import appointment_view, appointments, reminders
from storage.appointment_view import Appointment, Outcome, State
from storage.caseworkers import Role
from storage.engine import Work
from tests.backend.booked import CALENDAR, acts, by_hand, offered, opened, read, said, steps
from tests.backend.desk import House
from tests.backend.week import paris, receives
from tests.clock import TestClock
from tests.rules.waiting import PARIS
from tests.storage.diary import claimed


class TestOne:
    async def test_says_all_there_is_to_know(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30", callback="06 11 22 33 44")
            await browser.get(f"{CALENDAR}/appointments/{mine.token}")
            for text in (
                "jeudi 5 mars, 10 h 30",
                "à confirmer",
                "Yanis",
                "Premier accueil",
                "10 h 30 à 11 h 15",
                "4 rue des Lilas",
                "sur place",
                "Nadège",
            ):
                assert text in said(browser)
            assert f'href="/backend/threads/{week.threads["Yanis"]}#fin"' in browser.page.text
            assert 'href="tel:0611223344"' in browser.page.text
            assert "Confirmation prévu à 8 h" in said(browser)
            assert "Rappel 48 h prévu mardi 3 mars à 10 h 30" in said(browser)
            assert await acts(house) == ["opened"]

    async def test_what_became_of_each_step(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")

            def unit(work: Work) -> None:
                (confirmation,) = claimed(work)
                reminders.settle(work, [reminders.written(confirmation, lane.conversation_id, 2)])

            lane = await house.lane("Yanis")
            await house.robot_says("C'est noté.", "Yanis")
            await house.storage.run(unit)
            clock.turn_to(paris("2026-03-04 20:00"))

            def late(work: Work) -> None:
                (reminder,) = claimed(work)
                reminders.settle(work, [reminders.drop(reminder, reminders.Dropped.TOO_LATE)])

            await house.storage.run(late)
            await browser.get(f"{CALENDAR}/appointments/{mine.token}")
            assert "Rappel 48 h pas envoyé, trop tard" in said(browser)
            assert "Confirmation écrit lundi 2 mars à 8 h" in said(browser)

    @pytest.mark.parametrize("token", ["none", "x" * 64, "%00"])
    async def test_one_that_is_none_is_gone(self, house: House, clock: TestClock, token: str) -> None:
        async with house.browser() as browser:
            await opened(house, clock, browser)
            assert (await browser.get(f"{CALENDAR}/appointments/{token}")).status_code == 404

    async def test_the_number_to_be_reached_at(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            await browser.send(f"{path}/callback", callback="06.11.22.33.44")
            assert (await read(house, mine.token)).callback == "06 11 22 33 44"
            assert (await browser.send(f"{path}/callback", callback="<script>")).status_code == 422
            assert "&lt;script&gt;" in browser.page.text
            await browser.get(path)
            await browser.send(f"{path}/callback", callback="")
            assert (await read(house, mine.token)).callback == ""

    async def test_only_for_those_who_read_people(self, house: House, clock: TestClock) -> None:
        week = await receives(house, clock)
        mine = await week.book("Yanis", "2026-03-05 10:30")
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            token = browser.form("/backend/logout")["token"] if "/backend/logout" in browser.page.text else ""
            for path in (f"appointments/{mine.token}", f"appointments/{mine.token}/move", "book", f"book/{week.threads['Yanis']}", "covered"):
                assert (await browser.get(f"{CALENDAR}/{path}")).status_code == 403
            for path in ("close", "cancel", "move", "callback"):
                form = {"token": token, "outcome": "came", "was": "", "version": "1"}
                assert (await browser.post(f"{CALENDAR}/appointments/{mine.token}/{path}", form)).status_code == 403
        assert await read(house, mine.token) == mine

    async def test_a_form_of_elsewhere_is_refused(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            for path in ("close", "cancel", "move", "callback"):
                form = {"token": "another", "outcome": "came", "was": "", "version": "1"}
                assert (await browser.post(f"{CALENDAR}/appointments/{mine.token}/{path}", form)).status_code == 403
        assert await read(house, mine.token) == mine


class TestMove:
    async def test_to_another_slot_the_person_is_told(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(f"{path}/move?jour=2026-03-06")
            assert "Prévu jeudi 5 mars à 10 h 30, Siège, avec Nadège · Premier accueil." in said(browser)
            await browser.send(f"{path}/move", slot=offered(browser)[0])
            assert "Le rendez-vous est déplacé. La personne va le lire" in said(browser)
            now = await read(house, mine.token)
            assert now.slot.start.astimezone(PARIS).date() == paris("2026-03-06 00:00").date()
            assert (now.version, now.sequence) == (2, 1)
            assert (await steps(house, now))[Kind.MOVED] is reminders.State.PLANNED

    async def test_first_where_it_was_then_anywhere(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30", place=week.antenna)
            path = f"{CALENDAR}/appointments/{mine.token}/move"

            async def places(asked: str) -> set[str]:
                await browser.get(f"{path}?{asked}")
                return {key.split("/")[3] for key in offered(browser)}

            assert await places("") == {week.antenna.token}
            assert await places("lieu=tous") > {week.office.token}
            assert await places("jour=2026-03-06") == {week.office.token}, "nobody is at the antenna on a Friday"
            assert await places(f"lieu={week.office.token}") == {week.office.token}

    async def test_by_hand_to_a_time_that_overlaps_its_own(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}/move"
            await browser.get(path)
            await browser.send(path, **by_hand(week, "2026-03-05 10:45"))
            assert (await read(house, mine.token)).slot.start == paris("2026-03-05 10:45")

    async def test_what_is_taken_is_refused_with_others_and_what_was_written_stays(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            await week.book("Lina", "2026-03-06 09:30")
            path = f"{CALENDAR}/appointments/{mine.token}/move"
            await browser.get(path)
            assert (await browser.send(path, **by_hand(week, "2026-03-06 09:45"))).status_code == 409
            assert "n'est plus libre" in said(browser)
            assert 'value="09:45"' in browser.page.text
            assert len(offered(browser)) == 3
            assert await read(house, mine.token) == mine

    async def test_two_colleagues_at_once_the_second_is_told_what_is_true(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser, house.browser() as other:
            week = await opened(house, clock, browser)
            await other.log_in("theo@example.org")
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}/move"
            for each in (browser, other):
                await each.get(f"{path}?jour=2026-03-06")
            first, second = offered(browser)[0], offered(other)[-1]
            assert (await browser.send(path, slot=first)).status_code == 303
            assert (await other.send(path, slot=second)).status_code == 409
            assert "Ce rendez-vous a changé pendant que vous le lisiez." in said(other)
            assert "vendredi 6 mars" in said(other)
            assert (await read(house, mine.token)).version == 2

    async def test_one_that_is_cancelled_or_over_moves_no_more(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}/move"
            await browser.get(path)
            form = {**browser.form(path), "slot": offered(browser)[0]}
            await house.storage.run(appointments.cancel, mine.token, mine.version)
            assert (await browser.post(path, form)).status_code == 409
            assert "annulé par la personne" in said(browser)
            assert (await browser.get(path)).status_code == 404

    @pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 40, "١"])
    async def test_a_version_that_is_none(self, house: House, clock: TestClock, version: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}/move"
            await browser.get(path)
            assert (await browser.send(path, slot=offered(browser)[0], version=version)).status_code == 409
            assert await read(house, mine.token) == mine


class TestCancel:
    async def test_frees_the_time_and_tells_the_person(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            await browser.send(f"{path}/cancel")
            assert "Le rendez-vous est annulé. La personne va le lire, de jour." in said(browser)
            assert "annulé par l'équipe" in said(browser)
            now = await read(house, mine.token)
            assert (now.state, now.outcome) == (State.CANCELLED, Outcome.OURS)
            assert (await steps(house, now))[Kind.CANCELLED] is reminders.State.PLANNED
            assert "met" in await acts(house)
            await week.book("Lina", "2026-03-05 10:30")

    async def test_what_was_moved_meanwhile_is_not_cancelled(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            mine = await week.book("Yanis", "2026-03-05 10:30")
            path = f"{CALENDAR}/appointments/{mine.token}"
            await browser.get(path)
            await house.storage.run(lambda work: appointments.move(work, mine.token, 1, week.slot("2026-03-06 09:00"), freely=True))
            assert (await browser.send(f"{path}/cancel")).status_code == 409
            assert "vendredi 6 mars, 9 h" in said(browser)
            assert (await read(house, mine.token)).state is State.BOOKED


async def test_a_person_without_a_thread_has_a_page_too(house: House, clock: TestClock) -> None:
    """Somebody who booked by themselves, and never asked for a person."""
    async with house.browser() as browser:
        week = await opened(house, clock, browser)
        await house.says("bonjour", "yanis")
        lane = await house.lane("yanis")
        slot = week.slot("2026-03-05 10:30")
        mine = await house.storage.run(appointments.book, appointment_view.Booking(lane.person_id, week.welcome.token, slot, freely=True))
        assert isinstance(mine, Appointment)
        await browser.get(f"{CALENDAR}/appointments/{mine.token}")
        assert "(aucune demande)" in said(browser)
        assert await acts(house) == ["opened"]
        await browser.get(f"{CALENDAR}/appointments/{mine.token}/move?jour=2026-03-06")
        await browser.send(f"{CALENDAR}/appointments/{mine.token}/move", slot=offered(browser)[0])
        assert (await read(house, mine.token)).version == 2


async def test_a_demande_is_opened_to_write_to_somebody_who_booked_alone(house: House, clock: TestClock) -> None:
    async with house.browser() as browser:
        week = await opened(house, clock, browser)
        await house.says("bonjour", "yanis")
        lane = await house.lane("yanis")
        booking = appointment_view.Booking(lane.person_id, week.welcome.token, week.slot("2026-03-05 10:30"), freely=True)
        mine = await house.storage.run(appointments.book, booking)
        assert isinstance(mine, Appointment)
        path = f"{CALENDAR}/appointments/{mine.token}"
        await browser.get(path)
        await browser.send(f"{path}/thread")
        assert "bonjour" in said(browser)
        assert "le robot répond" in said(browser)
        assert "Votre réponse" in said(browser)
        await browser.get(path)
        assert "Lui écrire" not in said(browser)
        form = {"token": browser.form("/backend/logout")["token"]}
        assert (await browser.post(f"{CALENDAR}/appointments/none/thread", form)).status_code == 404
