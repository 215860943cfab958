"""What the road leaves behind, and for how long: each table of transport says which of its rows are old. What was said is not here.

Old rows are found on a reading connection and removed a batch at a time, so that nobody who writes waits long.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, CursorResult, Table, delete, select

from storage import attempts, tables
from storage.engine import Work, table
from storage.jobs import State
from storage.media import CHUNKS_AT_ONCE
from storage.media import State as FileState

BATCH = 200
DAY = 24 * 3600.0
MESSAGES_LIVE, RECEIPTS_LIVE, RUNS_LIVE = timedelta(days=30), timedelta(days=2), timedelta(days=30)
UPLOADS_LIVE = timedelta(hours=1)

INBOUND, OUTBOUND, DELIVERY = (table(noun) for noun in (tables.Inbound, tables.Outbound, tables.Delivery))
CODE = table(tables.LinkCode)
RECEIPT, RUN, ACTION, ANSWER = (table(noun) for noun in (tables.Receipt, tables.JobRun, tables.Action, tables.AnswerLink))
MEDIA, CHUNK = table(tables.Media), table(tables.MediaChunk)
LETTERBOX, LINK, DOWNLOAD = (table(noun) for noun in (tables.Letterbox, tables.PrivateLink, tables.Download))
LOGIN, ATTEMPT, BUCKET = (table(noun) for noun in (tables.Login, tables.Attempt, tables.Bucket))

Old = Callable[[Work], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table, named by `key`, that go once `old` says so, `batch` at a time; those of `parts` that lead to them go first."""

    table: Table
    key: Column[Any]
    old: Old
    parts: Column[Any] | None = None
    batch: int = BATCH


def _before(column: Column[Any], age: timedelta) -> Old:
    """Service time: `age` before now."""
    return lambda work: column < work.now - age


def _inbound(work: Work) -> ColumnElement[bool]:
    """The key of a received message stays thirty days, so that a redelivery is known. One that waits is never old."""
    return _before(INBOUND.c.received_at, MESSAGES_LIVE)(work) & INBOUND.c.state.in_(("handled", "parked"))


def _outbound(work: Work) -> ColumnElement[bool]:
    return _before(OUTBOUND.c.created_at, MESSAGES_LIVE)(work) & OUTBOUND.c.state.not_in(("due", "waiting"))


def _upload(work: Work) -> ColumnElement[bool]:
    """A file that came by our own page, and whose message never did."""
    return _before(MEDIA.c.received_at, UPLOADS_LIVE)(work) & MEDIA.c.state.in_((FileState.ARRIVING.value, FileState.WHOLE.value))


def _seen(work: Work) -> ColumnElement[bool]:
    """A piece of a paper that was seen, left by a process that died before it had destroyed the whole copy."""
    return CHUNK.c.media_id.in_(select(MEDIA.c.id).where(MEDIA.c.state.in_((FileState.SEEN.value, FileState.REFUSED.value))))


def _bucket(work: Work) -> ColumnElement[bool]:
    return (BUCKET.c.at < work.elapsed - DAY) & (BUCKET.c.stopped_until < work.elapsed)


def _run(work: Work) -> ColumnElement[bool]:
    """Never the last one of a job: planning starts from it."""
    newer = RUN.alias("newer")
    followed = select(newer.c.id).where(newer.c.job == RUN.c.job, newer.c.planned_at > RUN.c.planned_at).exists()
    finished = RUN.c.state.in_((State.DONE.value, State.TOO_LATE.value, State.FAILED.value))
    return _before(RUN.c.planned_at, RUNS_LIVE)(work) & finished & followed


KINDS: Mapping[str, Kind] = {
    "inbound": Kind(INBOUND, INBOUND.c.id, _inbound),
    "outbound": Kind(OUTBOUND, OUTBOUND.c.id, _outbound, parts=DELIVERY.c.outbound_id),
    "upload": Kind(MEDIA, MEDIA.c.id, _upload, parts=CHUNK.c.media_id, batch=1),
    "answer_link": Kind(ANSWER, ANSWER.c.id, lambda work: ANSWER.c.expires_at < work.now),
    "seen": Kind(CHUNK, CHUNK.c.id, _seen, batch=CHUNKS_AT_ONCE),
    "letterbox": Kind(LETTERBOX, LETTERBOX.c.id, lambda work: LETTERBOX.c.expires_at < work.now),
    "private_link": Kind(LINK, LINK.c.id, lambda work: LINK.c.expires_at < work.elapsed),
    "download": Kind(DOWNLOAD, DOWNLOAD.c.id, lambda work: DOWNLOAD.c.expires_at < work.elapsed),
    "receipt": Kind(RECEIPT, RECEIPT.c.id, _before(RECEIPT.c.at, RECEIPTS_LIVE)),
    "action": Kind(ACTION, ACTION.c.id, lambda work: ACTION.c.expires_at < work.elapsed),
    "link_code": Kind(CODE, CODE.c.id, lambda work: CODE.c.expires_at < work.elapsed),
    "login": Kind(LOGIN, LOGIN.c.id, lambda work: LOGIN.c.expires_at < work.elapsed),
    "attempt": Kind(ATTEMPT, ATTEMPT.c.id, lambda work: ATTEMPT.c.window_start < work.elapsed - attempts.KEPT),
    "bucket": Kind(BUCKET, BUCKET.c.name, _bucket),
    "job_run": Kind(RUN, RUN.c.id, _run),
}


def find_old(work: Work, kind: str, most: int | None = None) -> list[Any]:
    """The keys of the oldest rows of this kind that may go."""
    swept = KINDS[kind]
    return list(work.session.scalars(select(swept.key).where(swept.old(work)).order_by(swept.key).limit(most or swept.batch)))


def remove(work: Work, kind: str, keys: Sequence[Any]) -> int:
    """Remove those of these rows that are still old; how many."""
    swept = KINDS[kind]
    still = select(swept.key).where(swept.key.in_(keys), swept.old(work))
    if work.dialect == "postgresql":
        still = still.with_for_update(of=swept.table)
    found = list(work.session.scalars(still))
    if swept.parts is not None:
        work.session.execute(delete(swept.parts.table).where(swept.parts.in_(found)))
    gone = work.session.execute(delete(swept.table).where(swept.key.in_(found)))
    return gone.rowcount if isinstance(gone, CursorResult) else len(found)
