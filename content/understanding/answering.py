"""What an answer about an appointment is compared by: as any text, and by runs of three words and what is asked or shown by a sign.

The same function reads what is learnt from and what people write: nothing else may.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from content.understanding import features
from content.understanding.normalise import Token

SIGNS = {
    "?": "?",
    "؟": "?",
    "👍": "+",
    "👌": "+",
    "✅": "+",
    "✔": "+",
    "🆗": "+",
    "❌": "-",
    "👎": "-",
    "🚫": "-",
    "❎": "-",
}
"""What is asked, agreed to or refused without a word."""
SIGN = "§"
FIRST, LAST = "<", ">"
"""Stand before the first word and after the last one."""


def of(text: str) -> tuple[list[str], list[str]]:
    """What an answer is compared by: its words, then the pieces of them."""
    said = features.said_in(text)
    return [*_words(said), *_signs(text)], features.pieces(said)


def _words(said: Sequence[Token]) -> Iterator[str]:
    """Each word, each pair of neighbours and each run of three, the ends of the text among them."""
    if not said:
        return
    symbols = [FIRST, *(token.symbol for token in said), LAST]
    yield from symbols[1:-1]
    yield from (f"{before} {after}" for before, after in pairwise(symbols))
    yield from (" ".join(symbols[place : place + 3]) for place in range(len(symbols) - 2))


def _signs(text: str) -> Iterator[str]:
    for sign in dict.fromkeys(SIGNS[letter] for letter in text if letter in SIGNS):
        yield f"{SIGN}{sign}"
