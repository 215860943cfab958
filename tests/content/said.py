"""Everything the robot may say to a young person, in French, with where it was found: pages, cards, and what the code marks with _()."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from content.crises import SHARED
from content.library import Library
from content.reading import Spoken
from content.words import DOMAIN, EASY_FRENCH, LOCALES

ROOT = Path(__file__).parents[2]
_YOUNG = ("handlers", "bot")
"""The rooms that speak to them; backend/ speaks to caseworkers."""


def marked() -> Iterator[tuple[str, str]]:
    """The texts of the code and of the pages it shows them in."""
    for room in _YOUNG:
        for file, line, text, _comments, _context in extract_from_dir(
            ROOT / room, [("**.py", "python"), ("**.html", "jinja2")], keywords={"_": None}
        ):
            yield f"{room}/{file}:{line}", str(text)


def of_pages(library: Library) -> Iterator[tuple[str, str]]:
    """The pages, their sections and their labels."""
    for page in library.pages.values():
        yield page.id, f"{page.title}\n{page.label}\n{page.body}"
        yield from ((f"{page.id}#{section.title}", section.body) for section in page.sections)


def of_crises(library: Library) -> Iterator[tuple[str, str]]:
    """The cards, what comes after them, and their buttons."""
    for name, crisis in library.crises.items():
        texts: list[Spoken] = [crisis.label, crisis.card.text, crisis.again.text, *(variant.card.text for variant in crisis.variants)]
        yield from ((name, text.of("fr")) for text in texts)
    for step in library.crises.steps.values():
        yield step.id, step.text.of("fr")
        yield from ((step.id, offer.label.of("fr")) for offer in step.offers)
    common = library.crises.common
    yield from (("crises", text.of("fr")) for text in (getattr(common, name) for name in SHARED))


def everything(library: Library) -> list[tuple[str, str]]:
    """All of it."""
    rows = [(row.id, f"{row.label.of('fr')} {row.description.of('fr')}") for row in library.menu]
    return [*marked(), *of_pages(library), *of_crises(library), *rows]


def in_plain_french(library: Library) -> list[tuple[str, str]]:
    """The same in plain French (fr-facile): the catalogue, the pages, the cards and the menu."""
    easy = EASY_FRENCH
    with (LOCALES / easy / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = [(str(message.id), str(message.string)) for message in read_po(file) if message.id]
    pages = [(page.id, f"{page.title}\n{page.label}\n{page.body}") for (_name, language), page in library.texts.items() if language == easy]
    sections = [(page.id, section.body) for (_n, language), page in library.texts.items() if language == easy for section in page.sections]
    cards = [(one.when, one.text.of(easy)) for one in library.crises.said()]
    return [*catalogue, *pages, *sections, *cards, *((row.id, f"{row.label.of(easy)} {row.description.of(easy)}") for row in library.menu)]
