"""The page that free words lead to: how many of a page's own words a text holds, by sound. One function, which later work replaces."""

from collections.abc import Iterable, Mapping

from content.pages import Page
from content.understanding.normalise import Token, tokens
from content.words import FRENCH

ENOUGH = 1.0
"""One word of a page's own list is enough to propose it; a word of its title alone is not."""


class Search:
    """Finds the best of some pages, by the words of every language they are given in. Pure: the same text gives the same page, on every process."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._weights: dict[str, dict[str, float]] = {}
        self._phrases: dict[str, set[tuple[str, ...]]] = {}
        for page in pages:
            self._learn(page)

    def _learn(self, page: Page) -> None:
        weights = self._weights.setdefault(page.id, {})
        phrases = [_keys(tokens(words)) for words in page.words]
        if page.language == FRENCH:  # whose small words are known, and left out
            for key in _keys(tokens(page.title)):
                weights[key] = max(weights.get(key, 0.0), 0.5)
        for phrase in phrases:
            if len(phrase) == 1:
                weights[phrase[0]] = 1.0
        self._phrases.setdefault(page.id, set()).update(phrase for phrase in phrases if len(phrase) > 1)

    def best(self, text: str) -> str | None:
        """The id of the page that answers, or None where no page does."""
        said = _keys(tokens(text))
        scores = {name: self._score(name, said) for name in self._weights}
        return _only_best(scores)

    def _score(self, name: str, said: tuple[str, ...]) -> float:
        weights = self._weights[name]
        alone = sum(weights.get(key, 0.0) for key in set(said))
        return alone + sum(1.5 for phrase in self._phrases[name] if _holds(said, phrase))


def _only_best(scores: Mapping[str, float]) -> str | None:
    """The highest score if it is enough and stands alone: two pages that fit as well are no answer."""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < ENOUGH or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def _keys(said: Iterable[Token]) -> tuple[str, ...]:
    return tuple(token.key for token in said if not token.small)


def _holds(said: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(said[start : start + len(phrase)] == phrase for start in range(len(said) - len(phrase) + 1))
