"""What a text is compared by: its words by sound, its pairs of words, and pieces of its words, which typing errors leave mostly whole.

The same function reads what is learnt from and what people write: nothing else may.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from content.understanding.normalise import Token, tokens

LONGEST = 400
"""Words of a text that are looked at."""
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
AGE = "#"
AGES = (16, 18, 31)
"""Where one age of life ends and the next begins, for a service of 16 to 30."""
_YEARS = frozenset("ans an year years yo سنه عام سنوات anos ano років рік роки год года лет".split())
PIECE = "·"
"""Begins the name of a piece, so that no word is taken for one."""


def said_in(text: str) -> list[Token]:
    """The words that are looked at."""
    return tokens(text)[:LONGEST]


def of(text: str) -> tuple[list[str], list[str]]:
    """What a text is compared by: a block of its words, and one of the pieces of them."""
    said = said_in(text)
    return words(said), pieces(said)


def words(said: Sequence[Token]) -> list[str]:
    """Each word, as it sounds, then each pair of neighbours; an age is what it means here: too young, under age, young, too old."""
    symbols = [token.symbol for token in said]
    for place, (number, unit) in enumerate(pairwise(said)):
        if unit.raw in _YEARS and number.raw.isdecimal():
            symbols[place] = _generation(number.raw)
    return symbols + [f"{before} {after}" for before, after in pairwise(symbols)]


def _generation(years: str) -> str:
    """Which of the ages of AGES a number of years falls in."""
    return f"{AGE}{bisect_right(AGES, int(years[:4]))}"


def pieces(said: Sequence[Token]) -> list[str]:
    """Every run of two to five letters inside a word, its two ends counted as letters."""
    found: list[str] = []
    for token in said:
        if token.raw.isdecimal():
            continue
        word = f"{PIECE}{token.raw}{PIECE}"
        found += [word[start : start + size] for size in range(SHORTEST_PIECE, LONGEST_PIECE + 1) for start in range(len(word) - size + 1)]
    return found
