"""Tries counted against a keyed hash, in windows of machine time: the rate limit of every process. Who tried is never stored in clear."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from storage.engine import Work
from storage.tables import Attempt

KEPT = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries named `what` by one `who` in a window of `seconds`."""

    what: str
    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Try:
    """One try, counted against one limit."""

    limit: Limit
    who: str


def count(work: Work, tries: Sequence[Try]) -> float:
    """Count these tries before they are made, so that a burst cannot pass together. 0.0 if all are allowed, else the seconds to wait."""
    waits = [_count(work, one) for one in tries]
    work.session.execute(delete(Attempt).where(col(Attempt.window_start) < work.elapsed - KEPT))
    return max(waits, default=0.0)


def give_back(work: Work, tries: Sequence[Try]) -> None:
    """These tries were good: only failures count."""
    for one in tries:
        key, start = _key(work, one), _window(work, one.limit)
        same = (col(Attempt.what) == one.limit.what, col(Attempt.who_key) == key, col(Attempt.window_start) == start)
        work.session.execute(update(Attempt).where(*same, col(Attempt.count) > 0).values(count=Attempt.count - 1))


def _count(work: Work, one: Try) -> float:
    start = _window(work, one.limit)
    dialect = sqlite if work.dialect == "sqlite" else postgresql
    counted = (
        dialect.insert(Attempt)
        .values(what=one.limit.what, who_key=_key(work, one), window_start=start, count=1)
        .on_conflict_do_update(index_elements=["what", "who_key", "window_start"], set_={"count": Attempt.count + 1})
        .returning(col(Attempt.count))
    )
    done = work.session.execute(counted).scalar_one()
    return start + one.limit.seconds - work.elapsed if done > one.limit.most else 0.0


def _key(work: Work, one: Try) -> bytes:
    return work.vault.lookup("attempt.who_key", one.who)


def _window(work: Work, limit: Limit) -> float:
    return work.elapsed // limit.seconds * limit.seconds
