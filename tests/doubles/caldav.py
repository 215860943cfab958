"""A calendar server, strict where ours could be wrong: iCalendar by GET with an ETag, CalDAV by REPORT, Basic behind a door, and faults on demand."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from icalendar import Calendar

from tests.doubles.http import Answer, Request, Response, Server

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
ICS, COLLECTION = "/nadege/basic.ics", "/remote.php/dav/calendars/nadege/personal/"


def event(uid: str, *lines: str) -> str:
    """One calendar of one event, as a CalDAV resource holds it."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//double//FR", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")
    return "\r\n".join((*whole, "END:VCALENDAR", ""))


@dataclass
class CalendarDouble:
    """Somebody's calendar elsewhere. `login`: what opens it, "" for nothing; `fault`: answered instead, once for each."""

    events: list[str] = field(default_factory=list)
    login: str = ""
    faults: list[Answer] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def ics(self) -> str:
        return f"http://127.0.0.1:{self.port}{ICS}"

    @property
    def collection(self) -> str:
        name = f"{self.login}@" if self.login else ""
        return f"http://{name}127.0.0.1:{self.port}{COLLECTION}"

    def answer(self, request: Request) -> Answer:
        self.asked.append(request)
        if self.faults:
            return self.faults.pop(0)
        if self.login and request.headers.get("authorization") != "Basic " + base64.b64encode(self.login.encode()).decode():
            return Response(401, b"", {"WWW-Authenticate": 'Basic realm="double"'})
        if (request.method, request.path) == ("GET", ICS):
            return self._whole(request)
        if (request.method, request.path) == ("REPORT", COLLECTION):
            return self._report(request)
        return Response(405 if request.path in (ICS, COLLECTION) else 404, b"")

    def _whole(self, request: Request) -> Response:
        inside = "".join(each.split("PRODID:-//double//FR\r\n")[1].removesuffix("END:VCALENDAR\r\n") for each in self.events)
        raw = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//double//FR\r\n{inside}END:VCALENDAR\r\n".encode()
        tag = f'"{sha256(raw).hexdigest()[:12]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(304, b"", {"ETag": tag})
        return Response(200, raw, {"ETag": tag})

    def _report(self, request: Request) -> Response:
        """RFC 4791, 7.8: 400 for what is not asked as it must be."""
        if request.headers.get("depth") != "1" or not request.headers.get("content-type", "").startswith(("application/xml", "text/xml")):
            return Response(400, b"")
        root = ElementTree.fromstring(request.body)  # noqa: S314 - what our own side wrote
        span = root.find(f"{CAL}filter/{CAL}comp-filter[@name='VCALENDAR']/{CAL}comp-filter[@name='VEVENT']/{CAL}time-range")
        if root.tag != f"{CAL}calendar-query" or root.find(f"{DAV}prop/{CAL}calendar-data") is None or span is None:
            return Response(400, b"")
        since, until = (datetime.strptime(span.attrib[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for name in ("start", "end"))
        found = [each for each in self.events if _touches(each, since, until)]
        said = "".join(
            f'<d:response><d:href>{COLLECTION}{nth}.ics</d:href><d:propstat><d:prop><d:getetag>"{nth}"</d:getetag>'
            f"<c:calendar-data>{escape(each)}</c:calendar-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
            for nth, each in enumerate(found)
        )
        body = f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">{said}</d:multistatus>'
        return Response(207, body.encode())


def _touches(text: str, since: datetime, until: datetime) -> bool:
    """Whether an event may be in this time: one that comes back always may."""
    (only,) = Calendar.from_ical(text).events
    return "RRULE" in only or (only.start < until and only.end > since)


@asynccontextmanager
async def calendar_double(login: str = "") -> AsyncIterator[CalendarDouble]:
    """One on a free port of this machine, until the block ends."""
    double = CalendarDouble(login=login)
    server = Server(double.answer)
    await server.start()
    double.port = server.port
    try:
        yield double
    finally:
        await server.close()
