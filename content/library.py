"""Everything the service says, read once, typed and checked. A mistake stops the start with file, line and what to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.messages import Json
from bot.rules.keeping import Keeping
from content.checks import Checks
from content.crises import Crises
from content.crises_file import load_crises
from content.facts import Facts, load_facts
from content.page_files import load_pages
from content.pages import LONGEST_LABEL, Page, Rules
from content.reading import Spoken, read_yaml
from content.retention import load_retention
from content.service import Service, read_service
from content.understanding.danger import Detector
from content.words import FRENCH, LANGUAGES

ROOT = Path(__file__).parent
LONGEST_DESCRIPTION = 72


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One of the ten rows of the menu. `first`: the ids of the pages it proposes before the others, in this order."""

    id: str
    label: Spoken
    description: Spoken
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """What the service knows. Swapped whole when it changes. `folder` and `rules` are what its pages are made of; `files` the facts as written.

    `demo`: the service it speaks for does not exist.
    """

    folder: Path
    rules: Rules
    service: Service
    files: Facts
    crises: Crises
    danger: Detector
    menu: tuple[MenuRow, ...]
    texts: Mapping[tuple[str, str], Page]
    keeping: Keeping
    demo: bool

    @property
    def facts(self) -> Facts:
        """The facts with the team's work over them."""
        return self.rules.facts

    @property
    def today(self) -> date | None:
        """The day its review dates are compared with, None for none."""
        return self.rules.checks.today

    @property
    def pages(self) -> Mapping[str, Page]:
        """The French of every page, by id."""
        return {name: page for (name, language), page in self.texts.items() if language == FRENCH}

    def page(self, name: str, language: str) -> Page | None:
        """A page in this language, else in French, else None."""
        return self.texts.get((name, language)) or self.texts.get((name, FRENCH))

    def pages_in(self, language: str) -> list[Page]:
        """Every page, each in this language or else in French."""
        return [self.texts.get((name, language), page) for name, page in self.pages.items()]

    def pages_of(self, row: MenuRow, language: str) -> list[Page]:
        """The pages of a row, what it proposes first before the others."""
        place = {name: nth for nth, name in enumerate(row.first)}
        pages = [page for page in self.pages_in(language) if page.theme == row.id]
        return sorted(pages, key=lambda page: place.get(page.id, len(place)))

    def with_edits(self, edits: Mapping[str, Json], checks: Checks | None = None) -> "Library":
        """The same with the team's edits of the service over it, in its pages too, and with these checks of its content instead of those it has.

        Raises ContentError where a page would not hold them.
        """
        service, checks = self.service.with_edits(edits), self.rules.checks if checks is None else checks
        if service == self.service and checks == self.rules.checks:
            return self
        rules = replace(self.rules, service=service.cited(), facts=checks.facts(self.files), checks=checks)
        untouched = service == self.service and checks.edits == self.rules.checks.edits and rules.facts.told() == self.facts.told()
        texts = self.texts if untouched else load_pages(self.folder, rules)
        return replace(self, service=service, rules=rules, texts=texts)


def load_library(root: Path = ROOT, *, demo: bool = False) -> Library:
    """Everything under `root`, checked; what this release says is read once in a process. `demo` speaks for a service that does not exist.

    Raises ContentError.
    """
    return _ours(demo) if root == ROOT else _read(root, demo)


@lru_cache(maxsize=2)
def _ours(demo: bool) -> Library:
    return _read(ROOT, demo)


def _read(root: Path, demo: bool) -> Library:
    facts = load_facts(root / "facts.yaml")
    menu = load_menu(root / "menu.yaml")
    service = read_service(root / ("demo.yaml" if demo else "service.yaml"))
    rules = Rules(facts, load_domains(root / "links.yaml"), frozenset(row.id for row in menu), service.cited())
    crises = load_crises(root / "crises.yaml", facts)
    texts = load_pages(root / "pages", rules)
    check_first(root / "menu.yaml", menu, texts)
    keeping = load_retention(root / "retention.yaml")
    return Library(root / "pages", rules, service, facts, crises, Detector(crises), menu, texts, keeping, demo)


def load_domains(file: Path) -> tuple[str, ...]:
    """The sites a text may send somebody to. Raises ContentError."""
    entry = read_yaml(file)
    found = entry.texts("domains")
    entry.done()
    return found


def check_first(file: Path, menu: Sequence[MenuRow], texts: Mapping[tuple[str, str], Page]) -> None:
    """What a row proposes first are pages of its own. Raises ContentError."""
    for entry, row in zip(read_yaml(file).items("rows"), menu, strict=True):
        for name in row.first:
            page = texts.get((name, FRENCH))
            if page is None or page.theme != row.id:
                entry.wrong(f"{name} is no page of the theme {row.id}: write the id of one", "first")


def load_menu(file: Path) -> tuple[MenuRow, ...]:
    """The rows of the menu. Raises ContentError."""
    root = read_yaml(file)
    rows = []
    for entry in root.items("rows"):
        label, description = entry.spoken("label", longest=LONGEST_LABEL), entry.spoken("description", longest=LONGEST_DESCRIPTION)
        for name, said in (("label", label), ("description", description)):
            if missing := [language for language in LANGUAGES if language not in said.texts]:
                entry.wrong(f"write {name} in {', '.join(missing)} too", name)
        rows.append(MenuRow(entry.text("id"), label, description, entry.texts("first")))
        entry.done()
    root.done()
    return tuple(rows)
