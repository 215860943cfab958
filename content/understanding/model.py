"""What was learnt from the examples, put to use: the scores of a text, and what made them. Numbers only; `reader` decides."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from content.understanding import features
from content.understanding.examples import LANGUAGES

DANGER = "danger"
Floats = NDArray[np.float32]
Features = Callable[[str], Sequence[Sequence[str]]]
"""A text → what it is compared by, block by block, each of which counts as much as the others."""
MEANINGS, ANSWERS = "meanings", "answers"
"""The two parts of what is kept: what texts want, and how they answer about an appointment."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learnt. `names` are the features, block by block; `ends` says where each block ends.

    `answers`: of a Model, the labels, then DANGER, then the languages.

    `weights` has a row for each feature and a column for each answer, `biases` a value for each answer; `rarity` is the idf of each feature.
    """

    names: tuple[str, ...]
    ends: tuple[int, ...]
    answers: tuple[str, ...]
    rarity: Floats
    weights: NDArray[np.float16]
    biases: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """What a text looks like: each a signed distance, above 0 for « more like it than not ». `known`: some feature of it was seen before."""

    labels: Floats
    danger: float
    languages: Floats
    known: bool


def weighed(counts: Floats, rarity: Floats) -> Floats:
    """How much each feature of one text counts: the logarithm of how often, times how rare; of length 1 together."""
    values: Floats = (1 + np.log(counts)) * rarity
    length = np.sqrt(values @ values)
    return values / length if length else values


class Weights:
    """Measures texts by what was learnt. Pure, and safe to share between threads."""

    def __init__(self, trained: Trained, features_of: Features = features.of) -> None:
        """`features_of`: as it was learnt by."""
        starts = (0, *trained.ends)
        self._blocks = [
            {name: place for place, name in enumerate(trained.names[start:end], start)} for start, end in zip(starts, trained.ends, strict=False)
        ]
        self._trained = trained
        self._features_of = features_of
        self.answers = trained.answers

    def measure(self, text: str) -> tuple[Floats, bool]:
        """How like each answer a text is, and whether some feature of it was seen before."""
        places, values = self._features(text)
        found: Floats = values @ self._trained.weights[places].astype(np.float32) + self._trained.biases
        return found, bool(len(places))

    def reasons(self, text: str, answer: str, most: int = 6) -> list[tuple[str, float]]:
        """The features of a text that speak most for an answer, with what each adds."""
        places, values = self._features(text)
        added = values * self._trained.weights[places, self._trained.answers.index(answer)].astype(np.float32)
        order = [place for place in np.argsort(-added)[:most] if added[place] > 0]
        return [(self._trained.names[places[place]], round(float(added[place]), 3)) for place in order]

    def nearness(self, text: str, others: Sequence[str]) -> list[float]:
        """How much each of some texts is like this one, from 0 to 1: the cosine of their features."""
        mine = dict(zip(*(part.tolist() for part in self._features(text)), strict=True))
        return [_cosine(mine, dict(zip(*(part.tolist() for part in self._features(other)), strict=True))) for other in others]

    def _features(self, text: str) -> tuple[NDArray[np.intp], Floats]:
        blocks = [self._block(names, known) for names, known in zip(self._features_of(text), self._blocks, strict=True)]
        return np.concatenate([places for places, _values in blocks]), np.concatenate([values for _places, values in blocks])

    def _block(self, names: Iterable[str], vocabulary: Mapping[str, int]) -> tuple[NDArray[np.intp], Floats]:
        counts = Counter(map(vocabulary.get, names))
        counts.pop(None, None)
        places = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        return places, weighed(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)), self._trained.rarity[places])


class Model(Weights):
    """Scores texts for what they want, their danger and their language."""

    def __init__(self, trained: Trained) -> None:
        super().__init__(trained)
        self.labels = trained.answers[: -1 - len(LANGUAGES)]

    def scores(self, text: str) -> Scores:
        """Of a text as it is typed; only its first words are looked at."""
        found, known = self.measure(text)
        last = len(self.labels)
        return Scores(found[:last], float(found[last]), found[last + 1 :], known)


def _cosine(mine: Mapping[int, float], other: Mapping[int, float]) -> float:
    lengths = [sum(value * value for value in each.values()) for each in (mine, other)]
    shared = sum(value * other[place] for place, value in mine.items() if place in other)
    return shared / float(np.sqrt(lengths[0] * lengths[1])) if all(lengths) else 0.0


def save(parts: Mapping[str, Trained], seen: Mapping[str, int], file: Path) -> None:
    """Write it whole, or not at all. `seen`: how often each word was seen in the examples of answers."""
    arrays = {f"{part}.{name}": kept for part, trained in parts.items() for name, kept in _arrays(trained)}
    arrays |= {_SEEN: _packed(list(seen)), _OFTEN: np.array(list(seen.values()), dtype=np.int32)}
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as to:
        np.savez(to, allow_pickle=False, **arrays)
    draft.replace(file)


def load(file: Path, part: str) -> Trained:
    """Read a part of it back. Raises OSError, KeyError or ValueError where it is not there or not whole."""
    with np.load(file, allow_pickle=False) as kept:
        names, ends, answers, rarity, weights, biases = (kept[f"{part}.{name}"] for name in _ARRAYS)
        return Trained(_unpacked(names), tuple(ends.tolist()), _unpacked(answers), rarity, weights, biases)


def load_seen(file: Path) -> dict[str, int]:
    """How often each word was seen in the examples of answers. Raises as `load` does."""
    with np.load(file, allow_pickle=False) as kept:
        return dict(zip(_unpacked(kept[_SEEN]), kept[_OFTEN].tolist(), strict=True))


_ARRAYS = ("names", "ends", "answers", "rarity", "weights", "biases")
_SEEN, _OFTEN = "seen.words", "seen.often"


def _arrays(trained: Trained) -> Iterator[tuple[str, NDArray[Any]]]:
    names, answers = _packed(trained.names), _packed(trained.answers)
    yield from zip(_ARRAYS, (names, np.array(trained.ends), answers, trained.rarity, trained.weights, trained.biases), strict=True)


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _unpacked(kept: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(kept.tobytes().decode().split("\n"))
