"""Openings, motives, busy calendars, feeds and marks: kept, changed, taken away; and the calendar they make, gathered in a few statements."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from bot.rules.calendars import Busy, etag, feed
from bot.rules.hours import Days, Range
from bot.rules.openings import Mode, Needs, Opening
from bot.rules.recurrences import recurrence
from bot.rules.reminders import Kind
from bot.rules.slots import Part
from bot.rules.walls import to_seconds
from storage import appointments, busy, caseworkers, feeds, marks, motives, openings, places, switches
from storage.engine import Storage
from storage.motives import Motive
from storage.switches import Switch
from tests.clock import TestClock
from tests.opening import colleague
from tests.rules.waiting import OFFICE, PARIS
from tests.storage.diary import ON_SITE, diary, paris

EVENING = (Range(time(17), time(19)),)


class TestOpenings:
    @pytest.mark.parametrize("rule", ["", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;COUNT=5", "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270601"])
    async def test_are_kept_as_they_are(self, storage: Storage, rule: str) -> None:
        of = await diary(storage)
        of_rule = recurrence(rule) if rule else None
        last = date(2027, 3, 3) if of_rule is not None and not of_rule.ends else None
        made = Opening(of.team[0], of.place, EVENING, frozenset({Mode.PHONE, Mode.ON_SITE}), date(2026, 3, 3), last, of_rule)
        token = await storage.run(openings.open_at, made)
        assert (await storage.read(openings.openings))[-1] == openings.Kept(token, made)

    async def test_changed_and_closed(self, storage: Storage) -> None:
        of = await diary(storage)
        (usual,) = await storage.read(openings.openings, of.team[0])
        evening = Opening(of.team[0], of.place, EVENING, ON_SITE, date(2026, 3, 3), date(2026, 12, 1), recurrence("FREQ=WEEKLY"))
        assert await storage.run(openings.change, usual.token, evening)
        assert {slot.part(PARIS) for slot in await of.slots()} == {Part.EVENING}
        assert await storage.run(openings.close, usual.token)
        assert not await storage.run(openings.close, usual.token)
        assert not await storage.run(openings.change, usual.token, evening)
        assert await of.slots() == ()

    async def test_a_place_that_is_withdrawn_takes_its_openings_along(self, storage: Storage) -> None:
        of = await diary(storage)
        mine = await of.book(await of.person("zoe"))
        place = await storage.read(places.find, of.place)
        assert place is not None
        assert await storage.run(places.remove, place.token)
        assert await of.slots() == ()
        assert await storage.read(places.everywhere) == ()
        assert await storage.read(places.find, mine.slot.place) == place, "what is said of an appointment there is still known"

    async def test_what_is_over_is_forgotten(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        await storage.run(openings.open_at, Opening(of.team[0], of.place, EVENING, ON_SITE, date(2026, 3, 3)))
        assert await storage.run(openings.forget_old) == 0
        clock.turn(days=3)
        assert await storage.run(openings.forget_old) == 1
        assert len(await storage.read(openings.openings)) == 1

    async def test_phone_and_video_are_places_without_doors(self, storage: Storage) -> None:
        await storage.run(places.add, "Par téléphone", "", ((),) * 7, kind=places.Kind.PHONE, directions="On t'appelle.")
        await storage.run(places.add, "Carvin", "12 place Jean-Jaurès", OFFICE, directions="Bus 35, arrêt Gare.")
        assert [place.name for place in await storage.read(places.places)] == ["Carvin"]
        found = await storage.read(places.everywhere)
        assert [(place.kind.mode, place.directions) for place in found] == [(Mode.PHONE, "On t'appelle."), (Mode.ON_SITE, "Bus 35, arrêt Gare.")]


class TestGathering:
    async def test_far_ahead_is_gathered_when_somebody_looks(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage, needs=Needs(30, ON_SITE, horizon=300))
        far = of.at("2026-10-26 10:00")
        mine = await of.book(await of.person("zoe"), far)
        wish = of.wish.on(Days(date(2026, 10, 26), date(2026, 10, 26)))
        slots = await storage.read(openings.find, wish, 20)
        assert mine.slot not in slots
        assert len(slots) == 11


class TestMotives:
    async def test_are_kept_arranged_and_withdrawn(self, storage: Storage) -> None:
        needs = Needs(45, frozenset(Mode), frozenset({3, 1}), (5, 10), (30, 35), 0, timedelta(hours=26), 90)
        made = Motive("", "À domicile", needs, "un rendez-vous", "Ta carte d'identité", (Kind.CONFIRMATION, Kind.WEEK))
        first = await storage.run(motives.put, made)
        second = await storage.run(motives.put, Motive("", "Au téléphone", Needs(30, frozenset({Mode.PHONE}))))
        found = await storage.read(motives.motives)
        assert [each.token for each in found] == [first, second]
        assert found[0] == Motive(first, *(getattr(made, name) for name in ("name", "needs", "discreet", "bring", "chain")))
        await storage.run(motives.arrange, [second, first])
        assert [each.token for each in await storage.read(motives.motives)] == [second, first]
        assert await storage.run(motives.put, Motive(first, "Chez toi", needs)) == first
        assert (await storage.read(motives.find, first)).name == "Chez toi"  # type: ignore[union-attr]
        assert await storage.run(motives.withdraw, first)
        assert not await storage.run(motives.withdraw, first)
        assert [each.token for each in await storage.read(motives.motives)] == [second]
        assert await storage.read(motives.find, first) is not None, "an appointment may still name it"


class TestBusy:
    async def test_what_a_calendar_is_busy_with_is_not_offered(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        samira = of.team[0]
        await storage.run(lambda work: switches.turn(work, Switch.BUSY, on=True))
        token = await storage.run(busy.add, samira, busy.Kind.ICS, "https://calendar.example/secret.ics")
        (source,) = await storage.read(busy.sources, samira)
        assert (source.address, source.well(clock.now())) == ("https://calendar.example/secret.ics", False)
        span = tuple(to_seconds(paris(f"2026-03-{day} 08:00")) for day in ("05", "12"))
        assert await storage.run(busy.read, token, Busy(((span[0], span[1]),), 3, 1))
        days = {slot.day(PARIS).day for slot in await of.slots(200)}
        assert days.isdisjoint(range(5, 12))
        assert {4, 12} <= days
        await storage.run(lambda work: switches.turn(work, Switch.BUSY, on=False))
        assert 5 in {slot.day(PARIS).day for slot in await of.slots(200)}, "turned off, it takes no time any more"
        await storage.run(lambda work: switches.turn(work, Switch.BUSY, on=True))
        (source,) = await storage.read(busy.sources)
        assert (source.events, source.unread, source.failure, source.well(clock.now())) == (3, 1, "", True)
        assert await storage.run(busy.failed, token, "not_found")
        (source,) = await storage.read(busy.sources)
        assert (source.failure, source.well(clock.now())) == ("not_found", True), "what was known stays"
        clock.turn(hours=25)
        assert not source.well(clock.now())
        assert await storage.run(busy.read, token, Busy((), 0, 0))
        assert 5 in {slot.day(PARIS).day for slot in await of.slots(200)}
        assert await storage.run(busy.remove, token)
        assert not await storage.run(busy.remove, token)
        assert not await storage.run(busy.read, token, Busy((), 0, 0))


class TestFeeds:
    async def test_an_address_is_given_anew_and_revoked(self, storage: Storage) -> None:
        samira = await colleague(storage, "Samira")
        assert await storage.read(feeds.secret_of, samira.id) == ""
        first = await storage.run(feeds.give, samira.id)
        assert await storage.read(feeds.whose, first) == samira.id
        second = await storage.run(feeds.give, samira.id)
        assert await storage.read(feeds.secret_of, samira.id) == second
        assert await storage.read(feeds.whose, first) is None
        await storage.run(caseworkers.disable, samira.id)
        assert await storage.read(feeds.whose, second) is None
        await storage.run(feeds.revoke, samira.id)
        assert await storage.read(feeds.secret_of, samira.id) == ""

    async def test_a_feed_follows_what_happens(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        samira = of.team[0]
        mine = await of.book(await of.person("zoe"), of.at("2026-03-10 10:00"))

        async def read() -> tuple[str, list[tuple[str, int, datetime, str, str]]]:
            raw = feed(await storage.read(feeds.entries, samira))
            events = [(str(e["UID"]), e.sequence, e.start, str(e["STATUS"]), str(e["LOCATION"])) for e in Calendar.from_ical(raw).events]
            return etag(raw), events  # type: ignore[return-value]

        first, ((uid, sequence, start, status, place),) = await read()
        assert (sequence, start, status) == (0, datetime(2026, 3, 10, 9, tzinfo=UTC), "CONFIRMED")
        assert place == "Antenne de Carvin, 12 place Jean-Jaurès, 62220 Carvin"
        await storage.run(appointments.move, mine.token, 1, of.at("2026-03-12 15:00"))
        second, (moved,) = await read()
        assert moved[:4] == (uid, 1, datetime(2026, 3, 12, 14, tzinfo=UTC), "CONFIRMED")
        await storage.run(appointments.cancel, mine.token, 2)
        third, (gone,) = await read()
        assert gone[:2] == (uid, 2)
        assert gone[3] == "CANCELLED"
        assert len({first, second, third}) == 3
        assert (await read())[0] == third


class TestMarks:
    async def test_lapse_after_sixty_days(self, storage: Storage, clock: TestClock) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        assert await storage.read(marks.until, zoe, marks.What.UNHOUSED) is None
        until = await storage.run(marks.put, zoe, marks.What.UNHOUSED)
        assert until == clock.now() + timedelta(days=60)
        clock.turn(days=59)
        assert await storage.read(marks.until, zoe, marks.What.UNHOUSED) == until
        later = await storage.run(marks.put, zoe, marks.What.UNHOUSED, of.team[0])
        assert await storage.read(marks.until, zoe, marks.What.UNHOUSED) == later == clock.now() + timedelta(days=60)
        clock.turn(days=60)
        assert await storage.read(marks.until, zoe, marks.What.UNHOUSED) is None

    async def test_taken_away_by_a_word(self, storage: Storage) -> None:
        of = await diary(storage)
        zoe = await of.person("zoe")
        await storage.run(marks.put, zoe, marks.What.UNHOUSED)
        assert await storage.run(marks.take_away, zoe, marks.What.UNHOUSED)
        assert await storage.read(marks.until, zoe, marks.What.UNHOUSED) is None
