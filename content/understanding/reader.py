"""Free text, understood: which danger it shows, what it wants and how surely. Deterministic; every decision can be explained.

The danger of a text is found twice, by the phrases of crises.yaml and by what was learnt from the examples, and both count: a phrase where what was
learnt sees nothing like a danger is how « je suis mort de fatigue » stays an ordinary message.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from content.understanding.danger import Danger, Detector
from content.understanding.examples import CRISIS, LANGUAGES, OUTSIDE, SOCIAL, read_examples
from content.understanding.examples import NOTHING as SAYS_NOTHING
from content.understanding.meaning import NOTHING, Candidate, Certainty, Meaning
from content.understanding.meeting import asks_to_meet
from content.understanding.model import Floats, Model, Scores

SHOWN = 3
SHARPNESS = 3.0
"""What makes chances of distances: the larger, the more the best one counts."""
SURE_AT, SURE_BEFORE = -0.35, 0.2
"""How like its label a text is at least to be answered, and how much more than like the next one."""
UNSURE_AT = -0.7
"""Less than this is like nothing we know. These three, and the two below, are chosen by what `make eval` measures."""
DANGER_AT, PHRASE_ADDS = -0.22, 0.25
"""How like a danger a text is at least to count as one, and what a phrase of danger in it adds to that."""
SHORT, SHORT_DANGER_AT = 3, 0.1
"""So few words tell little: without a phrase of danger among them they are to be more like one."""
PLAIN_AT = 0.3
"""From here on a danger is plain without a phrase."""
WINDOW, STEP = 40, 25
"""Words of a long text looked at together for a danger, and how far apart two looks begin."""
OTHER = f"{OUTSIDE}other"
BOOK, BOOK_CHANCE = "book-appointment", 0.9
"""What is wanted where an appointment is asked for in so many words, and the chance that it is."""
_BREAKS = r"[.!?;\n،؟]+"
_LINKS = r"et (?:aussi|sinon|puis|en plus)|sinon|aussi|autre question|also|and also|another thing|و ?ايضا|كمان|además"
_CLAUSE = re.compile(rf"{_BREAKS}|\b(?:{_LINKS})\b", re.IGNORECASE)
LONG_ENOUGH = 4
"""Words of a part of a text that may be a need of its own."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a text was read so. `words`: what in it spoke most for the label; `example`: the message we learnt from that it is most like.

    `phrases`: the phrases of danger found, with their crisis; `danger_score`: how like a danger it is.
    """

    meaning: Meaning
    danger: Danger | None
    words: tuple[tuple[str, float], ...]
    example: str | None
    phrases: tuple[tuple[str, str], ...]
    danger_score: float


class Reader:
    """Reads texts. Pure, and safe to share between threads."""

    def __init__(self, model: Model, detector: Detector) -> None:
        self._model = model
        self._detector = detector
        self._last: tuple[str, Scores] | None = None
        self._labels = tuple(label for label in model.labels if not label.startswith(CRISIS) and label != SAYS_NOTHING)
        self._places = np.array([model.labels.index(label) for label in self._labels])
        self._nothing = model.labels.index(SAYS_NOTHING)
        self._crises = tuple(label for label in model.labels if label.startswith(CRISIS))
        self._crisis_places = np.array([model.labels.index(label) for label in self._crises])

    def danger(self, text: str) -> Danger | None:
        """The danger a text shows, or None."""
        phrase = self._detector.find(text)
        alarm, scores = max(((self._alarm(scores), scores) for scores in map(self._scores, _windows(text))), key=itemgetter(0))
        if phrase is not None:
            return Danger(phrase, plain=True) if alarm + PHRASE_ADDS >= DANGER_AT else None
        if alarm < (SHORT_DANGER_AT if len(text.split()) <= SHORT else DANGER_AT):
            return None
        found = self._crises[int(np.argmax(scores.labels[self._crisis_places]))]
        return Danger(self._detector.for_age(found, text), plain=alarm >= PLAIN_AT)

    def _alarm(self, scores: Scores) -> float:
        """How like a danger a text is: like all of them together, and like one of them more than like anything else; -1 for what says nothing."""
        if not scores.known:
            return -1.0
        more = float(scores.labels[self._crisis_places].max() - max(scores.labels[self._places].max(), scores.labels[self._nothing]))
        return (scores.danger + more) / 2

    def read(self, text: str) -> Meaning:
        """What a text wants."""
        scores = self._scores(text)
        if not scores.known:
            return NOTHING
        found = scores.labels[self._places]
        order = np.argsort(-found)[:SHOWN]
        chances = _chances(found)
        candidates = tuple(Candidate(self._labels[place], round(float(chances[place]), 3)) for place in order)
        certainty = _certainty(candidates[0].label, float(found[order[0]]), float(found[order[0]] - found[order[1]]))
        if scores.labels[self._nothing] > found[order[0]]:
            certainty = Certainty.NONE
        second = None if certainty is Certainty.NONE else self._second(text, candidates[0].label)
        found_in = Meaning(candidates, certainty, second, _language(scores))
        return _meeting_first(found_in) if asks_to_meet(text) else found_in

    def _scores(self, text: str) -> Scores:
        """Of a text that is most often looked at twice, for its danger and then for what it wants: the last one is kept in mind."""
        last = self._last
        if last is None or last[0] != text:
            last = self._last = (text, self._model.scores(text))
        return last[1]

    def explain(self, text: str) -> Explained:
        """What it reads, and why. Slow: for people who ask, never for a turn."""
        meaning = self.read(text)
        danger = self.danger(text)
        label = danger.crisis if danger else (meaning.candidates[0].label if meaning.candidates else None)
        words = tuple(self._model.reasons(text, label)) if label in self._model.labels else ()
        score = round(self._alarm(self._scores(text)), 3)
        return Explained(meaning, danger, words, self._like(text, label), tuple(self._detector.explain(text)), score)

    def _like(self, text: str, label: str | None) -> str | None:
        """The example of this label that a text is most like."""
        examples = [example.text for example in read_examples() if example.label == label]
        near = self._model.nearness(text, examples)
        return examples[int(np.argmax(near))] if near and max(near) > 0 else None

    def _second(self, text: str, first: str) -> str | None:
        """Another need that a later part of a text surely says by itself."""
        parts = [part for part in _CLAUSE.split(text) if len(part.split()) >= LONG_ENOUGH]
        if len(parts) < 2:
            return None
        found = [self._surely(part) for part in parts]
        return next((label for label in found if label is not None and label != first), None) if first in found else None

    def _surely(self, part: str) -> str | None:
        """The page or act a part is about, where it is sure."""
        scores = self._model.scores(part)
        found = scores.labels[self._places]
        best, next_one = np.sort(found)[::-1][:2]
        label = self._labels[int(np.argmax(found))]
        sure = _certainty(label, float(best), float(best - next_one)) is Certainty.SURE
        return label if sure and label not in SOCIAL and not label.startswith(OUTSIDE) else None


def _windows(text: str) -> Iterator[str]:
    """A text, or each part of a long one: a danger told in passing counts as one told alone."""
    words = text.split()
    if len(words) <= WINDOW:
        yield text
        return
    for start in range(0, len(words) - WINDOW + STEP, STEP):
        yield " ".join(words[start : start + WINDOW])


def _chances(found: Floats) -> Floats:
    powers = np.exp(SHARPNESS * (found - found.max()))
    chances: Floats = powers / powers.sum()
    return chances


def _certainty(label: str, best: float, before: float) -> Certainty:
    if best < UNSURE_AT or (label == OTHER and best < SURE_AT):
        return Certainty.NONE
    return Certainty.SURE if best >= SURE_AT and before >= SURE_BEFORE else Certainty.UNSURE


def _meeting_first(found: Meaning) -> Meaning:
    """What is asked for in so many words comes first; what it is to be about is the other need."""
    others = tuple(each for each in found.candidates if each.label != BOOK)
    chance = max(BOOK_CHANCE, *(each.score for each in found.candidates))
    about = found.sure if found.sure != BOOK and found.sure not in SOCIAL else None
    second = found.second if about is None or about.startswith(OUTSIDE) else about
    return replace(found, candidates=(Candidate(BOOK, chance), *others)[:SHOWN], certainty=Certainty.SURE, second=second)


def _language(scores: Scores) -> str | None:
    """The language it is surely written in: one, and only one, that it is like."""
    alike: Sequence[int] = np.flatnonzero(scores.languages > 0).tolist()
    return LANGUAGES[alike[0]] if len(alike) == 1 else None
