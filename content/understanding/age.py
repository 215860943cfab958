"""The age people give as their own, in words or figures, in any language of the robot."""

import re
from collections.abc import Sequence

from content.understanding.normalise import Token, simple, tokens

YOUNGEST, OLDEST = 8, 99
MAJORITY = 18
MOST_AROUND_A_WORD = 5
"""« oui je suis encore mineur »: more words tell of somebody or something else."""
_MINOR = frozenset("mineur mineure minor underage قاصر".split())
_ADULT = frozenset("majeur majeure adulte adult بالغ راشد".split())
_DENIED = frozenset("pas plus not لست مو ماشي".split())
_YEARS = frozenset({"an", "ans", "piges", "balais"})
_UNITS = {
    word: number
    for number, word in enumerate("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split())
}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_NUMBERS = {**_UNITS, **_TENS}
_ENGLISH = {
    word: number
    for number, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(), start=10)
}
_NOT_YET = frozenset("presque bientot encore almost nearly soon تقريبا قريبا".split())
_AROUND = _NOT_YET | frozenset(
    """
    oui non ouais ui nn nan j ai je suis moi g ans an piges age mon c est pas que seulement juste yes no yeah i m am im only just years old
    yrs yo turning نعم لا عندي عمري انا سنه عام فقط
    """.split()
)
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


def age_answered(text: str) -> int | None:
    """The age somebody gives who was just asked for it: as `age_in`, or a number alone (« 17 », « oui 17 », « presque 18 », « seventeen »)."""
    age = age_in(text)
    if age is not None:
        return age
    said = [token.raw for token in tokens(text)]
    numbers, rest = [word for word in said if _is_number(word)], {word for word in said if not _is_number(word)}
    if not numbers or len(numbers) > 2 or not rest <= _AROUND:
        return None
    age = sum(map(_value, numbers)) - bool(rest & _NOT_YET)
    return age if YOUNGEST <= age <= OLDEST else None


def is_minor(text: str, *, asked: bool) -> bool | None:
    """Whether the writer says they are under age, by figures or by the word; None where they say neither. `asked`: a number alone is an age."""
    age = age_answered(text) if asked else age_in(text)
    if age is not None:
        return age < MAJORITY
    said = {token.raw for token in tokens(text)}
    if len(said) > MOST_AROUND_A_WORD or not (said & _MINOR or said & _ADULT):
        return None
    return bool(said & _MINOR) != bool(said & _DENIED)


def _is_number(word: str) -> bool:
    return word in _NUMBERS or word in _ENGLISH or (word.isdigit() and len(word) <= 2)


def _value(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.get(word) or _ENGLISH[word]


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
