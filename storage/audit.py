"""Who read and wrote what people said: written down at once, never changed, twelve months (content/retention.yaml).

It serves security, and the young person who asks who opened their demande; nobody's work is ever measured by it. Nothing here counts, and nothing
says when. It is itself audited: telling somebody who read them, and the nightly removal of what is over, are rows too. When a person is erased,
their id and those of their threads become one random number kept nowhere else: the only change a row allows, which the database itself checks.
"""

from datetime import timedelta
from enum import StrEnum

from sqlmodel import col, select

from storage import formers
from storage.engine import Work
from storage.tables import Audit, Caseworker, Conversation, Link, Person, Task, Thread
from storage.thread_view import unseal

ONE_VISIT = timedelta(minutes=15)
"""The same colleague who opens the same demande again within this time is still there: one row."""


class Act(StrEnum):
    """What was done, from a closed list."""

    OPENED = "opened"
    """A demande was read."""
    FILE = "file"
    """A file somebody sent was opened."""
    REPLIED = "replied"
    RESENT = "resent"
    ASKED = "asked"
    """Somebody was asked for a paper, or whether they would go on on a private page."""
    TOOK = "took"
    GAVE_BACK = "gave back"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOTED = "noted"
    TASK = "task"
    """Something to do was written, done, or taken up again."""
    ACKNOWLEDGED = "acknowledged"
    TREATED = "treated"
    """A file was marked as dealt with, or not after all."""
    DESTROYED = "destroyed"
    """A paper was seen and its copy destroyed."""
    HELD = "held"
    """A demande was put beyond its term, or no longer."""
    DECIDED = "decided"
    """The head answered somebody who asked to be erased."""
    TOLD = "told"
    """Somebody was told who had opened their demande."""
    MET = "met"
    """An appointment of somebody was made, moved, cancelled or closed."""
    MARKED = "marked"
    """Something that lapses was noted of somebody, with their knowledge, or taken back."""
    EXPORTED = "exported"
    """An operator took out everything kept of somebody (`palier export-person`)."""
    ERASED = "erased"
    """An operator erased somebody (`palier erase-person`)."""
    SWITCHED = "switched"
    """The head turned something on or off."""
    JOINED = "joined"
    """Two people were made one."""
    PARTED = "parted"
    """They were made two again."""
    SEATED = "seated"
    """A seat of a workshop was taken or given back for somebody, or what came of it was written."""
    CONTENT = "content"
    """Something the service says was checked, corrected, withdrawn or put back."""
    PURGED = "purged"
    """What was over was removed."""


def write(work: Work, act: Act, *, by: int | None = None, person: int | None = None, thread: int | None = None) -> None:
    """Write down an act of a caseworker, or of nobody. A thread stands for its person."""
    if person is None and thread is not None:
        person = work.session.get_one(Thread, thread).person_id
    work.session.add(Audit(act=act.value, caseworker_id=by, person_id=person, thread_id=thread, at=work.now))
    work.session.flush()


def opened(work: Work, by: int, thread: int) -> None:
    """Write down that somebody read a thread; once for one visit. Nothing where it was erased meanwhile."""
    row = work.session.get(Thread, thread)
    if row is not None:
        _once(work, Act.OPENED, by, row.person_id, thread)


def opened_of(work: Work, by: int, person: int) -> None:
    """Write down that somebody opened an appointment of a person; once for one visit. Nothing where they were erased meanwhile."""
    if work.session.get(Person, person) is not None:
        _once(work, Act.OPENED, by, person, None)


def opened_file(work: Work, by: int, conversation: int) -> None:
    """Write down that somebody opened what came with a conversation; once for one visit, however many there are and however a player reads them."""
    whose = select(Link.person_id).join(Conversation, col(Conversation.link_id) == col(Link.id)).where(col(Conversation.id) == conversation)
    person = work.session.exec(whose).first()
    if person is not None:
        _once(work, Act.FILE, by, person, None)


def _once(work: Work, act: Act, by: int, person: int, thread: int | None) -> None:
    same = col(Audit.thread_id).is_(None) if thread is None else col(Audit.thread_id) == thread
    lately = select(Audit.id).where(
        col(Audit.person_id) == person, same, col(Audit.caseworker_id) == by, col(Audit.act) == act.value, col(Audit.at) > work.now - ONE_VISIT
    )
    if work.session.exec(lately.limit(1)).first() is None:
        write(work, act, by=by, person=person, thread=thread)


def on_task(work: Work, by: int, token: str) -> None:
    """Write down that a task was worked on, where it concerns somebody."""
    task = work.session.exec(select(Task).where(col(Task.token) == token)).first()
    if task is not None and (task.person_id is not None or task.thread_id is not None):
        write(work, Act.TASK, by=by, person=task.person_id, thread=task.thread_id)


def readers(work: Work, person: int) -> tuple[str, ...]:
    """The first names of the colleagues who opened what this person said or wrote about it, the first to come first. Asking is a row too."""
    found = (
        select(Caseworker.name)
        .join(Audit, col(Audit.caseworker_id) == col(Caseworker.id))
        .where(col(Audit.person_id).in_(formers.whole(work, person)))
        .order_by(col(Audit.id))
    )
    names = dict.fromkeys(unseal(work, "caseworker.name", name) for name in work.session.exec(found))
    write(work, Act.TOLD, person=person)
    return tuple(name for name in names if name)
