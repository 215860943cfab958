"""Answering somebody who asked to have erased what the team follows with them: the head erases all of it, or keeps it and says why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select

from storage import audit, crises, erasing, holds, tasks, threads
from storage.audit import Act
from storage.caseworkers import Member
from storage.endings import Closing
from storage.engine import Work
from storage.erasing import Extent
from storage.tables import Person, Task, Thread
from storage.tasks import Kind
from storage.thread_view import unseal
from storage.threads import Minor


class Obstacle(StrEnum):
    """Why all cannot be erased now."""

    HELD = "held"
    """The head holds a thread: that is ended first."""
    ALERT = "alert"
    """An alert waits to be read."""
    MINOR = "minor"
    """A minor was in danger, and the thread is not closed with who was informed."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One thread of somebody who asked."""

    token: str
    theme: str
    opened_at: datetime
    closed_at: datetime | None
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked, and must be answered before `due_at`. `conversation_id` is where they are answered, None where nothing is left of it.

    `careful`: somebody else may read their phone, or they said how to be written to.
    """

    token: str
    person_id: int
    name: str
    asked_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    conversation_id: int | None
    careful: bool
    followed: tuple[Followed, ...]
    obstacle: Obstacle | None


def find(work: Work, token: str, minor: Minor) -> Request | None:
    """The request of this task, or None where it is no request to erase. `minor` tells whether a thread is about one in danger."""
    row = work.session.exec(select(Task).where(col(Task.token) == token, col(Task.kind) == Kind.ERASURE.value)).first()
    if row is None or row.person_id is None:
        return None
    theirs = work.session.exec(select(Thread).where(col(Thread.person_id) == row.person_id).order_by(col(Thread.id))).all()
    last = theirs[-1].id if theirs else None
    conversation = threads.answered_in(work, last)[1] if last is not None else None
    return Request(
        token=row.token,
        person_id=row.person_id,
        name=unseal(work, "person.name", work.session.get_one(Person, row.person_id).name),
        asked_at=row.created_at,
        due_at=row.due_at,
        done_at=row.done_at,
        conversation_id=conversation,
        careful=conversation is not None and crises.written_with_care(work, conversation),
        followed=tuple(_followed(work, thread) for thread in theirs),
        obstacle=_obstacle(work, row.person_id, [thread.id or 0 for thread in theirs], minor),
    )


def erase(work: Work, by: Member, request: Request, *, silently: bool = False) -> None:
    """Have everything erased once this unit is committed; the person is told by the eraser, unless `silently`."""
    tasks.finish(work, by, request.token)
    audit.write(work, Act.DECIDED, by=by.id, person=request.person_id)
    erasing.ask(work, request.person_id, None if silently else request.conversation_id, Extent.WHOLE)


def keep(work: Work, by: Member, request: Request, because: str) -> None:
    """Keep what is followed. Why stays with the answer; the caller tells the person."""
    tasks.finish(work, by, request.token)
    tasks.write(work, request.token, because)
    audit.write(work, Act.DECIDED, by=by.id, person=request.person_id)


def _followed(work: Work, thread: Thread) -> Followed:
    return Followed(thread.token, unseal(work, "thread.theme", thread.theme), thread.opened_at, thread.closed_at, holds.until(work, thread.id or 0))


def _obstacle(work: Work, person: int, theirs: list[int], minor: Minor) -> Obstacle | None:
    if holds.last_day(work, person) is not None:
        return Obstacle.HELD
    if any(threads.alert_waits(work, thread) for thread in theirs):
        return Obstacle.ALERT
    unsaid = (thread for thread in theirs if minor(work, thread) and not _reported(threads.closing_of(work, thread)))
    return Obstacle.MINOR if next(unsaid, None) is not None else None


def _reported(how: tuple[Closing, datetime] | None) -> bool:
    return how is not None and how[0].report is not None
