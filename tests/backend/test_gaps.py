"""« Questions sans réponse »: shown where five people asked alike, never sooner, never with who; marked in one tap."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rules.keeping import LONGEST
from storage import gaps, lanes, purge
from storage.caseworkers import Role
from storage.engine import Work
from storage.erasure import erase
from storage.gaps import Missed
from tests.backend.desk import Browser, House, peer, words
from tests.clock import TestClock

PATH = "/backend/gaps"
PARIS = ZoneInfo("Europe/Paris")
ALIKE = (
    "garer mon tracteur",
    "où garer un tracteur ?",
    "esk on peut garé un tracteur",
    "jai un tracteur ou le garer",
    "garer tracteur",
    "tracteur garer ou",
)
NOBODY = "Rien à trier."


async def asks(house: House, name: str, text: str) -> int:
    """Somebody of this name asks something the robot does not understand; their id."""

    def unit(work: Work) -> int:
        lane = lanes.open_lane(work, peer(name))
        lanes.keep(work, lane)
        assert gaps.keep(work, lane.person_id, text, "fr")
        return lane.person_id

    return await house.storage.run(unit)


async def crowd(house: House, number: int, texts: Sequence[str] = ALIKE, start: int = 0) -> list[int]:
    """So many people ask alike; their ids."""
    return [await asks(house, f"p{start + nth}", texts[nth % len(texts)]) for nth in range(number)]


def examples(browser: Browser) -> list[str]:
    return re.findall(r"<bdi lang=\"fr\" dir=\"ltr\">(.*?)</bdi>", browser.page.text)


def forms(browser: Browser) -> dict[str, tuple[str, dict[str, str]]]:
    """Of each button of the page: where its form goes, and what it sends."""
    found = {}
    for path, inside in re.findall(rf'<form[^>]*action="({PATH}/[^"]+)"[^>]*>(.*?)</form>', browser.page.text, re.DOTALL):
        label = re.sub(r"<[^>]+>", "", inside.rpartition("<button")[2].partition(">")[2]).strip()
        found[label] = (path, dict(re.findall(r'name="([^"]+)" value="([^"]*)"', inside)))
    return found


async def taps(browser: Browser, label: str, **fields: str) -> int:
    """Press a button of the page; the status of the answer."""
    path, form = forms(browser)[label]
    return (await browser.post(path, {**form, **fields})).status_code


class TestFive:
    async def test_four_show_nothing_five_do(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 4)
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, PATH)
            assert NOBODY in said
            assert "tracteur" not in said
            await asks(house, "the fifth", ALIKE[4])
            said = await words(browser, PATH)
            assert "5 personnes ou plus" in said
            assert len(examples(browser)) == 3
            assert set(examples(browser)) <= set(ALIKE)

    async def test_one_person_five_times_is_one(self, house: House) -> None:
        await house.colleague()
        for text in ALIKE:
            await asks(house, "yanis", text)
        await crowd(house, 3)
        async with house.browser() as browser:
            await browser.log_in()
            assert NOBODY in await words(browser, PATH)

    async def test_four_people_in_two_quarters_are_four(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        for day in (datetime(2026, 3, 30, 9, tzinfo=UTC), datetime(2026, 4, 2, 9, tzinfo=UTC)):
            clock.turn_to(day)
            await crowd(house, 4)
        async with house.browser() as browser:
            await browser.log_in()
            assert NOBODY in await words(browser, PATH)

    async def test_five_who_asked_five_things_are_nobody(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5, ("garer un tracteur", "une girafe naine", "cours de violon", "passer le permis bateau", "élever des poules"))
        async with house.browser() as browser:
            await browser.log_in()
            assert NOBODY in await words(browser, PATH)

    async def test_the_number_is_rough(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 9)
        async with house.browser() as browser:
            await browser.log_in()
            assert "5 personnes ou plus" in await words(browser, PATH)
            await crowd(house, 1, start=9)
            assert "10 personnes ou plus" in await words(browser, PATH)

    async def test_somebody_erased_counts_no_more(self, house: House, tmp_path: Path) -> None:
        await house.colleague()
        ids = await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in()
            assert "5 personnes ou plus" in await words(browser, PATH)
            await erase(house.storage, tmp_path / "ledger", ids[2])
            assert NOBODY in await words(browser, PATH)

    async def test_somebody_whose_conversation_is_over_still_counts(self, house: House, clock: TestClock, tmp_path: Path) -> None:
        """Until the ninetieth day."""
        await house.colleague()
        await crowd(house, 5)
        async with house.browser() as browser:
            for days, shown in ((31, True), (58, True), (1, False)):
                clock.turn(days=days)
                await purge.purge(house.storage, LONGEST, PARIS, tmp_path / "ledger")
                await browser.log_in()
                assert ("5 personnes ou plus" in await words(browser, PATH)) is shown, days


class TestExamples:
    async def test_are_of_different_people_and_words(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5, ("garer tracteur", "Garer tracteur", "garer tracteur", "garer un tracteur", "garer un tracteur"))
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            assert sorted(example.casefold() for example in examples(browser)) == ["garer tracteur", "garer un tracteur"]

    async def test_name_nobody(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5, ("garer mon tracteur, je m'appelle Tancrède, 06 39 98 04 71, t@example.org",))
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, PATH)
            assert "garer mon tracteur, je m'appelle […], […], […]" in said
            assert not [each for each in ("Tancrède", "06 39", "example.org") if each in browser.page.text]

    async def test_are_short_and_run_nothing(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5, ("<script>tracteur</script> " + "garer " * 60,))
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            (example,) = examples(browser)
            assert example.startswith("&lt;script&gt;tracteur")
            assert example.endswith("…")
            assert len(example) < 200

    async def test_are_marked_with_their_language(self, house: House) -> None:
        await house.colleague()

        def unit(work: Work) -> None:
            for nth in range(5):
                lane = lanes.open_lane(work, peer(f"p{nth}"))
                lanes.keep(work, lane)
                gaps.keep(work, lane.person_id, "رخصة السياقة مساعدة", "ar")

        await house.storage.run(unit)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            assert '<bdi lang="ar" dir="rtl">رخصة السياقة مساعدة</bdi>' in browser.page.text


class TestMarks:
    async def test_to_write_then_back(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            await taps(browser, "À écrire")
            said = await words(browser, PATH)
            assert NOBODY in said
            assert "À écrire" in re.findall(r"<h2>(.*?)</h2>", browser.page.text)
            await crowd(house, 1, start=5)
            assert NOBODY in await words(browser, PATH), "who asks the same later is with them"
            await taps(browser, "À trier de nouveau")
            assert NOBODY not in await words(browser, PATH)

    async def test_not_for_us(self, house: House) -> None:
        await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in("nadia@example.org")
            await browser.get(PATH)
            await taps(browser, "Pas pour nous")
            said = await words(browser, PATH)
            assert NOBODY in said
            assert re.search(r"<summary[^>]*>Pas pour nous</summary>", browser.page.text)

    async def test_covered_by_the_nearest_page_in_one_tap(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5, ("c quoi visale svp", "visale comment ça marche", "demander visale", "visale", "faire visale"))
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, PATH)
            assert "Page la plus proche : Garant gratuit : Visale" in said.replace("\u00a0", " ")
            await taps(browser, "C’est couvert")
            said = await words(browser, PATH)
            assert NOBODY in said
            assert "Page qui répond : Garant gratuit : Visale" in said.replace("\u00a0", " ")

    async def test_covered_by_another_page(self, house: House) -> None:
        await house.colleague()
        await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            assert "Page la plus proche" not in browser.page.text
            assert await taps(browser, "C’est cette page", page="nulle-part") == 400
            await browser.get(PATH)
            assert await taps(browser, "C’est cette page", page="bail-signer") == 303
            assert NOBODY in await words(browser, PATH)

    @pytest.mark.parametrize("given", ["nonsense", "WRITE"])
    async def test_anything_else_is_refused(self, house: House, given: str) -> None:
        await house.colleague()
        await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            assert await taps(browser, "À écrire", **{"as": given}) == 400

    async def test_what_is_gone_meanwhile_is_said(self, house: House, tmp_path: Path) -> None:
        await house.colleague()
        ids = await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PATH)
            await erase(house.storage, tmp_path / "ledger", ids[0])
            await taps(browser, "À écrire")
            assert "ne sont plus là" in browser.page.text
            assert {one.mark for one in await house.storage.read(gaps.asked)} == {None}


class TestWho:
    async def test_an_administrator_sees_none_of_it(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        await crowd(house, 5)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            answer = await browser.get(PATH)
            assert answer.status_code == 403
            assert "tracteur" not in answer.text
            await browser.get("/backend/team")
            assert f'href="{PATH}"' not in browser.page.text
            form = {"token": browser.form("/backend/logout")["token"], "as": "write"}
            token = (await house.storage.read(gaps.asked))[0].token
            assert (await browser.post(f"{PATH}/{token}", form)).status_code == 403
        assert {one.mark for one in await house.storage.read(gaps.asked)} == {None}

    async def test_a_login_leads_back_to_it(self, house: House) -> None:
        async with house.browser() as browser:
            assert (await browser.get(PATH)).headers["location"] == f"/backend/login?next={PATH}"


async def test_how_often_is_told_by_the_month(house: House, clock: TestClock, tmp_path: Path) -> None:
    await house.colleague()
    for _ in range(6):
        await house.storage.run(gaps.count, Missed.NOT_UNDERSTOOD)
    async with house.browser() as browser:
        await browser.log_in()
        assert "Combien de fois" not in await words(browser, PATH)
        clock.turn(days=31)
        await purge.purge(house.storage, LONGEST, PARIS, tmp_path / "ledger")
        await browser.log_in()
        said = (await words(browser, PATH)).replace("\u00a0", " ")
        assert "mars 2026 : question pas comprise 6 fois" in said
