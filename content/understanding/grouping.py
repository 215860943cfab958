"""Questions that are alike: the same words, whatever their spelling, those that pages hardly use weighing most.

Pure and deterministic: the order in which questions are given changes nothing. Every question of a group is alike its first one, the most central;
nobody is in it because of somebody in between.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log, sqrt

from content.understanding.normalise import tokens

ALIKE, NEAR = 0.4, 0.45
"""Cosines from which two questions are alike, and from which a page is near some."""
STEM = 6
"""Sounds of a word that count: « déménager » and « déménagement » share them."""
ALONE = 0.5
"""What is left of the weight of a word that nobody else uses: it keeps a question apart from others, and says nothing of what they share."""
LONG, RARE = 5, 2
"""From how many sounds on a word may be a slip of another, and how often at most such a slip is seen."""
HEAVIEST = 10
"""Words of a question that are compared: in a long one the others say little, and cost much."""
_OTHER_LETTERS = re.compile(r"[\u0370-\u03ff\u0530-\u05ff\u0700-\u1dff\u2d00-\u2dff\u3040-\ud7ff]+")
"""Words in letters that are not looked at elsewhere: Greek, Hebrew, Georgian, Hindi, Chinese…"""
Bag = tuple[str, ...]
Vector = Mapping[str, float]


class Alike:
    """Some questions, compared with one another and with what leads to pages."""

    def __init__(self, said: Sequence[str], pages: Mapping[str, Iterable[str]]) -> None:
        """`pages`: by page id, its titles and the questions it answers. What they speak of often tells questions apart least."""
        about = [(name, _words(text)) for name, texts in sorted(pages.items()) for text in texts]
        words = [_words(text) for text in said]
        forms = _forms(Counter(word for one in (*words, *(one for _name, one in about)) for word in one))
        self._said = said
        self._bags = [_bag(one, forms) for one in words]
        self._weigh = _Weights([*self._bags, *(_bag(one, forms) for _name, one in about)])
        self._about = [(name, self._weigh.vector(_bag(one, forms))) for name, one in about if one]

    def groups(self) -> list[tuple[int, ...]]:
        """The questions that are alike, by their places, the largest group first, in each the most central first. One like no other stands alone."""
        places: dict[Bag, list[int]] = defaultdict(list)
        for place, bag in enumerate(self._bags):
            places[bag].append(place)
        kinds = sorted(places)
        stars = _stars([self._weigh.vector(bag) for bag in kinds], [len(places[bag]) for bag in kinds])
        found = [tuple(place for kind in star for place in self._shortest_first(places[kinds[kind]])) for star in stars]
        return sorted(found, key=lambda one: (-len(one), self._said[one[0]]))

    def page(self, members: Iterable[int]) -> str | None:
        """The page that what these have in common is nearest to, or None where none is near."""
        summed: dict[str, float] = defaultdict(float)
        for place in members:
            for word, weight in self._weigh.vector(self._bags[place]).items():
                summed[word] += weight
        length = _length(summed.values())
        score, name = max(((_product(vector, summed) / length, name) for name, vector in self._about), default=(0.0, ""))
        return name if score >= NEAR else None

    def _shortest_first(self, places: Iterable[int]) -> list[int]:
        return sorted(places, key=lambda place: (len(self._said[place]), self._said[place]))


# -- words


def _words(text: str) -> frozenset[str]:
    """What a text is compared by: the beginnings of its words by sound; its words as they stand where none means anything by itself."""
    found = {token.key[:STEM] for token in tokens(text) if not token.small and token.key}
    found.update(word[:STEM] for word in _OTHER_LETTERS.findall(text.casefold()))
    return frozenset(found or text.casefold().split())


def _bag(words: Iterable[str], forms: Mapping[str, str]) -> Bag:
    return tuple(sorted({forms.get(word, word) for word in words}))


def _forms(counts: Mapping[str, int]) -> dict[str, str]:
    """Slips → the commonest word with the same beginning that has one letter more, less, other or elsewhere."""
    by_hole: dict[str, list[str]] = defaultdict(list)
    for word, number in counts.items():
        if number > RARE and len(word) >= LONG:
            for hole in _holes(word):
                by_hole[hole].append(word)
    forms = {}
    for word, number in counts.items():
        if number <= RARE and len(word) >= LONG:
            meant = {other for hole in _holes(word) for other in by_hole.get(hole, ()) if other[0] == word[0]}
            if meant:
                forms[word] = min(meant, key=lambda other: (-counts[other], other))
    return forms


def _holes(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters."""
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}


class _Weights:
    """What each word weighs: the fewer questions hold it, the more, unless one alone does."""

    def __init__(self, bags: Sequence[Bag]) -> None:
        held = Counter(word for bag in bags for word in bag)
        total = len(bags) + 1
        self._weights = {word: log(1 + total / (1 + number)) * (ALONE if number == 1 else 1.0) for word, number in held.items()}

    def vector(self, bag: Bag) -> Vector:
        """The heaviest words of a question with their weights, of length 1."""
        heaviest = sorted(bag, key=lambda word: (-self._weights[word], word))[:HEAVIEST]
        length = _length(self._weights[word] for word in heaviest)
        return {word: self._weights[word] / length for word in heaviest}


def _length(weights: Iterable[float]) -> float:
    return sqrt(sum(weight * weight for weight in weights)) or 1.0


def _product(one: Vector, other: Vector) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


# -- groups


def _stars(vectors: Sequence[Vector], sizes: Sequence[int]) -> list[list[int]]:
    """Whoever has most alike is the middle of a star of all who are alike and free, and so on with those left."""
    alike = _alike(vectors)
    weight = [size + sum(sizes[other] for other in alike[one]) for one, size in enumerate(sizes)]
    free = set(range(len(vectors)))
    stars = []
    for middle in sorted(free, key=lambda one: (-weight[one], one)):
        if middle in free:
            others = sorted(alike[middle].keys() & free, key=lambda other: (-alike[middle][other], other))
            stars.append([middle, *others])
            free.difference_update(stars[-1])
    return stars


def _alike(vectors: Sequence[Vector]) -> list[dict[int, float]]:
    """For each question the others that are alike, with how much.

    A question is looked up by its rare words only: by those beyond which its common ones could not make it alike any other by themselves.
    """
    held = Counter(word for vector in vectors for word in vector)
    most: dict[str, float] = defaultdict(float)
    for vector in vectors:
        for word, weight in vector.items():
            most[word] = max(most[word], weight)
    found: list[dict[int, float]] = [{} for _vector in vectors]
    looked_up: dict[str, list[int]] = defaultdict(list)
    for one, vector in enumerate(vectors):
        for other in {other for word in vector for other in looked_up.get(word, ())}:
            close = _product(vector, vectors[other])
            if close >= ALIKE:
                found[one][other] = found[other][one] = close
        reach = 0.0
        for word in sorted(vector, key=lambda word: (-held[word], word)):
            reach += vector[word] * most[word]
            if reach >= ALIKE:
                looked_up[word].append(one)
    return found
