"""A page of our own for papers: asked for in words or by a button, under a human too; its link is a week's and tells nothing."""

import pytest

from storage import letterboxes
from tests.handlers.test_terminal import ends_with_the_line
from tests.talk import Road, Talk, bodies


@pytest.mark.parametrize("words", ["déposer un papier", "Où envoyer mes papiers ?", "je veux envoyer un document", "send a document", "إيداع وثيقة"])
async def test_asked_for_in_words(road: Road, talk: Talk, words: str) -> None:
    said = await talk.says(words)
    (given,) = [each for each in said if each.choices and each.choices[0].link]
    assert ends_with_the_line([given])
    link = given.choices[0].link or ""
    assert link.startswith("/depot/")
    box = await road.storage.read(letterboxes.look, link.removeprefix("/depot/"))
    assert box is not None
    assert (box.wanted, box.by, box.room) == ("", "", letterboxes.MOST_FILES)


async def test_the_notice_comes_before_it_once(talk: Talk) -> None:
    assert "Ce que tu écris est lu par l’équipe" in bodies(await talk.says("déposer un papier"))
    assert "Ce que tu écris est lu par l’équipe" not in bodies(await talk.says("déposer un papier"))


@pytest.mark.parametrize("words", ["mon papier peint se décolle", "je dois déposer un dossier", "on m'a volé mes papiers"])
async def test_other_words_about_papers_are_answered_as_ever(talk: Talk, words: str) -> None:
    assert "/depot/" not in str([choice.link for said in await talk.says(words) for choice in said.choices])
