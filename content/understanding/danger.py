"""Danger in what people type. Recall first: in doubt, the card goes."""

from collections.abc import Mapping, Sequence

from content.crises import Crises, Phrases, Variant
from content.understanding.normalise import Token, tokens
from content.understanding.phrases import Finder

MAJORITY = 18
OLDEST = 99
_YEARS = frozenset({"an", "ans", "piges", "balais"})
_UNITS = {
    word: number
    for number, word in enumerate("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split())
}
_NUMBERS = {**_UNITS, "vingt": 20, "trente": 30}
_MINE = frozenset({"ai", "moi", "je", "suis", "seulement", "que"})


class Detector:
    """Finds the crisis a text shows, and what to say next. Pure: the same text gives the same answer, on every process."""

    def __init__(self, crises: Crises) -> None:
        self._crises = crises
        self._finders = _by_language({name: crisis.phrases for name, crisis in crises.items()}, crises.common.figurative)
        self._variants = {
            name: _by_language({str(place): variant.phrases for place, variant in enumerate(crisis.variants)}) for name, crisis in crises.items()
        }
        self._steps = {name: _by_language({step: crises.steps[step].phrases for step in crisis.steps}) for name, crisis in crises.items()}

    def find(self, text: str) -> str | None:
        """The id of the most pressing crisis, or None."""
        said = tokens(text)
        found = _tags(self._finders, said)
        name = next((name for name in self._crises if name in found), None)
        return None if name is None else self._for_age(name, said)

    def explain(self, text: str) -> list[tuple[str, str]]:
        """Every (phrase, crisis id) found in a text."""
        said = tokens(text)
        return [found for finder in self._finders for found in finder.found(said)]

    def variant(self, name: str, text: str) -> Variant | None:
        """The card of this crisis that fits a text better than the common one: for the age it states, else for its words."""
        said = tokens(text)
        age = age_in(said)
        stated = None if age is None else ("minor" if age < MAJORITY else "adult")
        found = _tags(self._variants[name], said)
        variants = self._crises[name].variants
        return next((one for place, one in enumerate(variants) if (one.age is not None and one.age == stated) or str(place) in found), None)

    def step(self, name: str, text: str) -> str | None:
        """The second step these words ask for in this crisis, or None."""
        found = _tags(self._steps[name], tokens(text))
        return next((step for step in self._crises[name].steps if step in found), None)

    def _for_age(self, name: str, said: Sequence[Token]) -> str:
        age = age_in(said)
        return self._crises[name].under_age or name if age is not None and age < MAJORITY else name


def age_in(said: Sequence[Token]) -> int | None:
    """The age the writer gives as their own (« j'ai 17 ans », « 16 ans, viré… », « seize ans »), or None."""
    for place, token in enumerate(said):
        if token.raw in _YEARS and place:
            age, start = _number_before(said, place)
            if 0 < age <= OLDEST and (start == 0 or said[start - 1].raw in _MINE):
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


def _by_language(phrases: Mapping[str, Phrases], figurative: Phrases | None = None) -> tuple[Finder, ...]:
    languages = sorted({language for one in phrases.values() for language in one})
    return tuple(
        Finder([(phrase, tag) for tag, one in phrases.items() for phrase in one.get(language, ())], (figurative or {}).get(language, ()))
        for language in languages
    )


def _tags(finders: Sequence[Finder], said: Sequence[Token]) -> set[str]:
    return set().union(*(finder.tags(said) for finder in finders))
