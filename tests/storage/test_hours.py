"""Hours, closures, absences and places: kept, changed, taken away, and given to the rules at once."""

from datetime import time, timedelta

from sqlmodel import select

from bot.rules.duty import Duty
from bot.rules.hours import Absence, Hours, Range
from storage import caseworkers, hours, on_call, places, settings_store, tables
from storage.caseworkers import Role
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.opening import colleague, days, opens, paris
from tests.rules.waiting import LUNCH, OFFICE, PARIS

MORNING = Range(time(9), time(12))


async def known(storage: Storage) -> Hours | None:
    return await storage.read(hours.known)


class TestKnown:
    async def test_nothing_is_assumed(self, storage: Storage) -> None:
        assert await known(storage) is None
        assert await storage.read(hours.week) is None
        await storage.run(hours.put_week, OFFICE)
        assert await known(storage) is None, "nobody answers yet"

    async def test_all_that_decides_at_once(self, storage: Storage) -> None:
        samira, theo = await opens(storage, LUNCH, ("Samira", "Théo"))
        await storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Congés d'été")
        await storage.run(hours.be_away, theo.id, days("2026-11-23"), MORNING)
        absent = (Absence(theo.id, days("2026-11-23"), MORNING),)
        assert await known(storage) == Hours(PARIS, LUNCH, frozenset({samira.id, theo.id}), (days("2026-08-03", "2026-08-21"),), absent)

    async def test_who_answers(self, storage: Storage) -> None:
        nadia = await colleague(storage, "Nadia", Role.HEAD)
        await colleague(storage, "Alex", Role.ADMIN)
        await storage.run(caseworkers.invite, "soon@example.org", Role.CASEWORKER)
        await storage.run(hours.put_week, OFFICE)
        found = await known(storage)
        assert found is not None
        assert found.team == {nadia.id}, "the head, as long as no caseworker has come in"
        samira = await colleague(storage, "Samira")
        found = await known(storage)
        assert found is not None
        assert found.team == {samira.id}
        await storage.run(caseworkers.disable, samira.id)
        found = await known(storage)
        assert found is not None
        assert found.team == {nadia.id}

    async def test_the_zone_is_that_of_the_process(self, storage: Storage) -> None:
        assert (await storage.read(hours.zone)).key == "Europe/Paris"
        await storage.run(hours.put_zone, "Indian/Reunion")
        assert (await storage.read(hours.zone)).key == "Indian/Reunion"


class TestSignature:
    async def test_the_head_signs_the_hours_as_they_stand(self, storage: Storage, clock: TestClock) -> None:
        nadia = await colleague(storage, "Nadia", Role.HEAD)
        assert not await storage.run(hours.sign, nadia)
        await storage.run(hours.put_week, OFFICE)
        assert await storage.read(hours.signature) is None
        assert await storage.run(hours.sign, nadia)
        assert await storage.read(hours.signature) == hours.Signature("Nadia", clock.now())
        await storage.run(hours.put_week, OFFICE)
        assert await storage.read(hours.signature) is not None, "nothing changed"
        await storage.run(hours.put_week, LUNCH)
        assert await storage.read(hours.signature) is None


class TestClosures:
    async def test_are_kept_in_order_and_taken_away_once(self, storage: Storage) -> None:
        winter = await storage.run(hours.close, days("2026-12-24", "2026-12-31"), "Fin d'année")
        await storage.run(hours.close, days("2026-05-15"), "Pont")
        assert [one.reason for one in await storage.read(hours.closures)] == ["Pont", "Fin d'année"]
        assert await storage.run(hours.reopen, winter)
        assert not await storage.run(hours.reopen, winter)
        assert [one.days for one in await storage.read(hours.closures)] == [days("2026-05-15")]

    async def test_are_forgotten_a_month_after_they_are_over(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(hours.close, days("2026-03-04"), "Réunion")
        clock.turn(days=31)
        await storage.run(hours.close, days("2026-05-15"), "Pont")
        assert len(await storage.read(hours.closures)) == 2
        clock.turn(days=1)
        await storage.run(hours.close, days("2026-06-15"), "Réunion")
        assert [one.days for one in await storage.read(hours.closures)] == [days("2026-05-15"), days("2026-06-15")]


class TestAbsences:
    async def test_are_sealed_and_hold_no_reason(self, storage: Storage) -> None:
        (samira,) = await opens(storage)
        await storage.run(hours.be_away, samira.id, days("2026-11-23", "2026-11-27"))

        def raw(work: Work) -> bytes:
            return work.session.exec(select(tables.Absence)).one().days

        assert b"2026" not in await storage.read(raw)
        (away,) = await storage.read(hours.absences)
        assert (away.who.name, away.days, away.during) == ("Samira", days("2026-11-23", "2026-11-27"), None)

    async def test_are_taken_away_and_go_with_their_colleague(self, storage: Storage) -> None:
        samira, theo = await opens(storage, team=("Samira", "Théo"))
        token = await storage.run(hours.be_away, samira.id, days("2026-11-23"))
        await storage.run(hours.be_away, theo.id, days("2026-11-24"))
        assert await storage.run(hours.be_back, token)
        assert not await storage.run(hours.be_back, token)
        await storage.run(caseworkers.disable, theo.id)
        assert await storage.read(hours.absences) == ()

    async def test_are_forgotten_a_month_after_they_are_over(self, storage: Storage, clock: TestClock) -> None:
        (samira,) = await opens(storage)
        await storage.run(hours.be_away, samira.id, days("2026-03-04"))
        clock.turn(days=40)
        await storage.run(hours.be_away, samira.id, days("2026-05-04"))
        assert [one.days for one in await storage.read(hours.absences)] == [days("2026-05-04")]


class TestPlaces:
    async def test_are_kept_changed_and_removed(self, storage: Storage) -> None:
        first = await storage.run(places.add, "Oignies", "19 rue du 19 Mars 1962", OFFICE)
        second = await storage.run(places.add, "Carvin", "Mission Locale", ((),) * 7)
        assert [place.name for place in await storage.read(places.places)] == ["Oignies", "Carvin"]
        assert await storage.run(places.change, places.Place(second, "Carvin", "12 place Jean Jaurès", LUNCH))
        assert (await storage.read(places.places))[1] == places.Place(second, "Carvin", "12 place Jean Jaurès", LUNCH)
        assert await storage.run(places.remove, first)
        assert not await storage.run(places.remove, first)
        assert not await storage.run(places.change, places.Place(first, "", "", OFFICE))
        assert [place.name for place in await storage.read(places.places)] == ["Carvin"]


class TestOnCall:
    async def test_nobody_is_unless_named_with_dates_and_hours(self, storage: Storage, clock: TestClock) -> None:
        clock.turn_to(paris(2026, 11, 20, 23))
        assert await storage.read(on_call.addresses_now) == ()
        night = Duty(days("2026-11-20", "2026-11-21"), time(17), time(9))
        token = await storage.run(on_call.add, "Nadia", "json://127.0.0.1:9/", night)
        assert await storage.read(on_call.addresses_now) == ("json://127.0.0.1:9/",)
        clock.turn_to(paris(2026, 11, 22, 8, 59))
        assert await storage.read(on_call.addresses_now) == ("json://127.0.0.1:9/",)
        clock.turn_to(paris(2026, 11, 22, 17))
        assert await storage.read(on_call.addresses_now) == (), "its last night is over"
        clock.turn_to(paris(2026, 11, 20, 16, 59))
        assert await storage.read(on_call.addresses_now) == ()
        assert await storage.run(on_call.remove, token)
        assert not await storage.run(on_call.remove, token)
        assert await storage.read(on_call.entries) == ()

    async def test_round_the_clock_and_within_a_day(self) -> None:
        whole = Duty(days("2026-11-21"), time(9), time(9))
        at = [paris(2026, 11, 21, 8, 59), paris(2026, 11, 21, 9), paris(2026, 11, 22, 8, 59), paris(2026, 11, 22, 9)]
        assert [whole.on_at(one, PARIS) for one in at] == [False, True, True, False]
        day = Duty(days("2026-11-21"), time(9), time(12))
        assert [day.on_at(one, PARIS) for one in (at[1], paris(2026, 11, 21, 12), paris(2026, 11, 22, 10))] == [True, False, False]

    async def test_is_kept_sealed_and_forgotten(self, storage: Storage, clock: TestClock) -> None:
        duty = Duty(days("2026-03-04"), time(17), time(9))
        await storage.run(on_call.add, "Nadia", "mailto://user:password@example.org", duty)

        def raw(work: Work) -> bytes:
            return work.session.exec(select(tables.Confidential)).one().value

        assert b"Nadia" not in await storage.read(raw)
        clock.turn_to(clock.now() + timedelta(days=40))
        assert await storage.read(on_call.entries) == ()
        await storage.run(on_call.forget_old)
        assert await storage.read(settings_store.confidential, on_call.ON_CALL) == "[]"
