"""A drawing of what each app shows of our calls, in our own plain hand: no picture, name or colour of theirs. For docs/how-it-looks.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.channels.whatsapp.templates import catalogue
from tests.channels.kit import Seen

CSS = """
body { margin: 0; padding: 24px; background: #fff; color: #1c2321; font: 15px/1.4 system-ui, sans-serif }
table { border-collapse: collapse; table-layout: fixed; inline-size: 1560px }
th { padding: 8px; text-align: start; font-size: 17px }
td { padding: 8px; vertical-align: top; border-block-start: 1px solid #d5dbd8 }
th:first-child, td:first-child { inline-size: 120px; color: #55605c }
.phone { background: #eef1ef; border-radius: 12px; padding: 10px }
.said, .heard { inline-size: fit-content; max-inline-size: 88%; padding: 7px 11px; border-radius: 12px }
.said, .heard, .keys, .list { margin-block-end: 6px; overflow-wrap: anywhere }
.said { margin-inline-start: auto; background: #cfe3d9 }
.heard, .list { background: #fff }
.note { color: #55605c; font-style: italic }
.keys { display: flex; flex-wrap: wrap; gap: 5px }
.keys > * { border: 1px solid #9aa7a1; border-radius: 8px; padding: 5px 9px }
.two > * { flex: 1 1 40%; text-align: center }
.stack { flex-direction: column; max-inline-size: 88%; text-align: center }
.pills > * { border-radius: 16px }
.list { border-radius: 10px; max-inline-size: 88% }
.list > * { display: block; padding: 5px 11px; border-block-end: 1px solid #e4e8e6 }
.list > :first-child { color: #55605c }
img { inline-size: 100% }
"""
NAMES = {"telegram": "Telegram", "whatsapp": "WhatsApp", "messenger": "Messenger", "webchat": "Le chat du site"}


@dataclass(frozen=True)
class Moment:
    """One exchange: what somebody wrote ("" where we spoke first), and what they then saw on each channel. `page` is the web chat's own picture."""

    name: str
    said: str
    seen: dict[str, Sequence[Seen]]
    page: str = ""
    """As a data: address."""


def sheet(moments: Sequence[Moment]) -> str:
    """All of it on one page: a row a moment, a column a channel."""
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("", *NAMES.values()))
    rows = "".join(f"<tr><td>{escape(moment.name)}</td>{''.join(_cell(moment, channel) for channel in NAMES)}</tr>" for moment in moments)
    return f"<!doctype html><html lang='fr'><meta charset='utf-8'><style>{CSS}</style><table><tr>{heads}</tr>{rows}</table></html>"


def _cell(moment: Moment, channel: str) -> str:
    if channel == "webchat":
        return f"<td><img alt='' src='{moment.page}'></td>"
    said = f"<div class='said' dir='auto'>{escape(moment.said)}</div>" if moment.said else ""
    heard = "".join(part for seen in moment.seen[channel] for part in _message(channel, seen))
    return (
        f"<td><div class='phone'>{said}{heard or '<p class=note>Rien ne passe ici après un jour : une personne de l’équipe appelle.</p>'}</div></td>"
    )


def _message(channel: str, seen: Seen) -> Iterator[str]:
    content, labels = _whatsapp(seen) if channel == "whatsapp" else (seen.text, list(seen.buttons))
    yield f"<div class='heard' dir='auto'>{escape(content).replace(chr(10), '<br>')}</div>"
    if not labels:
        return
    keys = "".join(f"<span dir='auto'>{escape(label)}</span>" for label in labels)
    listed = seen.raw.get("interactive", {}).get("type") == "list" if channel == "whatsapp" else False
    if listed:
        yield f"<div class='list'><span>{escape(seen.raw['interactive']['action']['button'])}</span>{keys}</div>"
    else:
        yield f"<div class='keys {LAID[channel]}'>{keys}</div>"


LAID = {"telegram": "two", "whatsapp": "stack", "messenger": "pills"}


def _whatsapp(seen: Seen) -> tuple[str, list[str]]:
    """Words and buttons; those of a template are Meta's to show, as they were agreed."""
    if not seen.template:
        return seen.text, list(seen.buttons)
    payload: Any = seen.raw["template"]
    wording = catalogue()[seen.template].wordings[payload["language"]["code"]]
    text = wording.text
    for nth, value in enumerate(seen.text.split(" · "), start=1):
        text = text.replace(f"{{{{{nth}}}}}", value)
    return text, list(wording.buttons)


def shape(channel: str, seen: Sequence[Seen]) -> str:
    """How it is shown, in words."""
    return "; ".join(_shape(channel, each) for each in seen) or "nothing: a colleague calls"


def _shape(channel: str, seen: Seen) -> str:
    kind = {"telegram": "buttons", "whatsapp": "buttons", "messenger": "quick replies", "webchat": "buttons"}[channel]
    if channel == "whatsapp" and seen.raw.get("interactive", {}).get("type") == "list":
        kind = "rows of a list"
    words = f"template {seen.template}" if seen.template else "text"
    return f"{words}, {len(seen.buttons)} {kind}" if seen.buttons else words
