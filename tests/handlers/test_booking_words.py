"""Booking in words that choose nothing by themselves, and on in the language that is chosen meanwhile."""

from collections.abc import Mapping

import pytest

from tests.handlers.booking import SAID
from tests.handlers.receiving import Receiving
from tests.talk import Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


@pytest.mark.parametrize("at", ["motive", "town", "times", "yes", "name"])
async def test_who_changes_language_goes_on_where_they_were(talk: Talk, service: Receiving, at: str) -> None:
    """The language is proposed under the very question: to choose it loses nothing."""
    steps = {"motive": "jveu un rdv", "town": "Trouver un logement", "times": "Carvin", "yes": "la 1", "name": "oui"}
    for step, words in steps.items():
        await talk.says(words)
        if step == at:
            break
    said = await talk.says("english please")
    assert said[-1].language == "en"
    asks = {"motive": "What is it about?", "town": "Which town", "times": "Three times", "yes": "Three times", "name": "first name"}
    assert asks[at].casefold() in bodies(said).casefold()
    assert bool(await service.ahead(talk)) == (at == "name")


async def test_the_first_is_of_the_question_whatever_is_proposed_beside_it(talk: Talk, service: Receiving) -> None:
    """« On continue en arabe ? » stands under the question: « 1 » answers the question."""
    talk.locale = "ar"
    said = await talk.says("rdv")
    assert "العربية" in labels(said)
    assert "Dans quelle ville" in bodies(await talk.says("1"))


async def test_the_number_of_a_button_of_before_is_still_that_button(talk: Talk, service: Receiving) -> None:
    """Two messages stand there then, the question and what proposes a language: the buttons of both are answered."""
    await talk.says("jveu un rdv")
    await talk.says("english please")
    await talk.taps("Trouver un logement")
    assert "Which town" in bodies(talk.heard[-1:])


async def test_the_last_one_is_no_person(talk: Talk, service: Receiving) -> None:
    """« Menu » and « Une personne » stand after what there is to choose from."""
    await talk.says("jveu un rdv")
    await talk.says("gzgz")
    (where,) = await talk.says("le dernier")
    assert where.body.startswith("Dans quelle ville")


@pytest.mark.parametrize("words", ["jsp", "nimporte"])
async def test_who_does_not_mind_where_is_shown_each_place(talk: Talk, service: Receiving, words: str) -> None:
    await talk.says("jveu un rdv")
    await talk.taps("Trouver un logement")
    assert "pas tous au même endroit" in bodies(await talk.says(words))
