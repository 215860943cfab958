"""The pages in every language: the same page each time, in the voice of each."""

import re

import pytest

from content.library import Library, load_library
from content.pages import Page, Translation
from content.voice import ARABIC_DIGITS, GENDERED, HALF, NEVER, plainly
from content.words import ARABIC, EASY_FRENCH, ENGLISH, FRENCH, LANGUAGES
from tests.content.languages import figures_stand_apart, sentences

LIBRARY = load_library()
NAMES = re.compile(
    r"\b(Visale|CAF|MSA|APL|ALF|ALS|FSL|HLM|SIAO|ASE|ADIL|RSA|AAH|CLLAJ|Loca-Pass|Action Logement|Habitat Jeunes|TREMPLINS Duo|Mission Locale)\b"
)
"""Names that stay in French everywhere."""


@pytest.fixture(scope="module")
def library() -> Library:
    return LIBRARY


def parts(page: Page) -> list[tuple[str, str]]:
    """What is said of a page, with its headings."""
    return [(page.title, page.body), *((section.title, section.body) for section in page.sections)]


def whole(page: Page) -> str:
    return "\n".join(f"{title}\n{body}" for title, body in parts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there(library: Library, language: str) -> None:
    pages = library.pages_in(language)
    assert {page.id for page in pages} == set(library.pages)
    assert {page.language for page in pages} == {language}
    assert {page.translation for page in pages} == {None if language == FRENCH else Translation.MACHINE}
    assert {page.unread for page in pages} == {language != FRENCH}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_page_in_every_language(library: Library, language: str) -> None:
    for page in library.pages_in(language):
        french = library.pages[page.id]
        assert (page.theme, page.sources, page.verified_on) == (french.theme, french.sources, french.verified_on)
        assert [section.held for section in page.sections] == [section.held for section in french.sections]
        assert len({section.title for section in page.sections}) == len(french.sections)
        if language != EASY_FRENCH:  # which cuts one idea into several
            assert [body.count("• ") for _title, body in parts(page)] == [body.count("• ") for _title, body in parts(french)], page.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_written_in_a_heading(library: Library, language: str) -> None:
    for page in library.pages_in(language):
        assert not re.search(r"\d", "".join([page.label, *(title for title, _body in parts(page))])), page.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_is_one_message(library: Library, language: str) -> None:
    assert all(len(body) <= 500 for page in library.pages_in(language) for _title, body in parts(page))


@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
def test_names_of_aids_stay_in_french(library: Library, language: str) -> None:
    for page in library.pages_in(language):
        assert set(NAMES.findall(whole(library.pages[page.id]))) <= set(NAMES.findall(whole(page))), page.id


def test_plain_french_is_plain(library: Library) -> None:
    for page in library.pages_in(EASY_FRENCH):
        lengths = [len(sentence.split()) for _title, body in parts(page) for sentence in sentences(body)]
        assert sum(lengths) / len(lengths) <= 15, page.id
        assert max(lengths) <= 20, page.id
        assert not HALF.search(whole(page)), page.id


@pytest.mark.parametrize("what", list(NEVER))
def test_plain_french_never_says(library: Library, what: str) -> None:
    rows = [f"{row.label.of(EASY_FRENCH)} {row.description.of(EASY_FRENCH)}" for row in library.menu]
    assert not [text for text in (*map(whole, library.pages_in(EASY_FRENCH)), *rows) if re.search(NEVER[what].pattern, plainly(text))]


def test_english_never_says(library: Library) -> None:
    for page in library.pages_in(ENGLISH):
        assert not re.search(r"entitle|eligib|you have (a|the) right|\bhe or she\b|you must|unfortunately", whole(page)), page.id


def test_arabic_says_neither_he_nor_she(library: Library) -> None:
    for page in library.pages_in(ARABIC):
        assert not GENDERED.search(whole(page)), page.id
        assert not ARABIC_DIGITS.search(whole(page)), page.id


def test_figures_in_arabic_stand_apart(library: Library) -> None:
    for page in library.pages_in(ARABIC):
        assert figures_stand_apart(whole(page)), page.id
    assert "\u20660805\u00a016\u00a000\u00a075\u2069" in whole(next(page for page in library.pages_in(ARABIC) if page.id == "impayes-loyer"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_fits_every_channel(library: Library, language: str) -> None:
    labels = [row.label.of(language) for row in library.menu]
    assert len(set(labels)) == 10
    assert all(len(label) <= 20 for label in labels)
    assert all(len(row.description.of(language)) <= 72 for row in library.menu)


def test_the_menu_in_arabic(library: Library) -> None:
    said = " ".join(f"{row.label.of(ARABIC)} {row.description.of(ARABIC)}" for row in library.menu)
    assert figures_stand_apart(said)
    assert not GENDERED.search(said)
