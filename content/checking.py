"""`palier check-content`: everything that is wrong with what the service says, each with file, line and what to write; not the first mistake alone.

What would stop the start, then what would not and is wrong all the same: a fact or a page past its review date, a translation that is missing, words
that are never said, plain French that is not easy. Surveys and measures will be read here once there are any.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import ContentError
from content.crises_file import load_crises
from content.facts import Facts, load_facts
from content.library import MenuRow, check_first, load_domains, load_menu
from content.page_files import load_pages
from content.pages import Page, Rules
from content.readability import reading_ease
from content.reading import attempt, read_yaml
from content.retention import load_retention
from content.service import CITED, read_service
from content.voice import slips
from content.words import EASY_FRENCH, FRENCH, LANGUAGES, words_of

EASY = 90.0
"""The least a page in plain French scores (content.readability): where « very easy » begins. docs/how-to/add-a-page.md says what the pages score."""
SAID_IN_HEAD = re.compile(r"(?:title|label|summary): ")
_CITED = re.compile(r"\{[a-z.][^}\s]*\}")
_PLACE = re.compile(r"^(.*?):(\d+): ")


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked at, in a few words, and what is wrong, each « file:line: what to write », in the order of the files."""

    looked_at: str
    problems: tuple[str, ...]


def check(root: Path, today: date) -> Found:
    """Look at everything under `root`, as of this day."""
    problems: list[ContentError] = []
    report = problems.append
    facts = load_facts(root / "facts.yaml", report)
    menu: tuple[MenuRow, ...] = attempt(report, lambda: load_menu(root / "menu.yaml"), ())
    domains: tuple[str, ...] = attempt(report, lambda: load_domains(root / "links.yaml"), ())
    service = attempt(report, lambda: read_service(root / "service.yaml"), None)
    details = service.cited() if service is not None else dict.fromkeys(CITED)
    pages = load_pages(root / "pages", Rules(facts, domains, frozenset(row.id for row in menu), details), report)
    for others in _others(root, facts, lambda: check_first(root / "menu.yaml", menu, pages)):
        attempt(report, others, None)
    for finds in (_stale_facts(root, facts, today), _stale_pages(root, pages, today), _missing(root, pages), _slips(root), _hard(root, pages, facts)):
        problems += finds
    return Found(_looked_at(facts, pages), _in_order(root, problems))


def _others(root: Path, facts: Facts, first: Callable[[], None]) -> Iterator[Callable[[], object]]:
    """What is read for its mistakes alone, the first of each file: its own reader stops there."""
    yield lambda: load_crises(root / "crises.yaml", facts)
    yield lambda: read_service(root / "demo.yaml")
    yield lambda: load_retention(root / "retention.yaml")
    yield first
    yield from (_catalogue(language) for language in LANGUAGES)


def _catalogue(language: str) -> Callable[[], object]:
    return lambda: words_of(language)


def _stale_facts(root: Path, facts: Facts, today: date) -> Iterator[ContentError]:
    stale = [name for name, fact in facts.items() if fact.review_by < today]
    if stale:
        found: list[ContentError] = []
        entries = dict(read_yaml(root / "facts.yaml", report=found.append).entries())
        for name in stale:
            entries[name].fault(f"{name} was to be read again by {facts[name].review_by}: read its source, then write a new date", "review_by")
        yield from found


def _stale_pages(root: Path, pages: dict[tuple[str, str], Page], today: date) -> Iterator[ContentError]:
    for (name, language), page in pages.items():
        if language == FRENCH and page.past(today):
            file = root / "pages" / language / f"{name}.md"
            yield _problem(file, _line_of(file, "review_by:"), f"the page was to be read again by {page.review_by}: read it, then write a new date")


def _missing(root: Path, pages: dict[tuple[str, str], Page]) -> Iterator[ContentError]:
    """A page of the robot is written in each of its languages. One that cannot be read is no missing one."""
    for name in sorted({name for name, language in pages if language == FRENCH}):
        for language in LANGUAGES:
            file = root / "pages" / language / f"{name}.md"
            if not file.exists():
                yield _problem(file, 1, f"write {language}/{name}.md: the robot speaks {', '.join(LANGUAGES)}, and this page is said in each")


def _slips(root: Path) -> Iterator[ContentError]:
    """Words that are never said, in what is said: the title, the label, the summary and the text."""
    for file in sorted((root / "pages").glob("*/*.md")):
        fences = 0
        for number, line in enumerate(_lines(file), 1):
            fences += line == "---" and fences < 2
            if fences >= 2 or SAID_IN_HEAD.match(line):
                for said, instead in slips(file.parent.name, _CITED.sub("", line)):
                    yield _problem(file, number, f"« {said} » is never said: {instead}")


def _hard(root: Path, pages: dict[tuple[str, str], Page], facts: Facts) -> Iterator[ContentError]:
    for (name, language), page in pages.items():
        if language == EASY_FRENCH and (score := reading_ease(whole(page, facts))) < EASY:
            file = root / "pages" / language / f"{name}.md"
            advice = f"it scores {score:.0f} and plain French {EASY:.0f} at least (Kandel and Moles): write shorter sentences and shorter words"
            yield _problem(file, _line_of(file, "title:"), advice)


def whole(page: Page, facts: Facts) -> str:
    """All that a page says once every figure of it may be said."""
    text = _CITED.sub(lambda match: facts[name].value if (name := match.group()[6:-1]) in facts else "", page.raw)
    return f"{page.title}\n{re.sub(r'^## ', '', text, flags=re.MULTILINE)}"


def _line_of(file: Path, start: str) -> int:
    """The line that begins so, the first where none does."""
    return next((number for number, line in enumerate(_lines(file), 1) if line.startswith(start)), 1)


def _lines(file: Path) -> list[str]:
    """Its lines, none where it cannot be read: its reader says so."""
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []


def _problem(file: Path, line: int, advice: str) -> ContentError:
    return ContentError(f"{file}:{line}: {advice}")


def _in_order(root: Path, problems: list[ContentError]) -> tuple[str, ...]:
    """By file and line, each once, from the content's folder on."""
    told = {str(problem).replace(f"{root}/", f"{root.name}/", 1): None for problem in problems}
    return tuple(sorted(told, key=_place))


def _place(problem: str) -> tuple[str, int]:
    place = _PLACE.match(problem)
    return (place.group(1), int(place.group(2))) if place else (problem, 0)


def _looked_at(facts: Facts, pages: dict[tuple[str, str], Page]) -> str:
    french = [page for (_name, language), page in pages.items() if language == FRENCH]
    links = {link for page in pages.values() for link in page.links}
    return f"{len(french)} pages, {len(pages) - len(french)} translations, {len(facts)} facts, {len(links)} links, no survey and no measure yet"
