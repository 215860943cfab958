"""What becomes of a call: the double does wrong what Meta and networks do wrong, and each has its meaning for the road."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.channels.base import Courtesy
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.failures import failure_of
from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, SendFailure, Throttled, TooLarge, Unreachable
from bot.messages import Address, Attachment, Call, Choice, Outbound, Purpose
from tests.channels.conformance import check_tells_nothing
from tests.channels.whatsapp.conftest import BASE_URL, settings
from tests.clock import TestClock
from tests.doubles.faults import How
from tests.doubles.whatsapp import APP_SECRET, TOKEN, VERIFY_TOKEN, WhatsAppDouble

SAMIRA = Address("whatsapp", "100000000000001", "FR.1")
SECRETS = [TOKEN, APP_SECRET, VERIFY_TOKEN]
WORDS = "mon secret à moi"


def hello(channel: WhatsAppChannel, body: str = WORDS) -> Call:
    [call] = channel.render(Outbound(SAMIRA, Purpose.REPLY, body, (Choice("menu", "Menu"),), number=3))
    return call


async def test_a_message_is_sent_once_and_known_by_its_id(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    assert await wired.send(SAMIRA, hello(wired)) == "wamid.ours1"
    assert await wired.send(SAMIRA, hello(wired)) == "wamid.ours2"
    assert [message["recipient"] for message in double.sent] == ["FR.1", "FR.1"]


@dataclass(frozen=True)
class Goes:
    """How a call goes wrong, and what the road hears. `there`: the message arrived all the same."""

    failure: type[SendFailure]
    code: str
    fault: dict[str, Any]
    maybe_sent: bool = False
    there: bool = False


GOES = {
    "the number goes too fast": Goes(Throttled, "whatsapp_130429", {"code": 130429, "status": 429}),
    "the person gets too many": Goes(Throttled, "whatsapp_131056", {"code": 131056, "status": 400}),
    "people complain": Goes(Throttled, "whatsapp_131048", {"code": 131048, "status": 400}),
    "outside the window": Goes(OutsideWindow, "whatsapp_131047", {"code": 131047, "status": 400}),
    "undeliverable": Goes(Blocked, "whatsapp_131026", {"code": 131026, "status": 400}),
    "the token is over": Goes(Misconfigured, "whatsapp_190", {"code": 190, "status": 401}),
    "no right to": Goes(Misconfigured, "whatsapp_200", {"code": 200, "status": 403}),
    "a wrong parameter": Goes(Rejected, "whatsapp_131009", {"code": 131009, "status": 400}),
    "their fault": Goes(Unreachable, "whatsapp_131000", {"code": 131000, "status": 500}),
    "their gateway": Goes(Unreachable, "whatsapp_502", {"code": 502, "status": 502}),
    "reset before it was done": Goes(Unreachable, "cut", {"how": How.RESET}, maybe_sent=True),
    "reset after it was done": Goes(Unreachable, "cut", {"how": How.RESET, "done": True}, maybe_sent=True, there=True),
    "not JSON": Goes(Unreachable, "unreadable_answer", {"how": How.GARBAGE}, maybe_sent=True, there=True),
}


@pytest.mark.parametrize("name", GOES)
async def test_what_goes_wrong(double: WhatsAppDouble, wired: WhatsAppChannel, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    goes = GOES[name]
    double.fault(**goes.fault)
    with pytest.raises(SendFailure) as raised:
        await wired.send(SAMIRA, hello(wired))
    failure = raised.value
    assert (type(failure), failure.code, failure.maybe_sent) == (goes.failure, goes.code, goes.maybe_sent)
    assert len(double.sent) == goes.there
    assert failure.__cause__ is None
    check_tells_nothing([*SECRETS, WORDS, "FR.1"], failure, failure.__context__, caplog.text)


async def test_a_pause_that_is_asked_for_is_kept(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    double.fault(code=130429, status=429, retry_after=35)
    with pytest.raises(Throttled) as raised:
        await wired.send(SAMIRA, hello(wired))
    assert (raised.value.retry_after, raised.value.whole_account) == (35.0, True)
    double.fault(code=131056, status=400)
    with pytest.raises(Throttled) as raised:
        await wired.send(SAMIRA, hello(wired))
    assert not raised.value.whole_account, "one person gets too much: the others are not stopped"


async def test_nobody_at_the_address(clock: TestClock) -> None:
    channel = WhatsAppChannel(settings(), clock, BASE_URL)
    with pytest.raises(Unreachable) as raised:
        await channel.send(SAMIRA, hello(channel))
    assert (raised.value.code, raised.value.maybe_sent) == ("no_connection", False)
    await channel.close()


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), httpx.ReadError(""), TimeoutError()])
def test_what_may_have_left(fault: Exception) -> None:
    assert failure_of(fault).maybe_sent


async def test_courtesies(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    await wired.courtesy(SAMIRA, Courtesy.ANSWERED, "wamid.1")
    await wired.courtesy(SAMIRA, Courtesy.TYPING, "wamid.1")
    await wired.courtesy(SAMIRA, Courtesy.CLOSE_CHOICES, "wamid.1")
    await wired.courtesy(SAMIRA, Courtesy.ANSWERED, "of another channel")
    assert [(call.payload["status"], "typing_indicator" in call.payload, call.done) for call in double.calls] == [
        ("read", False, True),
        ("read", True, True),
        ("read", False, False),
    ]
    assert sum(wired.counts.values()) == 1


async def test_a_file_is_fetched(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    double.media["m1"] = (b"x" * 200_000, "image/jpeg")
    found = b"".join([piece async for piece in wired.fetch(Attachment("photo", "m1"), 300_000)])
    assert found == b"x" * 200_000
    with pytest.raises(TooLarge):
        _ = [piece async for piece in wired.fetch(Attachment("photo", "m1"), 100_000)]
    with pytest.raises(SendFailure):
        _ = [piece async for piece in wired.fetch(Attachment("photo", "gone"), 300_000)]


async def test_the_address_that_opens_a_conversation(wired: WhatsAppChannel) -> None:
    assert await wired.link("aide7") == "https://wa.me/33199000000?text=%2Fstart%20aide7"
    assert await wired.link("") == "https://wa.me/33199000000"


async def test_many_at_once(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    sent = await asyncio.gather(*(wired.send(SAMIRA, hello(wired)) for _each in range(60)))
    assert len(set(sent)) == 60
