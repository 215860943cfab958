"""Which of a few things some words name: a motive, a place. Words are compared whole or by their beginning."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.plain import plain

T = TypeVar("T")
LEAST = 4
"""Letters from which the beginning of a word is enough."""
NOT_TELLING = frozenset(
    "avec chez dans pour plus mais moi mon mes une des les que qui est rdv rendez vous place rue avenue the for with and from".split()
)


def words_in(text: str) -> list[str]:
    """The words that may tell one thing from another."""
    return [word for word in plain(text).split() if len(word) > 2 and word not in NOT_TELLING and not word.isdecimal()]


def best(said: str, things: Sequence[T], text_of: Callable[[T], str]) -> T | None:
    """The one thing that shares most words with what was said; None where none does, or two do as much."""
    wanted = words_in(said)
    scores = [sum(_names(word, words_in(text_of(thing))) for word in wanted) for thing in things]
    most = max(scores, default=0)
    return things[scores.index(most)] if most and scores.count(most) == 1 else None


def _names(word: str, others: Sequence[str]) -> bool:
    return any(word == other or (min(len(word), len(other)) >= LEAST and (word.startswith(other) or other.startswith(word))) for other in others)
