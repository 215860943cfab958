"""What each recorded call says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import Parsed
from bot.channels.messenger.channel import MessengerChannel
from bot.errors import Malformed
from bot.messages import Address, Attachment, Ignored, Inbound, Kind, Receipt, Status
from tests.channels.conformance import IncomingCase, check_incoming, check_table_is_whole, check_truncated, ids
from tests.clock import TUESDAY
from tests.doubles.messenger import PAGE_ID

SAMIRA, YANIS = "5000000000000001", "5000000000000002"
SENT = datetime.fromtimestamp(1_790_000_000, UTC)


def said(nth: object, kind: Kind, text: str = "", peer: str = SAMIRA, **more: Any) -> Inbound:
    """What somebody of the recorded calls said, in message `nth`."""
    external_id = f"m_{nth:04d}" if isinstance(nth, int) else str(nth)
    fields: dict[str, Any] = {"handle": external_id, "sent_at": SENT} | more
    return Inbound(Address("messenger", PAGE_ID, peer), external_id, kind, TUESDAY, text, **fields)


def files(*urls: str, kind: str = "photo") -> dict[str, Any]:
    return {"attachments": tuple(Attachment(kind, url) for url in urls)}


def arrived(name: str) -> Receipt:
    return Receipt("messenger", PAGE_ID, name, Status.DELIVERED, datetime.fromtimestamp(1_790_000_001, UTC))


def case(name: str, *expected: Parsed) -> IncomingCase:
    return IncomingCase(name, expected)


WHEN = f"{SAMIRA}:1790000000000"
CASES = [
    case("text", said(1, Kind.TEXT, "bonjour, je cherche un logement")),
    case("text_reply", said(2, Kind.TEXT, "oui celle-là")),
    case("text_right_to_left", said(3, Kind.TEXT, "ما عندي وين أنام الليلة")),
    case("several", said(4, Kind.TEXT, "un"), said(5, Kind.TEXT, "deux", YANIS), Ignored("another_page"), said(7, Kind.TEXT, "trois")),
    case("quick_reply", said(8, Kind.CHOICE, choice="12.0")),
    case("get_started", said("m_pb1", Kind.STARTED)),
    case("get_started_from_link", said("m_pb2", Kind.STARTED, "affiche-7")),
    case("referral", said(f"referral:{WHEN}", Kind.STARTED, "affiche-7")),
    case("referral_of_an_advert", said(f"referral:{SAMIRA}:1790000005000", Kind.STARTED, sent_at=SENT + timedelta(seconds=5))),
    case("menu_row", said("m_pb3", Kind.COMMAND, "urgence")),
    case("postback_of_old", said(f"postback:{WHEN}", Kind.CHOICE, choice="12.1")),
    case("image", said(9, Kind.MEDIA, **files("https://scontent.xx.fbcdn.net/a.jpg"))),
    case("image_with_words", said(10, Kind.MEDIA, "la lettre", **files("https://scontent.xx.fbcdn.net/b.jpg"))),
    case("voice", said(11, Kind.MEDIA, **files("https://cdn.fbsbx.com/v.mp4", kind="voice"))),
    case("video", said(12, Kind.MEDIA, **files("https://video.xx.fbcdn.net/v.mp4", kind="video"))),
    case("file", said(13, Kind.MEDIA, **files("https://cdn.fbsbx.com/bail.pdf", kind="document"))),
    case("two_images", said(14, Kind.MEDIA, **files("https://scontent.xx.fbcdn.net/1.jpg", "https://scontent.xx.fbcdn.net/2.jpg"))),
    case("thumb", said(15, Kind.OTHER)),
    case("location", said(16, Kind.LOCATION)),
    case("template_shared", said(17, Kind.OTHER)),
    case("unknown_message", said(18, Kind.OTHER)),
    case("edited", said("m_0001:edit:1", Kind.EDITED, "je cherche un appart", handle=None)),
    case("deleted", said("m_0019:deleted", Kind.DELETED, handle=None)),
    case("reaction", said(f"reaction:{WHEN}", Kind.OTHER)),
    case("unreact", Ignored("unreact")),
    case("echo_of_ours", Ignored("echo")),
    case("echo_of_a_colleague", said("m_hand1", Kind.COLLEAGUE, "Bonjour, c’est Samira, je te réponds ici.", handle=None)),
    case("delivery", arrived("m_ours1"), arrived("m_ours2")),
    case("delivery_without_ids", Ignored("delivery")),
    case("read", Ignored("read")),
    case("optin", Ignored("optin")),
    case("unknown_event", Ignored("event")),
    case("standby", Ignored("standby")),
    case("page_change", Ignored("page_change")),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_recorded(channel: MessengerChannel, case: IncomingCase, payloads: dict[str, bytes]) -> None:
    check_incoming(channel, payloads[case.name], case.expected)
    check_truncated(channel, payloads[case.name])


def test_every_payload_has_its_case(payloads: dict[str, bytes]) -> None:
    check_table_is_whole(CASES, payloads)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object":"whatsapp_business_account","entry":[]}'])
def test_what_is_not_messengers(channel: MessengerChannel, body: bytes) -> None:
    with pytest.raises(Malformed):
        channel.parse(body)


def test_where_somebody_is_is_dropped(channel: MessengerChannel, payloads: dict[str, bytes]) -> None:
    kept = repr(channel.parse(payloads["location"]))
    for personal in ("50.123", "2.987", "Gare"):
        assert personal not in kept
