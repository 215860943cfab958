"""What the robot understands of each message, folded under it: found when the page is shown, by what the robot answers by, and kept nowhere."""

import re
from html import unescape

import pytest
from sqlmodel import SQLModel

from backend.understood import CALLED
from bot.messages import Attachment
from bot.settings import Settings
from handlers.meant import NAMES, OWN_BUTTONS, UNNAMED
from storage.engine import Storage, Work
from tests.backend.desk import House, build
from tests.handlers.reader import reader
from tests.talk import shared_library

COLON, SPACE = "\u00a0: ", "\u00a0"
SAID = {
    "jé pa de garan": "sure aide-visale | bail-signer",
    "jveu un rdv et mon preavis": "sure book-appointment + bail-preavis",
    "mon proprio i veu pa": "unsure bail-reparations give-feedback",
    "<b>vite</b>": "sure thanks",
}


@pytest.fixture
def house(storage: Storage, settings: Settings) -> House:
    """The desk, whose robot reads these texts so."""
    return build(storage, settings, reads=reader(SAID))


async def understood(house: House, path: str) -> list[str]:
    """What stands folded under each message, in order."""
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(path)).text
    found = re.findall(r'<details class="meant[^>]*>(.*?)</details>', page, re.DOTALL)
    said = [re.sub(r"<summary>.*?</summary>", "", one) for one in found]
    return [re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]+>", " ", one))).strip() for one in said]


async def test_sure_or_not_in_french_under_what_was_written(house: House) -> None:
    await house.colleague()
    for text in ("jé pa de garan", "jveu un rdv et mon preavis", "mon proprio i veu pa", "gzgz"):
        await house.says(text)
    token = await house.asks_for_somebody(text="une personne")
    assert await understood(house, f"/backend/threads/{token}") == [
        f"Sûr{COLON}«{SPACE}Garant gratuit{COLON}Visale{SPACE}».",
        f"Sûr{COLON}Prendre rendez-vous. Aussi{COLON}«{SPACE}Donner son préavis et partir{SPACE}».",
        f"Pas sûr{COLON}«{SPACE}Panne, clés perdues, petites réparations{COLON}qui paie\u202f?{SPACE}», ou Donner son avis, se plaindre.",
        f"Rien{COLON}ce message n’est pas compris.",
        f"Rien{COLON}ce message n’est pas compris.",
    ]


async def test_nothing_of_what_is_no_words_of_theirs(house: House) -> None:
    await house.colleague()
    await house.says("/menu")
    await house.says("2")
    await house.says("❤️")
    await house.robot_says("jé pa de garan")
    await house.sends(Attachment("photo", "an-id"), text="jé pa de garan")
    token = await house.asks_for_somebody(text="<b>vite</b>")
    path = f"/backend/threads/{token}"
    assert await understood(house, path) == [f"Sûr{COLON}Un merci."]
    async with house.browser() as browser:
        await browser.log_in()
        await browser.get(path)
        await browser.send(f"{path}/reply", text="jé pa de garan")
    assert len(await understood(house, path)) == 1, "nor of a colleague's words"


async def test_a_page_already_open_shows_it_too(house: House) -> None:
    async with house.at_a_thread() as (browser, _token, _path):
        version = re.search(r'data-events="([^"]*)"', browser.page.text)
        assert version is not None
        async with house.watch(browser, unescape(version.group(1))) as watch:
            await house.says("jé pa de garan")
            _id, fragments = await watch.next()
        assert any("Garant gratuit" in fragment for name, fragment in fragments.items() if name.startswith("l-"))


async def test_an_older_page_shows_it_too(house: House) -> None:
    await house.colleague()
    token = await house.asks_for_somebody(text="jé pa de garan")
    await house.says("merci")
    assert len(await understood(house, f"/backend/threads/{token}/older/0-2")) == 1


async def test_it_is_kept_nowhere(house: House) -> None:
    await house.colleague()
    token = await house.asks_for_somebody(text="mon proprio i veu pa")
    assert len(await understood(house, f"/backend/threads/{token}")) == 1

    def rows(work: Work) -> str:
        return repr([work.session.execute(table.select()).all() for table in SQLModel.metadata.sorted_tables])

    held = await house.storage.read(rows)
    assert "bail-reparations" not in held
    assert "give-feedback" not in held


def test_all_that_the_robot_answers_has_a_name_here() -> None:
    assert set(CALLED) == {*NAMES, *OWN_BUTTONS, *UNNAMED}
    assert not set(CALLED) & set(shared_library().pages)
