"""Calendars that go out are read by other parsers as they are meant; those that come in are read for when they are busy, and cannot do harm."""

import time as stopwatch
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.errors import Malformed, TooLarge
from bot.rules.calendars import MOST_EVENTS, OURS, Busy, Entry, card, etag, feed, read_busy
from bot.rules.hours import Days
from tests.rules.waiting import PARIS

START = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
YEAR = Days(date(2026, 3, 1), date(2027, 2, 28))
ENTRY = Entry("kf83", 2, START, START + timedelta(minutes=45), START - timedelta(days=3), "12 place Jean-Jaurès, 62220 Carvin ; 2e étage, bât. B")


def busy(*lines: str, within: Days = YEAR) -> Busy:
    return read_busy("\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", "")).encode(), PARIS, within)


def event(*lines: str, uid: str = "a") -> tuple[str, ...]:
    return ("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT")


def shown(found: Busy) -> list[str]:
    """The spans, as the clocks of Paris show them."""
    walls = [tuple(datetime.fromtimestamp(at, UTC).astimezone(PARIS) for at in span) for span in found.spans]
    return [
        f"{since:%d/%m %H:%M}-{until:%d/%m %H:%M}" if since.date() != until.date() else f"{since:%d/%m %H:%M}-{until:%H:%M}" for since, until in walls
    ]


ENTRIES = st.builds(
    Entry,
    uid=st.text("abcdefghijklmnop0123456789-_", min_size=8, max_size=22),
    sequence=st.integers(0, 500),
    start=st.integers(0, 11 * 365 * 288).map(lambda fives: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=5 * fives)),
    end=st.just(START),
    changed_at=st.integers(0, 10**8).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    place=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200).map(str.strip),
    cancelled=st.booleans(),
).map(lambda entry: replace(entry, end=entry.start + timedelta(minutes=45)))


class TestFeed:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(ENTRIES, max_size=8, unique_by=lambda entry: entry.uid))
    def test_two_parsers_read_what_was_written(self, entries: list[Entry]) -> None:
        raw = feed(entries)
        mine = [
            (str(one["UID"]), one.sequence, one.start, one.end, str(one["STATUS"]), str(one.get("LOCATION", "")))
            for one in Calendar.from_ical(raw).events
        ]
        theirs = [
            (one.uid.value, int(one.sequence.value), one.dtstart.value, one.dtend.value, one.status.value, _location(one))
            for one in vobject.readOne(raw.decode()).contents.get("vevent", [])
        ]
        said = [
            (entry.uid + OURS, entry.sequence, entry.start, entry.end, "CANCELLED" if entry.cancelled else "CONFIRMED", entry.place)
            for entry in entries
        ]
        assert mine == said
        assert theirs == said

    def test_says_the_place_and_nothing_else(self) -> None:
        text = feed([ENTRY]).decode().replace("\r\n ", "")
        names = {line.partition(":")[0].partition(";")[0] for line in text.splitlines()}
        assert names <= {"BEGIN", "END", "PRODID", "VERSION", "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"} | {
            *("DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "CLASS"),
            *("NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
        }
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text, "told to look again each hour, where it listens"
        assert "X-PUBLISHED-TTL:PT1H" in text
        assert "SUMMARY:Rendez-vous" in text
        assert "CLLAJ" not in text.upper()

    def test_the_same_entries_are_the_same_bytes_and_another_sequence_is_not(self) -> None:
        assert etag(feed([ENTRY])) == etag(feed([replace(ENTRY)]))
        assert etag(feed([ENTRY])) != etag(feed([replace(ENTRY, sequence=3)]))

    def test_lines_fit_and_end_as_the_standard_wants(self) -> None:
        raw = feed([ENTRY])
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert raw.count(b"\n") == raw.count(b"\r\n")

    def test_a_card_is_put_in_and_taken_out_under_the_same_uid(self) -> None:
        kept, gone = card(ENTRY).decode(), card(replace(ENTRY, sequence=3, cancelled=True)).decode()
        assert "METHOD:PUBLISH" in kept
        assert "METHOD:CANCEL" in gone
        assert "STATUS:CANCELLED" in gone
        assert "UID:kf83@rdv.palier" in kept
        assert "UID:kf83@rdv.palier" in gone

    def test_a_place_cannot_write_lines_of_its_own(self) -> None:
        raw = feed([replace(ENTRY, place="ici\r\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT")])
        (only,) = Calendar.from_ical(raw).walk("VEVENT")
        assert "ATTENDEE" not in only


def _location(one: object) -> str:
    location = getattr(one, "location", None)
    return "" if location is None else str(location.value)


class TestBusy:
    def test_times_with_a_zone_without_one_and_in_greenwich(self) -> None:
        found = busy(
            *event("DTSTART;TZID=Europe/Paris:20260303T093000", "DTEND;TZID=Europe/Paris:20260303T103000", uid="a"),
            *event("DTSTART:20260304T093000", "DURATION:PT30M", uid="b"),
            *event("DTSTART:20260305T093000Z", "DTEND:20260305T100000Z", uid="c"),
            *event("DTSTART;TZID=Romance Standard Time:20260306T093000", "DTEND;TZID=Romance Standard Time:20260306T100000", uid="d"),
            *event("DTSTART;TZID=Nowhere/At All:20260307T093000", "DTEND;TZID=Nowhere/At All:20260307T100000", uid="e"),
            *event("DTSTART;TZID=America/New_York:20260309T093000", "DTEND;TZID=America/New_York:20260309T100000", uid="f"),
        )
        assert shown(found) == [
            *("03/03 09:30-10:30", "04/03 09:30-10:00", "05/03 10:30-11:00", "06/03 09:30-10:00", "07/03 09:30-10:00"),
            "09/03 14:30-15:00",
        ]
        assert (found.events, found.unread) == (6, 0)

    def test_days_whole_and_several(self) -> None:
        found = busy(*event("DTSTART;VALUE=DATE:20260303"), *event("DTSTART;VALUE=DATE:20260327", "DTEND;VALUE=DATE:20260330", uid="b"))
        assert shown(found) == ["03/03 00:00-04/03 00:00", "27/03 00:00-30/03 00:00"], "over the night the clocks change too"

    def test_what_does_not_take_time_is_left_out(self) -> None:
        nine = ("DTSTART:20260303T090000", "DTEND:20260303T100000")
        found = busy(
            *event(*nine, "STATUS:CANCELLED", uid="a"),
            *event(*nine, "TRANSP:TRANSPARENT", uid="b"),
            *event("DTSTART:20260303T090000", uid="c"),
            *event("DTSTART:20260303T090000", "DTEND:20260303T080000", uid="d"),
            *event(*nine, uid=f"kf83{OURS}"),
            *("BEGIN:VTODO", "UID:e", *nine, "END:VTODO", "BEGIN:VFREEBUSY", "FREEBUSY:20260303T090000Z/PT1H", "END:VFREEBUSY"),
        )
        assert found.spans == ()

    def test_recurrences_with_days_left_out_moved_and_added(self) -> None:
        weekly = ("DTSTART;TZID=Europe/Paris:20260323T093000", "DTEND;TZID=Europe/Paris:20260323T103000", "RRULE:FREQ=WEEKLY;COUNT=5")
        found = busy(
            *event(*weekly, "EXDATE;TZID=Europe/Paris:20260406T093000", "RDATE;TZID=Europe/Paris:20260408T093000"),
            *event("RECURRENCE-ID;TZID=Europe/Paris:20260330T093000", "DTSTART:20260331T150000Z", "DTEND:20260331T160000Z"),
        )
        assert shown(found) == ["23/03 09:30-10:30", "31/03 17:00-18:00", "08/04 09:30-10:30", "13/04 09:30-10:30", "20/04 09:30-10:30"]

    @pytest.mark.parametrize("said", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
    def test_one_time_of_a_series_that_was_called_off_or_is_free_gives_its_time_back(self, said: str) -> None:
        weekly = ("DTSTART;TZID=Europe/Paris:20260302T093000", "DTEND;TZID=Europe/Paris:20260302T103000")
        again = "RECURRENCE-ID;TZID=Europe/Paris:20260309T093000"
        found = busy(*event(*weekly, "RRULE:FREQ=WEEKLY;COUNT=3"), *event(again, "DTSTART:20260309T083000Z", "DURATION:PT1H", said))
        assert shown(found) == ["02/03 09:30-10:30", "16/03 09:30-10:30"]

    def test_a_change_of_all_that_follows_is_said_to_be_read_in_part(self) -> None:
        weekly = ("DTSTART:20260302T083000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
        moved = ("RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T083000Z", "DTSTART:20260309T133000Z", "DURATION:PT1H")
        assert busy(*event(*weekly), *event(*moved)).unread == 1

    def test_each_working_day_as_some_write_it(self) -> None:
        found = busy(*event("DTSTART:20260305T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20260310T235959Z"))
        assert [text[:5] for text in shown(found)] == ["05/03", "06/03", "09/03", "10/03"]
        assert found.unread == 0

    @pytest.mark.parametrize("zone", ['"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"', "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"])
    def test_the_name_of_a_zone_may_hold_a_colon(self, zone: str) -> None:
        found = busy(*event(f"DTSTART;TZID={zone}:20260303T090000", f"DTEND;TZID={zone};X-A=b:20260303T100000"))
        assert (shown(found), found.unread) == (["03/03 09:00-10:00"], 0)

    def test_a_mark_of_byte_order_is_no_part_of_it(self) -> None:
        lines = ("BEGIN:VCALENDAR", *event("DTSTART:20260303T090000", "DTEND:20260303T100000"), "END:VCALENDAR")
        assert shown(read_busy("\r\n".join(lines).encode("utf-8-sig"), PARIS, YEAR)) == ["03/03 09:00-10:00"]

    def test_a_rule_ends_at_its_moment_or_with_its_day(self) -> None:
        starts = ("DTSTART;TZID=Europe/Paris:20260302T093000", "DURATION:PT1H")
        assert len(busy(*event(*starts, "RRULE:FREQ=DAILY;UNTIL=20260304T082959Z")).spans) == 2
        assert len(busy(*event(*starts, "RRULE:FREQ=DAILY;UNTIL=20260304T083000Z")).spans) == 3
        assert len(busy(*event(*starts, "RRULE:FREQ=DAILY;UNTIL=20260304")).spans) == 3

    def test_one_that_began_years_ago_goes_on(self) -> None:
        found = busy(*event("DTSTART;TZID=Europe/Paris:20110103T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2"))
        assert len(found.spans) in (26, 27)
        assert {text[6:] for text in shown(found)} == {"09:00-10:00"}, "by the wall, winter and summer"

    def test_a_rule_that_is_not_understood_counts_once_and_is_said(self) -> None:
        for rule in ("FREQ=SECONDLY", "FREQ=HOURLY;COUNT=100000000", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYWEEKNO=20", "nonsense"):
            found = busy(*event("DTSTART:20260303T090000", "DTEND:20260303T100000", f"RRULE:{rule}"))
            assert (shown(found), found.events) == (["03/03 09:00-10:00"], 1)
            assert found.unread == 1, rule

    def test_no_title_is_read(self) -> None:
        lines = ("SUMMARY:Chez le médecin", "DESCRIPTION:intime", " sur deux lignes", "ATTENDEE:mailto:zoe@example.org")
        alarm = ("BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:P9D", "END:VALARM")
        found = busy(*event(*lines, *alarm, "DTSTART:20260303T090000", "DTEND:20260303", " T100000"))
        assert shown(found) == ["03/03 09:00-10:00"]


class TestHostile:
    """Whatever comes, an answer comes soon: spans, or a refusal that says why."""

    def refused_or_read(self, raw: bytes) -> Busy | None:
        began = stopwatch.perf_counter()
        found = None
        with suppress(TooLarge, Malformed):
            found = read_busy(raw, PARIS, YEAR)
        assert stopwatch.perf_counter() - began < 20
        return found

    def test_ten_megabytes_are_refused_unread(self) -> None:
        with pytest.raises(TooLarge, match="8 MB"):
            read_busy(b"BEGIN:VCALENDAR\r\n" + b"X" * (10 << 20), PARIS, YEAR)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"<html>404</html>",
            b"\xff\xfe\x00" * 500,
            b"BEGIN:VCALENDAR",
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
            b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\nEND:VCALENDAR",
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999\nEND:VEVENT\nEND:VCALENDAR",
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:00010101\nDURATION:P999999999D\nEND:VEVENT\nEND:VCALENDAR",
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=../../etc/passwd:20260303T090000\nDURATION:-P9D\nEND:VEVENT\nEND:VCALENDAR",
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260303\nDTSTART:20260304\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR",
            b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 300_000,
            b"BEGIN:VCALENDAR\n" + b" x\n" * 500_000,
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"EXDATE:20260303\n" * 300_000,
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nRDATE:" + b"20260303," * 300_000 + b"\nEND:VEVENT\n",
            b"BEGIN:VCALENDAR\n"
            + b"BEGIN:VEVENT\nDTSTART:20260303T000000\nDURATION:PT5M\nRRULE:FREQ=DAILY\nEND:VEVENT\n" * 2_000
            + b"END:VCALENDAR\n",
        ],
        ids=range(15),
    )
    def test_odd_calendars(self, raw: bytes) -> None:
        found = self.refused_or_read(raw)
        assert found is None or len(found.spans) <= 400

    @pytest.mark.parametrize(
        "cut",
        [
            ("BEGIN:VCALENDAR", *event("DTSTART:20260303T090000", "DURATION:PT1H")),
            ("BEGIN:VCALENDAR", *event("DTSTART:20260303T090000", "DURATION:PT1H")[:-1]),
            ("BEGIN:VCALENDAR", *event("DTSTART:20260303T090000", "DURATION:PT1H"), "BEGIN:VCALENDAR", "END:VCALENDAR"),
        ],
    )
    def test_one_that_is_cut_short_frees_nothing(self, cut: tuple[str, ...]) -> None:
        """A server that gave up halfway: what was known of it stays, and its illness is shown."""
        with pytest.raises(Malformed, match="cut short"):
            read_busy("\r\n".join(cut).encode(), PARIS, YEAR)

    def test_what_comes_after_its_end_is_nothing(self) -> None:
        lines = ("BEGIN:VCALENDAR", *event("DTSTART:20260303T090000", "DURATION:PT1H"), "END:VCALENDAR", "<!-- cached -->")
        assert shown(read_busy("\r\n".join(lines).encode(), PARIS, YEAR)) == ["03/03 09:00-10:00"]

    def test_too_many_events_are_refused(self) -> None:
        with pytest.raises(TooLarge, match="fewer years"):
            busy(*event("DTSTART:20260303T090000", "DURATION:PT5M") * (MOST_EVENTS + 1))

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "DTSTART:20260303T090000", "DTSTART:x", "RRULE:FREQ="])
            | st.text(max_size=30)
        )
    )
    def test_anything_at_all(self, lines: list[str]) -> None:
        self.refused_or_read("\n".join(["BEGIN:VCALENDAR", *lines]).encode())

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes(self, raw: bytes) -> None:
        self.refused_or_read(raw)
