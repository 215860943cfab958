"""What each recorded update says."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from bot.channels.base import Parsed
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.payloads import read_invitation
from bot.errors import Malformed
from bot.messages import Address, Attachment, Ignored, Inbound, Kind
from tests.channels.conformance import IncomingCase, check_incoming, check_table_is_whole, check_truncated, ids, recorded
from tests.channels.telegram.conftest import PAYLOADS
from tests.clock import TUESDAY

SAMIRA, YANIS, AYA = "5550001", "5550002", "5550003"
SENT = datetime.fromtimestamp(1_790_000_000, UTC)
_RECORDED = recorded(PAYLOADS)
_NAMES = {SAMIRA: ("Samira", "fr"), YANIS: ("Yanis", None), AYA: ("آية", "ar")}


def said(kind: Kind, text: str = "", peer: str = SAMIRA, **more: Any) -> Inbound:
    """What a person of the recorded payloads said; `external_id` is filled in by `case`."""
    name, locale = _NAMES[peer]
    fields = {"kind": kind, "text": text, "name": name, "locale": locale, "sent_at": SENT} | more
    return Inbound(address=Address("telegram", "7000000001", peer), external_id="", received_at=TUESDAY, **fields)


def case(name: str, expected: Parsed) -> IncomingCase:
    if isinstance(expected, Inbound):
        update = from_json(_RECORDED[name])
        message = update.get("message") or update.get("edited_message")
        fields = {field: getattr(expected, field) for field in Inbound.__dataclass_fields__}
        shown_as = f"{message['chat']['id']}:{message['message_id']}" if message else None
        expected = Inbound(**fields | {"external_id": str(update["update_id"]), "shown_as": shown_as})
    return IncomingCase(name, (expected,))


def file(kind: str, provider_id: str, mime: str | None = None, size: int | None = None, name: str | None = None) -> dict[str, Any]:
    return {"attachments": (Attachment(kind, provider_id, mime, size, name),)}


PHOTO = file("photo", "AgACAgQAAxkBAAIB1280photo", None, 153_600)
UNSIGNED: Mapping[str, Any] = {"name": None, "locale": None}

CASES = [
    case("text", said(Kind.TEXT, "bonjour, je cherche un logement")),
    case("text_emoji", said(Kind.TEXT, "👩🏽‍👧 je dors dans la voiture 🚗😔 c ok ?", YANIS)),
    case("text_right_to_left", said(Kind.TEXT, "ما عندي وين أنام الليلة \u2067115\u2069", AYA)),
    case("text_invisible", said(Kind.TEXT, "\0a\u200bide\u200d moi\ufeff\u202e!\0")),
    case("text_reply", said(Kind.TEXT, "oui celle-là")),
    case("text_forwarded", said(Kind.TEXT, "Votre dossier est incomplet.")),
    case("text_entities", said(Kind.TEXT, "regarde https://www.example.org/annonce ou appelle +33 1 99 00 00 00")),
    case("rich_message", said(Kind.TEXT, "Ma situation\nje dors dehors ce soir\n17 ans\nseul")),
    case("command", said(Kind.COMMAND, "menu")),
    case("command_to_bot", said(Kind.COMMAND, "menu")),
    case("command_with_words", said(Kind.COMMAND, "stop arrêtez svp")),
    case("slash_before_words", said(Kind.TEXT, "/jsais pas où dormir")),
    case("start", said(Kind.STARTED)),
    case("start_payload", said(Kind.STARTED, "affiche-7")),
    case("start_to_bot_payload", said(Kind.STARTED, "mission_locale")),
    case("choice", said(Kind.CHOICE, choice="12.9", handle="23837432145000001:31", sent_at=None)),
    case("choice_message_inaccessible", said(Kind.CHOICE, choice="3.1", handle="23837432145000002:5", sent_at=None)),
    case("choice_message_gone", said(Kind.CHOICE, choice="4.0", handle="23837432145000003:", sent_at=None)),
    case("choice_of_another_bot_version", said(Kind.CHOICE, choice="menu:argent", handle="23837432145000004:31", sent_at=None)),
    case("choice_in_group", Ignored("group")),
    case("choice_game", Ignored("game")),
    case("edited_text", said(Kind.EDITED, "bonjour, je cherche un studio", sent_at=SENT + timedelta(seconds=60))),
    case("edited_caption", said(Kind.EDITED, "mon avis d'expulsion", sent_at=SENT + timedelta(seconds=30), **PHOTO)),
    case("edited_live_location", Ignored("live_location")),
    case("photo", said(Kind.MEDIA, **PHOTO)),
    case("photo_caption", said(Kind.MEDIA, "c'est la lettre du propriétaire", **PHOTO)),
    case("photo_of_album", said(Kind.MEDIA, **PHOTO)),
    case("document", said(Kind.MEDIA, **file("document", "BQACAgQAAxkBAAIBdocument", "application/pdf", 184_320, "attestation exemple.pdf"))),
    case("voice", said(Kind.MEDIA, **file("voice", "AwACAgQAAxkBAAIBvoice", "audio/ogg", 28_672))),
    case("audio", said(Kind.MEDIA, **file("audio", "CQACAgQAAxkBAAIBaudio", "audio/mpeg", 2_880_000, "note.mp3"))),
    case("video", said(Kind.MEDIA, "la fuite", **file("video", "BAACAgQAAxkBAAIBvideo", "video/mp4", 5_242_880))),
    case("video_note", said(Kind.MEDIA, **file("video_note", "DQACAgQAAxkBAAIBround", None, 900_000))),
    case("animation", said(Kind.MEDIA, **file("animation", "CgACAgQAAxkBAAIBgif", "video/mp4", 60_000, "salut.mp4"))),
    case("live_photo", said(Kind.MEDIA, **file("live_photo", "EQACAgQAAxkBAAIBlive", "video/mp4", 1_200_000))),
    case("location", said(Kind.LOCATION)),
    case("venue", said(Kind.LOCATION)),
    case("contact", said(Kind.OTHER)),
    case("sticker", said(Kind.OTHER)),
    case("dice", said(Kind.OTHER)),
    case("poll", said(Kind.OTHER)),
    case("story", said(Kind.OTHER)),
    case("kind_of_tomorrow", said(Kind.OTHER)),
    case("service_pinned", Ignored("service")),
    case("service_timer", Ignored("service")),
    case("blocked", said(Kind.BLOCKED, **UNSIGNED)),
    case("unblocked", said(Kind.CHANGED, "unblocked", **UNSIGNED)),
    case("group_text", Ignored("group")),
    case("group_added", Ignored("group")),
    case("group_removed", Ignored("group")),
    case("channel_added", Ignored("group")),
    case("channel_post", Ignored("channel_post")),
    case("from_another_bot", Ignored("bot")),
    case("reaction", Ignored("message_reaction")),
    case("inline_query", Ignored("inline_query")),
    case("poll_answer", Ignored("poll_answer")),
    case("unknown_kind", Ignored("telepathy")),
]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_recorded(channel: TelegramChannel, case: IncomingCase, payloads: dict[str, bytes]) -> None:
    check_incoming(channel, payloads[case.name], case.expected)
    check_truncated(channel, payloads[case.name])


def test_every_payload_has_its_case(payloads: dict[str, bytes]) -> None:
    check_table_is_whole(CASES, payloads)


@pytest.mark.parametrize("name", ["location", "venue", "contact", "rich_message", "text_forwarded", "text", "story"])
def test_what_must_not_be_kept_is_dropped(channel: TelegramChannel, payloads: dict[str, bytes], name: str) -> None:
    kept = repr(channel.parse(payloads[name]))
    for personal in ("48.0", "-20.0", "Café", "rue de", "33199000000", "Tante", "Accueil", "Benali", "samira_exemple", "Jade"):
        assert personal not in kept


@pytest.mark.parametrize(("latitude", "longitude"), [(36.7538, 3.0588), (-89.9999, 179.9999), (5.3333, -52.7777), (1e308, -1e308), ("north", None)])
def test_wherever_somebody_is_their_coordinates_are_dropped(
    channel: TelegramChannel, payloads: dict[str, bytes], latitude: object, longitude: object
) -> None:
    update = from_json(payloads["location"])
    update["message"]["location"] = {"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 65.1234}
    [taken] = channel.parse(to_json(update))
    assert isinstance(taken, Inbound)
    assert (taken.kind, taken.text, taken.attachments) == (Kind.LOCATION, "", ())
    for secret in (latitude, longitude, 65.1234):
        assert secret is None or str(secret) not in repr(taken)


@pytest.mark.parametrize("length", [4096, 20_000, 500_000])
def test_a_long_text_is_taken_whole(channel: TelegramChannel, payloads: dict[str, bytes], length: int) -> None:
    update = from_json(payloads["text"])
    update["message"]["text"] = "é😔" * (length // 2)
    [taken] = channel.parse(to_json(update))
    assert isinstance(taken, Inbound)
    assert taken.text == update["message"]["text"]


MALFORMED = {
    "nothing": b"",
    "words": b"bonjour",
    "not UTF-8": b'{"update_id":1,"message":"\xff\xfe"}',
    "half a surrogate pair": b'{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"text":"\\ud83d"}}',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "not a number": b'{"update_id":NaN}',
    "no update id": b'{"message":{"chat":{"id":1,"type":"private"},"text":"a"}}',
    "an update id in words": b'{"update_id":"1","message":{"chat":{"id":1,"type":"private"},"text":"a"}}',
    "an update id that is true": b'{"update_id":true}',
    "an update id beyond counting": b'{"update_id":' + b"9" * 4000 + b"}",
    "an update id beyond 64 bits": b'{"update_id":9223372036854775808}',
    "a message in words": b'{"update_id":1,"message":"bonjour"}',
    "no chat": b'{"update_id":1,"message":{"text":"a"}}',
    "a chat without id": b'{"update_id":1,"message":{"chat":{"type":"private"},"text":"a"}}',
    "a chat id in words": b'{"update_id":1,"message":{"chat":{"id":"1","type":"private"},"text":"a"}}',
    "a text that is a number": b'{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"text":7}}',
    "a file without id": b'{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"voice":{"duration":2}}}',
    "a photo that is no size": b'{"update_id":1,"message":{"chat":{"id":1,"type":"private"},"photo":[7]}}',
    "a button without id": b'{"update_id":1,"callback_query":{"from":{"id":1},"data":"1.0"}}',
    "a button of nobody": b'{"update_id":1,"callback_query":{"id":"1","data":"1.0"}}',
    "nested beyond reason": b'{"update_id":1,"message":' + b"[" * 5000 + b"]" * 5000 + b"}",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_malformed(channel: TelegramChannel, raw: bytes) -> None:
    with pytest.raises(Malformed) as refusal:
        channel.parse(raw)
    assert "bonjour" not in str(refusal.value)


@pytest.mark.parametrize(
    ("fields", "reason"), [({}, "empty"), ({"Weird Kind!": {}}, "unknown"), ({"k" * 41: {}}, "unknown"), ({"poll": "not even an object"}, "poll")]
)
def test_an_update_of_no_kind_of_ours_is_ignored_and_counted(channel: TelegramChannel, fields: dict[str, object], reason: str) -> None:
    assert channel.parse(to_json({"update_id": 1} | fields)) == [Ignored(reason)]


@pytest.mark.parametrize("wrong", [{"first_name": 7}, {"language_code": ["fr"]}, {"is_bot": "maybe"}])
def test_what_is_optional_and_odd_is_left_out(channel: TelegramChannel, payloads: dict[str, bytes], wrong: dict[str, object]) -> None:
    update = from_json(payloads["text"])
    update["message"]["from"] |= wrong
    update["message"]["date"] = -1
    [taken] = channel.parse(to_json(update))
    assert isinstance(taken, Inbound)
    assert taken.text == "bonjour, je cherche un logement"
    assert taken.sent_at is None


@pytest.mark.parametrize(
    ("name", "chat"),
    [("group_added", -1_001_234_567_890), ("group_text", -1_001_234_567_890), ("channel_added", -1_009_876_543_210)]
    + [(name, None) for name in ("group_removed", "text", "blocked", "choice", "poll_answer")],
)
def test_where_we_have_nothing_to_do(payloads: dict[str, bytes], name: str, chat: int | None) -> None:
    assert read_invitation(from_json(payloads[name])) == chat
