"""A hold that is over goes to the next who waits, once, whoever looks."""

from datetime import timedelta

from scheduler.job import JobContext
from scheduler.jobs import freed
from storage import seats, workshops
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.rules.waiting import PARIS
from tests.storage.diary import Diary, diary, paris


async def session(storage: Storage, of: Diary) -> str:
    def unit(work: Work) -> str:
        workshop = workshops.put(work, workshops.Workshop("", "Atelier"))
        start = paris("2026-03-20 14:00")
        return workshops.plan(work, workshop, of.place, [(start, start + timedelta(hours=2))], 1)[0]

    return await storage.run(unit)


async def test_a_seat_held_too_long_goes_to_the_next(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    assert not await storage.read(freed.anybody_waits)
    first, second, third = [await of.person(name) for name in ("ada", "zoe", "mel")]
    token = await session(storage, of)
    for person in (first, second, third):
        await storage.run(seats.take, token, person)
    await storage.run(seats.give_back, token, first)
    assert await storage.read(freed.anybody_waits)
    clock.turn(days=1, minutes=1)
    for _again in range(2):
        for each in freed.JOBS:
            await each.run(JobContext(storage, clock, PARIS, clock.now()))
    (seat,) = await storage.read(seats.sheet, token)
    assert (seat.person_id, seat.state) == (third, seats.State.HELD)
