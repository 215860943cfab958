"""An appointment at the desk: taken, moved, cancelled, closed in one tap; nobody is counted, and nobody overrules a colleague unseen."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from bot.rules.reminders import Kind
from storage import appointment_view, appointments, consents, hours, marks, motives, reminders, switches, tables, waiting_list
from storage.appointment_view import Appointment, Outcome, State
from storage.caseworkers import Role
from storage.consents import Choice
from storage.engine import Work, table
from storage.marks import What
from storage.switches import Switch
from storage.waiting_list import Wanted
from tests.backend.desk import Browser, House
from tests.backend.week import Week, paris, receives
from tests.clock import TestClock
from tests.opening import days
from tests.rules.waiting import PARIS

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


class TestBook:
    async def test_from_a_thread_motive_then_slot_in_one_tap(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            thread = await week.person("Yanis")
            await browser.get(f"/backend/threads/{thread}")
            assert "Prendre un rendez-vous" in said(browser)
            path = f"{CALENDAR}/book/{thread}"
            await browser.get(path)
            assert offered(browser) == [], "the motive first"
            await browser.get(f"{path}?motif={week.welcome.token}")
            keys = offered(browser)
            assert len(keys) == 6
            await browser.send(path, slot=keys[0], callback="0611223344")
            assert "Le rendez-vous est pris. La personne reçoit la confirmation, de jour." in said(browser)
            (mine,) = await of(house, "Yanis")
            assert (mine.state, mine.callback, mine.motive) == (State.BOOKED, "06 11 22 33 44", week.welcome.token)
            assert Kind.CONFIRMATION in await steps(house, mine)
            assert await acts(house) == ["opened", "met"]
            await browser.get(f"/backend/threads/{thread}")
            assert "Autre rendez-vous" in said(browser)
            assert f"/backend/calendar/appointments/{mine.token}" in browser.page.text

    async def test_one_motive_alone_is_not_asked(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            thread = await week.person("Yanis")
            await house.storage.run(motives.withdraw, week.home.token)
            await browser.get(f"{CALENDAR}/book/{thread}")
            assert len(offered(browser)) == 6

    async def test_of_one_day_with_somebody_at_a_place(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            thread = await week.person("Yanis")
            path = f"{CALENDAR}/book/{thread}?motif={week.welcome.token}"
            await browser.get(f"{path}&jour=2026-03-05&qui={week.nadege.token}&lieu={week.antenna.token}")
            assert {key.split("/")[2] for key in offered(browser)} == {week.nadege.token}
            assert {key[:8] for key in offered(browser)} == {"20260305"}
            assert "Antenne de Carvin, avec Nadège, sur place" in said(browser)
            await browser.get(f"{path}&jour=2026-03-08")
            assert "Rien de libre ce jour-là." in said(browser)
            assert offered(browser) == []

    async def test_for_whom_is_a_list_of_who_has_written(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            thread = await week.person("Yanis")
            await browser.get(f"{CALENDAR}/book")
            assert f'href="{CALENDAR}/book/{thread}"' in browser.page.text
            assert "Yanis" in said(browser)

    async def test_by_hand_outside_every_opening(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            await browser.send(path, **by_hand(week, "2026-03-07 20:15", minutes="60", mode="phone"))
            (mine,) = await of(house, "Yanis")
            assert mine.slot.start == paris("2026-03-07 20:15")
            assert (mine.slot.mode, (mine.slot.end - mine.slot.start).seconds) == ("phone", 3600)

    @pytest.mark.parametrize(
        ("form", "fault"),
        [
            ({"day": "0000-00-00"}, "Écrivez le jour et l'heure"),
            ({"day": "0001-01-01"}, "Écrivez le jour et l'heure"),
            ({"day": "9999-12-31"}, "Écrivez le jour et l'heure"),
            ({"day": "2026-02-30"}, "Écrivez le jour et l'heure"),
            ({"hour": "25:00"}, "Écrivez le jour et l'heure"),
            ({"hour": ""}, "Écrivez le jour et l'heure"),
            ({"day": "2026-03-01", "hour": "10:00"}, "déjà passé"),
            ({"day": "2026-03-02", "hour": "08:00"}, "déjà passé"),
            ({"day": "2026-03-29", "hour": "02:30"}, "n'existe pas cette nuit-là"),
            ({"hour": "10:03"}, "de cinq en cinq"),
            ({"minutes": "0"}, "de cinq en cinq"),
            ({"minutes": "47"}, "de cinq en cinq"),
            ({"minutes": "485"}, "de cinq en cinq"),
            ({"minutes": "-45"}, "de cinq en cinq"),
            ({"minutes": "٤٥"}, "de cinq en cinq"),
            ({"who": "nobody"}, "Choisissez le lieu"),
            ({"place": "nowhere"}, "Choisissez le lieu"),
            ({"mode": "telepathy"}, "Choisissez le lieu"),
            ({"callback": "appelez-moi"}, "un numéro de téléphone, ou rien"),
        ],
    )
    async def test_what_cannot_be_a_time(self, house: House, clock: TestClock, form: dict[str, str], fault: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            response = await browser.send(path, **{**by_hand(week, "2026-03-05 10:00"), **form})
            assert response.status_code == 422
            assert fault in said(browser)
            assert "Rien n'est enregistré." in said(browser)
            assert await of(house, "Yanis") == []

    @pytest.mark.parametrize("key", ["", "x", "20260305T0900Z/45/a/b/on_site", "20260305T0900Z/45//", "//////", "20260305T0900Z/99999999999/a/b/c"])
    async def test_a_slot_that_was_made_up(self, house: House, clock: TestClock, key: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert (await browser.send(path, slot=key)).status_code == 422
            assert await of(house, "Yanis") == []

    @pytest.mark.parametrize("at", ["20200305T0900Z", "20260305T0907Z", "20260308T0900Z", "20990305T0900Z", "20260305T0300Z"])
    async def test_a_time_that_was_never_offered_is_answered_with_others(self, house: House, clock: TestClock, at: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            key = f"{at}/45/{week.nadege.token}/{week.office.token}/on_site"
            assert (await browser.send(path, slot=key)).status_code == 409
            assert "n'est plus libre" in said(browser)
            assert len(offered(browser)) == 3
            assert await of(house, "Yanis") == []

    async def test_two_colleagues_take_the_same_slot(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser, house.browser() as other:
            week = await opened(house, clock, browser)
            await other.log_in("theo@example.org")
            paths = [f"{CALENDAR}/book/{await week.person(name)}" for name in ("Yanis", "Lina")]
            for each, path in zip((browser, other), paths, strict=True):
                await each.get(f"{path}?motif={week.welcome.token}")
            key = offered(browser)[0]
            assert (await browser.send(paths[0], slot=key)).status_code == 303
            assert (await other.send(paths[1], slot=key)).status_code == 409
            assert key not in offered(other)
            assert (await other.send(paths[1], slot=offered(other)[0])).status_code == 303
            assert len(await of(house, "Lina")) == 1

    async def test_sent_twice_it_is_one(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            form = {**browser.form(path), "slot": offered(browser)[0]}
            for _click in range(2):
                assert (await browser.post(path, form)).status_code == 303
            assert len(await of(house, "Yanis")) == 1

    async def test_a_motive_that_is_none_books_nothing(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert (await browser.send(path, slot=offered(browser)[0], motif="none")).status_code == 409
            assert await of(house, "Yanis") == []

    async def test_a_thread_that_is_none_is_gone(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            await browser.get(f"{CALENDAR}/book/{await week.person('Yanis')}?motif={week.welcome.token}")
            form = {**browser.form(browser.page.url.path), "slot": offered(browser)[0]}
            assert (await browser.post(f"{CALENDAR}/book/none", form)).status_code == 404
            assert (await browser.get(f"{CALENDAR}/book/none")).status_code == 404

    async def test_who_wants_no_message_is_told_by_a_colleague(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await house.storage.run(consents.choose, (await house.lane("Yanis")).person_id, Choice.NO_REMINDERS, "1", "pas de rappel")
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert "elle ne recevra pas de message" in said(browser)
            await browser.send(path, slot=offered(browser)[0])
            assert "dites-le-lui vous-même" in said(browser)
            assert "seuls un déplacement et une annulation lui sont écrits" in said(browser)
            (mine,) = await of(house, "Yanis")
            await browser.get(f"{CALENDAR}/appointments/{mine.token}/move?jour=2026-03-06")
            assert "aucun message ne part" not in said(browser).casefold()
            await browser.send(f"{CALENDAR}/appointments/{mine.token}/move", slot=offered(browser)[0])
            assert "La personne va le lire, de jour." in said(browser)

    async def test_whose_phone_is_read_by_others_is_called(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Lina')}"
            await house.is_watched("Lina", "le matin")
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert "aucun message ne part. Un appel s'ajoute dans « À faire »" in said(browser)
            await browser.send(path, slot=offered(browser)[0])
            assert "Aucun message ne part : un appel s'ajoute" in said(browser)
            (mine,) = await of(house, "Lina")
            await browser.send(f"{CALENDAR}/appointments/{mine.token}/cancel")
            assert "Le rendez-vous est annulé. Aucun message ne part" in said(browser)


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
                (confirmation,) = reminders.claim(work)
                reminders.settle(work, [reminders.written(confirmation, lane.conversation_id, 2)])

            lane = await house.lane("Yanis")
            await house.robot_says("C'est noté.", "Yanis")
            await house.storage.run(unit)
            clock.turn_to(paris("2026-03-04 20:00"))

            def late(work: Work) -> None:
                (reminder,) = reminders.claim(work)
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
