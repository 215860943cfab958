"""« Ce téléphone est partagé »: others read there. Nothing goes there first, and nothing said before is shown; what is asked there is answered."""

from sqlalchemy import update

from bot.messages import Purpose
from storage import tables, withdrawing
from storage.engine import Work, table
from storage.lanes import Lane

ADDRESS = table(tables.Address)
FIRST = frozenset({Purpose.REMINDER, Purpose.SURVEY, Purpose.ANNOUNCEMENT})
"""What we start ourselves."""


def put(work: Work, lane: Lane) -> None:
    """Others read here: what waited to be said first is withdrawn, and a reminder goes another way or becomes a task."""
    lane.shared = True
    _write(work, lane, work.vault.seal("address.shared", "yes"))
    withdrawing.withdraw(work, [lane.conversation_id], FIRST)


def take_away(work: Work, lane: Lane) -> None:
    """The telephone is theirs alone."""
    lane.shared = False
    _write(work, lane, None)


def _write(work: Work, lane: Lane, shared: bytes | None) -> None:
    work.session.execute(update(ADDRESS).where(ADDRESS.c.id == lane.address_id).values(shared=shared))
