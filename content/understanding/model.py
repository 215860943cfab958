"""What was learnt from the examples, put to use: the scores of a text, and what made them. Numbers only; `reader` decides."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from content.understanding import features
from content.understanding.examples import LANGUAGES

DANGER = "danger"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learnt. `names` are the features, words first: `words` of them, then pieces. `answers` are the labels, then DANGER, then languages.

    `weights` has a row for each feature and a column for each answer, `biases` a value for each answer; `rarity` is the idf of each feature.
    """

    names: tuple[str, ...]
    words: int
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


class Model:
    """Scores texts. Pure, and safe to share between threads."""

    def __init__(self, trained: Trained) -> None:
        self._words = {name: place for place, name in enumerate(trained.names[: trained.words])}
        self._pieces = {name: place for place, name in enumerate(trained.names[trained.words :], trained.words)}
        self._trained = trained
        self.labels = trained.answers[: -1 - len(LANGUAGES)]

    def scores(self, text: str) -> Scores:
        """Of a text as it is typed; only its first words are looked at."""
        places, values = self._features(text)
        trained = self._trained
        found: Floats = values @ trained.weights[places].astype(np.float32) + trained.biases
        last = len(self.labels)
        return Scores(found[:last], float(found[last]), found[last + 1 :], bool(len(places)))

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
        said = features.said_in(text)
        blocks = [self._block(features.words(said), self._words), self._block(features.pieces(said), self._pieces)]
        return np.concatenate([places for places, _values in blocks]), np.concatenate([values for _places, values in blocks])

    def _block(self, names: Iterable[str], vocabulary: Mapping[str, int]) -> tuple[NDArray[np.intp], Floats]:
        counts = Counter(map(vocabulary.get, names))
        counts.pop(None, None)
        places = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
        return places, weighed(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)), self._trained.rarity[places])


def _cosine(mine: Mapping[int, float], other: Mapping[int, float]) -> float:
    lengths = [sum(value * value for value in each.values()) for each in (mine, other)]
    shared = sum(value * other[place] for place, value in mine.items() if place in other)
    return shared / float(np.sqrt(lengths[0] * lengths[1])) if all(lengths) else 0.0


def save(trained: Trained, file: Path) -> None:
    """Write it whole, or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as to:
        np.savez(
            to,
            names=_packed(trained.names),
            words=np.array(trained.words),
            answers=_packed(trained.answers),
            rarity=trained.rarity,
            weights=trained.weights,
            biases=trained.biases,
        )
    draft.replace(file)


def load(file: Path) -> Trained:
    """Read it back. Raises OSError or ValueError where it is not there or not whole."""
    with np.load(file, allow_pickle=False) as kept:
        return Trained(_unpacked(kept["names"]), int(kept["words"]), _unpacked(kept["answers"]), kept["rarity"], kept["weights"], kept["biases"])


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _unpacked(kept: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(kept.tobytes().decode().split("\n"))
