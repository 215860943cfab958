"""Phrases as people write them in content files, found in what people type.

A phrase is words in a row. Small words (je, la, de…) may stand between them; one written in the phrase must be there.
    mis dehors              these words in a row
    mis|jeté dehors         one or the other
    [proche] ... frappe     a group of words; up to three words between (.. is one). Such a gap never jumps over « pas » or « jamais »
    gaz & odeur|fuite       both near each other, in any order
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.understanding.normalise import Token, elided, tokens
from content.words import FRENCH

_GAPS = {"..": 1, "...": 3}
NEAR = 14
"""How far apart, in words, the two sides of a & may be."""
_SPLIT = re.compile(r"\s*&\s*")
_LINKS = frozenset("a la le les l au aux de d des du en me m te t se s etre ete dans".split())
"""What may stand between « pas » and the word it denies."""

Compared = Callable[[Token], str]
"""What of a word is compared: its sound, or its letters."""


def by_sound(token: Token) -> str:
    """French, however it is spelt."""
    return token.symbol


def by_letters(token: Token) -> str:
    """Other languages: a French ear would take « get » for « jette »."""
    return token.letters


def spelling(language: str) -> Compared:
    """How the words of a language are compared."""
    return by_sound if language.partition("-")[0] == FRENCH else by_letters


class BadPhrase(ValueError):
    """A phrase that cannot be read; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: any of `words` (symbols), or any of `parts`, after a gap of at most `gap` words."""

    words: frozenset[str]
    parts: tuple["Row", ...]
    gap: int
    starts: frozenset[str]
    """Every symbol it can begin with: a text that holds none of them cannot match."""


Row = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be looked for: rows of elements, all of them near one another."""

    text: str
    rows: tuple[Row, ...]

    @property
    def starts(self) -> frozenset[str]:
        return self.rows[0][0].starts


class Grammar:
    """Reads the phrases of one language, with its groups."""

    def __init__(self, groups: Mapping[str, Sequence[str]], compared: Compared = by_sound) -> None:
        self._groups = groups
        self._compared = compared
        self._known: dict[str, tuple[frozenset[str], tuple[Row, ...]]] = {}
        self._reading: list[str] = []

    def phrase(self, text: str) -> Phrase:
        """Raises BadPhrase."""
        return Phrase(text, tuple(self._row(side) for side in _SPLIT.split(text.strip())))

    def _row(self, text: str) -> Row:
        elements: list[Element] = []
        gap = 0
        for word in text.split():
            if word in _GAPS:
                gap = _GAPS[word]
                continue
            elements += self._elements(word, gap if elements else 0)
            gap = 0
        if not elements or gap:
            raise BadPhrase(f"« {text} » has nothing to look for, or ends with a gap: write a word")
        return tuple(elements)

    def _elements(self, word: str, gap: int) -> Iterator[Element]:
        """One element; several where one written word is read as several (« cest » → c, est)."""
        alternatives = word.split("|")
        if len(alternatives) == 1 and not word.startswith("["):
            for number, token in enumerate(_read(word)):
                yield _element(frozenset({self._compared(token)}), (), 0 if number else gap)
            return
        words: set[str] = set()
        parts: list[Row] = []
        for alternative in alternatives:
            if alternative.startswith("["):
                group_words, group_parts = self._group(alternative)
                words |= group_words
                parts += group_parts
            else:
                found = _read(alternative)
                if len(found) == 1:
                    words.add(self._compared(found[0]))
                else:
                    parts.append(tuple(_element(frozenset({self._compared(token)}), (), 0) for token in found))
        yield _element(frozenset(words), tuple(parts), gap)

    def _group(self, written: str) -> tuple[frozenset[str], tuple[Row, ...]]:
        name = written.removeprefix("[").removesuffix("]")
        if f"[{name}]" != written or name not in self._groups:
            raise BadPhrase(f"{written} is not a group: write one of {', '.join(sorted(self._groups))}")
        if name in self._reading:
            raise BadPhrase(f"the group {name} contains itself")
        if name not in self._known:
            self._reading.append(name)
            rows = [self._row(text) for text in self._groups[name]]
            self._reading.pop()
            words = frozenset().union(*(row[0].words for row in rows if len(row) == 1 and not row[0].parts))
            self._known[name] = words, tuple(row for row in rows if len(row) > 1 or row[0].parts)
        return self._known[name]


def _element(words: frozenset[str], parts: tuple[Row, ...], gap: int) -> Element:
    return Element(words, parts, gap, words.union(*(row[0].starts for row in parts)))


def _read(word: str) -> list[Token]:
    found = tokens(word)
    if not found or re.search(r"[^\w'’-]", word):
        raise BadPhrase(f"« {word} » is not a word: write letters, a|b, [group], ... or &")
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """A text as phrases see it."""

    symbols: tuple[str, ...]
    words: tuple[Token, ...]
    all: frozenset[str]

    def row(self, row: Row, at: int, element: int = 0) -> int:
        """Where `row` (from its element number `element`) ends if it stands at word `at`, else -1."""
        if element == len(row):
            return at
        wanted = row[element]
        gap = wanted.gap
        for place in range(at, len(self.symbols)):
            for end in self._ends(wanted, place):
                if (last := self.row(row, end, element + 1)) >= 0:
                    return last
            if not element and not wanted.gap:
                return -1
            if self.words[place].small:
                continue
            if not gap or self.words[place].negates:
                return -1
            gap -= 1
        return -1

    def _ends(self, wanted: Element, place: int) -> Iterator[int]:
        if self.symbols[place] in wanted.words:
            yield place + 1
        for part in wanted.parts:
            if (end := self.row(part, place)) >= 0:
                yield end

    def denied(self, start: int) -> bool:
        """True where « pas », « jamais » stand right before the word at `start`."""
        place = start - 1
        while place >= 0 and self.words[place].raw in _LINKS:
            place -= 1
        return place >= 0 and self.words[place].negates

    def spans(self, row: Row) -> Iterator[tuple[int, int]]:
        """Every place where `row` stands."""
        for start in range(len(self.symbols)):
            if (end := self.row(row, start)) >= 0:
                yield start, end

    def without(self, spans: Iterable[tuple[int, int]]) -> "Said":
        """The same with these words made meaningless, so that nothing is found in them."""
        hidden = {place for start, end in spans for place in range(start, end)}
        if not hidden:
            return self
        symbols = tuple("" if place in hidden else one for place, one in enumerate(self.symbols))
        return Said(symbols, self.words, frozenset(symbols))


class Finder:
    """Phrases of one language, looked for all at once. Pure."""

    def __init__(self, phrases: Iterable[tuple[Phrase, str]], figurative: Iterable[Phrase] = (), compared: Compared = by_sound) -> None:
        self._compared = compared
        self._figurative = _Index((phrase, "") for phrase in figurative)
        self._index = _Index(phrases)
        self._vocabulary = self._index.vocabulary | self._figurative.vocabulary

    def hear(self, said: Sequence[Token]) -> Said:
        """The words of a text, figures of speech taken out."""
        words = tuple(part for token in said for part in self._apart(token))
        symbols = tuple(map(self._compared, words))
        heard = Said(symbols, words, frozenset(symbols))
        return heard.without([span for phrase, _tag, span in self._figurative.found(heard) for span in _wide(heard, phrase, span)])

    def tags(self, said: Sequence[Token]) -> set[str]:
        """What the phrases found in a text were filed under."""
        return {tag for _phrase, tag, _span in self._index.found(self.hear(said))}

    def found(self, said: Sequence[Token]) -> list[tuple[str, str]]:
        """Every phrase found, with its tag: to explain."""
        return [(phrase.text, tag) for phrase, tag, _span in self._index.found(self.hear(said))]

    def _apart(self, token: Token) -> tuple[Token, ...]:
        """« menferme » as « m enferme », where that is a word we look for."""
        own = self._compared(token)
        if token.small or own in self._vocabulary or self._compared is not by_sound:
            return (token,)
        rest = elided(token.raw)
        opened = tokens(rest) if rest else []
        if rest is None or len(opened) != 1 or opened[0].symbol not in self._vocabulary:
            return (token,)
        stuck = token.raw[: len(token.raw) - len(rest)]
        return (Token(stuck, stuck, True), opened[0])


def _wide(heard: Said, phrase: Phrase, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The words of a figure of speech: its span, and those of its other sides."""
    yield span
    for row in phrase.rows[1:]:
        yield from heard.spans(row)


class _Index:
    """Phrases by what they can begin with."""

    def __init__(self, phrases: Iterable[tuple[Phrase, str]]) -> None:
        self._by_start: dict[str, list[tuple[Phrase, str]]] = {}
        self.vocabulary: set[str] = set()
        for phrase, tag in phrases:
            for start in phrase.starts:
                self._by_start.setdefault(start, []).append((phrase, tag))
            for row in phrase.rows:
                self.vocabulary |= _vocabulary(row)

    def found(self, heard: Said) -> Iterator[tuple[Phrase, str, tuple[int, int]]]:
        for start, one in enumerate(heard.symbols):
            for phrase, tag in self._by_start.get(one, ()):
                if any(element.starts.isdisjoint(heard.all) for row in phrase.rows for element in row):
                    continue
                end = heard.row(phrase.rows[0], start)
                if end < 0 or heard.denied(start):
                    continue
                if all(_near(heard, row, start, end) for row in phrase.rows[1:]):
                    yield phrase, tag, (start, end)


def _near(heard: Said, row: Row, start: int, end: int) -> bool:
    places = range(max(0, start - NEAR), min(len(heard.symbols), end + NEAR))
    return any(heard.row(row, place) >= 0 and not heard.denied(place) for place in places)


def _vocabulary(row: Row) -> set[str]:
    words: set[str] = set()
    for element in row:
        words |= element.words
        for part in element.parts:
            words |= _vocabulary(part)
    return words
