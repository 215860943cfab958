"""A telephone number and an e-mail address as somebody writes them, in the one form that names them. Pure."""

import re

_BESIDE = re.compile(r"[\s.\-()/\u00a0\u202f]")
_E164 = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
_MAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
LONGEST_MAIL = 254
FRANCE = "33"


def number(text: str, country: str = FRANCE) -> str | None:
    """A number in E.164 (« +33612345678 »); None where it is none. What begins with one 0 is of `country`."""
    bare = _BESIDE.sub("", text.strip()).translate(_FIGURES)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    elif bare.startswith("0"):
        bare = f"+{country}{bare[1:]}"
    bare = bare.replace(f"+{country}0", f"+{country}", 1)
    if not _E164.fullmatch(bare):
        return None
    return bare if not bare.startswith("+33") or len(bare) == 12 else None


def takes_sms(e164: str) -> bool:
    """False for a French number that is no mobile's; of other countries nothing is known."""
    return not e164.startswith("+33") or e164[3] in "67"


def mail(text: str) -> str | None:
    """An e-mail address, its domain in small letters; None where it is none."""
    name, at, domain = text.strip().strip("<>").rpartition("@")
    whole = f"{name}{at}{domain.lower()}"
    return whole if len(whole) <= LONGEST_MAIL and _MAIL.fullmatch(whole) else None


def end_of(contact: str) -> str:
    """What may be shown of one, for who knows it: « … 78 », « n…@example.org »."""
    if "@" in contact:
        name, _at, domain = contact.partition("@")
        return f"{name[0]}…@{domain}"
    return f"… {contact[-2:]}"


_FIGURES = {ord(figure): str(value) for base in (0x660, 0x6F0) for value, figure in enumerate(map(chr, range(base, base + 10)))}
"""The figures that Arabic and Persian write."""
