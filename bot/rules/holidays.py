"""The public holidays of France (Labour Code, L3133-1), computed for any year. Pure."""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Month and day."""
AFTER_EASTER = (1, 39, 50)
"""Days after Easter Sunday: Easter Monday, Ascension, Whit Monday."""


@lru_cache(maxsize=32)
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year."""
    sunday = easter(year)
    return frozenset((*(date(year, month, day) for month, day in FIXED), *(sunday + timedelta(days=days) for days in AFTER_EASTER)))


def is_holiday(day: date) -> bool:
    """True on a public holiday."""
    return day in holidays(day.year)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm, as Meeus gives it)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
