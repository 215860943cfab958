"""What becomes of a call: the double does wrong what Meta and networks do wrong, and each has its meaning for the road."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import pytest

from bot.channels.base import Courtesy
from bot.channels.messenger.channel import MessengerChannel
from bot.channels.messenger.texts import COMMANDS
from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, SendFailure, Throttled, TooLarge, Unfit, Unreachable
from bot.legality import HUMAN_AGENT
from bot.messages import Address, Attachment, Call, Choice, Outbound, Purpose
from tests.channels.conformance import check_tells_nothing
from tests.channels.messenger.conftest import BASE_URL, settings
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.doubles.faults import How
from tests.doubles.messenger import APP_SECRET, TOKEN, VERIFY_TOKEN, MessengerDouble

SAMIRA = Address("messenger", "300000000000001", "5001")
SECRETS = [TOKEN, APP_SECRET, VERIFY_TOKEN]
WORDS = "mon secret à moi"


def hello(channel: MessengerChannel, body: str = WORDS) -> Call:
    [call] = channel.render(Outbound(SAMIRA, Purpose.REPLY, body, (Choice("menu", "Menu"),), number=3))
    return call


async def test_a_message_is_sent_once_and_known_by_its_id(double: MessengerDouble, wired: MessengerChannel) -> None:
    assert await wired.send(SAMIRA, hello(wired)) == "m_ours1"
    assert await wired.send(SAMIRA, hello(wired)) == "m_ours2"
    assert [message["recipient"] for message in double.sent] == [{"id": "5001"}] * 2


@dataclass(frozen=True)
class Goes:
    """How a call goes wrong, and what the road hears. `there`: the message arrived all the same."""

    failure: type[SendFailure]
    code: str
    fault: dict[str, Any]
    maybe_sent: bool = False
    there: bool = False


GOES = {
    "the Page goes too fast": Goes(Throttled, "messenger_613", {"code": 613, "status": 400}),
    "too many requests": Goes(Throttled, "messenger_99", {"code": 99, "status": 429}),
    "outside the window": Goes(OutsideWindow, "messenger_2018278", {"code": 10, "subcode": 2018278, "status": 400}),
    "not there any more": Goes(Blocked, "messenger_1545041", {"code": 551, "subcode": 1545041, "status": 400}),
    "the token is over": Goes(Misconfigured, "messenger_463", {"code": 190, "subcode": 463, "status": 401}),
    "no right to": Goes(Misconfigured, "messenger_200", {"code": 200, "status": 403}),
    "a wrong parameter": Goes(Rejected, "messenger_100", {"code": 100, "status": 400}),
    "their fault": Goes(Unreachable, "messenger_1200", {"code": 1200, "status": 400}),
    "their gateway": Goes(Unreachable, "messenger_2", {"code": 2, "status": 502}),
    "reset before it was done": Goes(Unreachable, "cut", {"how": How.RESET}, maybe_sent=True),
    "reset after it was done": Goes(Unreachable, "cut", {"how": How.RESET, "done": True}, maybe_sent=True, there=True),
    "not JSON": Goes(Unreachable, "unreadable_answer", {"how": How.GARBAGE}, maybe_sent=True, there=True),
}


@pytest.mark.parametrize("name", GOES)
async def test_what_goes_wrong(double: MessengerDouble, wired: MessengerChannel, name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    goes = GOES[name]
    double.fault(**goes.fault)
    with pytest.raises(SendFailure) as raised:
        await wired.send(SAMIRA, hello(wired))
    failure = raised.value
    assert (type(failure), failure.code, failure.maybe_sent) == (goes.failure, goes.code, goes.maybe_sent)
    assert len(double.sent) == goes.there
    assert failure.__cause__ is None
    check_tells_nothing([*SECRETS, WORDS], failure, failure.__context__, caplog.text)


async def test_a_pause_that_is_asked_for_is_kept(double: MessengerDouble, wired: MessengerChannel) -> None:
    double.fault(code=613, status=400, retry_after=35)
    with pytest.raises(Throttled) as raised:
        await wired.send(SAMIRA, hello(wired))
    assert (raised.value.retry_after, raised.value.whole_account) == (35.0, True)


async def test_outside_the_window_only_a_human_reaches_somebody(double: MessengerDouble, wired: MessengerChannel) -> None:
    double.outside.add("5001")
    with pytest.raises(OutsideWindow):
        await wired.send(SAMIRA, hello(wired))
    [call] = wired.render(Outbound(SAMIRA, Purpose.HUMAN, "Bonjour, c’est Samira.", template=HUMAN_AGENT, number=4))
    assert await wired.send(SAMIRA, call) == "m_ours1"


async def test_nobody_at_the_address(clock: TestClock) -> None:
    channel = MessengerChannel(settings(), clock, BASE_URL)
    with pytest.raises(Unreachable) as raised:
        await channel.send(SAMIRA, hello(channel))
    assert (raised.value.code, raised.value.maybe_sent) == ("no_connection", False)
    await channel.close()


async def test_courtesies(double: MessengerDouble, wired: MessengerChannel) -> None:
    for gesture in Courtesy:
        await wired.courtesy(SAMIRA, gesture, "m_1")
    assert double.actions == [("5001", "mark_seen"), ("5001", "typing_on")]
    double.fault(code=613, status=400)
    await wired.courtesy(SAMIRA, Courtesy.TYPING, "m_1")
    assert sum(wired.counts.values()) == 1


async def test_a_file_is_fetched_without_our_token(double: MessengerDouble, wired: MessengerChannel) -> None:
    double.files["a.jpg"] = b"x" * 200_000
    here = Attachment("photo", double.address_of("a.jpg"))
    assert b"".join([piece async for piece in wired.fetch(here, 300_000)]) == b"x" * 200_000
    assert "authorization" not in double.asked[-1].headers
    with pytest.raises(TooLarge):
        _ = [piece async for piece in wired.fetch(here, 100_000)]
    with pytest.raises(Unreachable):
        _ = [piece async for piece in wired.fetch(Attachment("photo", double.address_of("gone.jpg")), 300_000)]


@pytest.mark.parametrize(
    "address",
    [
        *("http://169.254.169.254/latest", "https://fbcdn.net.example.org/a.jpg", "http://scontent.xx.fbcdn.net/a.jpg", "file:///etc/passwd"),
        *("https://user@scontent.xx.fbcdn.net/a.jpg", "https://scontent.xx.fbcdn.net:22/a.jpg", "https://[bad/a.jpg", "notanaddress"),
    ],
)
async def test_an_address_that_is_not_metas_is_not_asked(double: MessengerDouble, wired: MessengerChannel, address: str) -> None:
    with pytest.raises(Unfit):
        _ = [piece async for piece in wired.fetch(Attachment("photo", address), 1000)]
    assert double.asked == []


async def test_the_page_shows_who_answers(double: MessengerDouble, wired: MessengerChannel, taken: Taken) -> None:
    """Set once, by whoever holds the account; given back then."""
    asked: list[str] = []
    released = asyncio.Event()

    async def hold() -> bool:
        asked.append("hold")
        return True

    async def release() -> None:
        asked.append("release")
        released.set()

    attending = asyncio.ensure_future(wired.poll(taken, hold=hold, release=release))
    await released.wait()
    attending.cancel()
    assert asked == ["hold", "release"]
    [menu] = double.profile["persistent_menu"]
    assert [row["payload"] for row in menu["call_to_actions"]] == [f"menu:{command}" for command in COMMANDS]
    assert "115" in double.profile["greeting"][0]["text"]


async def test_the_address_that_opens_a_conversation(wired: MessengerChannel) -> None:
    assert await wired.link("aide7") == "https://m.me/300000000000001?ref=aide7"
