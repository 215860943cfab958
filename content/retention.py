"""Reads content/retention.yaml. A time longer than the default is refused without its reason."""

from pathlib import Path

from bot.rules.keeping import LONGEST, NAMES, Keeping, Span, longer, span
from content.reading import Entry, read_yaml


def load_retention(file: Path) -> Keeping:
    """The spans the service keeps things for. Raises ContentError."""
    entry = read_yaml(file)
    keeping = Keeping(**{name: _span(entry, name) for name in NAMES})
    reasons = entry.entry("reasons")
    for name in longer(keeping):
        if name not in reasons:
            entry.wrong(f"{name} is longer than {getattr(LONGEST, name)}: write it shorter, or say why under reasons", name)
    for name in NAMES:
        reasons.optional(name)
    reasons.done()
    entry.done()
    return keeping


def _span(entry: Entry, name: str) -> Span:
    try:
        return span(entry.text(name))
    except ValueError as fault:
        entry.wrong(f"{name}: {fault}", name)
