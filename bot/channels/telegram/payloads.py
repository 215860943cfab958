"""Updates of the Bot API → values of the road. https://core.telegram.org/bots/api#update

Read by hand rather than by aiogram's models, which take several times as long on the way in; tests/channels/telegram holds both readings, and
python-telegram-bot's, to the same answers. What the road needs must be there and of its kind, or the update is Malformed; the rest is optional,
and left out where it is not of its kind. What we must not keep is dropped here: coordinates, contacts, last names, usernames.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Parsed
from bot.channels.fields import Fields, integer_of, is_integer, moment, name_of, object_of, optional, string, text_of
from bot.channels.telegram.texts import COMMANDS
from bot.messages import Address, Attachment, Ignored, Inbound, Kind

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
UNBLOCKED = "unblocked"
GROUP = Ignored("group")

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
_KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)
_FILES = ("animation", "audio", "document", "live_photo", "video", "video_note", "voice")
_PLACES = ("location", "venue")
_RICH = {"blocks": "\n", "items": "\n", "cells": "\n", "text": "", "caption": "", "credit": "", "summary": "", "alternative_text": ""}
_SERVICE = frozenset(
    "boost_added chat_background_set connected_website gift gift_upgrade_sent message_auto_delete_timer_changed paid_message_price_changed"
    " pinned_message proximity_alert_triggered refunded_payment successful_payment unique_gift write_access_allowed".split()
)


def read_update(update: object, account: str, received_at: datetime) -> Parsed:
    """What one update says. Raises Malformed without a word of its content."""
    fields = object_of(update, "update")
    external_id = str(integer_of(fields, "update_id"))
    for kind, content in fields.items():
        reader = _READERS.get(kind)
        if reader is not None:
            return reader(object_of(content, kind), account, external_id, received_at)
    other = next((kind for kind in fields if kind != "update_id"), "empty")
    return Ignored(other if _KIND.fullmatch(other) else "unknown")


def read_update_id(update: object) -> int | None:
    """The number of an update whose content may be wrong, or None."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if is_integer(number) else None


def read_invitation(update: object) -> int | None:
    """The chat of an update that shows us inside a group or a channel, where we have nothing to do; None for any other update."""
    if not isinstance(update, dict):
        return None
    for kind in ("my_chat_member", "message"):
        content = update.get(kind)
        if isinstance(content, dict) and isinstance(chat := content.get("chat"), dict) and chat.get("type") != "private":
            chat_id = chat.get("id")
            inside = kind == "message" or _membership(content) in {"member", "administrator", "restricted"}
            return chat_id if inside and is_integer(chat_id) else None
    return None


# -- kinds of update


def _read_message(message: Fields, account: str, external_id: str, received_at: datetime) -> Parsed:
    chat_id = _private_chat(message)
    if chat_id is None:
        return GROUP
    sender = optional(message, "from")
    if sender.get("is_bot") is True:
        return Ignored("bot")
    kind, text, attachments = _content(message)
    if kind is None:
        return Ignored("service")
    return Inbound(
        address=Address(CHANNEL, account, chat_id),
        external_id=external_id,
        kind=kind,
        received_at=received_at,
        text=text,
        attachments=attachments,
        name=string(sender, "first_name"),
        locale=string(sender, "language_code"),
        sent_at=moment(message.get("date")),
        shown_as=_shown_as(message, chat_id),
    )


def _read_edited_message(message: Fields, account: str, external_id: str, received_at: datetime) -> Parsed:
    chat_id = _private_chat(message)
    if chat_id is None:
        return GROUP
    if any(place in message for place in _PLACES):
        return Ignored("live_location")  # a position that follows the person comes as one edit every few seconds
    sender = optional(message, "from")
    return Inbound(
        address=Address(CHANNEL, account, chat_id),
        external_id=external_id,
        kind=Kind.EDITED,
        received_at=received_at,
        text=string(message, "text") or string(message, "caption") or _rich(message.get("rich_message"), ""),
        attachments=_attachments(message),
        name=string(sender, "first_name"),
        locale=string(sender, "language_code"),
        sent_at=moment(message.get("edit_date")),
        shown_as=_shown_as(message, chat_id),
    )


def _read_callback_query(query: Fields, account: str, external_id: str, received_at: datetime) -> Parsed:
    sender = object_of(query.get("from"), "from")
    message = optional(query, "message")  # absent or empty when it is too old
    chat_id = _private_chat(message) if message else str(integer_of(sender, "id"))
    if chat_id is None:
        return GROUP
    data = string(query, "data")
    if data is None:
        return Ignored("game")
    message_id = message.get("message_id")
    return Inbound(
        address=Address(CHANNEL, account, chat_id),
        external_id=external_id,
        kind=Kind.CHOICE,
        received_at=received_at,
        choice=data,
        name=string(sender, "first_name"),
        locale=string(sender, "language_code"),
        handle=f"{name_of(query, 'id')}:{message_id if is_integer(message_id) else ''}",
    )


def _read_my_chat_member(change: Fields, account: str, external_id: str, received_at: datetime) -> Parsed:
    chat_id = _private_chat(change)
    if chat_id is None:
        return GROUP
    status = _membership(change)
    if status not in {"kicked", "member"}:
        return Ignored("membership")
    blocked = status == "kicked"
    return Inbound(
        address=Address(CHANNEL, account, chat_id),
        external_id=external_id,
        kind=Kind.BLOCKED if blocked else Kind.CHANGED,
        received_at=received_at,
        text="" if blocked else UNBLOCKED,
        sent_at=moment(change.get("date")),
    )


_READERS: Mapping[str, Callable[[Fields, str, str, datetime], Parsed]] = {
    "message": _read_message,
    "edited_message": _read_edited_message,
    "callback_query": _read_callback_query,
    "my_chat_member": _read_my_chat_member,
}


# -- parts of a message


def _content(message: Fields) -> tuple[Kind | None, str, tuple[Attachment, ...]]:
    """What a message is, its text and its files. None for what Telegram says by itself in a chat."""
    if "text" in message:
        kind, text = _said(text_of(message, "text"))
        return kind, text, ()
    if text := _rich(message.get("rich_message"), ""):
        return Kind.TEXT, text, ()
    for place in _PLACES:
        if place in message:
            return Kind.LOCATION, "", ()
    if attachments := _attachments(message):
        return Kind.MEDIA, string(message, "caption") or "", attachments
    return (None if _SERVICE & message.keys() else Kind.OTHER), "", ()


def _said(text: str) -> tuple[Kind, str]:
    """Tell commands from words. A command is its name, without slash or bot, and what follows; /start is its payload.

    Words behind a slash that no command of ours has are words: « /jsais pas où dormir » is not lost for a key pressed too many.
    """
    command = _COMMAND.fullmatch(text) if text.startswith("/") else None
    if command is None:
        return Kind.TEXT, text
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "start":
        return Kind.STARTED, rest
    if rest and name not in COMMANDS:
        return Kind.TEXT, text
    return Kind.COMMAND, f"{name} {rest}".rstrip()


def _rich(value: object, glue: str) -> str:
    """The words of a rich message, its blocks on lines of their own: what somebody pastes with a layout is read like the rest."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return glue.join(filter(None, (_rich(part, glue) for part in value)))
    if isinstance(value, dict):
        return "\n".join(filter(None, (_rich(value[name], inner) for name, inner in _RICH.items() if name in value)))
    return ""


def _attachments(message: Fields) -> tuple[Attachment, ...]:
    photo = message.get("photo")
    if isinstance(photo, list) and photo:  # the same picture in several sizes, the largest last
        return _attachment("photo", object_of(photo[-1], "photo"))
    for kind in _FILES:  # an animation comes with a document that is the same file
        if kind in message:
            return _attachment(kind, object_of(message[kind], kind))
    return ()


def _attachment(kind: str, file: Fields) -> tuple[Attachment]:
    size = file.get("file_size")
    return (
        Attachment(
            kind=kind,
            provider_id=name_of(file, "file_id"),
            mime=string(file, "mime_type"),
            size=size if is_integer(size) else None,
            name=string(file, "file_name"),
        ),
    )


def _shown_as(message: Fields, chat_id: str) -> str | None:
    """A message as `send` names ours: Telegram numbers messages by chat."""
    message_id = message.get("message_id")
    return f"{chat_id}:{message_id}" if is_integer(message_id) else None


def _private_chat(content: Fields) -> str | None:
    """The chat's id, or None outside a private chat."""
    chat = object_of(content.get("chat"), "chat")
    return str(integer_of(chat, "id")) if chat.get("type") == "private" else None


def _membership(change: Fields) -> str | None:
    return string(optional(change, "new_chat_member"), "status")
