"""Questions that are alike are found together, whatever their spelling and order; questions that are not stay apart."""

from random import Random

import pytest

from content.library import load_library
from content.understanding.grouping import Alike

FAMILIES = {
    "bike": (
        "can i bring my bike inside the building",
        "where can i park my bike",
        "is there a place for my bike",
        "bike parking in the residence?",
        "bike storage please",
    ),
    "driving licence": (
        "كيف أحصل على رخصة السياقة",
        "أريد رخصة السياقة هل هناك مساعدة",
        "رخصة السياقة مساعدة",
        "هل تساعدون في رخصة السياقة",
        "مساعدة للحصول على رخصة السياقة",
    ),
    "moving": (
        "aide pour le déménagement",
        "qui peut m'aider à déménager, j'ai pas de voiture",
        "jai besoin daide pr demenagé mes meubles",
        "aide demenagement jeune",
        "une aide pour déménager svp",
    ),
    "wifi": (
        "y a du wifi en résidence ?",
        "wifi gratuit au foyer ?",
        "le wifi marche pas",
        "c koi le code wifi de la residence",
        "ya t il le wifi",
    ),
    "copies": ("зробити копію документів де", "де можна зробити копію документів", "де зробити копії документів"),
}
OTHERS = (
    "quel temps fait-il demain",
    "mon chat est malade",
    "où laver mon linge",
    "tu connais une blague",
    "je veux changer de prénom",
    "الطقس اليوم",
    "what is the best pizza",
    "скільки коштує квиток",
    "????",
    "gzgz",
    "",
)
PAGES = {name: [page.title, *page.questions] for name, page in load_library().pages.items()}
SAID = [text for family in FAMILIES.values() for text in family] + list(OTHERS)


def grouped(said: list[str]) -> list[list[str]]:
    return [[said[place] for place in members] for members in Alike(said, PAGES).groups()]


@pytest.mark.parametrize("name", FAMILIES)
def test_alike_are_together(name: str) -> None:
    found = max(grouped(SAID), key=lambda group: len(set(group) & set(FAMILIES[name])))
    assert set(found) <= set(FAMILIES[name]), "and nobody else"
    assert len(found) >= 3
    assert len(found) >= len(FAMILIES[name]) - 2


@pytest.mark.parametrize("said", OTHERS)
def test_others_stand_alone(said: str) -> None:
    assert [said] in grouped(SAID)


def test_everything_is_in_one_group_the_largest_first() -> None:
    found = grouped(SAID)
    assert sorted(text for group in found for text in group) == sorted(SAID)
    assert [len(group) for group in found] == sorted(map(len, found), reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_changes_nothing(seed: int) -> None:
    shuffled = list(SAID)
    Random(seed).shuffle(shuffled)
    assert grouped(shuffled) == grouped(SAID)


def test_the_same_words_are_one_whatever_their_spelling() -> None:
    assert grouped(["garé mon tracteur", "Garer mon TRACTEUR !!", "gare mon tracteurr", "un foyer"])[0] == [
        "garé mon tracteur",
        "gare mon tracteurr",
        "Garer mon TRACTEUR !!",
    ]


def test_a_slip_is_the_word_that_was_meant() -> None:
    (found, *_others) = grouped(["tracteur bleu", "tracteur rouge", "tracteur vert", "trzcteur"])
    assert "trzcteur" in found


def test_the_page_near_them_or_none() -> None:
    said = ["c quoi la garantie visale", "visale comment ça marche", "demander visale", "garer mon tracteur", "mon tracteur garé", "un tracteur"]
    alike = Alike(said, PAGES)
    assert alike.page([0, 1, 2]) == "aide-visale"
    assert alike.page([3, 4, 5]) is None
    assert Alike(said, {}).page([0, 1, 2]) is None


def test_nothing_is_no_group() -> None:
    assert Alike([], PAGES).groups() == []
