"""What is never said to a young person, whatever text it would be in."""

import re

import pytest

from content.library import Library, load_library
from content.voice import HALF, NEVER, plainly, slips
from tests.content.said import everything, in_plain_french


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize("what", list(NEVER))
def test_never_says(library: Library, what: str) -> None:
    found = [(where, hit.group(), text[:80]) for where, text in everything(library) if (hit := re.search(NEVER[what].pattern, plainly(text)))]
    assert not found


@pytest.mark.parametrize("what", list(NEVER))
def test_never_says_in_plain_french_either(library: Library, what: str) -> None:
    found = [(where, hit.group(), text[:80]) for where, text in in_plain_french(library) if (hit := re.search(NEVER[what].pattern, plainly(text)))]
    assert not found


def test_a_midpoint_is_never_read_in_plain_french(library: Library) -> None:
    assert not [(where, text[:80]) for where, text in in_plain_french(library) if HALF.search(text)]


def test_one_text_alone_says_that_an_alert_was_sent(library: Library) -> None:
    """The end of a danger card, while somebody can be told (handlers/waiting.py)."""
    found = [text for _where, text in everything(library) if "une alerte" in plainly(text)]
    assert found == [library.crises.common.alerted.of("fr")]


def test_there_is_something_to_read(library: Library) -> None:
    assert len(everything(library)) > 150


WRONG = {
    "an entitlement": "Tu as droit à l'APL.",
    "the words of files": "Les usagers du service.",
    "the paper of papers": "Envoie un justificatif.",
    "a name for who has no home": "Un SDF",
    "he or she said of « tu »": "Tu es accueillie ici.",
    "one gender for caseworkers": "Demande à un conseiller, il sait.",
    "a person it is not": "Je suis ton assistant",
    "a promise nobody can keep": "On te répond rapidement.",
    "comfort": "Tout ira bien.",
    "an order or a lesson": "Il faut signer.",
    "regret": "Malheureusement, c'est non.",
    "a way back to who hurts": "Appelle tes parents.",
    "a secret": "Ça reste entre nous.",
    "a bed": "Tu auras une place.",
    "forms and clicks": "Clique ici.",
    "a case": "Dans ton cas, oui.",
    "a machine's fault": "Une erreur est arrivée.",
    "an alert read or a time": "L'équipe est prévenue.",
    "« vérifié » without a name": "Vérifié le 3 mars.",
}


@pytest.mark.parametrize("what", list(NEVER))
def test_it_would_be_seen(what: str) -> None:
    """Each pattern finds what it is for."""
    assert re.search(NEVER[what].pattern, plainly(WRONG[what]))
    assert NEVER[what].instead in [instead for _said, instead in slips("fr", WRONG[what])]


@pytest.mark.parametrize(
    ("language", "text"), [("fr-facile", "accueilli·e"), ("en", "You are entitled to it."), ("ar", "اكتب اسمك"), ("ar", "٣ أشهر")]
)
def test_each_language_has_its_own(language: str, text: str) -> None:
    assert list(slips(language, text))
    assert not list(slips("uk", text))
