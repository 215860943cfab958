"""Calendars out and in: the feed of a caseworker, the .ics of one appointment, and the busy times of a calendar kept elsewhere. Pure.

What goes out says « Rendez-vous » and the place, nothing else. What comes in is somebody's own calendar, and may be hostile: only the lines that tell
when it is busy are ever looked at, so that no title, no name and no attachment is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vRecur
from icalendar.prop import vBroken

from bot.errors import Malformed, TooLarge
from bot.rules.hours import Days
from bot.rules.recurrences import days_of, recurrence
from bot.rules.walls import Span, merged, to_seconds

PRODUCT = "-//rdv//FR"
OURS = "@rdv.palier"
"""The end of our UIDs: a calendar that has subscribed to our feed is not busy with it twice."""
TITLE = "Rendez-vous"
AGAIN = timedelta(hours=1)
"""How often a calendar program is asked to look again (RFC 7986, and what Outlook reads)."""
LARGEST, LARGEST_TOLD = 8 << 20, 2 << 20
MOST_EVENTS, MOST_TIMES = 5_000, 20_000
LONGEST_LINE, DEEPEST = 2_000, 20
LONGEST = timedelta(days=366)
READ = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "STATUS", "TRANSP")


# -- out


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as a calendar shows it. `uid` never changes, `sequence` rises with each move, `changed_at` is when it last changed."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    changed_at: datetime
    place: str
    cancelled: bool = False


def feed(entries: Iterable[Entry], title: str = TITLE) -> bytes:
    """A caseworker's appointments as one calendar. The same entries make the same bytes."""
    return _calendar(entries, title, None)


def card(entry: Entry, title: str = TITLE) -> bytes:
    """One appointment, as a file for the person's own calendar; one that is cancelled takes it out again."""
    return _calendar([entry], title, "CANCEL" if entry.cancelled else "PUBLISH")


def etag(raw: bytes) -> str:
    """What changes when a calendar does."""
    return f'"{sha256(raw).hexdigest()[:32]}"'


def _calendar(entries: Iterable[Entry], title: str, method: str | None) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    if method is not None:
        calendar.add("METHOD", method)
    else:
        calendar.add("NAME", title)
        calendar.add("X-WR-CALNAME", title)
        calendar.add("REFRESH-INTERVAL", AGAIN, {"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(AGAIN))
    for entry in entries:
        calendar.add_component(_event(entry, title))
    return bytes(calendar.to_ical())


def _event(entry: Entry, title: str) -> Event:
    event = Event()
    event.add("UID", entry.uid + OURS)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", entry.changed_at.astimezone(UTC))
    event.add("LAST-MODIFIED", entry.changed_at.astimezone(UTC))
    event.add("DTSTART", entry.start.astimezone(UTC))
    event.add("DTEND", entry.end.astimezone(UTC))
    event.add("SUMMARY", title)
    if entry.place:
        event.add("LOCATION", entry.place)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("CLASS", "PRIVATE")
    return event


# -- in


@dataclass(frozen=True, slots=True)
class Busy:
    """When a calendar is busy, as spans of seconds that do not touch; of how many events, and how many of them could not be read whole."""

    spans: tuple[Span, ...]
    events: int
    unread: int


def read_busy(raw: bytes, zone: ZoneInfo, within: Days) -> Busy:
    """When a calendar is busy on these days of `zone`, which is also that of times without a zone of their own.

    An event whose recurrence is not understood counts on its first day, and is said to be unread. Raises TooLarge and Malformed.
    """
    if len(raw) > LARGEST:
        raise TooLarge(f"this calendar is larger than {LARGEST >> 20} MB: export fewer years, or another calendar")
    read = _events(raw)
    overridden = Counter((str(event.get("UID")), at) for event in read if (at := _moment(event, "RECURRENCE-ID", zone)) is not None)
    events = [event for event in read if _blocks(event)]  # one time of a series that was cancelled, or is free, is still not as the series says
    since, until = _edges(within, zone)
    found: list[Span] = []
    unread = 0
    for event in events:
        times, whole = _times(event, zone, within)
        unread += not whole
        uid = "" if "RECURRENCE-ID" in event else str(event.get("UID"))
        found += [(max(start, since), min(end, until)) for start, end in times if start < until and end > since and (uid, start) not in overridden]
        if len(found) > MOST_TIMES:
            raise TooLarge(f"this calendar has more than {MOST_TIMES} busy times: export fewer years, or another calendar")
    return Busy(tuple(merged(found)), len(events), unread)


def _events(raw: bytes) -> list[Event]:
    """The events, each with nothing but the lines that tell when it is."""
    lines, whole = _telling(raw)
    if lines.count("BEGIN:VEVENT") > MOST_EVENTS or sum(map(len, lines)) > LARGEST_TOLD:
        raise TooLarge(f"this calendar has more than {MOST_EVENTS} events, or too long a list of days: export fewer years, or another calendar")
    if not whole:
        raise Malformed("this calendar is cut short: what its end would tell is not taken for free")
    try:
        calendar = Calendar.from_ical("\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR", "")))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as fault:
        raise Malformed("this is not a calendar that can be read") from fault
    return [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]


def _telling(raw: bytes) -> tuple[list[str], bool]:
    """The lines that matter, unfolded, and whether all that was begun was ended. Raises Malformed where it is no calendar at all."""
    inside: list[str] = []
    telling: list[str] = []
    seen, whole = False, True
    for line in _unfolded(raw.decode("utf-8-sig", errors="replace")):
        name = line.partition(":")[0].partition(";")[0].strip().upper()
        what = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            if what == "VCALENDAR":  # in nothing else: what came before was cut short
                seen, whole = True, whole and not inside
                inside.clear()
            inside.append(what)
            if len(inside) > DEEPEST:
                raise Malformed("this is not a calendar that can be read")
        elif name == "END" and inside and what in inside:
            del inside[inside.index(what) + 1 :]
        if inside == ["VCALENDAR", "VEVENT"] and len(line) <= LONGEST_LINE and (name in READ or what == "VEVENT"):
            telling.append(f"{name}:VEVENT" if what == "VEVENT" and name in {"BEGIN", "END"} else _quoted(line))
        if name == "END" and inside and inside[-1] == what:
            inside.pop()
    if not seen:
        raise Malformed("this is not a calendar: it begins with BEGIN:VCALENDAR")
    return telling, whole and not inside


def _quoted(line: str) -> str:
    """The same line with the name of its zone in quotes: « (UTC+01:00) Brussels, Paris » goes without them in some, and its colon ends it."""
    head, _colon, value = line.rpartition(":")
    before, tzid, zone = head.partition("TZID=")
    name, semicolon, after = zone.partition(";")
    return line if not tzid or '"' in zone else f'{before}{tzid}"{name}"{semicolon}{after}:{value}'


def _unfolded(text: str) -> Iterator[str]:
    """Whole lines: one that begins with a space or a tab goes on from the one before. What is longer than any date is cut."""
    whole = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t"):
            whole += line[1:] if len(whole) <= LONGEST_LINE else ""
            continue
        if whole:
            yield whole
        whole = line
    yield whole


def _blocks(event: Event) -> bool:
    """Whether somebody is busy with it: neither cancelled, nor marked as free, nor one of ours."""
    ours = str(event.get("UID", "")).strip().endswith(OURS)
    return "DTSTART" in event and not ours and str(event.get("STATUS")).upper() != "CANCELLED" and str(event.get("TRANSP")).upper() != "TRANSPARENT"


def _times(event: Event, zone: ZoneInfo, within: Days) -> tuple[list[Span], bool]:
    """When an event is on or near these days, and whether all of it was understood."""
    start = _value(event, "DTSTART")
    if start is None:
        return [], False
    lasts = _lasts(event, start, zone)
    if lasts <= timedelta():
        return [], True
    days, whole = _days(event, start, zone, Days(within.first - timedelta(days=lasts.days + 1), within.last + timedelta(days=1)))
    starts = {_on(day, start, zone) for day in days} | {_at(each, zone) for each in _listed(event, "RDATE")}
    left_out = {_at(each, zone) for each in _listed(event, "EXDATE")}
    readable = not any(isinstance(value, vBroken) for value in event.values()) and "RANGE" not in getattr(event.get("RECURRENCE-ID"), "params", ())
    return [(to_seconds(at), to_seconds(_end(at, start, lasts, zone))) for at in starts - left_out], whole and readable


def _days(event: Event, start: date, zone: ZoneInfo, near: Days) -> tuple[list[date], bool]:
    """The days it begins on, by its own zone: the first one, and those of its rule."""
    first = start.date() if isinstance(start, datetime) else start
    rule = event.get("RRULE")
    if rule is None or "RECURRENCE-ID" in event:
        return [first], True
    try:
        of = recurrence(_written(rule))
    except ValueError:
        return [first], False
    until = _until(of.until, zone)
    days = [day for day in days_of(of, first, near) if until is None or _on(day, start, zone) <= until]
    return [first, *days], True


def _written(rule: object) -> str:
    """A rule as text, "" where there are several."""
    text: bytes = rule.to_ical() if isinstance(rule, vRecur) else b""  # type: ignore[no-untyped-call]
    return text.decode()


def _until(written: str, zone: ZoneInfo) -> datetime | None:
    """The last moment of a rule: that day whole where it names a day."""
    if not written:
        return None
    day = date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    if "T" not in written:
        return datetime.combine(day, time.max, tzinfo=zone)
    at = time(int(written[9:11]) % 24, int(written[11:13]) % 60, int(written[13:15]) % 60)
    return datetime.combine(day, at, tzinfo=UTC if written.endswith("Z") else zone)


def _lasts(event: Event, start: date, zone: ZoneInfo) -> timedelta:
    """How long it lasts, a year at most: a day, or nothing, where it does not say."""
    end, lasts = _value(event, "DTEND"), getattr(_held(event, "DURATION"), "dt", None)
    if end is not None:
        found = _at(end, zone) - _at(start, zone)
    elif isinstance(lasts, timedelta):
        found = lasts
    else:
        found = timedelta() if isinstance(start, datetime) else timedelta(days=1)
    return min(found, LONGEST)


def _end(at: datetime, start: date, lasts: timedelta, zone: ZoneInfo) -> datetime:
    """When an occurrence ends: days are those of the wall, hours those that pass."""
    if isinstance(start, datetime):
        return at + lasts
    days = max(round(lasts / timedelta(days=1)), 1)
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=days), time(), tzinfo=zone)


def _on(day: date, start: date, zone: ZoneInfo) -> datetime:
    """The moment at which it begins that day."""
    if isinstance(start, datetime):
        return datetime.combine(day, start.time(), tzinfo=start.tzinfo or zone).astimezone(UTC)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _at(value: date, zone: ZoneInfo) -> datetime:
    return _on(value.date() if isinstance(value, datetime) else value, value, zone)


def _value(event: Event, name: str) -> date | None:
    """A day or a moment of an event, None where it has no one such value."""
    value = getattr(_held(event, name), "dt", None)
    return value if isinstance(value, date) and 1970 <= value.year <= 2200 else None


def _held(event: Event, name: str) -> object:
    """What an event says under this name, None for nothing and for what could not be read."""
    value: object = event.get(name)
    return None if isinstance(value, vBroken) else value


def _moment(event: Event, name: str, zone: ZoneInfo) -> int | None:
    value = _value(event, name)
    return None if value is None else to_seconds(_at(value, zone))


def _listed(event: Event, name: str) -> list[date]:
    """Days or moments listed in an event, on one line or several."""
    held = _held(event, name)
    lines = held if isinstance(held, list) else [] if held is None else [held]
    values = (getattr(each, "dt", None) for line in lines if not isinstance(line, vBroken) for each in getattr(line, "dts", ()))
    return [value for value in values if isinstance(value, date) and 1970 <= value.year <= 2200]


def _edges(within: Days, zone: ZoneInfo) -> Span:
    first, after = within.first, within.last + timedelta(days=1)
    return to_seconds(datetime.combine(first, time(), tzinfo=zone)), to_seconds(datetime.combine(after, time(), tzinfo=zone))
