"""Values of the road → calls of the Bot API, within its limits. https://core.telegram.org/bots/api#sendmessage

Plain text without parse_mode: nothing to escape, nothing that half a tag can break. No link preview: what is looked up is nobody's business.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.channels.base import Limits
from bot.messages import Attachment, Call, Choice, Json, Outbound, reference
from bot.rules.splitting import split, utf16_size

LIMITS = Limits(text=4096, choices=100, label=64, per_second=25.0)
SHORT_LABEL = 20
LONG_LIST = 6
NOTHING = "…"
DOCUMENT = "sendDocument"
"""The one method that sends a file."""

_INVISIBLE = (
    "\u00a0\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufffc\U000e0000-\U000e0fff"
)
_MARKS = "\u030a\u0333\u033f"  # Telegram removes these
_VISIBLE = re.compile(rf"[^\s\x00-\x20\x7f{_INVISIBLE}{_MARKS}]")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]|(?:[0-9]{1,3}\.){3}[0-9]{1,3}", re.IGNORECASE | re.ASCII)
_LINK = re.compile(r"https?://[^\s\x00-\x20\"<>\\^`{|}]{1,2000}", re.IGNORECASE)

_NO_PREVIEW: Json = {"is_disabled": True}
_Button = dict[str, Json]


def render(outbound: Outbound, base_url: str = "") -> list[Call]:
    """The calls that say it, at least one, its files first, with the buttons under the last.

    A link of our own begins with a slash: `base_url` goes before it.
    """
    choices = tuple(_with_our_address(choice, base_url) for choice in outbound.choices)
    body = _sound(outbound.body)
    if len(choices) > LIMITS.choices:  # never in a menu of ours, yet nothing said is dropped: the rest can be written back
        body = "\n".join([body, "", *(f"{place + 1}. {_sound(choices[place].label)}" for place in range(LIMITS.choices, len(choices)))])
    chat_id = int(outbound.address.peer)
    payloads: list[dict[str, Json]] = [{"chat_id": chat_id, "text": text, "link_preview_options": _NO_PREVIEW} for text in _texts(body)]
    if choices:
        payloads[-1]["reply_markup"] = {"inline_keyboard": keyboard(choices[: LIMITS.choices], outbound.number)}
    files = [Call(DOCUMENT, {"chat_id": chat_id, "document": _file(each)}) for each in outbound.attachments if each.text is not None]
    return [*files, *(Call("sendMessage", payload) for payload in payloads)]


def _file(of: Attachment) -> dict[str, Json]:
    """A small file of ours, as the wire sends it."""
    return {"name": of.name or NOTHING, "mime": of.mime or "text/plain", "text": of.text}


def keyboard(choices: Sequence[Choice], number: int) -> list[list[_Button]]:
    """Rows of buttons: two short labels side by side, a long one alone.

    A long list that opens on the urgent choice is a menu: its way out, the last, comes up beside it, so that both doors are seen without scrolling.
    """
    order = list(range(len(choices)))
    if len(choices) > LONG_LIST and choices[0].tone == "urgent":
        order.insert(1, order.pop())
    rows: list[list[_Button]] = []
    half = False
    for index in order:
        choice = choices[index]
        button = _button(choice, reference(number, index))
        if len(choice.label) > SHORT_LABEL:
            rows.append([button])
            half = False
        elif half:
            rows[-1].append(button)
            half = False
        else:
            rows.append([button])
            half = True
    return rows


def _with_our_address(choice: Choice, base_url: str) -> Choice:
    ours = choice.link is not None and choice.link.startswith("/")
    return replace(choice, link=f"{base_url}{choice.link}") if ours else choice


def _button(choice: Choice, data: str) -> _Button:
    """A link a Telegram button can follow becomes one; tel: and sms: cannot, and stay buttons with their number in the label."""
    label = _label(choice.label)
    if choice.link is not None and _followable(choice.link):
        return {"text": label, "url": choice.link}
    return {"text": label, "callback_data": data}


def _followable(link: str) -> bool:
    if not _LINK.fullmatch(link):
        return False
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        return False
    return bool(_HOST.fullmatch(parts.hostname or "")) and parts.username is None


def _label(label: str) -> str:
    label = _sound(label).strip()
    if utf16_size(label) > LIMITS.label:
        label = f"{split(label, LIMITS.label - 1, utf16_size)[0]}…"
    return label if _VISIBLE.search(label) else NOTHING


def _texts(body: str) -> list[str]:
    if len(body) * 2 <= LIMITS.text:
        return [body if _VISIBLE.search(body) else NOTHING]
    return [part for part in split(body, LIMITS.text, utf16_size) if _VISIBLE.search(part)] or [NOTHING]


def _sound(text: str) -> str:
    """`text` without the half surrogate pairs that no wire can carry."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
