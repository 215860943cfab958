"""What is said in danger is read by the team and signed by the head; until then every page says that it is not."""

from dataclasses import replace

import pytest

from bot.settings import Settings
from content.crises import Crises
from content.library import Library
from content.reading import Spoken
from storage import signatures
from storage.caseworkers import Role
from storage.engine import Storage
from tests.backend.desk import House, build, load

PATH = "/backend/crisis-texts"
BAND = "les textes d’urgence"


def changed() -> Library:
    """The same service, with one word changed in what it says in danger."""
    crises = load().crises
    common = replace(crises.common, ending=Spoken({**crises.common.ending.texts, "fr": "Appelle."}))
    return replace(load(), crises=Crises(crises, crises.steps, common))


async def test_everything_said_in_danger_is_shown(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        for language in ("fr", "en", "ar"):
            page = (await browser.get(f"{PATH}?langue={language}")).text
            for said in load().crises.said():
                first = said.text.of(language).split("\n")[0].replace("{number}", "[numéro]").replace("{when}", "[jour et heure]")
                assert first.replace("&", "&amp;").replace('"', "&#34;") in page
            assert ("relue par personne" in page) == (language in load().crises.common.unread)
        assert "J’ai lu et je signe" not in page


async def test_every_page_says_so_until_the_head_has_signed(house: House) -> None:
    await house.colleague()
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    token = await house.asks_for_somebody()
    async with house.browser() as nadege, house.browser() as nadia:
        await nadege.log_in()
        await nadia.log_in("nadia@example.org")
        pages = ["/backend", f"/backend/threads/{token}", PATH, "/backend/threads/none"]
        for path in pages[:3]:
            assert BAND in (await nadege.get(path)).text
        await nadia.get(PATH)
        assert (await nadia.send(PATH, read="1")).status_code == 303
        assert "Signés par Nadia" in nadia.page.text
        for path in pages[:2]:
            assert BAND not in (await nadege.get(path)).text
    assert await house.storage.read(signatures.signed, load().crises.fingerprint)


async def test_only_a_head_signs(house: House) -> None:
    await house.colleague()
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    await house.colleague("Root", "root@example.org", Role.ADMIN)
    for email in ("nadege@example.org", "root@example.org"):
        async with house.browser() as browser:
            await browser.log_in(email)
            await browser.get(PATH)
            form = {"token": browser.form("/backend/logout")["token"], "texts": load().crises.fingerprint, "read": "1"}
            assert (await browser.post(PATH, form)).status_code == 403
    assert await house.storage.read(signatures.signature) is None


@pytest.mark.parametrize(("fields", "status"), [({"texts": "older", "read": "1"}, 409), ({"read": ""}, 422)])
async def test_what_was_not_read_is_not_signed(house: House, fields: dict[str, str], status: int) -> None:
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        assert (await browser.send(PATH, **fields)).status_code == status
    assert await house.storage.read(signatures.signature) is None


async def test_a_change_lifts_the_signature(storage: Storage, settings: Settings) -> None:
    house = build(storage, settings)
    await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    async with house.browser() as browser:
        await browser.log_in("nadia@example.org")
        await browser.get(PATH)
        await browser.send(PATH, read="1")
    async with build(storage, settings, changed).browser() as browser:
        await browser.log_in("nadia@example.org")
        assert BAND in (await browser.get("/backend")).text
        assert "Un texte a changé depuis" in (await browser.get(PATH)).text


async def test_a_service_without_a_head_is_told_to_invite_one(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        assert "Inviter la direction" in (await browser.get(PATH)).text
