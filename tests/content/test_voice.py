"""What is never said to a young person, whatever text it would be in."""

import re

import pytest

from content.library import Library, load_library
from tests.content.languages import HALF
from tests.content.said import everything, in_plain_french, plainly

NEVER = {
    "an entitlement": r"tu as droit|tu n'as pas droit|éligible|ayant droit",
    "the words of files": (
        r"\busag(er|ère)s?\b|bénéficiaires?|\bpublics?\b(?! gratuit)|dispositif|\bmesures?\b|prise en charge|solliciter|effectuer une démarche"
    ),
    "the paper of papers": r"justificatif|pièce justificative|constituer un dossier",
    "a name for who has no home": r"\bsdf\b",
    "he or she said of « tu »": (
        r"\btu (es|seras|étais) \w*(é|ée|i|ie|u|ue|is|t)\b(?<!tu es ici)|\bsûre? de toi\b|\bprête?\s*(\?|à\b)|\baccueilli·e|\w·e\b"
    ),
    "one gender for caseworkers": r"\b(un|les|des|ton|le) conseillers?\b(?! ?\.)(?<!ou ton conseiller)(?<!ou à ton conseiller)",
    "a person it is not": r"\bassistant\b|je suis là pour toi|\bléa\b",
    "a promise nobody can keep": r"rapidement|bientôt|au plus vite|dans les meilleurs délais|est prévenue?\b|c'est transmis",
    "comfort": r"ne t'inquiète|tout ira bien|calme-toi|\bcourage\b",
    "an order or a lesson": r"\btu dois\b|\bil faut\b|\bil fallait\b|\bpense à\b",
    "regret": r"malheureusement|désolée?\b",
    "a way back to who hurts": r"appelle tes parents|règle ça avec|retourne chez",
    "a secret": r"entre nous|confidentiel",
    "a bed": r"tu auras une place|on va te trouver",
    "forms and clicks": r"clique|formulaire|\bvalider\b|soumettre|enquête|satisfaction|questionnaire",
    "a case": r"\bton cas\b|\bton profil\b",
    "a machine's fault": r"\berreur\b|requête|session expirée",
    "an alert read or a time": r"l'équipe est prévenue|\bavant \d+ h\b|avant (lundi|demain)|on lira (demain|lundi)|dans l'heure",
    "« vérifié » without a name": r"\bvérifiée? le\b(?! \{jour\} par l'équipe)|(?<!l'équipe a )\bvérifié ce texte|à jour\b|\bofficiel",
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize("what", list(NEVER))
def test_never_says(library: Library, what: str) -> None:
    found = [(where, hit.group(), text[:80]) for where, text in everything(library) if (hit := re.search(NEVER[what], plainly(text)))]
    assert not found


@pytest.mark.parametrize("what", list(NEVER))
def test_never_says_in_plain_french_either(library: Library, what: str) -> None:
    found = [(where, hit.group(), text[:80]) for where, text in in_plain_french(library) if (hit := re.search(NEVER[what], plainly(text)))]
    assert not found


def test_a_midpoint_is_never_read_in_plain_french(library: Library) -> None:
    assert not [(where, text[:80]) for where, text in in_plain_french(library) if HALF.search(text)]


def test_one_text_alone_says_that_an_alert_was_sent(library: Library) -> None:
    """The end of a danger card, while somebody can be told (handlers/waiting.py)."""
    found = [text for _where, text in everything(library) if "une alerte" in plainly(text)]
    assert found == [library.crises.common.alerted.of("fr")]


def test_there_is_something_to_read(library: Library) -> None:
    assert len(everything(library)) > 150
