"""Learns from the examples what leads to what: one weight for each feature and each answer. Run apart: it needs what serving does not.

A linear classifier over words and pieces of words: it learns in seconds, answers in microseconds, says why, and gives the same weights from the same
files.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from content.understanding import answering, features
from content.understanding.examples import LANGUAGES, Example, read_answers, read_examples
from content.understanding.model import ANSWERS, DANGER, MEANINGS, Features, Floats, Trained, save, weighed
from content.understanding.surroundings import surrounded

CLOSENESS = 0.5
"""How closely the weights follow the examples (scikit-learn's C); chosen by what `make eval` measures."""
RARE = 2
"""What is seen in fewer examples is not learnt."""
OTHER_COUNTS = 0.3
"""What an example of another matter counts beside an answer about an appointment; chosen by cross-validation."""
SEED = 20261129
Head: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The weights and biases of some answers: a row and a value for each."""


def learn(examples: Sequence[Example]) -> Trained:
    """Every head: the labels, the danger, the languages. The same examples give the same weights."""
    blocks = _blocks(examples, features.of)
    matrix = _matrix(blocks)
    labels = sorted({example.label for example in examples})
    heads = (
        _head(matrix, [labels.index(example.label) for example in examples]),
        _head(matrix, [int(example.danger) for example in examples]),
        _head(matrix, [LANGUAGES.index(example.language) for example in examples]),
    )
    return _trained(blocks, (*labels, DANGER, *LANGUAGES), heads)


def learn_answers(examples: Sequence[Example]) -> Trained:
    """The answers about an appointment, by themselves and with what people put around them. Each answer weighs the same, whatever it has of them."""
    examples = [*examples, *surrounded(examples)]
    blocks = _blocks(examples, answering.of)
    labels = sorted({example.label for example in examples})
    return _trained(blocks, tuple(labels), (_head(_matrix(blocks), [labels.index(example.label) for example in examples], _weights(examples)),))


def words_seen(examples: Sequence[Example]) -> Counter[str]:
    """How often each word is seen in these."""
    return Counter(token.raw for example in examples for token in features.said_in(example.text))


def _weights(examples: Sequence[Example]) -> Floats:
    """What each example counts: those of other matters little, and every label the same in all."""
    each = [OTHER_COUNTS if example.aside else 1.0 for example in examples]
    sums: defaultdict[str, float] = defaultdict(float)
    for example, weight in zip(examples, each, strict=True):
        sums[example.label] += weight
    share = sum(each) / len(sums)
    return np.array([weight * share / sums[example.label] for example, weight in zip(examples, each, strict=True)], dtype=np.float32)


def _blocks(examples: Sequence[Example], features_of: Features) -> list["_Block"]:
    """Every block of features over all examples."""
    found = [features_of(example.text) for example in examples]
    return [_Block(block) for block in zip(*found, strict=True)]


def _matrix(blocks: Sequence["_Block"]) -> csr_matrix:
    return hstack([block.matrix() for block in blocks]).tocsr()


def _trained(blocks: Sequence["_Block"], answers: tuple[str, ...], heads: Sequence[Head]) -> Trained:
    return Trained(
        tuple(name for block in blocks for name in block.names),
        tuple(accumulate(len(block.names) for block in blocks)),
        answers,
        np.concatenate([block.rarity for block in blocks]),
        np.ascontiguousarray(np.concatenate([weights for weights, _biases in heads]).T.astype(np.float16)),
        np.concatenate([biases for _weights, biases in heads]).astype(np.float32),
    )


class _Block:
    """One kind of features over all examples: which are kept, how rare each is, what each example has of them."""

    def __init__(self, found: Sequence[Sequence[str]]) -> None:
        seen = Counter(name for names in found for name in set(names))
        self.names = sorted(name for name, count in seen.items() if count >= RARE)
        counts = np.array([seen[name] for name in self.names], dtype=np.float32)
        self.rarity: Floats = (np.log((1 + len(found)) / (1 + counts)) + 1).astype(np.float32)
        self._places = {name: place for place, name in enumerate(self.names)}
        self._rows = [self._row(names) for names in found]

    def _row(self, names: Sequence[str]) -> tuple[NDArray[np.int32], Floats]:
        counts = Counter(self._places[name] for name in names if name in self._places)
        places = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        return places, weighed(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)), self.rarity[places])

    def matrix(self) -> csr_matrix:
        """A row for each example, a column for each feature."""
        ends = np.cumsum([0, *(len(places) for places, _values in self._rows)])
        places, values = (np.concatenate([row[part] for row in self._rows]) for part in (0, 1))
        return csr_matrix((values, places, ends), shape=(len(self._rows), len(self.names)))


def _head(matrix: csr_matrix, answers: Sequence[int], weights: Floats | None = None) -> Head:
    """One answer against all others, for each; a single row for a yes or no. `weights`: what each example counts, all the same where not said."""
    fitted = LinearSVC(C=CLOSENESS, random_state=SEED).fit(matrix, answers, sample_weight=weights)
    return fitted.coef_, fitted.intercept_


if __name__ == "__main__":
    said = read_answers()
    save({MEANINGS: learn(read_examples()), ANSWERS: learn_answers(said)}, words_seen(said), Path(sys.argv[1]))
