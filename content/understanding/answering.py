"""What an answer about an appointment is compared by: runs of its words, what it says of time whenever that is, what it is about, and its letters.

The same function reads what is learnt from and what people write: nothing else may.
"""

from collections.abc import Iterator, Sequence

from content.understanding import features
from content.understanding.answer_words import about
from content.understanding.normalise import simple
from content.understanding.when_words import sketch

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
    "📍": "@",
    "🗺": "@",
    "📅": "@",
    "🗓": "@",
}
"""What is asked, agreed to, refused or looked for (a place, a day) without a word."""
SIGN, SIGN_OF_ASKING = "§", "?"
FIRST, LAST = "<", ">"
"""Stand before the first word and after the last one."""


def of(text: str) -> tuple[list[str], ...]:
    """What an answer is compared by: its words, what it says of time, its letters, what it is about, and the pieces of its words."""
    said = features.said_in(text)
    return (
        [*_runs([token.symbol for token in said], 3), *_signs(text)],
        list(_runs(sketch(text)[: features.LONGEST], 3)),
        list(_runs(["".join(sorted(set(token.raw))) for token in said], 2)),
        list(about(said, asks=SIGN_OF_ASKING in map(SIGNS.get, text))),
        features.pieces(said),
    )


def _runs(words: Sequence[str], longest: int) -> Iterator[str]:
    """Each word, each pair of neighbours and so on, the ends of the text among them."""
    if words:
        whole = [FIRST, *words, LAST]
        for length in range(1, longest + 1):
            yield from (" ".join(whole[place : place + length]) for place in range(len(whole) - length + 1))


def says(text: str) -> bool:
    """Whether something in it can be compared: a word, or a sign other than a question mark."""
    return bool(simple(text)) or any(SIGNS.get(letter, SIGN_OF_ASKING) != SIGN_OF_ASKING for letter in text)


def _signs(text: str) -> Iterator[str]:
    for sign in dict.fromkeys(SIGNS[letter] for letter in text if letter in SIGNS):
        yield f"{SIGN}{sign}"
