"""Openings as a browser writes them: simple fields that make a rule, the days it gives in words, each colleague their own."""

import re
from datetime import date, time
from html import unescape

import pytest

from backend.rules_said import said
from bot.rules.hours import Range
from bot.rules.openings import Mode, Opening
from bot.rules.recurrences import recurrence
from storage import hours, openings, places
from storage.caseworkers import Member, Role
from storage.openings import Kept
from storage.places import Kind
from tests.backend.desk import Browser, House
from tests.opening import days
from tests.rules.waiting import LUNCH, OFFICE

PAGE = "/backend/calendar/openings"
HEAD = "nadia@example.org"
EVENINGS = {
    **{"hours": "17h30-19h30", "mode_on_site": "1", "repeat": "weekly", "day_3": "1"},
    **{"first": "2026-03-02", "last": "2026-06-30"},
}


def words(browser: Browser) -> str:
    """What the page says, without its markup, in ordinary spaces and apostrophes."""
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return shown.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").replace(" :", ":").replace(" ,", ",")


async def arranged(house: House) -> tuple[Member, dict[Kind, str]]:
    """Nadège, Théo and their head Nadia have come in; there are an antenna and the telephone."""
    nadege = await house.colleague("Nadège")
    await house.colleague("Théo", "theo@example.org")
    await house.colleague("Nadia", HEAD, Role.HEAD)
    run = house.storage.run
    antenna = await run(lambda work: places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès", OFFICE, kind=Kind.ANTENNA))
    call = await run(lambda work: places.add(work, "Au téléphone", "", ((),) * 7, kind=Kind.PHONE))
    return nadege, {Kind.ANTENNA: antenna, Kind.PHONE: call}


async def kept(house: House) -> tuple[Kept, ...]:
    return await house.storage.read(openings.openings)


async def write(browser: Browser, path: str, **fields: str) -> int:
    """Fill in these fields alone: a box that is not named is not ticked. The status."""
    token = browser.form("/backend/logout")["token"]
    return (await browser.post(path, {"token": token, **fields})).status_code


class TestOpening:
    async def test_an_evening_of_each_week_is_kept_as_a_rule(self, house: House) -> None:
        nadege, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "Aucune plage: le robot ne propose aucun rendez-vous." in words(browser)
            await write(browser, PAGE, place=at[Kind.ANTENNA], **EVENINGS)
            assert "La plage est ouverte." in words(browser)
            assert "Chaque jeudi, 17 h 30–19 h 30 Permanence du soir" in words(browser)
            assert "Antenne de Carvin · sur place · jusqu'au 30 juin 2026" in words(browser)
        (one,) = await kept(house)
        assert (one.opening.who, one.opening.ranges, one.opening.modes) == (
            nadege.id,
            (Range(time(17, 30), time(19, 30)),),
            frozenset({Mode.ON_SITE}),
        )
        assert str(one.opening.recurrence) == "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH"
        assert one.opening.last == date(2026, 6, 30)

    @pytest.mark.parametrize(
        ("fields", "rule", "told"),
        [
            ({"repeat": "fortnight", "day_1": "1"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Un mardi sur deux"),
            ({"repeat": "fortnight", "day_1": "1", "day_3": "1"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "Une semaine sur deux, mardi et jeudi"),
            ({"repeat": "monthly", "rank": "2", "day_3": "1"}, "FREQ=MONTHLY;BYDAY=2TH", "Le 2e jeudi du mois"),
            ({"repeat": "monthly", "rank": "-1", "day_4": "1"}, "FREQ=MONTHLY;BYDAY=-1FR", "Le dernier vendredi du mois"),
        ],
    )
    async def test_other_rhythms(self, house: House, fields: dict[str, str], rule: str, told: str) -> None:
        _, at = await arranged(house)
        common = {"hours": "9h-12h, 14h-17h", "mode_on_site": "1", "mode_phone": "1", "first": "2026-03-02", "last": "2026-12-18"}
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, place=at[Kind.ANTENNA], **common, **fields)
            assert f"{told}, 9 h–12 h, 14 h–17 h" in words(browser)
            (one,) = await kept(house)
            assert str(one.opening.recurrence) == rule
            await browser.get(f"{PAGE}/{one.token}")
            ticked = dict(re.findall(r'name="(\w+)" value="(\w+)"(?: id="[\w-]+")? checked', browser.page.text))
            assert ticked == {name: value for name, value in fields.items() if name != "rank"} | {"mode_on_site": "1", "mode_phone": "1"}

    async def test_one_day_alone_at_a_place_that_says_how_one_meets(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, place=at[Kind.PHONE], hours="9h-10h", repeat="once", first="2026-04-15", mode_on_site="1", last="2020-01-01")
            assert "Mercredi 15 avril, 9 h–10 h" in words(browser)
        (one,) = await kept(house)
        assert (one.opening.recurrence, one.opening.modes, one.opening.last) == (None, frozenset({Mode.PHONE}), date(2026, 4, 15))

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"hours": ""}, "Écrivez au moins une plage"),
            ({"hours": "le matin"}, "Écrivez des heures comme"),
            ({"hours": "12h-9h"}, "Une plage se termine avant de commencer"),
            ({"hours": "9h02-12h"}, "de cinq en cinq minutes"),
            ({"mode_on_site": None}, "Choisissez au moins une façon de se voir"),
            ({"place": "nowhere"}, "Choisissez un lieu"),
            ({"repeat": "FREQ=SECONDLY"}, "Choisissez si cette plage revient"),
            ({"repeat": "kept"}, "Choisissez si cette plage revient"),
            ({"day_3": None}, "Choisissez au moins un jour de la semaine"),
            ({"repeat": "monthly", "rank": "6"}, "Choisissez lequel dans le mois"),
            ({"first": "demain"}, "Écrivez le premier jour"),
            ({"last": ""}, "Écrivez un dernier jour: une plage a une fin"),
            ({"last": "9999-12-31"}, "cinq ans plus tard au plus"),
            ({"first": "9999-12-31", "last": "9999-12-31"}, "trop loin"),
            ({"first": "0001-01-01", "last": "0001-01-01"}, "déjà passés"),
            ({"last": "2026-03-01"}, "vient après le premier"),
            ({"first": "2025-01-01", "last": "2025-06-30"}, "déjà passés"),
            ({"first": "9990-01-01", "last": "9991-01-01"}, "trop loin"),
            ({"last": "2026-03-03"}, "Aucun jour ne tombe entre le premier et le dernier"),
        ],
    )
    async def test_what_never_ends_or_never_falls_is_refused_with_what_to_write(self, house: House, fields: dict[str, str | None], told: str) -> None:
        _, at = await arranged(house)
        form = {"place": at[Kind.ANTENNA], **EVENINGS, **fields}
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert await write(browser, PAGE, **{name: value for name, value in form.items() if value is not None}) == 422
            assert told in words(browser)
            assert 'aria-describedby="faute"' in browser.page.text
        assert await kept(house) == ()

    async def test_without_a_place_there_is_nothing_to_open(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "ajoutez d'abord un lieu" in words(browser)
            assert "Ouvrir cette plage" not in words(browser)


class TestWeek:
    async def test_one_tap_follows_the_hours_of_the_service_and_a_second_adds_nothing(self, house: House) -> None:
        nadege, at = await arranged(house)
        short = (Range(time(9), time(12)),)
        await house.storage.run(hours.put_week, (*[LUNCH[0]] * 4, short, (), ()))
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "Lundi–jeudi 9 h–12 h, 14 h–17 h, vendredi 9 h–12 h, pendant un an" in words(browser)
            assert await write(browser, f"{PAGE}/as-the-service", place=at[Kind.ANTENNA]) == 303
            assert "Recevoir aux horaires du service" not in words(browser)
            await write(browser, f"{PAGE}/as-the-service", place=at[Kind.ANTENNA])
        made = {str(one.opening.recurrence): one.opening for one in await kept(house)}
        assert set(made) == {"FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH", "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR"}
        assert {one.who for one in made.values()} == {nadege.id}
        assert {one.last for one in made.values()} == {date(2027, 3, 2)}
        assert made["FREQ=WEEKLY;INTERVAL=1;BYDAY=FR"].ranges == short

    async def test_without_hours_there_is_nothing_to_follow(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "Recevoir aux horaires du service" not in words(browser)
            assert await write(browser, f"{PAGE}/as-the-service", place=at[Kind.ANTENNA]) == 422
            assert await write(browser, f"{PAGE}/as-the-service", place="nowhere") == 422
        assert await kept(house) == ()


class TestDays:
    async def test_a_preview_gives_five_days_in_words_and_keeps_nothing(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, place=at[Kind.ANTENNA], preview="1", **EVENINGS)
            assert "Voici ce que cette plage donnera." in words(browser)
            found = re.findall(r"(jeudi \d+ \w+): 17 h 30–19 h 30", words(browser))
            assert len(found) == 5
            assert 'value="17h30-19h30"' in browser.page.text, "what was typed is still there"
        assert await kept(house) == ()

    async def test_a_holiday_a_closure_and_an_absence_give_nothing_and_say_so(self, house: House) -> None:
        nadege, at = await arranged(house)
        run = house.storage.run
        await run(hours.close, days("2026-05-18", "2026-05-22"), "Formation")
        await run(hours.be_away, nadege.id, days("2026-05-28"))
        await run(hours.be_away, nadege.id, days("2026-06-04"), Range(time(17), time(18)))
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            form = EVENINGS | {"first": "2026-05-11", "last": "2026-06-30"}
            await write(browser, PAGE, place=at[Kind.ANTENNA], **form)
            shown = words(browser)
        assert "jeudi 14 mai: rien, jour férié" in shown, "Ascension"
        assert "jeudi 21 mai: rien, fermeture (Formation)" in shown
        assert "jeudi 28 mai: rien, absence" in shown
        assert "jeudi 4 juin: 18 h–19 h 30, absence une partie de la journée" in shown
        assert "jeudi 11 juin: 17 h 30–19 h 30" in shown

    async def test_two_places_at_once_are_said(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, place=at[Kind.ANTENNA], **EVENINGS)
            later = EVENINGS | {"hours": "19h30-20h"}
            await write(browser, PAGE, place=at[Kind.PHONE], preview="1", **later)
            assert "ouvertes ailleurs" not in words(browser)
            await write(browser, PAGE, place=at[Kind.PHONE], preview="1", **EVENINGS)
            assert "Les mêmes heures sont ouvertes ailleurs: jeudi 5 mars, Antenne de Carvin." in words(browser)

    async def test_over_it_says_that_no_day_is_left(self, house: House) -> None:
        nadege, at = await arranged(house)
        place = next(place.id for place in await house.storage.read(places.everywhere) if place.token == at[Kind.ANTENNA])
        over = Opening(nadege.id, place, (Range(time(9), time(12)),), frozenset({Mode.ON_SITE}), date(2026, 1, 5))
        await house.storage.run(openings.open_at, over)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            assert "Plus aucun jour à venir." in words(browser)


class TestWhose:
    async def test_each_colleague_changes_their_own_and_the_head_everybodys(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as nadege, house.browser() as theo, house.browser() as nadia:
            await nadege.log_in()
            await nadege.get(PAGE)
            await write(nadege, PAGE, place=at[Kind.ANTENNA], who="somebody-else", **EVENINGS)
            (one,) = await kept(house)
            await theo.log_in("theo@example.org")
            await theo.get(PAGE)
            assert "Chaque jeudi" not in words(theo)
            assert (await theo.get(f"{PAGE}/{one.token}")).status_code == 404
            await theo.get(PAGE)
            token = theo.form(PAGE)["token"]
            assert (await theo.post(f"{PAGE}/{one.token}", {"token": token, "place": at[Kind.ANTENNA], **EVENINGS})).status_code == 404
            assert (await theo.post(f"{PAGE}/{one.token}/close", {"token": token})).status_code == 404
            await nadia.log_in(HEAD)
            await nadia.get(PAGE)
            assert "Nadège · Antenne de Carvin" in words(nadia)
            await nadia.get(f"{PAGE}/{one.token}")
            who = re.search(r'<option value="([^"]+)">Théo', nadia.page.text)
            assert who is not None
            form = EVENINGS | {"hours": "18h-20h", "who": who.group(1), "place": at[Kind.ANTENNA]}
            await write(nadia, f"{PAGE}/{one.token}", **form)
            assert "Théo · Antenne de Carvin" in words(nadia)
        (now,) = await kept(house)
        assert (now.token, now.opening.ranges) == (one.token, (Range(time(18), time(20)),))

    async def test_closing_takes_it_away(self, house: House) -> None:
        _, at = await arranged(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, place=at[Kind.ANTENNA], **EVENINGS)
            await write(browser, PAGE, place=at[Kind.ANTENNA], **EVENINGS)
            (one,) = await kept(house)
            await write(browser, f"{PAGE}/{one.token}/close")
            assert "Les rendez-vous déjà pris restent." in words(browser)
        assert await kept(house) == ()

    async def test_an_administrator_writes_none(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            assert (await browser.get(PAGE)).status_code == 403


class TestRules:
    async def test_a_rule_no_field_can_say_is_told_and_may_be_kept(self, house: House) -> None:
        nadege, at = await arranged(house)
        place = next(place.id for place in await house.storage.read(places.everywhere) if place.token == at[Kind.ANTENNA])
        rule = recurrence("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15,-1")
        odd = Opening(nadege.id, place, (Range(time(9), time(12)),), frozenset({Mode.ON_SITE}), date(2026, 3, 15), date(2027, 3, 31), rule)
        token = await house.storage.run(openings.open_at, odd)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"{PAGE}/{token}")
            assert "comme aujourd'hui: tous les 3 mois, le 15 et dernier jour" in words(browser)
            form = {"repeat": "kept", "hours": "10h-12h", "first": "2026-03-15", "last": "2027-03-31", "mode_on_site": "1"}
            await write(browser, f"{PAGE}/{token}", place=at[Kind.ANTENNA], **form)
        (now,) = await kept(house)
        assert (now.opening.recurrence, now.opening.ranges) == (rule, (Range(time(10), time(12)),))

    @pytest.mark.parametrize(
        ("rule", "told"),
        [
            ("FREQ=DAILY", "chaque jour"),
            ("FREQ=DAILY;INTERVAL=10;COUNT=4", "tous les 10 jours, 4 fois"),
            ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "chaque lundi, mardi, mercredi, jeudi et vendredi"),
            ("FREQ=WEEKLY", "chaque semaine"),
            ("FREQ=WEEKLY;BYDAY=MO,TU,FR", "chaque lundi, mardi et vendredi"),
            ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "toutes les 3 semaines, le lundi"),
            ("FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10", "chaque lundi, en septembre et octobre"),
            ("FREQ=MONTHLY;BYDAY=MO", "chaque lundi du mois"),
            ("FREQ=MONTHLY;BYDAY=1MO,3WE", "le 1er lundi et 3e mercredi du mois"),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "le dernier jour parmi lundi, mardi, mercredi, jeudi et vendredi du mois"),
            ("FREQ=MONTHLY;BYMONTHDAY=1,-2", "chaque mois, le 1er et 2e jour avant la fin"),
            ("FREQ=YEARLY;BYDAY=2TU;BYMONTH=9", "chaque année, le 2e mardi, en septembre"),
        ],
    )
    def test_any_rule_can_be_said(self, rule: str, told: str) -> None:
        assert said(recurrence(rule)) == told
