"""Tying an address to a person, and making one person of two.

`tie` takes one address, whoever it led to: a new link, a new conversation, and what was said before stays with whom it was said by. `join` makes one
person of two: every address comes with its conversation, and everything that leads to the one leads to the other. What changes hands is written down
(`joined`), so that for thirty days it goes back (storage/unlinking.py). Nothing is ever guessed from a name or a number: whoever calls has a proof.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Select, Table, UniqueConstraint, and_, delete, select, update
from sqlmodel import SQLModel

from bot.messages import Address
from storage import consents, crises, erasing, formers, lanes, tables, tasks, withdrawing
from storage.consents import Choice
from storage.engine import Work, table
from storage.erasure import conversations_of
from storage.lanes import Lane

ADDRESS, LINK, CONVERSATION, PERSON, CONSENT = (
    table(noun) for noun in (tables.Address, tables.Link, tables.Conversation, tables.Person, tables.Consent)
)
JOINED = table(tables.Joined)
MOVED, WITHDRAWN, CLOSED = "moved", "withdrawn", "closed"
STAY = frozenset(("audit", *(table(noun).name for noun in (tables.Joining, tables.Link))))
"""What refers to a person and does not simply move: what is written once, and what is closed and opened."""
DIE = tuple(table(noun) for noun in (tables.Download, tables.LinkCode, tables.PrivateLink))
"""What was asked for by one of them, and would open more than they knew."""
TO_BE_AGREED = frozenset({Choice.ANNOUNCEMENTS, Choice.FALLBACK, Choice.CHECKUP, Choice.PARTNER, Choice.FULL_REMINDERS})
"""Choices that allow something; the others refuse it."""
LENT = ("name", "phone")


class Proof(StrEnum):
    """How it is known whose an address is."""

    CHANNEL = "channel"
    CODE = "code"
    PRIVATE = "private"
    MERGE = "merge"


class Refused(StrEnum):
    """Why two people are not made one."""

    SELF = "self"
    GONE = "gone"
    """One of them is nobody any more, or has become somebody else."""
    ERASING = "erasing"
    """One of them asked to be erased: that comes first."""
    GUARDED = "guarded"
    """A danger was told of where somebody else may read, or where they said how to be answered: no other telephone is tied to that."""
    SHARED = "shared"
    BOTH = "both"
    """Each has what one person has once: a seat of the same session."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`former` becomes `into`. Ids of people."""

    into: int
    former: int


def tie(work: Work, person_id: int, address: Address, proof: Proof) -> Lane:
    """Tie an address to this person, and give its lane. Where it led to somebody else it does no more, and what waited to be said there is
    withdrawn. Not for the address whose turn is running: its lane would be another's."""
    lane = lanes.lane_of(work, address)
    if lane is not None and lane.person_id == person_id:
        return lane
    if lane is not None:
        untie(work, lane)
    free = lanes.claim(work, address)
    if free is not None:
        lanes.attach(work, free, person_id, proof)
    made = lanes.lane_of(work, address)
    if made is None or made.person_id != person_id:
        raise RuntimeError("an address just tied leads elsewhere")
    if lane is not None:
        made.language = lane.language
        lanes.keep(work, made)
    return made


def untie(work: Work, lane: Lane) -> None:
    """The address of this lane leads to nobody any more: who writes from it is somebody new. What was said there stays with its person."""
    withdrawing.withdraw(work, [lane.conversation_id])
    work.session.execute(update(LINK).where(LINK.c.address_id == lane.address_id, LINK.c.until.is_(None)).values(until=work.now))


def obstacle(work: Work, pair: Pair) -> Refused | None:
    """Why these two are not made one, None where they may be."""
    people = (pair.into, pair.former)
    if pair.into == pair.former:
        return Refused.SELF
    if any(work.session.get(tables.Person, each) is None or formers.now(work, each) != each for each in people):
        return Refused.GONE
    if any(erasing.waits(work, each) or tasks.waits_about(work, each, tasks.Kind.ERASURE) for each in people):
        return Refused.ERASING
    kept = next((why for each in people if (why := guarded(work, each)) is not None), None)
    if kept is not None:
        return kept
    return Refused.BOTH if any(_both(work, each, key, pair) for each, key in _held()) else None


def guarded(work: Work, person: int) -> Refused | None:
    """Why no other telephone is tied to this person's: GUARDED or SHARED; None where one may be."""
    if any(crises.written_with_care(work, each) for each in conversations_of(work, person)):
        return Refused.GUARDED
    return Refused.SHARED if _shared(work, person) else None


def join(work: Work, pair: Pair, proof: Proof, *, caseworker_id: int | None = None, reason: str = "") -> str | Refused:
    """Make one person of two; the token of what was done, or why it was not. Every address of both is locked until the unit ends."""
    lock(work, pair)
    refused = obstacle(work, pair)
    if refused is not None:
        return refused
    row = tables.Joining(
        token=secrets.token_urlsafe(16),
        former_id=pair.former,
        into_id=pair.into,
        proof=proof,
        caseworker_id=caseworker_id,
        reason=work.vault.seal("joining.reason", reason) if reason else None,
        lent=_lend(work, pair),
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    done = row.id or 0
    for each in DIE:
        work.session.execute(delete(each).where(each.c.person_id.in_((pair.into, pair.former))))
    _tighten(work, pair, done)
    _move_links(work, pair, proof, done)
    for each, key in _held():
        _note(work, done, each, MOVED, _move(work, each, key, pair))
    return row.token


def lock(work: Work, pair: Pair) -> None:
    """The addresses first, then the people: the order of a turn that opens a thread."""
    people = (pair.into, pair.former)
    mine = select(LINK.c.address_id).where(LINK.c.person_id.in_(people), LINK.c.until.is_(None))
    work.session.execute(select(ADDRESS.c.id).where(ADDRESS.c.id.in_(mine)).order_by(ADDRESS.c.id).with_for_update()).all()
    work.session.execute(select(PERSON.c.id).where(PERSON.c.id.in_(people)).order_by(PERSON.c.id).with_for_update()).all()
    work.session.expire_all()


def _shared(work: Work, person: int) -> bool:
    told = select(ADDRESS.c.id).join(LINK, and_(LINK.c.address_id == ADDRESS.c.id, LINK.c.until.is_(None)))
    return work.session.execute(told.where(LINK.c.person_id == person, ADDRESS.c.shared.is_not(None)).limit(1)).first() is not None


# -- what changes hands


def _held() -> Iterator[tuple[Table, Column[int]]]:
    """Every table whose rows refer to a person and move with them, with the column that does."""
    for each in SQLModel.metadata.sorted_tables:
        key = next((key.parent for key in each.foreign_keys if key.column.table is PERSON), None)
        if key is not None and each.name not in STAY:
            yield each, each.c[key.name]


def _both(work: Work, each: Table, key: Column[int], pair: Pair) -> bool:
    """Whether the two have rows that one person cannot have together."""
    for rule in each.constraints:
        if isinstance(rule, UniqueConstraint) and key in rule.columns.values():
            one, other = each.alias(), each.alias()
            same = [one.c[column.name] == other.c[column.name] for column in rule.columns if column is not key]
            found = select(one.c.id).join(other, and_(one.c[key.name] == pair.into, other.c[key.name] == pair.former, *same))
            if work.session.execute(found.limit(1)).first() is not None:
                return True
    return False


def _move(work: Work, each: Table, key: Column[int], pair: Pair) -> list[int]:
    ids = _ids(work, select(each.c.id).where(key == pair.former))
    if ids:
        work.session.execute(update(each).where(key == pair.former).values({key.name: pair.into}))
    return ids


def _move_links(work: Work, pair: Pair, proof: Proof, done: int) -> None:
    """Open links are closed and opened anew, each with its conversation; a closed one that still has what was said on it simply moves."""
    rows = work.session.execute(
        select(LINK.c.id, LINK.c.address_id, LINK.c.until, LINK.c.proof, CONVERSATION.c.id.label("conversation"))
        .join(CONVERSATION, CONVERSATION.c.link_id == LINK.c.id)
        .where(LINK.c.person_id == pair.former)
        .order_by(LINK.c.id)
    ).all()
    for row in rows:
        if row.until is not None:
            work.session.execute(update(LINK).where(LINK.c.id == row.id).values(person_id=pair.into))
            _note(work, done, LINK, MOVED, [row.id])
            continue
        work.session.execute(update(LINK).where(LINK.c.id == row.id).values(until=work.now))
        fresh = tables.Link(address_id=row.address_id, person_id=pair.into, since=work.now, proof=row.proof if row.proof == Proof.PRIVATE else proof)
        work.session.add(fresh)
        work.session.flush()
        work.session.execute(update(CONVERSATION).where(CONVERSATION.c.id == row.conversation).values(link_id=fresh.id))
        _note(work, done, LINK, CLOSED, [row.id])
        _note(work, done, CONVERSATION, MOVED, [row.conversation])


def _tighten(work: Work, pair: Pair, done: int) -> None:
    """What one of them refused or took back is not allowed by the other; to say more in reminders, both must have chosen it."""
    sides = [_choices(work, each) for each in (pair.into, pair.former)]
    ended: list[int] = []
    for choice in TO_BE_AGREED:
        rows = [row for side in sides for row, standing in side.get(choice, ()) if standing]
        taken_back = any(side.get(choice) and not any(standing for _, standing in side[choice]) for side in sides)
        alone = choice is Choice.FULL_REMINDERS and not all(any(standing for _, standing in side.get(choice, ())) for side in sides)
        if taken_back or alone:
            ended += rows
    if ended:
        work.session.execute(update(CONSENT).where(CONSENT.c.id.in_(ended)).values(withdrawn_at=work.now))
        _note(work, done, CONSENT, WITHDRAWN, ended)


def _choices(work: Work, person: int) -> dict[Choice, list[tuple[int, bool]]]:
    """Every row of a choice of somebody, with whether it stands."""
    found: dict[Choice, list[tuple[int, bool]]] = {}
    rows = select(CONSENT.c.id, CONSENT.c.purpose, CONSENT.c.withdrawn_at).where(CONSENT.c.person_id == person, CONSENT.c.kind == consents.CHOICE)
    for row, purpose, withdrawn_at in work.session.execute(rows):
        found.setdefault(Choice(work.vault.open("consent.purpose", purpose)), []).append((row, withdrawn_at is None))
    return found


def _lend(work: Work, pair: Pair) -> bytes | None:
    """Give the one the name and the number of the other, where they had none; which."""
    into, former = work.session.get_one(tables.Person, pair.into), work.session.get_one(tables.Person, pair.former)
    lent = [name for name in LENT if getattr(into, name) is None and getattr(former, name) is not None]
    for name in lent:
        for column in (name, f"{name}_key"):
            setattr(into, column, getattr(former, column))
    work.session.flush()
    return work.vault.seal("joining.lent", json.dumps(lent)) if lent else None


def _note(work: Work, done: int, each: Table, change: str, ids: Iterable[int]) -> None:
    rows = [{"joining_id": done, "noun": each.name, "which": row, "change": change} for row in ids]
    if rows:
        work.session.execute(JOINED.insert(), rows)


def _ids(work: Work, found: Select[tuple[int]]) -> list[int]:
    return list(work.session.execute(found).scalars())
