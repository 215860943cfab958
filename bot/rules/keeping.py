"""How long things are kept: spans of time, the longest allowed without a reason, and the moment before which something is over. Pure."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from typing_extensions import override

DAYS_IN_A_MONTH = 365.25 / 12
SHOWN_FROM = 5
"""A figure smaller than this is never shown: it could be somebody."""
_WRITTEN = re.compile(r"([1-9][0-9]{0,3}) (day|month)s?")


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, or so many months of the calendar."""

    number: int
    unit: str
    """ "day" or "month"."""

    def before(self, now: datetime) -> datetime:
        """What is older than this is over. The 31st counts as the last day of a shorter month."""
        return self._away(now, -self.number)

    def after(self, now: datetime) -> datetime:
        """The end of this span, begun now."""
        return self._away(now, self.number)

    def _away(self, now: datetime, number: int) -> datetime:
        if self.unit == "day":
            return now + timedelta(days=number)
        year, month = divmod(now.year * 12 + now.month - 1 + number, 12)
        return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))

    @property
    def days(self) -> float:
        """For comparing spans of different units."""
        return self.number * (1 if self.unit == "day" else DAYS_IN_A_MONTH)

    @override
    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'s' if self.number > 1 else ''}"


def span(written: str) -> Span:
    """« 30 days », « 24 months ». Raises ValueError."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise ValueError("write a number of days or months, as « 30 days » or « 24 months »")
    return Span(int(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long each thing is kept. The defaults are the longest that need no reason.

    conversation: after its last message, where nobody of the team was asked for. thread: with its appointments and the contact sheet, after the last
    contact. file_done: a file, after « traité »; file: any file, at most. backup: copies of the database, and the erasure ledger with them.
    """

    conversation: Span = Span(30, "day")
    thread: Span = Span(24, "month")
    file_done: Span = Span(30, "day")
    file: Span = Span(6, "month")
    checkup: Span = Span(6, "month")
    question: Span = Span(90, "day")
    invitation: Span = Span(60, "day")
    audit: Span = Span(12, "month")
    backup: Span = Span(30, "day")


LONGEST = Keeping()
NAMES = tuple(field.name for field in fields(Keeping))


def longer(keeping: Keeping) -> Mapping[str, Span]:
    """The spans that are longer than they may be without a reason."""
    return {name: mine for name in NAMES if (mine := getattr(keeping, name)).days > getattr(LONGEST, name).days}
