"""The way in: a received thing is stored once, numbered, and waits for its turn.

`accept` makes one durable row per (channel, account, external id); `next_waiting` gives the oldest of an address; `handled`, `retry_later`
and `park` say what became of it. Statements run on the driver's cursor of the unit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, null, select, update

from bot.messages import Address, Attachment, Choice, Inbound, Json, Kind, Purpose, Status, parse_reference
from storage import media, messages, tables
from storage.columns import from_moment, to_moment
from storage.engine import Wake, Work, statement, table, upsert
from storage.lanes import Lane, follow, lane_of, open_lane

INBOUND = table(tables.Inbound)
PLACE = "inbound.payload"

_KEY = ("channel", "account", "external_key")
_SAME = tuple(INBOUND.c[name] == bindparam(name) for name in _KEY)
_SEEN = statement(select(INBOUND.c.id).where(*_SAME))
_NAMES = (*_KEY, "address_id", "conversation_id", "number", "payload", "state", "attempts", "retry_at", "received_at", "handled_at")
_STORE = upsert(
    lambda insert: (
        insert(INBOUND).values({name: bindparam(name) for name in _NAMES}).on_conflict_do_nothing(index_elements=_KEY).returning(INBOUND.c.id)
    )
)
_NEXT = statement(
    select(INBOUND.c.id, INBOUND.c.external_key, INBOUND.c.number, INBOUND.c.payload, INBOUND.c.attempts, INBOUND.c.retry_at, INBOUND.c.received_at)
    .where(INBOUND.c.address_id == bindparam("address_id"), INBOUND.c.state == "waiting")
    .order_by(INBOUND.c.id)
    .limit(2)
)
_HANDLED = statement(
    update(INBOUND).where(INBOUND.c.id == bindparam("row_id")).values(state="handled", payload=null(), handled_at=bindparam("handled_at"))
)
_LATER = statement(
    update(INBOUND)
    .where(INBOUND.c.id == bindparam("row_id"), INBOUND.c.state == "waiting", INBOUND.c.attempts == bindparam("attempts"))
    .values(state=bindparam("new_state"), attempts=INBOUND.c.attempts + 1, retry_at=bindparam("retry_at"), failure=bindparam("failure"))
    .returning(INBOUND.c.id)
)
_REPLAY = statement(
    update(INBOUND)
    .where(INBOUND.c.id == bindparam("row_id"), INBOUND.c.state == "parked")
    .values(state="waiting", attempts=0, retry_at=0.0)
    .returning(INBOUND.c.address_id)
)
_ADDRESSES_WAITING = statement(
    select(INBOUND.c.address_id)
    .where(INBOUND.c.state == "waiting", INBOUND.c.retry_at <= bindparam("elapsed"))
    .group_by(INBOUND.c.address_id)
    .order_by(func.min(INBOUND.c.id))
    .limit(bindparam("most"))
)

_SILENT = frozenset({Kind.BLOCKED})
"""Events that are no words of the person: nothing is added to the conversation, no turn follows."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting did. `choice` is the internal id of a known button (None for anything else); `number` its place in the conversation."""

    inbound: Inbound
    lane: Lane
    choice: Choice | None
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest thing an address waits an answer to. `choice` is the internal id of the button, `asked` the number of its question.

    `more` is true where another thing waits behind it.
    """

    inbound: Inbound
    number: int
    choice: str | None
    asked: int | None
    attempts: int
    retry_at: float
    more: bool


def seen(work: Work, inbound: Inbound) -> bool:
    """Whether this very thing was accepted before, be it from somebody erased since."""
    return work.execute(_SEEN, _key(work, inbound)).fetchone() is not None


def accept(work: Work, inbound: Inbound, *, handled: bool = False) -> Accepted | None:
    """Store a received thing once; None if it was there already.

    The lane comes back locked and changed but not kept: the caller may add what must share the commit, then keeps it.
    `handled` is for what needs no turn because the caller answers it in this very commit.
    """
    lane = lane_of(work, inbound.address)
    if lane is None:
        if seen(work, inbound):
            return None
        lane = follow(work, inbound.address, inbound.formerly, told=inbound.kind is Kind.CHANGED) or open_lane(work, inbound.address)
    if lane.number == 0 and inbound.greeted_in is not None:
        lane.language = inbound.greeted_in
    choice, asked = _resolve(work, lane, inbound)
    if inbound.kind is Kind.CHOICE and choice is None:
        inbound = replace(inbound, kind=Kind.TEXT, text=inbound.choice or "", choice=None)
    silent = inbound.kind in _SILENT
    number = lane.number + (not silent)
    row = work.execute(_STORE, _row(work, lane, inbound, number, choice, asked, done=handled or silent)).fetchone()
    if row is None:
        return None
    if inbound.kind is Kind.COLLEAGUE:
        messages.say(work, lane, "caseworker", messages.Content(inbound.text), Status.SENT, Purpose.HUMAN)
    elif not silent:
        messages.say(work, lane, "person", _content(inbound, choice), Status.READ)
        media.announce(work, lane, number, inbound)
    _touch(lane, inbound, work.now)
    if not (handled or silent):
        work.notify(Wake.TURN, lane.address_id)
    return Accepted(replace(inbound, id=int(row[0])), lane, choice, number)


def _touch(lane: Lane, inbound: Inbound, now: datetime) -> None:
    if inbound.kind is Kind.BLOCKED:
        lane.blocked_at = now
    if inbound.kind in (Kind.BLOCKED, Kind.COLLEAGUE):
        return
    lane.blocked_at = None
    if inbound.kind is not Kind.CHANGED:
        lane.last_inbound_at = now


def _resolve(work: Work, lane: Lane, inbound: Inbound) -> tuple[Choice | None, int | None]:
    """The button a reference names, and the number of the message that showed it."""
    place = parse_reference(inbound.choice or "") if inbound.kind is Kind.CHOICE else None
    content = messages.read_content(work, lane.conversation_id, place[0]) if place else None
    if place is None or content is None or place[1] >= len(content.choices):
        return None, None
    return content.choices[place[1]], place[0]


def _content(inbound: Inbound, choice: Choice | None) -> messages.Content:
    text = choice.label if choice is not None else inbound.text
    if inbound.kind is Kind.COMMAND:
        text = f"/{inbound.text}"
    return messages.Content(
        text,
        chosen=inbound.choice,
        attachments=inbound.attachments,
        edited=inbound.kind is Kind.EDITED,
        card=_mark(inbound),
        shown_as=inbound.shown_as,
    )


def _mark(inbound: Inbound) -> str:
    """How a page shows something that is no text: its kind."""
    return inbound.kind.value if inbound.kind in (Kind.LOCATION, Kind.OTHER, Kind.STARTED, Kind.DELETED, Kind.CHANGED) else ""


def _key(work: Work, inbound: Inbound) -> dict[str, object]:
    address = inbound.address
    external = work.vault.lookup("inbound.external", f"{address.channel}\n{address.account}\n{inbound.external_id}")
    return {"channel": address.channel, "account": address.account, "external_key": external}


def _row(work: Work, lane: Lane, inbound: Inbound, number: int, choice: Choice | None, asked: int | None, *, done: bool) -> Mapping[str, object]:
    now = to_moment(work.now)
    return {
        **_key(work, inbound),
        "address_id": lane.address_id,
        "conversation_id": lane.conversation_id,
        "number": number,
        "payload": None if done else work.vault.seal(PLACE, _dump(inbound, choice, asked)),
        "state": "handled" if done else "waiting",
        "attempts": 0,
        "retry_at": 0.0,
        "received_at": to_moment(inbound.received_at),
        "handled_at": now if done else None,
    }


def _dump(inbound: Inbound, choice: Choice | None, asked: int | None) -> str:
    fields: dict[str, object] = {"kind": inbound.kind.value, "text": inbound.text, "external_id": inbound.external_id}
    for name in ("choice", "name", "locale", "handle"):
        if (value := getattr(inbound, name)) is not None:
            fields[name] = value
    if choice is not None:
        fields |= {"text": choice.label, "choice_id": choice.id, "asked": asked}
    if inbound.sent_at is not None:
        fields["sent_at"] = to_moment(inbound.sent_at)
    if inbound.attachments:
        fields["attachments"] = [_file(each) for each in inbound.attachments]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _file(of: Attachment) -> list[Json]:
    named: list[Json] = [of.kind, of.provider_id, of.mime, of.size, of.name, of.token]
    return [*named, None, of.refused] if of.refused else named


def _load(address: Address, row_id: int, received_at: int, fields: Mapping[str, Any]) -> Inbound:
    sent_at = fields.get("sent_at")
    return Inbound(
        address=address,
        external_id=fields["external_id"],
        kind=Kind(fields["kind"]),
        received_at=from_moment(received_at),
        text=fields["text"],
        choice=fields.get("choice"),
        attachments=tuple(Attachment(*values) for values in fields.get("attachments", ())),
        name=fields.get("name"),
        locale=fields.get("locale"),
        sent_at=None if sent_at is None else from_moment(sent_at),
        handle=fields.get("handle"),
        id=row_id,
    )


def next_waiting(work: Work, lane: Lane) -> Waiting | None:
    """The oldest thing this address waits an answer to, due or not: one held for a retry holds the next."""
    rows = work.execute(_NEXT, {"address_id": lane.address_id}).fetchall()
    if not rows:
        return None
    row = rows[0]
    fields = json.loads(work.vault.open(PLACE, row[3]))
    inbound = _load(lane.address, row[0], row[6], fields)
    return Waiting(inbound, row[2], fields.get("choice_id"), fields.get("asked"), row[4], row[5], len(rows) > 1)


def handled(work: Work, waiting: Waiting) -> None:
    """The turn is over: the transport forgets what it carried (the conversation keeps it)."""
    work.execute(_HANDLED, {"row_id": waiting.inbound.id, "handled_at": to_moment(work.now)})


def retry_later(work: Work, waiting: Waiting, retry_at: float, failure: str) -> bool:
    """The turn failed and will be tried again at `retry_at` (machine time), holding its lane meanwhile. `failure`: a class name, no content.

    False where another process had the turn since: what became of it there stands.
    """
    return _change(work, waiting, "waiting", retry_at, failure)


def park(work: Work, waiting: Waiting, failure: str) -> bool:
    """The turn failed too often: set aside for a person to see and replay; the next turn goes. False as in `retry_later`."""
    return _change(work, waiting, "parked", 0.0, failure)


def _change(work: Work, waiting: Waiting, state: str, retry_at: float, failure: str) -> bool:
    values = {"row_id": waiting.inbound.id, "new_state": state, "attempts": waiting.attempts, "retry_at": retry_at, "failure": failure}
    return work.execute(_LATER, values).fetchone() is not None


def replay(work: Work, inbound_id: int) -> bool:
    """Give a parked thing its turn again; False if it is not parked any more."""
    row = work.execute(_REPLAY, {"row_id": inbound_id}).fetchone()
    if row is None:
        return False
    work.notify(Wake.TURN, int(row[0]))
    return True


def addresses_waiting(work: Work, most: int = 500) -> list[int]:
    """Addresses whose turn is due, oldest first: what the sweep wakes when a notice was lost."""
    return [int(row[0]) for row in work.execute(_ADDRESSES_WAITING, {"elapsed": work.elapsed, "most": most}).fetchall()]
