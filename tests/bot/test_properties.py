"""Whatever happens, in whatever order: nothing is lost, nothing is said twice but what is declared, and everyone's line keeps its order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Blocked, Misconfigured, Rejected, Throttled, Unreachable
from bot.messages import Inbound, Purpose
from bot.outbox import Outbox
from bot.resending import RESENT
from bot.rules.splitting import split
from content.words import Words
from storage.line import LEASE_SECONDS
from storage.tables import Outbound as Row
from tests.bot.conftest import Open
from tests.bot.world import PARIS, World
from tests.doubles.channel import PART, Fault, Sent, asleep, heard, lost, slow

AGAIN = Words("fr").say(RESENT)
EXAMPLE = count(1)
FINISHED = {"sent", "failed", "dropped", "expired", "unknown"}
SHOWN = {"sent": "sent", "failed": "failed", "dropped": "dropped", "expired": "dropped", "unknown": "unknown"}
IN_LINE = (Purpose.REPLY, Purpose.HUMAN, Purpose.SERVICE)
PEOPLE = st.sampled_from(["ada", "bob"])
FAULTS: dict[str, Callable[[], Fault]] = {
    "not reached": lambda: lost(Unreachable("connect")),
    "timeout, lost": lambda: lost(Unreachable("timeout", maybe_sent=True)),
    "timeout, heard": lambda: heard(Unreachable("timeout", maybe_sent=True)),
    "a bug, heard": lambda: heard(ValueError("a bug of the channel")),
    "throttled": lambda: lost(Throttled("429", 7.0)),
    "account throttled": lambda: lost(Throttled("429", 3.0, whole_account=True)),
    "rejected": lambda: lost(Rejected("400")),
    "our token is wrong": lambda: lost(Misconfigured("401")),
    "blocked": lambda: lost(Blocked("403")),
}

Act = tuple[str, Any]
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("says"), st.tuples(PEOPLE, st.integers(1, 3))),
    st.tuples(st.just("says"), st.tuples(PEOPLE, st.integers(1, 3))),
    st.tuples(st.just("in_danger"), PEOPLE),
    st.tuples(st.just("again"), PEOPLE),
    st.tuples(st.just("stumbles"), st.tuples(PEOPLE, st.integers(1, 4))),
    st.tuples(st.just("put"), st.tuples(PEOPLE, st.sampled_from(Purpose), st.booleans())),
    st.tuples(st.just("meets"), st.tuples(PEOPLE, st.lists(st.sampled_from(list(FAULTS)), min_size=1, max_size=4))),
    st.tuples(st.just("owned"), st.tuples(PEOPLE, st.sampled_from(["bot", "human"]))),
    st.tuples(st.just("dies"), PEOPLE),
    st.tuples(st.just("sleeps"), PEOPLE),
    st.tuples(st.just("wakes"), st.none()),
    st.tuples(st.just("passes"), st.sampled_from([0.5, 3.0, 12.0, LEASE_SECONDS + 1, 300.0])),
    st.tuples(st.just("runs"), st.none()),
)


@dataclass
class Story:
    """One example: people of its own, two processes on one database, and what was said to them."""

    worlds: tuple[World, World]
    name: str = field(default_factory=lambda: f"-{next(EXAMPLE)}")
    said: dict[str, list[Inbound]] = field(default_factory=dict)
    dangers: dict[str, int] = field(default_factory=dict)
    gates: list[asyncio.Event] = field(default_factory=list)
    sleepers: list[Outbox] = field(default_factory=list)
    slept: set[tuple[str, int]] = field(default_factory=set)
    """Whose call was taken for lost, and came back: the rest of such a message may come after what went meanwhile."""

    @property
    def world(self) -> World:
        return self.worlds[0]

    def peer(self, person: str) -> str:
        return person + self.name

    @property
    def peers(self) -> list[str]:
        return [self.peer(person) for person in ("ada", "bob")]

    async def act(self, name: str, given: Any) -> None:
        verbs: dict[str, Callable[[Any], Awaitable[None]]] = {
            "says": self.says, "in_danger": self.in_danger, "again": self.again, "stumbles": self.stumbles, "put": self.put,
            "meets": self.meets, "owned": self.owned, "dies": self.dies, "sleeps": self.sleeps, "wakes": self.wakes,
            "passes": self.passes, "runs": self.runs,
        }  # fmt: skip
        await verbs[name](given)

    async def take(self, peer: str, text: str) -> Inbound:
        said = self.world.said(peer, text)
        self.said.setdefault(peer, []).append(said)
        await self.worlds[len(self.said[peer]) % 2].inbox.take([said])
        return said

    async def says(self, given: tuple[str, int]) -> None:
        """Several things in a row, none waiting for its answer."""
        for _ in range(given[1]):
            await self.take(self.peer(given[0]), f"m{next(EXAMPLE)}")

    async def in_danger(self, person: str) -> None:
        peer = self.peer(person)
        self.dangers[peer] = self.dangers.get(peer, 0) + 1
        await self.take(peer, f"danger {next(EXAMPLE)}")

    async def again(self, person: str) -> None:
        """Everything this person said is delivered once more."""
        for world in self.worlds:
            await world.inbox.take(self.said.get(self.peer(person), []))

    async def stumbles(self, given: tuple[str, int]) -> None:
        text = f"m{next(EXAMPLE)}"
        self.world.answers.failing[text] = given[1]
        await self.take(self.peer(given[0]), text)

    async def put(self, given: tuple[str, Purpose, bool]) -> None:
        person, purpose, long = given
        text = f"p{next(EXAMPLE)}"
        await self.world.put(self.peer(person), purpose, " ".join(f"{text}.{nth}" for nth in range(20)) if long else text)

    async def meets(self, given: tuple[str, list[str]]) -> None:
        self.world.channel.script(self.peer(given[0]), *(FAULTS[name]() for name in given[1]))

    async def owned(self, given: tuple[str, str]) -> None:
        await self.world.owned_by(self.peer(given[0]), given[1])

    async def _sweep(self, peer: str, fault: Fault) -> Outbox | None:
        """Another sender makes the call at the head of this person's line, and meets `fault`; None where nothing was to be sent."""
        channel, world = self.world.channel, self.worlds[1]
        sender = Outbox(world.storage, {(channel.name, channel.account): channel}, world.clock, PARIS, alone=False)
        channel.mend(peer)
        channel.script(peer, fault)
        sender.wake((await self.world.lane_or_new(peer)).address_id)
        quiet = asyncio.create_task(sender.settled())
        begun = asyncio.create_task(channel.until(lambda: not channel.waits(peer)))
        await asyncio.wait((quiet, begun), return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        quiet.cancel()
        await asyncio.gather(begun, quiet, return_exceptions=True)
        took_it = not channel.waits(peer)
        channel.mend(peer)
        return sender if took_it else None

    async def dies(self, person: str) -> None:
        """A process dies while it sends to this person: what it sent may have arrived, or not."""
        sender = await self._sweep(self.peer(person), slow(asyncio.Event()))
        if sender is not None:
            await sender.close(0)

    async def sleeps(self, person: str) -> None:
        """A process stops in the middle of a call, longer than its lease, then goes on as if nothing had happened."""
        gate = asyncio.Event()
        sender = await self._sweep(self.peer(person), asleep(gate))
        if sender is not None:
            self.gates.append(gate)
            self.sleepers.append(sender)
            self.slept |= {(call.peer, call.number) for call in self.world.channel.under_way()}
            await self.passes(LEASE_SECONDS + 1)

    async def wakes(self, given: None = None) -> None:
        for gate in self.gates:
            gate.set()
        for sender in self.sleepers:
            await sender.settled()
        self.gates, self.sleepers = [], []

    async def passes(self, seconds: float) -> None:
        self.world.clock.turn(seconds)
        await self.runs()

    async def runs(self, given: None = None) -> None:
        await asyncio.gather(*(world.run() for world in self.worlds))

    async def end(self) -> None:
        """Nothing fails any more, and all the time in the world passes."""
        await self.wakes()
        for peer in self.peers:
            self.world.channel.mend(peer)
        for _ in range(12):
            await self.passes(700.0)
        self.world.clock.turn_to(self.world.clock.now().replace(hour=11))
        for _ in range(4):
            await self.passes(2.0)


async def check(story: Story, peer: str) -> None:
    """What must be true of one person, once all is quiet."""
    rows = await story.world.rows(peer)
    bodies = {message.number: text for message, text in await story.world.said_by_us(peer)}
    calls = [call for call in story.world.channel.calls if call.peer == peer]
    nothing_is_lost(story, peer, rows, await story.world.received(peer), await story.world.statuses(peer))
    for row in rows:
        said_as_declared(row, bodies[row.number], [call.text for call in story.world.channel.received(peer) if call.number == row.number])
    order_is_kept([row for row in rows if (peer, row.number) not in story.slept], calls)


def nothing_is_lost(story: Story, peer: str, rows: list[Row], received: list[Any], statuses: list[str]) -> None:
    assert len(received) == len(story.said.get(peer, []))
    assert {row.state for row in received} <= {"handled", "parked"}
    assert {row.state for row in rows} <= FINISHED, "every message has an end that somebody can see"
    assert statuses == [SHOWN[row.state] for row in rows]
    assert [row.purpose for row in rows].count(Purpose.CRISIS) >= story.dangers.get(peer, 0)


def said_as_declared(row: Row, body: str, arrived: list[str]) -> None:
    """Said once and whole; twice only where it was declared unknown, marked; not at all where it failed."""
    parts = split(body, PART)
    if row.resent == 0:
        assert arrived == parts[: len(arrived)]
        assert row.state != "sent" or arrived == parts
        assert row.state in ("sent", "unknown", "failed") or not arrived or len(parts) > 1
        return
    assert Purpose(row.purpose).resent
    whole = split(f"{AGAIN}\n\n{body}", PART) if row.resent == 1 else [*parts[: row.resent - 1], AGAIN, *parts[row.resent - 1 :]]
    unsure = parts[row.resent - 1]
    at_most = [*whole[: row.resent - 1], unsure, *whole[row.resent - 1 :]]
    assert not Counter(arrived) - Counter(at_most)
    without_it = [arrived[:nth] + arrived[nth + 1 :] for nth, text in enumerate(arrived) if text == unsure]
    assert row.state != "sent" or whole in (arrived, *without_it)


def order_is_kept(rows: list[Row], calls: list[Sent]) -> None:
    """Of what leaves in line, no call of a later message begins before the last call of an earlier one."""
    line = [row.number for row in rows if row.purpose in IN_LINE]
    begun = [line.index(call.number) for call in calls if call.number in line]
    assert begun == sorted(begun)


@pytest.fixture
async def pair(world: World, another: Open) -> tuple[World, World]:
    """Two processes on one database, for all the examples."""
    return world, await another()


class TestStories:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(acts=st.lists(ACTS, min_size=1, max_size=14))
    async def test_however_it_goes(self, pair: tuple[World, World], acts: list[Act]) -> None:
        story = Story(pair)
        for name, given_to in acts:
            await story.act(name, given_to)
        await story.end()
        for peer in story.peers:
            if await story.world.known(peer):
                await check(story, peer)
        assert story.world.channel.violations == []
