"""Hours, closures, absences, places and who is told of an alert, as a browser writes them."""

import re
from datetime import time
from html import unescape

import pytest
from sqlmodel import select

from bot.rules.duty import Duty
from bot.rules.hours import Range
from storage import hours, on_call, places, settings_store
from storage.caseworkers import Role
from storage.engine import Work
from storage.tables import Confidential
from tests.backend.desk import Browser, House
from tests.clock import TestClock
from tests.opening import days, paris
from tests.rules.waiting import LUNCH, OFFICE, week

PAGE = "/backend/hours"
HEAD, ADMIN = "nadia@example.org", "alex@example.org"
MAIL = "mailtos://user:a-password@example.org?to=team@example.org"


def words(browser: Browser) -> str:
    """What the page says, without its markup, in ordinary spaces and apostrophes."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return said.replace("’", "'")


async def opened(house: House, browser: Browser, role: Role = Role.CASEWORKER) -> None:
    """Everybody has come in; one of them opens the page."""
    await house.colleague("Nadège")
    await house.colleague("Nadia", HEAD, Role.HEAD)
    await house.colleague("Alex", ADMIN, Role.ADMIN)
    await browser.log_in({Role.HEAD: HEAD, Role.ADMIN: ADMIN}.get(role, "nadege@example.org"))
    await browser.get(PAGE)


def a_week(*said: str) -> dict[str, str]:
    return {f"day{nth}": text for nth, text in enumerate((*said, *[""] * (7 - len(said))))}


class TestWeek:
    async def test_is_empty_at_first_and_kept_as_it_is_written(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert 'placeholder="fermé" value=""' in browser.page.text
            assert await house.storage.read(hours.week) is None
            await browser.send(f"{PAGE}/week", **a_week(*["9h-12h, 14h-17h"] * 5))
            assert "Les horaires sont gardés." in words(browser)
            assert browser.page.text.count('value="9\u00a0h–12\u00a0h, 14\u00a0h–17\u00a0h"') == 5
        assert await house.storage.read(hours.week) == LUNCH

    async def test_what_cannot_be_read_is_shown_again_and_nothing_is_kept(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            response = await browser.send(f"{PAGE}/week", **a_week("9h-17h", "le matin"))
            assert response.status_code == 422
            assert 'value="le matin" aria-invalid="true" aria-describedby="faute"' in browser.page.text
            assert "Écrivez des heures comme" in words(browser)
            assert 'value="9h-17h"' in browser.page.text, "what was typed is not lost"
        assert await house.storage.read(hours.week) is None

    async def test_the_head_signs_and_a_change_is_to_be_signed_again(self, house: House) -> None:
        async with house.browser() as browser, house.browser() as other:
            await opened(house, browser)
            await browser.send(f"{PAGE}/week", **a_week(*["9-17"] * 5))
            assert "La direction signe ces horaires." in words(browser)
            assert "Je signe" not in words(browser)
            assert (await browser.post(f"{PAGE}/sign", browser.form(f"{PAGE}/week"))).status_code == 403
            await other.log_in(HEAD)
            await other.get(PAGE)
            await other.send(f"{PAGE}/sign")
            assert "Signés par Nadia" in words(other)
            await browser.get(PAGE)
            await browser.send(f"{PAGE}/week", **a_week(*["9-17"] * 4))
            await other.get(PAGE)
            assert "Ces horaires sont à signer" in words(other)

    async def test_without_hours_there_is_nothing_to_sign(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser, Role.HEAD)
            assert (await browser.post(f"{PAGE}/sign", browser.form(f"{PAGE}/week"))).status_code == 422


class TestClosures:
    async def test_are_noted_and_taken_away(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/closures", first="2026-08-03", last="2026-08-21", reason="Congés d'été")
            assert "du lundi 3 août au vendredi 21 août · Congés d'été" in words(browser)
            (closure,) = await house.storage.read(hours.closures)
            assert (closure.days, closure.reason) == (days("2026-08-03", "2026-08-21"), "Congés d'été")
            await browser.send(f"{PAGE}/closures/{closure.token}/remove")
            assert "C'est retiré." in words(browser)
        assert await house.storage.read(hours.closures) == ()

    async def test_one_day_alone(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/closures", first="2027-05-07", reason="Pont")
            assert "vendredi 7 mai 2027 · Pont" in words(browser)

    @pytest.mark.parametrize(
        ("form", "fault"),
        [
            ({"first": "", "reason": "Été"}, "Écrivez un premier et un dernier jour"),
            ({"first": "2026-02-30", "reason": "Été"}, "Écrivez un premier et un dernier jour"),
            ({"first": "2026-08-21", "last": "2026-08-03", "reason": "Été"}, "Écrivez un premier et un dernier jour"),
            ({"first": "2025-08-03", "reason": "Été"}, "déjà passés"),
            ({"first": "2026-08-03", "last": "9999-12-31", "reason": "Été"}, "trop loin"),
            ({"first": "2026-08-03", "reason": " "}, "Écrivez la raison"),
            ({"first": "2026-08-03", "reason": "x" * 81}, "Écrivez la raison"),
        ],
    )
    async def test_what_cannot_be_kept(self, house: House, form: dict[str, str], fault: str) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert (await browser.send(f"{PAGE}/closures", **form)).status_code == 422
            assert fault in words(browser)
        assert await house.storage.read(hours.closures) == ()

    async def test_public_holidays_are_known(self, house: House, clock: TestClock) -> None:
        clock.turn_to(paris(2026, 12, 20))
        async with house.browser() as browser:
            await opened(house, browser)
            assert "vendredi 25 décembre, vendredi 1er janvier, lundi 29 mars…" in words(browser)


class TestAbsences:
    async def test_of_a_colleague_by_a_colleague(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            theo = await house.colleague("Théo", "theo@example.org")
            await browser.get(PAGE)
            await browser.send(f"{PAGE}/absences", who=theo.token, first="2026-11-23", opens="09:00", closes="12:00")
            assert "Théo, lundi 23 novembre, 9 h–12 h" in words(browser)
            (away,) = await house.storage.read(hours.absences)
            assert (away.who.name, away.days, away.during) == ("Théo", days("2026-11-23"), Range(time(9), time(12)))
            await browser.send(f"{PAGE}/absences/{away.token}/remove")
        assert await house.storage.read(hours.absences) == ()

    async def test_of_a_head_who_receives_beside_the_others(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser, Role.HEAD)
            asked = browser.page.text.split('id="absences-who"')[1].split("</select>")[0]
            assert re.findall(r">([^<]+)</option>", asked) == ["Nadège", "Nadia"], "whoever may receive, and no administrator"
            (mine,) = re.findall(r'<option value="([^"]+)" selected', asked)
            await browser.send(f"{PAGE}/absences", who=mine, first="2026-11-23")
            assert "Nadia, lundi 23 novembre" in words(browser)
        assert [one.who.name for one in await house.storage.read(hours.absences)] == ["Nadia"]

    async def test_what_an_impatient_finger_sends_twice_is_one(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            who = re.findall(r'<option value="([^"]+)" selected', browser.page.text.split('id="absences-who"')[1])[0]
            for _press in range(2):
                await browser.send(f"{PAGE}/absences", who=who, first="2026-11-23")
                await browser.send(f"{PAGE}/closures", first="2026-12-24", reason="Noël")
                await browser.send(f"{PAGE}/places", name="Oignies", address="19 rue du 19 Mars 1962", hours="")
            await browser.send(f"{PAGE}/absences", who=who, first="2026-11-24")
        assert len(await house.storage.read(hours.absences)) == 2
        assert len(await house.storage.read(hours.closures)) == 1
        assert len(await house.storage.read(places.places)) == 1

    async def test_ones_own_for_whole_days_is_the_default(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            who = re.findall(r'<option value="([^"]+)" selected', browser.page.text)[0]
            await browser.send(f"{PAGE}/absences", who=who, first="2026-11-23", last="2026-11-27")
            assert "Nadège, du lundi 23 novembre au vendredi 27 novembre" in words(browser)

    @pytest.mark.parametrize(
        "form", [{"who": "nobody"}, {"opens": "12:00", "closes": "09:00"}, {"opens": "09:00"}, {"opens": "9h", "closes": "12h"}, {"first": ""}]
    )
    async def test_what_cannot_be_kept(self, house: House, form: dict[str, str]) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            who = re.findall(r'<option value="([^"]+)"', browser.page.text)[0]
            response = await browser.send(f"{PAGE}/absences", **{"who": who, "first": "2026-11-23", **form})
            assert response.status_code == 422
        assert await house.storage.read(hours.absences) == ()

    async def test_are_not_for_administrators(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser, Role.ADMIN)
            assert "Absences" not in words(browser)
            assert "Horaires et lieux" in words(browser)
            assert (await browser.post(f"{PAGE}/absences", browser.form(f"{PAGE}/week"))).status_code == 403


class TestPlaces:
    async def test_telephone_and_places(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/phone", phone="0321000000")
            assert 'value="03 21 00 00 00"' in browser.page.text
            await browser.send(f"{PAGE}/places", name="Oignies", address="19 rue du 19 Mars 1962", hours="lundi à vendredi 9h-17h")
            await browser.send(f"{PAGE}/places", name="Carvin", address="Mission Locale", hours="")
            assert "Oignies , 19 rue du 19 Mars 1962 · lundi–vendredi 9 h–17 h" in words(browser)
            assert "Carvin , Mission Locale · horaires à compléter" in words(browser)
            first, second = await house.storage.read(places.places)
            assert (first.week, second.week) == (OFFICE, week())
            await browser.send(f"{PAGE}/places/{first.token}/remove")
            assert [place.name for place in await house.storage.read(places.places)] == ["Carvin"]
        assert (await house.storage.read(settings_store.mapping, settings_store.SERVICE_EDITS))["phone"] == "03 21 00 00 00"

    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("phone", {"phone": "appelez-nous"}),
            ("places", {"name": "", "address": "ici"}),
            ("places", {"name": "Oignies", "address": ""}),
            ("places", {"name": "Oignies", "address": "ici", "hours": "quand vous voulez"}),
            ("places", {"name": "Oignies", "address": "ici", "kind": "ailleurs"}),
            ("places", {"name": "Oignies", "address": "ici", "kind": "antenna", "directions": "tout droit " * 40}),
            ("places", {"name": "Oignies", "address": "ici", "town": "Oignies" * 20}),
        ],
    )
    async def test_what_cannot_be_kept(self, house: House, path: str, form: dict[str, str]) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert (await browser.send(f"{PAGE}/{path}", **form)).status_code == 422
        assert await house.storage.read(places.places) == ()

    async def test_its_sort_its_town_and_how_to_get_there_are_told_and_may_change(self, house: House) -> None:
        antenna = {"kind": "antenna", "address": "12 place Jean-Jaurès", "town": "Carvin", "directions": "Bus 41, arrêt Mairie.\nSonnez en bas."}
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/places", name="Mission Locale", hours="", **antenna)
            assert "Mission Locale , 12 place Jean-Jaurès, Carvin" in words(browser)
            assert "Chez un partenaire : une antenne · Bus 41, arrêt Mairie. Sonnez en bas." in words(browser).replace("\u00a0", " ")
            (kept,) = await house.storage.read(places.places)
            await browser.get(f"{PAGE}/places/{kept.token}")
            changed = antenna | {"name": "Mission Locale", "hours": "mardi 9h-12h", "directions": ""}
            assert (await browser.send(f"{PAGE}/places/{kept.token}", **changed | {"name": ""})).status_code == 422
            assert "Bus 41" not in browser.page.text, "what was typed stays, not what is kept"
            await browser.send(f"{PAGE}/places/{kept.token}", **changed)
            (now,) = await house.storage.read(places.places)
            assert (now.kind, now.town, now.directions, any(now.week)) == (places.Kind.ANTENNA, "Carvin", "", True)
            await house.storage.run(places.remove, kept.token)
            assert (await browser.get(f"{PAGE}/places/{kept.token}")).status_code == 404

    async def test_a_call_is_a_place_without_doors(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/places", kind="phone", name="Au téléphone", address="", hours="lundi 9h-12h", directions="On t'appelle.")
            assert "horaires à compléter" not in words(browser)
        (call,) = await house.storage.read(places.everywhere)
        assert (call.kind, call.address, any(call.week)) == (places.Kind.PHONE, "", False)
        assert await house.storage.read(places.places) == ()


class TestAlerts:
    async def test_an_address_is_kept_sealed_and_never_shown_again(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await browser.send(f"{PAGE}/alerts", address=MAIL)
            assert "mailtos://…" in browser.page.text
            assert "a-password" not in browser.page.text
            assert "example.org" not in words(browser)
            assert await house.storage.read(on_call.team_addresses) == (MAIL,)

            def raw(work: Work) -> list[bytes]:
                return [row.value for row in work.session.exec(select(Confidential))]

            assert not [value for value in await house.storage.read(raw) if b"password" in value]
            action = re.findall(r'action="(/backend/hours/alerts/\w+/remove)"', browser.page.text)[0]
            await browser.send(action)
        assert await house.storage.read(on_call.team_addresses) == ()

    @pytest.mark.parametrize("address", ["", "06 12 34 56 78", "nothing://example.org", f"{MAIL} {MAIL}", "json://" + "x" * 600])
    async def test_what_apprise_does_not_know_is_refused(self, house: House, address: str) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert (await browser.send(f"{PAGE}/alerts", address=address)).status_code == 422
        assert await house.storage.read(on_call.team_addresses) == ()

    async def test_the_heads_own_address_and_who_is_on_call_are_the_heads(self, house: House) -> None:
        async with house.browser() as browser, house.browser() as other:
            await opened(house, browser)
            assert "Personne n'est réveillé tant que rien n'est écrit ici" not in words(browser)
            form = browser.form(f"{PAGE}/week")
            for path in ("head", "on-call"):
                assert (await browser.post(f"{PAGE}/{path}", form)).status_code == 403
            await other.log_in(HEAD)
            await other.get(PAGE)
            assert "Personne n'est réveillé tant que rien n'est écrit ici" in words(other)
            await other.send(f"{PAGE}/head", address=MAIL)
            assert await house.storage.read(on_call.head_addresses) == (MAIL,)
            duty = {"name": "Nadia", "first": "2026-11-20", "last": "2026-11-22", "opens": "17:00", "closes": "09:00", "address": MAIL}
            await other.send(f"{PAGE}/on-call", **duty)
            assert "Nadia, du vendredi 20 novembre au dimanche 22 novembre, de 17 h à 9 h · mailtos://…" in words(other)
            (entry,) = await house.storage.read(on_call.entries)
            assert entry.duty == Duty(days("2026-11-20", "2026-11-22"), time(17), time(9))
            await browser.get(PAGE)
            assert "Une astreinte est notée par la direction." in words(browser)
            await other.send(f"{PAGE}/on-call/{entry.token}/remove")
            await other.send(f"{PAGE}/head", address="")
        assert await house.storage.read(on_call.entries) == ()
        assert await house.storage.read(on_call.head_addresses) == ()


async def test_a_form_of_elsewhere_and_a_stranger_are_refused(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.get(PAGE)).status_code == 303
        await opened(house, browser)
        form = {**browser.form(f"{PAGE}/week"), **a_week("9-17"), "token": "another"}
        assert (await browser.post(f"{PAGE}/week", form)).status_code == 403
    assert await house.storage.read(hours.week) is None


async def test_what_is_written_is_shown_as_it_is(house: House) -> None:
    async with house.browser() as browser:
        await opened(house, browser)
        await browser.send(f"{PAGE}/places", name='<b>"ici"</b> {{ 7*7 }}', address="là", hours="")
        assert "&lt;b&gt;&#34;ici&#34;&lt;/b&gt; {{ 7*7 }}" in browser.page.text
