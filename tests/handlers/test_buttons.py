"""A permanent entry is kept as its command and shown by its name, wherever somebody reads what was said."""

import pytest

from backend.show import Show
from content.words import LANGUAGES, Words
from handlers.buttons import said
from handlers.export import as_text
from storage import rights
from storage.messages import Content
from tests.rules.waiting import PARIS
from tests.talk import Talk

COMMANDS = ("urgence", "personne", "menu", "donnees", "langue", "stop")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_is_left_bare(language: str, name: str) -> None:
    shown = said(Words(language), f"/{name}")
    assert shown
    assert "/" not in shown


@pytest.mark.parametrize("words", ["", "/autre chose", "ça/va", "/urgence maintenant", "urgence"])
def test_other_words_are_theirs(words: str) -> None:
    assert said(Words("fr"), words) == words


def test_the_desk_says_it_too() -> None:
    show = Show(PARIS, {})
    assert show.text("/personne") == "Une personne"
    assert show.words_of(Content("/donnees")) == "«\u00a0Mes données\u00a0»"


async def test_and_so_does_what_is_handed_out(talk: Talk) -> None:
    await talk.says("/menu")
    lane = await talk.lane()
    found = await talk.road.storage.read(rights.everything, lane.person_id)
    text = as_text(found, Words("fr"), PARIS)
    assert " : Menu\n" in text
    assert "/menu" not in text
