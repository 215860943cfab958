"""What a caseworker has to do because no message can. The text is sealed; what sort of thing it is, and until when, is not."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import case
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import caseworkers
from storage.caseworkers import Member, Role
from storage.engine import Wake, Work
from storage.tables import Caseworker, Person, Task, Thread
from storage.thread_view import unseal

SHOWN = 200
DONE_SHOWN, DONE_FOR = 20, timedelta(days=7)
"""How many of the tasks that are done are still listed, and for how long."""


class Kind(StrEnum):
    """What sort of thing it is."""

    DO = "do"
    """Written by a colleague, in their own words."""
    CALL = "call"
    """Somebody who cannot be written to."""
    DATA = "data"
    """Somebody asks to see or correct what is followed with them."""
    ERASURE = "erasure"
    """Somebody asks to have it erased: within a month, with what is kept and why."""
    LATE = "late"
    """A promise missed twice."""
    MINOR = "minor"
    """A minor in danger: what was read of it, and who was informed, to be seen the same working day."""
    NOT_COMING = "not_coming"
    """Somebody said late that they do not come: when it was to be."""
    COMING_LATE = "coming_late"
    """Somebody said that they come late: when it is."""
    AT_THE_DOOR = "at_the_door"
    """Somebody waits where their appointment is to be, and finds nobody: when it is."""

    @property
    def for_head(self) -> bool:
        """True for what the head of service decides or must see."""
        return self in _FOR_HEAD


_URGENT = (Kind.MINOR, Kind.LATE)
_FOR_HEAD = frozenset({Kind.DATA, Kind.ERASURE, Kind.LATE, Kind.MINOR})


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task as it is shown. `thread` is the token of the demand it is about, "" for none; `person` what that person is called."""

    token: str
    kind: Kind
    text: str
    thread: str
    person: str
    for_id: int | None
    for_name: str
    due_at: datetime | None
    created_at: datetime
    done_at: datetime | None

    def late(self, now: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < now


def add(
    work: Work,
    kind: Kind,
    *,
    text: str = "",
    thread_id: int | None = None,
    person_id: int | None = None,
    caseworker_id: int | None = None,
    due_at: datetime | None = None,
) -> str:
    """Something to do, for one colleague or for whoever comes first; its token. Open lists are told."""
    row = Task(
        token=secrets.token_urlsafe(16),
        kind=kind,
        person_id=person_id,
        thread_id=thread_id,
        caseworker_id=caseworker_id,
        due_at=due_at,
        text=work.vault.seal("task.text", text) if text else None,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.notify(Wake.TALK, 0)
    return row.token


def waiting(work: Work, member: Member) -> tuple[ToDo, ...]:
    """What is to be done: a minor in danger and a promise that nobody kept, then the soonest due, as far as it is this member's to see."""
    urgent = case((col(Task.kind).in_([kind.value for kind in _URGENT]), 0), else_=1)
    soonest = (urgent, case((col(Task.due_at).is_(None), 1), else_=0), col(Task.due_at), col(Task.id))
    return _read(work, _of(work, member).where(col(Task.done_at).is_(None)).order_by(*soonest).limit(SHOWN))


def done(work: Work, member: Member) -> tuple[ToDo, ...]:
    """What was done in the last days, the latest first."""
    lately = col(Task.done_at) > work.now - DONE_FOR
    return _read(work, _of(work, member).where(lately).order_by(col(Task.done_at).desc(), col(Task.id).desc()).limit(DONE_SHOWN))


def of_thread(work: Work, thread_id: int, member: Member) -> tuple[ToDo, ...]:
    """What is to be done on one thread."""
    return _read(work, _of(work, member).where(col(Task.thread_id) == thread_id, col(Task.done_at).is_(None)).order_by(col(Task.id)))


def kind_of(work: Work, token: str) -> Kind | None:
    """What sort of thing a task is, None where there is no such task."""
    kind = work.session.exec(select(Task.kind).where(col(Task.token) == token)).first()
    return None if kind is None else Kind(kind)


def waits(work: Work, thread_id: int, kind: Kind) -> bool:
    """Whether something of this kind is still to be done on a thread."""
    found = select(Task.id).where(col(Task.thread_id) == thread_id, col(Task.kind) == kind.value, col(Task.done_at).is_(None))
    return work.session.exec(found.limit(1)).first() is not None


def waits_about(work: Work, person_id: int, kind: Kind) -> bool:
    """Whether something of this kind is still to be done about somebody."""
    found = select(Task.id).where(col(Task.person_id) == person_id, col(Task.kind) == kind.value, col(Task.done_at).is_(None))
    return work.session.exec(found.limit(1)).first() is not None


def waits_until(work: Work, person_id: int, kind: Kind, due_at: datetime) -> bool:
    """Whether something of this kind is still to be done for somebody, by this moment."""
    found = select(Task.id).where(col(Task.person_id) == person_id, col(Task.kind) == kind.value, col(Task.due_at) == due_at)
    return work.session.exec(found.where(col(Task.done_at).is_(None)).limit(1)).first() is not None


def count(work: Work, member: Member) -> int:
    """How much there is to do."""
    return len(work.session.exec(_of(work, member).where(col(Task.done_at).is_(None)).limit(SHOWN)).all())


def finish(work: Work, member: Member, token: str) -> bool:
    """It is done; False where it was already, or is not this member's to see."""
    return _mark(work, member, token, finished=True)


def write(work: Work, token: str, text: str) -> None:
    """What was answered, or is to be done, in so many words."""
    row = work.session.exec(select(Task).where(col(Task.token) == token)).one()
    row.text = work.vault.seal("task.text", text)
    work.session.flush()


def take_up_again(work: Work, member: Member, token: str) -> bool:
    """It was not done after all."""
    return _mark(work, member, token, finished=False)


def hand_back(work: Work, caseworker_id: int) -> None:
    """Somebody leaves: what waited for them waits for whoever comes first."""
    for row in work.session.exec(select(Task).where(col(Task.caseworker_id) == caseworker_id, col(Task.done_at).is_(None))):
        row.caseworker_id = None
    work.session.flush()


def _mark(work: Work, member: Member, token: str, *, finished: bool) -> bool:
    row = work.session.exec(_of(work, member).where(col(Task.token) == token).with_for_update()).first()
    if row is None or (row.done_at is not None) == finished:
        return False
    row.done_at, row.done_by = (work.now, member.id) if finished else (None, None)
    work.session.flush()
    work.notify(Wake.TALK, 0)
    return True


def _of(work: Work, member: Member) -> SelectOfScalar[Task]:
    """The tasks this member sees: the head's own are the head's, and everybody's where no head has come in yet."""
    if member.role is Role.HEAD or not caseworkers.has_head(work):
        return select(Task)
    return select(Task).where(col(Task.kind).not_in([kind for kind in Kind if kind.for_head]))


def _read(work: Work, found: SelectOfScalar[Task]) -> tuple[ToDo, ...]:
    return tuple(_to_do(work, row) for row in work.session.exec(found).all())


def _to_do(work: Work, row: Task) -> ToDo:
    thread = work.session.get(Thread, row.thread_id) if row.thread_id is not None else None
    person_id = row.person_id if row.person_id is not None else thread.person_id if thread is not None else None
    person = work.session.get(Person, person_id) if person_id is not None else None
    colleague = work.session.get(Caseworker, row.caseworker_id) if row.caseworker_id is not None else None
    return ToDo(
        token=row.token,
        kind=Kind(row.kind),
        text=unseal(work, "task.text", row.text),
        thread=thread.token if thread is not None else "",
        person=unseal(work, "person.name", person.name) if person is not None else "",
        for_id=row.caseworker_id,
        for_name=unseal(work, "caseworker.name", colleague.name) if colleague is not None else "",
        due_at=row.due_at,
        created_at=row.created_at,
        done_at=row.done_at,
    )
