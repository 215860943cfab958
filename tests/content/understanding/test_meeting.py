"""An appointment asked for in so many words, and the words that only name one."""

import time

import pytest

from content.library import load_library
from content.understanding.learnt import learnt
from content.understanding.meaning import Certainty
from content.understanding.meeting import asks_to_meet
from content.understanding.reader import Reader

ASKS = (
    "slt jvoudrai 1 rdv pr trouvé 1 logmen",
    "je voudrais un rendez-vous pour trouver un logement",
    "g besoin d'un rdv pour mon apl",
    "est ce que je peux avoir un rdv pour parler de ma caution",
    "cmt on fait pr avoir 1 rdv",
    "rdv possible demain pour un appart ?",
    "vous avez des rdv cette semaine pour chercher un studio",
    "faudrait que je prenne un rdv pour mon dossier fsl",
    "besoin rdv urgent pour expulsion",
    "je ve un rdv pr visale",
    "je veux un rdv pour une coloc",
    "salut c possible d avoir un rdv avec qqn pr un foyer jeune travailleur",
    "je voudré prandre un randez vous pour les aides",
    "il me faut un rdv",
    "i want an appointment to find a flat",
    "can i book an appointment about my rent",
    "أريد موعدا لطلب السكن",
)
NAMES_ONE = (
    "jpeu pas venir au rdv",
    "je veux annuler mon rdv",
    "je veux annuler un rdv",
    "on peut décaler le rdv svp",
    "je voudrais un rdv plus tot",
    "il me faudrait un autre rdv",
    "je veux savoir si j'ai un rdv",
    "c'est possible de venir sans rdv ?",
    "j'ai trouvé un appart, plus besoin de rdv",
    "je veux pas de rdv",
    "faut ramener quoi pour un rdv",
    "quels papiers il me faut pour un rdv",
    "comment avoir un rdv a la caf",
    "je veux un rdv chez le médecin",
    "le proprio me donne un rdv pour visiter, je peux avoir un rdv ?",
    "j'ai eu un rdv hier",
    "I need to cancel an appointment",
    "I want an appointment with a doctor",
    "أريد إلغاء الموعد",
    "",
)


@pytest.mark.parametrize("text", ASKS)
def test_an_appointment_is_asked_for(text: str) -> None:
    assert asks_to_meet(text)


@pytest.mark.parametrize("text", NAMES_ONE)
def test_an_appointment_is_only_named(text: str) -> None:
    assert not asks_to_meet(text)


@pytest.mark.parametrize("text", ["je veux ", "comment a ", "besoin rdv ", "اريد "])
def test_twenty_thousand_letters_take_no_longer_than_they_must(text: str) -> None:
    started = time.process_time()
    asks_to_meet(text * (20_000 // len(text)))
    assert time.process_time() - started < 2


def test_what_it_is_to_be_about_is_the_other_need() -> None:
    meaning = Reader(learnt(), load_library().danger).read("je ve un rdv pr visale")
    assert (meaning.sure, meaning.second, meaning.certainty) == ("book-appointment", "aide-visale", Certainty.SURE)
    scores = [candidate.score for candidate in meaning.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len({candidate.label for candidate in meaning.candidates}) == 3
