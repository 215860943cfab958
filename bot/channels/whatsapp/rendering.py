"""Values of the road → calls of the WhatsApp Cloud API, within its limits. https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages

Three short choices are buttons, ten are a list, more are numbered in the text. No preview of links is asked for: what is looked up is private.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.base import Limits
from bot.channels.whatsapp.templates import message
from bot.messages import Attachment, Call, Choice, Json, Outbound, reference
from bot.rules.fitting import parts, short_label, spelled
from bot.rules.splitting import utf16_size

LIMITS = Limits(text=4096, choices=10, label=24, per_second=10.0, ceiling=80.0, person_every=6.0, window=timedelta(hours=24), templates=True)
"""The number itself may send eighty a second, and one message every six to somebody on average: what we start stays well under both, for answers."""
BODY_WITH_CHOICES = 1024
MOST_BUTTONS, BUTTON_LABEL = 3, 20
MESSAGES = "messages"
DOCUMENTS = frozenset({"text/plain", "application/pdf"})
"""Of the kinds of files Meta takes, those we may have; a calendar's is none of them, and is a link.
https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/document-messages"""


@dataclass(frozen=True, slots=True)
class Texts:
    """What WhatsApp shows of its own around ours, by language: the button that opens a list (20 characters at most)."""

    choose: Mapping[str, str]


FRENCH = Texts({"fr": "Choisir"})


def render(outbound: Outbound, base_url: str = "", texts: Texts = FRENCH) -> list[Call]:
    """The calls that say it, at least one, its files first, the choices under the last; what is said as a template is one call."""
    whom = recipient(outbound.address.peer)
    if outbound.template is not None:
        return [Call(MESSAGES, {**whom, **message(outbound, outbound.template)})]
    body, pressed = spelled(outbound.body, outbound.choices, base_url, LIMITS.choices)
    shown = [(reference(outbound.number, place), choice) for place, choice in pressed]
    *before, last = parts(body, LIMITS.text, BODY_WITH_CHOICES if shown else LIMITS.text)
    choose = texts.choose.get(outbound.language) or texts.choose["fr"]
    end = _interactive(last, shown, choose) if shown else _text(last)
    files = [_document(each) for each in outbound.attachments if each.text is not None and each.mime in DOCUMENTS]
    return [Call(MESSAGES, {**whom, **part}) for part in (*files, *map(_text, before), end)]


def recipient(peer: str) -> dict[str, Json]:
    """Whom a call goes to: a business-scoped id (« FR.1234… ») or, for who is known by nothing else, a number."""
    whom: dict[str, Json] = {"to": peer} if peer.isascii() and peer.isdigit() else {"recipient": peer}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **whom}


def _document(of: Attachment) -> dict[str, Json]:
    """A file of ours with what is in it, which the channel gives to Meta first: the message then names it."""
    return {"type": "document", "document": {"filename": of.name or "document", "mime": of.mime, "text": of.text}}


def _text(text: str) -> dict[str, Json]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(body: str, shown: Sequence[tuple[str, Choice]], choose: str) -> dict[str, Json]:
    labels = [short_label(choice.label, LIMITS.label) for _name, choice in shown]
    named = [(name, label) for (name, _choice), label in zip(shown, labels, strict=True)]
    if len(shown) <= MOST_BUTTONS and all(utf16_size(label) <= BUTTON_LABEL for label in labels) and len(set(labels)) == len(labels):
        buttons: list[Json] = [{"type": "reply", "reply": {"id": name, "title": label}} for name, label in named]
        return {"type": "interactive", "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}}}
    rows: list[Json] = [{"id": name, "title": label} for name, label in named]
    action: Json = {"button": choose, "sections": [{"rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": body}, "action": action}}
