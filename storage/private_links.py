"""« Continuer en privé »: a link that goes on with a conversation on a page of our own, for the same person. A random token, good once and for thirty
minutes (machine time); the database knows only its keyed hash. While such a page is open, what is answered to its person goes there.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.messages import Address
from storage import lanes, linking
from storage.engine import Work
from storage.lanes import Lane
from storage.linking import Proof
from storage.tables import Conversation, Link, Message, PrivateLink
from storage.thread_view import unseal

LIVES = 30 * 60.0
"""Seconds of machine time."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose conversation it goes on with, where it was asked for, and the language spoken there."""

    person_id: int
    conversation_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A page just opened (`page`), beside the lane it was asked for in (`before`). Both are locked; the caller keeps them."""

    page: Lane
    before: Lane


def make(work: Work, lane: Lane, lives: float = LIVES) -> str:
    """A new link's token; those made before for the same person are worth nothing any more. `lives`: seconds of machine time."""
    work.session.execute(delete(PrivateLink).where(col(PrivateLink.person_id) == lane.person_id))
    token = secrets.token_urlsafe(32)
    key = work.vault.lookup("private_link.token_key", token)
    row = PrivateLink(person_id=lane.person_id, conversation_id=lane.conversation_id, token_key=key, expires_at=work.elapsed + lives)
    work.session.add(row)
    work.session.flush()
    return token


def look(work: Work, token: str) -> Ticket | None:
    """What a token opens, without using it; None once it was used, is too old, or its person is gone."""
    row = work.session.exec(_good(work, token)).first()
    if row is None:
        return None
    language = work.session.exec(select(Conversation.language).where(col(Conversation.id) == row.conversation_id)).one()
    return Ticket(row.person_id, row.conversation_id, unseal(work, "conversation.language", language) or lanes.FRENCH)


def waits(work: Work, lane: Lane) -> bool:
    """Whether a link made in this conversation may still be opened."""
    good = (col(PrivateLink.conversation_id) == lane.conversation_id, col(PrivateLink.expires_at) > work.elapsed)
    return work.session.exec(select(PrivateLink.id).where(*good).limit(1)).first() is not None


def take_back(work: Work, conversation_id: int) -> None:
    """A link made in this conversation that nobody got opens nothing; the next answer has one of its own."""
    work.session.execute(delete(PrivateLink).where(col(PrivateLink.conversation_id) == conversation_id))


def use(work: Work, token: str, address: Address) -> Moved | None:
    """Tie this address, which nobody has, to the person of a link, for the only time: two devices at once, and one of them has it."""
    ticket = look(work, token)
    if ticket is None:
        return None
    held = {lane.conversation_id: lane for lane in lanes.lanes_of_person(work, ticket.person_id)}
    row = work.session.exec(_good(work, token).with_for_update()).first()
    before = held.get(ticket.conversation_id)
    if row is None or before is None:
        return None
    work.session.delete(row)
    work.session.flush()
    return Moved(linking.tie(work, ticket.person_id, address, Proof.PRIVATE), before)


def is_open(work: Work, person_id: int) -> bool:
    """Whether a page of this person's is open."""
    return work.session.exec(_pages(person_id).limit(1)).first() is not None


def close(work: Work, held: Sequence[Lane]) -> list[Lane]:
    """Close the private pages among these lanes of one person, which lead to nobody any more: the pages that were open."""
    private = set(work.session.exec(_pages(held[0].person_id))) if held else set()
    closed = [lane for lane in held if lane.address_id in private]
    for lane in closed:
        linking.untie(work, lane)
    return closed


def last_written(work: Work, conversation_id: int) -> datetime | None:
    """When the person last wrote in a conversation."""
    found = select(func.max(Message.at)).where(col(Message.conversation_id) == conversation_id, col(Message.author) == "person")
    return work.session.exec(found).one()


def _pages(person_id: int) -> SelectOfScalar[int]:
    return select(Link.address_id).where(col(Link.person_id) == person_id, col(Link.until).is_(None), col(Link.proof) == Proof.PRIVATE.value)


def _good(work: Work, token: str) -> SelectOfScalar[PrivateLink]:
    key = work.vault.lookup("private_link.token_key", token)
    return select(PrivateLink).where(col(PrivateLink.token_key) == key, col(PrivateLink.expires_at) > work.elapsed)
