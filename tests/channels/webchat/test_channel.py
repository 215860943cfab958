"""The web chat keeps the promises of a channel: nobody calls it, and nothing is ever sent by it."""

import pytest

from bot.channels.base import Channel, Courtesy
from bot.channels.webchat.channel import WebChatChannel
from bot.errors import Forged, Malformed, Misconfigured
from bot.messages import Address, Call, Outbound, Purpose

HERE = Address("webchat", "default", "0" * 64)


def test_the_commit_is_the_send() -> None:
    channel: Channel = WebChatChannel()
    assert channel.limits.commit_is_send
    assert channel.limits.greets
    assert channel.render(Outbound(HERE, Purpose.REPLY, "Bonjour.")) == []


async def test_nobody_calls_it_and_it_calls_nobody() -> None:
    channel: Channel = WebChatChannel()
    with pytest.raises(Forged):
        channel.verify(b"{}", {})
    with pytest.raises(Malformed):
        channel.parse(b"{}")
    with pytest.raises(Misconfigured):
        await channel.send(HERE, Call("sendMessage"))
    await channel.courtesy(HERE, Courtesy.TYPING, "")
    await channel.close()
