"""What each language must keep to, whatever text it is in."""

import re
from collections.abc import Iterator

from content.words import ISOLATE, RELEASE


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without its addresses; a line is at least one."""
    for line in re.sub(r"https?://\S+", "", text).split("\n"):
        yield from (part for part in re.split(r"(?<=[.!?:…])\s+", line.strip("• ")) if re.search(r"\w", part))


def figures_stand_apart(text: str) -> bool:
    """Every figure outside addresses is inside an isolate, and every isolate ends."""
    said = re.sub(r"https?://\S+|[\w.+-]+@[\w.-]+", "", text)
    bare = re.sub(rf"{ISOLATE}[^{ISOLATE}{RELEASE}\n]*{RELEASE}", "", said)
    return not re.search(rf"[0-9{ISOLATE}{RELEASE}]", bare)
