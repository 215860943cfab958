"""The page that free words lead to: how many of a page's own words a text holds, by sound. One function, which later work replaces."""

from collections.abc import Iterable, Iterator, Mapping

from content.pages import Page
from content.understanding.normalise import Token, tokens
from content.words import FRENCH

IN_THE_TITLE, ALONE, TOGETHER = 0.5, 1.0, 1.5
"""What a word of the title, a word of the page's list and words of its list that stand together weigh."""
ENOUGH = 1.0
"""One word of a page's own list is enough to propose it; a word of its title alone is not."""


class Search:
    """Finds the best of some pages, by the words of every language they are given in. Pure: the same text gives the same page, on every process.

    What takes time is the text, not the library: each of its words leads to the pages that have it.
    """

    def __init__(self, pages: Iterable[Page]) -> None:
        self._words: dict[str, dict[str, float]] = {}
        self._phrases: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
        for page in pages:
            self._learn(page)

    def _learn(self, page: Page) -> None:
        if page.language == FRENCH:  # whose small words are known, and left out
            for key in _keys(tokens(page.title)):
                self._weigh(key, page.id, IN_THE_TITLE)
        for phrase in (_keys(tokens(words)) for words in page.words):
            if len(phrase) == 1:
                self._weigh(phrase[0], page.id, ALONE)
            elif phrase:
                self._phrases.setdefault(phrase[0], set()).add((page.id, phrase))

    def _weigh(self, key: str, page_id: str, weight: float) -> None:
        of_pages = self._words.setdefault(key, {})
        of_pages[page_id] = max(of_pages.get(page_id, 0.0), weight)

    def best(self, text: str) -> str | None:
        """The id of the page that answers, or None where no page does."""
        said = _keys(tokens(text))
        scores: dict[str, float] = {}
        for key in set(said):
            for page_id, weight in self._words.get(key, {}).items():
                scores[page_id] = scores.get(page_id, 0.0) + weight
        for page_id, _phrase in {found for start in range(len(said)) for found in self._standing(said, start)}:
            scores[page_id] = scores.get(page_id, 0.0) + TOGETHER
        return _only_best(scores)

    def _standing(self, said: tuple[str, ...], start: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The phrases that stand at this word."""
        for page_id, phrase in self._phrases.get(said[start], ()):
            if said[start : start + len(phrase)] == phrase:
                yield page_id, phrase


def _only_best(scores: Mapping[str, float]) -> str | None:
    """The highest score if it is enough and stands alone: two pages that fit as well are no answer."""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < ENOUGH or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def _keys(said: Iterable[Token]) -> tuple[str, ...]:
    return tuple(token.key for token in said if not token.small)
