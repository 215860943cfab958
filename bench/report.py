"""The pages of measures in docs/operations: each writer keeps to the part between its own marks."""

import os
import platform
import re
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

OPERATIONS = Path(__file__).parents[1] / "docs" / "operations"
PAGE = OPERATIONS / "performance.md"
UNDERSTANDING = OPERATIONS / "understanding.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `held` is None where there is a figure and no bar."""

    measure: str
    figure: str
    bar: str
    held: bool | None


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    verdict = {True: "held", False: "**missed**", None: ""}
    lines = ["| measure | figure | bar | |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {row.measure} | {row.figure} | {row.bar} | {verdict[row.held]} |" for row in rows)])


def machine() -> str:
    """When and on what, as far as it matters: processors and Python."""
    count = os.cpu_count() or 1
    return f"{datetime.now(UTC):%Y-%m-%d}, {count} processor{'s' * (count > 1)}, Python {platform.python_version()}"


def spread(rates: Sequence[float]) -> str:
    """The median of the rounds, and from which to which they went; each a second."""
    return f"{statistics.median(rates):.0f}/s ({min(rates):.0f} to {max(rates):.0f})"


def write(mark: str, text: str, to: Path = PAGE) -> None:
    """Put `text` between the marks of this name."""
    with _page(to) as page:
        page.text = _between(mark).sub(lambda _match: _marked(mark, text), page.text)


def write_row(mark: str, heading: str, row: str) -> None:
    """Put `row` in the table between the marks of this name, in place of the row with the same first cell. Two processes may do so at once."""
    with _page(PAGE) as page:
        found = _between(mark).search(page.text)
        before = [line for line in found[1].splitlines() if line.startswith("| ")][1:] if found else []
        kept = [line for line in before if line.split("|")[1] != row.split("|")[1]]
        rule = "|---" * (heading.count("|") - 1) + "|"
        text = "\n".join([heading, rule, *sorted([*kept, row])])
        page.text = _between(mark).sub(lambda _match: _marked(mark, text), page.text)


@dataclass(slots=True)
class _Page:
    text: str


@contextmanager
def _page(at: Path) -> Iterator[_Page]:
    """The page, ours until the block ends."""
    with at.open("r+", encoding="utf-8") as file:
        flock(file, LOCK_EX)
        page = _Page(file.read())
        yield page
        file.seek(0)
        file.write(page.text)
        file.truncate()


def _between(mark: str) -> re.Pattern[str]:
    return re.compile(f"<!-- {mark} -->\n(.*?)\n<!-- /{mark} -->", re.DOTALL)


def _marked(mark: str, text: str) -> str:
    return f"<!-- {mark} -->\n{text}\n<!-- /{mark} -->"
