"""Everything the robot may say to a young person, in French, with where it was found: pages, cards, and what the code marks with _()."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from content.crises import SHARED
from content.library import Library
from content.reading import Spoken

ROOT = Path(__file__).parents[2]
_YOUNG = ("handlers", "bot")
"""The rooms that speak to them; backend/ speaks to caseworkers."""


def marked() -> Iterator[tuple[str, str]]:
    """The texts of the code."""
    for room in _YOUNG:
        for file, line, text, _comments, _context in extract_from_dir(ROOT / room, [("**.py", "python")], keywords={"_": None}):
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


def plainly(text: str) -> str:
    """Straight apostrophes and ordinary spaces, no addresses, for looking words up."""
    return re.sub(r"[\u00a0\u202f\s]+", " ", re.sub(r"https?://\S+", "", text).replace("’", "'")).lower()
