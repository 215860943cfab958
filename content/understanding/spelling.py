"""Typing errors mended: a word never seen that is one slip away from one that was seen often is read as that one. Pure.

A slip is two neighbours swapped, or a letter wrong, missing or too many but for the first; short words are left as they are, for too many lie one
slip apart.
"""

import re
from collections.abc import Iterator, Mapping

from content.understanding.normalise import plain, tokens

OFTEN = {4: 12}
OFTEN_ENOUGH = 3
"""How often a word of so many letters was seen at least to be what was meant; a word of fewer letters never is."""
_WORD = re.compile(r"[a-z]{4,}")


class Spelling:
    """Mends by the words that were seen, each with how often."""

    def __init__(self, seen: Mapping[str, int]) -> None:
        self._seen = seen
        self._near: dict[str, list[str]] = {}
        for word in sorted(seen):
            if len(word) >= min(OFTEN) and seen[word] >= OFTEN.get(len(word), OFTEN_ENOUGH) and word.isascii() and word.isalpha():
                for shorter in _shorter(word):
                    self._near.setdefault(shorter, []).append(word)

    def mend(self, text: str) -> str:
        """The text in plain letters, its words as they were most likely meant."""
        return _WORD.sub(lambda match: self._meant(match.group()), plain(text))

    def _meant(self, word: str) -> str:
        if word in self._seen or any(token.raw in self._seen for token in tokens(word)):
            return word
        near = {other for shorter in _shorter(word) for other in self._near.get(shorter, ()) if _slip(word, other)}
        return max(near, key=lambda other: (self._seen[other], other), default=word)


def _shorter(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters."""
    yield word
    yield from (word[:nth] + word[nth + 1 :] for nth in range(len(word)))


def _slip(word: str, other: str) -> bool:
    """Whether one slip makes one of the other."""
    start = next((nth for nth, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), min(len(word), len(other)))
    mine, theirs = word[start:], other[start:]
    swapped = mine[:2] == theirs[:2][::-1] and mine[2:] == theirs[2:]
    return swapped or (start > 0 and (mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]))
