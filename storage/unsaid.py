"""What a colleague wrote and nobody has read yet: whose words a message is, and whether any wait for their person to write."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from storage.engine import Work
from storage.line import UNTIL_THEY_WRITE
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


def any_waits(work: Work, conversation_id: int) -> bool:
    """Whether words of a colleague wait for the person of this conversation to write."""
    found = select(Outbound.id).where(Outbound.conversation_id == conversation_id, col(Outbound.state) == "waiting")
    return work.session.exec(found.where(col(Outbound.failure) == UNTIL_THEY_WRITE).limit(1)).first() is not None
