"""« Effacer ici »: what can be taken off the screen goes, and what stays is counted, never hidden."""

from datetime import timedelta

import pytest

from bot.channels.base import Wipes
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.wiping import OLD_TRIES
from bot.messages import Address, Shown
from tests.clock import TestClock
from tests.doubles.telegram import How, Person, TelegramDouble

SAMIRA = Address("telegram", "7000000001", "5550001")


def shown(double: TelegramDouble, clock: TestClock, numbers: range, hours: float = 1) -> list[Shown]:
    """Messages on her screen, said so long ago; past 48 hours Telegram keeps them."""
    chat = double.chats[5_550_001]
    for number in numbers:
        chat.messages[number] = {"message_id": number}
        if hours >= 48:
            chat.old.add(number)
    return [Shown(f"5550001:{number}", clock.now() - timedelta(hours=hours)) for number in numbers]


def test_telegram_wipes(channel: TelegramChannel) -> None:
    assert isinstance(channel, Wipes)


async def test_everything_young_goes_a_hundred_at_a_time(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock) -> None:
    assert await wired.wipe(SAMIRA, shown(double, clock, range(1000, 1250))) == 0
    assert double.chats[5_550_001].messages == {}
    assert [call.method for call in double.calls] == ["deleteMessages"] * 3


async def test_what_is_gone_already_is_gone(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock) -> None:
    messages = shown(double, clock, range(1000, 1003)) + shown(double, clock, range(1010, 1012), hours=72)
    double.chats[5_550_001].messages.clear()
    assert await wired.wipe(SAMIRA, messages) == 0


async def test_what_is_too_old_stays_and_is_counted(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock) -> None:
    old = shown(double, clock, range(1000, 1000 + OLD_TRIES + 5), hours=48)
    assert await wired.wipe(SAMIRA, old + shown(double, clock, range(2000, 2003))) == OLD_TRIES + 5
    assert set(double.chats[5_550_001].messages) == set(range(1000, 1000 + OLD_TRIES + 5))


async def test_one_that_is_refused_does_not_keep_the_others(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock) -> None:
    messages = shown(double, clock, range(1000, 1005))
    double.chats[5_550_001].old.add(1002)
    assert await wired.wipe(SAMIRA, messages) == 1
    assert set(double.chats[5_550_001].messages) == {1002}


async def test_an_id_of_another_chat_is_left_alone(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock) -> None:
    assert await wired.wipe(SAMIRA, [Shown("999:12", clock.now()), Shown("nonsense", clock.now())]) == 2


@pytest.mark.parametrize("how", [How.GARBAGE, How.RESET])
async def test_a_bad_network_is_no_fault(double: TelegramDouble, samira: Person, wired: TelegramChannel, clock: TestClock, how: How) -> None:
    messages = shown(double, clock, range(1000, 1003))
    double.fault("deleteMessages", how=how)
    double.fault("deleteMessage", how=how, times=0)
    assert await wired.wipe(SAMIRA, messages) == 3
