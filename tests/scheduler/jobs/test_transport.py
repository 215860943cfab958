"""What is old goes, what is not stays, and what waits never goes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import SQLModel, func, select

from bot.messages import Address, Inbound, Kind, Outbound, Purpose
from scheduler.job import JobContext
from scheduler.jobs import transport
from storage import attempts, hours, jobs, lanes, line, road
from storage import transport as swept
from storage.engine import Storage, Work
from storage.jobs import State
from storage.line import Fate
from storage.tables import Absence, Action, Attempt, Bucket, Caseworker, Closure, Delivery, JobRun, Login, Message, Receipt
from storage.tables import Inbound as InboundRow
from storage.tables import Outbound as OutboundRow
from tests.clock import TestClock
from tests.opening import days, opens
from tests.scheduler.conftest import PARIS

ADA = Address("fake", "here", "ada")
DAY = 24 * 3600.0


async def clean(storage: Storage, clock: TestClock) -> None:
    await transport.JOB.run(JobContext(storage, clock, PARIS, clock.now()))


async def count(storage: Storage, table: type[SQLModel]) -> int:
    def unit(work: Work) -> int:
        return work.session.exec(select(func.count()).select_from(table)).one()

    return await storage.read(unit)


async def add(storage: Storage, make: Callable[[Work], SQLModel]) -> None:
    def unit(work: Work) -> None:
        work.session.add(make(work))

    await storage.run(unit)


async def say(storage: Storage, at: datetime, nth: str) -> None:
    """Something a person says, accepted."""

    def unit(work: Work) -> None:
        accepted = road.accept(work, Inbound(ADA, nth, Kind.TEXT, at, text="bonjour"))
        if accepted is not None:
            lanes.keep(work, accepted.lane)

    await storage.run(unit)


def answer(work: Work) -> None:
    """Its turn, over."""
    lane = lanes.open_lane(work, ADA)
    waiting = road.next_waiting(work, lane)
    assert waiting is not None
    road.handled(work, waiting)


def send(work: Work, state: str) -> None:
    """A message of ours, with a call made, in this state."""
    lane = lanes.open_lane(work, ADA)
    number = line.put(work, lane, Outbound(ADA, Purpose.REPLY, "bonjour"))
    lanes.keep(work, lane)
    row = next(row for row in line.due(work, lane, 100) if row.number == number)
    lease = line.lease(work, lane, row, 0)
    line.called(work, lane, lease, "sent", str(number))
    line.change(work, row.id, Fate(state, 0, 0, 1, row.position))
    lanes.keep(work, lane)


class TestInbound:
    async def test_a_key_lives_thirty_days_then_goes_and_what_was_said_stays(self, storage: Storage, clock: TestClock) -> None:
        await say(storage, clock.now(), "1")
        await storage.run(answer)
        clock.turn(days=29, hours=23)
        await clean(storage, clock)
        await say(storage, clock.now(), "1")
        assert await count(storage, InboundRow) == 1, "a redelivery of a month is known"
        clock.turn(hours=2)
        await clean(storage, clock)
        assert (await count(storage, InboundRow), await count(storage, Message)) == (0, 1)

    async def test_what_waits_for_its_turn_never_goes(self, storage: Storage, clock: TestClock) -> None:
        await say(storage, clock.now(), "1")
        clock.turn(days=400)
        await clean(storage, clock)
        assert await count(storage, InboundRow) == 1


class TestOutbound:
    @pytest.mark.parametrize("state", ["sent", "failed", "dropped", "expired", "unknown"])
    async def test_a_finished_send_goes_with_its_calls(self, storage: Storage, clock: TestClock, state: str) -> None:
        await storage.run(send, state)
        clock.turn(days=30)
        await clean(storage, clock)
        assert (await count(storage, OutboundRow), await count(storage, Delivery)) == (1, 1)
        clock.turn(hours=1)
        await clean(storage, clock)
        assert (await count(storage, OutboundRow), await count(storage, Delivery), await count(storage, Message)) == (0, 0, 1)

    @pytest.mark.parametrize("state", ["due", "waiting"])
    async def test_what_is_still_to_be_sent_stays(self, storage: Storage, clock: TestClock, state: str) -> None:
        await storage.run(send, state)
        clock.turn(days=400)
        await clean(storage, clock)
        assert (await count(storage, OutboundRow), await count(storage, Delivery)) == (1, 1)

    async def test_more_than_one_batch(self, storage: Storage, clock: TestClock) -> None:
        def many(work: Work) -> None:
            for _ in range(swept.BATCH * 2 + 1):
                send(work, "sent")

        await storage.run(many)
        clock.turn(days=31)
        await storage.run(send, "sent")
        await clean(storage, clock)
        assert await count(storage, OutboundRow) == 1

    async def test_what_came_to_life_again_meanwhile_stays(self, storage: Storage, clock: TestClock) -> None:
        await storage.run(send, "unknown")
        clock.turn(days=31)
        keys = await storage.read(swept.find_old, "outbound")

        def revive(work: Work) -> None:
            line.change(work, keys[0], Fate("due", 0, 1, 0, 1))

        await storage.run(revive)
        assert await storage.run(swept.remove, "outbound", keys) == 0
        assert (await count(storage, OutboundRow), await count(storage, Delivery)) == (1, 1)


def receipt(work: Work) -> Receipt:
    return Receipt(channel="fake", account="here", external_key=b"early", status="sent", at=work.now)


def action(work: Work) -> Action:
    return Action(kind="form", token_key=b"one", expires_at=work.elapsed + 7 * DAY, used_at=work.elapsed)


def bucket(work: Work) -> Bucket:
    return Bucket(name="account:fake:here", tokens=1.0, at=work.elapsed)


def stopped(work: Work) -> Bucket:
    return Bucket(name="account:fake:stopped", tokens=1.0, at=work.elapsed, stopped_until=work.elapsed + 2 * DAY)


def attempt(work: Work) -> Attempt:
    return Attempt(what="login", who_key=b"someone", window_start=work.elapsed)


class TestShortLived:
    @pytest.mark.parametrize(
        ("table", "make", "lives"),
        [
            (Receipt, receipt, timedelta(days=2)),
            (Action, action, timedelta(days=7)),
            (Bucket, bucket, timedelta(days=1)),
            (Bucket, stopped, timedelta(days=2)),
            (Attempt, attempt, timedelta(seconds=attempts.KEPT)),
        ],
    )
    async def test_lives_so_long(
        self, storage: Storage, clock: TestClock, table: type[SQLModel], make: Callable[[Work], SQLModel], lives: timedelta
    ) -> None:
        await add(storage, make)
        clock.turn(lives.total_seconds() - 60)
        await clean(storage, clock)
        assert await count(storage, table) == 1
        clock.turn(120)
        await clean(storage, clock)
        assert await count(storage, table) == 0

    async def test_a_session_goes_when_it_ends_and_its_caseworker_stays(self, storage: Storage, clock: TestClock) -> None:
        def unit(work: Work) -> None:
            ada = Caseworker(token="ada", email=b"", email_key=b"", role="caseworker", created_at=work.now)
            work.session.add(ada)
            work.session.flush()
            work.session.add(Login(caseworker_id=ada.id or 0, token_key=b"cookie", seen_at=work.elapsed, expires_at=work.elapsed + DAY / 2))

        await storage.run(unit)
        await clean(storage, clock)
        assert await count(storage, Login) == 1
        clock.turn(hours=13)
        await clean(storage, clock)
        assert (await count(storage, Login), await count(storage, Caseworker)) == (0, 1)


class TestHours:
    async def test_what_is_over_for_a_month_goes_by_itself(self, storage: Storage, clock: TestClock) -> None:
        (samira,) = await opens(storage)
        for first in ("2026-03-04", "2026-05-04"):
            await storage.run(hours.close, days(first), "Réunion")
            await storage.run(hours.be_away, samira.id, days(first))
        clock.turn(days=40)
        await clean(storage, clock)
        assert (await count(storage, Closure), await count(storage, Absence)) == (1, 1)


class TestJobRun:
    async def test_occurrences_live_thirty_days_but_the_last_of_each_job(self, storage: Storage, clock: TestClock) -> None:
        def plan(work: Work) -> None:
            for ago in range(3):
                jobs.plan(work, "rare", work.now - timedelta(days=ago))
            jobs.plan(work, "unfinished", work.now)
            jobs.plan(work, "unfinished", work.now - timedelta(days=1))

        await storage.run(plan)
        while (occurrence := await storage.run(jobs.claim, "rare", timedelta(days=99))) is not None:
            await storage.run(jobs.finish, occurrence, State.DONE)
        last = await storage.read(jobs.last_planned, "rare")
        clock.turn(days=400)
        await clean(storage, clock)
        assert await count(storage, JobRun) == 3
        assert await storage.read(jobs.last_planned, "rare") == last
