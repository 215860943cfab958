"""A reminder in the outbox is looked at again just before it is sent: what is not true any more does not go, and a caseworker sees why."""

from dataclasses import dataclass

import pytest

from bot import outbox
from bot.errors import Blocked
from bot.messages import Outbound, Purpose
from storage import appointments, consents, lanes, reminders
from storage.appointment_view import Appointment, By
from storage.consents import Choice
from storage.engine import Work
from storage.reminders import State
from tests.bot.conftest import Open
from tests.bot.sending import die_sending
from tests.bot.world import World
from tests.doubles.channel import lost
from tests.storage.diary import Diary, claimed, diary, paris

BODY = "Ton rendez-vous : mardi 10 mars, 10 h."
BOOKED = "2026-03-10 10:00"


@dataclass
class Case:
    """Zoé has an appointment, and its reminder is in the outbox; nothing of it was sent yet."""

    world: World
    of: Diary
    zoe: int
    mine: Appointment

    async def write(self) -> None:
        self.world.clock.turn_to(paris("2026-03-08 10:00"))
        await self.world.storage.run(_write)

    async def step(self) -> tuple[State, str, str]:
        (step,) = [
            each for each in await self.world.storage.read(lambda work: reminders.steps(work, appointment_id=self.mine.id)) if each.version == 1
        ]
        return step.state, step.reason, step.status


def _write(work: Work) -> None:
    for due in claimed(work):
        (lane,) = lanes.lanes_of_person(work, due.person_id)
        number = outbox.put(work, lane, Outbound(lane.address, Purpose.REMINDER, BODY, expires_at=due.latest_at))
        lanes.keep(work, lane)
        reminders.settle(work, [reminders.written(due, lane.conversation_id, number)])


@pytest.fixture
async def case(world: World) -> Case:
    of = await diary(world.storage)
    zoe = await world.storage.run(lambda work: lanes.open_lane(work, world.channel.address("zoe")).person_id)
    mine = await of.book(zoe, of.at(BOOKED))
    return Case(world, of, zoe, mine)


async def test_what_still_holds_is_sent_once(case: Case) -> None:
    await case.write()
    await case.world.run()
    await case.world.run()
    assert case.world.channel.read("zoe") == [BODY]
    assert await case.step() == (State.WRITTEN, "", "sent")


async def test_moved_since_it_is_not_sent_and_a_caseworker_sees_why(case: Case) -> None:
    await case.write()
    await case.world.storage.run(appointments.move, case.mine.token, 1, case.of.at("2026-03-12 10:00"))
    await case.world.run()
    assert case.world.channel.read("zoe") == []
    assert await case.step() == (State.DROPPED, "changed", "dropped")


async def test_cancelled_since_it_is_not_sent(case: Case) -> None:
    await case.write()
    await case.world.storage.run(appointments.cancel, case.mine.token, 1, By.PERSON)
    await case.world.run()
    assert case.world.channel.read("zoe") == []
    assert await case.step() == (State.DROPPED, "changed", "dropped")


async def test_unwanted_since_it_is_not_sent(case: Case) -> None:
    await case.write()
    await case.world.storage.run(consents.choose, case.zoe, Choice.NO_REMINDERS, "1", "Pas de rappel")
    await case.world.run()
    assert await case.step() == (State.DROPPED, "unwanted", "dropped")


async def test_what_waits_for_the_morning_and_comes_too_late_is_not_sent(case: Case) -> None:
    await case.write()
    case.world.clock.turn_to(paris("2026-03-09 10:01"))
    await case.world.run()
    assert await case.step() == (State.DROPPED, "expired", "dropped")


async def test_stop_is_seen_by_a_caseworker(case: Case) -> None:
    await case.write()
    await case.world.change("zoe", lambda lane: setattr(lane, "opted_out_at", case.world.clock.now()))
    await case.world.run()
    assert await case.step() == (State.DROPPED, "stopped", "dropped")


async def test_a_failure_of_the_provider_is_never_swallowed(case: Case) -> None:
    await case.write()
    case.world.channel.script("zoe", lost(Blocked("bot_was_blocked_by_the_user")))
    await case.world.run()
    assert await case.step() == (State.DROPPED, "bot_was_blocked_by_the_user", "failed")


async def test_of_what_nobody_knows_a_caseworker_sees_just_that(case: Case, another: Open) -> None:
    await case.write()
    survivor = await die_sending(case.world, another, "zoe")
    survivor.clock.turn(60)
    await survivor.run()
    assert await case.step() == (State.WRITTEN, "", "unknown")
    assert case.world.channel.read("zoe") == []
