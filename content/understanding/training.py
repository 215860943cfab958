"""Learns from the examples what leads to what: one weight for each feature and each answer. Run apart: it needs what serving does not.

A linear classifier over words and pieces of words: it learns in seconds, answers in microseconds, says why, and gives the same weights from the same
files.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from content.understanding import answering, features
from content.understanding.examples import LANGUAGES, Example, read_answers, read_examples
from content.understanding.model import ANSWERS, DANGER, MEANINGS, Features, Floats, Trained, save, weighed

CLOSENESS = 0.5
"""How closely the weights follow the examples (scikit-learn's C); chosen by what `make eval` measures."""
RARE_WORD, RARE_PIECE = 2, 2
"""What is seen in fewer examples is not learnt."""
SEED = 20261129
Head: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The weights and biases of some answers: a row and a value for each."""


def learn(examples: Sequence[Example]) -> Trained:
    """Every head: the labels, the danger, the languages. The same examples give the same weights."""
    blocks = _blocks(examples, features.of, (RARE_WORD, RARE_PIECE))
    matrix = _matrix(blocks)
    labels = sorted({example.label for example in examples})
    heads = (
        _head(matrix, [labels.index(example.label) for example in examples]),
        _head(matrix, [int(example.danger) for example in examples]),
        _head(matrix, [LANGUAGES.index(example.language) for example in examples]),
    )
    return _trained(blocks, (*labels, DANGER, *LANGUAGES), heads)


def learn_answers(examples: Sequence[Example]) -> Trained:
    """The answers about an appointment."""
    blocks = _blocks(examples, answering.of, (RARE_WORD, RARE_PIECE))
    labels = sorted({example.label for example in examples})
    return _trained(blocks, tuple(labels), (_head(_matrix(blocks), [labels.index(example.label) for example in examples]),))


def _blocks(examples: Sequence[Example], features_of: Features, least: tuple[int, int]) -> tuple["_Block", "_Block"]:
    found = [features_of(example.text) for example in examples]
    return _Block([words for words, _pieces in found], least[0]), _Block([pieces for _words, pieces in found], least[1])


def _matrix(blocks: Sequence["_Block"]) -> csr_matrix:
    return hstack([block.matrix() for block in blocks]).tocsr()


def _trained(blocks: tuple["_Block", "_Block"], answers: tuple[str, ...], heads: Sequence[Head]) -> Trained:
    words, pieces = blocks
    return Trained(
        (*words.names, *pieces.names),
        len(words.names),
        answers,
        np.concatenate([block.rarity for block in blocks]),
        np.ascontiguousarray(np.concatenate([weights for weights, _biases in heads]).T.astype(np.float16)),
        np.concatenate([biases for _weights, biases in heads]).astype(np.float32),
    )


class _Block:
    """One kind of features over all examples: which are kept, how rare each is, what each example has of them."""

    def __init__(self, found: Sequence[Sequence[str]], least: int) -> None:
        seen = Counter(name for names in found for name in set(names))
        self.names = sorted(name for name, count in seen.items() if count >= least)
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


def _head(matrix: csr_matrix, answers: Sequence[int]) -> Head:
    """One answer against all others, for each; a single row for a yes or no."""
    fitted = LinearSVC(C=CLOSENESS, random_state=SEED).fit(matrix, answers)
    return fitted.coef_, fitted.intercept_


if __name__ == "__main__":
    save({MEANINGS: learn(read_examples()), ANSWERS: learn_answers(read_answers())}, Path(sys.argv[1]))
