"""Cut a long text into parts a provider takes: between paragraphs first, then lines, sentences, words; inside a word only where there is no choice.

A no-break space is not a place to cut (« Qui ? » stays whole), nor is the middle of an emoji or of a letter and its accents.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_SPACE = r"[ \t\r\n]"
_BREAKS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(rf"(?<=[.!?…؟])[\u00a0\u202f]?[»”\"')\]]*(?={_SPACE})"),
    re.compile(_SPACE),
)
_JOINER = "\u200d"
_FOLLOWERS = frozenset("\ufe0e\ufe0f\u20e3" + _JOINER) | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LONGEST_CLUSTER = 64


def utf16_size(text: str) -> int:
    """The length of `text` in UTF-16 code units, as some providers count it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, size: Callable[[str], int] = len) -> list[str]:
    """The parts of `text`, each at most `limit` by `size`, in order, without the white space at their ends. Empty for a blank text.

    `size` counts at most two for a character, and `limit` is at least 2.
    """
    parts = []
    rest = text.strip()
    while rest and size(rest) > limit:
        cut = _cut(rest, _window(rest, limit, size))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        parts.append(rest)
    return parts


def _window(text: str, limit: int, size: Callable[[str], int]) -> int:
    """How many characters of `text` fit, at least one."""
    window = min(limit, len(text))
    while (excess := size(text[:window]) - limit) > 0 and window > 1:
        window -= (excess + 1) // 2
    return max(window, 1)


def _cut(text: str, window: int) -> int:
    """Where to cut `text`, at most at `window`: never so early that the part is nearly empty, unless a word fills it."""
    for pattern, least in zip(_BREAKS, (window // 2, window // 2, window // 4, 1), strict=True):
        cuts = [found for found in _ends(pattern, text, least, window) if text[:found].strip()]
        if cuts:
            return cuts[-1]
    return _between_clusters(text, window)


def _ends(pattern: re.Pattern[str], text: str, least: int, window: int) -> Iterator[int]:
    """The places where `pattern` lets a part end. A white space just after the window still ends it."""
    for found in pattern.finditer(text, least, min(window + 1, len(text))):
        end = found.start() if found.group().isspace() else found.end()
        if least <= end <= window:
            yield end


def _between_clusters(text: str, window: int) -> int:
    """The last place up to `window` that does not part what is read as one character."""
    for cut in range(window, max(window - _LONGEST_CLUSTER, 0), -1):
        if text[cut] not in _FOLLOWERS and text[cut - 1] != _JOINER and not unicodedata.combining(text[cut]):
            return cut
    return window
