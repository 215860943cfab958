"""Whom a person was before two became one: the rows of people who stay empty, for what is written of them is not to be written anew.

What the audit says, what the erasure ledger names and what unanswered questions are counted by keeps the id it was written under.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from storage import tables
from storage.engine import Work, statement, table

JOINING = table(tables.Joining)
UNDOABLE = timedelta(days=30)
"""How long two people who were made one may be two again."""
_STANDS = JOINING.c.undone_at.is_(None)
_FORMER = statement(select(JOINING.c.former_id).where(JOINING.c.into_id == bindparam("person"), _STANDS).order_by(JOINING.c.id))
_INTO = statement(select(JOINING.c.into_id).where(JOINING.c.former_id == bindparam("person"), _STANDS))


@dataclass(frozen=True, slots=True)
class Made:
    """That two people were made one: by a code of theirs or by the team (`proof`), whose `reason` may be left out. `parted_at`: two again."""

    at: datetime
    proof: str
    parted_at: datetime | None
    reason: str


def of(work: Work, person: int) -> tuple[int, ...]:
    """Everybody this person was, at whatever remove; without themselves."""
    found = [person]
    for each in found:
        found += [row[0] for row in work.execute(_FORMER, {"person": each}).fetchall() if row[0] not in found]
    return tuple(found[1:])


def whole(work: Work, person: int) -> tuple[int, ...]:
    """A person with everybody they were."""
    return (person, *of(work, person))


def now(work: Work, person: int) -> int:
    """Whom somebody has become; themselves where they are nobody else."""
    seen: Sequence[int] = [person]
    while (row := work.execute(_INTO, {"person": seen[-1]}).fetchone()) is not None and row[0] not in seen:
        seen = [*seen, row[0]]
    return seen[-1]


def history(work: Work, person: int, *, team: bool) -> tuple[Made, ...]:
    """Each time this person was made of two, the oldest first; with the reason where it is for the `team`."""
    people = whole(work, person)
    found = select(JOINING).where(or_(JOINING.c.former_id.in_(people), JOINING.c.into_id.in_(people))).order_by(JOINING.c.id)
    return tuple(
        Made(row.at, row.proof, row.undone_at, work.vault.open("joining.reason", row.reason) if team and row.reason else "")
        for row in work.session.execute(found)
    )
