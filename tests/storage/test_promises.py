"""What stands on a thread while its person waits."""

from datetime import timedelta

from bot.messages import Address, Inbound, Kind, Outbound, Purpose
from storage import lanes, line, promises, restored, road, threads
from storage.engine import Storage, Work
from storage.promises import Promised
from tests.clock import TestClock
from tests.opening import opens

ADA = Address("telegram", "1", "ada")
HOUR = timedelta(hours=1)


def asks(work: Work) -> int:
    accepted = road.accept(work, Inbound(ADA, str(work.now), Kind.TEXT, work.now, text="une personne"))
    assert accepted is not None
    thread = threads.open_for(work, accepted.lane)
    lanes.keep(work, accepted.lane)
    return thread


def answers(work: Work, caseworker_id: int) -> None:
    lane = lanes.open_lane(work, ADA)
    line.put(work, lane, Outbound(ADA, Purpose.HUMAN, "Bonjour."), caseworker_id=caseworker_id)
    lanes.keep(work, lane)


async def test_a_promise_is_missed_once_its_deadline_is_over(storage: Storage, clock: TestClock) -> None:
    thread = await storage.run(asks)
    await storage.run(promises.give, thread, clock.now() + HOUR)
    given = Promised(clock.now() + HOUR, clock.now(), 0)
    assert await storage.read(promises.of, thread) == given
    clock.turn(minutes=59)
    assert not await storage.read(promises.any_missed)
    assert await storage.run(promises.still_missed, thread) is None
    clock.turn(minutes=1)
    assert await storage.read(promises.missed) == [thread]
    assert await storage.run(promises.still_missed, thread) == given


async def test_a_colleagues_line_keeps_it(storage: Storage, clock: TestClock) -> None:
    (samira,) = await opens(storage)
    thread = await storage.run(asks)
    await storage.run(answers, samira.id)
    clock.turn(seconds=1)
    await storage.run(promises.give, thread, clock.now() + HOUR)
    clock.turn(hours=2)
    assert await storage.run(promises.still_missed, thread) is not None, "a line of before the promise keeps nothing"
    await storage.run(answers, samira.id)
    assert await storage.run(promises.still_missed, thread) is None
    assert not await storage.read(promises.any_missed)
    assert (await storage.read(promises.of, thread)).deadline is None


async def test_closing_and_ending_end_it(storage: Storage, clock: TestClock) -> None:
    thread = await storage.run(asks)
    await storage.run(promises.give, thread, clock.now() + HOUR)
    clock.turn(hours=2)
    await storage.run(threads.close, thread)
    assert not await storage.read(promises.any_missed)
    assert await storage.run(promises.still_missed, thread) is None
    again = await storage.run(asks)
    await storage.run(promises.give, again, clock.now() + HOUR)
    await storage.run(promises.end, again)
    clock.turn(hours=2)
    assert not await storage.read(promises.any_missed)


async def test_a_restored_copy_gives_no_promise_again(storage: Storage, clock: TestClock) -> None:
    thread = await storage.run(asks)
    await storage.run(promises.give, thread, clock.now() + HOUR)
    await storage.run(restored.settle)
    clock.turn(hours=2)
    assert not await storage.read(promises.any_missed)
