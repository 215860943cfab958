"""Everything the service says, read once, typed and checked. A mistake stops the start with file, line and what to write."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bot.rules.keeping import Keeping
from content.crises import Crises
from content.crises_file import load_crises
from content.facts import Facts, load_facts
from content.pages import LONGEST_LABEL, Page, Rules, load_pages
from content.reading import Spoken, read_yaml
from content.retention import load_retention
from content.understanding.danger import Detector
from content.words import FRENCH, LANGUAGES

ROOT = Path(__file__).parent
LONGEST_DESCRIPTION = 72
_CITED = ("name", "full_name", "association", "address", "email", "site", "phone", "territory", "how_to_come")
"""What pages may say of the service, as {service.name}. A line that cites what is not known is not said."""


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
    keeping: Keeping

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

    def pages_in(self, language: str) -> list[Page]:
        """Every page, each in this language or else in French."""
        return [self.texts.get((name, language), page) for name, page in self.pages.items()]

    def missing(self) -> list[str]:
        """What the service has not filled in yet."""
        return [field.name for field in fields(self.service) if getattr(self.service, field.name) is None]


def load_library(root: Path = ROOT, *, demo: bool = False) -> Library:
    """Read and check everything under `root`. `demo` speaks for a service that does not exist. Raises ContentError."""
    facts = load_facts(root / "facts.yaml")
    menu = _menu(root / "menu.yaml")
    service = _service(root / ("demo.yaml" if demo else "service.yaml"))
    rules = Rules(facts, _domains(root / "links.yaml"), frozenset(row.id for row in menu), {name: getattr(service, name) for name in _CITED})
    crises = load_crises(root / "crises.yaml", facts)
    texts = load_pages(root / "pages", rules)
    return Library(service, facts, crises, Detector(crises), menu, texts, load_retention(root / "retention.yaml"))


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
        for name, said in (("label", label), ("description", description)):
            if missing := [language for language in LANGUAGES if language not in said.texts]:
                entry.wrong(f"write {name} in {', '.join(missing)} too", name)
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
