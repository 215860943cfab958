"""How free words answer about an appointment: it holds, it does not, another time, a question about it, or something else. Deterministic.

What each answer means is written in docs/operations/understanding.md. It is found by what was learnt from examples/appointment/; nothing is ever
cancelled or moved by it alone: whoever acts on it asks back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from content.understanding import answering, features
from content.understanding.answer_words import notions
from content.understanding.learnt import learnt_answers
from content.understanding.meaning import Certainty
from content.understanding.model import Weights
from content.understanding.normalise import simple
from content.understanding.spelling import Spelling


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
    late: bool = False
    yes: bool | None = None

    @property
    def sure(self) -> Answer | None:
        """The answer where it is sure; else None."""
        return self.answer if self.certainty is Certainty.SURE else None


NOTHING_HEARD = Heard()
"""Of what is no text, or says nothing."""
Hear = Callable[[str], Heard]
"""A text → how it answers about an appointment."""
SURE_AHEAD = 0.4
"""How far ahead of the next answer the best one is where it is sure; chosen by what `make eval` measures."""
OTHER_AHEAD = 0.2
"""How far ahead OTHER must be: words that were never taught look like it. Chosen on examples that were left out."""


_YES = frozenset(
    """
    oui ouais ouai ouep oue oe we wi ui vi yep yes yeah si ok okay okey okk oki okok dac dacc accord sur evidemment carrement absolument volontiers
    fait exact exactement sure alright نعم اه ايوه ايه اي اوكي اكيد طبعا na3am ih wakha aywa так ага да claro vale
    """.split()
)
_NO = frozenset("non nan nn nop nope no nah لا la لالا walla ні нет".split())
_AROUND = frozenset(
    """
    d bien tout a pas vraiment vas y allez go merci mci mercii bcp beaucoup thanks thx please svp stp desole desolee dsl sorry madame monsieur
    شكرا gracias дякую
    """.split()
)


def bare(text: str) -> bool:
    """Whether it is a yes or a no and nothing more (« ok merci », 👍): it answers whatever was asked, and says nothing by itself."""
    said = simple(text).split()
    if said:
        return not _YES.union(_NO).isdisjoint(said) and _YES.union(_NO, _AROUND).issuperset(said)
    return any(answering.SIGNS.get(letter) in ("+", "-") for letter in text)


def _is_yes(text: str) -> bool:
    """Of what is bare: whether it is the yes."""
    said = simple(text).split()
    return not _YES.isdisjoint(said) and _NO.isdisjoint(said) if said else "-" not in map(answering.SIGNS.get, text)


_COMES_LATE = re.compile(r"(?:^| )س[ان]تاخر|(?:^| )(?:سوف|راح|رح|غادي|ghadi) (?:[انب]?(?:تاخر|تعطل)|nt3at\w*)")
"""« سأتأخر », « غادي نتعطل »: to come, of oneself."""


def _late(text: str) -> bool:
    """Whether a text tells of being late and of no other time."""
    about = notions(features.said_in(text))
    return ("LATE" in about or _COMES_LATE.search(simple(text)) is not None) and "MOVE" not in about


class AppointmentReader:
    """Reads answers about appointments. Pure, and safe to share between threads."""

    def __init__(self, weights: Weights, spelling: Spelling) -> None:
        self._weights = weights
        self._spelling = spelling
        self._answers = tuple(map(Answer, weights.answers))
        self._handicap = np.array([OTHER_AHEAD if answer is Answer.OTHER else 0.0 for answer in self._answers], dtype=np.float32)

    def hear(self, text: str) -> Heard:
        """How a text answers, whatever was asked before it. Never raises; well under a millisecond for what people write."""
        if bare(text):
            return Heard(Answer.OTHER, Certainty.SURE, 1.0, yes=_is_yes(text))
        meant = self._spelling.mend(text)
        if not answering.says(meant):
            return NOTHING_HEARD
        found, known = self._weights.measure(meant)
        if not known:
            return NOTHING_HEARD
        found = found - self._handicap
        first, second = np.argsort(-found)[:2]
        answer, ahead = self._answers[first], float(found[first] - found[second])
        certainty = Certainty.SURE if ahead >= SURE_AHEAD else Certainty.UNSURE
        return Heard(answer, certainty, round(ahead, 3), answer is Answer.MOVE and _late(meant))

    def reasons(self, text: str, answer: Answer) -> list[tuple[str, float]]:
        """What in a text speaks most for an answer."""
        return self._weights.reasons(self._spelling.mend(text), answer.value)


@lru_cache(maxsize=1)
def appointment_reader() -> AppointmentReader:
    """The reader by the examples of the tree: what was learnt is read once in a process. Raises ContentError."""
    return AppointmentReader(*learnt_answers())


def hear(text: str) -> Heard:
    """How a text answers about an appointment, by that reader."""
    return appointment_reader().hear(text)
