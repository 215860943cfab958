"""Pages where people leave papers for the team, straight on this server. A random token opens one for seven days; the database knows only its
keyed hash, and whoever holds it can add, never read.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from storage import lanes, threads
from storage.engine import Work
from storage.lanes import Lane
from storage.tables import Caseworker, Conversation, Letterbox
from storage.thread_view import unseal

LIVES = timedelta(days=7)
MOST_FILES = 20
"""How many files come by one page, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Box:
    """One of these pages. `wanted` and `by`: what a caseworker asks for, and their first name; "" where the person asked for the page.

    `room`: how many files it still takes.
    """

    person_id: int
    conversation_id: int
    language: str
    wanted: str
    by: str
    room: int
    until: datetime


def make(work: Work, lane: Lane, *, wanted: str = "", caseworker_id: int | None = None) -> tuple[str, datetime]:
    """A page for whoever writes on this lane: its token, and until when it is open. Those made before stay open."""
    token, until = secrets.token_urlsafe(32), work.now + LIVES
    row = Letterbox(
        person_id=lane.person_id,
        conversation_id=lane.conversation_id,
        token_key=_key(work, token),
        caseworker_id=caseworker_id,
        wanted=work.vault.seal("letterbox.wanted", wanted) if wanted else None,
        expires_at=until,
    )
    work.session.add(row)
    work.session.flush()
    return token, until


def look(work: Work, token: str) -> Box | None:
    """The page a token opens, changing nothing; None where it opens none any more."""
    row = work.session.execute(
        select(Letterbox, col(Conversation.language), col(Caseworker.name))
        .join(Conversation, col(Conversation.id) == col(Letterbox.conversation_id))
        .join(Caseworker, col(Caseworker.id) == col(Letterbox.caseworker_id), isouter=True)
        .where(col(Letterbox.token_key) == _key(work, token), col(Letterbox.expires_at) > work.now)
    ).first()
    if row is None:
        return None
    box, language, name = row
    return Box(
        person_id=box.person_id,
        conversation_id=box.conversation_id,
        language=unseal(work, "conversation.language", language) or lanes.FRENCH,
        wanted=unseal(work, "letterbox.wanted", box.wanted),
        by=unseal(work, "caseworker.name", name),
        room=max(MOST_FILES - box.received, 0),
        until=box.expires_at,
    )


def hold(work: Work, token: str) -> tuple[Box, Lane] | None:
    """The page with the lane that what is left there goes to, every lane of its person locked. None where it opens nothing any more.

    It is the conversation in which their open demande is answered, else the one the page was asked in, else any they have.
    """
    found = look(work, token)
    if found is None:
        return None
    held = {lane.conversation_id: lane for lane in lanes.lanes_of_person(work, found.person_id)}
    box = look(work, token)  # as it is under the lock: erased meanwhile, or filled by another device
    if box is None or not held:
        return None
    thread = threads.open_thread_of(work, box.person_id)
    wanted = (threads.answered_in(work, thread)[1] if thread is not None else 0, box.conversation_id, *held)
    return box, held[next(conversation for conversation in wanted if conversation in held)]


def count(work: Work, token: str, files: int) -> None:
    """So many more files came by it."""
    more = update(Letterbox).where(col(Letterbox.token_key) == _key(work, token)).values(received=col(Letterbox.received) + files)
    work.session.execute(more)


def _key(work: Work, token: str) -> bytes:
    return work.vault.lookup("letterbox.token_key", token)
