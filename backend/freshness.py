"""How fresh what the service says is: where each fact and page stands, and which few to look at this week. Nothing here reads or writes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from content.checks import Checks, page_key, reading_key
from content.facts import AHEAD, DANGER, PHONE, Fact, Facts, State
from content.library import Library
from content.pages import Page
from content.words import FRENCH, LANGUAGES

A_WEEK = 5
"""How many facts are proposed in a week at most: checking is work beside the work."""
DELAYS = ("days", "weeks", "months", "day")
TO_CHECK = (State.STALE, State.UNVERIFIED, State.SOON)
_PLACE = re.compile(r"(\{(?:fact|service)\.[a-z0-9_-]+\})")


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact, where it stands, the pages that cite it, and how often they were opened lately."""

    fact: Fact
    state: State
    said: bool
    pages: tuple[Page, ...]
    reads: int

    @property
    def danger(self) -> int:
        """What a wrong value could do: lead nowhere in danger (3), make somebody miss a call or a date (2), or less (1)."""
        if self.fact.shown == DANGER:
            return 3
        return 2 if self.fact.unit == PHONE or self.fact.unit in DELAYS else 1


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page, where it stands, the languages that no speaker has read, and how often it was opened lately. `changed`: checked, then rewritten."""

    page: Page
    state: State
    verified_on: date | None
    verified_by: str | None
    review_by: date
    changed: bool
    unread: tuple[str, ...]
    reads: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, or a fact among them with its value."""

    text: str
    fact: Fact | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a point of a list, or a heading: `kind` is p, li or h."""

    kind: str
    pieces: tuple[Piece, ...]


def fact_rows(library: Library, facts: Facts, reads: Mapping[str, int]) -> list[FactRow]:
    """Every fact, the most urgent to look at first: what is most dangerous, then what is read most."""
    citing: dict[str, list[Page]] = {name: [] for name in facts}
    for page in library.pages.values():
        for name in page.cites & citing.keys():
            citing[name].append(page)
    rows = [_fact_row(fact, facts.today, citing[name], reads) for name, fact in facts.items()]
    return sorted(rows, key=lambda row: (-row.danger, -row.reads, row.fact.says))


def _fact_row(fact: Fact, today: date | None, pages: Sequence[Page], reads: Mapping[str, int]) -> FactRow:
    return FactRow(fact, fact.state(today), fact.said(today), tuple(pages), sum(reads.get(page.id, 0) for page in pages))


def proposed(rows: Sequence[FactRow], checked: int) -> list[FactRow]:
    """What to look at this week, once so many were: five in all, the most dangerous and the most read first."""
    return [row for row in rows if row.state in TO_CHECK][: max(0, A_WEEK - checked)]


def monday(today: date) -> date:
    """The first day of the week."""
    return today - timedelta(days=today.weekday())


def page_rows(library: Library, checks: Checks, past: frozenset[str], reads: Mapping[str, int]) -> list[PageRow]:
    """Every page, the most read first. `past`: the pages that somebody once checked."""
    rows = [page_row(library, page, checks, reads, known=page.id in past) for page in library.pages.values()]
    return sorted(rows, key=lambda row: (-row.reads, row.page.title))


def page_row(library: Library, page: Page, checks: Checks, reads: Mapping[str, int], *, known: bool) -> PageRow:
    """Where one page stands."""
    check = checks.page(page.id, page.fingerprint)
    on, by = (page.verified_on, page.verified_by) if page_key(page.id) not in checks.edits else (check.on, check.by) if check else (None, None)
    review_by = check.review_by if check and check.review_by else page.review_by
    return PageRow(
        page=page,
        state=_page_state(on, review_by, checks.today),
        verified_on=on,
        verified_by=by,
        review_by=review_by,
        changed=known and check is None,
        unread=tuple(language for language in LANGUAGES if language != FRENCH and not read(library, checks, page.id, language)),
        reads=reads.get(page.id, 0),
    )


def read(library: Library, checks: Checks, name: str, language: str) -> bool:
    """Whether a speaker of the language has read this page in it."""
    page = library.texts.get((name, language))
    if page is None:
        return False
    if reading_key(name, language) not in checks.edits:
        return not page.unread
    return checks.reading(name, language, page.fingerprint) is not None


def _page_state(verified_on: date | None, review_by: date, today: date | None) -> State:
    if verified_on is None:
        return State.UNVERIFIED
    if today is None or today < review_by - AHEAD:
        return State.VERIFIED
    return State.STALE if review_by < today else State.SOON


def blocks(page: Page, facts: Facts, service: Mapping[str, str | None]) -> Iterator[Block]:
    """The words of a page as they are written, with each fact among them, said or not."""
    for line in page.raw.split("\n"):
        if line.strip():
            kind, text = ("h", line[3:]) if line.startswith("## ") else ("li", line[2:]) if line.startswith("- ") else ("p", line)
            yield Block(kind, pieces(text.strip(), facts, service))


def lines(page: Page, fact: Fact, facts: Facts, service: Mapping[str, str | None]) -> Iterator[tuple[Piece, ...]]:
    """The lines of a page that cite a fact."""
    yield from (pieces(line.removeprefix("- "), facts, service) for line in page.raw.split("\n") if fact in facts.cited(line))


def pieces(text: str, facts: Facts, service: Mapping[str, str | None]) -> tuple[Piece, ...]:
    """A line cut at what it cites."""
    return tuple(_piece(part, facts, service) for part in _PLACE.split(text) if part)


def _piece(part: str, facts: Facts, service: Mapping[str, str | None]) -> Piece:
    kind, _dot, name = part.strip("{}").partition(".") if _PLACE.fullmatch(part) else ("", "", "")
    if kind == "fact" and name in facts:
        return Piece(facts[name].value, facts[name], facts[name].state(facts.today))
    return Piece((service.get(name) or "") if kind == "service" else part)
