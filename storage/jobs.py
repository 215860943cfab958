"""Occurrences of jobs: a row each, unique on (job, key, planned time). Any number of processes look; one runs it.

A runner holds its occurrence by a lease that it renews; when the lease ends without a word the runner is dead, and the occurrence is taken
again: every job may run twice. Of one job and key only the oldest unfinished occurrence is ever taken, so that two never run side by side.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Float, and_, bindparam, func, or_, select, update

from storage import tables
from storage.columns import from_moment, to_moment
from storage.engine import Work, statement, table, upsert
from storage.machine import machine_now

log = logging.getLogger(__name__)

RUN = table(tables.JobRun)
LEASE_SECONDS = 30.0
MOST_ATTEMPTS = 5
"""An occurrence whose runners died this often is failed: it may be what kills them."""
RUNNERS_DIED = "its runners died"


class State(StrEnum):
    """What became of an occurrence."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    TOO_LATE = "too late"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The right to run one occurrence. `attempt` counts its runners and is the fence of this lease."""

    id: int
    job: str
    key: str
    planned_at: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class Last:
    """What is known of the latest occurrence of a job."""

    planned_at: datetime
    state: State
    failure: str | None


_UNTIL = machine_now() + bindparam("lease_seconds", type_=Float())
_UNFINISHED = (State.DUE.value, State.RUNNING.value)
_OLDER = RUN.alias("older")
_FREE = or_(RUN.c.state == State.DUE.value, and_(RUN.c.state == State.RUNNING.value, RUN.c.leased_until < machine_now()))
_IS_HEAD = ~(
    select(_OLDER.c.id)
    .where(_OLDER.c.job == RUN.c.job, _OLDER.c.key == RUN.c.key, _OLDER.c.planned_at < RUN.c.planned_at)
    .where(or_(*(_OLDER.c.state == state for state in _UNFINISHED)))
    .exists()
)
_PLAN = upsert(
    lambda insert: (
        insert(RUN)
        .values({name: bindparam(name) for name in ("job", "key", "planned_at", "state", "attempts")})
        .on_conflict_do_nothing(index_elements=("job", "key", "planned_at"))
        .returning(RUN.c.id)
    )
)
_LAST_PLANNED = statement(select(func.max(RUN.c.planned_at)).where(RUN.c.job == bindparam("which"), RUN.c.planned_at <= bindparam("now")))
_LAST = statement(
    select(RUN.c.planned_at, RUN.c.state, RUN.c.failure).where(RUN.c.job == bindparam("which")).order_by(RUN.c.planned_at.desc()).limit(1)
)
_TO_RUN = statement(select(RUN.c.job).where(RUN.c.planned_at <= bindparam("now"), _FREE, _IS_HEAD).distinct())
_HEAD = statement(
    select(RUN.c.id, RUN.c.key, RUN.c.planned_at, RUN.c.attempts)
    .where(RUN.c.job == bindparam("which"), RUN.c.planned_at <= bindparam("now"), _FREE, _IS_HEAD)
    .order_by(RUN.c.planned_at, RUN.c.key)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = statement(
    update(RUN)
    .where(RUN.c.id == bindparam("row_id"))
    .values(state=State.RUNNING.value, holder=bindparam("holder"), leased_until=_UNTIL, attempts=bindparam("new_attempts"))
)
_EXACT = statement(
    select(RUN.c.id, RUN.c.attempts)
    .where(RUN.c.job == bindparam("which"), RUN.c.key == bindparam("of"), RUN.c.planned_at == bindparam("at"))
    .with_for_update()
)
_HELD = and_(RUN.c.state == State.RUNNING.value, RUN.c.leased_until >= machine_now())
_ANY_HELD = statement(select(RUN.c.id).where(RUN.c.job == bindparam("which"), RUN.c.key == bindparam("of"), _HELD).limit(1))
_OURS = (
    RUN.c.id == bindparam("row_id"),
    RUN.c.state == State.RUNNING.value,
    RUN.c.holder == bindparam("holder"),
    RUN.c.attempts == bindparam("attempt"),
)
_RENEW = statement(update(RUN).where(*_OURS).values(leased_until=_UNTIL).returning(RUN.c.id))
_ENDED: dict[str, object] = {
    "state": bindparam("new_state"),
    "finished_at": bindparam("at"),
    "failure": bindparam("new_failure"),
    "leased_until": None,
}
_FINISH = statement(update(RUN).where(*_OURS).values(_ENDED).returning(RUN.c.id))
_CLOSE = statement(update(RUN).where(RUN.c.id == bindparam("row_id")).values(_ENDED))
_GIVE_BACK = statement(
    update(RUN)
    .where(RUN.c.state == State.RUNNING.value, RUN.c.holder == bindparam("which_holder"))
    .values(state=State.DUE.value, holder=None, leased_until=None)
)


def plan(work: Work, job: str, planned_at: datetime, key: str = "") -> bool:
    """Make an occurrence due; False where it is known already."""
    values = {"job": job, "key": key, "planned_at": to_moment(planned_at), "state": State.DUE.value, "attempts": 0}
    return work.execute(_PLAN, values).fetchone() is not None


def last_planned(work: Work, job: str) -> datetime | None:
    """The planned time of the latest occurrence up to now, or None for a job never seen."""
    row = work.execute(_LAST_PLANNED, {"which": job, "now": to_moment(work.now)}).fetchone()
    return None if row is None or row[0] is None else from_moment(row[0])


def last(work: Work, job: str) -> Last | None:
    """The latest occurrence of a job, whatever became of it."""
    row = work.execute(_LAST, {"which": job}).fetchone()
    return None if row is None else Last(from_moment(row[0]), State(row[1]), row[2])


def to_run(work: Work) -> frozenset[str]:
    """The jobs that have an occurrence somebody may take now."""
    return frozenset(str(row[0]) for row in work.execute(_TO_RUN, _now(work)).fetchall())


def claim(work: Work, job: str, max_late: timedelta) -> Occurrence | None:
    """Take the oldest occurrence of a job that is due, or whose runner is dead; None where there is none.

    Those past their lateness are settled on the way: they are not run any more.
    """
    while (row := work.execute(_HEAD, {"which": job, **_now(work)}).fetchone()) is not None:
        if work.now - from_moment(row[2]) > max_late:
            log.warning("an occurrence comes too late and is not run", extra={"action": "job_too_late", "job": job})
            _close(work, row[0], State.TOO_LATE)
        elif row[3] >= MOST_ATTEMPTS:
            log.error("the runners of an occurrence died; it is given up", extra={"action": "job_failed", "job": job})
            _close(work, row[0], State.FAILED, RUNNERS_DIED)
        else:
            return _take(work, job, row)
    return None


def seize(work: Work, job: str, planned_at: datetime, key: str = "") -> Occurrence | None:
    """Take this very occurrence, known or not, finished or not: somebody asked for it. None while one of this job runs."""
    if work.execute(_ANY_HELD, {"which": job, "of": key, "elapsed": work.elapsed, "skew": work.skew}).fetchone() is not None:
        return None
    plan(work, job, planned_at, key)
    row = work.execute(_EXACT, {"which": job, "of": key, "at": to_moment(planned_at)}).fetchone()
    if row is None:
        raise RuntimeError("an occurrence just planned is not there")
    return _take(work, job, (row[0], key, to_moment(planned_at), row[1]))


def renew(work: Work, occurrence: Occurrence) -> bool:
    """Keep the lease for so long from now; False where it was lost."""
    return work.execute(_RENEW, {**_fence(work, occurrence), **_lease(work)}).fetchone() is not None


def finish(work: Work, occurrence: Occurrence, state: State, failure: str | None = None) -> bool:
    """Say how it ended, `failure` as a short code without content; False where the lease was lost: another runner says it."""
    return work.execute(_FINISH, {**_fence(work, occurrence), **_end(work, state, failure)}).fetchone() is not None


def give_back(work: Work) -> None:
    """This process stops: what it was running is due again, for whoever looks next."""
    work.execute(_GIVE_BACK, {"which_holder": work.holder})


def _take(work: Work, job: str, row: Sequence[Any]) -> Occurrence:
    found = Occurrence(row[0], job, row[1], from_moment(row[2]), row[3] + 1)
    work.execute(_TAKE, {"row_id": found.id, "holder": work.holder, "new_attempts": found.attempt, **_lease(work)})
    return found


def _close(work: Work, row_id: int, state: State, failure: str | None = None) -> None:
    work.execute(_CLOSE, {"row_id": row_id, **_end(work, state, failure)})


def _now(work: Work) -> dict[str, object]:
    return {"now": to_moment(work.now), "elapsed": work.elapsed, "skew": work.skew}


def _lease(work: Work) -> dict[str, object]:
    return {"elapsed": work.elapsed, "skew": work.skew, "lease_seconds": LEASE_SECONDS}


def _fence(work: Work, occurrence: Occurrence) -> dict[str, object]:
    return {"row_id": occurrence.id, "holder": work.holder, "attempt": occurrence.attempt}


def _end(work: Work, state: State, failure: str | None) -> dict[str, object]:
    return {"new_state": state.value, "at": to_moment(work.now), "new_failure": failure}
