"""One turn at a time per address; one that fails is rolled back, retried holding its lane, then set aside, and the person is told."""

import asyncio

import pytest

from bot.messages import Kind, Outbound, Purpose
from bot.routing import Turn
from bot.rules.retry import JITTER, TURN_DELAYS
from bot.turns import FAILED
from content.library import Library
from content.understanding.appointment import NOTHING_HEARD, Answer, Heard
from content.understanding.meaning import Certainty
from content.words import Words
from storage import lanes, road
from storage.engine import Storage, Work
from storage.road import Waiting
from tests.bot.conftest import Open
from tests.bot.world import CARD, Answers, Robot, World
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel, slow

LONGEST = 1 + JITTER
SHORTEST = 1 - JITTER
SORRY = Words("fr").say(FAILED, quand="…").partition("…")[0][:40]


async def fail_until_parked(world: World) -> None:
    """Let the retries pass, each as late as it may be."""
    for delay in TURN_DELAYS:
        await world.passes(delay * LONGEST)


def sorry(world: World, peer: str) -> bool:
    """Whether the person was told that an answer failed."""
    return SORRY in " ".join(world.channel.read(peer))


class TestFailure:
    async def test_nothing_of_a_failed_turn_is_kept(self, world: World) -> None:
        world.answers.failing["un"] = 1
        await world.says("ada", "un")
        assert world.answers.heard == [("ada", "un")]
        assert (await world.lane("ada")).state == {}
        assert await world.rows("ada") == []
        assert [(row.state, row.attempts, row.failure) for row in await world.received("ada")] == [("waiting", 1, "ValueError")]

    async def test_is_retried_after_1_5_and_30_seconds(self, world: World) -> None:
        world.answers.failing["un"] = 3
        await world.says("ada", "un")
        for nth, delay in enumerate(TURN_DELAYS, start=1):
            await world.passes(delay * SHORTEST - 0.01)
            assert len(world.answers.heard) == nth, "not yet"
            await world.passes(delay * (LONGEST - SHORTEST) + 0.02)
            assert len(world.answers.heard) == nth + 1
        assert world.channel.read("ada") == ["« un »"]

    async def test_holds_its_lane_meanwhile_and_only_its_own(self, world: World) -> None:
        world.answers.failing["un"] = 2
        await world.says("ada", "un", "deux")
        await world.says("bob", "trois")
        assert world.channel.read("ada") == []
        assert world.channel.read("bob") == ["« trois »"]
        await world.passes(TURN_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == []
        await world.passes(TURN_DELAYS[1] * LONGEST)
        assert world.channel.read("ada") == ["« un »", "« deux »"]

    async def test_is_parked_at_the_end_and_the_next_turn_goes(self, world: World) -> None:
        world.answers.failing["un"] = 4
        await world.says("ada", "un", "deux")
        await fail_until_parked(world)
        assert [(row.state, row.attempts) for row in await world.received("ada")] == [("parked", 4), ("handled", 0)]
        assert world.channel.read("ada")[-1] == "« deux »"
        assert world.turns.counts == {"failed": 4, "parked": 1}

    async def test_the_person_is_told_with_the_numbers_of_emergency(self, world: World) -> None:
        world.answers.failing["un"] = 4
        await world.says("ada", "un")
        await fail_until_parked(world)
        assert sorry(world, "ada")
        assert "115" in " ".join(world.channel.read("ada"))
        assert [(row.purpose, row.state) for row in await world.rows("ada")] == [("service", "sent")]

    async def test_a_person_of_the_team_sees_it_and_the_robot_keeps_the_conversation(self, world: World) -> None:
        world.answers.failing["un"] = 4
        await world.says("ada", "un")
        await fail_until_parked(world)
        assert (await world.lane("ada")).owner == "bot"
        assert await world.storage.read(_open_threads) == 1

    async def test_the_robot_does_not_speak_over_a_human_to_say_so(self, world: World) -> None:
        def fail(turn: object) -> None:
            raise ValueError

        await world.says("ada", "a person")
        world.answers.during = fail
        await world.says("ada", "take the robot back")
        await fail_until_parked(world)
        assert [row.state for row in await world.received("ada")] == ["handled", "parked"]
        assert world.channel.read("ada") == ["« a person »"]

    async def test_a_replay_is_answered(self, world: World) -> None:
        world.answers.failing["un"] = 4
        await world.says("ada", "un", "deux")
        await fail_until_parked(world)
        await world.replay("ada")
        await world.run()
        assert world.channel.read("ada")[-1] == "« un »"
        assert [row.state for row in await world.received("ada")] == ["handled", "handled"]
        await world.replay("ada")
        await world.run()
        assert world.channel.read("ada").count("« un »") == 1

    async def test_danger_is_answered_while_an_earlier_turn_is_retried(self, world: World) -> None:
        world.answers.failing["un"] = 4
        await world.says("ada", "un")
        await world.says("ada", "danger")
        assert world.channel.read("ada") == [CARD]
        await fail_until_parked(world)
        assert world.channel.read("ada")[0] == CARD
        assert sorry(world, "ada")

    async def test_a_turn_left_by_a_dead_process_is_taken(self, world: World, another: Open) -> None:
        world.answers.failing["un"] = 1
        await world.says("ada", "un")
        await world.turns.close()
        other = await another()
        await other.passes(TURN_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["« un »"]

    async def test_a_turn_that_another_process_ended_meanwhile_stays_ended(self, world: World, another: Open) -> None:
        other = await another()
        await world.take("ada", "un")
        row = (await world.received("ada"))[0]
        waiting = await world.storage.run(_head, row.address_id or 0)
        await other.run()
        assert not await world.storage.run(road.retry_later, waiting, 0.0, "ValueError")
        assert not await world.storage.run(road.park, waiting, "ValueError")
        assert [row.state for row in await world.received("ada")] == ["handled"]

    async def test_what_cannot_be_said_is_a_failure_of_the_handler(self, world: World) -> None:
        def say_nonsense(turn: Turn) -> None:
            turn.said.append(Outbound(turn.lane.address, Purpose.REPLY, object()))  # type: ignore[arg-type]

        world.answers.during = say_nonsense
        await world.says("ada", "un")
        world.answers.during = lambda turn: None
        assert [row.attempts for row in await world.received("ada")] == [1]
        await world.passes(TURN_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["« un »"]

    @pytest.mark.parametrize("fault", [KeyError("a"), ZeroDivisionError(), RecursionError()])
    async def test_whatever_is_raised(self, world: World, fault: Exception) -> None:
        faults = [fault]

        def during(turn: object) -> None:
            if faults:
                raise faults.pop()

        world.answers.during = during
        await world.says("ada", "un")
        await world.passes(TURN_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["« un »"]


async def test_what_is_heard_of_an_appointment_is_found_once_where_it_is_asked_for(
    storage: Storage, clock: TestClock, channel: FakeChannel, library: Library
) -> None:
    asked: list[str] = []

    def hear(text: str) -> Heard:
        asked.append(text)
        return Heard(Answer.CANCEL, Certainty.SURE, 1.0)

    answers = Answers()
    world = World(storage, clock, channel, library, answers, robot=Robot((answers.module(),), hear=hear))
    await world.says("ada", "un")
    assert asked == []
    heard: list[Heard] = []
    answers.during = lambda turn: heard.extend([turn.heard, turn.heard])
    await world.says("ada", "deux")
    assert asked == ["deux"]
    assert [each.sure for each in heard] == [Answer.CANCEL, Answer.CANCEL]
    await world.inbox.take([world.said("ada", "/trois", kind=Kind.COMMAND)])
    await world.run()
    assert heard[-1] == NOTHING_HEARD
    assert asked == ["deux"]
    await world.turns.close()
    await world.outbox.close()


def _head(work: Work, address_id: int) -> Waiting:
    lane = lanes.lane(work, address_id)
    assert lane is not None
    waiting = road.next_waiting(work, lane)
    assert waiting is not None
    return waiting


def _open_threads(work: Work) -> int:
    from sqlmodel import func, select

    from storage.tables import Thread

    return work.session.exec(select(func.count()).select_from(Thread)).one()


class TestSideBySide:
    async def test_turns_of_one_person_never_overlap(self, world: World, another: Open) -> None:
        worlds = [world, await another(), await another()]
        inside: list[str] = []
        overlaps: list[str] = []

        def during(turn: object) -> None:
            if inside:
                overlaps.append("overlap")
            inside.append("turn")
            for _ in range(2_000):
                pass
            inside.pop()

        world.answers.during = during
        await world.take("ada", *(f"{nth}" for nth in range(10)))
        await asyncio.gather(*(each.run() for each in worlds))
        await world.run()
        assert overlaps == []
        assert [text for _peer, text in world.answers.heard] == [f"{nth}" for nth in range(10)]

    async def test_a_turn_does_not_wait_for_a_send(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.HUMAN, "bonjour")
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await world.take("ada", "un")
        await world.turns.sweep()
        await world.turns.settled()
        assert world.answers.heard == [("ada", "un")]
        gate.set()
        await world.run()
        assert world.channel.read("ada") == ["bonjour", "« un »"]


class TestSilence:
    async def test_nothing_is_answered_while_a_human_owns_the_conversation(self, world: World) -> None:
        await world.says("ada", "a person")
        await world.says("ada", "un", "deux")
        assert world.channel.read("ada") == ["« a person »"]
        assert [row.state for row in await world.received("ada")] == ["handled"] * 3

    async def test_what_is_on_the_short_list_is_answered(self, world: World) -> None:
        await world.says("ada", "a person", "un", "take the robot back", "deux")
        assert world.channel.read("ada") == ["« a person »", "« deux »"]

    async def test_being_blocked_is_no_turn(self, world: World) -> None:
        await world.inbox.take([world.said("ada", "", kind=Kind.BLOCKED)])
        await world.run()
        assert world.answers.heard == []
        assert (await world.lane("ada")).blocked_at == world.clock.now()
