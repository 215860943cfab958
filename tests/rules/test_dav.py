"""CalDAV: the question is what the standard wants, the answer is read for its calendars, and what is hostile is refused at once."""

import time as stopwatch
from datetime import date
from xml.etree import ElementTree

import pytest

from bot.errors import Malformed
from bot.rules import dav
from bot.rules.calendars import read_busy
from bot.rules.hours import Days
from tests.rules.waiting import PARIS

WITHIN = Days(date(2026, 3, 2), date(2026, 3, 31))
HEAD = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
LAUGHS = "".join(f'<!ENTITY l{nth} "{f"&l{nth - 1};" * 10}">' for nth in range(1, 10))


def response(data: str) -> str:
    return f"<d:response><d:href>/a</d:href><d:propstat><d:prop><c:calendar-data>{data}</c:calendar-data></d:prop></d:propstat></d:response>"


def test_the_question_is_of_the_days_of_the_wall() -> None:
    root = ElementTree.fromstring(dav.query(WITHIN, PARIS))  # noqa: S314 - what our own side wrote
    span = root.find(".//{urn:ietf:params:xml:ns:caldav}time-range")
    assert span is not None
    assert span.attrib == {"start": "20260301T230000Z", "end": "20260331T220000Z"}, "from winter into summer"


def test_every_calendar_of_the_answer_is_read() -> None:
    first = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a&amp;b\nDTSTART:20260303T090000Z\nDTEND:20260303T100000Z\nEND:VEVENT\nEND:VCALENDAR"
    second = "<![CDATA[BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:c\nDTSTART:20260304T090000Z\nDTEND:20260304T100000Z\nEND:VEVENT\nEND:VCALENDAR]]>"
    raw = dav.calendars((HEAD + response(first) + response(second) + "</d:multistatus>").encode())
    assert b"UID:a&b" in raw
    found = read_busy(raw, PARIS, WITHIN)
    assert (len(found.spans), found.events, found.unread) == (2, 2, 0)


def test_no_event_is_an_answer_too() -> None:
    raw = dav.calendars((HEAD + "</d:multistatus>").encode())
    assert read_busy(raw, PARIS, WITHIN).spans == ()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "BEGIN:VCALENDAR",
        "<html><body>Log in</body></html>",
        '<?xml version="1.0"?><multistatus/>',
        HEAD,
        HEAD + "<d:response></d:multistatus>",
        HEAD.replace("<d:multistatus", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d:multistatus') + "&x;</d:multistatus>",
        HEAD.replace("<d:multistatus", f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d:multistatus') + response("&l9;") + "</d:multistatus>",
        HEAD.replace("<d:multistatus", '<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><d:multistatus') + "</d:multistatus>",
        HEAD + "&nothing;</d:multistatus>",
        HEAD + "<d:a>" * 100_000,
        '<?xml version="1.0" encoding="utf-7"?>' + HEAD[21:] + "</d:multistatus>",
    ],
)
def test_what_is_hostile_or_no_answer_is_refused_at_once(raw: str) -> None:
    begun = stopwatch.perf_counter()
    with pytest.raises(Malformed):
        dav.calendars(raw.encode())
    assert stopwatch.perf_counter() - begun < 1
