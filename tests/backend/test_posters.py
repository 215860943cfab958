"""Posters: made, printed in four languages, drawn as files; never with an address that nobody can open."""

import re
from collections.abc import Mapping

import pytest

from backend.pages.posters import QUESTION
from bot.settings import Settings, reachable
from content.words import LANGUAGES, Words
from storage import posters
from storage.engine import Storage
from tests.backend.desk import PASSWORD, Browser, House, build

PATH = "/backend/posters"
HOME = "https://chat.cllaj.example"


async def telegram(code: str) -> Mapping[str, str]:
    return {"telegram": f"https://t.me/palier_double_bot?start={code}"}


async def silent(code: str) -> Mapping[str, str]:
    return {"telegram": ""}


@pytest.fixture
def public(storage: Storage, settings: Settings) -> House:
    """A desk that people reach from elsewhere, where Telegram is on."""
    return build(storage, settings.model_copy(update={"base_url": HOME}), elsewhere=telegram)


async def made(browser: Browser, label: str = "affiche Mission Locale", page: str = "aide-visale") -> str:
    """A poster made by the form; its code."""
    await browser.log_in()
    await browser.get(PATH)
    await browser.send(PATH, label=label, page=page)
    found = re.search(rf"{PATH}/([a-z0-9]{{6}})/", browser.page.text)
    assert found is not None
    return found[1]


async def test_a_poster_is_made_and_shown_with_its_addresses(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        for shown in ("L’affiche est prête.", "affiche Mission Locale", f"chat.cllaj.example/d/{code}", f"t.me/palier_double_bot?start={code}"):
            assert shown in browser.page.text
        assert "Ouvre\u00a0: Garant gratuit" in browser.page.text
        assert "Moins de 5 venues par mois" in browser.page.text
        assert f"{HOME}/chat/embed.js" in browser.page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", ["webchat", "telegram"])
async def test_it_is_printed_in_each_language(public: House, language: str, by: str) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        page = (await browser.get(f"{PATH}/{code}?langue={language}&par={by}")).text
        tongue = f'lang="{language.partition("-")[0]}" dir="{"rtl" if language == "ar" else "ltr"}"'
        poster = page.partition(f'<article class="poster" {tongue}')[2]
        words = Words(language)
        assert words.say(QUESTION) in poster
        assert "3114" in poster
        assert (f"chat.cllaj.example/d/{code}" in poster) == (by == "webchat")
        assert (f"t.me/palier_double_bot?start={code}" in poster) == (by == "telegram")
        assert f"qr.svg?inline&amp;par={by}" in poster


async def test_its_code_is_drawn_as_svg_and_pdf(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        for kind, start, media in (("svg", b"<?xml", "image/svg+xml"), ("pdf", b"%PDF-", "application/pdf")):
            drawn = {}
            for by in ("webchat", "telegram"):
                answer = await browser.get(f"{PATH}/{code}/qr.{kind}?par={by}")
                assert answer.headers["content-type"] == media
                assert answer.headers["content-disposition"] == f'attachment; filename="affiche-{code}-{by}.{kind}"'
                assert answer.content.startswith(start)
                drawn[by] = answer.content
            assert drawn["webchat"] != drawn["telegram"]


async def test_no_wrong_address_is_printed(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(PATH)
        assert "PALIER_BASE_URL" in browser.page.text
        await browser.send(PATH, label="affiche Mission Locale", page="")
        assert "affiche Mission Locale" in browser.page.text
        assert "127.0.0.1" not in browser.page.text
        (poster,) = await house.storage.read(posters.posters)
        for address in (f"{PATH}/{poster.code}", f"{PATH}/{poster.code}/qr.svg", f"{PATH}/{poster.code}/qr.pdf"):
            assert (await browser.get(address)).status_code == 404


async def test_telegram_that_does_not_answer_is_said(storage: Storage, settings: Settings) -> None:
    house = build(storage, settings.model_copy(update={"base_url": HOME}), elsewhere=silent)
    await house.colleague()
    async with house.browser() as browser:
        code = await made(browser)
        assert "Telegram n’a pas donné l’adresse du robot." in browser.page.text
        assert (await browser.get(f"{PATH}/{code}?par=telegram")).status_code == 200
        assert f"chat.cllaj.example/d/{code}" in browser.page.text


async def test_a_poster_is_withdrawn_and_put_up_again(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        await browser.send(f"{PATH}/{code}/withdraw")
        assert await public.storage.read(posters.find, code) is None
        assert "Retirée\u00a0: qui la lit encore" in browser.page.text
        await browser.send(f"{PATH}/{code}/again")
        assert await public.storage.read(posters.find, code) is not None


@pytest.mark.parametrize("label", ["", "   ", "x" * 61, "a\u202eb"])
async def test_a_poster_has_a_name(public: House, label: str) -> None:
    await public.colleague()
    async with public.browser() as browser:
        await browser.log_in()
        await browser.get(PATH)
        answer = await browser.send(PATH, label=label, page="")
        assert answer.status_code == 422
        assert "Donnez un nom" in answer.text
        assert not await public.storage.read(posters.posters)


async def test_a_page_that_does_not_exist_opens_the_welcome(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        await made(browser, page="nulle-part")
        assert "Ouvre\u00a0: l’accueil du robot" in browser.page.text


async def test_an_unknown_code_has_no_page(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        await browser.log_in()
        assert (await browser.get(f"{PATH}/zzzzzz")).status_code == 404


async def test_arrivals_are_shown_by_the_month_from_five_on(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        for _ in range(4):
            await public.storage.run(posters.count, code)
        assert "Moins de 5 venues par mois" in (await browser.get(PATH)).text
        await public.storage.run(posters.count, code)
        assert re.search(r"5 venues en \w+ 2026", (await browser.get(PATH)).text)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        *(("chat.cllaj.example", True), ("cllaj.fr.", True), ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True)),
        *(("localhost", False), ("palier", False), ("nas.local", False), ("palier.lan", False), ("x.localhost", False), ("", False)),
        *(("127.0.0.1", False), ("10.0.0.5", False), ("192.168.1.2", False), ("::1", False), ("0.0.0.0", False)),  # noqa: S104 - no door is opened
    ],
)
def test_what_a_telephone_elsewhere_reaches(host: str, found: bool) -> None:
    assert reachable(host) is found


@pytest.mark.parametrize(
    ("address", "public"), [("https://chat.cllaj.example", True), ("http://chat.cllaj.example", False), ("https://[::1]", False)]
)
def test_a_public_address_has_https(settings: Settings, address: str, public: bool) -> None:
    assert settings.model_copy(update={"base_url": address}).public is public


async def test_a_login_leads_back_to_it(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        asked = await browser.get(PATH)
        assert asked.headers["location"] == f"/backend/login?next={PATH}"
        await browser.get(asked.headers["location"])
        answer = await browser.send("/backend/login", email="nadege@example.org", password=PASSWORD)
        assert answer.headers["location"] == PATH
