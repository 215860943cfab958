"""What people are called on the desk, and which of their threads to open: many at once, for pages that show the appointments of a week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from storage.engine import Work
from storage.tables import Person, Thread
from storage.thread_view import unseal


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody, as a colleague knows them. `thread` is the token of their newest thread, "" for who has none."""

    name: str
    thread: str


NOBODY = Called("", "")
"""Somebody who was erased while a page was read."""


def called(work: Work, people: Iterable[int]) -> Mapping[int, Called]:
    """By person."""
    ids = sorted(set(people))
    newest = select(func.max(col(Thread.id))).where(col(Thread.person_id).in_(ids)).group_by(col(Thread.person_id))
    rows = work.session.execute(select(col(Thread.person_id), col(Thread.token)).where(col(Thread.id).in_(newest)))
    threads = {person: token for person, token in rows}
    names = work.session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {person or 0: Called(unseal(work, "person.name", name), threads.get(person or 0, "")) for person, name in names}
