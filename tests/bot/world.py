"""The road on one database, with a channel in memory and handlers that the test scripts. Nothing happens between two of its verbs."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot import outbox
from bot.channels.base import Channel
from bot.inbox import DangerLane, Detect, Explains, Inbox
from bot.messages import Choice, Inbound, Kind, Outbound, Purpose
from bot.outbox import Outbox
from bot.routing import Rank, Router, Turn, always, on
from bot.turns import Turns, Understand
from content.library import Library
from content.understanding.appointment import NOTHING_HEARD, Hear
from content.understanding.danger import Danger
from content.understanding.meaning import NOTHING
from storage import consents, lanes, messages, road
from storage.engine import Storage, Work
from storage.lanes import Lane
from storage.road import Accepted
from storage.tables import Delivery, Message
from storage.tables import Inbound as InboundRow
from storage.tables import Outbound as OutboundRow
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel

PARIS = ZoneInfo("Europe/Paris")
CARD = "appelle le 115"
NTH = count(1)


class Answers:
    """A robot that says back what it hears, and does as some words ask."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        """Who said what, once for each time the handler was run."""
        self.failing: dict[str, int] = defaultdict(int)
        """Words → how many times the handler raises on them, its answer half said."""
        self.during: Callable[[Turn], None] = lambda turn: None

    def module(self) -> ModuleType:
        """What the router is given."""
        module = ModuleType("answers")

        @on(Rank.ALLOWED, lambda turn: turn.text == "take the robot back")
        def take_back(turn: Turn) -> None:
            self.during(turn)
            turn.back_to_robot()

        @on(Rank.TEXT, always)
        def say_back(turn: Turn) -> None:
            self.say_back(turn)

        vars(module).update(take_back=take_back, say_back=say_back)
        return module

    def say_back(self, turn: Turn) -> None:
        self.heard.append((turn.inbound.address.peer, turn.text))
        self.during(turn)
        turn.lane.state["last"] = turn.text
        if turn.text.startswith("a person"):
            turn.hand_over()
        for said in turn.text.split(" and "):
            turn.reply_content(f"« {said} »")
        if self.failing[turn.text]:
            self.failing[turn.text] -= 1
            raise ValueError(turn.text)


def detect(text: str) -> Danger | None:
    """Danger is said in so many words."""
    return Danger("danger", plain=True) if "danger" in text else None


def answer_danger(work: Work, accepted: Accepted, crisis: str) -> None:
    """The card, in the accept commit."""
    outbox.put(work, accepted.lane, Outbound(accepted.inbound.address, Purpose.CRISIS, CARD))


@dataclass(frozen=True, slots=True)
class Robot:
    """Who answers, and how danger is seen and answered."""

    modules: tuple[ModuleType, ...]
    detect: Detect = detect
    danger: DangerLane = answer_danger
    understand: Understand = lambda text: NOTHING
    explains: Explains = lambda work, inbound, danger: False
    hear: Hear = lambda text: NOTHING_HEARD


class World:
    """One process's share of the road. `robot` answers instead of the scripted `answers`."""

    def __init__(
        self,
        storage: Storage,
        clock: TestClock,
        channel: FakeChannel,
        library: Library,
        answers: Answers | None = None,
        *,
        alone: bool = False,
        robot: Robot | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.channel = channel
        self.library = library
        self.answers = answers or Answers()
        channels: dict[tuple[str, str], Channel] = {(channel.name, channel.account): channel}
        self.outbox = Outbox(storage, channels, clock, PARIS, alone=alone)
        robot = robot or Robot((self.answers.module(),))
        self.turns = Turns(storage, Router(robot.modules), lambda: library, self.outbox, robot.understand, clock, hear=robot.hear)
        self.inbox = Inbox(storage, channels, robot.detect, robot.danger, self.turns.foresee, explains=robot.explains)

    # -- what people and the house do

    def said(self, peer: str, text: str, external_id: str | None = None, kind: Kind = Kind.TEXT) -> Inbound:
        """Something a person says, not yet taken."""
        return Inbound(self.channel.address(peer), external_id or f"id-{next(NTH)}", kind, self.clock.now(), text=text)

    async def take(self, peer: str, *texts: str) -> None:
        """These words of one person are accepted, one after the other; nothing is answered yet."""
        for text in texts:
            await self.inbox.take([self.said(peer, text)])

    async def says(self, peer: str, *texts: str) -> None:
        """These words of one person are accepted, and all that is due because of them is done."""
        await self.take(peer, *texts)
        await self.run()

    async def put(self, peer: str, purpose: Purpose, body: str, *choices: Choice, **named: Any) -> int | None:
        """Something is put in the line of a person; nothing is sent yet."""

        def unit(work: Work) -> int | None:
            lane = lanes.open_lane(work, self.channel.address(peer))
            if purpose is Purpose.ANNOUNCEMENT:  # nothing is announced to who did not choose it
                consents.choose(work, lane.person_id, consents.Choice.ANNOUNCEMENTS, "1", "oui")
            number = outbox.put(work, lane, Outbound(lane.address, purpose, body, choices, **named))
            lanes.keep(work, lane)
            return number

        return await self.storage.run(unit)

    async def change(self, peer: str, act: Callable[[Lane], None]) -> None:
        """Change a lane, as a handler or the desk does."""

        def unit(work: Work) -> None:
            lane = lanes.open_lane(work, self.channel.address(peer))
            act(lane)
            lanes.keep(work, lane)

        await self.storage.run(unit)

    async def owned_by(self, peer: str, owner: str) -> None:
        """Who speaks from now on."""
        await self.change(peer, lambda lane: lane.to(owner))

    async def run(self) -> None:
        """Do all that is due now."""
        while True:
            await self.turns.sweep()
            await self.turns.settled()
            await self.outbox.sweep()
            await self.outbox.settled()
            if not await self.storage.run(_turn_due):  # on PostgreSQL a turn steps aside for whoever holds its lane, and comes back
                return

    async def passes(self, seconds: float = 0.0, **more: float) -> None:
        """Time passes, and what falls due is done."""
        self.clock.turn(seconds, **more)
        await self.run()

    # -- what the database says

    async def lane(self, peer: str) -> Lane:
        found = await self.storage.run(lanes.lane_of, self.channel.address(peer))
        assert found is not None
        return found

    async def lane_or_new(self, peer: str) -> Lane:
        return await self.storage.run(lanes.open_lane, self.channel.address(peer))

    async def known(self, peer: str) -> bool:
        return await self.storage.run(lanes.lane_of, self.channel.address(peer)) is not None

    async def said_by_us(self, peer: str) -> list[tuple[Message, str]]:
        """Every message of ours with its text."""
        return await self.storage.read(_said_by_us, (await self.lane(peer)).conversation_id)

    async def rows(self, peer: str) -> list[OutboundRow]:
        """The person's rows of the outbox, in the order they were put."""
        return await self.storage.read(_rows, (await self.lane(peer)).address_id)

    async def states(self, peer: str) -> list[str]:
        return [row.state for row in await self.rows(peer)]

    async def deliveries(self, peer: str) -> list[tuple[int, str]]:
        """(call index, state) of every call of the person's messages, in order."""
        return await self.storage.read(_deliveries, (await self.lane(peer)).address_id)

    async def statuses(self, peer: str) -> list[str]:
        """What is shown of each message of ours."""
        conversation_id = (await self.lane(peer)).conversation_id
        return [message.status for message in await self.storage.read(_messages, conversation_id) if message.author != "person"]

    async def received(self, peer: str) -> list[InboundRow]:
        """What was accepted of a person, in order."""
        return await self.storage.read(_received, (await self.lane(peer)).address_id)

    async def replay(self, peer: str) -> None:
        """Press the replay button of everything parked."""
        for row in await self.received(peer):
            if row.state == "parked" and row.id is not None:
                await self.storage.run(road.replay, row.id)


def _turn_due(work: Work) -> bool:
    """Whether some address has a turn that may run now."""
    for address_id in road.addresses_waiting(work):
        lane = lanes.lane(work, address_id)
        waiting = None if lane is None else road.next_waiting(work, lane)
        if waiting is not None and waiting.retry_at <= work.elapsed:
            return True
    return False


def _detached(work: Work, rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    work.session.expunge_all()
    return found


def _rows(work: Work, address_id: int) -> list[OutboundRow]:
    return _detached(work, work.session.exec(select(OutboundRow).where(OutboundRow.address_id == address_id).order_by(col(OutboundRow.id))))


def _deliveries(work: Work, address_id: int) -> list[tuple[int, str]]:
    found = select(Delivery.call_index, Delivery.state).join(OutboundRow, col(OutboundRow.id) == col(Delivery.outbound_id))
    return list(work.session.exec(found.where(OutboundRow.address_id == address_id).order_by(col(OutboundRow.id), col(Delivery.call_index))).all())


def _messages(work: Work, conversation_id: int) -> list[Message]:
    return _detached(work, work.session.exec(select(Message).where(Message.conversation_id == conversation_id).order_by(col(Message.number))))


def _said_by_us(work: Work, conversation_id: int) -> list[tuple[Message, str]]:
    ours = [message for message in _messages(work, conversation_id) if message.author != "person"]
    return [(message, messages.load(work.vault.open(messages.PLACE, message.content)).text) for message in ours]


def _received(work: Work, address_id: int) -> list[InboundRow]:
    return _detached(work, work.session.exec(select(InboundRow).where(InboundRow.address_id == address_id).order_by(col(InboundRow.id))))
