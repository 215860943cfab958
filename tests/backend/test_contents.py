"""« Contenus »: checked by a named colleague, by fact and by page; corrected with a source; withdrawn; five a week at most."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select

from backend import freshness
from content.checks import Checks, fact_key, page_key, reading_key
from content.facts import DANGER, State
from content.library import Library
from storage import checks, reads, tables
from storage.caseworkers import Role
from storage.engine import Work, table
from tests.backend.desk import Browser, House, load, words
from tests.clock import TestClock

PATH = "/backend/content"
FACT = f"{PATH}/facts/notice-empty"
PAGE = f"{PATH}/pages/bail-preavis"
TODAY, DUE = date(2026, 3, 3), date(2026, 9, 3)
AUDIT = table(tables.Audit)


async def known(house: House) -> Checks:
    """What every process lays over the files from now on."""
    return Checks(await house.storage.read(checks.edits), await house.storage.read(checks.today))


async def library(house: House) -> Library:
    return load().with_edits({}, await known(house))


async def audited(house: House) -> list[tuple[str, int]]:
    def unit(work: Work) -> list[tuple[str, int]]:
        return [(row.act, row.caseworker_id) for row in work.session.execute(select(AUDIT.c.act, AUDIT.c.caseworker_id).order_by(AUDIT.c.id))]

    return await house.storage.read(unit)


async def arrived(house: House, browser: Browser, path: str) -> None:
    """Nadège, logged in, on a page."""
    await house.colleague()
    await browser.log_in()
    await browser.get(path)


class TestFacts:
    async def test_checked_today_by_a_named_colleague(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, FACT)
            assert "pas dit" in browser.page.text
            await browser.send(f"{FACT}/verify")
            assert "C’est vérifié" in browser.page.text
            assert "Vérifié le 3 mars 2026 par Nadège" in browser.page.text
            assert "À revoir avant le 3 septembre 2026" in browser.page.text
        fact = (await library(house)).facts["notice-empty"]
        assert (fact.verified_on, fact.review_by, fact.state(TODAY)) == (TODAY, DUE, State.VERIFIED)
        nadege = (await house.storage.read(checks.edits))[fact_key("notice-empty")]
        assert await audited(house) == [("content", nadege["by"])]  # type: ignore[index, call-overload]

    async def test_another_review_date(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, FACT)
            await browser.send(f"{FACT}/verify", review_by="2026-04-01")
            assert (await library(house)).facts["notice-empty"].review_by == date(2026, 4, 1)

    @pytest.mark.parametrize("day", ["2026-03-03", "2020-01-01", "2031-01-01", "demain", "2026-02-31"])
    async def test_a_review_date_that_is_none(self, house: House, day: str) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, FACT)
            assert (await browser.send(f"{FACT}/verify", review_by=day)).status_code == 422
            assert "Choisissez une date à venir" in browser.page.text
            assert await house.storage.read(checks.edits) == {}

    async def test_what_changed_meanwhile_is_not_checked(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, FACT)
            assert (await browser.send(f"{FACT}/verify", seen="something else")).status_code == 409
            assert "rien n’est vérifié" in browser.page.text
            assert await house.storage.read(checks.edits) == {}

    async def test_a_value_corrected_with_its_source(self, house: House) -> None:
        path = f"{PATH}/facts/locapass-most"
        correction = {"value": "1 300", "source": "actionlogement.fr", "source_date": "2026-11", "confidence": "high"}
        async with house.browser() as browser:
            await arrived(house, browser, path)
            await browser.send(f"{path}/correct", **correction)
            assert "1\u00a0300" in browser.page.text
            assert "valeur corrigée par l’équipe" in browser.page.text
            assert "corrigé par Nadège" in browser.page.text
        said = await library(house)
        assert "1\u00a0300\u00a0€" in said.pages["aide-depot-garantie"].sections[0].body
        assert said.facts["locapass-most"].state(TODAY) is State.VERIFIED

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"value": "mille"}, "chiffres seuls"),
            ({"value": ""}, "chiffres seuls"),
            ({"value": "1 300 €"}, "chiffres seuls"),
            ({"source": " "}, "où vous l’avez lu"),
            ({"source_date": ""}, "où vous l’avez lu"),
            ({"source": "x" * 201}, "où vous l’avez lu"),
            ({"review_by": "2020-01-01"}, "une date à venir"),
        ],
    )
    async def test_a_correction_that_cannot_be_kept(self, house: House, fields: dict[str, str], told: str) -> None:
        path = f"{PATH}/facts/locapass-most"
        correction = {"value": "1 300", "source": "actionlogement.fr", "source_date": "2026-11", "confidence": "high"}
        async with house.browser() as browser:
            await arrived(house, browser, path)
            assert (await browser.send(f"{path}/correct", **{**correction, **fields})).status_code == 422
            assert told in browser.page.text
            assert await house.storage.read(checks.edits) == {}

    async def test_what_no_page_can_hold_is_refused(self, house: House) -> None:
        path = f"{PATH}/facts/tense-towns"
        async with house.browser() as browser:
            await arrived(house, browser, path)
            given = {"value": "x" * 120, "source": "décret", "source_date": "2025", "confidence": "high"}
            assert (await browser.send(f"{path}/correct", **given)).status_code == 422
            assert "trop long pour tenir" in browser.page.text

    async def test_two_colleagues_who_correct_at_once(self, house: House) -> None:
        path = f"{PATH}/facts/locapass-most"
        given = {"source": "x", "source_date": "2026", "confidence": "high"}
        await house.colleague("Théo", "theo@example.org")
        async with house.browser() as browser, house.browser() as other:
            await arrived(house, browser, path)
            await other.log_in("theo@example.org")
            await other.get(path)
            assert (await browser.send(f"{path}/correct", value="1 300", **given)).status_code == 303
            assert (await other.send(f"{path}/correct", value="1 400", **given)).status_code == 409
        assert (await library(house)).facts["locapass-most"].value == "1 300"

    async def test_withdrawn_and_put_back(self, house: House) -> None:
        path = f"{PATH}/facts/3928"
        async with house.browser() as browser:
            await arrived(house, browser, path)
            await browser.send(f"{path}/withdraw")
            assert "Retiré" in browser.page.text
            said = await library(house)
            assert not any(
                "39\u00a028" in part.body for part in (said.pages["discrimination-logement"].first, *said.pages["discrimination-logement"].sections)
            )
            await browser.send(f"{path}/restore")
            assert (await library(house)).facts["3928"].said(TODAY)
            assert "retiré par Nadège" in browser.page.text

    async def test_a_number_of_danger_is_checked_and_never_changed_here(self, house: House) -> None:
        path = f"{PATH}/facts/115"
        async with house.browser() as browser:
            await arrived(house, browser, path)
            assert "textes d’urgence" in browser.page.text
            token = browser.form(f"{path}/verify")["token"]
            for act in ("withdraw", "restore", "correct"):
                form = {"token": token, "value": "116", "source": "x", "source_date": "2026"}
                assert (await browser.post(f"{path}/{act}", form)).status_code == 403
            await browser.get(path)
            await browser.send(f"{path}/verify")
            assert (await library(house)).facts["115"].verified_on == TODAY

    async def test_what_nobody_knows_is_filled_in(self, house: House) -> None:
        path = f"{PATH}/facts/siao-phone"
        async with house.browser() as browser:
            await arrived(house, browser, PATH)
            assert "SIAO du Pas-de-Calais" in browser.page.text
            await browser.get(path)
            assert "pas encore connu" in browser.page.text
            given = {"value": "03 00 00 00 00", "source": "SIAO", "source_date": "2026-03", "confidence": "high"}
            await browser.send(f"{path}/correct", **given)
        page = (await library(house)).pages["heberge-siao"]
        assert "Téléphone du SIAO\u00a0: 03\u00a000\u00a000\u00a000\u00a000" in page.sections[1].body

    async def test_nothing_to_see_of_what_is_none(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, PATH)
            for path in ("facts/none", "facts/115/none", "pages/none"):
                assert (await browser.get(f"{PATH}/{path}")).status_code == 404


class TestPages:
    async def test_checked_by_a_named_colleague(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, PAGE)
            await browser.send(f"{PAGE}/verify")
            assert "Vérifiée le 3 mars 2026 par Nadège" in browser.page.text
            page = (await library(house)).pages["bail-preavis"]
            assert (page.verified_on, page.review_by) == (TODAY, DUE)
            await browser.send(f"{PAGE}/undo")
            assert not (await library(house)).pages["bail-preavis"].verified
            assert "La vérification est retirée" in browser.page.text

    async def test_what_was_not_read_is_not_checked(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, PAGE)
            assert (await browser.send(f"{PAGE}/verify", seen="older words")).status_code == 409
            assert await house.storage.read(checks.edits) == {}

    async def test_a_translation_is_read_by_somebody_who_speaks_it(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, f"{PAGE}?langue=ar")
            assert 'dir="rtl"' in browser.page.text
            assert (await browser.send(f"{PAGE}/read", read="")).status_code == 422
            await browser.get(f"{PAGE}?langue=ar")
            await browser.send(f"{PAGE}/read", read="1")
            assert "a été lue par une personne qui parle la langue" in browser.page.text
        said = await library(house)
        assert {language: page.unread for (name, language), page in said.texts.items() if name == "bail-preavis"} == {
            "fr": False,
            "fr-facile": True,
            "en": True,
            "ar": False,
        }
        assert not said.pages["bail-preavis"].verified

    async def test_the_words_are_shown_with_their_facts(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, PAGE)
            assert 'class="chip aging" href="/backend/content/facts/notice-empty"' in browser.page.text
            assert "Villes en « zone tendue »" in (await words(browser, PAGE)).replace("\u00a0", " ")
            await browser.get(f"{PATH}/facts/notice-empty")
            assert PAGE in browser.page.text


class TestBoard:
    async def test_five_a_week_the_most_dangerous_and_the_most_read_first(self, house: House, clock: TestClock) -> None:
        for _ in range(7):
            await house.storage.run(reads.count, "webchat", "surendettement-budget")
        async with house.browser() as browser:
            await arrived(house, browser, PATH)
            week = await self.proposed(browser)
            assert len(week) == 5
            assert week[0] == "3114", "of danger, and on the page that is read most"
            assert {load().facts[name].shown for name in week} == {DANGER}
            for name in week[:3]:
                await browser.send(f"{PATH}/facts/{name}/verify")
            assert len(await self.proposed(browser)) == 2
            assert "Déjà fait cette semaine : 3" in (await words(browser, PATH)).replace("\u00a0", " ")
            for name in await self.proposed(browser):
                await browser.send(f"{PATH}/facts/{name}/verify")
            assert await self.proposed(browser) == []
            assert "C’est fait pour cette semaine" in browser.page.text
            clock.turn(days=7)
            await browser.log_in()
            await browser.get(PATH)
            assert len(await self.proposed(browser)) == 5

    async def proposed(self, browser: Browser) -> list[str]:
        """The names of the facts that the board offers to check."""
        text = (await browser.get(PATH)).text
        return [part.partition("/verify")[0] for part in text.split('action="/backend/content/facts/')[1:]]

    async def test_every_fact_and_every_page_is_there_with_its_state(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, f"{PATH}?voir=faits")
            known = [fact for fact in load().facts.values() if fact.value]
            assert all(f'href="{PATH}/facts/{fact.name}"' in browser.page.text for fact in known)
            await browser.get(f"{PATH}?voir=pages")
            assert all(f'href="{PATH}/pages/{name}"' in browser.page.text for name in load().pages)
            assert "pas relue" in browser.page.text

    async def test_few_readings_are_never_told(self, house: House) -> None:
        for _ in range(4):
            await house.storage.run(reads.count, "webchat", "dalo")
        async with house.browser() as browser:
            await arrived(house, browser, f"{PATH}?voir=pages")
            assert "4 fois" not in browser.page.text
            await house.storage.run(reads.count, "telegram", "dalo")
            await browser.get(f"{PATH}?voir=pages")
            assert "ouverte 5 fois" in browser.page.text

    async def test_a_page_rewritten_since_is_to_be_read_again(self, house: House) -> None:
        nadege = await house.colleague()
        await house.storage.run(checks.verify, nadege.id, page_key("dalo"), "older words", DUE)
        await house.storage.run(checks.verify, nadege.id, reading_key("dalo", "en"), "older words", DUE)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"{PATH}?voir=pages")
            assert "le texte a changé depuis" in browser.page.text
        assert (await library(house)).texts["dalo", "en"].unread


class TestDoor:
    async def test_who_mends_the_machine_checks_nothing(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            await browser.get(FACT)
            assert "Vérifié aujourd’hui" not in browser.page.text
            token = browser.form("/backend/logout")["token"]
            seen = load().facts["notice-empty"].fingerprint
            for path in (f"{FACT}/verify", f"{FACT}/withdraw", f"{PAGE}/verify", f"{PAGE}/read", f"{PAGE}/undo"):
                form = {"token": token, "seen": seen, "langue": "ar", "read": "1"}
                assert (await browser.post(path, form)).status_code == 403, path
        assert await house.storage.read(checks.edits) == {}

    async def test_a_form_that_was_not_ours_checks_nothing(self, house: House) -> None:
        async with house.browser() as browser:
            await arrived(house, browser, FACT)
            assert (await browser.send(f"{FACT}/verify", token="of somebody else")).status_code == 403
            assert await house.storage.read(checks.edits) == {}

    async def test_nobody_comes_in_unknown(self, house: House) -> None:
        async with house.browser() as browser:
            assert (await browser.get(FACT)).headers["location"] == f"/backend/login?next={FACT}"

    async def test_no_number_of_what_a_colleague_checked(self, house: House) -> None:
        """The names are where one thing was checked, never a count of them."""
        async with house.browser() as browser:
            await arrived(house, browser, PATH)
            for name in ("notice-empty", "notice-short"):
                await browser.get(f"{PATH}/facts/{name}")
                await browser.send(f"{PATH}/facts/{name}/verify")
            assert "Nadège" not in (await browser.get(PATH)).text.partition('id="contenu"')[2]


def test_ten_colleagues_at_once_are_one_week() -> None:
    """What is proposed is what is left of five, whoever checked the others."""
    rows = freshness.fact_rows(load(), Checks({}, TODAY).facts(load().files), {})
    assert [len(freshness.proposed(rows, done)) for done in (0, 1, 5, 9)] == [5, 4, 0, 0]


async def test_the_same_fact_checked_twice_counts_once(house: House) -> None:
    nadege = await house.colleague()
    await asyncio.gather(*(house.storage.run(checks.verify, nadege.id, fact_key("115"), "x", DUE) for _ in range(3)))
    assert checks.checked_since(await house.storage.read(checks.edits), "fact:", freshness.monday(TODAY)) == 1
