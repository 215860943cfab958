"""Whom an alert is announced to, when, and when again."""

from datetime import datetime, time, timedelta

import pytest
from sqlmodel import select

from bot.messages import Address, Inbound, Kind
from bot.rules.duty import Duty
from storage import alerts, hours, lanes, on_call, road, threads
from storage.alerts import Audience, Waiting
from storage.engine import Storage, Work
from storage.tables import Alert
from tests.clock import TestClock
from tests.opening import days, opens, paris

ADA = Address("telegram", "1", "ada")


def danger(work: Work) -> int:
    accepted = road.accept(work, Inbound(ADA, str(work.now), Kind.TEXT, work.now, text="je dors dehors"))
    assert accepted is not None
    thread = threads.open_for(work, accepted.lane, urgency=2)
    threads.raise_alert(work, thread)
    lanes.keep(work, accepted.lane)
    return thread


async def announced(storage: Storage, *, heard: bool = True) -> list[Waiting]:
    """What the job does in one look."""
    whom = await storage.read(alerts.audience)
    if whom is None or not await storage.read(alerts.any_due):
        return []
    found = await storage.read(alerts.due, whom)
    await storage.run(alerts.told, found, whom, heard=heard)
    return list(found)


async def row(storage: Storage) -> Alert:
    def unit(work: Work) -> Alert:
        found = work.session.exec(select(Alert)).one()
        work.session.expunge(found)
        return found

    return await storage.read(unit)


class TestAudience:
    @pytest.mark.parametrize(
        ("at", "whom"),
        [
            (paris(2026, 11, 23, 10), Audience.TEAM),
            (paris(2026, 11, 23, 23), None),  # night
            (paris(2026, 11, 22, 10), None),  # Sunday
            (paris(2026, 8, 5, 10), None),  # the August closure
            (paris(2026, 11, 11, 10), None),  # a holiday
            (paris(2026, 11, 24, 10), None),  # everyone absent
        ],
        ids=("open", "night", "sunday", "august", "holiday", "absent"),
    )
    async def test_outside_hours_nobody_is_woken(self, storage: Storage, clock: TestClock, at: datetime, whom: Audience | None) -> None:
        clock.turn_to(paris(2026, 7, 1))
        (samira,) = await opens(storage)
        await storage.run(hours.close, days("2026-08-03", "2026-08-21"), "Été")
        await storage.run(hours.be_away, samira.id, days("2026-11-24"))
        clock.turn_to(at)
        assert await storage.read(alerts.audience) is whom

    async def test_hours_unknown_nobody_is_woken(self, storage: Storage) -> None:
        assert await storage.read(alerts.audience) is None

    async def test_but_for_whoever_was_named(self, storage: Storage, clock: TestClock) -> None:
        await opens(storage)
        clock.turn_to(paris(2026, 11, 23, 23))
        await storage.run(on_call.add, "Nadia", "json://x", Duty(days("2026-11-23"), time(17), time(9)))
        assert await storage.read(alerts.audience) is Audience.ON_CALL
        clock.turn_to(paris(2026, 11, 23, 10))
        assert await storage.read(alerts.audience) is Audience.TEAM


class TestSteps:
    async def test_at_once_after_five_minutes_then_to_the_head_at_ten(self, storage: Storage, clock: TestClock) -> None:
        await opens(storage)
        await storage.run(danger)
        assert [one.for_head for one in await announced(storage)] == [False]
        assert await announced(storage) == []
        clock.turn(minutes=4, seconds=59)
        assert await announced(storage) == []
        clock.turn(seconds=1)
        assert [one.for_head for one in await announced(storage)] == [False]
        assert (await row(storage)).passed_at is None
        clock.turn(minutes=5)
        assert [one.for_head for one in await announced(storage)] == [True]
        assert (await row(storage)).passed_at == clock.now()
        clock.turn(minutes=29)
        assert await announced(storage) == []
        clock.turn(minutes=1)
        assert [one.for_head for one in await announced(storage)] == [True], "until somebody reads it"

    async def test_ends_with_whoever_read_it(self, storage: Storage, clock: TestClock) -> None:
        (samira,) = await opens(storage)
        thread = await storage.run(danger)
        await announced(storage)
        await storage.run(threads.acknowledge, thread, samira.id)
        clock.turn(hours=2)
        assert await announced(storage) == []
        await storage.run(alerts.told, (Waiting(1, 1, clock.now()),), Audience.TEAM, heard=True)
        assert (await row(storage)).told == 1, "read while it was being announced"

    async def test_of_the_night_begins_in_the_morning(self, storage: Storage, clock: TestClock) -> None:
        await opens(storage)
        clock.turn_to(paris(2026, 11, 22, 23))
        await storage.run(danger)
        assert await announced(storage) == []
        clock.turn_to(paris(2026, 11, 23, 9))
        assert [one.for_head for one in await announced(storage)] == [False]
        clock.turn_to(paris(2026, 11, 23, 9, 10))
        assert [one.for_head for one in await announced(storage)] == [False]
        clock.turn_to(paris(2026, 11, 23, 9, 15))
        assert [one.for_head for one in await announced(storage)] == [True]

    async def test_begins_anew_when_the_team_comes_after_somebody_on_call(self, storage: Storage, clock: TestClock) -> None:
        await opens(storage)
        clock.turn_to(paris(2026, 11, 22, 23))
        await storage.run(on_call.add, "Nadia", "json://x", Duty(days("2026-11-22"), time(17), time(9)))
        await storage.run(danger)
        for _nth in range(4):
            assert len(await announced(storage)) == 1
            clock.turn(minutes=30)
        assert (await row(storage)).passed_at is None, "the head is not on call"
        clock.turn_to(paris(2026, 11, 23, 9))
        assert [one.told for one in await announced(storage)] == [0]

    async def test_where_no_address_answered_sooner(self, storage: Storage, clock: TestClock) -> None:
        await opens(storage)
        await storage.run(danger)
        await announced(storage, heard=False)
        clock.turn_to(clock.now() + timedelta(minutes=1))
        assert len(await announced(storage, heard=False)) == 1
        clock.turn_to(clock.now() + timedelta(minutes=1))
        assert [one.for_head for one in await announced(storage)] == [True]
