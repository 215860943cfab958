"""CalDAV, as little as reading busy times needs: one question (RFC 4791, calendar-query) and what is answered (RFC 4918, multistatus). Pure.

What comes in may be hostile: a document that declares anything (a DOCTYPE, so that no entity exists), or that is deep, is refused.
"""

from datetime import UTC, datetime, time, timedelta
from xml.parsers import expat
from zoneinfo import ZoneInfo

from bot.errors import Malformed
from bot.rules.hours import Days

TYPE = 'application/xml; charset="utf-8"'
DEEPEST = 30
ROOT, DATA = "DAV: multistatus", "urn:ietf:params:xml:ns:caldav calendar-data"
EMPTY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
ASKED = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>'
    '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{since}" end="{until}"/></c:comp-filter>'
    "</c:comp-filter></c:filter></c:calendar-query>"
)


def query(within: Days, zone: ZoneInfo) -> bytes:
    """The question: every event that touches these days, recurring ones whole."""
    first, after = within.first, within.last + timedelta(days=1)
    since, until = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, after))
    return ASKED.format(since=f"{since:%Y%m%dT%H%M%SZ}", until=f"{until:%Y%m%dT%H%M%SZ}").encode()


def calendars(raw: bytes) -> bytes:
    """The calendars that were answered, one after the other. Raises Malformed."""
    reading = _Reading()
    try:
        reading.parser.Parse(raw, True)
    except (expat.ExpatError, ValueError) as fault:  # not well formed, or in an encoding that expat does not know
        raise Malformed("this is not what a CalDAV server answers") from fault
    return "\r\n".join([*reading.found, ""]).encode() if reading.found else EMPTY


class _Reading:
    def __init__(self) -> None:
        self.found: list[str] = []
        self._inside: list[str] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._starts
        self.parser.EndElementHandler = self._ends
        self.parser.CharacterDataHandler = self._says
        self.parser.StartDoctypeDeclHandler = self._declares

    def _declares(self, *_said: object) -> None:
        raise Malformed("this document declares a type of its own: no CalDAV server does")

    def _starts(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._inside and name != ROOT:
            raise Malformed("this is not what a CalDAV server answers")
        self._inside.append(name)
        if len(self._inside) > DEEPEST:
            raise Malformed("this is not what a CalDAV server answers")

    def _ends(self, name: str) -> None:
        self._inside.pop()
        if name == DATA:
            self.found.append("".join(self._text).strip())
            self._text.clear()

    def _says(self, text: str) -> None:
        if self._inside and self._inside[-1] == DATA:
            self._text.append(text)
