"""The two promises of the real robot: it never speaks over a human outside the short list, and it is never silent in danger."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import wiring
from bot.channels.base import Limits
from bot.errors import Throttled, Unreachable
from bot.messages import Attachment, Kind, Purpose
from bot.routing import AUTOMATIC, Rank, Turn, on
from content.library import Library
from content.words import Words
from scheduler.clockwork import Clockwork
from scheduler.jobs import danger
from storage.engine import Storage
from storage.lanes import BOT, HUMAN, Lane
from tests.bot.world import PARIS, Robot, World
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel, Fault, Sent, lost

WIDE = Limits(text=4096, choices=20, label=64, per_second=25.0)
MARK = Words("fr").say(AUTOMATIC)
EXAMPLE = count(1)
BROKEN = "casse-toi robot"
DANGERS = ["je veux mourir", "jdors dehors", "il ma frappé", "ya le feu ds la cuisine", "le proprio a changé la serrure", "jveux me tuer ce soir"]
SAID = [
    *("slt", "c koi visale", "menu", "jveu parler a qqun", "une personne", "oui", "non", "merci bcp", "gzgz", "STOP", "START", "mes données"),
    *("reprendre le robot", "urgence", "la 2", "/start", "/menu", "/personne", "/stop", "/urgence", "/donnees", "/nimporte", BROKEN),
]
FILES = [Kind.MEDIA, Kind.LOCATION, Kind.OTHER, Kind.DELETED, Kind.CHANGED, Kind.BLOCKED, Kind.STOPPED]
FAULTS: dict[str, Callable[[], Fault]] = {
    "not reached": lambda: lost(Unreachable("connect")),
    "timeout": lambda: lost(Unreachable("timeout", maybe_sent=True)),
    "throttled": lambda: lost(Throttled("429", 20.0)),
}

Act = tuple[str, Any]
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAID)),
    st.tuples(st.just("says"), st.sampled_from(SAID)),
    st.tuples(st.just("says"), st.text(max_size=30)),
    st.tuples(st.just("taps"), st.integers(0, 200)),
    st.tuples(st.just("brings"), st.sampled_from(FILES)),
    st.tuples(st.just("colleague_says"), st.none()),
    st.tuples(st.just("given_to"), st.sampled_from([BOT, HUMAN])),
    st.tuples(st.just("crossed"), st.sampled_from(["c koi visale", "menu", "gzgz", "oui"])),
    st.tuples(st.just("meets"), st.lists(st.sampled_from(list(FAULTS)), min_size=1, max_size=3)),
    st.tuples(st.just("passes"), st.sampled_from([0.0, 1.3, 40.0, 130.0, 301.0, 3700.0, 90_000.0])),
)


def breaking() -> ModuleType:
    """One more handler, which fails each time these words are said, whoever owns the conversation."""

    @on(Rank.STOP, lambda turn: turn.text == BROKEN)
    def fail(turn: Turn) -> None:
        raise ValueError

    module = ModuleType("breaking")
    vars(module)["fail"] = fail
    return module


@dataclass(frozen=True, slots=True)
class Seen:
    """A call that began, and who owned the conversation then."""

    sent: Sent
    owner: str


@dataclass
class Person:
    """One young person, and everything that may happen around them, one thing after the other."""

    world: World
    clockwork: Clockwork
    peer: str = field(default_factory=lambda: f"yanis-{next(EXAMPLE)}")
    seen: list[Seen] = field(default_factory=list)

    async def look(self, sent: Sent) -> None:
        if sent.peer == self.peer:
            self.seen.append(Seen(sent, (await self.world.lane(self.peer)).owner))

    async def act(self, name: str, given_to: Any) -> None:
        verbs: dict[str, Callable[[Any], Awaitable[None]]] = {
            "says": self.says, "taps": self.taps, "brings": self.brings, "colleague_says": self.colleague_says,
            "given_to": self.given_to, "meets": self.meets, "passes": self.passes, "crossed": self.crossed,
        }  # fmt: skip
        before = await self.world.lane_or_new(self.peer)
        await verbs[name](given_to)
        await self.check_marks(before)

    async def take(self, kind: Kind, text: str = "", choice: str | None = None, attachments: tuple[Attachment, ...] = ()) -> None:
        said = self.world.said(self.peer, text, kind=kind)
        await self.world.inbox.take([replace(said, choice=choice, attachments=attachments)])
        await self.world.run()

    async def says(self, text: str) -> None:
        if text == "/start":
            await self.take(Kind.STARTED)
        elif text.startswith("/"):
            await self.take(Kind.COMMAND, text[1:])
        else:
            await self.take(Kind.TEXT, text)

    async def taps(self, nth: int) -> None:
        """Any button that was ever shown."""
        shown = [choice for sent in self.world.channel.received(self.peer) for choice in sent.choices]
        if shown:
            await self.take(Kind.CHOICE, choice=shown[nth % len(shown)])

    async def brings(self, kind: Kind) -> None:
        await self.take(kind, attachments=(Attachment("voice", "a-provider-id"),) if kind is Kind.MEDIA else ())

    async def colleague_says(self, given_to: None = None) -> None:
        """A caseworker's line, as the desk puts it."""

        def speak(lane: Lane) -> None:
            lane.to(HUMAN)
            lane.last_human_at = self.world.clock.now()

        await self.world.change(self.peer, speak)
        await self.world.put(self.peer, Purpose.HUMAN, "Bonjour, c'est Léa.")
        await self.world.run()

    async def crossed(self, text: str) -> None:
        """An answer of the robot is held up, and a caseworker writes meanwhile."""
        await self.meets(["not reached"])
        await self.says(text)
        await self.colleague_says()

    async def given_to(self, owner: str) -> None:
        await self.world.owned_by(self.peer, owner)

    async def meets(self, names: list[str]) -> None:
        """What the next calls meet: at most three faults, fewer than the tries that a message gets."""
        self.world.channel.mend(self.peer)
        self.world.channel.script(self.peer, *(FAULTS[name]() for name in names))

    async def passes(self, seconds: float) -> None:
        self.world.clock.turn(seconds)
        await self.clockwork.tick()
        await self.world.run()

    async def check_marks(self, before: Lane) -> None:
        """What the robot said while a human owned the conversation, before and after, says that it is automatic."""
        after = await self.world.lane(self.peer)
        if not (before.human and after.human and before.epoch == after.epoch):
            return
        for message, body in await self.world.said_by_us(self.peer):
            if message.number > before.number and message.author == "bot":
                assert MARK in body, body

    async def in_danger(self, text: str) -> None:
        """Danger is said; whatever the state, an answer goes: at once, or after the two minutes of a colleague who was there."""
        before = (await self.world.lane_or_new(self.peer)).number
        await self.says(text)
        states: list[str] = []
        for seconds in (0.0, 3.0, 7.0, 40.0, 80.0, *[150.0] * 8):  # long enough for what fails meanwhile to be tried again
            await self.passes(seconds)
            states = [row.state for row in await self.world.rows(self.peer) if row.purpose == Purpose.CRISIS and row.number > before]
            if states and set(states) <= {"sent", "unknown"}:
                return
        pytest.fail(f"silent in danger: {states}")


@pytest.fixture
async def world(storage: Storage, clock: TestClock, library: Library) -> AsyncIterator[World]:
    """The road with the real robot."""
    robot = Robot(
        modules=(*wiring.HANDLERS, breaking()),
        detect=wiring.detector(library),
        danger=wiring.danger_lane(lambda: library),
        understand=wiring.understand(library),
        explains=wiring.explains(lambda: library),
    )
    channel = FakeChannel(limits=WIDE)
    world = World(storage, clock, channel, library, robot=robot)
    yield world
    await world.outbox.close()
    assert channel.violations == []


@pytest.fixture
def clockwork(storage: Storage, clock: TestClock, library: Library) -> Clockwork:
    return Clockwork(storage, clock, [danger.job(lambda: library)], zone=PARIS)


EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class TestSilenceUnderAHuman:
    @EXAMPLES
    @given(acts=st.lists(ACTS | st.tuples(st.just("says"), st.sampled_from(DANGERS)), min_size=1, max_size=15))
    async def test_no_reply_leaves_while_a_human_owns_the_conversation(self, world: World, clockwork: Clockwork, acts: list[Act]) -> None:
        person = Person(world, clockwork)
        world.channel.look = person.look
        for name, given_to in acts:
            await person.act(name, given_to)
        world.channel.mend(person.peer)
        await person.passes(700.0)
        over_a_human = [seen for seen in person.seen if seen.owner == HUMAN]
        assert [seen.sent for seen in over_a_human if seen.sent.purpose not in (Purpose.HUMAN, Purpose.CRISIS, Purpose.SERVICE)] == []


class TestNeverSilentInDanger:
    @EXAMPLES
    @given(acts=st.lists(ACTS, max_size=10), first=st.sampled_from(DANGERS), more=st.lists(ACTS, max_size=4), second=st.sampled_from(DANGERS))
    async def test_whatever_the_state_an_answer_goes(
        self, world: World, clockwork: Clockwork, acts: list[Act], first: str, more: list[Act], second: str
    ) -> None:
        person = Person(world, clockwork)
        for name, given_to in acts:
            await person.act(name, given_to)
        await person.in_danger(first)
        for name, given_to in more:
            await person.act(name, given_to)
        await person.in_danger(second)
