"""Reads what a page or a program posts, and says it as an Inbound. Every refusal says what to write."""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request

from bot.channels.webchat.ports import COMMANDS, Welcome
from bot.errors import Malformed, TooLarge
from bot.messages import Address, Attachment, Inbound, Kind, parse_reference

LARGEST = 512 * 1024
"""Bytes of a body: 20 000 characters fit, however they are written."""
LONGEST_ID = 200
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_COMMAND = re.compile(r"/([a-z]{1,32})")
_START = re.compile(r"/start(?:\s+([A-Za-z0-9_-]{1,64}))?")
_QUALITY = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
EXAMPLE = 'write {"text": "…"} or {"choice": "12.3"}, with "client_id": "…" if you may send it again'


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody wrote or pressed. `once` names this very act, so that a resend is harmless; "" where nobody named it."""

    text: str = ""
    choice: str = ""
    once: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.choice or self.files)


async def read_body(request: Request) -> bytes:
    """The whole body. Raises TooLarge before it is read whole."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > LARGEST:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def of_json(request: Request, body: bytes) -> Posted:
    """Raises Malformed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Malformed("send content-type: application/json")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Malformed(f"this is not JSON: {EXAMPLE}") from fault
    if not isinstance(fields, Mapping):
        raise Malformed(EXAMPLE)
    once = fields.get("client_id", "")
    if not isinstance(once, str) or len(once) > LONGEST_ID:
        raise Malformed(f"client_id: a text of {LONGEST_ID} characters at most")
    posted = Posted(_text(fields, "text"), _text(fields, "choice")[:LONGEST_ID], clean(once))
    if posted.empty:
        raise Malformed(EXAMPLE)
    return posted


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"{name} is a text: {EXAMPLE}")
    return clean(value or "")


def fields_of(request: Request, body: bytes) -> dict[str, str]:
    """The fields of the page's form. Raises Malformed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Malformed("send the form of the page")
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20, errors="replace")
    except ValueError as fault:
        raise Malformed("send the form of the page") from fault
    return {name: values[0] for name, values in found.items()}


def of_form(fields: Mapping[str, str]) -> Posted:
    """What the form says. The same page sent twice is one act; the same page with other words is another."""
    text = clean(fields.get("text", "").replace("\r\n", "\n"))
    choice = clean(fields.get("choice", ""))[:LONGEST_ID]
    page = fields.get("once", "")[:LONGEST_ID]
    act = hashlib.sha256(f"{page}\n{choice}\n{text}".encode()).hexdigest() if page else ""
    return Posted(text, choice, act)


def of_files(fields: Mapping[str, str], files: Sequence[Attachment]) -> Posted:
    """What a form of files says. The same page sent twice is one act."""
    page = fields.get("once", "")[:LONGEST_ID]
    named = "\n".join(f"{file.name} {file.size}" for file in files)
    act = hashlib.sha256(f"{page}\nfiles\n{named}".encode("utf-8", "replace")).hexdigest() if page else ""
    return Posted(once=act, files=tuple(files))


def clean(text: str) -> str:
    """Half characters, which no database or page can hold, become U+FFFD; everything else stays."""
    return _SURROGATE.sub("\ufffd", text)


def inbound(posted: Posted, address: Address, welcome: Welcome, received_at: datetime, locale: str | None, greeted_in: str | None = None) -> Inbound:
    """What was posted, as the road knows it. The session is part of the id: two people may choose the same client_id."""
    kind, text, choice = _meaning(posted, welcome)
    return Inbound(
        address=address,
        external_id=f"{address.peer}:{posted.once or secrets.token_urlsafe(16)}",
        kind=kind,
        received_at=received_at,
        text=text,
        choice=choice,
        attachments=posted.files,
        locale=locale,
        greeted_in=greeted_in,
    )


def _meaning(posted: Posted, welcome: Welcome) -> tuple[Kind, str, str | None]:
    if posted.files:
        return Kind.MEDIA, posted.text, None
    if posted.choice:
        place = parse_reference(posted.choice)
        if place is None:
            return Kind.TEXT, posted.choice, None
        if place[0] == 0 and place[1] < len(welcome.choices):
            chosen = welcome.choices[place[1]]
            return (Kind.COMMAND, chosen.id, None) if chosen.id in COMMANDS else (Kind.TEXT, chosen.label, None)
        return Kind.CHOICE, "", posted.choice
    text = posted.text.strip()
    if started := _START.fullmatch(text):
        return Kind.STARTED, started[1] or "", None
    if command := _COMMAND.fullmatch(text):
        return Kind.COMMAND, command[1], None
    return Kind.TEXT, posted.text, None


def locale_of(request: Request) -> str | None:
    """The language the browser asks for first."""
    first = request.headers.get("accept-language", "").split(",")[0].partition(";")[0].strip()
    return first if _LOCALE.fullmatch(first) else None


def preferred(request: Request, spoken: Collection[str]) -> str | None:
    """The language of `spoken` the browser asks for most, None where it asks for none: a tag that does not exist is none. RFC 9110, 12.5.4."""
    asked: list[tuple[float, str]] = []
    for entry in request.headers.get("accept-language", "")[:LONGEST_ID].split(","):
        tag, _semicolon, weight = entry.partition(";")
        quality = _QUALITY.fullmatch(weight.strip())
        language = tag.strip().lower().partition("-")[0]
        if language in spoken and (quality or not weight):
            asked.append((float(quality[1]) if quality else 1.0, language))
    liked = [(weight, language) for weight, language in asked if weight > 0]
    return max(liked, key=lambda one: one[0])[1] if liked else None
