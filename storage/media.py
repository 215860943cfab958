"""Files somebody sent: announced with their message, then taken in piece by piece, sealed, and read the same way. Never a file on a disk.

A channel's file is announced in the commit that accepts its message, and fetched soon after (bot/fetcher.py), as what providers give is soon
gone. A file that comes by our own page is written first (storage/deposits.py) and belongs to nobody until its message is accepted.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Float, bindparam, case, delete, insert, select, update

from bot.messages import Attachment, Inbound, Kind
from bot.rules.files import LONGEST_NAME, Type, clean_name, too_large
from storage import tables
from storage.columns import from_moment, to_moment
from storage.engine import Wake, Work, statement, table
from storage.lanes import Lane
from storage.machine import machine_now, on_machine

MEDIA, CHUNK, CASEWORKER = table(tables.Media), table(tables.MediaChunk), table(tables.Caseworker)
ADDRESS, LINK, CONVERSATION = table(tables.Address), table(tables.Link), table(tables.Conversation)
CHUNK_SIZE = 256 * 1024
"""Bytes of a file sealed together; the last of its chunks is shorter."""
LEASE_SECONDS = 180.0
TOO_LARGE = "too_large"
LARGEST_NUMBER = 2**31 - 1
CHUNKS_AT_ONCE = 8
"""How many chunks are removed in one unit: overwriting them takes time, and other people are writing."""
RECENT = 20


class State(StrEnum):
    """What is known of a file."""

    ARRIVING = "arriving"
    WHOLE = "whole"
    ANNOUNCED = "announced"
    KEPT = "kept"
    REFUSED = "refused"
    LOST = "lost"
    SEEN = "seen"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class File:
    """A file as pages show it. `failure`: why it was refused or lost. `mime` is what it was found to be, "" before. `seen_at`, `seen_by`, `seen_as`:
    of a paper whose copy was destroyed, when it was seen, by whom, and what it was. `scan`: what the scanner said, "" where there is none."""

    token: str
    kind: str
    state: State
    mime: str
    name: str
    size: int | None
    failure: str
    treated_at: datetime | None
    seen_at: datetime | None = None
    seen_by: str = ""
    seen_as: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The right to write one file: `lease` is what its row must still say."""

    id: int
    state: State
    lease: float


@dataclass(frozen=True, slots=True)
class Errand:
    """A file to fetch: where from, what was said of it and when, and how many tries were made before this one."""

    place: Place
    conversation_id: int
    channel: str
    account: str
    claimed: Attachment
    attempts: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that can be read, piece by piece (`chunk`)."""

    id: int
    conversation_id: int
    number: int
    kind: str
    mime: str
    size: int
    received_at: datetime


_NAMES = ("token", "conversation_id", "number", "kind", "mime", "size", "state", "attempts", "retry_at", "failure", "name", "provider_id")
_INSERT = insert(MEDIA).values({name: bindparam(name) for name in (*_NAMES, "received_at")})
_STORE = statement(_INSERT)
_OPEN = statement(_INSERT.returning(MEDIA.c.id))
_CLAIMED = case((MEDIA.c.failure.is_(None), State.KEPT.value), else_=State.REFUSED.value)
_CLAIM = statement(
    update(MEDIA)
    .where(MEDIA.c.token == bindparam("which"), MEDIA.c.state == State.WHOLE.value)
    .values(state=_CLAIMED, conversation_id=bindparam("conversation"), number=bindparam("message"))
    .returning(MEDIA.c.id)
)
_PROVIDER_IDS = statement(
    select(MEDIA.c.provider_id)
    .where(MEDIA.c.conversation_id == bindparam("conversation"), MEDIA.c.provider_id.is_not(None))
    .order_by(MEDIA.c.id.desc())
    .limit(RECENT)
)
_THEIRS = (
    MEDIA.join(CONVERSATION, CONVERSATION.c.id == MEDIA.c.conversation_id)
    .join(LINK, LINK.c.id == CONVERSATION.c.link_id)
    .join(ADDRESS, ADDRESS.c.id == LINK.c.address_id)
)
_DUE = (MEDIA.c.state == State.ANNOUNCED.value, MEDIA.c.retry_at <= machine_now())
_ANY_DUE = statement(select(MEDIA.c.id).where(*_DUE).limit(1))
_NEXT = statement(
    select(
        *(MEDIA.c.id, MEDIA.c.conversation_id, ADDRESS.c.channel, ADDRESS.c.account, MEDIA.c.kind, MEDIA.c.provider_id, MEDIA.c.mime),
        *(MEDIA.c.size, MEDIA.c.name, MEDIA.c.attempts, MEDIA.c.received_at),
    )
    .select_from(_THEIRS)
    .where(*_DUE)
    .order_by(MEDIA.c.retry_at, MEDIA.c.id)
    .limit(1)
    .with_for_update(of=MEDIA, skip_locked=True)
)
_TAKE = statement(
    update(MEDIA)
    .where(MEDIA.c.id == bindparam("row_id"))
    .values(attempts=MEDIA.c.attempts + 1, retry_at=machine_now() + bindparam("lease_seconds", type_=Float()))
    .returning(MEDIA.c.retry_at)
)
_OURS = (MEDIA.c.id == bindparam("row_id"), MEDIA.c.state == bindparam("old_state"), MEDIA.c.retry_at == bindparam("lease"))
_IS_OURS = statement(select(MEDIA.c.id).where(*_OURS).with_for_update())
# Somebody may be erased meanwhile: their address is held until the piece is written, so that the erasure finds it.
_IS_OURS_AND_THEIRS = statement(select(MEDIA.c.id).select_from(_THEIRS).where(*_OURS).with_for_update(read=True, of=(MEDIA, ADDRESS)))
_KEEP_CHUNK = statement(insert(CHUNK).values({name: bindparam(name) for name in ("media_id", "chunk_index", "content")}))
_SOME_CHUNKS = select(CHUNK.c.id).where(CHUNK.c.media_id == bindparam("row_id")).limit(bindparam("most"))
_REMOVE_CHUNKS = statement(delete(CHUNK).where(CHUNK.c.id.in_(_SOME_CHUNKS)).returning(CHUNK.c.id))
_ENDED = ("state", "kind", "mime", "size", "failure", "scan")
_END = statement(
    update(MEDIA).where(*_OURS).values({name: bindparam(f"new_{name}") for name in _ENDED} | {"provider_id": None}).returning(MEDIA.c.conversation_id)
)
_LATER = statement(
    update(MEDIA)
    .where(*_OURS)
    .values(
        attempts=MEDIA.c.attempts - bindparam("uncounted"),
        retry_at=machine_now() + bindparam("seconds", type_=Float()),
        failure=bindparam("new_failure"),
    )
)
_GIVE_UP = statement(delete(MEDIA).where(*_OURS))
_SHOWN = ("number", "token", "kind", "state", "mime", "name", "size", "failure", "treated_at", "seen_at", "seen_as", "scan")
_OF_MESSAGES = statement(
    select(*(MEDIA.c[name] for name in _SHOWN), CASEWORKER.c.name.label("by"))
    .select_from(MEDIA.outerjoin(CASEWORKER, CASEWORKER.c.id == MEDIA.c.seen_by))
    .where(MEDIA.c.conversation_id == bindparam("conversation"), MEDIA.c.number.between(bindparam("first"), bindparam("last")))
    .order_by(MEDIA.c.id)
)
_KEPT = statement(
    select(*(MEDIA.c[name] for name in ("id", "conversation_id", "number", "kind", "mime", "size", "received_at"))).where(
        MEDIA.c.token == bindparam("which"), MEDIA.c.state == State.KEPT.value
    )
)
_CHUNK = statement(select(CHUNK.c.content).where(CHUNK.c.media_id == bindparam("row_id"), CHUNK.c.chunk_index == bindparam("index")))
_TREAT = statement(
    update(MEDIA)
    .where(MEDIA.c.token == bindparam("which"), MEDIA.c.state == State.KEPT.value)
    .values(treated_at=bindparam("at"))
    .returning(MEDIA.c.conversation_id)
)


# -- with its message


def announce(work: Work, lane: Lane, number: int, inbound: Inbound) -> None:
    """Note the files of a message that is being accepted: to be fetched, here already, or refused for their size."""
    for attachment in inbound.attachments:
        if attachment.token is not None and _claim(work, lane, number, attachment.token):
            continue
        if inbound.kind is Kind.EDITED and _known(work, lane, attachment):  # a caption was mended, the file is the same
            continue
        values = _row(work, attachment, lane.conversation_id, number)
        if attachment.token is not None:  # its time was over before its message came
            values |= {"state": State.LOST.value, "provider_id": None}
        work.execute(_STORE, values)
        if values["state"] == State.ANNOUNCED.value:
            work.notify(Wake.FILE, 0)


def _claim(work: Work, lane: Lane, number: int, token: str) -> bool:
    return work.execute(_CLAIM, {"which": token, "conversation": lane.conversation_id, "message": number}).fetchone() is not None


def claim(work: Work, lane: Lane, number: int, files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Give files that came by a page of ours to message `number`; those whose time was not over before."""
    return tuple(file for file in files if file.token is not None and _claim(work, lane, number, file.token))


def _known(work: Work, lane: Lane, attachment: Attachment) -> bool:
    rows = work.execute(_PROVIDER_IDS, {"conversation": lane.conversation_id}).fetchall()
    return any(work.vault.open("media.provider_id", row[0]) == attachment.provider_id for row in rows)


def _row(work: Work, attachment: Attachment, conversation_id: int | None, number: int) -> dict[str, object]:
    refused = too_large(attachment)
    return {
        "token": secrets.token_urlsafe(24),
        "conversation_id": conversation_id,
        "number": number,
        "kind": attachment.kind,
        "mime": _sealed(work, "mime", (attachment.mime or "")[:LONGEST_NAME]),
        "size": None if attachment.size is None else max(0, min(attachment.size, LARGEST_NUMBER)),
        "state": State.REFUSED.value if refused else State.ANNOUNCED.value,
        "attempts": 0,
        "retry_at": 0.0,
        "failure": TOO_LARGE if refused else None,
        "name": _sealed(work, "name", clean_name(attachment.name or "")),
        "provider_id": None if refused else _sealed(work, "provider_id", attachment.provider_id),
        "received_at": to_moment(work.now),
    }


def _sealed(work: Work, column: str, value: str | None) -> bytes | None:
    return work.vault.seal(f"media.{column}", value) if value else None


# -- taking one in


def open_place(work: Work, claimed: Attachment) -> tuple[Place, str]:
    """A place for a file that comes by our own page, and its token."""
    values = _row(work, claimed, None, 0) | {"state": State.ARRIVING.value, "failure": None, "provider_id": None}
    row = work.execute(_OPEN, values).fetchone()
    if row is None:
        raise RuntimeError("an insert returned nothing")
    return Place(int(row[0]), State.ARRIVING, 0.0), str(values["token"])


def any_due(work: Work) -> bool:
    """Whether some file waits to be fetched now."""
    return work.execute(_ANY_DUE, on_machine(work)).fetchone() is not None


def take(work: Work) -> Errand | None:
    """Take the file that has waited longest, for `LEASE_SECONDS`; None where none is due."""
    row = work.execute(_NEXT, on_machine(work)).fetchone()
    if row is None:
        return None
    lease = hold(work, row[0])
    mime, name, provider_id = (_opened(work, column, blob) for column, blob in (("mime", row[6]), ("name", row[8]), ("provider_id", row[5])))
    claimed = Attachment(row[4], provider_id, mime or None, row[7], name or None)
    return Errand(Place(row[0], State.ANNOUNCED, lease), row[1], row[2], row[3], claimed, row[9], from_moment(row[10]))


def hold(work: Work, media_id: int) -> float:
    """Take a file whose row is locked, for `LEASE_SECONDS`: what its place is known by until then."""
    lease = work.execute(_TAKE, {"row_id": media_id, "lease_seconds": LEASE_SECONDS, **on_machine(work)}).fetchone()
    if lease is None:
        raise RuntimeError("a row just locked is not there")
    return float(lease[0])


def keep_chunk(work: Work, place: Place, index: int, data: bytes) -> bool:
    """Seal one piece; False where the file is not ours to write any more (erased, or taken by another process)."""
    if not _ours(work, place):
        return False
    work.execute(_KEEP_CHUNK, {"media_id": place.id, "chunk_index": index, "content": work.vault.seal_bytes("media_chunk.content", data)})
    return True


def remove_chunks(work: Work, place: Place) -> bool:
    """Remove some of what was written; True while there is more."""
    if not _ours(work, place):
        return False
    return len(work.execute(_REMOVE_CHUNKS, {"row_id": place.id, "most": CHUNKS_AT_ONCE}).fetchall()) == CHUNKS_AT_ONCE


def finish(work: Work, place: Place, kind: str, found: Type, size: int, scan: str | None = None, *, refused: bool = False) -> bool:
    """All of it is written: what it was found to be, how long it is as kept, what a scanner said, or why `refused`. False as in `keep_chunk`."""
    state = State.KEPT if place.state is State.ANNOUNCED else State.WHOLE
    said = {"failure": scan} if refused else {"scan": scan}
    return _end(work, place, state, kind=kind, mime=_sealed(work, "mime", found.mime), size=size, **said)


def refuse(work: Work, errand: Errand, code: str) -> bool:
    """Its content is not taken; nothing of it is kept but that it came."""
    return _end(work, errand.place, State.REFUSED, kind=errand.claimed.kind, size=errand.claimed.size, failure=code)


def lose(work: Work, errand: Errand, code: str) -> bool:
    """The provider would not give it."""
    return _end(work, errand.place, State.LOST, kind=errand.claimed.kind, size=errand.claimed.size, failure=code)


def later(work: Work, errand: Errand, seconds: float, code: str, *, counted: bool = True) -> None:
    """To be tried again in so many seconds. What is not counted is no fault of the file's."""
    values = {**_held(errand.place), "uncounted": 0 if counted else 1, "seconds": seconds, "new_failure": code, **on_machine(work)}
    work.execute(_LATER, values)


def give_up(work: Work, place: Place) -> None:
    """Nothing came of a place: its chunks are gone, so is its row."""
    work.execute(_GIVE_UP, _held(place))


def _end(
    work: Work,
    place: Place,
    state: State,
    *,
    kind: str,
    mime: bytes | None = None,
    size: int | None = None,
    failure: str | None = None,
    scan: str | None = None,
) -> bool:
    values = {"new_state": state.value, "new_kind": kind, "new_mime": mime, "new_size": size, "new_failure": failure, "new_scan": scan}
    row = work.execute(_END, {**_held(place), **values}).fetchone()
    if row is not None and row[0] is not None:
        work.notify(Wake.TALK, int(row[0]))
    return row is not None


def _ours(work: Work, place: Place) -> bool:
    asked = _IS_OURS_AND_THEIRS if place.state is State.ANNOUNCED else _IS_OURS
    return work.execute(asked, _held(place)).fetchone() is not None


def _held(place: Place) -> dict[str, object]:
    return {"row_id": place.id, "old_state": place.state.value, "lease": place.lease}


# -- reading


def of_messages(work: Work, conversation_id: int, first: int, last: int) -> Mapping[int, tuple[File, ...]]:
    """The files of the messages numbered `first` to `last`, by number."""
    found: dict[int, tuple[File, ...]] = {}
    for row in work.execute(_OF_MESSAGES, {"conversation": conversation_id, "first": first, "last": last}).fetchall():
        found[row[0]] = (*found.get(row[0], ()), _file(work, row))
    return found


def _file(work: Work, row: Sequence[Any]) -> File:
    return File(
        token=row[1],
        kind=row[2],
        state=State(row[3]),
        mime=_opened(work, "mime", row[4]) if row[3] == State.KEPT else "",
        name=_opened(work, "name", row[5]),
        size=row[6],
        failure=row[7] or "",
        treated_at=None if row[8] is None else from_moment(row[8]),
        seen_at=None if row[9] is None else from_moment(row[9]),
        seen_as=_opened(work, "seen_as", row[10]),
        scan=row[11] or "",
        seen_by="" if row[12] is None else work.vault.open("caseworker.name", row[12]),
    )


def find(work: Work, token: str) -> Kept | None:
    """The file of this token that can be read, or None."""
    row = None if "\0" in token else work.execute(_KEPT, {"which": token}).fetchone()
    if row is None:
        return None
    return Kept(row[0], row[1], row[2], row[3], _opened(work, "mime", row[4]), row[5], from_moment(row[6]))


def chunk(work: Work, media_id: int, index: int) -> bytes | None:
    """One piece of a file, None past its end."""
    row = work.execute(_CHUNK, {"row_id": media_id, "index": index}).fetchone()
    return None if row is None else work.vault.open_bytes("media_chunk.content", row[0])


def treat(work: Work, token: str, *, done: bool) -> bool:
    """« Traité », or not yet after all; False where there is no such file any more."""
    row = work.execute(_TREAT, {"which": token, "at": to_moment(work.now) if done else None}).fetchone()
    if row is not None:
        work.notify(Wake.TALK, int(row[0]))
    return row is not None


def _opened(work: Work, column: str, blob: bytes | None) -> str:
    return work.vault.open(f"media.{column}", blob) if blob else ""
