"""What the team checked of the content, and when: by fact, once for every page and language; by page; by translation.

Kept beside the files, as plain values under `fact_key`, `page_key` and `reading_key`, and laid over them. A check holds for exactly what was read:
when a new release writes something else, it is to be done again. What fits no field is left aside: an older or a newer release may have written it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.messages import Json
from content.facts import CONFIDENCES, DANGER, Fact, Facts

FACT, PAGE, READING = "fact:", "page:", "read:"


def fact_key(name: str) -> str:
    """Where the team's check of a fact is kept."""
    return f"{FACT}{name}"


def page_key(name: str) -> str:
    """Where the team's check of a page is kept."""
    return f"{PAGE}{name}"


def reading_key(name: str, language: str) -> str:
    """Where it is kept that a speaker has read a translation."""
    return f"{READING}{language}/{name}"


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody of the team (`by`, their number) read what `seen` names, on a day, and wants it read again by `review_by`."""

    seen: str
    on: date
    by: str
    review_by: date | None


@dataclass(frozen=True, slots=True)
class Checks:
    """The team's checks, and the day it is: without a day, no review date passes."""

    edits: Mapping[str, Json] = field(default_factory=dict)
    today: date | None = None

    def facts(self, files: Facts) -> Facts:
        """The facts of the files with the team's work over them."""
        return Facts({name: self.fact(fact) for name, fact in files.items()}, self.today)

    def fact(self, fact: Fact) -> Fact:
        """One of them. A number said in danger is changed by a release only: of it the team's check alone counts."""
        kept = self._kept(fact_key(fact.name))
        if fact.shown != DANGER:
            fact = replace(_corrected(fact, kept), withdrawn=kept.get("withdrawn") is True)
        check = _check(kept)
        if check is None or check.seen != fact.fingerprint:
            return fact
        return replace(fact, verified_on=check.on, verified_by=check.by, review_by=check.review_by or fact.review_by)

    def page(self, name: str, fingerprint: str) -> Check | None:
        """The check of a page that says exactly this, or None."""
        return self._held(page_key(name), fingerprint)

    def reading(self, name: str, language: str, fingerprint: str) -> Check | None:
        """The reading, by somebody who speaks the language, of a translation that says exactly this, or None."""
        return self._held(reading_key(name, language), fingerprint)

    def _held(self, key: str, fingerprint: str) -> Check | None:
        check = _check(self._kept(key))
        return check if check is not None and check.seen == fingerprint else None

    def _kept(self, key: str) -> Mapping[str, Json]:
        kept = self.edits.get(key)
        return kept if isinstance(kept, Mapping) else {}


def _corrected(fact: Fact, kept: Mapping[str, Json]) -> Fact:
    """The fact with the team's value, where there is one that fits."""
    value, source, dated, confidence = (kept.get(name) for name in ("value", "source", "source_date", "confidence"))
    if not (isinstance(value, str) and isinstance(source, str) and isinstance(dated, str) and fact.fits(value)):
        return fact
    sure = confidence if isinstance(confidence, str) and confidence in CONFIDENCES else fact.confidence
    return replace(fact, value=value, source=source, source_date=dated, confidence=sure, verified_on=None, verified_by=None, corrected=True)


def _check(kept: Mapping[str, Json]) -> Check | None:
    seen, on, by, review_by = (kept.get(name) for name in ("seen", "on", "by", "review_by"))
    day = _day(on)
    if not isinstance(seen, str) or day is None or not isinstance(by, int):
        return None
    return Check(seen, day, str(by), _day(review_by))


def _day(value: Json) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
