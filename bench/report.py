"""The page docs/operations/performance.md: each writer keeps to the part between its own marks."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measures import Row

PAGE = Path(__file__).parents[1] / "docs" / "operations" / "performance.md"


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    verdict = {True: "held", False: "**missed**", None: ""}
    lines = ["| measure | figure | bar | |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {row.measure} | {row.figure} | {row.bar} | {verdict[row.held]} |" for row in rows)])


def machine() -> str:
    """When and on what, as far as it matters: processors and Python."""
    count = os.cpu_count() or 1
    return f"{datetime.now(UTC):%Y-%m-%d}, {count} processor{'s' * (count > 1)}, Python {platform.python_version()}"


def write(mark: str, text: str) -> None:
    """Put `text` between the marks of this name."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    found = re.sub(f"{begin}.*?{end}", lambda _match: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL)
    PAGE.write_text(found, encoding="utf-8")
