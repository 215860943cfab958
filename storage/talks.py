"""Reading a conversation: what the web chat shows of it, by message number.

The reader reads our own database, so a committed line is a said line, whatever the line's bookkeeping still calls it: numbers are shown in
the order they were given, and a page that has read up to N has missed nothing before it. What was dropped or failed is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select

from bot.messages import Address, Attachment, Choice, Status
from storage import messages, tables
from storage.columns import from_moment, to_moment
from storage.engine import Storage, Work, statement

ADDRESS, LINK, CONVERSATION, MESSAGE, CASEWORKER = (
    tables.Message.metadata.tables[name] for name in ("address", "link", "conversation", "message", "caseworker")
)
SHOWN_WHERE_OTHERS_READ = timedelta(minutes=30)
"""On a shared telephone, how long what was said stays to be read."""
UNSAID = (messages.DROPPED, Status.FAILED.value)

_TALK = statement(
    select(CONVERSATION.c.id, CONVERSATION.c.language, CONVERSATION.c.owner, CONVERSATION.c.last_number)
    .select_from(
        ADDRESS.join(LINK, (LINK.c.address_id == ADDRESS.c.id) & LINK.c.until.is_(None)).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
    )
    .where(ADDRESS.c.channel == bindparam("channel"), ADDRESS.c.account == bindparam("account"), ADDRESS.c.peer_key == bindparam("peer_key"))
)
_LEFT = statement(
    select(LINK.c.id)
    .select_from(ADDRESS.join(LINK, LINK.c.address_id == ADDRESS.c.id))
    .where(ADDRESS.c.channel == bindparam("channel"), ADDRESS.c.account == bindparam("account"), ADDRESS.c.peer_key == bindparam("peer_key"))
    .limit(1)
)
_LINES = (
    select(MESSAGE.c.number, MESSAGE.c.author, CASEWORKER.c.name, MESSAGE.c.purpose, MESSAGE.c.content, MESSAGE.c.at)
    .select_from(
        MESSAGE.outerjoin(CASEWORKER, CASEWORKER.c.id == MESSAGE.c.caseworker_id)
        .join(CONVERSATION, CONVERSATION.c.id == MESSAGE.c.conversation_id)
        .join(LINK, LINK.c.id == CONVERSATION.c.link_id)
        .join(ADDRESS, ADDRESS.c.id == LINK.c.address_id)
    )
    .where(
        MESSAGE.c.conversation_id == bindparam("conversation_id"),
        or_(ADDRESS.c.shared.is_(None), MESSAGE.c.at >= bindparam("since")),
        MESSAGE.c.status.not_in([bindparam(f"unsaid_{n}", value) for n, value in enumerate(UNSAID)]),
    )
)
_AFTER = statement(_LINES.where(MESSAGE.c.number > bindparam("number")).order_by(MESSAGE.c.number).limit(bindparam("most")))
_BEFORE = statement(_LINES.where(MESSAGE.c.number < bindparam("number")).order_by(MESSAGE.c.number.desc()).limit(bindparam("most")))


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as its own reader finds it. `human` while a human owns it; `last_number` is the newest message's."""

    id: int
    language: str
    human: bool
    last_number: int


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. `author`: person, bot or caseworker, whose `name` is given; `purpose` is None for the person's."""

    number: int
    author: str
    name: str | None
    purpose: str | None
    text: str
    choices: tuple[Choice, ...]
    chosen: str | None
    card: str
    attachments: tuple[Attachment, ...]
    language: str
    at: datetime


def conversation_of_peer(work: Work, channel: str, account: str, peer: str) -> Talk | None:
    """The conversation held on one address, or None where nobody has written from it."""
    values = {"channel": channel, "account": account, "peer_key": work.vault.lookup("address.peer", peer)}
    row = work.execute(_TALK, values).fetchone()
    if row is None:
        return None
    language = work.vault.open("conversation.language", row[1]) if row[1] is not None else "fr"
    return Talk(row[0], language, row[2] == "human", row[3])


def was_somebody(work: Work, channel: str, account: str, peer: str) -> bool:
    """Whether somebody has written from this address, or had a page there; asked where nobody has now: that page is closed."""
    values = {"channel": channel, "account": account, "peer_key": work.vault.lookup("address.peer", peer)}
    return work.execute(_LEFT, values).fetchone() is not None


def messages_after(work: Work, conversation_id: int, after: int, limit: int) -> list[Line]:
    """At most `limit` lines numbered above `after`, in order."""
    return _lines(work, work.execute(_AFTER, _named(work, conversation_id, after, limit)).fetchall())


def messages_before(work: Work, conversation_id: int, before: int, limit: int) -> list[Line]:
    """The last `limit` lines numbered below `before`, in order."""
    return _lines(work, work.execute(_BEFORE, _named(work, conversation_id, before, limit)).fetchall())[::-1]


def _named(work: Work, conversation_id: int, number: int, limit: int) -> dict[str, object]:
    since = to_moment(work.now - SHOWN_WHERE_OTHERS_READ)
    return {"conversation_id": conversation_id, "number": number, "most": limit, "since": since}


def _lines(work: Work, rows: Sequence[Sequence[Any]]) -> list[Line]:
    return [_line(work, row) for row in rows]


def _line(work: Work, row: Sequence[Any]) -> Line:
    content = messages.load(work.vault.open(messages.PLACE, row[4]))
    return Line(
        number=row[0],
        author=row[1],
        name=work.vault.open("caseworker.name", row[2]) if row[2] is not None else None,
        purpose=row[3],
        text=content.text,
        choices=content.choices,
        chosen=content.chosen,
        card=content.card,
        attachments=content.attachments,
        language=content.language,
        at=from_moment(row[5]),
    )


class Talks:
    """The same verbs for who may only await them (a channel, which knows nothing of storage)."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def find(self, address: Address) -> Talk | None:
        return await self._storage.read(conversation_of_peer, address.channel, address.account, address.peer)

    async def closed(self, address: Address) -> bool:
        """Whether this address led to somebody once, and does no more."""
        found = await self.find(address)
        return found is None and await self._storage.read(was_somebody, address.channel, address.account, address.peer)

    async def after(self, conversation_id: int, number: int, limit: int) -> list[Line]:
        return await self._storage.read(messages_after, conversation_id, number, limit)

    async def before(self, conversation_id: int, number: int, limit: int) -> list[Line]:
        return await self._storage.read(messages_before, conversation_id, number, limit)
