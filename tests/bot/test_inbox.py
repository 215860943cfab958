"""The way in keeps what it is given, whatever fails around it."""

from collections.abc import Callable

import pytest

from bot.inbox import Inbox
from bot.messages import Address, Inbound, Kind, Purpose
from content.understanding.danger import Danger
from storage.engine import Storage, Work
from storage.road import Accepted
from tests.clock import TestClock
from tests.talk import ACCOUNT, NAME, Road

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
