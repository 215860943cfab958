"""The service's own papers (docs/operations/rgpd), as the service filled them in: which are there, which are signed, what is left to write.

The models travel with the sources; the copies that count lie beside the service's data, where `PALIER_RGPD_FOLDER` says.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

NAMES = ("sous-traitants", "registre", "aipd", "notice-fr", "notice-fr-facile", "notice-en", "notice-ar", "notice-equipe", "violation")
"""In the order they are best filled in."""
SIGNATURES = "## Signatures"
_LEFT = re.compile(r"à\s+(?:compléter|valider)", re.IGNORECASE)
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Paper:
    """One of them. `left` counts « à compléter » and « à valider » above the signatures; `signed` when every role has a name and a date."""

    name: str
    left: int
    signed: bool


def missing(folder: Path) -> list[str]:
    """The papers the service has no copy of, or one that cannot be read."""
    return [name for name in NAMES if _text(folder, name) is None]


def read(folder: Path) -> list[Paper]:
    """Those that are there."""
    texts = ((name, _text(folder, name)) for name in NAMES)
    return [_paper(name, text) for name, text in texts if text is not None]


def _text(folder: Path, name: str) -> str | None:
    try:
        text = (folder / f"{name}.md").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return unicodedata.normalize("NFC", text)


def _paper(name: str, text: str) -> Paper:
    body, _heading, end = text.rpartition(SIGNATURES)
    return Paper(name, len(_LEFT.findall(body or text)), bool(body) and _signed(end))


def _signed(table: str) -> bool:
    rows = list(_rows(table))
    return bool(rows) and all(len(row) == 3 and all(row) and not any(map(_LEFT.search, row)) and _is_day(row[2]) for row in rows)


def _rows(table: str) -> Iterator[Sequence[str]]:
    """Role, name and date of each row, without the headings."""
    lines = [line.strip() for line in table.splitlines() if line.strip().startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def _is_day(cell: str) -> bool:
    found = _DAY.fullmatch(cell)
    if found is None:
        return False
    day, month, year = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
