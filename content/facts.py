"""Numbers, ages, amounts: written once in facts.yaml, cited as {fact.name}. A figure written anywhere else is refused.

A fact shown only once checked (an amount, a delay) is held until a named member of the team has checked it: a line that cites it is not said.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from typing_extensions import override

from content.reading import read_yaml

_CITED = re.compile(r"\{fact\.([a-z0-9-]+)\}")
_ADDRESS = re.compile(r"https?://\S+")
CONFIDENCES = ("high", "medium", "low")
ALWAYS, CHECKED = "always", "once checked"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be checked. `shown` is ALWAYS or CHECKED; `verified_on` is None until a named member of the team checked it."""

    name: str
    value: str
    says: str
    shown: str
    source: str
    source_date: str
    confidence: str
    verified_on: date | None
    verified_by: str | None

    @property
    def held(self) -> bool:
        """True while it is not to be said."""
        return self.shown == CHECKED and self.verified_on is None

    @property
    def digits(self) -> str:
        """The value without spaces: what a telephone dials."""
        return re.sub(r"\s", "", self.value)


class Facts(Mapping[str, Fact]):
    """The facts, by name."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = facts

    @override
    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    @override
    def __len__(self) -> int:
        return len(self._facts)

    def held(self, text: str) -> bool:
        """Whether a text cites a fact that is not to be said yet."""
        return any(name in self._facts and self._facts[name].held for name in _CITED.findall(text))

    def fill(self, text: str, *, held: bool = False) -> str:
        """Put the facts in. Raises ValueError, with what to write, for an unknown fact, a figure that is none, or unless `held` a held fact."""
        for name in _CITED.findall(text):
            if name not in self._facts:
                raise ValueError(f"{{fact.{name}}} is not in facts.yaml: write it there, with its source")
            if self._facts[name].held and not held:
                raise ValueError(f"{{fact.{name}}} is not checked yet: have it checked before it is said here")
        if figure := re.search(r"\d+", _ADDRESS.sub("", _CITED.sub("", text))):
            raise ValueError(f"{figure.group()} is a figure: write it in facts.yaml with its source, and {{fact.name}} here")
        return _CITED.sub(lambda match: self._facts[match.group(1)].value, text)


def load_facts(file: Path) -> Facts:
    """Raises ContentError."""
    facts = {}
    for name, entry in read_yaml(file).entries():
        if not re.fullmatch(r"[a-z0-9-]+", name):
            entry.wrong(f"{name}: write small letters, figures and -")
        facts[name] = Fact(
            name=name,
            value=entry.text("value"),
            says=entry.text("says"),
            shown=entry.text("shown"),
            source=entry.text("source"),
            source_date=entry.text("source_date"),
            confidence=entry.text("confidence"),
            verified_on=entry.day("verified_on"),
            verified_by=entry.maybe("verified_by"),
        )
        if facts[name].shown not in (ALWAYS, CHECKED):
            entry.wrong(f"write shown: {ALWAYS}, or {CHECKED} for an amount or a delay", "shown")
        if facts[name].confidence not in CONFIDENCES:
            entry.wrong(f"write confidence: one of {', '.join(CONFIDENCES)}", "confidence")
        if (facts[name].verified_on is None) != (facts[name].verified_by is None):
            entry.wrong("verified_on and verified_by go together: who checked it, and when", "verified_on")
        entry.done()
    return Facts(facts)
