"""What is to be said, made to fit a provider: soundness of text, labels, and what becomes of choices that cannot be buttons. Pure.

Sizes are in UTF-16 units, the strictest of the counts that providers mean.
"""

import re
from collections.abc import Sequence

from bot.messages import Choice
from bot.rules.splitting import split, utf16_size

NOTHING = "…"
"""Said where nothing can be seen of what was to be."""
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufffc]*"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
QUIET = "quiet"
"""The tone of what may be said last and least."""
_FOLDED = re.compile(r"[\t\n\r\f\v \u0085\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+")
"""White space that may be one plain space; those that do not break (« 14 h ») stay."""
_OPENED = ("https://", "http://", "/")


def sound(text: str) -> str:
    """`text` without what no wire can carry: half surrogate pairs, control characters."""
    return _CONTROL.sub("", text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def blank(text: str) -> bool:
    """True where nobody would see anything."""
    return _INVISIBLE.fullmatch(text) is not None


def short_label(label: str, longest: int) -> str:
    """A label on one line that fits, ended by « … » where it was longer; `NOTHING` for a blank one."""
    label = _FOLDED.sub(" ", sound(label)).strip()
    if utf16_size(label) > longest:
        label = f"{split(label, longest - 1, utf16_size)[0]}…"
    return NOTHING if blank(label) else label


def parts(body: str, longest: int, last: int) -> list[str]:
    """A text in parts, at least one, the last of which is `last` units at most: it stands over the choices."""
    found = [part for part in split(body, longest, utf16_size) if not blank(part)] or [NOTHING]
    if utf16_size(found[-1]) > last:
        found[-1:] = [part for part in split(found[-1], last, utf16_size) if not blank(part)]
    return found


def spelled(body: str, choices: Sequence[Choice], base_url: str, most: int) -> tuple[str, list[tuple[int, Choice]]]:
    """The text with what no button can carry written under it, and the choices left for buttons, each with its place.

    A link is written out, where an app makes it one; one of our own begins with a slash, and `base_url` goes before it, without which
    it is left out. More than `most` choices are
    numbered, to be answered by their number, which is their place among all: the quiet ones alone where the others then fit, else every one, and none
    is left for a button. tel: and sms: stay buttons, with their number in the label.
    """
    placed = list(enumerate(choices))
    pressed = [(place, choice) for place, choice in placed if not _is_opened(choice)]
    left = [(place, choice) for place, choice in pressed if choice.tone != QUIET] if len(pressed) > most else pressed
    if len(left) > most:
        left = []
    under = [(place, choice) for place, choice in placed if (place, choice) not in left and (base_url or not _is_ours(choice))]
    written = [_written(place, choice, base_url, numbered=len(left) < len(pressed)) for place, choice in under]
    return "\n\n".join(part for part in (sound(body), "\n".join(written)) if part.strip()), left


def _written(place: int, choice: Choice, base_url: str, *, numbered: bool) -> str:
    """A choice as a line of text."""
    label = f"{place + 1}. {sound(choice.label)}" if numbered else sound(choice.label)
    return f"{label} : {_address(choice.link or '', base_url)}" if _is_opened(choice) else label


def _is_opened(choice: Choice) -> bool:
    return choice.link is not None and choice.link.startswith(_OPENED)


def _is_ours(choice: Choice) -> bool:
    return choice.link is not None and choice.link.startswith("/")


def _address(link: str, base_url: str) -> str:
    return f"{base_url}{sound(link)}" if link.startswith("/") else sound(link)
