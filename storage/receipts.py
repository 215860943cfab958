"""What providers say became of our messages. Only forward; a word that comes before our own record is kept and matched then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.messages import Address, Receipt, Status
from storage import messages, tables
from storage.columns import to_moment
from storage.engine import Wake, Work, statement, table
from storage.line import DELIVERY, MESSAGE, OUTBOUND, external_key

RECEIPT = table(tables.Receipt)
_STATUSES = {status.value: status for status in Status}

_CALL = statement(
    select(DELIVERY.c.id, DELIVERY.c.state, OUTBOUND.c.id, OUTBOUND.c.state, OUTBOUND.c.conversation_id, OUTBOUND.c.number, MESSAGE.c.status)
    .select_from(
        DELIVERY.join(OUTBOUND, OUTBOUND.c.id == DELIVERY.c.outbound_id).join(
            MESSAGE, (MESSAGE.c.conversation_id == OUTBOUND.c.conversation_id) & (MESSAGE.c.number == OUTBOUND.c.number)
        )
    )
    .where(DELIVERY.c.external_key == bindparam("key"))
)
_CALLS = statement(select(DELIVERY.c.state).where(DELIVERY.c.outbound_id == bindparam("row_id")))
_ADVANCE = statement(
    update(DELIVERY).where(DELIVERY.c.id == bindparam("row_id")).values(state=bindparam("new_state"), failure=bindparam("new_failure"))
)
_SETTLE = statement(
    update(OUTBOUND).where(OUTBOUND.c.id == bindparam("row_id")).values(state=bindparam("new_state"), failure=bindparam("new_failure"))
)
_KEPT = ("channel", "account", "external_key", "status", "failure", "at")
_KEEP = statement(insert(RECEIPT).values({name: bindparam(name) for name in _KEPT}))
_EARLY = statement(select(RECEIPT.c.id, RECEIPT.c.status, RECEIPT.c.failure).where(RECEIPT.c.external_key == bindparam("key")).order_by(RECEIPT.c.id))
_FORGET = statement(delete(RECEIPT).where(RECEIPT.c.external_key == bindparam("key")))


def receive_all(work: Work, receipts: Sequence[Receipt]) -> None:
    """Take what a provider says, in its order."""
    for receipt in receipts:
        key = external_key(work, receipt.channel, receipt.account, receipt.external_id)
        if not _apply(work, key, receipt.status, receipt.failure):
            kept = {"channel": receipt.channel, "account": receipt.account, "external_key": key}
            work.execute(_KEEP, {**kept, "status": receipt.status.value, "failure": receipt.failure, "at": to_moment(receipt.at)})


def match_early(work: Work, address: Address, external_id: str) -> None:
    """Our own record is there now: apply what was said of it before."""
    key = external_key(work, address.channel, address.account, external_id)
    early: Sequence[Any] = work.execute(_EARLY, {"key": key}).fetchall()
    for row in early:
        _apply(work, key, Status(row[1]), row[2])
    if early:
        work.execute(_FORGET, {"key": key})


def _apply(work: Work, key: bytes, status: Status, failure: str | None) -> bool:
    """True if a call of ours has this id, whether or not the word was news."""
    row = work.execute(_CALL, {"key": key}).fetchone()
    if row is None:
        return False
    call_id, call_state, outbound_id, outbound_state, conversation_id, number, said = row
    if not _forward(_STATUSES.get(call_state, Status.QUEUED), status):
        return True
    work.execute(_ADVANCE, {"row_id": call_id, "new_state": status.value, "new_failure": failure})
    if outbound_state in ("unknown", "sent"):
        shown = _true_of_all(work, outbound_id)
        state = {Status.FAILED: "failed", Status.UNKNOWN: "unknown"}.get(shown, "sent")
        work.execute(_SETTLE, {"row_id": outbound_id, "new_state": state, "new_failure": failure})
        if said in _STATUSES and _forward(_STATUSES[said], shown):
            messages.set_status(work, conversation_id, number, shown)
            work.notify(Wake.TALK, conversation_id)
    return True


def _true_of_all(work: Work, outbound_id: int) -> Status:
    """What may be said of a message whose calls are all made: what is true of each of them."""
    found = [_STATUSES.get(row[0], Status.QUEUED) for row in work.execute(_CALLS, {"row_id": outbound_id}).fetchall()]
    return Status.FAILED if Status.FAILED in found else min(found, key=lambda status: status.rank)


def _forward(before: Status, after: Status) -> bool:
    """A failure ends what was only sent; nothing takes back what was delivered or read."""
    if after is Status.FAILED:
        return before.rank <= Status.SENT.rank
    return after.rank > before.rank
