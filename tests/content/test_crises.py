"""The eight cards: the number first, the truth, nothing else."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from content.crises import CALL, DO, SMS, STEP, Card, Crisis
from content.crises_file import load_crises
from content.facts import load_facts
from content.library import ROOT, Library, load_library
from content.understanding.normalise import simple

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
QUIET = re.compile(r"violen|frapp|coup|sexe|sexuel|polic|gendarm|commissariat|gay|lgbt|homo|lesbi|trans|danger|victime|rejet")
LIBRARY = load_library()


@pytest.fixture(scope="module")
def library() -> Library:
    return LIBRARY


def cards(crisis: Crisis) -> list[Card]:
    return [crisis.card, *(variant.card for variant in crisis.variants)]


@pytest.mark.parametrize("name", LEAST)
def test_a_card_shows_its_numbers(library: Library, name: str) -> None:
    shown = set(re.findall(r"116 006|\d+", library.crises[name].card.text.of("fr").replace("\u00a0", " ")))
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
        shown = simple(text.of("fr")[:60])
        assert not QUIET.search(shown), shown


def test_every_call_holds_its_number_and_dials_it(library: Library) -> None:
    offers = [offer for crisis in library.crises.values() for card in (*cards(crisis), crisis.again) for offer in card.offers]
    offers += [offer for step in library.crises.steps.values() for offer in step.offers]
    for offer in offers:
        label = offer.label.of("fr")
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
    said = [card.text.of("fr") for card in (*cards(minor), minor.again)] + [library.crises.steps[step].text.of("fr") for step in minor.steps]
    assert not [text for text in said if "115" in text]
    assert library.crises["crisis-sans-abri"].under_age == minor.id
