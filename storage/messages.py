"""What was said: the sealed content of a message, and its one place of writing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from json.encoder import encode_basestring
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.messages import Attachment, Choice, Outbound, Purpose, Status
from storage import bulk, tables
from storage.columns import to_moment
from storage.engine import Work, statement, table
from storage.lanes import Lane

MESSAGE = table(tables.Message)
PLACE = "message.content"
DROPPED = "dropped"
ON_A_PAGE = "on_a_page"
"""What became of a message that was said on a private page instead, which a link sent by this way opened."""
BLANK = "…"
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_NAMES = ("conversation_id", "number", "author", "caseworker_id", "purpose", "status", "content", "at")
_SAY = statement(insert(MESSAGE).values({name: bindparam(name) for name in _NAMES}))
SAY_ALL = bulk.adding(MESSAGE, ("conversation_id", "number", "purpose", "content", "at"), {"author": "bot", "status": Status.QUEUED.value})
"""The same of many messages of the robot's own that are still to be sent."""
_THAT = (MESSAGE.c.conversation_id == bindparam("conversation")) & (MESSAGE.c.number == bindparam("which"))
_CONTENT = statement(select(MESSAGE.c.content).where(_THAT))
_BEFORE = statement(
    select(MESSAGE.c.author, MESSAGE.c.content)
    .where(MESSAGE.c.conversation_id == bindparam("conversation"), MESSAGE.c.number < bindparam("before"))
    .order_by(MESSAGE.c.number.desc())
    .limit(bindparam("most"))
)
_BLANK = statement(update(MESSAGE).where(_THAT).values(content=bindparam("content")))
_STATUS = statement(update(MESSAGE).where(_THAT).values(status=bindparam("status")))


@dataclass(frozen=True, slots=True)
class Content:
    """What a message holds. `chosen` is the reference of the button a person pressed; `edited` is true for a corrected message.

    `shown_as` is what takes a person's own message off their screen, where the channel has such a thing. `short` is `Outbound.short`. `template`: the
    name of what was agreed with the provider, where it left as that: its words are not these.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    chosen: str | None = None
    card: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: str = "fr"
    edited: bool = False
    shown_as: str | None = None
    short: str = ""
    template: str = ""


def dump(content: Content) -> str:
    """The JSON kept sealed; empty parts are left out."""
    fields: dict[str, object] = {"text": content.text}
    if content.choices:
        fields["choices"] = [_choice(choice) for choice in content.choices]
    if content.attachments:
        fields["attachments"] = [_attachment(each) for each in content.attachments]
    if content.language != "fr":
        fields["language"] = content.language
    for name in ("chosen", "card", "edited", "shown_as", "short", "template"):
        value = getattr(content, name)
        if value:
            fields[name] = value
    return _ENCODE(fields)


class Alike:
    """Messages that differ by one word alone, which is ours: they are made JSON once for all of them."""

    def __init__(self, saying: Callable[[str], Content]) -> None:
        mark = token_hex(8)
        self._around = dump(saying(mark)).split(mark)

    def dump(self, word: str) -> str:
        """`dump` of the message with this word."""
        return encode_basestring(word)[1:-1].join(self._around)


def _attachment(of: Attachment) -> dict[str, object]:
    fields: dict[str, object] = {"kind": of.kind, "provider_id": of.provider_id, "mime": of.mime, "size": of.size, "name": of.name}
    return fields if of.text is None else {**fields, "text": of.text}


def _choice(choice: Choice) -> dict[str, str]:
    fields = {"id": choice.id, "label": choice.label}
    if choice.link:
        fields["link"] = choice.link
    if choice.tone:
        fields["tone"] = choice.tone
    return fields


def load(text: str) -> Content:
    """The inverse of `dump`."""
    fields: Mapping[str, Any] = json.loads(text)
    return Content(
        text=fields["text"],
        choices=tuple(Choice(c["id"], c["label"], c.get("link"), c.get("tone", "")) for c in fields.get("choices", ())),
        chosen=fields.get("chosen"),
        card=fields.get("card", ""),
        attachments=tuple(Attachment(**a) for a in fields.get("attachments", ())),
        language=fields.get("language", "fr"),
        edited=bool(fields.get("edited", False)),
        shown_as=fields.get("shown_as"),
        short=fields.get("short", ""),
        template=fields.get("template", ""),
    )


def content_of(outbound: Outbound) -> Content:
    """What is kept of something to say."""
    return Content(outbound.body, outbound.choices, None, outbound.card, outbound.attachments, outbound.language, short=outbound.short)


def say(
    work: Work,
    lane: Lane,
    author: str,
    content: Content,
    status: Status,
    purpose: Purpose | None = None,
    caseworker_id: int | None = None,
) -> int:
    """Add a message to the lane's conversation; return its number. `author`: person, bot or caseworker."""
    lane.number += 1
    lane.said = True
    work.execute(
        _SAY,
        {
            "conversation_id": lane.conversation_id,
            "number": lane.number,
            "author": author,
            "caseworker_id": caseworker_id,
            "purpose": None if purpose is None else purpose.value,
            "status": status.value,
            "content": work.vault.seal(PLACE, dump(content)),
            "at": to_moment(work.now),
        },
    )
    return lane.number


def read_content(work: Work, conversation_id: int, number: int) -> Content | None:
    """What message `number` of a conversation holds, or None where there is none."""
    row: Sequence[Any] | None = work.execute(_CONTENT, {"conversation": conversation_id, "which": number}).fetchone()
    return None if row is None else load(work.vault.open(PLACE, row[0]))


def robot_said_before(work: Work, conversation_id: int, number: int, most: int = 10) -> tuple[Content, ...]:
    """What the robot said between message `number` and whatever somebody else said before it, the newest first."""
    rows = work.execute(_BEFORE, {"conversation": conversation_id, "before": number, "most": most}).fetchall()
    return tuple(load(work.vault.open(PLACE, content)) for _author, content in takewhile(lambda row: row[0] == "bot", rows))


def written(work: Work, conversation_id: int, most: int) -> list[str]:
    """The last words a person wrote, newest first."""
    mine = select(MESSAGE.c.content).where(MESSAGE.c.conversation_id == conversation_id, MESSAGE.c.author == "person")
    found = work.session.execute(mine.order_by(MESSAGE.c.number.desc()).limit(most)).scalars()
    return [load(work.vault.open(PLACE, blob)).text for blob in found]


def blank(work: Work, conversation_id: int, number: int) -> None:
    """Keep nothing of what message `number` says but that something was said."""
    work.execute(_BLANK, {"conversation": conversation_id, "which": number, "content": work.vault.seal(PLACE, dump(Content(BLANK)))})


def leaves_as(work: Work, conversation_id: int, number: int, template: str) -> None:
    """Message `number` leaves as this template, "" for as it is."""
    said = read_content(work, conversation_id, number)
    if said is not None and said.template != template:
        kept = work.vault.seal(PLACE, dump(replace(said, template=template)))
        work.execute(_BLANK, {"conversation": conversation_id, "which": number, "content": kept})


def forget_files(work: Work, conversation_id: int, number: int) -> None:
    """Keep of the files of message `number` that they came, and nothing that names one or finds it again."""
    said = read_content(work, conversation_id, number)
    if said is not None:
        bare = replace(said, attachments=tuple(Attachment(file.kind, "") for file in said.attachments))
        work.execute(_BLANK, {"conversation": conversation_id, "which": number, "content": work.vault.seal(PLACE, dump(bare))})


def set_status(work: Work, conversation_id: int, number: int, status: str) -> None:
    """Say what is now known of a message of ours."""
    work.execute(_STATUS, {"conversation": conversation_id, "which": number, "status": status})
