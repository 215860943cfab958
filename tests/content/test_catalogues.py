"""What the code says is said in every language: nothing missing, nothing left over, the same values, in the voice of each."""

import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from content.voice import ARABIC_DIGITS, GENDERED, HALF
from content.words import ARABIC, DOMAIN, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES, LOCALES, Text, Words, ngettext
from handlers import buttons
from tests.content.languages import figures_stand_apart, sentences
from tests.content.said import ROOT

TRANSLATED = [language for language in LANGUAGES if language != FRENCH]
NUMBERS = {"115", "17", "119", "3114"}
SAME = {
    ENGLISH: {"Menu", "Page", "Conversation", "Palier", "robot"},
    ARABIC: {"Palier"},
}
"""Texts whose translation reads like the French."""


@cache
def marked() -> set[str]:
    """Every text of the tree that babel.cfg points to; of one that counts, the wording for one."""
    where = ConfigParser()
    where.read(ROOT / "babel.cfg", encoding="utf-8")
    methods = [(pattern.strip(), method) for method, _colon, pattern in (section.partition(":") for section in where.sections())]
    keywords = {"_": None, "ngettext": (1, 2)}
    said = [text for _file, _line, text, _comments, _context in extract_from_dir(ROOT, methods, keywords=keywords)]
    return {_all(text)[0] for text in said}


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language.partition("-")[0], abort_invalid=True)


def entries(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], Message]]:
    """French wordings, translated wordings and the entry itself."""
    for message in catalogue(language):
        if message.id:
            yield _all(message.id), _all(message.string), message


def _all(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(map(str, said)) if isinstance(said, list | tuple) else ()


def names(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_no_other(language: str) -> None:
    there = {french[0] for french, said, message in entries(language) if all(said) and not message.fuzzy}
    assert marked() - there == set(), f"write these in content/locales/{language}"
    assert there - marked() == set(), f"nobody says these any more: take them out of content/locales/{language}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_same_values_are_named(language: str) -> None:
    for french, said, message in entries(language):
        for one in said:
            left_out = {"count"} if message.pluralizable else set()
            assert names(one) <= names(french[-1]), one
            assert names(french[-1]) - names(one) <= left_out, one


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_language_counts_as_it_does(language: str) -> None:
    short = language.partition("-")[0]
    assert catalogue(language).num_plurals == get_plural(short).num_plurals
    for _french, said, message in entries(language):
        assert len(said) == (catalogue(language).num_plurals if message.pluralizable else 1)
    assert Words(language).is_french == (Locale.parse(short).language == FRENCH)


@pytest.mark.parametrize("language", list(SAME))
def test_nothing_is_left_in_french(language: str) -> None:
    alike = {
        french[0] for french, said, _message in entries(language) if french[0] == said[0] and re.search(r"[^\W\d_]", re.sub(r"{\w+}", "", said[0]))
    }
    assert alike <= SAME[language]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_numbers_are_the_same(language: str) -> None:
    for french, said, _message in entries(language):
        for one in said:
            assert set(re.findall(r"\d+", one)) <= set(re.findall(r"\d+", " ".join(french)))
            assert NUMBERS & set(re.findall(r"\d+", one)) == NUMBERS & set(re.findall(r"\d+", french[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_fits_every_channel(language: str) -> None:
    words = Words(language)
    for label in buttons._LABELS.values():
        assert len(words.say(label)) <= 20, words.say(label)


def test_plain_french_is_short_and_whole() -> None:
    said = [one for _french, wordings, _message in entries(EASY_FRENCH) for one in wordings]
    assert not [one for one in said if HALF.search(one)]
    lengths = [len(sentence.split()) for one in said for sentence in sentences(one)]
    assert sum(lengths) / len(lengths) <= 10
    assert not [sentence for one in said for sentence in sentences(one) if len(sentence.split()) > 20]


def test_english_gives_no_entitlement() -> None:
    assert not [said for _french, said, _message in entries(ENGLISH) if re.search(r"entitle|eligib|right to", " ".join(said))]


def test_arabic_says_neither_he_nor_she() -> None:
    for _french, said, _message in entries(ARABIC):
        assert not GENDERED.search(" ".join(said)), said
        assert not ARABIC_DIGITS.search(" ".join(said)), said


def test_figures_in_arabic_stand_apart() -> None:
    words = Words(ARABIC)
    for french, _said, message in entries(ARABIC):
        values: dict[str, object] = dict.fromkeys(names(french[-1]), "12")
        text = ngettext(french[0], french[-1]) if message.pluralizable else Text(french[0])
        assert figures_stand_apart(words.say(text, **values)), french
