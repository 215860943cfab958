"""Whether a message went is not known: an answer is sent once more, marked; nothing else goes by itself."""

import asyncio

import pytest

from bot.errors import Unreachable
from bot.messages import Purpose
from bot.resending import RESENT
from content.words import Words
from storage.line import LEASE_SECONDS
from tests.bot.conftest import Open
from tests.bot.sending import die_sending, words
from tests.bot.world import World
from tests.doubles.channel import asleep, heard, slow

AGAIN = Words("fr").say(RESENT)
TIMEOUT = Unreachable("timeout", maybe_sent=True)
LONG = "Première partie du message, assez longue. Deuxième partie du message, aussi longue. Troisième partie du message, la fin."
PARTS = ["Première partie du message, assez longue.", "Deuxième partie du message, aussi longue.", "Troisième partie du message, la fin."]
RESENT_PURPOSES = [Purpose.CRISIS, Purpose.REPLY, Purpose.SERVICE]
KEPT_PURPOSES = [Purpose.HUMAN, Purpose.REMINDER, Purpose.SURVEY, Purpose.ANNOUNCEMENT]


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
