import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.understanding.normalise import plain, simple, sound, tokens

ALIKE = [
    "frappé frapper frapée frappait",
    "dehors dehor deor",
    "serrure serure serrur",
    "mourir mourrir",
    "expulsé expulser",
    "étranglé etranglée",
    "quoi koi",
]


@pytest.mark.parametrize("line", ALIKE)
def test_spellings_of_one_word_share_a_sound(line: str) -> None:
    first, *others = [[token.symbol for token in tokens(word)] for word in line.split()]
    assert all(other == first for other in others)


@pytest.mark.parametrize("line", ["pas passe", "violent viol", "mal malaise", "sexe sais", "chaise chez", "avec avc", "mort mère"])
def test_other_words_do_not(line: str) -> None:
    one, other = ([token.symbol for token in tokens(word)] for word in line.split())
    assert one != other


def test_sms_words_are_opened() -> None:
    assert [token.raw for token in tokens("jsui pa ds la rue, g koi a fé mtn")] == [
        "je",
        "suis",
        "pas",
        "dans",
        "la",
        "rue",
        "ai",
        "quoi",
        "a",
        "fait",
        "maintenant",
    ]


def test_ages_stuck_to_their_unit_are_two_words() -> None:
    assert [token.raw for token in tokens("17ans")] == ["17", "ans"]


def test_short_answers_are_compared_bare() -> None:
    assert simple("  Ouiiii !! ") == "oui"
    assert simple("On m’a dit non.") == "on m a dit non"
    assert plain("L’ŒUF Élevé") == "l'oeuf eleve"
    assert simple("نعم!") == "نعم"


ONE_WORD = (
    ("البيت", "بيت", "للبيت", "بالبيت", "والبيت"),
    ("أُرِيدُ", "اريد", "وأريد"),
    ("الليلة", "ليله", "ليــلة"),
    ("سيضربني", "يضربني", "كيضربني"),
)


@pytest.mark.parametrize("spellings", ONE_WORD)
def test_arabic_is_compared_without_vowels_articles_and_joined_letters(spellings: tuple[str, ...]) -> None:
    assert len({tokens(text)[0].key for text in spellings}) == 1


def test_figures_of_every_keyboard_are_figures() -> None:
    assert simple("عمري ١٧ سنة") == "عمري 17 سنه"


@given(st.text(max_size=200))
def test_anything_can_be_read(text: str) -> None:
    for token in tokens(text):
        assert re.fullmatch(r"[a-z0-9]+|[\u0621-\u06d3]+", token.raw)
        assert token.raw == token.raw.lower()
        assert sound(token.raw) == sound(token.raw)
