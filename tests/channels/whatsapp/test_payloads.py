"""What each recorded call says, and that pywa reads the same where it reads at all."""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic_core import from_json, to_json
from pywa.client import WhatsApp
from pywa.types.message import DeletedMessage, EditedMessage, Message

from bot.channels.base import Parsed
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.errors import Malformed
from bot.messages import Address, Attachment, Ignored, Inbound, Kind, Receipt, Status
from tests.channels.conformance import IncomingCase, check_incoming, check_table_is_whole, check_truncated, ids, recorded
from tests.channels.whatsapp.conftest import PAYLOADS
from tests.clock import TUESDAY
from tests.doubles.whatsapp import PHONE_ID

SAMIRA, NUMBER, NEW_NUMBER = "FR.11111111111111111", "33199000001", "33199000008"
YANIS = "FR.22222222222222222"
SENT = datetime.fromtimestamp(1_790_000_000, UTC)
_RECORDED = recorded(PAYLOADS)


def said(nth: object, kind: Kind, text: str = "", peer: str = SAMIRA, formerly: Sequence[str] = (NUMBER,), **more: Any) -> Inbound:
    """What somebody of the recorded calls said, in message `nth`."""
    external_id = f"wamid.{nth:04d}" if isinstance(nth, int) else str(nth)
    fields: dict[str, Any] = {"handle": external_id, "shown_as": external_id, "name": "Samira", "sent_at": SENT} | more
    return Inbound(Address("whatsapp", PHONE_ID, peer), external_id, kind, TUESDAY, text, formerly=tuple(formerly), **fields)


def changed(nth: str, text: str, peer: str, formerly: Sequence[str], name: str | None = None) -> Inbound:
    return said(nth, Kind.CHANGED, text, peer, formerly, handle=None, shown_as=None, name=name)


def became(name: str, status: Status, at: int = 0, failure: str | None = None) -> Receipt:
    return Receipt("whatsapp", PHONE_ID, name, status, datetime.fromtimestamp(1_790_000_000 + at, UTC), failure)


def file(kind: str, provider_id: str, mime: str, name: str | None = None) -> dict[str, Any]:
    return {"attachments": (Attachment(kind, provider_id, mime, None, name),)}


def case(name: str, *expected: Parsed) -> IncomingCase:
    return IncomingCase(name, expected)


CASES = [
    case("text", said(1, Kind.TEXT, "bonjour, je cherche un logement")),
    case("text_without_number", said(2, Kind.TEXT, "slt", formerly=())),
    case("text_number_only", said(3, Kind.TEXT, "ancien format", NUMBER, ())),
    case("text_id_in_contacts_only", said(4, Kind.TEXT, "format de 2026")),
    case("text_right_to_left", said(5, Kind.TEXT, "ما عندي وين أنام الليلة")),
    case("text_reply", said(6, Kind.TEXT, "oui celle-là")),
    case("started", said(7, Kind.STARTED, "aidevisale")),
    case("started_with_a_link_code", said(70, Kind.STARTED, "lier-k7m2px4q")),
    case(
        "several",
        said(8, Kind.TEXT, "un"),
        said(9, Kind.TEXT, "deux", YANIS, ("33199000002",), name="Yanis"),
        said(10, Kind.TEXT, "trois"),
        became("wamid.ours1", Status.DELIVERED, 1),
        became("wamid.ours2", Status.READ, 2),
    ),
    case("two_entries", said(11, Kind.TEXT, "a"), Ignored("another_number"), said(13, Kind.TEXT, "b")),
    case("button_reply", said(14, Kind.CHOICE, choice="12.1")),
    case("list_reply", said(15, Kind.CHOICE, choice="12.7")),
    case("template_quick_reply", said(16, Kind.CHOICE, choice="14.0")),
    case("template_quick_reply_without_payload", said(17, Kind.CHOICE, choice="Je viens")),
    case("flow_reply", said(18, Kind.OTHER)),
    case("image", said(19, Kind.MEDIA, "la lettre", **file("photo", "m1", "image/jpeg"))),
    case("voice", said(20, Kind.MEDIA, **file("voice", "m2", "audio/ogg"))),
    case("audio", said(21, Kind.MEDIA, **file("audio", "m3", "audio/mpeg"))),
    case("video", said(22, Kind.MEDIA, **file("video", "m4", "video/mp4"))),
    case("document", said(23, Kind.MEDIA, "mon bail", **file("document", "m5", "application/pdf", "bail.pdf"))),
    case("sticker", said(24, Kind.MEDIA, **file("sticker", "m6", "image/webp"))),
    case("location", said(25, Kind.LOCATION)),
    case("contacts", said(26, Kind.OTHER)),
    case("reaction", said(27, Kind.OTHER)),
    case("unsupported", said(28, Kind.OTHER)),
    case("order", said(29, Kind.OTHER)),
    case("edited", said(30, Kind.EDITED, "je cherche un appart", shown_as="wamid.0001")),
    case("edited_caption", said(31, Kind.EDITED, "la lettre, page 2", shown_as="wamid.0016")),
    case("deleted", said(32, Kind.DELETED, shown_as="wamid.0001")),
    case("number_changed", changed("wamid.sys1", "number", SAMIRA, (NUMBER, NEW_NUMBER))),
    case("number_changed_old_shape", changed("wamid.sys2", "number", NEW_NUMBER, (NUMBER,))),
    case("id_changed", changed("wamid.sys3", "number", "FR.33333333333333333", (NUMBER, SAMIRA))),
    case("identity_changed", changed("wamid.sys4", "identity", SAMIRA, (NUMBER,), "Samira")),
    case("request_welcome", said(33, Kind.STARTED)),
    case("group", Ignored("group")),
    case("status_sent", became("wamid.ours3", Status.SENT)),
    case("status_failed", became("wamid.ours4", Status.FAILED, failure="whatsapp_131047")),
    case("status_unknown", Ignored("status")),
    case("errors_only", Ignored("errors")),
    case("another_number", Ignored("another_number")),
    case("another_field", Ignored("message_template_status_update")),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_recorded(channel: WhatsAppChannel, case: IncomingCase, payloads: dict[str, bytes]) -> None:
    check_incoming(channel, payloads[case.name], case.expected)
    check_truncated(channel, payloads[case.name])


def test_every_payload_has_its_case(payloads: dict[str, bytes]) -> None:
    check_table_is_whole(CASES, payloads)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object":"page","entry":[]}', b'{"object":null}'])
def test_what_is_not_whatsapps(channel: WhatsAppChannel, body: bytes) -> None:
    with pytest.raises(Malformed):
        channel.parse(body)


def test_coordinates_contacts_and_numbers_are_dropped(channel: WhatsAppChannel, payloads: dict[str, bytes]) -> None:
    for name in ("location", "contacts", "text"):
        kept = repr(channel.parse(payloads[name]))
        for personal in ("50.0", "2.9", "Gare", "Une Amie", "33 1 99 00 00 09"):
            assert personal not in kept


@pytest.mark.parametrize("at", ["253402300800000", "-5", "demain", ""])
def test_a_time_of_another_age_is_no_time(channel: WhatsAppChannel, payloads: dict[str, bytes], at: str) -> None:
    call = from_json(payloads["text"])
    call["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = at
    [taken] = channel.parse(to_json(call))
    assert isinstance(taken, Inbound)
    assert taken.sent_at is None


READ_BY_PYWA = ["text", "text_without_number", "text_id_in_contacts_only", "text_right_to_left", "image", "voice", "document", "edited", "deleted"]


@pytest.mark.parametrize("name", READ_BY_PYWA)
def test_pywa_reads_the_same(channel: WhatsAppChannel, payloads: dict[str, bytes], name: str) -> None:
    """A library's own models, which ours was not written from."""
    [ours] = channel.parse(payloads[name])
    assert isinstance(ours, Inbound)
    model: Any = {"edited": EditedMessage, "deleted": DeletedMessage}.get(name, Message)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs: Any = model.from_update(WhatsApp(phone_id=PHONE_ID, token="none"), from_json(payloads[name]))
    assert (theirs.id, theirs.from_user.bsuid, theirs.from_user.name, theirs.timestamp) == (
        ours.external_id,
        ours.address.peer,
        ours.name,
        ours.sent_at,
    )
    if name in ("edited", "deleted"):
        assert theirs.original_message_id == ours.shown_as
    words = theirs.message.text if name == "edited" else getattr(theirs, "text", None) or getattr(theirs, "caption", None)
    assert (words or "") == ours.text
    assert [attachment.provider_id for attachment in ours.attachments] == ([theirs.media.id] if getattr(theirs, "media", None) else [])
