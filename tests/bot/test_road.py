"""From accepted to sent: once, in order, whatever is said twice, fast, or by many at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import pytest

from bot.channels.base import Courtesy
from bot.messages import Choice, Ignored, Kind, Purpose, Receipt, Status, reference
from bot.rounds import SWEEP_TOLD
from bot.turns import BUSY_SECONDS
from tests.bot.conftest import Open
from tests.bot.world import CARD, World
from tests.doubles.channel import slow


async def hurry(world: World) -> None:
    """On PostgreSQL a turn steps aside for whoever holds its lane, 20 ms of machine time. Let them pass, and never so much that a sweep is due."""
    if world.storage.dialect == "postgresql":
        for _ in range(int(SWEEP_TOLD / BUSY_SECONDS) - 1):
            await asyncio.sleep(BUSY_SECONDS)  # the threads of the database have no event of ours to wait for
            world.clock.turn_machine(BUSY_SECONDS)


async def living(world: World, act: Callable[[], Awaitable[None]]) -> None:
    """Act while the loops of the process run, without a sweep: only wake-ups move anything."""
    loops = [asyncio.create_task(each) for each in (world.turns.run(), world.outbox.run(), hurry(world))]
    try:
        await act()
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


class TestAccept:
    async def test_is_durable_before_it_returns(self, world: World) -> None:
        await world.take("ada", "bonjour")
        assert [row.state for row in await world.received("ada")] == ["waiting"]
        assert world.channel.calls == []

    async def test_a_redelivery_changes_nothing(self, world: World) -> None:
        said = world.said("ada", "bonjour")
        await world.inbox.take([said, said])
        await world.inbox.take([said])
        await world.run()
        await world.inbox.take([said])
        await world.run()
        assert world.channel.read("ada") == ["« bonjour »"]
        assert world.inbox.counts["repeated"] == 3

    async def test_a_redelivery_days_later_changes_nothing(self, world: World) -> None:
        said = world.said("ada", "bonjour")
        await world.inbox.take([said])
        await world.run()
        await world.passes(days=9)
        await world.inbox.take([replace(said, received_at=world.clock.now())])
        await world.run()
        assert world.channel.read("ada") == ["« bonjour »"]

    async def test_a_redelivery_of_danger_is_answered_once(self, world: World) -> None:
        said = world.said("ada", "danger")
        for _ in range(3):
            await world.inbox.take([said])
            await world.run()
        assert world.channel.read("ada") == [CARD]

    async def test_the_same_id_elsewhere_is_something_else(self, world: World) -> None:
        said = world.said("ada", "bonjour", "1")
        elsewhere = replace(said, address=replace(said.address, account="there"))
        await world.inbox.take([said, elsewhere])
        assert world.inbox.counts["accepted"] == 2

    async def test_several_processes_accept_one_thing_once(self, world: World, another: Open) -> None:
        worlds = [world, await another(), await another()]
        for nth in range(10):
            said = world.said(f"peer-{nth}", "bonjour")
            await asyncio.gather(*(each.inbox.take([said]) for each in worlds))
        await world.run()
        assert [world.channel.read(f"peer-{nth}") for nth in range(10)] == [["« bonjour »"]] * 10

    async def test_what_is_not_wanted_is_counted_and_stores_nothing(self, world: World) -> None:
        await world.inbox.take([Ignored("poll"), Ignored("poll")])
        assert world.inbox.counts["ignored:poll"] == 2

    async def test_an_unknown_button_is_text(self, world: World) -> None:
        for choice in ("12.3", "menu", "9" * 500, ""):
            await world.inbox.take([replace(world.said("ada", "", kind=Kind.CHOICE), choice=choice)])
        await world.run()
        assert [text for _peer, text in world.answers.heard] == ["12.3", "menu", "9" * 500, ""]

    async def test_a_known_button_is_its_own_id_and_its_label(self, world: World) -> None:
        number = await world.put("ada", Purpose.REPLY, "Que veux-tu ?", Choice("secret-id", "Un toit"))
        await world.run()
        assert number is not None
        assert world.channel.received("ada")[-1].choices == (reference(number, 0),)
        pressed: list[str | None] = []
        world.answers.during = lambda turn: pressed.append(turn.choice)
        await world.inbox.take([replace(world.said("ada", "", kind=Kind.CHOICE), choice=reference(number, 0), handle="callback-7")])
        await world.run()
        assert (pressed, world.answers.heard[-1]) == (["secret-id"], ("ada", "Un toit"))
        assert world.channel.courtesies == [("ada", Courtesy.ANSWERED, "callback-7")]

    async def test_a_button_of_somebody_else_is_text(self, world: World) -> None:
        number = await world.put("ada", Purpose.REPLY, "Que veux-tu ?", Choice("secret-id", "Un toit"))
        assert number is not None
        await world.inbox.take([replace(world.said("eve", "", kind=Kind.CHOICE), choice=reference(number, 0))])
        await world.run()
        assert world.answers.heard == [("eve", reference(number, 0))]

    async def test_any_text_survives_the_way(self, world: World) -> None:
        texts = [
            "👩‍👩‍👧 é e\u0301",
            "مرحبا \u202eשלום",
            "zero\u200bwidth\u200d",
            "nul\x00nul",
            "\ud83d alone".encode("utf-8", "replace").decode(),
            "x" * 2_000,
        ]
        await world.says("ada", *texts)
        assert [text for _peer, text in world.answers.heard] == texts


class TestOrder:
    async def test_two_fast_messages_are_two_turns(self, world: World) -> None:
        await world.inbox.take([world.said("ada", "un"), world.said("ada", "deux")])
        await world.run()
        assert world.answers.heard == [("ada", "un"), ("ada", "deux")]
        assert world.channel.read("ada") == ["« un »", "« deux »"]

    async def test_what_comes_while_a_turn_sends_is_answered_after_it(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.take("ada", "un")
        running = asyncio.create_task(world.run())
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await world.take("ada", "deux")
        for _look in range(100):  # on PostgreSQL a turn steps aside for whoever holds its lane at that moment
            await world.turns.sweep()
            await world.turns.settled()
            if len(world.answers.heard) == 2:
                break
        assert world.answers.heard == [("ada", "un"), ("ada", "deux")], "a slow send holds no turn"
        assert len(world.channel.calls) == 1, "and the next message waits for it"
        gate.set()
        await running
        await world.run()
        assert world.channel.read("ada") == ["« un »", "« deux »"]

    async def test_strangers_do_not_wait_for_one_another(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.take("ada", "un")
        running = asyncio.create_task(world.run())
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        for peer in ("bob", "cyd", "dan"):
            await world.take(peer, "bonjour")
        await world.turns.sweep()
        await world.channel.until(lambda: len(world.channel.ended) == 3)
        assert [world.channel.read(peer) for peer in ("ada", "bob", "cyd", "dan")] == [[], *[["« bonjour »"]] * 3]
        gate.set()
        await running

    async def test_several_processes_keep_each_persons_order(self, world: World, another: Open) -> None:
        worlds = [world, await another()]
        said = [f"{nth}" for nth in range(12)]
        for text in said:
            await worlds[int(text) % 2].take("ada", text)
        await asyncio.gather(*(each.run() for each in worlds))
        for _ in range(3):
            await world.passes(1)
        assert world.channel.read("ada") == [f"« {text} »" for text in said]
        assert [text for _peer, text in world.answers.heard] == said

    async def test_numbers_rise_by_one_in_the_order_things_are_said(self, world: World) -> None:
        await world.says("ada", "un and deux")
        await world.says("ada", "trois", "quatre")
        assert [sent.number for sent in world.channel.received("ada")] == [2, 3, 6, 7]
        assert (await world.lane("ada")).number == 7


class TestWakes:
    async def test_accepting_wakes_the_turn_and_its_commit_the_sender(self, world: World) -> None:
        async def act() -> None:
            for nth, text in enumerate(("un", "deux", "trois"), start=1):
                await world.take("ada", text)
                await world.channel.until(partial(reached, nth))

        def reached(nth: int) -> bool:
            return len(world.channel.read("ada")) == nth

        await living(world, act)

    async def test_what_the_desk_puts_in_the_line_leaves_at_once(self, world: World) -> None:
        async def act() -> None:
            await world.put("ada", Purpose.HUMAN, "bonjour, c'est Léa")
            await world.channel.until(lambda: world.channel.read("ada") == ["bonjour, c'est Léa"])

        await living(world, act)

    async def test_what_was_left_before_the_start_is_taken(self, world: World) -> None:
        await world.take("ada", "un")
        await world.put("bob", Purpose.HUMAN, "bonjour")

        async def act() -> None:
            await world.channel.until(lambda: world.channel.read("ada") == ["« un »"] and world.channel.read("bob") == ["bonjour"])

        await living(world, act)

    @pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
    async def test_another_process_hears(self, world: World, another: Open) -> None:
        web = await another()

        async def act() -> None:
            await world.channel.until(lambda: not world.channel.calls)
            await world.storage.read(lambda work: None)
            await web.take("ada", "un")
            await world.channel.until(lambda: world.channel.read("ada") == ["« un »"])
            await web.put("ada", Purpose.HUMAN, "bonjour")
            await world.channel.until(lambda: world.channel.read("ada") == ["« un »", "bonjour"])

        await living(world, act)


class TestDanger:
    async def test_is_answered_in_the_accept_commit(self, world: World) -> None:
        await world.take("ada", "danger")
        assert [(row.purpose, row.state) for row in await world.rows("ada")] == [("crisis", "due")]
        assert [row.state for row in await world.received("ada")] == ["handled"]

    async def test_waits_for_no_parked_turn_and_no_human(self, world: World) -> None:
        world.answers.failing["cassé"] = 1
        await world.says("ada", "cassé")
        await world.owned_by("ada", "human")
        await world.says("ada", "danger")
        assert world.channel.read("ada") == [CARD]

    async def test_no_handler_runs_on_it(self, world: World) -> None:
        await world.says("ada", "danger")
        assert world.answers.heard == []


class TestReceipts:
    async def said_of(self, world: World, nth: int, status: Status, failure: str | None = None) -> None:
        await world.inbox.take([Receipt("fake", "here", f"fake-{nth}", status, world.clock.now(), failure)])

    async def test_go_forward_only(self, world: World) -> None:
        await world.says("ada", "un")
        for status, shown in (
            (Status.DELIVERED, Status.DELIVERED),
            (Status.SENT, Status.DELIVERED),
            (Status.READ, Status.READ),
            (Status.DELIVERED, Status.READ),
            (Status.FAILED, Status.READ),
        ):
            await self.said_of(world, 0, status)
            assert await world.statuses("ada") == [shown]
        assert await world.deliveries("ada") == [(0, Status.READ)]

    async def test_a_failure_ends_what_was_only_sent(self, world: World) -> None:
        await world.says("ada", "un")
        await self.said_of(world, 0, Status.FAILED, "131026")
        assert await world.statuses("ada") == [Status.FAILED]
        assert [(row.state, row.failure) for row in await world.rows("ada")] == [("failed", "131026")]

    async def test_one_that_comes_before_our_own_record_is_kept_for_it(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.take("ada", "un")
        running = asyncio.create_task(world.run())
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await self.said_of(world, 0, Status.DELIVERED)
        assert await world.statuses("ada") == [Status.QUEUED]
        gate.set()
        await running
        assert await world.statuses("ada") == [Status.DELIVERED]

    async def test_one_of_an_unknown_call_changes_nothing(self, world: World) -> None:
        await world.says("ada", "un")
        await self.said_of(world, 99, Status.READ)
        assert await world.statuses("ada") == [Status.SENT]

    async def test_what_is_shown_of_several_calls_is_true_of_all(self, world: World) -> None:
        gate = asyncio.Event()
        await world.put("ada", Purpose.HUMAN, "un mot " * 20)
        world.channel.script("ada", slow(_open()), slow(gate))
        running = asyncio.create_task(world.run())
        await world.channel.until(lambda: len(world.channel.calls) == 2)
        await self.said_of(world, 0, Status.READ)
        assert await world.statuses("ada") == [Status.QUEUED], "the end of it is not even sent"
        gate.set()
        await running
        parts = len(world.channel.calls)
        assert await world.statuses("ada") == [Status.SENT]
        for nth in range(1, parts):
            await self.said_of(world, nth, Status.DELIVERED)
        assert await world.statuses("ada") == [Status.DELIVERED]

    async def test_an_early_one_of_a_first_call_is_matched_too(self, world: World) -> None:
        gate = asyncio.Event()
        world.channel.script("ada", slow(gate))
        await world.put("ada", Purpose.HUMAN, "un mot " * 20)
        running = asyncio.create_task(world.run())
        await world.channel.until(lambda: len(world.channel.calls) == 1)
        await self.said_of(world, 0, Status.READ)
        gate.set()
        await running
        assert (await world.deliveries("ada"))[0] == (0, Status.READ)


def _open() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate
