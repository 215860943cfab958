"""Hours as a caseworker writes them, in French: « 9 h–12 h, 14 h–17 h », « lundi à vendredi 9h-17h, samedi 9-12 »."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import time
from itertools import pairwise

from bot.rules.hours import Range, Week

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOST = 4
"""Ranges in one day."""
CLOSED: Week = ((),) * 7
_DASH = r"(?:-|à|a\b|au\b|jusqu'à|jusqu'a)"
_RANGE = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\s*[h:]\s*(\d{{2}}))?\s*h?\s*{_DASH}\s*(\d{{1,2}})(?:\s*[h:]\s*(\d{{2}})(?!\d|\s*[h:]|\s*{_DASH}))?\s*h?(?![\dh])"
)
_NOTHING = re.compile(r"[\s,;.&+/]*(?:(?:et|puis|de|ferme|fermee|non|-)[\s,;.&+/]*)*")
_NAME = re.compile(r"\b(lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?")
_SHORT = {day[:3]: nth for nth, day in enumerate(DAYS)}
UNREAD = "Écrivez des heures comme « 9 h–12 h, 14 h–17 h ». Rien d'écrit : fermé."
BACKWARDS = "Une plage se termine avant de commencer."
OVERLAP = "Deux plages se chevauchent."
TOO_MANY = f"{MOST} plages au plus par jour."
UNREAD_DAYS = "Écrivez des jours et des heures, comme « lundi à vendredi 9 h–17 h, samedi 9 h–12 h »."


def read_day(text: str) -> tuple[Range, ...]:
    """The ranges of one day; none for « fermé » or nothing. Raises ValueError, with what to write."""
    said = _plain(text)
    found = [_range(match) for match in _RANGE.finditer(said)]
    if not _NOTHING.fullmatch(_RANGE.sub(" ", said)):
        raise ValueError(UNREAD)
    return _checked(found)


def read_week(text: str) -> Week:
    """The ranges of each weekday, from one text. Raises ValueError, with what to write."""
    said = _plain(text)
    week: list[list[Range]] = [[] for _day in DAYS]
    days: list[int] = []
    at, ranged, through = 0, True, False
    for match in sorted([*_NAME.finditer(said), *_RANGE.finditer(said)], key=lambda found: found.start()):
        between, at = said[at : match.start()], match.end()
        if match.re is _RANGE:
            if not days or not _NOTHING.fullmatch(between.replace(":", " ")):
                raise ValueError(UNREAD_DAYS)
            for day in days:
                week[day].append(_range(match))
            ranged = True
            continue
        through = bool(days) and not ranged and re.fullmatch(rf"\s*{_DASH}\s*", between) is not None
        if not through and not _NOTHING.fullmatch(re.sub(r"\b(du|le|les)\b", " ", between)):
            raise ValueError(UNREAD_DAYS)
        named = _SHORT[match.group(1)]
        if ranged:
            days = []
        days += range(days[-1] + 1, named + 1) if through else [named]
        ranged = False
    if not ranged or not _NOTHING.fullmatch(said[at:]) or not any(week):
        raise ValueError(UNREAD_DAYS)
    return tuple(_checked(ranges) for ranges in week)


def read_time(text: str) -> time | None:
    """One hour as a browser sends it (« 09:00 »), None for anything else."""
    try:
        at = time.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if at.tzinfo is not None else at.replace(second=0, microsecond=0)


def _plain(text: str) -> str:
    """Small letters, no accents but « à », one kind of dash, one kind of space."""
    said = re.sub(r"[–—‑−]", "-", text.casefold().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " "))
    bare = unicodedata.normalize("NFD", said.replace("à", "\ue000"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).replace("\ue000", "à")


def _range(match: re.Match[str]) -> Range:
    hours = [int(part or 0) for part in match.groups()]
    if hours[2:] == [24, 0]:
        hours[2:] = [23, 59]
    try:
        return Range(time(hours[0], hours[1]), time(hours[2], hours[3]))
    except ValueError as fault:
        raise ValueError(UNREAD) from fault


def _checked(found: Iterable[Range]) -> tuple[Range, ...]:
    ranges = tuple(sorted(found))
    if any(each.closes <= each.opens for each in ranges):
        raise ValueError(BACKWARDS)
    if any(later.opens < earlier.closes for earlier, later in pairwise(ranges)):
        raise ValueError(OVERLAP)
    if len(ranges) > MOST:
        raise ValueError(TOO_MANY)
    return ranges
