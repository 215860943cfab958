"""Recurrences: an RRULE (RFC 5545) as the days it falls on. Pure; python-dateutil counts the days.

Only rules that cannot run away are taken. A rule finer than a day explodes, and one that never falls on any day would be searched up to the year
9999: both are refused with what to write instead. What is left falls again within a few dozen of its periods, whatever the first day.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr
from typing_extensions import override

from bot.rules.hours import Days

LONGEST_RULE = 200
MOST_TIMES = 500
"""The largest COUNT."""
PERIODS = {"DAILY": 1, "WEEKLY": 7}
"""How many days a period lasts, where they all last as long."""
MOST_APART: Mapping[str, int] = {"DAILY": 366, "WEEKLY": 52, "MONTHLY": 11, "YEARLY": 1}
"""The largest INTERVAL of each frequency."""
PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
ALLOWED: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"BYDAY"}),
    "WEEKLY": frozenset({"BYDAY", "BYMONTH"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH"}),
}
"""What may narrow each frequency."""
LEAP = 2028
LEAST_A_MONTH = 4
"""How often each weekday comes in any month."""
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(T\d{6}Z?)?")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that was checked: `rule` is its text without its end, `until` its UNTIL as it was written, "" for none, and `count` its COUNT."""

    rule: str
    frequency: str
    interval: int
    count: int | None = None
    until: str = ""

    @override
    def __str__(self) -> str:
        end = f";COUNT={self.count}" if self.count is not None else f";UNTIL={self.until}" if self.until else ""
        return self.rule + end

    @property
    def ends(self) -> bool:
        return self.count is not None or bool(self.until)

    @property
    def last_day(self) -> date | None:
        """The day written after UNTIL."""
        return _day(self.until[:8]) if self.until else None


def recurrence(text: str) -> Recurrence:
    """Read a rule, as « FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20270630 ». Raises ValueError, which says what to write."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in MOST_APART:
        raise ValueError("write FREQ=DAILY, WEEKLY, MONTHLY or YEARLY: nothing comes back within a day")
    interval = _number(parts, "INTERVAL", MOST_APART[frequency]) or 1
    count = _number(parts, "COUNT", MOST_TIMES)
    if count is not None and "UNTIL" in parts:
        raise ValueError("write COUNT or UNTIL, not both")
    if (until := parts.get("UNTIL", "")) and (not _UNTIL.fullmatch(until) or _day(until[:8]) is None):
        raise ValueError("write the last day as UNTIL=20270630")
    _check_narrowing(frequency, interval, parts)
    rule = ";".join(f"{name}={value}" for name, value in parts.items() if name not in {"COUNT", "UNTIL"})
    _read(rule)
    return Recurrence(rule, frequency, interval, count, until)


def days_of(of: Recurrence, first: date, within: Days) -> list[date]:
    """The days it falls on, from `first` on and within these; UNTIL is the caller's to hold against (it may name a moment).

    As in RFC 5545, only COUNT is counted from `first`; a first day that the rule does not name is no day of it.
    """
    start = first if of.count is not None else _nearer(of, first, within.first)
    until = datetime.combine(within.last, time(), tzinfo=UTC)
    found = rrulestr(_anchored(of, first), dtstart=datetime.combine(start, time(), tzinfo=UTC))
    if not isinstance(found, rrule):
        raise ValueError("write one rule")
    # Both would end it: a counted rule is left to its count, and cut here.
    rule = found.replace(count=of.count) if of.count is not None else found.replace(until=until)
    return [at.date() for at in _up_to(rule, until) if at.date() >= max(first, within.first)]


@lru_cache(maxsize=4096)
def all_days(of: Recurrence, first: date, last: date) -> frozenset[date]:
    """Every day it falls on up to `last` and to its own last day."""
    end = min(last, of.last_day or last)
    return frozenset(days_of(of, first, Days(first, end))) if first <= end else frozenset()


def _up_to(rule: rrule, until: datetime) -> Iterator[datetime]:
    for at in rule:
        if at > until:
            return
        yield at


def _nearer(of: Recurrence, first: date, since: date) -> date:
    """A day from which the rule falls on the same days as from `first`, a period and a bit before `since`: long ago need not be counted."""
    if of.frequency in PERIODS:
        step = PERIODS[of.frequency] * of.interval
        periods = max((since - first).days // step - 1, 0)
        return first + timedelta(days=periods * step)
    months = of.interval * (12 if of.frequency == "YEARLY" else 1)
    ahead = (since.year - first.year) * 12 + since.month - first.month
    year, month = divmod(first.year * 12 + first.month - 1 + max(ahead // months - 1, 0) * months, 12)
    return date(year, month + 1, 1) if (year, month + 1) != (first.year, first.month) else first


def _anchored(of: Recurrence, first: date) -> str:
    """The rule with what it takes from its first day written out, so that it may be begun elsewhere."""
    rule = of.rule
    if of.frequency in {"MONTHLY", "YEARLY"} and "BYDAY=" not in rule and "BYMONTHDAY=" not in rule:
        rule += f";BYMONTHDAY={first.day}"
    if of.frequency == "YEARLY" and "BYMONTH=" not in rule:
        rule += f";BYMONTH={first.month}"
    return rule


# -- what is taken


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST_RULE:
        raise ValueError(f"write a rule of {LONGEST_RULE} characters at most")
    pairs = [part.partition("=") for part in text.split(";") if part]
    parts = {name: value for name, _, value in pairs}
    if unknown := [name for name, _, value in pairs if name not in PARTS or not value]:
        raise ValueError(f"leave out {unknown[0]}: write FREQ with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, COUNT or UNTIL")
    if len(parts) < len(pairs):
        raise ValueError("write each part once")
    return parts


def _number(parts: Mapping[str, str], name: str, most: int) -> int | None:
    if name not in parts:
        return None
    if not re.fullmatch(r"\d{1,4}", parts[name]) or not 1 <= int(parts[name]) <= most:
        raise ValueError(f"write {name} from 1 to {most}")
    return int(parts[name])


def _numbers(parts: Mapping[str, str], name: str, most: int, *, from_the_end: bool = True) -> list[int]:
    written = parts[name].split(",") if name in parts else []
    found = [int(each) for each in written if re.fullmatch(r"[+-]?\d{1,3}", each)]
    if len(found) < len(written) or any(not 1 <= (abs(each) if from_the_end else each) <= most for each in found):
        raise ValueError(f"write {name} from 1 to {most}")
    return found


def _check_narrowing(frequency: str, interval: int, parts: Mapping[str, str]) -> None:
    """Refuse what might never fall on a day."""
    if excess := [name for name in parts if name.startswith("BY") and name not in ALLOWED[frequency]]:
        raise ValueError(f"leave {excess[0]} out of FREQ={frequency}")
    months = _numbers(parts, "BYMONTH", 12, from_the_end=False)
    if months and frequency == "MONTHLY" and interval > 1:
        raise ValueError("leave out INTERVAL or BYMONTH: together they may never meet")
    _check_weekdays(frequency, parts)
    if frequency == "DAILY" and "BYDAY" in parts and interval > 1:
        raise ValueError("leave out INTERVAL or BYDAY: together they may never meet")
    days = _numbers(parts, "BYMONTHDAY", 31)
    if days and "BYDAY" in parts:
        raise ValueError("write BYDAY or BYMONTHDAY, not both")
    if frequency == "YEARLY" and (days or "BYDAY" in parts) and not months:
        raise ValueError("write BYMONTH beside BYDAY and BYMONTHDAY, or FREQ=MONTHLY")
    if frequency != "WEEKLY" and months and not days and "BYDAY" not in parts:
        raise ValueError("write BYDAY or BYMONTHDAY beside BYMONTH")
    longest = max((monthrange(LEAP, month)[1] for month in months), default=31)
    if any(abs(day) > longest for day in days):
        raise ValueError("write days that these months have")


def _check_weekdays(frequency: str, parts: Mapping[str, str]) -> None:
    found = [_DAY.fullmatch(each) for each in parts["BYDAY"].split(",")] if "BYDAY" in parts else []
    if not all(found):
        raise ValueError("write BYDAY as MO,TH, or as 1MO or -1FR in a month")
    ranks = [bool(each[1]) for each in found if each is not None]
    ranked = any(ranks)
    if ranked and frequency in ("DAILY", "WEEKLY"):
        raise ValueError("write BYDAY as MO,TH in a week")
    if ranked and not all(ranks):
        raise ValueError("write BYDAY with a number before every day, or before none")  # the library would want days that are both
    places = _numbers(parts, "BYSETPOS", LEAST_A_MONTH * max(len({each[2] for each in found if each is not None}), 1))
    if places and (not found or ranked):
        raise ValueError("write BYSETPOS beside a BYDAY as MO,TU,WE,TH,FR")


def _read(rule: str) -> None:
    """What is left to refuse is the library's to say."""
    try:
        rrulestr(rule, dtstart=datetime.combine(date(LEAP, 1, 1), time(), tzinfo=UTC))
    except (ValueError, KeyError, TypeError) as fault:
        raise ValueError("write a rule as « FREQ=WEEKLY;BYDAY=MO,TH »") from fault


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        return None
