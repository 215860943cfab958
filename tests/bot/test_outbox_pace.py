"""The way out asks before it sends: is it legal now, and is it its turn."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import Throttled, Unreachable
from bot.messages import Purpose
from bot.pacing import MOST_ANSWERS, MOST_OUT
from bot.rules.retry import JITTER, SEND_DELAYS
from tests.bot.conftest import Open
from tests.bot.world import PARIS, World
from tests.doubles.channel import lost, slow

LONGEST, SHORTEST = 1 + JITTER, 1 - JITTER
DOWN = Unreachable("connect")


class TestLegality:
    async def test_a_reply_of_another_epoch_is_dropped_visibly(self, world: World) -> None:
        world.channel.script("ada", lost(DOWN))
        await world.says("ada", "un")
        await world.owned_by("ada", "human")
        await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == []
        assert [(row.state, row.failure) for row in await world.rows("ada")] == [("dropped", "another_speaks")]
        assert await world.statuses("ada") == ["dropped"]

    @pytest.mark.parametrize("purpose", [Purpose.CRISIS, Purpose.SERVICE, Purpose.HUMAN, Purpose.REMINDER])
    async def test_the_others_are_never_dropped_for_it(self, world: World, purpose: Purpose) -> None:
        await world.put("ada", purpose, "un")
        await world.owned_by("ada", "human")
        await world.run()
        assert world.channel.read("ada") == ["un"]

    async def test_the_answer_that_hands_over_is_sent(self, world: World) -> None:
        await world.says("ada", "a person")
        assert world.channel.read("ada") == ["« a person »"]

    async def test_expires_out_of_the_line(self, world: World) -> None:
        world.channel.script("ada", lost(DOWN))
        await world.put("ada", Purpose.HUMAN, "un", expires_at=world.clock.now() + timedelta(seconds=1))
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        await world.passes(1.5)
        assert world.channel.read("ada") == ["deux"]
        assert await world.states("ada") == ["expired", "sent"]

    async def test_quiet_hours_wait_and_rejoin_at_the_end_of_the_line(self, world: World) -> None:
        evening = datetime(2026, 3, 3, 21, 30, tzinfo=PARIS)
        world.clock.turn_to(evening)
        await world.put("ada", Purpose.REMINDER, "rappel")
        await world.put("ada", Purpose.HUMAN, "un")
        await world.run()
        assert world.channel.read("ada") == ["un"]
        assert await world.states("ada") == ["waiting", "sent"]
        world.channel.script("ada", lost(Throttled("429", 11 * 3600.0)))
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        await world.passes(hours=10.4)
        assert world.channel.read("ada") == ["un"]
        await world.passes(hours=0.7)
        assert world.channel.read("ada") == ["un", "deux", "rappel"]

    async def test_what_expires_while_it_waits_is_not_sent(self, world: World) -> None:
        world.clock.turn_to(datetime(2026, 3, 3, 22, tzinfo=PARIS))
        await world.put("ada", Purpose.REMINDER, "rappel", expires_at=world.clock.now() + timedelta(hours=3))
        await world.run()
        await world.passes(hours=10.1)
        assert world.channel.read("ada") == []
        assert await world.states("ada") == ["expired"]

    async def test_a_channel_that_is_off_keeps_what_is_due(self, world: World) -> None:
        off = World(world.storage, world.clock, replace(world.channel, account="there"), world.library)
        await world.put("ada", Purpose.HUMAN, "un")
        await off.passes(days=1)
        assert await world.states("ada") == ["due"]
        await world.run()
        assert world.channel.read("ada") == ["un"]
        await off.outbox.close()


class TestPace:
    async def test_what_we_start_is_paced_over_everybody_and_answers_are_not(self, world: World) -> None:
        burst = int(world.channel.limits.per_second)
        for nth in range(burst + 5):
            await world.put(f"peer-{nth}", Purpose.REMINDER, "rappel")
        for nth in range(5):
            await world.put(f"other-{nth}", Purpose.REPLY, "réponse")
        await world.run()
        sent = [call.purpose for call in world.channel.calls]
        assert (sent.count(Purpose.REMINDER), sent.count(Purpose.REPLY)) == (burst, 5)
        await world.passes(1)
        assert len(world.channel.calls) == burst + 10

    async def test_is_shared_by_every_process(self, world: World, another: Open) -> None:
        other = await another()
        burst = int(world.channel.limits.per_second)
        for nth in range(2 * burst):
            await world.put(f"peer-{nth}", Purpose.REMINDER, "rappel")
        await asyncio.gather(world.run(), other.run())
        assert len(world.channel.calls) == burst
        await asyncio.gather(world.passes(0.5), other.run())
        assert len(world.channel.calls) <= burst + burst // 2 + 1

    async def test_one_person_gets_one_a_second_of_what_we_start(self, world: World) -> None:
        for nth in range(3):
            await world.put("ada", Purpose.REMINDER, f"rappel {nth}")
        await world.run()
        assert world.channel.read("ada") == ["rappel 0"]
        await world.passes(1)
        await world.passes(1)
        assert world.channel.read("ada") == ["rappel 0", "rappel 1", "rappel 2"]

    async def test_a_reply_goes_before_what_waits_for_its_pace(self, world: World) -> None:
        for nth in range(2):
            await world.put("ada", Purpose.REMINDER, f"rappel {nth}")
        await world.run()
        await world.says("ada", "un")
        await world.passes(1)
        assert world.channel.read("ada") == ["rappel 0", "« un »", "rappel 1"]

    async def test_so_many_calls_are_out_at_a_time_and_answers_do_not_count(self, world: World) -> None:
        """Each call that is out is unknown where the process dies: an account without a pace would have them all out at once."""
        world.channel.limits = replace(world.channel.limits, per_second=100_000)
        gate = asyncio.Event()
        for nth in range(MOST_OUT + 8):
            world.channel.script(f"peer-{nth}", slow(gate))
            await world.put(f"peer-{nth}", Purpose.REMINDER, "rappel")
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) >= MOST_OUT)
        await world.put("ada", Purpose.REPLY, "réponse")
        await world.outbox.sweep()
        await world.channel.until(lambda: world.channel.read("ada") == ["réponse"])
        assert len(world.channel.under_way()) == MOST_OUT
        gate.set()
        await world.run()
        assert sum(call.purpose is Purpose.REMINDER for call in world.channel.calls) == MOST_OUT + 8

    async def test_so_many_answers_of_an_account_are_out_and_the_others_wait_in_their_line_where_nothing_is_unknown(self, world: World) -> None:
        """A thousand answers at once would wait for a connection until their time is up, and nobody would know what became of them."""
        gate = asyncio.Event()
        people = [f"peer-{nth}" for nth in range(MOST_ANSWERS + 8)]
        for peer in people:
            world.channel.script(peer, slow(gate))
            for said in ("un", "deux"):
                await world.put(peer, Purpose.REPLY, said)
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) >= MOST_ANSWERS)
        (first, *_others) = waiting = [peer for peer in people if not world.channel.asked(peer)]
        assert len(waiting) == 8
        world.channel.mend(first)
        await world.put(first, Purpose.CRISIS, "appelle le 115")
        await world.put("ada", Purpose.REMINDER, "rappel")
        await world.outbox.sweep()
        await world.channel.until(lambda: world.channel.read("ada") == ["rappel"] and world.channel.read(first) == ["appelle le 115"])
        assert [await world.deliveries(peer) for peer in waiting] == [[(0, "sent")], *[[]] * 7], "a danger waits for nothing, and no call is out"
        gate.set()
        await world.run()
        assert all(world.channel.read(peer)[-2:] == ["un", "deux"] for peer in people)
