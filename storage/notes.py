"""What colleagues tell one another on a thread. Nobody outside ever reads it: it is no message, so no channel and no page of the chat knows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage import threads
from storage.engine import Wake, Work
from storage.tables import Caseworker, Note


@dataclass(frozen=True, slots=True)
class Told:
    """One note. `nth` numbers it within its thread, from 1."""

    nth: int
    by_id: int
    by: str
    text: str
    at: datetime


def add(work: Work, thread_id: int, caseworker_id: int, text: str) -> None:
    """Tell the colleagues who open this thread. Their open pages show it."""
    work.session.add(Note(thread_id=thread_id, caseworker_id=caseworker_id, text=work.vault.seal("note.text", text), at=work.now))
    work.session.flush()
    work.notify(Wake.TALK, threads.answered_in(work, thread_id)[1])


def of_thread(work: Work, thread_id: int) -> tuple[Told, ...]:
    """The notes of a thread, oldest first."""
    rows = work.session.execute(
        select(Note, col(Caseworker.name))
        .join(Caseworker, col(Caseworker.id) == col(Note.caseworker_id))
        .where(col(Note.thread_id) == thread_id)
        .order_by(col(Note.id))
    ).all()
    return tuple(
        Told(nth, note.caseworker_id, work.vault.open("caseworker.name", name) if name else "", work.vault.open("note.text", note.text), note.at)
        for nth, (note, name) in enumerate(rows, start=1)
    )
