"""Free words that may mean several things: what is proposed, what is chosen of it, and two needs at once."""

import re
from collections.abc import Mapping

import pytest

from bot.messages import Purpose
from content.library import Library
from content.words import ARABIC, LANGUAGES, Words
from handlers import acts, meant
from tests.handlers.meanings import LINE, SAID
from tests.handlers.test_languages import speaking
from tests.talk import Talk, bodies, labels


@pytest.fixture
def meanings() -> Mapping[str, str]:
    return SAID


# -- perhaps


async def test_three_proposals_and_a_person(talk: Talk, library: Library) -> None:
    await talk.says("slt")
    (said,) = await talk.says("mon proprio i veu pa")
    assert said.body.startswith("Je ne suis pas sûr de moi. C’est plutôt quoi\u202f?")
    pages = [library.pages[name].label for name in ("bail-reparations", "bail-depot-garantie-retour", "bail-conge-proprietaire")]
    assert labels([said]) == [*pages, "Une personne", "Autre chose"]
    assert LINE in said.body


@pytest.mark.parametrize("choice", ["2", "la deuxième", "le 2", "la 2", "label"])
async def test_one_is_chosen_by_its_place_or_its_name(talk: Talk, library: Library, choice: str) -> None:
    await talk.says("slt")
    await talk.says("mon proprio i veu pa")
    page = library.pages["bail-depot-garantie-retour"]
    assert page.body in bodies(await talk.says(page.label if choice == "label" else choice))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_proposals_are_called_by_their_names_in_every_language(talk: Talk, library: Library, language: str) -> None:
    await speaking(talk, language)
    (said,) = await talk.says("un jour peut etre")
    words = Words(language)
    names = [words.say(meant.NAMES[name]) for name in ("book-appointment", "outside-job")]
    assert [labels([said])[0], labels([said])[2]] == names
    (page,) = await talk.says("3")
    assert page.body.startswith(words.say(acts.NOT_HOUSING))
    assert page.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_an_act_fits_every_channel(language: str) -> None:
    assert not [said for name in meant.NAMES.values() if len(said := Words(language).say(name)) > 20]


async def test_something_else_is_the_menu(talk: Talk) -> None:
    await talk.says("mon proprio i veu pa")
    assert "De quoi tu as besoin" in bodies(await talk.taps("Autre chose"))


async def test_what_has_no_button_is_no_proposal(talk: Talk) -> None:
    await talk.says("slt")
    assert "Je n’ai pas compris" in bodies(await talk.says("ni rdv ni page"))


async def test_unclear_three_times_in_a_row_a_person(talk: Talk) -> None:
    await talk.says("slt")
    for text in ("mon proprio i veu pa", "le proprio encore"):
        assert "C’est plutôt quoi" in bodies(await talk.says(text))
    (said,) = await talk.says("mon proprio i veu pa")
    assert "Une personne comprendra mieux" in said.body
    assert labels([said]) == ["Une personne", "Menu"]


async def test_unclear_then_not_understood_is_two_misses(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("mon proprio i veu pa")
    assert "Je lui laisse tes deux messages" in bodies(await talk.says("gzgz"))


async def test_in_a_danger_nothing_is_guessed(talk: Talk) -> None:
    await talk.says("je veux mourir")
    for text in ("mon proprio i veu pa", "jcherche du taf", "jveu un rdv", "boloss"):
        said = await talk.says(text)
        assert all(one.purpose is Purpose.CRISIS for one in said), text
        assert "je peux mal comprendre" in bodies(said) or "3114" in bodies(said)
        assert "pas sûr de moi" not in bodies(said)
    await talk.says("jparle a qqn ou quoi")
    assert (await talk.lane()).human, "a person is still given"


async def test_a_relative_is_asked_without_tu_nor_vous(talk: Talk) -> None:
    await talk.says("c'est pour mon fils il cherche un studio")
    (said,) = await talk.says("mon proprio i veu pa")
    assert not re.search(r"\b(tu|te|toi|ton|ta|tes|vous|votre|vos)\b", said.body.lower())


# -- two needs


async def test_the_first_is_answered_the_second_is_under_it(talk: Talk, library: Library) -> None:
    (said,) = await talk.says("mon garant et puis mon preavis")
    second = library.pages["bail-preavis"]
    assert library.pages["aide-visale"].body in said.body
    assert f"Tu parlais aussi de\u00a0: {second.label}." in said.body
    assert said.body.rstrip().endswith(f"{LINE} (le bouton Urgence dit lequel)")
    assert second.body in bodies(await talk.taps(second.label))


@pytest.mark.parametrize("text", ["un rdv et mon preavis", "mes donnees et mon preavis", "pe etre ca et mon preavis"])
async def test_under_an_act_and_under_proposals_too(talk: Talk, library: Library, text: str) -> None:
    await talk.says("slt")
    said = await talk.says(text)
    assert bodies(said).count("Tu parlais aussi de") == 1
    assert library.pages["bail-preavis"].body in bodies(await talk.taps(library.pages["bail-preavis"].label))


async def test_not_twice_where_it_is_proposed_already(talk: Talk, library: Library) -> None:
    said = await talk.says("pe etre mon preavis")
    assert "Tu parlais aussi de" not in bodies(said)
    assert labels(said).count(library.pages["bail-preavis"].label) == 1


async def test_not_where_a_human_has_it_all(talk: Talk) -> None:
    assert "Tu parlais aussi de" not in bodies(await talk.says("quelquun et mon preavis"))


async def test_arabic_says_both_needs_in_arabic(talk: Talk, library: Library) -> None:
    await speaking(talk, ARABIC)
    (said,) = await talk.says("mon garant et puis mon preavis")
    page = library.page("bail-preavis", ARABIC)
    assert page is not None
    assert page.label in labels([said])
    assert page.label in said.body
