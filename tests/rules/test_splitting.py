"""Long texts are cut where a reader would pause, never beyond the limit, and nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.splitting import split, utf16_size
from tests.channels.conformance import LONG_TEXTS, TEXTS

CASES = {
    "short": ("Bonjour.", 20, ["Bonjour."]),
    "exactly the limit": ("a" * 20, 20, ["a" * 20]),
    "between paragraphs": ("Un deux trois.\n\nQuatre. Cinq six.", 24, ["Un deux trois.", "Quatre. Cinq six."]),
    "between lines": ("- un papier\n- une lettre", 16, ["- un papier", "- une lettre"]),
    "between sentences": ("Appelle le 115. C'est gratuit. Jour et nuit.", 32, ["Appelle le 115. C'est gratuit.", "Jour et nuit."]),
    "after a closing mark": ("Dis «\u00a0oui.\u00a0» Puis non, enfin bon.", 20, ["Dis «\u00a0oui.\u00a0»", "Puis non, enfin bon."]),
    "not before a high mark": ("Tu dors où\u202f? Dis-le moi donc vite.", 13, ["Tu dors où\u202f?", "Dis-le moi", "donc vite."]),
    "between words": ("un deux trois quatre cinq", 12, ["un deux", "trois quatre", "cinq"]),
    "inside a word, at last": ("anticonstitutionnellement", 10, ["anticonsti", "tutionnell", "ement"]),
    "not inside an emoji": ("👩🏽‍👧👩🏽‍👧👩🏽‍👧", 6, ["👩🏽‍👧", "👩🏽‍👧", "👩🏽‍👧"]),
    "not inside an accent": ("e\u0301" * 4, 5, ["e\u0301e\u0301", "e\u0301e\u0301"]),
    "blank": (" \n\t\u00a0", 5, []),
}


@pytest.mark.parametrize(("text", "limit", "parts"), CASES.values(), ids=CASES)
def test_where_it_is_cut(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@settings(deadline=None)  # a busy machine is not a fault
@given(st.one_of(TEXTS, LONG_TEXTS), st.integers(2, 200), st.sampled_from([len, utf16_size]))
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int, size: object) -> None:
    measure = utf16_size if size is utf16_size else len
    parts = split(text, limit, measure)
    assert all(0 < measure(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_character_outside_the_first_plane_counts_twice() -> None:
    assert utf16_size("a😔é") == 4
    assert split("😔" * 5, 4, utf16_size) == ["😔😔", "😔😔", "😔"]
