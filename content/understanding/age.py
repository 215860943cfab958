"""The age people give as their own, in words or figures, in any language of the robot."""

import re
from collections.abc import Sequence

from content.understanding.normalise import Token, simple, tokens

OLDEST = 99
_YEARS = frozenset({"an", "ans", "piges", "balais"})
_UNITS = {
    word: number
    for number, word in enumerate("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split())
}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_NUMBERS = {**_UNITS, **_TENS}
_MINE = frozenset({"ai", "moi", "je", "suis", "seulement", "que"})
_ELSEWHERE = re.compile(
    r"\b(?:i ?m|i am|im|me) (?:only |just |a |now )?(\d{1,2})\b(?! (?:weeks?|months?|days?|hours?|minutes?|euros?|pounds?|of|km|miles))"
    r"|\bmes (\d{1,2}) ans\b|(?:^|\bi ?m |\bi am )(\d{1,2}) (?:years? old|yrs? old|yo|y o)\b"
    r"|عمري (\d{1,2})|(?:عندي|انا) (\d{1,2}) (?:سنه|عام|سنين)|\b3omri (\d{1,2})\b"
)


def age_in(text: str) -> int | None:
    """The age the writer gives as their own (« j'ai 17 ans », « 16 ans, viré… », « I'm 17 », « عمري 17 سنة »), or None."""
    age = _in_french(tokens(text))
    if age is None and (found := _ELSEWHERE.search(simple(text))):
        age = int(next(group for group in found.groups() if group))
    return age if age is not None and 0 < age <= OLDEST else None


def _in_french(said: Sequence[Token]) -> int | None:
    for place, token in enumerate(said):
        if token.raw in _YEARS and place:
            age, start = _number_before(said, place)
            if age and (start == 0 or said[start - 1].raw in _MINE):
                return age
    return None


def _number_before(said: Sequence[Token], place: int) -> tuple[int, int]:
    """The number written right before a word, in figures or letters (« dix sept »), and where it starts; 0 where there is none."""
    start, age = place, 0
    while start and place - start < 2:
        raw = said[start - 1].raw
        value = int(raw) if raw.isdigit() and len(raw) <= 2 else _NUMBERS.get(raw, 0)
        if not value:
            break
        age, start = age + value, start - 1
    return age, start
