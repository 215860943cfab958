"""Languages that are understood a little and not spoken: who writes one is told once, in it and in the one spoken here, what is spoken."""

import pytest
from babel.messages.pofile import read_po

from content.words import ARABIC, DOMAIN, ENGLISH, LANGUAGES, LOCALES, words_of
from handlers.speaking import SPOKEN_HERE, UNSPOKEN
from storage.engine import Storage
from tests.clock import TestClock
from tests.handlers.reader import reader
from tests.handlers.test_languages import speaking
from tests.talk import Road, Talk, bodies, labels

SAID = {
    "hola necesito un piso": "sure chercher-par-ou-commencer @ es",
    "no tengo fiador": "sure aide-visale @ es",
    "qué tal por ahí": "none @ es",
    "мені потрібне житло": "sure chercher-par-ou-commencer @ uk",
    "quiero morir": "none @ es",
    "no": "none @ es",
    "wach kayn chi dar": "none @ ar",
    "bghit nkri dar": "none @ ar",
}
LINES = {language: words_of(language).say(SPOKEN_HERE) for language in UNSPOKEN}
FRENCH_LINE = words_of("fr").say(SPOKEN_HERE)


@pytest.fixture
def road(storage: Storage, clock: TestClock) -> Road:
    """The road, on which these texts are read as they are said to be here."""
    return Road(storage, clock, understand=reader(SAID))


@pytest.mark.parametrize(("text", "language"), [("hola necesito un piso", "es"), ("мені потрібне житло", "uk"), ("qué tal por ahí", "es")])
async def test_is_told_once_after_the_answer(talk: Talk, text: str, language: str) -> None:
    said = await talk.says(text)
    assert said[-1].body == f"{LINES[language]}\n\n{FRENCH_LINE}"
    assert labels(said[-1:]) == ["Français", "English", "العربية", "Une personne"]
    assert len(said) == 2, "what was asked is answered first"
    assert "115" in said[0].body
    assert (await talk.lane()).language == "fr"
    for again in ("no tengo fiador", "qué tal por ahí") if language == "es" else (text, text):
        assert LINES[language] not in bodies(await talk.says(again))


async def test_a_word_or_two_that_say_nothing_tell_no_language(talk: Talk) -> None:
    await talk.says("slt")
    assert LINES["es"] not in bodies(await talk.says("no"))


async def test_each_language_has_its_own_time(talk: Talk) -> None:
    await talk.says("qué tal por ahí")
    assert LINES["uk"] in bodies(await talk.says("мені потрібне житло"))


async def test_beside_the_language_spoken_here(talk: Talk) -> None:
    await speaking(talk, ENGLISH)
    assert f"{LINES['es']}\n\n{words_of(ENGLISH).say(SPOKEN_HERE)}" in bodies(await talk.says("no tengo fiador"))


async def test_one_of_ours_may_be_chosen_there_and_a_person_too(talk: Talk) -> None:
    await talk.says("qué tal por ahí")
    await talk.taps("English")
    assert (await talk.lane()).language == ENGLISH
    await talk.says("a person please")
    assert (await talk.lane()).human


async def test_nothing_of_it_in_a_danger_or_over_a_human(road: Road) -> None:
    talk = road.talk("lou")
    await talk.says("je veux mourir")
    assert LINES["es"] not in bodies(await talk.says("qué tal por ahí"))
    other = road.talk("sam")
    await other.says("une personne")
    assert not await other.says("qué tal por ahí")


async def test_what_was_understood_to_be_ours_is_proposed(talk: Talk) -> None:
    await talk.says("slt")
    await talk.says("wach kayn chi dar")
    said = await talk.says("bghit nkri dar")
    assert "هل نتابع بالعربية؟" in bodies(said)
    await talk.taps("العربية")
    assert (await talk.lane()).language == ARABIC


def test_they_say_that_one_text_and_nobody_has_read_it() -> None:
    for language in UNSPOKEN:
        assert language not in LANGUAGES
        file = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        with file.open("rb") as opened:
            assert [message.id for message in read_po(opened, locale=language) if message.id] == [SPOKEN_HERE.msgid]
        assert '"X-Read-By: \\n"' in file.read_text(encoding="utf-8")
        assert words_of(language).say(SPOKEN_HERE) != FRENCH_LINE
