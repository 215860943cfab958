"""A page, as content/page_files.py reads it: in French first, then its translations, each with its own state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from content.checks import Checks
from content.facts import Facts

LONGEST_FIRST = 500
LONGEST_SUMMARY = 100
LONGEST_LABEL = 20
LONGEST_SECTION = 24
AGES = ("all", "minors", "adults")
STATUSES = (
    *("everyone", "seeking", "tenant", "hosted", "no-roof", "student", "apprentice", "no-income"),
    *("child-protection", "parent", "separation", "permit", "disability", "detention"),
)
"""Whom a page is written for. Of pages only: nothing of the kind is ever kept of a person."""
DOCUMENTS, CALLING, APPOINTMENT, WORKSHOPS, ASKING = "documents", "call", "appointment", "workshops", "person"
ACTS = (DOCUMENTS, CALLING, APPOINTMENT, WORKSHOPS, ASKING)
"""What to do next: which papers to bring, who to call, take an appointment, see the workshops to come, ask a person."""


class Translation(StrEnum):
    """Who has read a translation: nobody yet, or somebody who speaks the language."""

    MACHINE = "machine"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. `body` is plain text, ready to be said, without the lines whose facts are not.

    `held`: a figure nobody has checked was left out; `stale`: one whose review date is past; `unsure`: it says a figure that may have moved.
    """

    title: str
    body: str
    held: bool
    stale: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a page is written for: one of AGES, some of STATUSES."""

    age: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language. `first` answers by itself in one message; `words` help to find it.

    `summary` says in one line what it answers; `questions` are asked as people write them; `related` are the ids of pages close to it; `acts` are
    what to do next; `calls` the lines that say a number to call; `links` and `cites` the addresses and the facts it names.
    What can be checked, and who checked it, is the French page's; `translation` is None for French. `fingerprint` names exactly these words, `raw`
    is how they are written.
    """

    id: str
    language: str
    title: str
    label: str
    theme: str
    first: Section
    sections: tuple[Section, ...]
    words: tuple[str, ...]
    summary: str
    questions: tuple[str, ...]
    related: tuple[str, ...]
    audience: Audience
    acts: tuple[str, ...]
    calls: tuple[str, ...]
    links: tuple[str, ...]
    cites: frozenset[str]
    sources: tuple[str, ...]
    verified_on: date | None
    verified_by: str | None
    written_on: date
    review_by: date
    translation: Translation | None
    raw: str
    fingerprint: str

    @property
    def body(self) -> str:
        """The first message."""
        return self.first.body

    @property
    def held(self) -> bool:
        """As of the first message."""
        return self.first.held

    @property
    def verified(self) -> bool:
        """True once a named member of the team pressed « vérifié »."""
        return self.verified_on is not None and self.verified_by is not None

    @property
    def unread(self) -> bool:
        """True for a translation that no speaker has read: the French stands beside it."""
        return self.translation is Translation.MACHINE

    def part(self, nth: int | None) -> Section:
        """A section by its place, or the first message."""
        return self.first if nth is None else self.sections[nth]

    def past(self, today: date | None) -> bool:
        """Whether somebody should have read it again before this day."""
        return today is not None and self.review_by < today


@dataclass(frozen=True, slots=True)
class Rules:
    """What a page may cite: facts, sites, themes of the menu, and what is known of the service (None where it is not). `checks`: the team's."""

    facts: Facts
    allowed: Sequence[str]
    themes: frozenset[str]
    service: Mapping[str, str | None]
    checks: Checks = field(default_factory=Checks)
