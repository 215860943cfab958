"""Values of the road → calls of the WhatsApp Cloud API, within its limits. https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages

Three short choices are buttons, ten are a list, more are numbered in the text, to be answered by their number. A link is written under the text,
where the app makes it one; no preview is asked for: what is looked up is nobody's business.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels.base import Limits
from bot.messages import Call, Choice, Json, Outbound, reference
from bot.rules.splitting import split, utf16_size

LIMITS = Limits(text=4096, choices=10, label=24, per_second=10.0)
"""`per_second` paces only what we start ourselves; the number itself may send eighty, which answers keep for themselves."""
BODY_WITH_CHOICES = 1024
MOST_BUTTONS, BUTTON_LABEL = 3, 20
NOTHING = "…"
MESSAGES = "messages"

_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufffc]*"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Texts:
    """What WhatsApp shows of its own around ours, by language: the button that opens a list (20 characters at most)."""

    choose: Mapping[str, str]


FRENCH = Texts({"fr": "Choisir"})


def render(outbound: Outbound, base_url: str = "", texts: Texts = FRENCH) -> list[Call]:
    """The calls that say it, at least one, with the choices under the last. A link of our own begins with a slash: `base_url` goes before it."""
    pressed = [(index, choice) for index, choice in enumerate(outbound.choices) if not _is_link(choice)]
    links = [f"{_sound(choice.label)} : {_address(choice, base_url)}" for choice in outbound.choices if _is_link(choice)]
    counted = [f"{nth}. {_sound(choice.label)}" for nth, (_index, choice) in enumerate(pressed, start=1)] if len(pressed) > LIMITS.choices else []
    body = "\n\n".join(part for part in (_sound(outbound.body), "\n".join(links), "\n".join(counted)) if part.strip())
    shown = [] if counted else [(reference(outbound.number, index), choice) for index, choice in pressed]
    *before, last = _texts(body, BODY_WITH_CHOICES if shown else LIMITS.text)
    to = recipient(outbound.address.peer)
    choose = texts.choose.get(outbound.language) or texts.choose["fr"]
    end = _interactive(last, shown, choose) if shown else _text(last)
    return [Call(MESSAGES, {**to, **part}) for part in (*map(_text, before), end)]


def recipient(peer: str) -> dict[str, Json]:
    """Whom a call goes to: a business-scoped id (« FR.1234… ») or, for who is known by nothing else, a number."""
    whom: dict[str, Json] = {"to": peer} if peer.isascii() and peer.isdigit() else {"recipient": peer}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **whom}


def _text(text: str) -> dict[str, Json]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(body: str, shown: Sequence[tuple[str, Choice]], choose: str) -> dict[str, Json]:
    labels = [_label(choice.label, LIMITS.label) for _name, choice in shown]
    if len(shown) <= MOST_BUTTONS and all(utf16_size(label) <= BUTTON_LABEL for label in labels) and len(set(labels)) == len(labels):
        buttons: list[Json] = [{"type": "reply", "reply": {"id": name, "title": label}} for (name, _choice), label in zip(shown, labels, strict=True)]
        return {"type": "interactive", "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}}}
    rows: list[Json] = [{"id": name, "title": label} for (name, _choice), label in zip(shown, labels, strict=True)]
    action: Json = {"button": choose, "sections": [{"rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": body}, "action": action}}


def _texts(body: str, last: int) -> list[str]:
    """The parts of a text, the last of which stands over the choices."""
    parts = [part for part in split(body, LIMITS.text, utf16_size) if not _INVISIBLE.fullmatch(part)] or [NOTHING]
    if utf16_size(parts[-1]) > last:
        parts[-1:] = [part for part in split(parts[-1], last, utf16_size) if not _INVISIBLE.fullmatch(part)]
    return parts


def _is_link(choice: Choice) -> bool:
    """A link that the app opens. tel: and sms: stay buttons, with their number in the label: the card before them says it too."""
    return choice.link is not None and choice.link.startswith(("https://", "http://", "/"))


def _address(choice: Choice, base_url: str) -> str:
    link = _sound(choice.link or "")
    return f"{base_url}{link}" if link.startswith("/") else link


def _label(label: str, longest: int) -> str:
    label = " ".join(_sound(label).split())
    if utf16_size(label) > longest:
        label = f"{split(label, longest - 1, utf16_size)[0]}…"
    return NOTHING if _INVISIBLE.fullmatch(label) else label


def _sound(text: str) -> str:
    """`text` without what no wire can carry: half surrogate pairs, control characters."""
    return _CONTROL.sub("", text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
