from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from content.words import ISOLATE, RELEASE, Text, Words, _, ngettext, typeset

PARIS = ZoneInfo("Europe/Paris")
FR = Words("fr")

TYPESET = {
    "Tu as moins de 18 ans ?": "Tu as moins de 18\u00a0ans\u202f?",
    "Urgence : 115 · 17 · 119 · 3114": "Urgence\u00a0: 115 · 17 · 119 · 3114",
    "C'est gratuit ; jour et nuit !": "C’est gratuit\u202f; jour et nuit\u202f!",
    "« l'eau »": "«\u00a0l’eau\u00a0»",
    "« où ? »": "«\u00a0où\u202f?\u00a0»",
    "16-30 ans, 16–30 ans": "16\u201130\u00a0ans, 16\u201130\u00a0ans",
    "à 10 h 30, à 9 h": "à 10\u00a0h\u00a030, à 9\u00a0h",
    "de 12:30 à 13:00": "de 12:30 à 13:00",
    "le 116 006": "le 116\u00a0006",
    "loi 2002-2": "loi 2002-2",
    "Voir https://www.visale.fr/a?b=1&c='x' : oui": "Voir https://www.visale.fr/a?b=1&c='x'\u00a0: oui",
    "tel:+33321000000": "tel:+33321000000",
    "nous@exemple.fr ?": "nous@exemple.fr\u202f?",
    "Quoi ?!": "Quoi\u202f?!",
    "Attends...": "Attends…",
}


@pytest.mark.parametrize(("plain", "set_"), TYPESET.items(), ids=list(TYPESET))
def test_french_typography(plain: str, set_: str) -> None:
    assert typeset(plain) == set_
    assert typeset(set_) == set_


@given(st.text(st.sampled_from("ab1 23.:;!?'«»-–/h€@\n\u00a0\u202f"), max_size=40))
def test_typesetting_twice_changes_nothing(body: str) -> None:
    once = typeset(body)
    assert typeset(once) == once


@given(st.text(max_size=60))
def test_typesetting_any_text_keeps_its_letters(body: str) -> None:
    letters = [character for character in body if character.isalpha()]
    assert [character for character in typeset(body) if character.isalpha()] == letters


def test_says_a_text_with_its_values() -> None:
    assert FR.say(_("Une personne te répond {quand} : {a}"), quand=_("quand une personne sera là"), a="115") == (
        "Une personne te répond quand une personne sera là\u00a0: 115"
    )
    with pytest.raises(KeyError):
        FR.say(_("Il est {heure}."))


def test_what_a_person_typed_is_a_value_not_a_template() -> None:
    assert FR.say(_("Tu as écrit « {texte} »."), texte="{x} {0}") == "Tu as écrit «\u00a0{x} {0}\u00a0»."


def test_days_and_hours() -> None:
    assert FR.day(date(2026, 11, 26)) == "jeudi 26 novembre"
    assert FR.day(date(2026, 12, 1)) == "mardi 1er décembre"
    assert FR.hour(time(10, 30)) == "10\u00a0h\u00a030"
    assert FR.hour(time(9)) == "9\u00a0h"
    assert FR.moment(datetime(2026, 11, 26, 9, 30, tzinfo=UTC), PARIS) == "jeudi 26 novembre, 10\u00a0h\u00a030"


@pytest.mark.parametrize("language", ["de", "", "../../etc", "fr_FR", "x" * 50])
def test_an_unknown_language_is_french(language: str) -> None:
    words = Words(language)
    assert words.language == "fr"
    assert words.say(Text("Où ?")) == "Où\u202f?"


def catalogue(folder: Path, language: str, lines: str) -> Path:
    file = folder / language / "LC_MESSAGES" / "palier.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + lines, encoding="utf-8")
    return folder


def test_a_catalogue_speaks_and_what_it_lacks_is_french(tmp_path: Path) -> None:
    words = Words("en", catalogue(tmp_path, "en", 'msgid "Où, {nom} ?"\nmsgstr "Where, {nom}?"\n'))
    assert words.language == "en"
    assert words.say(_("Où, {nom} ?"), nom="Lou") == "Where, Lou?"
    assert words.say(_("Menu")) == "Menu"
    assert (words.day(date(2026, 11, 26)), words.hour(time(10, 30))) == ("Thursday 26 November", "10:30")


def test_easy_french_is_typeset_as_french(tmp_path: Path) -> None:
    words = Words("fr-facile", catalogue(tmp_path, "fr-facile", 'msgid "Où dors-tu ?"\nmsgstr "Tu dors où ?"\n'))
    assert words.say(_("Où dors-tu ?")) == "Tu dors où\u202f?"


def test_a_broken_catalogue_names_its_file(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", '#, python-brace-format\nmsgid "Il est {heure}."\nmsgstr "It is {hour}."\n')
    with pytest.raises(ContentError, match=r"palier\.po:\d+"):
        Words("en", tmp_path)


COUNTED = ngettext("{count} page", "{count} pages")
ARABIC_PAGES = """msgid "{count} page"
msgid_plural "{count} pages"
msgstr[0] "لا صفحات"
msgstr[1] "صفحة واحدة"
msgstr[2] "صفحتان"
msgstr[3] "{count} صفحات"
msgstr[4] "{count} صفحة"
msgstr[5] "{count} صفحة"
"""


def test_french_counts_from_two() -> None:
    assert [FR.say(COUNTED, count=count) for count in (0, 1, 2)] == ["0 page", "1 page", "2 pages"]


def test_arabic_counts_in_six_ways(tmp_path: Path) -> None:
    words = Words("ar", catalogue(tmp_path, "ar", ARABIC_PAGES))
    said = [words.say(COUNTED, count=count) for count in (0, 1, 2, 3, 11, 100)]
    three, eleven, hundred = (f"{ISOLATE}{count}{RELEASE}" for count in (3, 11, 100))
    assert said == ["لا صفحات", "صفحة واحدة", "صفحتان", f"{three} صفحات", f"{eleven} صفحة", f"{hundred} صفحة"]


ISOLATED = {
    "من 16 إلى 30": "من [16] إلى [30]",
    "115 · 17 · 119 · 3114": "[115] · [17] · [119] · [3114]",
    "الرقم 116 006 مجاني": "الرقم [116\u00a0006] مجاني",
    "الساعة 10:30.": "الساعة [10:30].",
    "19 rue du 19 Mars 1962, 62590 Oignies": "[19 rue du 19 Mars 1962, 62590 Oignies]",
    "خدمة SOS loyers: 0805 16 00 75.": "خدمة SOS loyers: [0805\u00a016\u00a000\u00a075].",
    "SMS إلى 114": "SMS إلى [114]",
    "على https://www.caf.fr/a1 و 12": "على https://www.caf.fr/a1 و [12]",
    "Visale و Loca-Pass": "Visale و Loca-Pass",
}


@pytest.mark.parametrize(("plain", "set_"), ISOLATED.items(), ids=list(ISOLATED))
def test_figures_in_arabic_stand_apart(tmp_path: Path, plain: str, set_: str) -> None:
    words = Words("ar", catalogue(tmp_path, "ar", 'msgid "Menu"\nmsgstr "القائمة"\n'))
    wanted = set_.replace("[", ISOLATE).replace("]", RELEASE)
    assert words.typeset(plain) == wanted
    assert words.typeset(wanted) == wanted


def test_english_apostrophes_and_numbers(tmp_path: Path) -> None:
    words = Words("en", catalogue(tmp_path, "en", 'msgid "Menu"\nmsgstr "Menu"\n'))
    assert words.typeset("Don't wait: 116 006, https://a.fr/x'y") == "Don’t wait: 116\u00a0006, https://a.fr/x'y"
