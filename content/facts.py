"""Numbers, ages, amounts: written once in facts.yaml, cited as {fact.name}. A figure written anywhere else is refused.

A fact shown only once checked (an amount, a delay) is not said before a named member of the team has checked it; none is said once its review date
is past, or once the team withdrew it. A number said in danger is said whatever happens. A line that cites what is not said is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from typing_extensions import override

from content.reading import Entry, Report, attempt, digest, read_yaml, stop

_CITED = re.compile(r"\{fact\.([a-z0-9-]+)\}")
_ADDRESS = re.compile(r"https?://\S+")
CONFIDENCES = ("high", "medium", "low")
HIGH = "high"
ALWAYS, CHECKED, DANGER = "always", "once checked", "in danger"
PHONE, TEXT = "phone", "text"
AMOUNTS = ("euros", "percent", "days", "weeks", "months", "years", "age", "m2", "m3", "day")
"""What a figure counts; `day` is a day of its month."""
UNITS = (PHONE, TEXT, *AMOUNTS)
LONGEST_TEXT = 120
AHEAD = timedelta(days=30)
"""How long before its review date a fact is shown to the team as soon to be looked at again."""
NOT_FILLED = "…"


class State(StrEnum):
    """Where a fact stands. EMPTY: « à compléter », nobody knows it yet. STALE: its review date is past."""

    EMPTY = "empty"
    WITHDRAWN = "withdrawn"
    STALE = "stale"
    UNVERIFIED = "unverified"
    SOON = "soon"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be checked. `value` is "" until somebody knows it; `unit` is one of UNITS; `shown` is ALWAYS, CHECKED or DANGER.

    `verified_on` is None until a named member of the team checked it; `verified_by` is who, a name in the file, a number of the team else. It is
    to be looked at again by `review_by`, that day counted. `corrected`: the value is the team's, not the file's.
    """

    name: str
    value: str
    unit: str
    says: str
    shown: str
    source: str
    source_date: str
    confidence: str
    verified_on: date | None
    verified_by: str | None
    review_by: date
    withdrawn: bool = False
    corrected: bool = False

    @property
    def fingerprint(self) -> str:
        """What somebody who checked it has read: it holds for this value only."""
        return digest(self.name, self.value, self.unit, self.says)

    @property
    def unsure(self) -> bool:
        """True for what may have moved since it was read, or is known second-hand."""
        return self.confidence != HIGH

    @property
    def digits(self) -> str:
        """The value without spaces: what a telephone dials."""
        return re.sub(r"\s", "", self.value)

    def state(self, today: date | None) -> State:
        """Where it stands on this day; without a day, no date passes."""
        if not self.value:
            return State.EMPTY
        if self.withdrawn:
            return State.WITHDRAWN
        if self.verified_on is None and self.shown == CHECKED:
            return State.UNVERIFIED
        if today is not None and self.review_by < today:
            return State.STALE
        if self.verified_on is None:
            return State.UNVERIFIED
        return State.SOON if today is not None and self.review_by - AHEAD <= today else State.VERIFIED

    def said(self, today: date | None) -> bool:
        """Whether it may be said on this day."""
        state = self.state(today)
        return self.shown == DANGER or state in (State.SOON, State.VERIFIED) or (state is State.UNVERIFIED and self.shown == ALWAYS)

    def fits(self, value: str) -> bool:
        """Whether this can be its value: figures, or a short line where it is a text."""
        if self.unit == TEXT:
            return bool(value.strip()) and len(value) <= LONGEST_TEXT and value.isprintable() and not set("{}") & set(value)
        return re.fullmatch(r"\d[\d ]{0,19}", value) is not None


class Facts(Mapping[str, Fact]):
    """The facts, by name, as they stand on `today`; without a day, no review date passes."""

    def __init__(self, facts: Mapping[str, Fact], today: date | None = None) -> None:
        self._facts = facts
        self.today = today
        self._unsaid = frozenset(name for name, fact in facts.items() if not fact.said(today))

    @override
    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    @override
    def __len__(self) -> int:
        return len(self._facts)

    def told(self) -> Mapping[str, tuple[str, State, bool]]:
        """All that changes what a page says of them."""
        return {name: (fact.value, fact.state(self.today), fact.unsure) for name, fact in self._facts.items()}

    def cited(self, text: str) -> tuple[Fact, ...]:
        """The facts a text cites, those that exist."""
        if "{" not in text:  # most lines cite nothing
            return ()
        return tuple(self._facts[name] for name in _CITED.findall(text) if name in self._facts)

    def unsaid(self, text: str) -> tuple[Fact, ...]:
        """Those of them that are not to be said."""
        return tuple(fact for fact in self.cited(text) if fact.name in self._unsaid)

    def fill(self, text: str, *, unsaid: bool = False) -> str:
        """Put the facts in. Raises ValueError, with what to write, for an unknown fact, a figure that is none, and unless `unsaid` one not said."""
        for name in _CITED.findall(text):
            if name not in self._facts:
                raise ValueError(f"{{fact.{name}}} is not in facts.yaml: write it there, with its source")
            if name in self._unsaid and not unsaid:
                raise ValueError(f"{{fact.{name}}} is not checked yet: have it checked before it is said here")
        if (figure := loose_figure(text)) is not None:
            raise ValueError(f"{figure} is a figure: write it in facts.yaml with its source, and {{fact.name}} here")
        return _CITED.sub(lambda match: self._facts[match.group(1)].value or NOT_FILLED, text)


def loose_figure(text: str) -> str | None:
    """A figure that a text holds outside facts and addresses, or None."""
    figure = re.search(r"\d+", _ADDRESS.sub("", _CITED.sub("", text)))
    return figure.group() if figure else None


def load_facts(file: Path, report: Report = stop) -> Facts:
    """Raises ContentError, or gives each mistake to `report` and goes on."""
    root = attempt(report, lambda: read_yaml(file, report=report), None)
    return Facts({name: _fact(name, entry) for name, entry in root.entries()} if root is not None else {})


def _fact(name: str, entry: Entry) -> Fact:
    fact = Fact(
        name=name,
        value=entry.maybe("value") or "",
        unit=entry.one_of("unit", UNITS),
        says=entry.text("says"),
        shown=entry.one_of("shown", (ALWAYS, CHECKED, DANGER)),
        source=entry.text("source"),
        source_date=entry.text("source_date"),
        confidence=entry.one_of("confidence", CONFIDENCES),
        verified_on=entry.day("verified_on"),
        verified_by=entry.maybe("verified_by"),
        review_by=entry.some_day("review_by"),
    )
    if not re.fullmatch(r"[a-z0-9-]+", name):
        entry.fault(f"{name}: write small letters, figures and -")
    if fact.value and not fact.fits(fact.value):
        entry.fault(f"« {fact.value} » is no {fact.unit}: write figures, or unit: {TEXT} for words", "value")
    if not fact.value and fact.shown != CHECKED:
        entry.fault(f"what nobody knows yet is said once checked: write shown: {CHECKED}", "shown")
    if (fact.verified_on is None) != (fact.verified_by is None):
        entry.fault("verified_on and verified_by go together: who checked it, and when", "verified_on")
    entry.done()
    return fact
