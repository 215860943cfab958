"""The way in keeps what it is given, whatever fails around it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from typing_extensions import override

from bot.channels.base import Courtesy
from bot.inbox import GESTURES, Inbox
from bot.messages import Address, Inbound, Kind, Purpose
from content.understanding.danger import Danger
from storage.engine import Storage, Work
from storage.road import Accepted
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel
from tests.talk import ACCOUNT, NAME, Road
from tests.waiting import until

ADA = Address(NAME, ACCOUNT, "ada")


def broken_lane(work: Work, accepted: Accepted, danger: str) -> None:
    raise ZeroDivisionError


def broken_look(text: str) -> Danger | None:
    raise ZeroDivisionError


def inbox_of(road: Road, detect: Callable[[str], Danger | None], danger: Callable[[Work, Accepted, str], None]) -> Inbox:
    return Inbox(road.storage, {(NAME, ACCOUNT): road.paper}, detect, danger, road.turns.foresee)


def said(road: Road, text: str) -> Inbound:
    return Inbound(ADA, "1", Kind.TEXT, road.clock.now(), text=text)


@pytest.mark.parametrize("again", [1, 2])
async def test_a_danger_whose_answer_fails_gets_the_numbers(storage: Storage, clock: TestClock, again: int) -> None:
    road = Road(storage, clock)
    inbox = inbox_of(road, lambda text: Danger("crisis-suicide", plain=True), broken_lane)
    for _time in range(again):
        await inbox.take([said(road, "jveu mourir")])
    await road.run()
    assert [(sent.purpose, "3114" in sent.body) for sent in road.paper.sent] == [(Purpose.CRISIS, True)]
    assert inbox.counts["danger_lane_failed"] == 1


async def test_a_message_nobody_can_look_at_is_answered(storage: Storage, clock: TestClock) -> None:
    road = Road(storage, clock)
    await inbox_of(road, broken_look, broken_lane).take([said(road, "slt")])
    await road.run()
    assert len(road.paper.sent) == 1


async def test_a_fault_without_danger_is_not_accepted(storage: Storage, clock: TestClock) -> None:
    road = Road(storage, clock)
    await storage.close()
    with pytest.raises(Exception, match="closed"):
        await inbox_of(road, lambda text: None, broken_lane).take([said(road, "slt")])


class SlowToGesture(FakeChannel):
    """A provider whose gestures take as long as the test wants."""

    def __init__(self) -> None:
        super().__init__(name=NAME, account=ACCOUNT)
        self.let_go = asyncio.Event()
        self.over = 0

    @override
    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        await super().courtesy(address, gesture, handle, text)
        await self.let_go.wait()
        self.over += 1


async def test_gestures_never_pile_up(storage: Storage, clock: TestClock) -> None:
    """A provider that is slow to take them gets a few at a time; what people say is accepted all the same, and they are counted."""
    road, slow = Road(storage, clock), SlowToGesture()
    inbox = Inbox(storage, {(NAME, ACCOUNT): slow}, lambda text: None, broken_lane, road.turns.foresee)
    for nth in range(GESTURES + 3):
        await inbox.take([replace(said(road, "slt"), external_id=str(nth), handle=f"handle {nth}")])
    assert inbox.counts["accepted"] == GESTURES + 3
    assert len(slow.courtesies) == GESTURES
    assert inbox.counts["not_made:answered"] == 3
    slow.let_go.set()
    await until(lambda: slow.over == GESTURES, "the gestures are over")
    await inbox.take([replace(said(road, "slt"), external_id="later", handle="later")])
    await until(lambda: len(slow.courtesies) == GESTURES + 1, "there is room again")
    await inbox.close()
