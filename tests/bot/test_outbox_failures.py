"""The way out when it fails: tried again, held, or given up, and visibly."""

import pytest

from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, Throttled, Unreachable
from bot.messages import Kind, Purpose
from bot.rules.retry import JITTER, SEND_DELAYS
from storage.line import LEASE_SECONDS
from tests.bot.conftest import Open
from tests.bot.sending import die_sending
from tests.bot.world import CARD, World
from tests.doubles.channel import failures, heard, lost

LONGEST, SHORTEST = 1 + JITTER, 1 - JITTER
DOWN = Unreachable("connect")


class TestRetry:
    async def test_five_times_then_fails_visibly(self, world: World) -> None:
        world.channel.script("ada", *failures(DOWN, 6))
        await world.put("ada", Purpose.HUMAN, "un")
        await world.run()
        for nth, delay in enumerate(SEND_DELAYS, start=1):
            assert await world.statuses("ada") == ["queued"]
            await world.passes(delay * SHORTEST - 0.01)
            assert len(world.channel.calls) == nth, "not yet"
            await world.passes(delay * (LONGEST - SHORTEST) + 0.02)
            assert len(world.channel.calls) == nth + 1
        assert [(row.state, row.failure) for row in await world.rows("ada")] == [("failed", "connect")]
        assert await world.statuses("ada") == ["failed"]

    @pytest.mark.parametrize("failure", [DOWN, Misconfigured("401")])
    async def test_what_may_work_later_is_tried_later(self, world: World, failure: Exception) -> None:
        world.channel.script("ada", lost(failure))
        await world.put("ada", Purpose.REPLY, "un")
        await world.passes(0)
        await world.passes(SEND_DELAYS[0] * LONGEST)
        assert world.channel.read("ada") == ["un"]

    @pytest.mark.parametrize("failure", [Rejected("400"), OutsideWindow("131047")])
    async def test_what_will_never_work_is_not_tried_again(self, world: World, failure: Exception) -> None:
        world.channel.script("ada", lost(failure))
        await world.put("ada", Purpose.REPLY, "un")
        await world.passes(days=1)
        assert len(world.channel.calls) == 1
        assert await world.states("ada") == ["failed"]

    async def test_what_cannot_be_rendered_fails_alone(self, world: World) -> None:
        world.channel.broken_render = lambda outbound: outbound.body == "un"
        await world.put("ada", Purpose.REPLY, "un")
        await world.put("ada", Purpose.REPLY, "deux")
        await world.run()
        assert world.channel.read("ada") == ["deux"]
        assert [row.failure for row in await world.rows("ada")] == ["render_ValueError", None]

    async def test_a_fault_that_no_channel_declares_is_unknown(self, world: World) -> None:
        world.channel.script("ada", heard(ValueError("a bug")))
        await world.put("ada", Purpose.HUMAN, "un")
        await world.run()
        assert [(row.state, row.failure) for row in await world.rows("ada")] == [("unknown", "send_ValueError")]

    async def test_a_send_that_could_not_be_recorded_is_not_lost(self, world: World, another: Open) -> None:
        await world.put("ada", Purpose.REPLY, "un")
        await die_sending(world, another, "ada")
        await world.passes(LEASE_SECONDS + 1)
        assert len(world.channel.read("ada")) == 1


class TestThrottle:
    async def test_is_obeyed_to_the_second_and_holds_this_person_alone(self, world: World) -> None:
        world.channel.script("ada", lost(Throttled("429", 17.0)))
        await world.put("ada", Purpose.REPLY, "un")
        await world.put("ada", Purpose.REPLY, "deux")
        await world.put("bob", Purpose.REPLY, "trois")
        await world.run()
        await world.passes(16.99)
        assert world.channel.asked("ada") == ["un"]
        assert world.channel.read("bob") == ["trois"]
        await world.passes(0.01)
        assert world.channel.read("ada") == ["un", "deux"]

    async def test_holds_even_a_crisis(self, world: World) -> None:
        world.channel.script("ada", lost(Throttled("429", 5.0)))
        await world.put("ada", Purpose.REPLY, "un")
        await world.run()
        await world.says("ada", "danger")
        assert world.channel.read("ada") == []
        await world.passes(5.0)
        assert sorted(world.channel.read("ada")) == sorted(["un", CARD])

    async def test_of_the_account_holds_everybody(self, world: World, another: Open) -> None:
        other = await another()
        world.channel.script("ada", lost(Throttled("429", 30.0, whole_account=True)))
        await world.put("ada", Purpose.REPLY, "un")
        await world.run()
        await world.put("bob", Purpose.REPLY, "deux")
        await other.run()
        await world.passes(29.9)
        assert world.channel.read("bob") == []
        for _step in range(3):  # and then one after the other, at the rate that is allowed
            await other.passes(0.1)
        assert (world.channel.read("ada"), world.channel.read("bob")) == (["un"], ["deux"])

    async def test_counts_for_no_attempt(self, world: World) -> None:
        world.channel.script("ada", *[lost(Throttled("429", 1.0)) for _ in range(12)])
        await world.put("ada", Purpose.REPLY, "un")
        for _ in range(13):
            await world.passes(1.0)
        assert world.channel.read("ada") == ["un"]


class TestBlocked:
    async def test_stops_writing_until_the_person_writes_again(self, world: World) -> None:
        world.channel.script("ada", lost(Blocked("403")))
        for text in ("un", "deux"):
            await world.put("ada", Purpose.HUMAN, text)
        await world.run()
        assert [(row.state, row.failure) for row in await world.rows("ada")] == [("failed", "403"), ("dropped", "blocked")]
        assert await world.statuses("ada") == ["failed", "dropped"]
        assert (await world.lane("ada")).blocked_at is not None
        await world.says("ada", "trois")
        assert (await world.lane("ada")).blocked_at is None
        assert world.channel.read("ada") == ["« trois »"]

    async def test_unblocking_lifts_it(self, world: World) -> None:
        await world.inbox.take([world.said("ada", "", kind=Kind.BLOCKED)])
        await world.put("ada", Purpose.HUMAN, "un")
        await world.run()
        await world.inbox.take([world.said("ada", "", kind=Kind.CHANGED)])
        await world.put("ada", Purpose.HUMAN, "deux")
        await world.run()
        assert world.channel.read("ada") == ["deux", "«  »"]

    async def test_a_stop_is_another_flag_and_stays(self, world: World) -> None:
        await world.change("ada", lambda lane: setattr(lane, "opted_out_at", world.clock.now()))
        await world.put("ada", Purpose.REMINDER, "rappel")
        await world.says("ada", "un")
        assert world.channel.read("ada") == ["« un »"]
        assert next((row.state, row.failure) for row in await world.rows("ada")) == ("dropped", "stopped")
        assert (await world.lane("ada")).opted_out_at is not None
