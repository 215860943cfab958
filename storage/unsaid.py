"""What a colleague wrote and nobody has read yet: whose words a message is, and whether any wait for their person to write."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as choose_from
from sqlalchemy import update
from sqlmodel import col, select

from bot.messages import Purpose, Status
from storage import messages
from storage.engine import Work
from storage.line import UNTIL_THEY_OPEN, UNTIL_THEY_WRITE
from storage.messages import Content
from storage.tables import Conversation, Link, Message, Outbound


@dataclass(frozen=True, slots=True)
class Theirs:
    """Words of a colleague, to somebody. `caseworker_id` is None for who has left."""

    person_id: int
    caseworker_id: int | None
    at: datetime


def of_colleague(work: Work, conversation_id: int, number: int) -> Theirs | None:
    """Whose words this message is, None where they are no colleague's."""
    found = (
        select(Link.person_id, Message.caseworker_id, Message.at)
        .join(Conversation, col(Conversation.link_id) == col(Link.id))
        .join(Message, col(Message.conversation_id) == col(Conversation.id))
    )
    row = work.session.exec(
        found.where(Message.conversation_id == conversation_id, Message.number == number, col(Message.author) == "caseworker")
    ).first()
    return None if row is None else Theirs(*row)


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits for somebody to open a page: the row of the line, the message it is of, whose words it is, and until when they are to be said."""

    row_id: int
    number: int
    purpose: Purpose
    content: Content
    caseworker_id: int | None
    until: datetime | None


def kept_for_a_page(work: Work, conversation_id: int) -> tuple[Kept, ...]:
    """All that was said here and waits for a page to be opened, in order."""
    same = (col(Message.conversation_id) == col(Outbound.conversation_id)) & (col(Message.number) == col(Outbound.number))
    columns = (
        col(Outbound.id),
        col(Outbound.number),
        col(Outbound.purpose),
        col(Message.content),
        col(Message.caseworker_id),
        col(Outbound.expires_at),
    )
    found = choose_from(*columns).join(Message, same)
    waits = (col(Outbound.state) == "waiting", col(Outbound.failure) == UNTIL_THEY_OPEN)
    rows = work.session.execute(found.where(col(Outbound.conversation_id) == conversation_id, *waits).order_by(col(Outbound.number))).all()
    opened = work.vault.open
    return tuple(Kept(row[0], row[1], Purpose(row[2]), messages.load(opened(messages.PLACE, row[3])), *row[4:]) for row in rows)


def brought(work: Work, conversation_id: int, kept: Kept) -> None:
    """It was said on a page: here it goes no more."""
    gone = update(Outbound).where(col(Outbound.id) == kept.row_id)
    work.session.execute(gone.values(state="dropped", failure=messages.ON_A_PAGE, not_before=None))
    messages.set_status(work, conversation_id, kept.number, messages.ON_A_PAGE)


def lost(work: Work, conversation_id: int, kept: Kept, why: str) -> None:
    """The link by which it was to be read never came: it waits no more. `why`: a short code."""
    gone = update(Outbound).where(col(Outbound.id) == kept.row_id)
    work.session.execute(gone.values(state="failed", failure=why, not_before=None))
    messages.set_status(work, conversation_id, kept.number, Status.FAILED)


def content_of(work: Work, conversation_id: int, number: int) -> Content | None:
    """What a message says, None where it is gone."""
    asked = select(Message.content).where(Message.conversation_id == conversation_id, Message.number == number)
    found = work.session.exec(asked).first()
    return None if found is None else messages.load(work.vault.open(messages.PLACE, found))


def any_waits(work: Work, conversation_id: int) -> bool:
    """Whether words of a colleague wait for the person of this conversation to write."""
    found = select(Outbound.id).where(Outbound.conversation_id == conversation_id, col(Outbound.state) == "waiting")
    return work.session.exec(found.where(col(Outbound.failure) == UNTIL_THEY_WRITE).limit(1)).first() is not None
