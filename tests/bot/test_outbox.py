"""The way out: in order, at the pace allowed, never claiming more than is known."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, Throttled, Unreachable
from bot.messages import Address, Kind, Outbound, Purpose
from bot.outbox import RESENT
from bot.rules.retry import JITTER, SEND_DELAYS
from content.words import Words
from storage import lanes, line
from storage.engine import Work
from storage.line import LEASE_SECONDS, LOOK, SWEPT
from tests.bot.conftest import Open
from tests.bot.world import CARD, PARIS, World
from tests.doubles.channel import PART, asleep, failures, heard, lost, slow

LONGEST, SHORTEST = 1 + JITTER, 1 - JITTER
AGAIN = Words("fr").say(RESENT)
TIMEOUT = Unreachable("timeout", maybe_sent=True)
DOWN = Unreachable("connect")
LONG = "Première partie du message, assez longue. Deuxième partie du message, aussi longue. Troisième partie du message, la fin."
PARTS = ["Première partie du message, assez longue.", "Deuxième partie du message, aussi longue.", "Troisième partie du message, la fin."]
RESENT_PURPOSES = [Purpose.CRISIS, Purpose.REPLY, Purpose.SERVICE]
KEPT_PURPOSES = [Purpose.HUMAN, Purpose.REMINDER, Purpose.SURVEY, Purpose.ANNOUNCEMENT]


def words(world: World, peer: str) -> str:
    """All that this person received, as one line."""
    return re.sub(r"\s*\n\s*", " ", " ".join(world.channel.read(peer)))


async def die_sending(world: World, another: Open, peer: str) -> World:
    """A process takes the head of this person's line and dies with it, the call under way; the one that goes on."""
    dying = await another()
    gate = asyncio.Event()
    world.channel.script(peer, slow(gate, Unreachable("cut"), arrives=False))
    asked = len(world.channel.calls)
    await dying.outbox.sweep()
    await world.channel.until(lambda: len(world.channel.calls) > asked)
    await dying.outbox.close(0)
    return world


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
        await other.passes(0.2)
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


def _open() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate


class TestUnknown:
    @pytest.mark.parametrize("purpose", RESENT_PURPOSES)
    async def test_is_sent_once_more_marked(self, world: World, purpose: Purpose) -> None:
        world.channel.script("ada", heard(TIMEOUT))
        await world.put("ada", purpose, "un")
        await world.run()
        assert words(world, "ada") == f"un {AGAIN} un"
        assert await world.statuses("ada") == ["sent"]

    @pytest.mark.parametrize("purpose", RESENT_PURPOSES)
    async def test_twice_is_left_for_a_person_to_see(self, world: World, purpose: Purpose) -> None:
        world.channel.script("ada", *[heard(TIMEOUT) for _ in range(5)])
        await world.put("ada", purpose, "un")
        await world.passes(days=1)
        assert len(world.channel.calls) == 2
        assert await world.states("ada") == ["unknown"]
        assert await world.statuses("ada") == ["unknown"]

    @pytest.mark.parametrize("purpose", KEPT_PURPOSES)
    async def test_of_the_others_is_never_sent_again_by_itself(self, world: World, purpose: Purpose) -> None:
        world.channel.script("ada", heard(TIMEOUT))
        await world.put("ada", purpose, "un")
        await world.put("ada", Purpose.REPLY, "deux")
        await world.passes(days=1)
        assert world.channel.read("ada") == ["un", "deux"]
        assert await world.states("ada") == ["unknown", "sent"]

    @pytest.mark.parametrize("purpose", RESENT_PURPOSES)
    async def test_a_call_whose_process_died_is_sent_once_more_marked(self, world: World, another: Open, purpose: Purpose) -> None:
        await world.put("ada", purpose, "un")
        await die_sending(world, another, "ada")
        await world.passes(LEASE_SECONDS - 1)
        assert len(world.channel.calls) == 1, "the lease is not over"
        await world.passes(2)
        assert words(world, "ada") == f"{AGAIN} un"

    @pytest.mark.parametrize("purpose", KEPT_PURPOSES)
    async def test_a_call_of_the_others_whose_process_died_is_unknown(self, world: World, another: Open, purpose: Purpose) -> None:
        await world.put("ada", purpose, "un")
        await world.put("ada", Purpose.REPLY, "deux")
        await die_sending(world, another, "ada")
        await world.passes(LEASE_SECONDS + 1)
        assert world.channel.read("ada") == ["deux"]
        assert await world.states("ada") == ["unknown", "sent"]
        assert await world.statuses("ada") == ["unknown", "sent"]

    async def test_a_lone_process_knows_at_once_that_the_former_one_is_dead(self, world: World, another: Open) -> None:
        await world.put("ada", Purpose.REPLY, "un")
        await die_sending(world, another, "ada")
        alone = World(world.storage, world.clock, world.channel, world.library, alone=True)
        await alone.run()
        assert words(world, "ada") == f"{AGAIN} un"
        await alone.outbox.close()

    async def test_a_late_success_after_a_declared_death_is_believed(self, world: World, another: Open) -> None:
        sleeper = await another()
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.HUMAN, "un")
        await sleeper.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await world.passes(LEASE_SECONDS + 1)
        assert await world.statuses("ada") == ["unknown"]
        gate.set()
        await sleeper.outbox.settled()
        assert await world.statuses("ada") == ["sent"]
        assert await world.states("ada") == ["sent"]
        assert len(world.channel.calls) == 1

    async def test_a_late_success_of_what_was_sent_again_changes_nothing(self, world: World, another: Open) -> None:
        sleeper = await another()
        gate = asyncio.Event()
        world.channel.script("ada", asleep(gate))
        await world.put("ada", Purpose.REPLY, "un")
        await sleeper.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await world.passes(LEASE_SECONDS + 1)
        gate.set()
        await sleeper.outbox.settled()
        await world.passes(days=1)
        assert await world.states("ada") == ["sent"]
        assert [sent.number for sent in world.channel.calls] == [1] * len(world.channel.calls)

    async def test_a_late_success_of_a_first_call_does_not_overtake(self, world: World, another: Open) -> None:
        sleeper = await another()
        first, second = asyncio.Event(), asyncio.Event()
        world.channel.script("ada", asleep(first), slow(second))
        await world.put("ada", Purpose.HUMAN, LONG)
        await world.put("ada", Purpose.HUMAN, "ensuite")
        await sleeper.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        world.clock.turn(LEASE_SECONDS + 1)
        await world.outbox.sweep()
        await world.channel.until(lambda: len(world.channel.calls) == 2)
        first.set()
        await world.channel.until(lambda: len(world.channel.ended) == 1)
        await sleeper.outbox.settled()
        assert len(world.channel.calls) == 2, "the rest waits for what is being sent"
        second.set()
        await world.run()
        assert world.channel.read("ada") == [PARTS[0], "ensuite", *PARTS[1:]]


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
