"""The card that waited for a colleague goes by itself."""

from bot.messages import Purpose
from content.library import load_library
from scheduler.job import JobContext
from scheduler.jobs import danger
from storage import crises
from storage.engine import Storage
from tests.clock import TestClock
from tests.scheduler.conftest import PARIS
from tests.talk import Road


async def test_the_job_is_wanted_only_when_a_card_is_due_and_sends_it_once(storage: Storage, clock: TestClock) -> None:
    road = Road(storage, clock, load_library())
    talk = road.talk()
    await talk.says("slt")
    await road.human_says(talk, "Bonjour.")
    await talk.says("je veux mourir")
    talk.news()
    assert not await storage.read(crises.any_due)
    clock.turn(minutes=2)
    assert await storage.read(crises.any_due)
    for _again in range(2):
        await danger.job(lambda: road.library).run(JobContext(storage, clock, PARIS, clock.now()))
    await road.run()
    assert [said.purpose for said in talk.news()] == [Purpose.CRISIS, Purpose.CRISIS]
    assert not await storage.read(crises.any_due)
