"""What becomes of a call: the gateway and the mail server do wrong what such things do wrong, and each has its meaning for the road."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.channels.base import Called, Channel, Courtesy
from bot.channels.relay.channel import RelayChannel
from bot.errors import Misconfigured, Rejected, SendFailure, Unreachable
from bot.messages import Call, Choice, Outbound, Purpose
from tests.channels.relay.conftest import BASE_URL, MAIL, SAMIRA, service
from tests.clock import TestClock
from tests.doubles.relay import Gateway, Mailbox
from tests.doubles.relay.gateway import Sms

WORDS = "Ton rendez-vous : jeudi 5 mars à 10h30."
TOKEN = "a" * 16


def reminder(channel: RelayChannel) -> Call:
    whom = MAIL if channel.account == "email" else SAMIRA
    said = Outbound(whom, Purpose.REMINDER, WORDS, (Choice("come", "Je viens"),), short=WORDS, link=TOKEN, number=3)
    [call] = channel.render(said)
    return call


async def test_an_sms_reaches_its_number_and_nobody_else(gateway: Gateway, sms: RelayChannel) -> None:
    names = {await sms.send(SAMIRA, reminder(sms)) for _ in range(2)}
    assert len(names) == 2
    assert gateway.sent == [Sms("+33612345678", f"{WORDS} Ne réponds pas ici : 0321000000")] * 2


async def test_an_address_that_apprise_does_not_know(clock: TestClock) -> None:
    channel = RelayChannel("sms", SecretStr("nothing://127.0.0.1/{to}"), None, clock, service())
    with pytest.raises(Misconfigured) as raised:
        await channel.send(SAMIRA, reminder(channel))
    assert raised.value.code == "unknown_address"


async def test_the_loop_is_not_held_meanwhile(gateway: Gateway, sms: RelayChannel) -> None:
    """Apprise blocks: were it on the loop, the gateway, which is on it too, could never answer."""
    await asyncio.gather(*(sms.send(SAMIRA, reminder(sms)) for _ in range(5)))
    assert len(gateway.sent) == 5


class TestMail:
    async def test_is_plain_says_nothing_outside_and_is_stopped_in_one_click(self, mailbox: Mailbox, email: RelayChannel) -> None:
        await email.send(MAIL, reminder(email))
        [got] = mailbox.got
        assert got["Subject"] == "Un message pour toi"
        assert "samira@example.org" in got["To"]
        assert got.get_content_type() == "text/plain"
        body = got.get_content()
        assert WORDS in body
        assert f"{BASE_URL}/r/{TOKEN}" in body
        assert got["List-Unsubscribe"].replace("\n ", "") == f"<{BASE_URL}/r/{TOKEN}>"
        assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    @pytest.mark.parametrize(
        ("said", "failure", "code"),
        [("550 5.1.1 nobody", Rejected, "relay_550"), ("451 later", Unreachable, "relay_451"), ("535 who are you", Misconfigured, "relay_535")],
    )
    async def test_what_is_refused(self, mailbox: Mailbox, email: RelayChannel, said: str, failure: type[SendFailure], code: str) -> None:
        mailbox.refuses["samira@example.org"] = said
        with pytest.raises(failure) as raised:
            await email.send(MAIL, reminder(email))
        assert (raised.value.code, raised.value.maybe_sent) == (code, False)

    async def test_a_server_that_hangs_up_may_have_taken_it(self, mailbox: Mailbox, email: RelayChannel) -> None:
        mailbox.cuts = True
        with pytest.raises(Unreachable) as raised:
            await email.send(MAIL, reminder(email))
        assert raised.value.maybe_sent


async def test_it_is_a_channel_without_gestures(channel: RelayChannel) -> None:
    checked: Channel = channel
    assert isinstance(checked, Called)
    for gesture in Courtesy:
        await channel.courtesy(SAMIRA, gesture, "page")
    await channel.close()
