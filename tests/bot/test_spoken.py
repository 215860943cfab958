"""A button named in words: by its label or its place, in every language that people write here; and what names none is left alone."""

import pytest

from bot.spoken import named

LABELS = [
    "Urgence",
    "Trouver un logement",
    "Un toit provisoire",
    "Argent et aides",
    "Bail",
    "Dettes",
    "Situation",
    "Rendez-vous",
    "Le CLLAJ",
    "Équipe",
]
TWELVE = [*LABELS, "Mes données", "Une personne"]

NAMED = {
    "label, without its spaces": ("argentetaides", 4),
    "label": ("argent et aides", 4),
    "label, any spelling": ("ARGENT, et aidés !", 4),
    "figure": ("2", 2),
    "figure beyond nine": ("12", 12),
    "figure in a sentence": ("je veux le 3 svp", 3),
    "n°": ("n°4", 4),
    "numéro": ("numéro 11", 11),
    "choix deux": ("choix deux", 2),
    "le deux": ("le deux", 2),
    "la deuxième": ("la deuxième", 2),
    "la 2e": ("la 2e", 2),
    "le 2ème": ("Le 2ème !", 2),
    "celle d'après nous": ("plutôt la troisième", 3),
    "la première": ("la première", 1),
    "la douzième": ("la douzième", 12),
    "le dernier": ("le dernier", 12),
    "the second one": ("the second one", 2),
    "2nd": ("2nd", 2),
    "number five": ("number five please", 5),
    "I'll take the tenth": ("I'll take the tenth", 10),
    "last one": ("the last one", 12),
    "la segunda": ("la segunda", 2),
    "el último": ("el último", 12),
    "2ª": ("la 2ª", 2),
    "opción tres": ("opción tres", 3),
    "другий": ("другий", 2),
    "п'ятий": ("п'ятий", 5),
    "п’ята": ("п’ята, будь ласка", 5),
    "номер три": ("номер три", 3),
    "останній": ("останній", 12),
    "الثانية": ("الثانية", 2),
    "الأول": ("الأول", 1),
    "رقم 3": ("رقم 3", 3),
    "Arabic figures": ("٢", 2),
    "the last in Arabic": ("الأخير", 12),
}
NONE = [
    "2 enfants",
    "le 2 mars",
    "deux",
    "un",
    "j'ai 2 loyers de retard",
    "20",
    "0",
    "13",
    "00",
    "la",
    "le numéro",
    "1.5",
    "second avis",
    "9" * 50,
    "je veux",
    "",
]


@pytest.mark.parametrize("name", NAMED)
def test_named(name: str) -> None:
    text, place = NAMED[name]
    assert named(text, TWELVE) == place - 1


@pytest.mark.parametrize("text", NONE)
def test_names_none(text: str) -> None:
    assert named(text, TWELVE) is None


@pytest.mark.parametrize("text", ["2", "la deuxième", "Urgence"])
def test_nothing_offered(text: str) -> None:
    assert named(text, []) is None


def test_a_place_beyond_what_was_offered_is_none() -> None:
    assert [named(text, ["Oui", "Non"]) for text in ("2", "3", "la troisième", "le dernier")] == [1, None, None, 1]


def test_of_two_alike_the_first() -> None:
    assert named("oui", ["Oui", "Oui"]) == 0
