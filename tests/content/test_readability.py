"""The formula of Kandel and Moles, on texts counted by hand."""

import pytest

from content.readability import reading_ease, syllables


@pytest.mark.parametrize(
    ("word", "heard"),
    [("tu", 1), ("aide", 1), ("aides", 1), ("loyer", 2), ("logement", 3), ("caution", 2), ("propriétaire", 3), ("le", 1), ("HLM", 1), ("été", 2)],
)
def test_syllables(word: str, heard: int) -> None:
    assert syllables(word) == heard


def test_the_formula() -> None:
    """Six words in two sentences, nine syllables."""
    assert reading_ease("Le loyer monte. Tu demandes pourquoi ?") == pytest.approx(207 - 1.015 * 3 - 73.6 * 9 / 6)


def test_longer_is_harder() -> None:
    easy = "Garde une copie. Montre la lettre."
    hard = "Conserver systématiquement une reproduction intégrale de la correspondance administrative transmise antérieurement"
    assert reading_ease(easy) > 90 > 0 > reading_ease(hard)


def test_a_line_is_a_sentence_and_an_address_is_not_read() -> None:
    assert reading_ease("Le toit\nLa clé") == reading_ease("Le toit. La clé.")
    assert reading_ease("Le toit https://www.service-public.gouv.fr/particuliers") == reading_ease("Le toit")
    assert reading_ease("…") == 207
