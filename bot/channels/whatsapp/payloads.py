"""Calls of the WhatsApp Cloud API → values of the road. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components

One call may carry several messages and several statuses, for several numbers: each becomes a value, those of another number an Ignored. Read by hand,
for pywa's models read the first of each alone and refuse what older calls lack; tests/channels/whatsapp holds both readings to the same answers.

Somebody is known by their business-scoped id; by their number only where a call has nothing else, and what is known of the number then follows the id
(`Inbound.formerly`). What we must not keep is dropped here: the number beside an id, coordinates, contacts, user names.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.base import Parsed
from bot.channels.fields import Fields, moment, name_of, object_of, optional, several, string, text_of
from bot.errors import Malformed
from bot.messages import Address, Attachment, Ignored, Inbound, Kind, Receipt, Status

CHANNEL = "whatsapp"
START = re.compile(r"\s*/start\s+([A-Za-z0-9-]{1,32})\s*", re.ASCII)
"""The first words of a conversation that a link of ours opened."""
NEW_NUMBER, NEW_IDENTITY = "number", "identity"
_FILES: Mapping[str, str] = {"image": "photo", "audio": "audio", "video": "video", "document": "document", "sticker": "sticker"}
_STATUSES: Mapping[str, Status] = {"sent": Status.SENT, "delivered": Status.DELIVERED, "read": Status.READ, "failed": Status.FAILED}
_RENAMED = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})
_KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ours:
    """Whose calls are heard: the id of the number, and when they came."""

    account: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who wrote: their id, the other names they may be known by, and what they call themselves."""

    peer: str
    formerly: tuple[str, ...]
    name: str | None


def read_call(call: object, ours: Ours) -> list[Parsed]:
    """Everything one call says. Raises Malformed without a word of its content."""
    fields = object_of(call, "call")
    if fields.get("object") != "whatsapp_business_account":
        raise Malformed("object is not whatsapp_business_account")
    return [said for entry in several(fields, "entry") for change in several(entry, "changes") for said in _read_change(change, ours)]


def _read_change(change: Fields, ours: Ours) -> Iterator[Parsed]:
    field, value = string(change, "field") or "empty", optional(change, "value")
    if field != "messages":
        yield Ignored(field if _KIND.fullmatch(field) else "unknown")
    elif string(optional(value, "metadata"), "phone_number_id") != ours.account:
        yield Ignored("another_number")
    else:
        contacts = list(several(value, "contacts"))
        messages = list(several(value, "messages"))
        for message in messages:
            yield _read_message(message, _who(message, contacts, alone=len(messages) == 1), ours)
        yield from (_read_status(status, ours) for status in several(value, "statuses"))
        if not messages and "statuses" not in value:
            yield Ignored("errors" if "errors" in value else "empty")


# -- people


def _who(message: Fields, contacts: Sequence[Fields], *, alone: bool) -> Who:
    """Who wrote a message. What a call says of people stands beside its messages, and names them by number, id, or both."""
    number, user = string(message, "from") or "", string(message, "from_user_id") or ""
    about = next((each for each in contacts if _is_about(each, number, user)), contacts[0] if alone and len(contacts) == 1 else {})
    user, number = user or string(about, "user_id") or "", number or string(about, "wa_id") or ""
    if not (user or number):
        raise Malformed("from is not a text")
    name = string(optional(about, "profile"), "name")
    return Who(user or number, (number,) if user and number else (), name)


def _is_about(contact: Fields, number: str, user: str) -> bool:
    return bool((user and string(contact, "user_id") == user) or (number and string(contact, "wa_id") == number))


# -- messages


def _read_message(message: Fields, who: Who, ours: Ours) -> Parsed:
    if string(message, "group_id") is not None or string(optional(message, "context"), "group_id") is not None:
        return Ignored("group")
    kind = string(message, "type") or "unknown"
    if kind == "system":
        return _read_system(message, who, ours)
    said = _blank(message, who, ours)
    if kind == "edit":
        return _read_edit(optional(message, "edit"), said)
    if kind == "revoke":
        return replace(said, kind=Kind.DELETED, shown_as=_original(optional(message, "revoke"), said))
    return _with_content(said, kind, message)


def _blank(message: Fields, who: Who, ours: Ours) -> Inbound:
    external_id = name_of(message, "id")
    return Inbound(
        address=Address(CHANNEL, ours.account, who.peer),
        external_id=external_id,
        kind=Kind.OTHER,
        received_at=ours.received_at,
        name=who.name,
        sent_at=moment(message.get("timestamp")),
        handle=external_id,
        shown_as=external_id,
        formerly=who.formerly,
    )


def _with_content(said: Inbound, kind: str, message: Fields) -> Inbound:
    """What a message says, by its kind; what we do not know is OTHER, and said to be so."""
    reader = _READERS.get("file" if kind in _FILES else kind)
    return said if reader is None else reader(said, kind, optional(message, kind))


def _read_text(said: Inbound, kind: str, content: Fields) -> Inbound:
    words = text_of(content, "body")
    started = START.fullmatch(words)
    return replace(said, kind=Kind.STARTED, text=started[1]) if started else replace(said, kind=Kind.TEXT, text=words)


def _read_file(said: Inbound, kind: str, content: Fields) -> Inbound:
    voice = kind == "audio" and content.get("voice") is True
    name, mime = string(content, "filename"), (string(content, "mime_type") or "").partition(";")[0] or None
    attachment = Attachment("voice" if voice else _FILES[kind], name_of(content, "id"), mime, None, name)
    return replace(said, kind=Kind.MEDIA, text=string(content, "caption") or "", attachments=(attachment,))


def _read_pressed(said: Inbound, kind: str, content: Fields) -> Inbound:
    """A reply button, a row of a list, the quick reply of a template."""
    if kind == "button":
        return replace(said, kind=Kind.CHOICE, choice=string(content, "payload") or text_of(content, "text"))
    pressed = optional(content, string(content, "type") or "")
    return replace(said, kind=Kind.CHOICE, choice=choice) if (choice := string(pressed, "id")) is not None else said


def _read_place(said: Inbound, kind: str, content: Fields) -> Inbound:
    return replace(said, kind=Kind.LOCATION)


def _read_welcome(said: Inbound, kind: str, content: Fields) -> Inbound:
    return replace(said, kind=Kind.STARTED)


_READERS: Mapping[str, Callable[[Inbound, str, Fields], Inbound]] = {
    "text": _read_text,
    "file": _read_file,
    "interactive": _read_pressed,
    "button": _read_pressed,
    "location": _read_place,
    "request_welcome": _read_welcome,
}


def _read_edit(edit: Fields, said: Inbound) -> Inbound:
    """An edited message in its newest words. A file's is its caption: the file came before, and is fetched once."""
    message = optional(edit, "message")
    now = _with_content(said, string(message, "type") or "unknown", message)
    return replace(now, kind=Kind.EDITED, attachments=(), choice=None, shown_as=_original(edit, said))


def _original(about: Fields, said: Inbound) -> str | None:
    return string(about, "original_message_id") or said.shown_as


def _read_system(message: Fields, who: Who, ours: Ours) -> Parsed:
    """Another number, another id: the same person, who is followed. Another phone behind the same number: the team sees it."""
    system = optional(message, "system")
    what = string(system, "type") or ""
    old = string(message, "from") or string(system, "customer") or who.peer
    said = replace(_blank(message, who, ours), kind=Kind.CHANGED, handle=None, shown_as=None)
    if what in _RENAMED:
        number = string(system, "wa_id") or string(system, "new_wa_id")
        peer = string(system, "user_id") or number
        if peer is None:
            return Ignored("system")
        formerly = tuple(dict.fromkeys(name for name in (old, who.peer, number) if name and name != peer))
        return replace(said, text=NEW_NUMBER, address=replace(said.address, peer=peer), formerly=formerly)
    return replace(said, text=NEW_IDENTITY) if what == "customer_identity_changed" else Ignored("system")


# -- what became of ours


def _read_status(status: Fields, ours: Ours) -> Parsed:
    known = _STATUSES.get(string(status, "status") or "")
    if known is None:
        return Ignored("status")
    failure = next((f"whatsapp_{error['code']}" for error in several(status, "errors") if type(error.get("code")) is int), None)
    at = moment(status.get("timestamp")) or ours.received_at
    return Receipt(CHANNEL, ours.account, name_of(status, "id"), known, at, failure if known is Status.FAILED else None)
