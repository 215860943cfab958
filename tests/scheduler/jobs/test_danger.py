"""The card that waits for a colleague's answer goes when the answer does not come, whoever dies, and once."""

import pytest
from sqlmodel import col, select

from content.library import Library, load_library
from scheduler.clockwork import Clockwork
from scheduler.job import JobContext
from scheduler.jobs import danger
from storage import jobs
from storage.engine import Storage, Work
from storage.jobs import LEASE_SECONDS, State
from storage.tables import Crisis, JobRun
from tests.clock import TestClock
from tests.scheduler.conftest import PARIS
from tests.scheduler.jobs.test_transport import count
from tests.talk import Road, Talk, bodies


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture
def road(storage: Storage, clock: TestClock, library: Library) -> Road:
    return Road(storage, clock, library)


@pytest.fixture
def clockwork(storage: Storage, clock: TestClock, library: Library) -> Clockwork:
    return Clockwork(storage, clock, [danger.job(lambda: library)], zone=PARIS)


@pytest.fixture
async def talk(road: Road) -> Talk:
    """Somebody in danger whom a caseworker answered a moment ago."""
    talk = road.talk()
    await talk.says("/personne")
    await road.human_says(talk, "Bonjour, je suis là.")
    talk.news()
    await talk.says("je veux mourir")
    return talk


async def passes(road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk, seconds: float) -> str:
    """Time passes; what was said because of it."""
    clock.turn(seconds)
    await clockwork.tick()
    await road.run()
    return bodies(talk.news())


class TestDanger:
    async def test_goes_after_two_minutes_and_once(self, road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk) -> None:
        assert "3114" not in await passes(road, clockwork, clock, talk, 115)
        assert "3114" in await passes(road, clockwork, clock, talk, 5)
        assert await passes(road, clockwork, clock, talk, 600) == ""

    async def test_a_colleagues_answer_cancels_it(self, road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk) -> None:
        clock.turn(60)
        await road.human_says(talk, "Tu es en sécurité, là ?")
        talk.news()
        assert await passes(road, clockwork, clock, talk, 60) == ""
        assert await passes(road, clockwork, clock, talk, 3600) == ""

    async def test_a_clock_turned_by_two_days_sends_it(self, road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk) -> None:
        assert "3114" in await passes(road, clockwork, clock, talk, 48 * 3600)

    async def test_a_dead_runner_delays_it_by_its_lease(self, road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk) -> None:
        clock.turn(120)
        assert await road.storage.run(jobs.seize, "danger", clock.now()) is not None
        assert await passes(road, clockwork, clock, talk, LEASE_SECONDS - 1) == ""
        assert "3114" in await passes(road, clockwork, clock, talk, 2)

    async def test_run_twice_it_sends_once(self, road: Road, storage: Storage, clock: TestClock, talk: Talk) -> None:
        clock.turn(120)
        for _again in range(2):
            await danger.job(lambda: road.library).run(JobContext(storage, clock, PARIS, clock.now()))
        await road.run()
        assert [said.card for said in talk.news()].count("crisis") == 1

    async def test_a_card_that_cannot_be_written_does_not_silence_the_others(
        self, road: Road, clockwork: Clockwork, clock: TestClock, talk: Talk, storage: Storage
    ) -> None:
        other = road.talk("inès")
        await other.says("/personne")
        await road.human_says(other, "Bonjour.")
        await other.says("je veux mourir")
        other.news()
        await storage.run(_spoil_the_first)
        clock.turn(120)
        await clockwork.tick()
        await road.run()
        assert "3114" in bodies(other.news())
        last = await storage.read(jobs.last, "danger")
        assert last is not None
        assert (last.state, last.failure) == (State.FAILED, "CardsFailed")

    async def test_nothing_is_written_while_nobody_is_in_danger(self, road: Road, clockwork: Clockwork, clock: TestClock, storage: Storage) -> None:
        await road.talk("inès").says("bonjour")
        for _ in range(10):
            clock.turn(5)
            await clockwork.tick()
        assert await count(storage, JobRun) == 0


def _spoil_the_first(work: Work) -> None:
    """The first danger is of a kind that the content does not know any more."""
    first = work.session.exec(select(Crisis).order_by(col(Crisis.id))).first()
    assert first is not None
    first.crisis = work.vault.seal("crisis.crisis", "of another age")
