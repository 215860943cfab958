"""How free words answer about an appointment: it holds, it does not, another time, a question about it, or something else. Deterministic.

What each answer means is written in docs/operations/understanding.md. It is found by what was learnt from examples/appointment/; nothing is ever
cancelled or moved by it alone: whoever acts on it asks back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from content.understanding.learnt import learnt_answers
from content.understanding.meaning import Certainty
from content.understanding.model import Weights


class Answer(StrEnum):
    """What somebody says about an appointment of theirs."""

    CONFIRM = "confirm"
    """It holds: they come, as agreed."""
    CANCEL = "cancel"
    """They do not come, and ask for nothing else."""
    MOVE = "move"
    """Another day, hour, place or way to meet; or the same, late."""
    WHEN = "when"
    """What is it: day, hour, place, way there, with whom, what to bring, whether it still holds."""
    OTHER = "other"
    """Anything else, a bare « oui » or « non » included: it answers whatever was asked."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, and how surely. SURE: it may be acted on, a cancel or a move once it was asked back. UNSURE: ask which.

    NONE: it says nothing known.
    `score`: how far it is ahead of the next answer; 0 for NONE.
    """

    answer: Answer = Answer.OTHER
    certainty: Certainty = Certainty.NONE
    score: float = 0.0

    @property
    def sure(self) -> Answer | None:
        """The answer where it is sure; else None."""
        return self.answer if self.certainty is Certainty.SURE else None


NOTHING_HEARD = Heard()
"""Of what is no text, or says nothing."""
Hear = Callable[[str], Heard]
"""A text → how it answers about an appointment."""
SURE_AHEAD = 0.3
"""How far ahead of the next answer the best one is where it is sure; chosen by what `make eval` measures."""


class AppointmentReader:
    """Reads answers about appointments. Pure, and safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._answers = tuple(map(Answer, weights.answers))

    def hear(self, text: str) -> Heard:
        """How a text answers, whatever was asked before it. Never raises; well under a millisecond for what people write."""
        found, known = self._weights.measure(text)
        if not known:
            return NOTHING_HEARD
        first, second = np.argsort(-found)[:2]
        ahead = float(found[first] - found[second])
        return Heard(self._answers[first], Certainty.SURE if ahead >= SURE_AHEAD else Certainty.UNSURE, round(ahead, 3))

    def reasons(self, text: str, answer: Answer) -> list[tuple[str, float]]:
        """What in a text speaks most for an answer."""
        return self._weights.reasons(text, answer.value)


@lru_cache(maxsize=1)
def appointment_reader() -> AppointmentReader:
    """The reader by the examples of the tree: what was learnt is read once in a process. Raises ContentError."""
    return AppointmentReader(learnt_answers())


def hear(text: str) -> Heard:
    """How a text answers about an appointment, by that reader."""
    return appointment_reader().hear(text)
