"""Moving in: the texts to paste, the cards, the page without a telephone. Nothing is invented, nothing comes in."""

import html
import re
from collections.abc import Mapping
from datetime import time

import pytest

from backend.pages.kit import APART, DANGER, ROBOT
from backend.pages.posters import SCAN_BY, typed
from bot.rules.hours import Range
from bot.settings import Settings
from content.words import LANGUAGES, Words
from storage import hours
from storage.engine import Storage
from tests.backend.desk import House, build
from tests.backend.test_posters import HOME, made
from tests.backend.test_posters import PATH as POSTERS
from tests.talk import shared_library

PATH = "/backend/kit"
LINKS = {
    "telegram": "https://t.me/palier_double_bot?start={}",
    "whatsapp": "https://wa.me/33100000000?text=%2Fstart%20{}",
    "messenger": "https://m.me/100000000000001?ref={}",
}


async def every_app(code: str) -> Mapping[str, str]:
    return {name: link.format(code) if code else link.partition("?")[0] for name, link in LINKS.items()}


@pytest.fixture
def public(storage: Storage, settings: Settings) -> House:
    """A desk that people reach from elsewhere, with every channel on."""
    return build(storage, settings.model_copy(update={"base_url": HOME}), elsewhere=every_app)


def texts(page: str) -> dict[str, str]:
    """What stands in the fields to copy, by their id."""
    return {found[1]: html.unescape(found[2]) for found in re.finditer(r'<textarea[^>]* id="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)}


def missing(page: str) -> str:
    """What the page says is still to be filled in."""
    return html.unescape(page).partition("À compléter")[2].partition("</p>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_text_to_paste_says_what_the_robot_is_and_every_address(public: House, language: str) -> None:
    await public.colleague()
    async with public.browser() as browser:
        await browser.log_in()
        said = texts((await browser.get(f"{PATH}?langue={language}")).text)
    words = Words(language)
    assert words.say(ROBOT) in said["tu"]
    assert words.say(APART) in said["tu"]
    for text in (said["tu"], said["vous"]):
        assert text.isascii() is False
        for address in (f"{HOME}/chat\n", "https://t.me/palier_double_bot\n", "https://wa.me/33100000000\n", "https://m.me/100000000000001\n"):
            assert address in text
        assert "3114" in text
    assert "C’est un robot, pas une personne" in said["vous"]
    assert not re.search(r"\b(tu|te|ton|tes|toi)\b", said["vous"])


async def test_it_says_what_is_never_brought_in_and_takes_nothing(public: House) -> None:
    await public.colleague()
    async with public.browser() as browser:
        await browser.log_in()
        page = (await browser.get(PATH)).text
    assert "Vos anciennes conversations n’entrent pas" in page
    assert "Vos carnets d’adresses n’entrent pas" in page
    assert 'type="file"' not in page.partition("<main")[2]


async def test_no_address_no_text(house: House) -> None:
    await house.colleague()
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(PATH)).text
        assert "PALIER_BASE_URL" in page
        assert not texts(page)
        assert "127.0.0.1" not in page
        assert "l’adresse publique du chat" in missing((await browser.get(f"{PATH}/paper")).text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_paper_says_what_is_known_and_nothing_else(public: House, language: str) -> None:
    await public.colleague()
    service, words = shared_library().service, Words(language)
    assert service.address is not None
    async with public.browser() as browser:
        await browser.log_in()
        page = (await browser.get(f"{PATH}/paper?langue={language}")).text
        paper = html.unescape(page.partition("<article")[2].partition("</article>")[0])
        assert service.address in paper
        assert words.say(DANGER) in paper
        for number in ("115", "119", "17", "114", "3114", "15", "3919"):
            assert re.search(rf"(?<!\d){number}(?!\d)", paper)
        assert "compléter" not in paper
        assert "les horaires" in missing(page)
        await public.storage.run(hours.put_week, ((Range(time(9), time(12)),),) + ((),) * 6)
        page = html.unescape((await browser.get(f"{PATH}/paper?langue={language}")).text)
    assert "les horaires" not in missing(page)
    assert words.hour(time(9)) in page.partition("<article")[2]


@pytest.mark.parametrize("by", LINKS)
async def test_posters_and_cards_are_printed_for_each_channel(public: House, by: str) -> None:
    await public.colleague()
    async with public.browser() as browser:
        code = await made(browser)
        for form, copies in (("affiche", 1), ("cartes", 4), ("carte", 1), ("autre", 1)):
            page = (await browser.get(f"{POSTERS}/{code}?par={by}&format={form}")).text
            assert page.count('<article class="poster') == copies
            assert page.count('aria-hidden="true" lang="fr"') == copies - 1
            assert f"qr.svg?inline&amp;par={by}" in page
            assert typed(LINKS[by].format(code)) in page
            assert html.unescape(page).count(Words("fr").say(SCAN_BY[by])) == copies


@pytest.mark.parametrize(
    ("link", "bare"),
    [
        ("https://chat.cllaj.example/d/k3x9pz", "chat.cllaj.example/d/k3x9pz"),
        ("https://t.me/palier_double_bot?start=k3x9pz", "t.me/palier_double_bot?start=k3x9pz"),
        ("https://wa.me/33100000000?text=%2Fstart%20k3x9pz", "wa.me/33100000000"),
        ("https://m.me/100000000000001?ref=k3x9pz", "m.me/100000000000001"),
    ],
)
def test_an_address_is_short_enough_to_type(link: str, bare: str) -> None:
    assert typed(link) == bare
