"""A time taken for somebody at the desk: from the thread or from the calendar, in one tap or by hand."""

import pytest

from bot.rules.reminders import Kind
from storage import consents, motives, places
from storage.appointment_view import State
from storage.consents import Choice
from tests.backend.booked import CALENDAR, acts, by_hand, of, offered, opened, said, steps
from tests.backend.desk import House
from tests.backend.week import paris
from tests.clock import TestClock


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

    async def test_by_telephone_at_hours_that_are_for_both(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert {key.split("/")[4] for key in offered(browser)} == {"on_site"}
            await browser.get(f"{path}?motif={week.welcome.token}&comment=phone")
            assert {key.split("/")[4] for key in offered(browser)} == {"phone"}
            await browser.send(path, slot=offered(browser)[0])
            assert [each.slot.mode for each in await of(house, "Yanis")] == ["phone"]
            await browser.get(f"{path}?motif={week.welcome.token}&comment=home")
            assert offered(browser) == [], "nobody receives so for that"

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

    async def test_by_hand_by_telephone_the_place_says_how_one_meets(self, house: House, clock: TestClock) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            call = await house.storage.run(lambda work: places.add(work, "Téléphone", "", ((),) * 7, kind=places.Kind.PHONE))
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            await browser.send(path, **by_hand(week, "2026-03-05 10:00", place=call, mode="on_site"))
            assert [each.slot.mode for each in await of(house, "Yanis")] == ["phone"], "nobody comes to « Téléphone »"

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

    @pytest.mark.parametrize(
        "key",
        [
            *("", "x", "20260305T0900Z/45/a/b/on_site", "20260305T0900Z/45//", "//////", "20260305T0900Z/99999999999/a/b/c"),
            *("20260305T0900Z/99999999999999999999/{who}/{place}/on_site", "99991231T2359Z/480/{who}/{place}/on_site"),
            *("00010101T0000Z/45/{who}/{place}/on_site", "20260305T0900Z/-45/{who}/{place}/on_site"),
        ],
    )
    async def test_a_slot_that_was_made_up(self, house: House, clock: TestClock, key: str) -> None:
        async with house.browser() as browser:
            week = await opened(house, clock, browser)
            path = f"{CALENDAR}/book/{await week.person('Yanis')}"
            await browser.get(f"{path}?motif={week.welcome.token}")
            assert (await browser.send(path, slot=key.format(who=week.nadege.token, place=week.office.token))).status_code == 422
            assert "Choisissez un créneau de la liste" in said(browser)
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
