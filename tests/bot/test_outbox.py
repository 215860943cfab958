"""The way out: in order, call after call, swept whole, and closed without a loss."""

import asyncio

import pytest

from bot.errors import Rejected, Unreachable
from bot.messages import Address, Outbound, Purpose
from bot.resending import RESENT
from bot.rules.retry import JITTER, SEND_DELAYS
from content.words import Words
from storage import lanes, line
from storage.engine import Work
from storage.line import LEASE_SECONDS, LOOK, SWEPT
from tests.bot.conftest import Open
from tests.bot.sending import words
from tests.bot.world import CARD, World
from tests.doubles.channel import PART, failures, lost, slow

LONGEST, SHORTEST = 1 + JITTER, 1 - JITTER
AGAIN = Words("fr").say(RESENT)
TIMEOUT = Unreachable("timeout", maybe_sent=True)
DOWN = Unreachable("connect")
LONG = "Première partie du message, assez longue. Deuxième partie du message, aussi longue. Troisième partie du message, la fin."
PARTS = ["Première partie du message, assez longue.", "Deuxième partie du message, aussi longue.", "Troisième partie du message, la fin."]


def _open() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate


class TestOrder:
    async def test_a_line_is_sent_in_order(self, world: World) -> None:
        texts = [f"message {nth}" for nth in range(3 * LOOK)]
        for text in texts:
            await world.put("ada", Purpose.HUMAN, text)
        await world.run()
        assert world.channel.read("ada") == texts
        assert set(await world.states("ada")) == {"sent"}

    async def test_two_senders_keep_the_order(self, world: World, another: Open) -> None:
        other = await another()
        texts = [f"message {nth}" for nth in range(20)]
        for text in texts:
            await world.put("ada", Purpose.HUMAN, text)
        await asyncio.gather(world.run(), other.run(), world.run(), other.run())
        assert world.channel.read("ada") == texts

    async def test_a_message_that_is_retried_holds_the_next(self, world: World) -> None:
        world.channel.script("ada", lost(DOWN))
        await world.put("ada", Purpose.HUMAN, "un")
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        assert world.channel.asked("ada") == ["un"]
        await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["un", "deux"]

    async def test_a_message_that_failed_for_good_does_not_stop_the_next(self, world: World) -> None:
        world.channel.script("ada", lost(Rejected("400")))
        await world.put("ada", Purpose.HUMAN, "un")
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        assert world.channel.read("ada") == ["deux"]
        assert await world.states("ada") == ["failed", "sent"]
        assert await world.statuses("ada") == ["failed", "sent"]

    async def test_a_crisis_overtakes_a_held_line(self, world: World) -> None:
        world.channel.script("ada", *failures(DOWN, 2))
        await world.put("ada", Purpose.HUMAN, "un")
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        await world.put("ada", Purpose.CRISIS, CARD)
        world.channel.mend("ada")
        await world.run()
        assert world.channel.read("ada") == [CARD]
        await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == [CARD, "un", "deux"]

    async def test_a_crisis_overtakes_a_call_under_way(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.REPLY, "un")
        await world.put("ada", Purpose.REPLY, "deux")
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await world.take("ada", "danger")
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.ended) == 1)
        assert world.channel.read("ada") == [CARD]
        gate.set()
        await world.run()
        assert world.channel.read("ada") == [CARD, "un", "deux"]

    async def test_a_crisis_under_way_is_not_made_twice(self, world: World, another: Open) -> None:
        other = await another()
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.CRISIS, CARD)
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await other.run()
        gate.set()
        await world.run()
        assert len(world.channel.calls) == 1

    async def test_a_retried_crisis_holds_nobody(self, world: World) -> None:
        world.channel.script("ada", lost(DOWN))
        await world.put("ada", Purpose.CRISIS, CARD)
        await world.run()
        await world.put("ada", Purpose.REPLY, "un")
        await world.run()
        assert world.channel.read("ada") == ["un"]
        await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["un", CARD]

    async def test_a_dedup_key_is_used_once(self, world: World) -> None:
        assert await world.put("ada", Purpose.REMINDER, "demain 10 h", dedup_key="appointment 7, 48 h") is not None
        assert await world.put("ada", Purpose.REMINDER, "demain 10 h", dedup_key="appointment 7, 48 h") is None
        await world.passes(days=3)
        assert world.channel.read("ada") == ["demain 10 h"]


class TestSeveralCalls:
    async def test_go_one_after_the_other_before_the_next_message(self, world: World) -> None:
        await world.put("ada", Purpose.HUMAN, LONG)
        await world.put("ada", Purpose.HUMAN, "ensuite")
        await world.run()
        assert world.channel.read("ada") == [*PARTS, "ensuite"]
        assert await world.deliveries("ada") == [(0, "sent"), (1, "sent"), (2, "sent"), (0, "sent")]

    async def test_a_retry_resumes_at_the_call_that_failed(self, world: World) -> None:
        world.channel.script("ada", lost(DOWN), slow(_open()), lost(DOWN))
        await world.put("ada", Purpose.HUMAN, LONG)
        await world.run()
        for _ in range(2):
            await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == PARTS

    async def test_a_crash_between_two_calls_resumes_at_the_first_never_leased(self, world: World, another: Open) -> None:
        dying = await another()
        gate = asyncio.Event()
        world.channel.script("ada", slow(_open()), slow(gate))
        await world.put("ada", Purpose.HUMAN, LONG)
        await dying.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 2)
        await dying.outbox.close(0)
        await world.put("ada", Purpose.HUMAN, "ensuite")
        await world.passes(LEASE_SECONDS + 1)
        assert await world.deliveries("ada") == [(0, "sent"), (1, "unknown"), (0, "sent")]
        assert world.channel.read("ada") == [PARTS[0], "ensuite"], "a human's message is never sent again by itself"

    @pytest.mark.parametrize("nth", [0, 1, 2])
    async def test_the_call_nobody_knows_about_is_sent_again_marked_and_nothing_else_is(self, world: World, nth: int) -> None:
        world.channel.script("ada", *[slow(_open()) for _ in range(nth)], lost(TIMEOUT))
        await world.put("ada", Purpose.REPLY, LONG)
        await world.run()
        assert words(world, "ada") == " ".join([*PARTS[:nth], AGAIN, *PARTS[nth:]])
        assert all(len(part) <= PART for part in world.channel.read("ada"))
        assert await world.states("ada") == ["sent"]


class TestSweep:
    async def test_those_that_cannot_be_sent_to_do_not_hide_the_others(self, world: World) -> None:
        def strand(work: Work) -> None:
            for nth in range(SWEPT):
                lane = lanes.open_lane(work, Address("off", "here", str(nth)))
                line.put(work, lane, Outbound(lane.address, Purpose.HUMAN, "un"))
                lanes.keep(work, lane)

        await world.storage.run(strand)
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        await world.run()
        assert world.channel.read("ada") == ["deux"]


class TestClose:
    async def test_nothing_new_is_begun_and_what_waits_stays_due(self, world: World, another: Open) -> None:
        stopping = await another()
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        for text in ("un", "deux"):
            await world.put("ada", Purpose.HUMAN, text)
        await stopping.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        closing = asyncio.create_task(stopping.outbox.close(10))
        await asyncio.sleep(0)
        gate.set()
        await closing
        assert len(world.channel.calls) == 1
        assert await world.states("ada") == ["sent", "due"]
        await world.run()
        assert world.channel.read("ada") == ["un", "deux"]

    async def test_a_message_of_several_calls_goes_on_elsewhere(self, world: World, another: Open) -> None:
        stopping = await another()
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.HUMAN, LONG)
        await stopping.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        closing = asyncio.create_task(stopping.outbox.close(10))
        await asyncio.sleep(0)
        gate.set()
        await closing
        assert len(world.channel.calls) == 1
        await world.run()
        assert world.channel.read("ada") == PARTS
