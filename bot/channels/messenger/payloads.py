"""Calls of the Messenger platform → values of the road. https://developers.facebook.com/docs/messenger-platform/reference/webhook-events

One call may carry several events, for several Pages: each becomes a value, those of another Page an Ignored. People are known by the id the Page has
for them. What we must not keep is dropped here: coordinates, names of places, what a referral tells beside its code.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.channels.base import Parsed
from bot.channels.fields import Fields, is_integer, name_of, object_of, optional, several, string
from bot.errors import Malformed
from bot.messages import Address, Attachment, Ignored, Inbound, Kind, Receipt, Status

CHANNEL = "messenger"
GET_STARTED = "get-started"
"""What the button under an empty conversation says."""
MENU = "menu:"
"""Before what a row of the menu beside the field says: a command."""
ECHO = "echo"
OTHERS = ("read", "optin", "account_linking", "pass_thread_control", "policy_enforcement")
"""Events that are known and not wanted."""
_FILES: Mapping[str, str] = {"image": "photo", "audio": "voice", "video": "video", "file": "document", "reel": "video", "ig_reel": "video"}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_LATEST = 32_503_680_000_000  # the year 3000, in milliseconds


@dataclass(frozen=True, slots=True)
class Ours:
    """Whose calls are heard: the Page's id, and when they came."""

    account: str
    received_at: datetime


def read_call(call: object, ours: Ours) -> list[Parsed]:
    """Everything one call says. Raises Malformed without a word of its content."""
    fields = object_of(call, "call")
    if fields.get("object") != "page":
        raise Malformed("object is not page")
    return [said for entry in several(fields, "entry") for said in _read_entry(entry, ours)]


def _read_entry(entry: Fields, ours: Ours) -> Iterator[Parsed]:
    if string(entry, "id") != ours.account:
        yield Ignored("another_page")
        return
    for event in several(entry, "messaging"):
        yield from _read_event(event, ours)
    yield from (Ignored("standby") for _event in several(entry, "standby"))
    yield from (Ignored("page_change") for _event in several(entry, "changes"))


def _read_event(event: Fields, ours: Ours) -> Iterator[Parsed]:
    message = optional(event, "message")
    if message:
        yield _read_echo(event, message, ours) if message.get("is_echo") is True else _read_message(event, message, ours)
    elif "message_edit" in event:
        edit = optional(event, "message_edit")
        nth = edit.get("num_edit")
        name = f"{name_of(edit, 'mid')}:edit:{nth if is_integer(nth) else 1}"  # of its own: it is no redelivery
        yield replace(_blank(event, name, ours), kind=Kind.EDITED, text=string(edit, "text") or "", handle=None)
    elif "postback" in event:
        yield _read_postback(event, optional(event, "postback"), ours)
    elif "referral" in event:
        yield _started(_blank(event, _named(event, "referral"), ours), optional(event, "referral"))
    elif "delivery" in event:
        yield from _read_delivery(optional(event, "delivery"), ours)
    elif "reaction" in event:
        yield _read_reaction(event, optional(event, "reaction"), ours)
    else:
        yield Ignored(
            next((name for name in ("read", "optin", "account_linking", "pass_thread_control", "policy_enforcement") if name in event), "event")
        )


# -- what somebody said


def _blank(event: Fields, external_id: str, ours: Ours) -> Inbound:
    peer = name_of(optional(event, "sender"), "id")
    return Inbound(
        Address(CHANNEL, ours.account, peer), external_id, Kind.OTHER, ours.received_at, sent_at=_moment(event.get("timestamp")), handle=external_id
    )


def _read_message(event: Fields, message: Fields, ours: Ours) -> Parsed:
    said = _blank(event, name_of(message, "mid"), ours)
    if message.get("is_deleted") is True:
        return replace(said, kind=Kind.DELETED, external_id=f"{said.external_id}:deleted", handle=None)
    payload = string(optional(message, "quick_reply"), "payload")
    if payload is not None:
        return replace(said, kind=Kind.CHOICE, choice=payload)
    text, attachments = string(message, "text") or "", list(several(message, "attachments"))
    if any(string(each, "type") == "location" for each in attachments):
        return replace(said, kind=Kind.LOCATION)
    files = tuple(file for each in attachments if (file := _file(each)) is not None)
    if files:
        return replace(said, kind=Kind.MEDIA, text=text, attachments=files)
    return replace(said, kind=Kind.TEXT, text=text) if text else said


def _file(attachment: Fields) -> Attachment | None:
    """A file by its address, which is good for a few days. A sticker, a thumb among them, comes as a picture: it says nothing."""
    kind, payload = _FILES.get(string(attachment, "type") or ""), optional(attachment, "payload")
    url = string(payload, "url")
    if kind is None or not url or "sticker_id" in payload:
        return None
    return Attachment(kind, url)


def _read_postback(event: Fields, postback: Fields, ours: Ours) -> Parsed:
    said = _blank(event, string(postback, "mid") or _named(event, "postback"), ours)
    payload = string(postback, "payload") or ""
    if payload == GET_STARTED:
        return _started(said, optional(postback, "referral"))
    if payload.startswith(MENU):
        return replace(said, kind=Kind.COMMAND, text=payload.removeprefix(MENU))
    return replace(said, kind=Kind.CHOICE, choice=payload)


def _started(said: Inbound, referral: Fields) -> Inbound:
    """A link or a poster opened the conversation; its code, where it is one of ours."""
    code = string(referral, "ref") or ""
    return replace(said, kind=Kind.STARTED, text=code if _CODE.fullmatch(code) else "")


def _read_reaction(event: Fields, reaction: Fields, ours: Ours) -> Parsed:
    return Ignored("unreact") if string(reaction, "action") == "unreact" else _blank(event, _named(event, "reaction"), ours)


def _named(event: Fields, what: str) -> str:
    """A name for what Meta gives none: who, when and what."""
    timestamp = event.get("timestamp")
    return f"{what}:{name_of(optional(event, 'sender'), 'id')}:{timestamp if is_integer(timestamp) else 0}"


# -- what the Page said


def _read_echo(event: Fields, message: Fields, ours: Ours) -> Parsed:
    """Something the Page said. By an app (ours among them) it is known already; by hand, a colleague answers from the Page's own inbox."""
    if "app_id" in message:
        return Ignored(ECHO)
    peer = name_of(optional(event, "recipient"), "id")
    address, text = Address(CHANNEL, ours.account, peer), string(message, "text") or ""
    return Inbound(address, name_of(message, "mid"), Kind.COLLEAGUE, ours.received_at, text, sent_at=_moment(event.get("timestamp")))


def _read_delivery(delivery: Fields, ours: Ours) -> Iterator[Parsed]:
    """What arrived, by its ids. What was read is told by a time alone, and is not kept: who read what is their own business."""
    names: object = delivery.get("mids")
    found: Sequence[object] = names if isinstance(names, list) else ()
    at = _moment(delivery.get("watermark")) or ours.received_at
    arrived = [name for name in found if isinstance(name, str) and name]
    yield from (Receipt(CHANNEL, ours.account, name, Status.DELIVERED, at) for name in arrived)
    if not arrived:
        yield Ignored("delivery")


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value / 1000, UTC) if is_integer(value) and 0 <= value < _LATEST else None
