"""Updates as Telegram sends them, of people who do not exist. Each builder gives one update without its `update_id`, which the double numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

Update = dict[str, Any]
"""JSON, as deep as Telegram's own."""

FIRST_NAMES = ("Samira", "Yanis", "Inès", "Mathéo", "Awa", "Lucas", "Zoé", "Ibrahim", "Jade", "Noah", "Léa", "Sacha")
WHEN = 1_790_000_000


def user(user_id: int, first_name: str, *, language: str | None = "fr", username: str | None = None, last_name: str | None = None) -> Update:
    """A person, as `from` shows them."""
    fields = {"id": user_id, "is_bot": False, "first_name": first_name, "last_name": last_name, "username": username, "language_code": language}
    return {name: value for name, value in fields.items() if value is not None}


def private_chat(person: Mapping[str, Any]) -> Update:
    """The private chat with a person: its id is theirs."""
    return {name: person[name] for name in ("id", "first_name", "last_name", "username") if name in person} | {"type": "private"}


def group_chat(chat_id: int = -1_001_234_567_890, title: str = "Résidence des Tilleuls") -> Update:
    return {"id": chat_id, "title": title, "type": "supergroup"}


def message(person: Mapping[str, Any], message_id: int, *, date: int = WHEN, chat: Mapping[str, Any] | None = None, **content: object) -> Update:
    """Anything said: `text=…`, `voice={…}`, `caption=…`."""
    return {"message": {"message_id": message_id, "from": dict(person), "chat": dict(chat or private_chat(person)), "date": date} | content}


def text(person: Mapping[str, Any], message_id: int, said: str, *, date: int = WHEN) -> Update:
    """Words, with the command entity that Telegram's apps mark."""
    update = message(person, message_id, date=date, text=said)
    if said.startswith("/") and said.strip("/ "):
        update["message"]["entities"] = [{"offset": 0, "length": len(said.split()[0]), "type": "bot_command"}]
    return update


def edited(person: Mapping[str, Any], message_id: int, said: str, *, date: int = WHEN, edit_date: int = WHEN + 60) -> Update:
    whole = message(person, message_id, date=date, text=said)["message"]
    return {"edited_message": whole | {"edit_date": edit_date}}


def pressed(person: Mapping[str, Any], callback_id: str, data: str, under: Mapping[str, Any] | None) -> Update:
    """A button pressed under message `under`, or under one that Telegram no longer shows."""
    query = {"id": callback_id, "from": dict(person), "chat_instance": "-3245671234567890123", "data": data}
    return {"callback_query": query | ({"message": dict(under)} if under is not None else {})}


def membership(
    person: Mapping[str, Any], bot: Mapping[str, Any], old: str, new: str, *, date: int = WHEN, chat: Mapping[str, Any] | None = None
) -> Update:
    """The bot's own standing in a chat changed: blocked ("member" → "kicked"), unblocked, added to a group."""
    changes = [{"user": dict(bot), "status": status} | ({"until_date": 0} if status == "kicked" else {}) for status in (old, new)]
    where = dict(chat or private_chat(person))
    return {"my_chat_member": {"chat": where, "from": dict(person), "date": date, "old_chat_member": changes[0], "new_chat_member": changes[1]}}


def photo(sizes: Sequence[tuple[int, int]] = ((90, 67), (320, 240), (1280, 960))) -> list[Update]:
    """The same picture in several sizes, smallest first."""
    return [
        {
            "file_id": f"AgACAgQAAxkBAAIB{width}photo",
            "file_unique_id": f"AQAD{width}",
            "file_size": width * height // 8,
            "width": width,
            "height": height,
        }
        for width, height in sizes
    ]


def voice(seconds: int = 7) -> Update:
    return {
        "duration": seconds,
        "mime_type": "audio/ogg",
        "file_id": "AwACAgQAAxkBAAIBvoice",
        "file_unique_id": "AgADvoice",
        "file_size": 4096 * seconds,
    }


def location() -> Update:
    """Somewhere in the sea: nobody lives there."""
    return {"latitude": 48.0, "longitude": -20.0}
