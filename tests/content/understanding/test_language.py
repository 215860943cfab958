"""Which language is written, which one is asked for, and the age people give as their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.understanding.age import age_in
from content.understanding.language import Wish, begun_in, language_of, wish

WRITTEN = {
    "i need a flat with my brother": "en",
    "What are the opening hours?": "en",
    "can you help me please": "en",
    "أبحث عن سكن": "ar",
    "مرحبا": "ar",
    "كيف أطلب Visale ؟": "ar",
    "je cherche un appart": "fr",
    "c koi les papiers pr le dossier": "fr",
    "jveu un rdv avec vous": "fr",
    "ok": None,
    "Visale": None,
    "hello": None,
    "115": None,
    "": None,
    "salam, wach kayn studio": None,
    "شقة Lens": None,
}


@pytest.mark.parametrize(("text", "language"), WRITTEN.items())
def test_the_language_of_a_text_is_known_or_not_guessed(text: str, language: str | None) -> None:
    assert language_of(text) == language


BEGUN = [
    ("je cherche un appart", "fr", "fr"),
    ("je cherche un appart", None, "fr"),
    ("Bonjour !", None, "fr"),
    ("hello", None, None),
    ("hola necesito un piso", "es", "es"),
    ("please je need un flat", "en", "en"),
    ("i need a flat", "fr", None),
    ("أريد سكن", None, "ar"),
    ("wach kayn chi dar", "ar", None),
    ("سلام، عندي attestation d'hébergement من عند خالتي", "ar", "ar"),
    ("من یک اتاق می خواهم", None, None),
    ("مجھے کمرہ چاہیے", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "read", "language"), BEGUN)
def test_first_words_tell_their_language_where_it_is_sure(text: str, read: str | None, language: str | None) -> None:
    assert begun_in(text, read) == language


ASKED = {
    "tu parles arabe ?": Wish("ar", True),
    "tu parle arabe": Wish("ar", True),
    "vous parlez anglais ?": Wish("en", True),
    "do you speak English?": Wish("en", True),
    "هل تتكلم العربية؟": Wish("ar", True),
    "english please": Wish("en", False),
    "In English please": Wish("en", False),
    "en anglais s'il vous plait": Wish("en", False),
    "parle moi en arabe": Wish("ar", False),
    "arabe": Wish("ar", False),
    "العربية": Wish("ar", False),
    "تكلم معي بالعربية من فضلك": Wish("ar", False),
    "en français stp": Wish("fr", False),
    "Français": Wish("fr", False),
    "plus simple stp": Wish("fr-facile", False),
    "tu peux écrire plus simplement ?": Wish("fr-facile", False),
    "français facile": Wish("fr-facile", False),
    "j'ai pas compris": Wish("fr-facile", False),
    "je comprends rien": Wish("fr-facile", False),
    "comme avant": Wish("fr", False),
    "je suis prof d'arabe et je cherche un logement": None,
    "I need an English teacher": None,
    "c'est facile de trouver un garant ?": None,
    "je comprends pas mon bail": None,
    "anglais ou arabe": None,
    "une personne": None,
    "": None,
}


@pytest.mark.parametrize(("text", "asked"), ASKED.items())
def test_a_language_is_asked_for_in_words(text: str, asked: Wish | None) -> None:
    assert wish(text) == asked


OWN_AGE = {
    "j'ai 17 ans": 17,
    "jai 15ans": 15,
    "16 ans, viré de chez moi": 16,
    "j'ai seize ans et demi": 16,
    "j'ai quarante deux ans": 42,
    "I'm 17 and alone": 17,
    "i am 31 years old": 31,
    "im only 15": 15,
    "عمري 17 سنة": 17,
    "عمري ١٦": 16,
    "عندي 22 سنة": 22,
    "ma fille a 3 ans": None,
    "il reste 2 ans de bail": None,
    "I'm 5 minutes late": None,
    "je paye 17 euros": None,
    "j'ai 3 enfants": None,
    "": None,
}


@pytest.mark.parametrize(("text", "age"), OWN_AGE.items())
def test_only_ones_own_age_is_heard(text: str, age: int | None) -> None:
    assert age_in(text) == age


@given(st.text(max_size=200))
def test_anything_can_be_looked_at(text: str) -> None:
    assert language_of(text) in (None, "fr", "en", "ar")
    assert wish(text) == wish(text)
    assert (age_in(text) or 1) in range(1, 100)
