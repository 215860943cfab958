"""What is known of two people before somebody makes them one: what will be put together, what differs, what stands in the way."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage import consents, holds, lanes, linking, rights
from storage.consents import Choice
from storage.engine import Work
from storage.linking import Pair, Refused
from storage.tables import Person, Task, Thread
from storage.thread_view import unseal


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `apps` are channels, `human` how many of them a human owns; `demands`: when each was opened, and if it is open; `held`: the
    last day of what is kept on the head's decision."""

    name: str
    phone: str
    since: datetime
    apps: tuple[str, ...]
    human: int
    demands: tuple[tuple[datetime, bool], ...]
    meetings: int
    files: int
    to_do: int
    chosen: frozenset[Choice]
    stopped: bool
    held: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Two people side by side; `refused`: why they cannot be made one, None where they may be. `other` is a thread of the second."""

    pair: Pair
    one: Side
    other: Side
    token: str
    refused: Refused | None

    @property
    def name_differs(self) -> bool:
        return bool(self.one.name and self.other.name) and self.one.name.casefold() != self.other.name.casefold()

    @property
    def phone_differs(self) -> bool:
        figures = ["".join(sign for sign in side.phone if sign.isdecimal())[-9:] for side in (self.one, self.other)]
        return all(figures) and figures[0] != figures[1]


def preview(work: Work, into: str, other: str) -> Preview | None:
    """The people of these two threads; None where one of the threads is not there."""
    found = [work.session.exec(select(Thread.person_id).where(col(Thread.token) == token)).first() for token in (into, other)]
    if found[0] is None or found[1] is None:
        return None
    pair = Pair(found[0], found[1])
    return Preview(pair, side(work, pair.into), side(work, pair.former), other, linking.obstacle(work, pair))


def side(work: Work, person_id: int) -> Side:
    """What is known of one."""
    row, found = work.session.get_one(Person, person_id), rights.summary(work, person_id)
    held = lanes.lanes_of_person(work, person_id)
    threads = work.session.exec(select(Thread).where(col(Thread.person_id) == person_id).order_by(col(Thread.id))).all()
    waiting = select(Task.id).where(col(Task.person_id) == person_id, col(Task.done_at).is_(None))
    return Side(
        name=unseal(work, "person.name", row.name),
        phone=unseal(work, "person.phone", row.phone),
        since=row.created_at,
        apps=tuple(lane.address.channel for lane in held),
        human=sum(lane.human for lane in held),
        demands=tuple((thread.opened_at, thread.closed_at is None) for thread in threads),
        meetings=found.meetings,
        files=found.files,
        to_do=len(work.session.exec(waiting).all()),
        chosen=frozenset(consents.chosen(work, person_id)),
        stopped=found.stopped,
        held=holds.last_day(work, person_id),
    )
