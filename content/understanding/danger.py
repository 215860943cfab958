"""Danger in what people type. Recall first: in doubt, the card goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.crises import Crises, Phrases, Variant
from content.understanding.age import MAJORITY, age_in
from content.understanding.language import language_of
from content.understanding.normalise import Token, tokens
from content.understanding.phrases import Finder, spelling
from content.words import ENGLISH, FRENCH


@dataclass(frozen=True, slots=True)
class Danger:
    """The crisis a text shows, by its id. `plain`: there is no mistaking it; else it is only like one, which what was said before may explain."""

    crisis: str
    plain: bool


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
        found = _tags(self._heard(text), said)
        name = next((name for name in self._crises if name in found), None)
        return None if name is None else self.for_age(name, text)

    def explain(self, text: str) -> list[tuple[str, str]]:
        """Every (phrase, crisis id) found in a text."""
        said = tokens(text)
        return [found for finder in self._heard(text) for found in finder.found(said)]

    def _heard(self, text: str) -> Sequence[Finder]:
        """Whose phrases are looked for: every language's, for people mix them; in what is surely English, no French sounds."""
        surely = language_of(text)
        return [finder for language, finder in self._finders.items() if (surely, language) != (ENGLISH, FRENCH)]

    def variant(self, name: str, text: str) -> Variant | None:
        """The card of this crisis that fits a text better than the common one: for the age it states, else for its words."""
        age = age_in(text)
        stated = None if age is None else ("minor" if age < MAJORITY else "adult")
        found = _tags(self._variants[name].values(), tokens(text))
        variants = self._crises[name].variants
        return next((one for place, one in enumerate(variants) if (one.age is not None and one.age == stated) or str(place) in found), None)

    def step(self, name: str, text: str) -> str | None:
        """The second step these words ask for in this crisis, or None."""
        found = _tags(self._steps[name].values(), tokens(text))
        return next((step for step in self._crises[name].steps if step in found), None)

    def for_age(self, name: str, text: str) -> str:
        """This crisis, or the one it is for somebody under age."""
        age = age_in(text)
        return self._crises[name].under_age or name if age is not None and age < MAJORITY else name


def _by_language(phrases: Mapping[str, Phrases], figurative: Phrases | None = None) -> dict[str, Finder]:
    """One finder for each language that has phrases."""
    languages = sorted({language for one in phrases.values() for language in one})
    return {
        language: Finder(
            [(phrase, tag) for tag, one in phrases.items() for phrase in one.get(language, ())],
            (figurative or {}).get(language, ()),
            spelling(language),
        )
        for language in languages
    }


def _tags(finders: Iterable[Finder], said: Sequence[Token]) -> set[str]:
    return set().union(*(finder.tags(said) for finder in finders))
