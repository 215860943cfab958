"""The eight cards: the number first, the truth, nothing else."""

import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ContentError
from content.crises import CALL, DO, SMS, STEP, Card, Crisis
from content.crises_file import load_crises
from content.facts import load_facts
from content.library import ROOT, Library, load_library
from content.reading import Spoken
from content.understanding.normalise import simple
from content.voice import ARABIC_DIGITS, GENDERED, HALF
from content.words import ARABIC, EASY_FRENCH, ENGLISH, LANGUAGES
from tests.content.languages import figures_stand_apart, sentences

LEAST = {
    "crisis-sans-abri": {"115", "119"},
    "crisis-violences": {"3919", "17", "114", "116 006"},
    "crisis-mineur-danger": {"119", "17"},
    "crisis-suicide": {"3114", "15"},
    "crisis-medical": {"112", "15", "18", "114"},
    "crisis-rejet-lgbt": {"115", "119"},
    "crisis-expulsion": {"17", "115"},
    "crisis-exploitation": {"17", "3919", "116 006"},
}
WATCHED = {"crisis-violences", "crisis-mineur-danger", "crisis-rejet-lgbt", "crisis-exploitation"}
QUIET = re.compile(
    r"violen|frapp|coup|sexe|sexuel|polic|gendarm|commissariat|gay|lgbt|homo|lesbi|\btrans\b|danger|victim|reje"
    r"|rape|abuse|hurt|beat|عنف|ضرب|جنس|شرط|درك|مثلي|خطر|ضحي|اغتصاب"
)
LIBRARY = load_library()


@pytest.fixture(scope="module")
def library() -> Library:
    return LIBRARY


def cards(crisis: Crisis) -> list[Card]:
    return [crisis.card, *(variant.card for variant in crisis.variants)]


def numbers(text: str) -> list[str]:
    """The telephone numbers of a text, and the age of majority."""
    return re.findall(r"116 006|0805 16 00 75|\d+", text.replace("\u00a0", " "))


def everything(library: Library) -> list[tuple[str, Spoken]]:
    """Every text of the file with where it is."""
    said = [(f"{one.when} {one.about.of('fr') if one.about else ''}", one.text) for one in library.crises.said()]
    return said + [(crisis.id, crisis.label) for crisis in library.crises.values()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LEAST)
def test_a_card_shows_its_numbers(library: Library, name: str, language: str) -> None:
    shown = set(re.findall(r"116 006|\d+", library.crises[name].card.text.texts[language].replace("\u00a0", " ")))
    assert shown >= LEAST[name]
    assert library.crises[name].number in {fact.value for fact in library.facts.values()}


def test_there_are_eight(library: Library) -> None:
    assert set(library.crises) == set(LEAST)
    assert {name for name, crisis in library.crises.items() if crisis.watched} == WATCHED


@pytest.mark.parametrize("name", sorted(WATCHED))
def test_a_watched_phone_shows_nothing(library: Library, name: str) -> None:
    crisis = library.crises[name]
    reached = [*crisis.steps, *(card.then for card in cards(crisis) if card.then)]
    texts = [card.text for card in (*cards(crisis), crisis.again)] + [library.crises.steps[step].text for step in reached]
    for text in texts:
        for said in text.texts.values():
            shown = simple(said[:60])
            assert not QUIET.search(shown), shown


def test_every_call_holds_its_number_and_dials_it(library: Library) -> None:
    offers = [offer for crisis in library.crises.values() for card in (*cards(crisis), crisis.again) for offer in card.offers]
    offers += [offer for step in library.crises.steps.values() for offer in step.offers]
    for offer, language in itertools.product(offers, LANGUAGES):
        label = offer.label.of(language)
        assert len(label) <= 20
        if offer.id.startswith((CALL, SMS)):
            digits = re.sub(r"\D", "", label)
            assert offer.link in (f"tel:{digits}", f"sms:{digits}")
        elif offer.id.startswith((STEP, DO)):
            assert offer.link is None


def test_the_fingerprint_changes_with_any_text_and_with_nothing_else(tmp_path: Path) -> None:
    def printed(change: Callable[[str], str]) -> str:
        file = tmp_path / "crises.yaml"
        file.write_text(change((ROOT / "crises.yaml").read_text(encoding="utf-8")), encoding="utf-8")
        return load_crises(file, load_facts(ROOT / "facts.yaml")).fingerprint

    now = printed(str)
    assert printed(lambda text: text + "\n# a comment\n") == now
    assert printed(lambda text: text.replace("        - flamme|flammes\n", "", 1)) == now  # what shows danger is not what is said of it
    assert printed(lambda text: text.replace("N'attends pas : appelle maintenant.", "Appelle maintenant.", 1)) != now
    assert printed(lambda text: text.replace('fr: "Pas de place"', 'fr: "Complet"', 1)) != now
    assert printed(lambda text: text.replace('fr: "Message automatique."', 'uk: "Автоматично.", fr: "Message automatique."', 1)) != now


def test_what_is_signed_is_everything_that_can_be_said(library: Library) -> None:
    said = {one.text.of("fr") for one in library.crises.said()}
    assert {card.text.of("fr") for crisis in library.crises.values() for card in (*cards(crisis), crisis.again)} <= said
    assert {step.text.of("fr") for step in library.crises.steps.values()} <= said


def test_every_step_is_reached(library: Library) -> None:
    reached = {step for crisis in library.crises.values() for step in crisis.steps}
    reached |= {card.then for crisis in library.crises.values() for card in cards(crisis) if card.then}
    every = [offer for crisis in library.crises.values() for card in (*cards(crisis), crisis.again) for offer in card.offers]
    every += [offer for step in library.crises.steps.values() for offer in step.offers]
    reached |= {offer.id.removeprefix(STEP).partition(":")[0] for offer in every if offer.id.startswith(STEP)}
    reached |= {step.then for step in library.crises.steps.values() if step.then}
    reached |= {step.takes for step in library.crises.steps.values() if step.takes}
    assert reached == set(library.crises.steps)


@pytest.mark.parametrize("name", ["crisis-sans-abri", "crisis-rejet-lgbt"])
def test_age_unknown_both_doors(library: Library, name: str) -> None:
    card = library.crises[name].card
    assert {"tel:115", "tel:119"} <= {offer.link for offer in card.offers}
    assert card.then in ("age", "age-quiet")


def test_no_adult_shelter_for_a_minor(library: Library) -> None:
    minor = library.crises["crisis-mineur-danger"]
    said = [card.text for card in (*cards(minor), minor.again)] + [library.crises.steps[step].text for step in minor.steps]
    assert not [text for one in said for text in one.texts.values() if "115" in text]
    assert library.crises["crisis-sans-abri"].under_age == minor.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_said_in_every_language(library: Library, language: str) -> None:
    said = everything(library)
    assert len(said) > 60
    assert not [where for where, text in said if not text.texts.get(language, "").strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_gives_the_same_numbers(library: Library, language: str) -> None:
    for where, text in everything(library):
        assert set(numbers(text.texts[language])) == set(numbers(text.of("fr"))), where


def test_a_text_that_is_not_translated_stops_the_start(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "crises.yaml"
    shutil.copy(ROOT / "crises.yaml", file)
    whole = file.read_text(encoding="utf-8")
    for language, line in {"ar": '  ar: "نعم"', "en": '  en: "I\'m a robot, I may misunderstand. Call {number}."'}.items():
        assert f", {line.strip()}" in whole or line in whole
        file.write_text(whole.replace(f", {line.strip()}", "", 1).replace(f"\n{line}", "", 1), encoding="utf-8")
        with pytest.raises(ContentError, match=rf"crises\.yaml:\d+: write \w+ in {language} too"):
            load_crises(file, library.facts)


def test_plain_french_has_one_number_a_line_and_short_sentences(library: Library) -> None:
    for crisis in library.crises.values():
        for card in (*cards(crisis), crisis.again):
            for line in re.sub(r"\d+\s+ans", "", card.text.texts[EASY_FRENCH]).splitlines():
                assert len(numbers(line)) <= (2 if "ne répond pas" in line else 1), line
    for where, text in everything(library):
        said = text.texts[EASY_FRENCH]
        assert not HALF.search(said), where
        assert ";" not in said, where
        assert not [sentence for sentence in sentences(said) if len(sentence.split()) > 20], where


def test_arabic_speaks_to_anyone_and_keeps_its_numbers_in_order(library: Library) -> None:
    for where, text in everything(library):
        said = text.texts[ARABIC]
        assert not GENDERED.search(said), (where, GENDERED.search(said))
        assert figures_stand_apart(said), where
        assert not ARABIC_DIGITS.search(said), where
        assert "116 006" not in said, "a no-break space keeps it in one piece"


def test_english_gives_no_entitlement(library: Library) -> None:
    assert not [where for where, text in everything(library) if re.search(r"entitle|eligib|right to", text.texts[ENGLISH])]


def test_nobody_has_read_the_translations_yet(library: Library) -> None:
    assert library.crises.common.unread == {EASY_FRENCH, ENGLISH, ARABIC}
