"""What the clocks on the wall show, as moments: seconds since 1970, so that a day's slots cost little. Pure.

A day is made of pieces, one on ordinary days; where the clocks change, one before and one after. A wall time that is skipped lies in no piece, one
that is shown twice lies in two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.rules.hours import ONE_DAY, Range

DAY = 24 * 3600
EPOCH = date(1970, 1, 1).toordinal()
Span = tuple[int, int]
"""From a second since 1970 until just before another."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a day in which the clocks run evenly: from second `starts` to `ends` of the wall; `since` is when it begins on them."""

    starts: int
    ends: int
    since: int

    def at(self, wall: int) -> int:
        """The moment at which it shows this second of the day."""
        return self.since + wall - self.starts


@lru_cache(maxsize=2048)
def pieces(zone: ZoneInfo, day: date) -> tuple[Piece, ...]:
    """The stretches of a day, in order."""
    start, end = _midnight(zone, day), _midnight(zone, day + ONE_DAY)
    origin = (day.toordinal() - EPOCH) * DAY
    if end - start == DAY:
        return (Piece(0, DAY, start),)
    change = _change(zone, start, end)
    shown = [change - 1 + _offset(zone, change - 1) + 1 - origin, change + _offset(zone, change) - origin]
    return (Piece(0, shown[0], start), Piece(shown[1], DAY, change))


def spans(zone: ZoneInfo, day: date, ranges: Iterable[Range]) -> list[Span]:
    """When the wall shows a time in one of these ranges that day, merged and in order."""
    found = []
    for each in ranges:
        opens, closes = seconds(each.opens), seconds(each.closes)
        for piece in pieces(zone, day):
            since, until = max(opens, piece.starts), min(closes, piece.ends)
            if since < until:
                found.append((piece.at(since), piece.at(until)))
    return merged(found)


def whole_day(zone: ZoneInfo, day: date) -> Span:
    """From midnight to midnight."""
    return _midnight(zone, day), _midnight(zone, day + ONE_DAY)


def first_moment(zone: ZoneInfo, day: date, wall: int) -> int | None:
    """When the wall first shows this second of the day; None where it skips it."""
    return next((piece.at(wall) for piece in pieces(zone, day) if piece.starts <= wall < piece.ends), None)


def merged(found: Iterable[Span]) -> list[Span]:
    """The same seconds, in spans that do not touch, in order."""
    whole: list[Span] = []
    for since, until in sorted(found):
        if whole and since <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], until))
        else:
            whole.append((since, until))
    return whole


def seconds(at: time) -> int:
    """The second of the day."""
    return at.hour * 3600 + at.minute * 60 + at.second


def to_seconds(moment: datetime) -> int:
    """A moment as seconds since 1970."""
    return int(moment.timestamp())


def from_seconds(at: int) -> datetime:
    """The other way round, aware UTC."""
    return datetime.fromtimestamp(at, UTC)


def _midnight(zone: ZoneInfo, day: date) -> int:
    return to_seconds(datetime.combine(day, time(), tzinfo=zone))


def _offset(zone: ZoneInfo, at: int) -> int:
    return int((from_seconds(at).astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _change(zone: ZoneInfo, start: int, end: int) -> int:
    """The first second of the new time, between two midnights."""
    before = _offset(zone, start)
    while end - start > 1:
        middle = (start + end) // 2
        start, end = (middle, end) if _offset(zone, middle) == before else (start, middle)
    return end
