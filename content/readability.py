"""How easy a French text is to read: the formula of Kandel and Moles (1958), which fitted Flesch's reading ease to French.

    207 − 1.015 × words per sentence − 73.6 × syllables per word

L. Kandel and A. Moles, « Application de l'indice de Flesch à la langue française », Cahiers d'études de radio-télévision 19, 1958. About 100 is very
easy, 60 ordinary, under 30 hard. It sees lengths alone: nothing tells it whether a word is known. Here a line of a list is a sentence, addresses are
not read, and syllables are counted on what is written: a group of vowels is one, cut where a y stands in it; an
ending in -e or -es after a consonant is mute.
"""

import re
from collections.abc import Iterator

_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+")
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+")
_BETWEEN = re.compile(r"(?<=[aeiouàâäéèêëîïôöùûüÿœæ])y(?=[aeiouàâäéèêëîïôöùûüÿœæ])")
_MUTE = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûüÿœæ])es?$")
_END = re.compile(r"(?<=[.!?…:;])\s+")


def reading_ease(text: str) -> float:
    """The score of a text. One without a word is perfectly easy."""
    sentences = list(_sentences(text))
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 207.0
    return 207 - 1.015 * len(words) / len(sentences) - 73.6 * sum(map(syllables, words)) / len(words)


def syllables(word: str) -> int:
    """How many are heard, as far as letters tell: one at least."""
    bare = _BETWEEN.sub("'", word.casefold())
    heard = _MUTE.sub("", bare)
    return max(1, len(_VOWELS.findall(heard if _VOWELS.search(heard) else bare)))


def _sentences(text: str) -> Iterator[str]:
    for line in _ADDRESS.sub("", text).split("\n"):
        yield from (part for part in _END.split(line) if _WORD.search(part))
