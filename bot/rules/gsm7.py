"""The alphabet of an SMS, GSM 03.38: how many septets a text takes, in how many parts it is sent, and how what it cannot say is written in it. Pure.

One letter outside the alphabet makes the whole message travel in UCS-2, at 70 letters a part instead of 160 septets.
"""

import re
import unicodedata
from collections.abc import Mapping

BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
EXTENDED = "\f^{}\\[~]|€"
"""Each takes two septets: an escape, then its place in the extension table."""
ONE, PART = 160, 153
"""Septets of a message of one part, and of each part of a longer one."""
UCS2_ONE, UCS2_PART = 70, 67
_SEPTETS: Mapping[str, int] = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENDED, 2)}
_INSTEAD: Mapping[int, str] = str.maketrans(
    {
        **dict.fromkeys("’‘‚‛`´ʼ", "'"),
        **dict.fromkeys("“”„«»‹›", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " "),
        **dict.fromkeys("·•", "-"),
        **dict.fromkeys("\u2066\u2067\u2068\u2069\u200e\u200f\u200b\ufeff\u00ad", ""),
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "ç": "c",
        "°": "o",
        "²": "2",
        "½": "1/2",
        "×": "x",
    }
)
_GUILLEMETS = re.compile(r"«\s*|\s*»")


def septets(text: str) -> int | None:
    """What a text takes, None where it holds what the alphabet does not have."""
    try:
        return sum(_SEPTETS[char] for char in text)
    except KeyError:
        return None


def parts(text: str) -> int:
    """In how many parts a text is sent; 0 for none."""
    if not text:
        return 0
    if septets(text) is None:
        units = len(text.encode("utf-16-le")) // 2
        return 1 if units <= UCS2_ONE else -(-units // UCS2_PART)
    return 1 if (septets(text) or 0) <= ONE else _long(text)


def _long(text: str) -> int:
    """A letter of the extension table is never cut between two parts."""
    found, room = 1, PART
    for char in text:
        if _SEPTETS[char] > room:
            found, room = found + 1, PART
        room -= _SEPTETS[char]
    return found


def written(text: str) -> str:
    """The text in the alphabet: é, è, ù, à, ò, ì stay, ê becomes e, ’ becomes ', … becomes three dots; what nothing is like becomes ?."""
    plain = _GUILLEMETS.sub('"', unicodedata.normalize("NFC", text)).translate(_INSTEAD)
    return re.sub(r" {2,}", " ", "".join(map(_letter, plain))).strip()


def _letter(char: str) -> str:
    if char in _SEPTETS:
        return char
    bare = "".join(one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one))
    return bare if bare and all(one in _SEPTETS for one in bare) else "?"
