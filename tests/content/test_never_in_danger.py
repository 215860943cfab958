"""What is never said to somebody in danger, over every text of crises.yaml, whatever the step."""

import re

import pytest

from content.library import load_library
from content.voice import plainly
from content.words import ARABIC, ENGLISH

LIBRARY = load_library()
SAID = [plainly(one.text.of("fr")) for one in LIBRARY.crises.said()]
QUESTIONS = {
    "pas de place, pas de réponse ?",
    "tu as moins de 18 ans ?",
    "quelqu'un d'autre peut lire ce téléphone ?",
    "tu as pris quelque chose, ou tu as une blessure ?",
    "qui est devant la porte, ou qui a pris tes clés ?",
    "comment et quand te répondre sans danger ?",
}
"""All that is ever asked: what decides which number is right, and how to answer without danger. Nothing of what happened, where, or who."""
NEVER = {
    "a menu, a survey, an announcement or a reminder to finish": r"\bmenu\b|enquête|questionnaire|atelier|reprends où|pour finir|tu n'as pas fini",
    "a diagnosis": r"diagnos|dépress|trouble|tu es malade mentalement|traumatis",
    "comfort": r"tout ira bien|ça va aller|calme-toi|ne t'inquiète|\bcourage\b",
    "details, a proof, an exact place or names": r"raconte|explique-nous|preuve|envoie[- ](nous|moi)|où es-tu|ton adresse|ton nom|son nom|s'appelle",
    "secrecy, a bed or a delay promised": r"secret|entre nous|confidentiel|promets|promis|tu auras|on va te trouver|dans \d+ (min|heure|h\b)",
    "an address of a shelter": r"https?:|\b\d+,? (bis )?(rue|avenue|boulevard|place) |\bfoyer d",
    "talk to who hurts, or go back": r"parle[- ](lui|leur)|négoci|retourne|rentre chez|excuse-toi|réconcili",
    "the parents": r"appelle tes parents|règle ça|demande à tes parents",
    "a condition": r"si tu habites|si tu as des papiers|si tu as tes papiers|il faut habiter|réservé aux|de nationalité",
    "a partner spoken to without a human": r"je (te )?transmets|j'ai transmis|j'envoie ton dossier|transféré",
    "I do not understand": r"je n'ai pas compris|je ne comprends pas",
}


@pytest.mark.parametrize("what", list(NEVER))
def test_is_never_said(what: str) -> None:
    found = [(hit.group(), said[:90]) for said in SAID if (hit := re.search(NEVER[what], said))]
    assert found == []


def test_all_that_is_asked_is_known() -> None:
    asked = {question.strip(" •") for said in SAID for question in re.findall(r"[^.!?\n:•]*\?", said)}
    assert asked == QUESTIONS


@pytest.mark.parametrize("language", [ENGLISH, ARABIC])
def test_every_language_asks_as_many_questions(language: str) -> None:
    """A translation that asked one more would ask it of somebody in danger."""
    for one in LIBRARY.crises.said():
        french, said = one.text.of("fr"), one.text.of(language)
        assert len(re.findall(r"[?؟]", said)) == french.count("?"), said


@pytest.mark.parametrize("what", list(NEVER))
def test_the_search_sees_it(what: str) -> None:
    wrong = {
        "a menu, a survey, an announcement or a reminder to finish": "reviens au menu",
        "a diagnosis": "c'est une dépression",
        "comfort": "tout ira bien",
        "details, a proof, an exact place or names": "raconte ce qui s'est passé",
        "secrecy, a bed or a delay promised": "ça reste entre nous",
        "an address of a shelter": "va au 12 rue du moulin",
        "talk to who hurts, or go back": "parle-lui",
        "the parents": "appelle tes parents",
        "a condition": "si tu habites carvin",
        "a partner spoken to without a human": "j'ai transmis au siao",
        "I do not understand": "je n'ai pas compris",
    }
    assert re.search(NEVER[what], wrong[what])
