"""Two people who were made one are two again, for thirty days: each takes back what was theirs.

What came since goes by where it was said: a conversation goes with its address, a thread with its conversations, and what was done of a thread with
the thread. A thread that ran through conversations of both is parted: nobody reads a word of the other's. What was said nowhere (an appointment taken
by telephone) stays with the one, as the screen says before.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, delete, exists, select, update
from sqlmodel import SQLModel, col
from sqlmodel import select as choose

from storage import consents, formers, tables, withdrawing
from storage.consents import Choice
from storage.engine import Work, table
from storage.erasure import conversations_of
from storage.linking import CLOSED, CONSENT, CONVERSATION, LENT, LINK, MOVED, TO_BE_AGREED, WITHDRAWN, Pair, lock

JOINED, JOINING, THREAD, RANGE = (table(noun) for noun in (tables.Joined, tables.Joining, tables.Thread, tables.ThreadRange))
FOLLOWS_A_THREAD = tuple(table(noun) for noun in (tables.Task, tables.Appointment))
"""What refers to a thread and to its person too."""


class Late(StrEnum):
    """Why two people are not parted."""

    GONE = "gone"
    """They were parted already, or one was erased."""
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Union:
    """That two people were made one: `by` a caseworker, None where they showed it themselves. Undone until `until`."""

    token: str
    former: int
    proof: str
    by: int | None
    reason: str
    at: datetime
    until: datetime


def unions(work: Work, person: int) -> tuple[Union, ...]:
    """What made this person of several, and can still be undone; the newest first."""
    people = formers.whole(work, person)
    found = choose(tables.Joining).where(
        col(tables.Joining.into_id).in_(people), col(tables.Joining.undone_at).is_(None), col(tables.Joining.at) > work.now - formers.UNDOABLE
    )
    return tuple(_union(work, row) for row in work.session.exec(found.order_by(col(tables.Joining.id).desc())))


def union_of(work: Work, one: int, other: int) -> Union | None:
    """What brought two conversations of one person together, and can still be undone: it brought one of them, and not both."""
    link = select(LINK.c.person_id).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id).where(CONVERSATION.c.id == one)
    person = work.session.execute(link).scalar()
    for union in unions(work, person) if person is not None else ():
        row = work.session.exec(choose(tables.Joining.id).where(col(tables.Joining.token) == union.token)).one()
        brought = _changed(work, row or 0, CONVERSATION.name, MOVED)
        if (one in brought) != (other in brought):
            return union
    return None


def part(work: Work, token: str) -> Pair | Late:
    """Undo what this token names: who they are again, or why not. Every address of both is locked until the unit ends."""
    row = work.session.exec(choose(tables.Joining).where(col(tables.Joining.token) == token)).first()
    if row is None:
        return Late.GONE
    pair = Pair(formers.now(work, row.into_id), row.former_id)
    lock(work, pair)
    row = work.session.exec(choose(tables.Joining).where(col(tables.Joining.token) == token)).first()
    if row is None or row.undone_at is not None:
        return Late.GONE
    if row.at <= work.now - formers.UNDOABLE:
        return Late.TOO_LATE
    _part(work, row, pair)
    return pair


def part_for(work: Work, erased: frozenset[int]) -> None:
    """In a restored copy, before these people are erased again: part whoever is one there with somebody who was parted from them since."""
    for row in work.session.exec(choose(tables.Joining).where(col(tables.Joining.undone_at).is_(None)).order_by(col(tables.Joining.id).desc())).all():
        pair = Pair(formers.now(work, row.into_id), row.former_id)
        if (pair.into in erased) != (pair.former in erased):
            _part(work, row, pair)


def keep_withdrawn(work: Work, person: int) -> None:
    """Somebody took back all that they had chosen: nothing that was withdrawn when two people became one stands again."""
    mine = select(JOINING.c.id).where(JOINING.c.into_id.in_(formers.whole(work, person)))
    work.session.execute(delete(JOINED).where(JOINED.c.joining_id.in_(mine), JOINED.c.change == WITHDRAWN))


def _part(work: Work, row: tables.Joining, pair: Pair) -> None:
    done = row.id or 0
    row.undone_at = work.now
    work.session.flush()
    _give_back(work, done, pair)
    _open_links(work, done, pair)
    _part_threads(work, pair)
    _widen(work, done, row.at, pair)
    _take_lent(work, row, pair)
    withdrawing.withdraw_others(work, [*conversations_of(work, pair.into), *conversations_of(work, pair.former)])
    work.session.execute(delete(JOINED).where(JOINED.c.joining_id == done))
    work.session.expire_all()


# -- what was written down


def _changed(work: Work, done: int, noun: str, change: str) -> list[int]:
    found = select(JOINED.c.which).where(JOINED.c.joining_id == done, JOINED.c.noun == noun, JOINED.c.change == change)
    return list(work.session.execute(found.order_by(JOINED.c.id)).scalars())


def _give_back(work: Work, done: int, pair: Pair) -> None:
    """The rows that moved go back, those of them that are there and still the one's."""
    nouns = select(JOINED.c.noun).where(JOINED.c.joining_id == done, JOINED.c.change == MOVED).distinct()
    for noun in work.session.execute(nouns).scalars().all():
        if noun == CONVERSATION.name:
            continue
        each = SQLModel.metadata.tables[noun]
        key = next(key.parent for key in each.foreign_keys if key.column.table.name == tables.Person.__tablename__)
        ids = _changed(work, done, noun, MOVED)
        work.session.execute(update(each).where(each.c.id.in_(ids), key == pair.into).values({key.name: pair.former}))


def _open_links(work: Work, done: int, pair: Pair) -> None:
    """The conversations go back with their links; a link that was left meanwhile stays left."""
    closed = _changed(work, done, LINK.name, CLOSED)
    for link, conversation in zip(closed, _changed(work, done, CONVERSATION.name, MOVED), strict=True):
        held = select(LINK.c.address_id, LINK.c.until).join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
        since = work.session.execute(held.where(CONVERSATION.c.id == conversation, LINK.c.person_id == pair.into)).first()
        if since is None:
            continue
        work.session.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation).values(link_id=link))
        empty = ~exists().where(CONVERSATION.c.link_id == LINK.c.id)
        work.session.execute(delete(LINK).where(LINK.c.address_id == since.address_id, LINK.c.id > link, empty))
        work.session.execute(update(LINK).where(LINK.c.id == link).values(until=since.until))


# -- threads


def _part_threads(work: Work, pair: Pair) -> None:
    """Each thread is whose conversations it ran through; where they are both's, the part that is the other's becomes a thread of theirs."""
    for person, other in ((pair.into, pair.former), (pair.former, pair.into)):
        theirs = conversations_of(work, other)
        for thread in _ids(work, select(THREAD.c.id).where(THREAD.c.person_id == person).order_by(THREAD.c.id)):
            ranges = work.session.execute(select(RANGE.c.id, RANGE.c.conversation_id).where(RANGE.c.thread_id == thread)).all()
            strange = [row.id for row in ranges if row.conversation_id in theirs]
            if strange and len(strange) == len(ranges):
                _hand(work, thread, other)
            elif strange:
                work.session.execute(update(RANGE).where(RANGE.c.id.in_(strange)).values(thread_id=_beside(work, thread, other)))


def _hand(work: Work, thread: int, person: int) -> None:
    """A thread with what was to be done of it."""
    work.session.execute(update(THREAD).where(THREAD.c.id == thread).values(person_id=person))
    for each in FOLLOWS_A_THREAD:
        work.session.execute(update(each).where(each.c.thread_id == thread).values(person_id=person))


def _beside(work: Work, thread: int, person: int) -> int:
    """A thread of this person for what was theirs in another's: as urgent, in the same hands, open or closed as that one is."""
    row = work.session.get_one(tables.Thread, thread)
    kept = ("urgency", "queue", "owner_id", "opened_at", "promised_at", "promised_since", "promises_missed", "closed_at")
    fresh = tables.Thread(token=secrets.token_urlsafe(16), person_id=person, **{name: getattr(row, name) for name in kept})
    work.session.add(fresh)
    work.session.flush()
    return fresh.id or 0


# -- choices, name, number


def _widen(work: Work, done: int, at: datetime, pair: Pair) -> None:
    """What was withdrawn for the sake of the other stands again, unless it was taken back since; what was refused since is refused by both."""
    rows = _changed(work, done, CONSENT.name, WITHDRAWN)
    work.session.execute(update(CONSENT).where(CONSENT.c.id.in_(rows), CONSENT.c.withdrawn_at == at).values(withdrawn_at=None))
    since = choose(tables.Consent).where(
        col(tables.Consent.person_id) == pair.into,
        *(col(tables.Consent.kind) == consents.CHOICE, col(tables.Consent.withdrawn_at).is_(None), col(tables.Consent.at) > at),
    )
    for row in work.session.exec(since).all():
        choice = Choice(work.vault.open("consent.purpose", row.purpose))
        if choice not in TO_BE_AGREED:
            consents.choose(work, pair.former, choice, row.version, work.vault.open("consent.text", row.text))


def _take_lent(work: Work, row: tables.Joining, pair: Pair) -> None:
    """The name and the number that were only lent, where nobody corrected them since."""
    lent = json.loads(work.vault.open("joining.lent", row.lent)) if row.lent else []
    into, former = work.session.get_one(tables.Person, pair.into), work.session.get_one(tables.Person, pair.former)
    for name in (each for each in LENT if each in lent):
        if getattr(into, f"{name}_key") == getattr(former, f"{name}_key"):
            setattr(into, name, None)
            setattr(into, f"{name}_key", None)
    work.session.flush()


def _union(work: Work, row: tables.Joining) -> Union:
    reason = work.vault.open("joining.reason", row.reason) if row.reason else ""
    return Union(row.token, row.former_id, row.proof, row.caseworker_id, reason, row.at, row.at + formers.UNDOABLE)


def _ids(work: Work, found: Select[tuple[int]]) -> Sequence[int]:
    return work.session.execute(found).scalars().all()
