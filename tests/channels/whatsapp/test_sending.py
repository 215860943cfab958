"""What becomes of a call: the double does wrong what Meta and networks do wrong, and each has its meaning for the road."""

from dataclasses import replace

import httpx
import pytest

from bot.channels.base import Courtesy
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.failures import failure_of
from bot.errors import SendFailure, TooLarge, Unreachable
from bot.messages import Address, Attachment, Outbound, Purpose
from tests.doubles.faults import How
from tests.doubles.whatsapp import WhatsAppDouble

SAMIRA = Address("whatsapp", "100000000000001", "FR.1")


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
    assert wired.link("aide7") == "", "nobody has said its number"
    await wired.learn()
    assert wired.link("aide7") == "https://wa.me/33199000000?text=%2Fstart%20aide7"
    assert wired.link("") == "https://wa.me/33199000000"


FILE = Attachment("document", "", "text/plain", name="liste.txt", text="À apporter\u202f: rien.")


async def said(wired: WhatsAppChannel, *files: Attachment) -> None:
    for call in wired.render(Outbound(SAMIRA, Purpose.REPLY, "La voici.", attachments=files, number=3)):
        await wired.send(SAMIRA, call)


async def test_a_file_of_ours_is_brought_then_named(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    await said(wired, FILE)
    ((media_id, kept),) = double.media.items()
    assert kept == ("À apporter\u202f: rien.".encode(), "text/plain")
    assert [message["type"] for message in double.sent] == ["document", "text"]
    assert double.sent[0]["document"] == {"id": media_id, "filename": "liste.txt"}


async def test_what_meta_takes_no_file_of_is_not_brought(double: WhatsAppDouble, wired: WhatsAppChannel) -> None:
    """A calendar: whoever says it says it as a link."""
    await said(wired, replace(FILE, mime="text/calendar", name="rendez-vous.ics"))
    assert [message["type"] for message in double.sent] == ["text"]
    assert not double.media


@pytest.mark.parametrize("done", [True, False])
async def test_a_file_that_was_not_brought_was_not_sent(double: WhatsAppDouble, wired: WhatsAppChannel, done: bool) -> None:
    """Whether Meta has the file or not: nobody was written to, so it is tried again."""
    double.fault(None, how=How.RESET, done=done)
    with pytest.raises(Unreachable) as raised:
        await said(wired, FILE)
    assert (raised.value.maybe_sent, double.sent) == (False, [])
