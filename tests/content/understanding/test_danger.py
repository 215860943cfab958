"""Danger is heard in sentences written for these tests, and not in what only borrows its words."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.library import load_library

SENTENCES = yaml.safe_load((Path(__file__).parent / "danger_sentences.yaml").read_text(encoding="utf-8"))
LIBRARY = load_library()
DANGERS = [(name, text) for name, texts in SENTENCES.items() if name != "none" for text in texts]
CALM = SENTENCES["none"]


def heard(text: str) -> str | None:
    return LIBRARY.danger.find(text)


@pytest.mark.parametrize(("name", "text"), DANGERS, ids=[text for _name, text in DANGERS])
def test_danger_is_heard(name: str, text: str) -> None:
    assert heard(text) is not None


def test_the_right_card_comes_nearly_always() -> None:
    right = sum(heard(text) == name for name, text in DANGERS)
    assert right >= 0.9 * len(DANGERS)


@pytest.mark.parametrize("text", CALM)
def test_everyday_words_are_no_danger(text: str) -> None:
    assert heard(text) is None, LIBRARY.danger.explain(text)


@pytest.mark.parametrize(("name", "text"), DANGERS[::5], ids=[text for _name, text in DANGERS[::5]])
def test_danger_is_heard_in_the_middle_of_a_long_message(name: str, text: str) -> None:
    around = "Bonjour, je vous écris pour mon dossier, j'ai lu votre page. "
    assert heard(f"{around * 3}{text}. Merci de me répondre pour les papiers.") is not None


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text.replace("'", "’"), lambda text: text.replace("é", "e").replace("è", "e"), lambda text: f"{text} 😢"]
)
def test_capitals_accents_and_apostrophes_change_nothing(change: object) -> None:
    assert callable(change)
    lost = [text for _name, text in DANGERS if heard(text) and not heard(change(text))]
    assert not lost


UNDER_AGE = {
    "ma mere ma mis dehor jai 17 ans jsui ds la rue": "crisis-mineur-danger",
    "16 ans, mon père me frappe": "crisis-mineur-danger",
    "j'ai dix sept ans et je dors dehors": "crisis-mineur-danger",
    "jai 17ans je dors dehors": "crisis-mineur-danger",
    "j'ai 18 ans et je dors dehors": "crisis-sans-abri",
    "j'ai vingt deux ans et je dors dehors": "crisis-sans-abri",
    "je dors dehors avec ma fille, elle a 3 ans": "crisis-sans-abri",
}


@pytest.mark.parametrize(("text", "name"), UNDER_AGE.items())
def test_a_stated_age_chooses_the_door(text: str, name: str) -> None:
    assert heard(text) == name


VARIANTS = {
    ("crisis-violences", "mes parents veulent me marier de force"): "marier",
    ("crisis-violences", "ma femme me frappe, je suis un homme"): "hommes",
    ("crisis-violences", "ma voisine se fait frapper par son mari"): "la personne dont tu parles",
    ("crisis-violences", "le mari de ma soeur la frappe"): "la personne dont tu parles",
    ("crisis-suicide", "mon pote parle de suicide"): "la personne dont tu parles",
    ("crisis-rejet-lgbt", "j'ai 16 ans, viré parce que je suis gay"): "commissariat",
    ("crisis-sans-abri", "j'ai 20 ans je dors dehors"): "dis-moi",
    ("crisis-mineur-danger", "ma petite soeur se fait frapper"): "un enfant que tu connais",
    ("crisis-sans-abri", "mon fils dort dans sa voiture"): "Dehors ce soir",
    ("crisis-sans-abri", "my brother is sleeping on the street"): "Dehors ce soir",
    ("crisis-sans-abri", "ابني ينام في الشارع"): "Dehors ce soir",
}


@pytest.mark.parametrize(("said", "words"), VARIANTS.items())
def test_some_dangers_have_their_own_words(said: tuple[str, str], words: str) -> None:
    variant = LIBRARY.danger.variant(*said)
    assert variant is not None
    assert words in variant.card.text.of("fr")


def test_most_have_the_common_card() -> None:
    for text in ("mon mec me frappe", "le copain de ma mère me tape"):
        assert LIBRARY.danger.variant("crisis-violences", text) is None, text
    for text in (
        "je dors dehors",
        "je dors dehors avec ma fille",
        "mon pote m'a viré je suis à la rue",
        "ma copine m'a quitté je dors dans ma voiture",
    ):
        assert LIBRARY.danger.variant("crisis-sans-abri", text) is None, text


STEPS = {
    ("crisis-sans-abri", "le 115 ma di non"): "refused",
    ("crisis-sans-abri", "ya pu de place"): "no-place",
    ("crisis-sans-abri", "sa repond pas"): "no-answer",
    ("crisis-sans-abri", "jai pu de baterie"): "no-battery",
    ("crisis-mineur-danger", "jpeu appeler le 115 ?"): "minor-115",
    ("crisis-mineur-danger", "ils von le dire a ma mere ?"): "minor-tell",
    ("crisis-mineur-danger", "sa decroche pa"): "minor-no-answer",
    ("crisis-violences", "fo ke jlui parle ?"): "advice",
    ("crisis-suicide", "jsai pa koi leur dire"): "what-to-say",
    ("crisis-suicide", "nan jrigole"): "joking",
    ("crisis-suicide", "j'ose pas appeler"): "impossible-suicide",
    ("crisis-expulsion", "c'est le proprio"): "landlord",
    ("crisis-expulsion", "c la police"): "officials",
    ("crisis-suicide", "tfaçon"): None,
}


@pytest.mark.parametrize(("said", "step"), STEPS.items())
def test_second_steps_are_asked_in_words(said: tuple[str, str], step: str | None) -> None:
    assert LIBRARY.danger.step(*said) == step


@given(st.text(max_size=300))
def test_any_text_is_heard_the_same_twice(text: str) -> None:
    assert heard(text) == heard(text)
