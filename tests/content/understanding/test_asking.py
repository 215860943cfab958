"""What is asked of us in words, and the words that only sound like it."""

import time

import pytest

from content.understanding.asking import asks_for_a_person, asks_to_erase, asks_what_is_kept

ASKS = (
    "jveu parler a qqn",
    "jpeu parlé avk qq1 svp",
    "Est-ce que je peux parler à quelqu'un\u202f?",
    "kelk1 peut m'appeler",
    "rapelé moi stp",
    "appelle moi",
    "appelez moi demain aprem",
    "jvoudré parler a une vrai personne pa 1 robot",
    "y a qqun ??",
    "une personne",
    "un humain svp",
    "jveux voir une assistante sociale",
    "je peux avoir une conseillère svp",
    "c possible de discuter avec qqun du cllaj",
    "passe moi un humain",
    "j'ai besoin de parler",
    "je veux pas parler a une machine",
    "je voudrais être rappelée demain",
    "c'est compliqué à écrire, vous pouvez m'appeler\u202f?",
    "I wanna talk 2 someone pls",
    "a real person please",
    "can somebody call me back",
    "أريد أن أتحدث مع شخص حقيقي",
    "شخص من الفريق",
    "اتصلوا بي",
    "bghit nhder m3a chi wahed",
)
TELLS = (
    "comment parler à mon propriétaire",
    "je veux parler à mon père",
    "ma conseillère m'a dit de venir",
    "je vis avec une personne handicapée",
    "quelqu'un m'a volé mes papiers",
    "je cherche une personne pour une coloc",
    "une personne de la caf m'a appelé",
    "je peux avoir quelqu'un en garant\u202f?",
    "comment parler à un conseiller de la caf",
    "je dois contacter l'équipe du foyer\u202f?",
    "je veux une chambre chez quelqu'un",
    "t'es pas un robot\u202f?",
    "tu es un robot ou une personne",
    "je peux voir mes rendez-vous",
    "appelle-moi Yanis",
    "my landlord won't call me",
    "I live with a person who smokes",
    "",
)


@pytest.mark.parametrize("text", ASKS)
def test_a_person_is_asked_for(text: str) -> None:
    assert asks_for_a_person(text)


@pytest.mark.parametrize("text", TELLS)
def test_it_only_sounds_like_it(text: str) -> None:
    assert not asks_for_a_person(text)


@pytest.mark.parametrize("text", ["je veux ", "je veux parler avec ", "besoin d une vraie "])
def test_twenty_thousand_letters_take_no_longer_than_they_must(text: str) -> None:
    started = time.process_time()
    asks_for_a_person(text * (20_000 // len(text)))
    assert time.process_time() - started < 2


ERASES = {
    "efface tt ske jté di": True,
    "suprimé tt mes messages": True,
    "vous pouvez supprimer mes données svp": True,
    "oublie moi": True,
    "delete everything": True,
    "please remove all my data": True,
    "احذف كل شيء": True,
    "effacer mes dettes de loyer": False,
    "je veux supprimer mon compte caf": False,
    "efface cette conversation": False,
    "j'ai tout oublié": False,
}
KEPT = {
    "tu sais koi sur moi": True,
    "quelles infos vous avez sur moi": True,
    "what do you know about me": True,
    "voir mes données": True,
    "ماذا تعرفون عني": True,
    "il sait tout sur moi": False,
    "je compte sur moi-même": False,
}


@pytest.mark.parametrize(("text", "asked"), ERASES.items())
def test_erasing_is_asked_for(text: str, asked: bool) -> None:
    assert asks_to_erase(text) is asked


@pytest.mark.parametrize(("text", "asked"), KEPT.items())
def test_what_is_kept_is_asked_for(text: str, asked: bool) -> None:
    assert asks_what_is_kept(text) is asked
