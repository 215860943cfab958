"""Motives as a browser writes them: a few to begin with, what each needs, their order, withdrawn and put back."""

import re
from datetime import timedelta
from html import unescape

import pytest

from bot.rules.openings import Mode, Needs
from bot.rules.reminders import DEFAULT, Kind
from storage import caseworkers, motives, switches
from storage.caseworkers import Role
from storage.motives import Motive
from storage.switches import Switch
from tests.backend.desk import Browser, House

PAGE = "/backend/calendar/motives"
FORM = {
    **{"name": "Un état des lieux", "minutes": "60", "mode_home": "1", "notice": "24", "horizon": "30", "grid": "30"},
    **{"chain_week": "1", "chain_two_days": "1", "bring": "le bail"},
}


def words(browser: Browser) -> str:
    """What the page says, without its markup, in ordinary spaces and apostrophes."""
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page.text)).split())
    return shown.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").replace(" :", ":")


async def write(browser: Browser, path: str, **fields: str) -> int:
    """Fill in these fields alone: a box that is not named is not ticked. The status."""
    token = browser.form("/backend/logout")["token"]
    return (await browser.post(path, {"token": token, **fields})).status_code


async def offered(house: House) -> tuple[Motive, ...]:
    return await house.storage.read(motives.motives)


async def opened(house: House, browser: Browser) -> None:
    await house.colleague()
    await browser.log_in()
    await browser.get(PAGE)


class TestStartingSet:
    async def test_one_tap_gives_four_and_a_second_none_more(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert "Aucun motif: le robot ne propose aucun rendez-vous." in words(browser)
            assert await write(browser, f"{PAGE}/starting-set", minutes="45") == 303
            assert "Voici de quoi commencer." in words(browser)
            assert "45 min · sur place, au téléphone · tout le monde · rappel 48 heures avant" in words(browser)
            assert words(browser).count("À compléter: quoi apporter") == 4, "what to bring is the team's to say"
            await write(browser, f"{PAGE}/starting-set", minutes="30")
        found = await offered(house)
        assert [each.name for each in found] == ["Trouver un logement", "Aides et garant", "Un souci chez moi", "Je dirai sur place"]
        assert {(each.needs.minutes, each.chain, each.bring) for each in found} == {(45, DEFAULT, "")}

    @pytest.mark.parametrize("minutes", ["", "0", "47", "-45", "500", "quarante", "99999999999"])
    async def test_a_length_that_cannot_be_is_refused(self, house: House, minutes: str) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert await write(browser, f"{PAGE}/starting-set", minutes=minutes) == 422
            assert "Écrivez une durée en minutes" in words(browser)
        assert await offered(house) == ()


class TestMotive:
    async def test_what_it_needs_is_kept_and_shown_again(self, house: House) -> None:
        nadege = await house.colleague()
        theo = await house.colleague("Théo", "theo@example.org")
        around = {"buffer_after": "15", "travel_before": "20", "travel_after": "25", "discreet": "Point"}
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, **FORM, **around, **{f"who_{theo.token}": "1"})
            assert "60 min · à domicile · Théo · rappel une semaine avant, 48 heures avant" in words(browser)
            assert "À apporter: le bail" in words(browser)
            (kept,) = await offered(house)
            await browser.get(f"{PAGE}/{kept.token}")
            ticked = set(re.findall(r'type="checkbox" name="([\w-]+)" value="1" checked', browser.page.text))
            assert ticked == {"mode_home", "chain_week", "chain_two_days", f"who_{theo.token}"}
            both = {f"who_{nadege.token}": "1", f"who_{theo.token}": "1"}
            await write(browser, f"{PAGE}/{kept.token}", **FORM | {"minutes": "45"} | both)
        needs = kept.needs
        assert (needs.modes, needs.who) == (frozenset({Mode.HOME}), frozenset({theo.id}))
        assert (needs.minutes, needs.notice, needs.horizon) == (60, timedelta(hours=24), 30)
        assert (needs.buffer, needs.travel, needs.grid) == ((0, 15), (20, 25), 30)
        assert (kept.chain, kept.discreet) == ((Kind.CONFIRMATION, Kind.WEEK, Kind.TWO_DAYS), "Point")
        (now,) = await offered(house)
        assert (now.token, now.needs.minutes, now.needs.who) == (kept.token, 45, frozenset()), "everybody is nobody in particular"

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"name": ""}, "Écrivez un nom"),
            ({"name": "…"}, "Écrivez un nom"),
            ({"name": "loger " * 20}, "Écrivez un nom"),
            ({"name": "aides et garant"}, "Un autre motif s'appelle déjà ainsi"),
            ({"minutes": "3"}, "Écrivez une durée"),
            ({"minutes": "481"}, "Écrivez une durée"),
            ({"mode_home": None}, "Choisissez au moins une façon de se voir"),
            ({"buffer_before": "7"}, "Écrivez des minutes, de cinq en cinq"),
            ({"travel_after": "1e3"}, "Écrivez des minutes, de cinq en cinq"),
            ({"notice": "-1"}, "Écrivez un délai en heures"),
            ({"horizon": "0"}, "Écrivez un nombre de jours"),
            ({"horizon": "401"}, "Écrivez un nombre de jours"),
            ({"grid": "7"}, "Choisissez quand ces rendez-vous commencent"),
            ({"bring": "un papier, " * 40}, "Dites quoi apporter"),
            ({"discreet": "x" * 41}, "Écrivez une autre formule"),
        ],
    )
    async def test_what_cannot_be_kept_says_what_to_write(self, house: House, fields: dict[str, str | None], told: str) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await write(browser, f"{PAGE}/starting-set", minutes="45")
            form = {name: value for name, value in {**FORM, **fields}.items() if value is not None}
            assert await write(browser, PAGE, **form) == 422
            assert told in words(browser)
        assert len(await offered(house)) == 4

    async def test_what_the_only_one_who_took_it_leaves_behind_is_not_given_to_everybody_unseen(self, house: House) -> None:
        await house.colleague()
        theo = await house.colleague("Théo", "theo@example.org")
        await house.colleague("Lina", "lina@example.org")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(PAGE)
            await write(browser, PAGE, **FORM, **{f"who_{theo.token}": "1"})
            await house.storage.run(caseworkers.disable, theo.id)
            await browser.get(PAGE)
            assert "personne de l'équipe" in words(browser)
            (kept,) = await offered(house)
            await browser.get(f"{PAGE}/{kept.token}")
            assert await write(browser, f"{PAGE}/{kept.token}", **FORM | {"bring": "rien"}) == 422
            assert "Choisissez qui prend ces rendez-vous." in words(browser)
        assert (await offered(house))[0].needs.who == frozenset({theo.id})

    async def test_order_withdrawn_and_put_back(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            await write(browser, f"{PAGE}/starting-set", minutes="45")
            first, second, third, _ = await offered(house)
            await write(browser, f"{PAGE}/{third.token}/up")
            await write(browser, f"{PAGE}/{first.token}/up")
            await write(browser, f"{PAGE}/{first.token}/down")
            names = [each.name for each in await offered(house)]
            assert names == ["Un souci chez moi", "Trouver un logement", "Aides et garant", "Je dirai sur place"]
            await write(browser, f"{PAGE}/{second.token}/withdraw")
            assert "Les rendez-vous déjà pris restent." in words(browser)
            assert second.token not in {each.token for each in await offered(house)}
            assert await house.storage.read(motives.find, second.token) is not None, "an appointment may still name it"
            await write(browser, f"{PAGE}/{second.token}/restore")
            await write(browser, PAGE, **FORM)
        assert [each.name for each in await offered(house)][-2:] == ["Aides et garant", "Un état des lieux"]

    async def test_one_that_is_not_there(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert (await browser.get(f"{PAGE}/nothing")).status_code == 404
            await browser.get(PAGE)
            assert await write(browser, f"{PAGE}/nothing", **FORM) == 404
            await browser.get(PAGE)
            assert await write(browser, f"{PAGE}/nothing/withdraw") == 303
        assert await offered(house) == ()

    async def test_an_administrator_writes_none(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            assert (await browser.get(PAGE)).status_code == 403


class TestSecondReminder:
    async def test_is_offered_and_counts_only_once_the_head_turned_it_on(self, house: House) -> None:
        async with house.browser() as browser:
            await opened(house, browser)
            assert "chain_hours" not in browser.page.text
            await write(browser, PAGE, **FORM, chain_hours="1")
            (kept,) = await offered(house)
            assert await house.storage.read(motives.chain, kept) == (Kind.CONFIRMATION, Kind.WEEK, Kind.TWO_DAYS)
            await house.storage.run(lambda work: switches.turn(work, Switch.SECOND, on=True))
            await browser.get(PAGE)
            assert "chain_hours" in browser.page.text
        assert Kind.HOURS in await house.storage.read(motives.chain, kept)

    async def test_alone_it_is_the_only_one_and_stays(self, house: House) -> None:
        motive = Motive("", "Un appel", Needs(15, frozenset({Mode.PHONE})), chain=(Kind.CONFIRMATION, Kind.HOURS))
        assert await house.storage.read(motives.chain, motive) == motive.chain
