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
_OPENED = ("https://", "http://", "/")


def sound(text: str) -> str:
    """`text` without what no wire can carry: half surrogate pairs, control characters."""
    return _CONTROL.sub("", text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def blank(text: str) -> bool:
    """True where nobody would see anything."""
    return _INVISIBLE.fullmatch(text) is not None


def short_label(label: str, longest: int) -> str:
    """A label on one line that fits, ended by « … » where it was longer; `NOTHING` for a blank one."""
    label = " ".join(sound(label).split())
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

    A link is written out, where an app makes it one; one of our own begins with a slash, and `base_url` goes before it. More than `most` choices are
    numbered, to be answered by their number: none is left for a button then. tel: and sms: stay buttons, with their number in the label.
    """
    pressed = [(place, choice) for place, choice in enumerate(choices) if not _is_opened(choice)]
    links = [f"{sound(choice.label)} : {_address(choice.link or '', base_url)}" for choice in choices if _is_opened(choice)]
    counted = [f"{nth}. {sound(choice.label)}" for nth, (_place, choice) in enumerate(pressed, start=1)] if len(pressed) > most else []
    text = "\n\n".join(part for part in (sound(body), "\n".join(links), "\n".join(counted)) if part.strip())
    return text, [] if counted else pressed


def _is_opened(choice: Choice) -> bool:
    return choice.link is not None and choice.link.startswith(_OPENED)


def _address(link: str, base_url: str) -> str:
    return f"{base_url}{sound(link)}" if link.startswith("/") else sound(link)
