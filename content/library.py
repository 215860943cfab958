"""Everything the service says, read once, typed and checked. A mistake stops the start with file, line and what to write."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ContentError
from content.crises import Crises
from content.crises_file import load_crises
from content.facts import Facts, load_facts
from content.reading import Spoken, read_yaml
from content.understanding.danger import Detector
from content.words import FRENCH, Words

ROOT = Path(__file__).parent
LONGEST_FIRST = 500
LONGEST_LABEL = 20
LONGEST_SECTION = 24
LONGEST_DESCRIPTION = 72
_FENCE = "---\n"
_SECTION = re.compile(r"^## +(.+)$", re.MULTILINE)
_LINK = re.compile(r"https?://[^\s)»]*[^\s)».,;:!?]")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page behind a button. `body` is plain text, ready to be said."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language. `body` answers by itself in a first message; `words` help to find it."""

    id: str
    language: str
    title: str
    label: str
    theme: str
    body: str
    sections: tuple[Section, ...]
    words: tuple[str, ...]
    sources: tuple[str, ...]
    verified_on: date | None
    verified_by: str | None

    @property
    def verified(self) -> bool:
        """True once a named member of the team pressed « vérifié »."""
        return self.verified_on is not None and self.verified_by is not None


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One of the ten rows of the menu."""

    id: str
    label: Spoken
    description: Spoken


@dataclass(frozen=True, slots=True)
class Service:
    """The service this robot speaks for. None is « à compléter »: the texts do without, the team is asked."""

    name: str
    full_name: str
    association: str
    address: str | None
    email: str | None
    site: str | None
    phone: str | None
    territory: str | None
    towns: tuple[str, ...]
    how_to_come: str | None
    head: str | None
    legal_basis: str | None
    quit_page: str | None


@dataclass(frozen=True, slots=True)
class Library:
    """What the service knows. Swapped whole when it changes."""

    service: Service
    facts: Facts
    crises: Crises
    danger: Detector
    menu: tuple[MenuRow, ...]
    texts: Mapping[tuple[str, str], Page]

    @property
    def pages(self) -> Mapping[str, Page]:
        """The French of every page, by id."""
        return {name: page for (name, language), page in self.texts.items() if language == FRENCH}

    @property
    def crises_signed(self) -> bool:
        """True once the head of service signed what is said in danger."""
        return self.crises.common.signed_by is not None and self.crises.common.signed_on is not None

    def page(self, name: str, language: str) -> Page | None:
        """A page in this language, else in French, else None."""
        return self.texts.get((name, language)) or self.texts.get((name, FRENCH))

    def missing(self) -> list[str]:
        """What the service has not filled in yet."""
        return [field.name for field in fields(self.service) if getattr(self.service, field.name) is None]


def load_library(root: Path = ROOT, *, demo: bool = False) -> Library:
    """Read and check everything under `root`. `demo` speaks for a service that does not exist. Raises ContentError."""
    facts = load_facts(root / "facts.yaml")
    allowed = _domains(root / "links.yaml")
    menu = _menu(root / "menu.yaml")
    themes = {row.id for row in menu}
    pages = [_page(file, facts, allowed, themes) for file in sorted((root / "pages").glob("*/*.md"))]
    _refuse_orphans(root, pages)
    service = _service(root / ("demo.yaml" if demo else "service.yaml"))
    crises = load_crises(root / "crises.yaml", facts)
    return Library(service, facts, crises, Detector(crises), menu, {(page.id, page.language): page for page in pages})


def _domains(file: Path) -> tuple[str, ...]:
    entry = read_yaml(file)
    found = entry.texts("domains")
    entry.done()
    return found


def _menu(file: Path) -> tuple[MenuRow, ...]:
    root = read_yaml(file)
    rows = []
    for entry in root.items("rows"):
        label, description = entry.spoken("label", longest=LONGEST_LABEL), entry.spoken("description", longest=LONGEST_DESCRIPTION)
        rows.append(MenuRow(entry.text("id"), label, description))
        entry.done()
    root.done()
    return tuple(rows)


def _service(file: Path) -> Service:
    entry = read_yaml(file)
    optional = ("address", "email", "site", "phone", "territory", "how_to_come", "head", "legal_basis", "quit_page")
    service = Service(
        name=entry.text("name"),
        full_name=entry.text("full_name"),
        association=entry.text("association"),
        towns=entry.texts("towns"),
        **{name: entry.maybe(name) for name in optional},
    )
    if service.quit_page is not None and not service.quit_page.startswith("https://"):
        entry.wrong("write quit_page: an https:// address, or null", "quit_page")
    entry.done()
    return service


def _page(file: Path, facts: Facts, allowed: Sequence[str], themes: set[str]) -> Page:
    text = file.read_text(encoding="utf-8")
    head, body, first_line = _split(file, text)
    entry = read_yaml(file, head, 2)
    language = file.parent.name
    said = Words(language)
    parts = _SECTION.split(body)
    first = _said(file, first_line, parts[0], facts, allowed, said)
    if len(first) > LONGEST_FIRST:
        raise ContentError(
            f"{file}:{first_line}: the first message has {len(first)} characters, {LONGEST_FIRST} at most: move the rest to a ## section"
        )
    theme = entry.text("theme")
    if theme not in themes:
        entry.wrong(f"{theme} is no row of menu.yaml: write one of {', '.join(sorted(themes))}", "theme")
    page = Page(
        id=file.stem,
        language=language,
        title=said.typeset(entry.text("title")),
        label=said.typeset(entry.text("label", longest=LONGEST_LABEL)),
        theme=theme,
        body=first,
        sections=tuple(_sections(file, first_line, parts, facts, allowed, said)),
        words=entry.texts("words"),
        sources=entry.texts("sources"),
        verified_on=entry.day("verified_on"),
        verified_by=entry.maybe("verified_by"),
    )
    entry.done()
    return page


def _split(file: Path, text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line the body starts on."""
    if not text.startswith(_FENCE) or _FENCE not in text[len(_FENCE) :]:
        raise ContentError(f"{file}:1: begin with --- , the page's title and the rest, then --- on a line of its own")
    head, _, body = text[len(_FENCE) :].partition(_FENCE)
    return head, body, head.count("\n") + 3


def _sections(file: Path, line: int, parts: Sequence[str], facts: Facts, allowed: Sequence[str], said: Words) -> Iterator[Section]:
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        if len(title) > LONGEST_SECTION:
            raise ContentError(f"{file}:{line}: « {title} » has {len(title)} characters, {LONGEST_SECTION} at most: it is a button")
        yield Section(said.typeset(title.strip()), _said(file, line, body, facts, allowed, said))


def _said(file: Path, line: int, text: str, facts: Facts, allowed: Sequence[str], said: Words) -> str:
    """Markdown to what is said: paragraphs, and lines that begin with a bullet. Facts are put in, links checked."""
    for link in _LINK.findall(text):
        host = urlsplit(link).hostname or ""
        if not any(host == domain or host.endswith(f".{domain}") for domain in allowed):
            raise ContentError(f"{file}:{line}: {host} is not in links.yaml: add it once a colleague has checked whose site it is")
    try:
        filled = facts.fill(text.strip())
    except ValueError as fault:
        raise ContentError(f"{file}:{line}: {fault}") from fault
    return said.typeset(re.sub(r"^- ", "• ", filled, flags=re.MULTILINE))


def _refuse_orphans(root: Path, pages: Sequence[Page]) -> None:
    french = {page.id for page in pages if page.language == FRENCH}
    for page in pages:
        if page.id not in french:
            raise ContentError(f"{root / 'pages' / page.language / page.id}.md:1: write its French first, in pages/{FRENCH}/{page.id}.md")
