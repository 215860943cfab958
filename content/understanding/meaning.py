"""What a text means, as far as it is understood: values only, whoever found them."""

from dataclasses import dataclass
from enum import Enum


class Certainty(Enum):
    """How sure it is. SURE: it is answered. UNSURE: what it may be is proposed. NONE: it is not understood."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something it may mean: the id of a page, an act, a courtesy or a matter of others; `score` from 0 to 1, the chance that it is this."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text wants, never which danger it shows (that is `Detector`'s).

    `candidates`: three at most, the best first, whatever the certainty. `second`: another need of the same text, further on in it. `language`: the
    code of the language it is surely written in, be it one that is not spoken here (es, uk), or None.
    """

    candidates: tuple[Candidate, ...] = ()
    certainty: Certainty = Certainty.NONE
    second: str | None = None
    language: str | None = None

    @property
    def label(self) -> str | None:
        """The best candidate; None where it is not understood."""
        return self.candidates[0].label if self.candidates and self.certainty is not Certainty.NONE else None

    @property
    def sure(self) -> str | None:
        """The best candidate where it is sure; else None."""
        return self.label if self.certainty is Certainty.SURE else None


NOTHING = Meaning()
"""Of what is no text, or says nothing."""
