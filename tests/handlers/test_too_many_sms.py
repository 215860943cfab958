"""No more SMS to one number than a day holds, whatever comes from it: a danger is answered all the same, and a colleague has a call to make."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.channels.relay.channel import LIMITS_OF_SMS
from bot.channels.relay.rendering import A_DAY
from bot.messages import Kind
from storage import tasks
from storage.caseworkers import Role
from tests.clock import TestClock
from tests.handlers.beside import Beside
from tests.opening import colleague
from tests.talk import Road, Talk

MOST = 3


class Counted(Beside):
    """A day holds three."""

    limits = replace(Beside.limits, per_day=MOST)


@pytest.fixture
def sms() -> Counted:
    return Counted("sms")


@pytest.fixture
def beside(sms: Counted) -> Sequence[Counted]:
    return (sms,)


@pytest.fixture
def zoe(road: Road, sms: Counted) -> Talk:
    return Talk(road, sms.address_of("+33612345678"))


async def calls(road: Road) -> list[str]:
    head = await colleague(road.storage, "Nadia", Role.HEAD)
    return [task.text for task in await road.storage.read(tasks.waiting, head) if task.kind is tasks.Kind.CALL]


async def test_two_machines_do_not_answer_each_other_for_ever(road: Road, zoe: Talk, sms: Counted) -> None:
    for nth in range(8):
        await zoe.does(Kind.TEXT, f"Je suis absent, réponse automatique {nth}")
    assert len(sms.sent) == MOST
    [call] = await calls(road)
    assert "trop en un jour" in call


async def test_a_danger_is_answered_beyond_it(zoe: Talk, sms: Counted) -> None:
    for nth in range(5):
        await zoe.does(Kind.TEXT, f"blabla {nth}")
    assert len(sms.sent) == MOST
    await zoe.does(Kind.TEXT, "je veux mourir")
    assert any("3114" in said.body for said in sms.sent[MOST:])
    assert len(sms.sent) > MOST


async def test_a_day_later_it_answers_again_and_others_are_not_held(road: Road, zoe: Talk, sms: Counted, clock: TestClock) -> None:
    for _again in range(5):
        await zoe.does(Kind.TEXT, "menu")
    assert len(sms.sent) == MOST
    other = Talk(road, sms.address_of("+33687654321"))
    await other.does(Kind.TEXT, "slt")
    assert sms.sent[-1].address == other.address
    clock.turn(days=1, seconds=1)
    await zoe.does(Kind.TEXT, "menu")
    assert sms.sent[-1].address == zoe.address


def test_the_relay_counts_sms_alone() -> None:
    assert LIMITS_OF_SMS.per_day == A_DAY == 20
