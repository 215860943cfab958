"""The first day: twelve questions, kept page by page, in any order, by anybody of the team; then nothing more is asked."""

from datetime import date, time

import pytest

from backend import first_day
from bot.rules.hours import Range
from bot.rules.openings import Mode, Needs, Opening
from bot.settings import Settings
from storage import hours, motives, openings, places, settings_store
from storage.caseworkers import Role
from storage.engine import Storage, Work
from storage.hours import load_week
from storage.motives import Motive
from storage.settings_store import SERVICE_EDITS
from tests.backend.desk import Browser, House, build

PATH = "/backend/setup"
NOON = [[["09:00", "12:00"], ["13:30", "17:00"]], *[[] for _ in range(6)]]
NOTHING = {"phone_none": "", "lunch_none": "", "closures_none": "", "caseworkers_none": "", "alerts_none": ""}


async def kept(house: House) -> dict[str, object]:
    return dict(await house.storage.read(settings_store.mapping, SERVICE_EDITS))


async def fill(browser: Browser, part: str, **fields: str) -> int:
    """Answer some questions of one page; nothing is ticked that is not given."""
    await browser.get(f"{PATH}/{part}")
    form = {name: value for name, value in browser.form(f"{PATH}/{part}").items() if not name.endswith("_none")}
    return (await browser.post(f"{PATH}/{part}", {**form, **fields})).status_code


async def asked(browser: Browser) -> str:
    """How far the band on the desk says one is."""
    page = (await browser.get("/backend")).text
    return page.partition("Premier jour\u00a0: ")[2].partition("</b>")[0]


class TestTheFirstDay:
    async def test_takes_twelve_answers_and_then_asks_nothing_more(self, house: House) -> None:
        await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        async with house.browser() as browser:
            await browser.log_in("nadia@example.org")
            assert await asked(browser) == "0 sur 12"
            await fill(browser, "service", name="CLLAJ", phone="0300000000", towns="Brémont\nValmines, Brémont")
            assert browser.page.url.path == f"{PATH}/presence"
            assert await asked(browser) == "3 sur 12"
            await house.storage.run(_open)
            await fill(browser, "presence", closures_none="1")
            assert await asked(browser) == "7 sur 12"
            await fill(browser, "team", caseworkers_none="1", head="Nadia Exemple")
            await fill(browser, "safety", legal_basis="Mission d'intérêt public", alerts_none="1", quit_page="https://meteo.example/")
            assert "Les douze questions ont leur réponse" in browser.page.text
            assert await asked(browser) == ""
        assert await kept(house) == {
            "name": "CLLAJ",
            "phone": "03 00 00 00 00",
            "towns": ["Brémont", "Valmines"],
            "head": "Nadia Exemple",
            "legal_basis": "Mission d'intérêt public",
            "quit_page": "https://meteo.example/",
        }

    async def test_is_taken_up_again_by_a_colleague_where_it_was_left(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        async with house.browser() as one, house.browser() as other:
            await one.log_in()
            await fill(one, "service", name="CLLAJ", phone="", towns="Brémont")
            await other.log_in("theo@example.org")
            await other.get(PATH)
            assert "2 sur 12" in other.page.text
            assert f'href="{PATH}/service">Continuer' in other.page.text.replace('class="btn primary big" ', "")
            await other.get(f"{PATH}/service")
            assert "Brémont" in other.page.text

    async def test_over_is_over_whatever_is_changed_later(self, house: House) -> None:
        await house.colleague()
        await house.storage.run(settings_store.put, first_day.DONE, True)
        async with house.browser() as browser:
            await browser.log_in()
            assert await asked(browser) == ""
            assert await fill(browser, "service", phone="") == 303
            assert await asked(browser) == ""

    async def test_a_lunch_break_is_seen_in_the_hours(self, house: House) -> None:
        assert "lunch" not in await _answered(house)
        await house.storage.run(_open)
        assert {"lunch", "hours", "places"} <= await _answered(house)

    async def test_addresses_in_the_environment_count(self, storage: Storage, settings: Settings) -> None:
        house = build(storage, settings.model_copy(update={"alert_urls": ("json://127.0.0.1",)}))
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            assert await asked(browser) == "1 sur 12"


class TestAnAnswer:
    @pytest.mark.parametrize(
        ("part", "fields"),
        [
            pytest.param("service", {"name": "12345"}, id="a name without letters"),
            pytest.param("service", {"name": "x" * 61}, id="a long name"),
            pytest.param("service", {"phone": "pas un numéro"}, id="no phone"),
            pytest.param("service", {"phone": "1" * 20}, id="a long phone"),
            pytest.param("service", {"towns": "\n".join(f"Ville{n}" for n in range(81))}, id="too many towns"),
            pytest.param("service", {"towns": "62110"}, id="a town without letters"),
            pytest.param("safety", {"quit_page": "http://meteo.example/"}, id="not https"),
            pytest.param("safety", {"quit_page": "javascript:alert(1)"}, id="a script"),
            pytest.param("safety", {"quit_page": "https://user:word@meteo.example/"}, id="a password in an address"),
            pytest.param("safety", {"quit_page": "https://meteo.example/; script-src *"}, id="a policy in an address"),
            pytest.param("safety", {"quit_page": "https://[meteo"}, id="a broken address"),
        ],
    )
    async def test_that_cannot_be_is_refused_and_the_others_are_kept(self, house: House, part: str, fields: dict[str, str]) -> None:
        await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        good = {"service": {"name": "CLLAJ", "towns": "Brémont"}, "safety": {"legal_basis": "Mission"}}[part]
        async with house.browser() as browser:
            await browser.log_in("nadia@example.org")
            assert await fill(browser, part, **{**good, **fields}) == 422
            assert 'aria-invalid="true"' in browser.page.text
        found = await kept(house)
        assert not set(fields) & set(found)
        assert {name for name in good if name not in fields} <= set(found)

    async def test_left_empty_is_left_for_later(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            assert await fill(browser, "service", name="CLLAJ", phone="", towns="") == 303
            assert await asked(browser) == "1 sur 12"

    async def test_no_phone_is_an_answer_that_can_be_taken_back(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await fill(browser, "service", name="", towns="", phone_none="1")
            assert await asked(browser) == "1 sur 12"
            await fill(browser, "service", name="", towns="", phone_none="")
            assert await asked(browser) == "0 sur 12"

    async def test_the_legal_basis_is_the_heads_to_choose(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"{PATH}/safety")
            assert 'name="legal_basis"' not in browser.page.text
            assert await fill(browser, "safety", legal_basis="Consentement") == 303
        assert "legal_basis" not in await kept(house)

    async def test_the_robot_says_it(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await fill(browser, "service", name="<b>CLLAJ</b> & Cie")
            assert "&lt;b&gt;CLLAJ&lt;/b&gt; &amp; Cie" in (await browser.get(f"{PATH}/service")).text


async def test_what_appointments_need_is_asked_beside_the_twelve(house: House) -> None:
    nadege = await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get("/backend/setup")
        assert browser.page.text.count('aria-label="À faire :"') == 2
        assert "0 sur 12" in await asked(browser), "a question more would be a quarter of an hour less"
        place = await house.storage.run(lambda work: places.add(work, "Le local", "1 place du Marché", load_week(NOON)))
        motive = Motive("", "Trouver un logement", Needs(45, frozenset({Mode.ON_SITE})))
        await house.storage.run(motives.put, motive)
        (where,) = await house.storage.read(places.places)
        assert where.token == place
        opening = Opening(nadege.id, where.id, (Range(time(9), time(12)),), frozenset({Mode.ON_SITE}), date(2026, 3, 9))
        await house.storage.run(openings.open_at, opening)
        await browser.get("/backend/setup")
        assert 'aria-label="À faire :"' not in browser.page.text


async def test_an_unknown_page_is_not_there(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert (await browser.get(f"{PATH}/other")).status_code == 404


def _open(work: Work) -> None:
    hours.put_week(work, load_week(NOON))
    places.add(work, "Le local", "1 place du Marché, Brémont", load_week(NOON))


async def _answered(house: House) -> frozenset[str]:
    def unit(work: Work) -> frozenset[str]:
        return first_day.day(work, alerts_elsewhere=False).answered

    return await house.storage.read(unit)
