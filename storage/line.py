"""The way out: the line of an address, the leases of its calls, and what became of them.

Rows of state `due` form the line, by position. A `waiting` row is out of the line until `not_before` (service time) and `retry_at` (machine
time). A call is leased before it is made: its `delivery` row says by whom, under which fence, until when.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, and_, bindparam, case, func, insert, or_, select, type_coerce, update

from bot.messages import Address, Json, Outbound, Purpose, Status, Template
from bot.rules.windows import ASKED_FOR
from storage import bulk, messages, tables
from storage.columns import BigId, from_moment, to_moment
from storage.engine import Work, statement, table, upsert
from storage.lanes import Lane
from storage.machine import machine_now

OUTBOUND, DELIVERY, BUCKET, MESSAGE, ADDRESS = (
    table(noun) for noun in (tables.Outbound, tables.Delivery, tables.Bucket, tables.Message, tables.Address)
)

PLACE = "outbound.template"

LOOK = 8
"""How many rows of a line are read at a time."""

SWEPT = 500
"""How many addresses a sweep looks at. The next one goes on from there: those that cannot be sent to now do not hide the others."""

A_DAY = timedelta(days=1)
UNTIL_THEY_OPEN = "until_they_open"
UNTIL_THEY_WRITE = "until_they_write"
"""Why a row waits that only the person's next message lets go."""

LEASE_SECONDS = 20.0
"""How long a call may be ours. Channels give up after 10 s, so a lease never ends under a live send."""

_PUT_NAMES = (
    *("address_id", "conversation_id", "number", "purpose", "epoch", "position", "state", "attempts", "resent", "next_call"),
    *("retry_at", "expires_at", "dedup_key", "template", "created_at"),
)
_PUT = statement(insert(OUTBOUND).values({name: bindparam(name) for name in _PUT_NAMES}))
PUT_ALL = bulk.adding(
    OUTBOUND,
    ("address_id", "conversation_id", "number", "purpose", "epoch", "position", "expires_at", "template", "created_at"),
    {"state": "due", "attempts": 0, "resent": 0, "next_call": 0, "retry_at": 0.0},
)
"""The same of many at once, none of which has a dedup key (storage/lines.py)."""
_PUT_ONCE = upsert(
    lambda insert: (
        insert(OUTBOUND)
        .values({name: bindparam(name) for name in _PUT_NAMES})
        .on_conflict_do_nothing(index_elements=("dedup_key",), index_where=OUTBOUND.c.dedup_key.is_not(None))
        .returning(OUTBOUND.c.id)
    )
)
_LEASED = and_(DELIVERY.c.outbound_id == OUTBOUND.c.id, DELIVERY.c.state == "leased")
_SAID = and_(MESSAGE.c.conversation_id == OUTBOUND.c.conversation_id, MESSAGE.c.number == OUTBOUND.c.number)
_DUE_COLUMNS = (
    *(OUTBOUND.c[name] for name in ("id", "number", "purpose", "epoch", "position", "attempts", "resent", "next_call", "retry_at")),
    OUTBOUND.c.expires_at,
    OUTBOUND.c.template,
    MESSAGE.c.content,
    DELIVERY.c.id.label("delivery_id"),
    BUCKET.c.stopped_until,
    OUTBOUND.c.conversation_id,
)
_DUE = statement(
    select(*_DUE_COLUMNS)
    .select_from(OUTBOUND.join(MESSAGE, _SAID).outerjoin(DELIVERY, _LEASED).outerjoin(BUCKET, BUCKET.c.name == bindparam("bucket")))
    .where(OUTBOUND.c.address_id == bindparam("address_id"), OUTBOUND.c.state == "due")
    .order_by(case((OUTBOUND.c.purpose == "crisis", 0), else_=1), OUTBOUND.c.position)
    .limit(bindparam("most"))
)
_LEASE_NAMES = ("outbound_id", "call_index", "state", "fence", "holder")
_UNTIL = machine_now() + bindparam("lease_seconds", type_=Float())
_TAKE: dict[str, object] = {name: bindparam(name) for name in _LEASE_NAMES} | {"leased_until": _UNTIL}
_AGAIN = {"state": "leased", "fence": bindparam("fence"), "holder": bindparam("holder"), "leased_until": _UNTIL}
_LEASE = upsert(lambda insert: insert(DELIVERY).values(_TAKE).on_conflict_do_update(index_elements=("outbound_id", "call_index"), set_=_AGAIN))
_OURS = (
    DELIVERY.c.outbound_id == bindparam("which"),
    DELIVERY.c.call_index == bindparam("nth"),
    DELIVERY.c.fence == bindparam("our_fence"),
    or_(DELIVERY.c.state == "leased", DELIVERY.c.state == "unknown"),
)
_CALLED = statement(
    update(DELIVERY)
    .where(*_OURS)
    .values({name: bindparam(name) for name in ("state", "external_id", "external_key", "failure")})
    .returning(DELIVERY.c.id)
)
_CHANGED = ("state", "attempts", "resent", "next_call", "retry_at", "not_before", "position", "failure")
_CHANGE = statement(update(OUTBOUND).where(OUTBOUND.c.id == bindparam("row_id")).values({name: bindparam(f"new_{name}") for name in _CHANGED}))
_DEAD_LEASE = and_(
    DELIVERY.c.state == "leased",
    or_(DELIVERY.c.leased_until < machine_now(), and_(bindparam("alone") == 1, DELIVERY.c.holder != bindparam("holder"))),
)
_DEAD = statement(
    select(OUTBOUND.c.address_id)
    .select_from(DELIVERY.join(OUTBOUND, OUTBOUND.c.id == DELIVERY.c.outbound_id))
    .where(_DEAD_LEASE, OUTBOUND.c.address_id > bindparam("after"))
    .distinct()
    .order_by(OUTBOUND.c.address_id)
    .limit(bindparam("most"))
)
_DEAD_OF = statement(
    select(DELIVERY.c.outbound_id, DELIVERY.c.call_index, DELIVERY.c.fence)
    .select_from(DELIVERY.join(OUTBOUND, OUTBOUND.c.id == DELIVERY.c.outbound_id))
    .where(OUTBOUND.c.address_id == bindparam("address_id"), _DEAD_LEASE)
)
_ROW = statement(
    select(*_DUE_COLUMNS)
    .select_from(OUTBOUND.join(MESSAGE, _SAID).outerjoin(DELIVERY, _LEASED).outerjoin(BUCKET, BUCKET.c.name == bindparam("bucket")))
    .where(OUTBOUND.c.id == bindparam("row_id"))
)
_ADDRESSES = select(OUTBOUND.c.address_id).where(OUTBOUND.c.address_id > bindparam("after")).distinct().order_by(OUTBOUND.c.address_id)
_ADDRESSES_DUE = statement(_ADDRESSES.where(OUTBOUND.c.state == "due", OUTBOUND.c.retry_at <= bindparam("elapsed")).limit(bindparam("most")))
_ASKED_FOR = ASKED_FOR // timedelta(microseconds=1)
_HEARD = select(ADDRESS.c.id).where(
    ADDRESS.c.id == OUTBOUND.c.address_id, type_coerce(ADDRESS.c.last_inbound_at, BigId) >= type_coerce(OUTBOUND.c.expires_at, BigId) - _ASKED_FOR
)
_WAITING_OVER = and_(
    OUTBOUND.c.state == "waiting",
    OUTBOUND.c.retry_at <= bindparam("elapsed"),
    or_(
        OUTBOUND.c.not_before.is_(None),
        OUTBOUND.c.not_before <= bindparam("now"),
        and_(OUTBOUND.c.failure == UNTIL_THEY_WRITE, _HEARD.exists()),
    ),
)
_ADDRESSES_REJOINING = statement(_ADDRESSES.where(_WAITING_OVER).limit(bindparam("most")))
_REJOINING = statement(select(OUTBOUND.c.id).where(OUTBOUND.c.address_id == bindparam("address_id"), _WAITING_OVER).order_by(OUTBOUND.c.position))
_SENT_LATELY = statement(
    select(func.count())
    .select_from(OUTBOUND)
    .where(
        OUTBOUND.c.conversation_id == bindparam("conversation"),
        OUTBOUND.c.created_at > bindparam("since"),
        or_(OUTBOUND.c.state == "sent", OUTBOUND.c.state == "unknown"),
    )
)
_AWAIT_THEM = statement(
    update(OUTBOUND)
    .where(OUTBOUND.c.id == bindparam("row_id"))
    .values(state="waiting", failure=bindparam("why"), not_before=bindparam("until"), expires_at=bindparam("until"), retry_at=0.0)
)
_REJOIN = statement(
    update(OUTBOUND).where(OUTBOUND.c.id == bindparam("row_id")).values(state="due", position=bindparam("new_position"), not_before=None)
)


@dataclass(frozen=True, slots=True)
class Due:
    """A row of the line, with what it says. `called` is true while a call of it is leased."""

    id: int
    number: int
    purpose: Purpose
    epoch: int
    position: int
    attempts: int
    resent: int
    next_call: int
    retry_at: float
    expires_at: datetime | None
    outbound: Outbound
    called: bool
    account_stopped_until: float
    conversation_id: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to make call `call_index` of one outbound message, under `fence`, until the lease ends."""

    row: Due
    address_id: int
    call_index: int
    fence: int

    @property
    def outbound(self) -> Outbound:
        return self.row.outbound


@dataclass(frozen=True, slots=True)
class Fate:
    """What a row becomes. Machine time for `retry_at`, service time for `not_before`; `failure` is a short code without content."""

    state: str
    attempts: int
    resent: int
    next_call: int
    position: int
    retry_at: float = 0.0
    not_before: datetime | None = None
    failure: str | None = None


def bucket_of(address: Address) -> str:
    """The name of the pace shared by everything sent from one account."""
    return f"account:{address.channel}:{address.account}"


def put(work: Work, lane: Lane, outbound: Outbound, *, state: str = "due", caseworker_id: int | None = None) -> int | None:
    """Add what is to be said to the conversation and to the line; its number, or None where its dedup key was used already.

    `state` "sent" is for a channel whose reader reads our own database: the commit is the send.
    """
    key = None if outbound.dedup_key is None else work.vault.lookup("outbound.dedup_key", outbound.dedup_key)
    lane.position += 1
    values = {
        "address_id": lane.address_id,
        "conversation_id": lane.conversation_id,
        "number": lane.number + 1,
        "purpose": outbound.purpose.value,
        "epoch": lane.epoch,
        "position": lane.position,
        "state": state,
        **{"attempts": 0, "resent": 0, "next_call": 0, "retry_at": 0.0},
        "expires_at": None if outbound.expires_at is None else to_moment(outbound.expires_at),
        "dedup_key": key,
        "template": _sealed(work, outbound.template),
        "created_at": to_moment(work.now),
    }
    if key is None:
        work.execute(_PUT, values)
    elif work.execute(_PUT_ONCE, values).fetchone() is None:
        return None
    lane.put[lane.number + 1] = outbound
    author = "caseworker" if outbound.purpose is Purpose.HUMAN else "bot"
    status = Status.SENT if state == "sent" else Status.QUEUED
    return messages.say(work, lane, author, messages.content_of(outbound), status, outbound.purpose, caseworker_id)


def due(work: Work, lane: Lane, most: int = LOOK) -> list[Due]:
    """The rows of the lane's line: crisis first (they wait for nobody), then in order."""
    values = {"address_id": lane.address_id, "bucket": bucket_of(lane.address), "most": most}
    return [_due(work, lane, row) for row in work.execute(_DUE, values).fetchall()]


def row(work: Work, lane: Lane, outbound_id: int) -> Due | None:
    """One row of the lane, whatever its state."""
    found = work.execute(_ROW, {"row_id": outbound_id, "bucket": bucket_of(lane.address)}).fetchone()
    return None if found is None else _due(work, lane, found)


def _due(work: Work, lane: Lane, row: Sequence[Any]) -> Due:
    fresh = lane.put.get(row[1])
    outbound = _outbound(work, lane, row) if fresh is None else replace(fresh, number=row[1], id=row[0])
    numbers = {"position": row[4], "attempts": row[5], "resent": row[6], "next_call": row[7], "retry_at": row[8]}
    return Due(row[0], row[1], outbound.purpose, row[3], expires_at=outbound.expires_at, outbound=outbound, called=row[12] is not None,
               account_stopped_until=row[13] or 0.0, conversation_id=row[14], **numbers)  # fmt: skip


def _outbound(work: Work, lane: Lane, row: Sequence[Any]) -> Outbound:
    content = messages.load(work.vault.open(messages.PLACE, row[11]))
    return Outbound(
        address=lane.address,
        purpose=Purpose(row[2]),
        body=content.text,
        choices=content.choices,
        attachments=content.attachments,
        template=_opened(work, row[10]),
        expires_at=None if row[9] is None else from_moment(row[9]),
        card=content.card,
        language=content.language,
        short=content.short,
        number=row[1],
        id=row[0],
    )


def dump(template: Template | None) -> str | None:
    """The JSON kept sealed of a chain of templates, each as a list; None of none."""
    kept: list[Json] = []
    while template is not None:
        kept.append([template.name, template.language, list(template.values), list(template.buttons)])
        template = template.instead
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _sealed(work: Work, template: Template | None) -> bytes | None:
    text = dump(template)
    return None if text is None else work.vault.seal(PLACE, text)


def _opened(work: Work, sealed: bytes | None) -> Template | None:
    kept = [] if sealed is None else json.loads(work.vault.open(PLACE, sealed))
    found: Template | None = None
    for name, language, values, buttons in reversed(kept):
        found = Template(name, tuple(values), language, tuple(buttons), found)
    return found


def lease(work: Work, lane: Lane, row: Due, call_index: int) -> Lease:
    """Take the right to make one call. Everything but a crisis holds the lane with it."""
    lane.fence += 1
    values = {
        "outbound_id": row.id,
        "call_index": call_index,
        "state": "leased",
        "fence": lane.fence,
        "holder": work.holder,
        "elapsed": work.elapsed,
        "skew": work.skew,
        "lease_seconds": LEASE_SECONDS,
    }
    work.execute(_LEASE, values)
    agreed = row.outbound.template
    if agreed is not None and agreed.language:  # a provider's own mark has none
        messages.leaves_as(work, row.conversation_id, row.number, agreed.name)
    elif row.attempts:  # it may have been tried as one before
        messages.leaves_as(work, row.conversation_id, row.number, "")
    if row.purpose is not Purpose.CRISIS:
        lane.sending = lane.fence
    return Lease(row, lane.address_id, call_index, lane.fence)


def called(work: Work, lane: Lane, lease: Lease, state: str, external_id: str | None = None, failure: str | None = None) -> bool:
    """Record what a call did and give the lane back. False where the lease was lost: somebody else decided meanwhile."""
    address = lane.address
    sealed = None if external_id is None else work.vault.seal("delivery.external_id", external_id)
    key = None if external_id is None else external_key(work, address.channel, address.account, external_id)
    values = {"which": lease.row.id, "nth": lease.call_index, "our_fence": lease.fence, "state": state}
    values |= {"external_id": sealed, "external_key": key, "failure": failure}
    matched = work.execute(_CALLED, values).fetchone() is not None
    if lane.sending == lease.fence:
        lane.sending = None
    return matched


def external_key(work: Work, channel: str, account: str, external_id: str) -> bytes:
    """How a later receipt finds the call."""
    return work.vault.lookup("delivery.external_key", f"{channel}\n{account}\n{external_id}")


def change(work: Work, row_id: int, fate: Fate) -> None:
    """Give a row its fate."""
    not_before = None if fate.not_before is None else to_moment(fate.not_before)
    values = {f"new_{name}": getattr(fate, name) for name in _CHANGED if name != "not_before"}
    work.execute(_CHANGE, {**values, "new_not_before": not_before, "row_id": row_id})


def dead_calls(work: Work, lane: Lane, *, alone: bool) -> list[tuple[int, int, int]]:
    """The dead calls of a lane: (outbound id, call index, fence)."""
    rows = work.execute(_DEAD_OF, {**_machine(work, alone), "address_id": lane.address_id}).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def _machine(work: Work, alone: bool) -> dict[str, object]:
    return {"elapsed": work.elapsed, "skew": work.skew, "alone": int(alone), "holder": work.holder}


def await_them(work: Work, row_id: int, until: datetime, why: str = UNTIL_THEY_WRITE) -> None:
    """A row leaves the line until the person writes (or opens a page: UNTIL_THEY_OPEN), or expires; `until` is ASKED_FOR from now."""
    work.execute(_AWAIT_THEM, {"row_id": row_id, "until": to_moment(until), "why": why})


def sent_lately(work: Work, lane: Lane) -> int:
    """How many messages left in this conversation in the last day."""
    row = work.execute(_SENT_LATELY, {"conversation": lane.conversation_id, "since": to_moment(work.now - A_DAY)}).fetchone()
    return 0 if row is None else int(row[0])


def rejoin(work: Work, lane: Lane) -> None:
    """Put the rows whose waiting is over at the end of the line."""
    values = {"elapsed": work.elapsed, "now": to_moment(work.now), "address_id": lane.address_id}
    for row in work.execute(_REJOINING, values).fetchall():
        lane.position += 1
        work.execute(_REJOIN, {"row_id": row[0], "new_position": lane.position})
        lane.to_send = True


def addresses_to_lead(work: Work, *, alone: bool, after: int = 0, most: int = SWEPT) -> list[int]:
    """The first addresses after this one that the sweep has to look at: dead leases, rows due, waits that are over.

    `alone`: we are the only sender, so any lease that is not ours is dead.
    """
    page = {"after": after, "most": most}
    dead = work.execute(_DEAD, {**_machine(work, alone), **page}).fetchall()
    due = work.execute(_ADDRESSES_DUE, {"elapsed": work.elapsed, **page}).fetchall()
    rejoining = work.execute(_ADDRESSES_REJOINING, {"elapsed": work.elapsed, "now": to_moment(work.now), **page}).fetchall()
    return sorted({int(row[0]) for row in (*dead, *due, *rejoining)})[:most]
