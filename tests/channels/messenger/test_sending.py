"""What becomes of a call: the double does wrong what Meta and networks do wrong, and each has its meaning for the road."""

import asyncio

import pytest

from bot.channels.base import Courtesy
from bot.channels.messenger.channel import MessengerChannel
from bot.channels.messenger.texts import COMMANDS
from bot.errors import OutsideWindow, TooLarge, Unfit, Unreachable
from bot.legality import HUMAN_AGENT
from bot.messages import Address, Attachment, Outbound, Purpose
from tests.channels.kit import hello
from tests.channels.telegram.conftest import Taken
from tests.doubles.messenger import MessengerDouble

SAMIRA = Address("messenger", "300000000000001", "5001")


async def test_outside_the_window_only_a_human_reaches_somebody(double: MessengerDouble, wired: MessengerChannel) -> None:
    double.outside.add("5001")
    with pytest.raises(OutsideWindow):
        await wired.send(SAMIRA, hello(wired, SAMIRA))
    [call] = wired.render(Outbound(SAMIRA, Purpose.HUMAN, "Bonjour, c’est Samira.", template=HUMAN_AGENT, number=4))
    assert await wired.send(SAMIRA, call) == "m_ours1"


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
    assert wired.link("aide7") == "https://m.me/300000000000001?ref=aide7"
