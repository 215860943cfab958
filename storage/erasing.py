"""What people asked to have erased, until it is done: rows that bot/eraser.py takes one by one. Started again after a crash, it goes on.

A goodbye is the last thing an erasure leaves: a lane made anew, which holds an address and one sentence, erased once the sentence has gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from bot.messages import Shown
from storage import messages
from storage.engine import Wake, Work
from storage.media import State
from storage.tables import Delivery, Erasing, Media, Message, Outbound

GOODBYE_STAYS, GOODBYE_AT_MOST = timedelta(minutes=10), timedelta(hours=24)
"""How long the last word stays to be read on our own page; and how long at most it waits for a network."""
AT_ONCE = 100


class Extent(StrEnum):
    """How much. SCREEN: what a channel still shows. PAPERS: the files somebody sent, off the screen alone. ROBOT: what only the robot knows, and all
    of it where nobody follows them. ALL_BUT_MEETING: what only the robot knows, while an appointment is to come. WHOLE: everything. GOODBYE: the
    lane that said the last word."""

    SCREEN = "screen"
    PAPERS = "papers"
    ROBOT = "robot"
    ALL_BUT_MEETING = "all_but_meeting"
    WHOLE = "whole"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class Asked:
    """One erasure to be done. `conversation_id` is where it was asked, and where the answer goes; None where the head decided it."""

    id: int
    person_id: int
    conversation_id: int | None
    extent: Extent
    asked_at: datetime


def ask(work: Work, person_id: int, conversation_id: int | None, extent: Extent) -> int:
    """Have something erased once this unit is committed. Asked twice, it is done once."""
    same = select(Erasing.id).where(col(Erasing.person_id) == person_id, col(Erasing.kind) == extent.value)
    found = work.session.exec(same.where(col(Erasing.conversation_id) == conversation_id)).first()
    if found is None:
        row = Erasing(person_id=person_id, conversation_id=conversation_id, kind=extent.value, asked_at=work.now)
        work.session.add(row)
        work.session.flush()
        found = row.id
    work.notify(Wake.ERASE, found or 0)
    return found or 0


def waits(work: Work, person_id: int) -> bool:
    """Whether more than a screen of this person's is still to be erased."""
    found = select(Erasing.id).where(col(Erasing.person_id) == person_id, col(Erasing.kind) != Extent.SCREEN.value)
    return work.session.exec(found.limit(1)).first() is not None


def find(work: Work, row_id: int) -> Asked | None:
    """One that is still to be done, or None. In a writing unit, nobody else does it meanwhile."""
    row = work.session.exec(select(Erasing).where(col(Erasing.id) == row_id)).first()
    return None if row is None else _asked(row)


def take(work: Work, row_id: int) -> Asked | None:
    """The same, held until the unit ends."""
    row = work.session.exec(select(Erasing).where(col(Erasing.id) == row_id).with_for_update()).first()
    return None if row is None else _asked(row)


def _asked(row: Erasing) -> Asked:
    return Asked(row.id or 0, row.person_id, row.conversation_id, Extent(row.kind), row.asked_at)


def done(work: Work, row_id: int) -> None:
    """Nothing is left to do of it."""
    row = work.session.get(Erasing, row_id)
    if row is not None:
        work.session.delete(row)
        work.session.flush()


def due(work: Work) -> list[int]:
    """What may be erased now."""
    rows = work.session.exec(select(Erasing).order_by(col(Erasing.id)).limit(AT_ONCE)).all()
    return [row.id or 0 for row in rows if _ready(work, row)]


def _ready(work: Work, row: Erasing) -> bool:
    """A goodbye has been read; of papers, the team has its copy: a provider gives no file whose message is gone."""
    if row.kind == Extent.GOODBYE:
        return _said(work, row)
    if row.kind != Extent.PAPERS:
        return True
    return not files_on_their_way(work, row.conversation_id)


def files_on_their_way(work: Work, conversation_id: int | None) -> bool:
    """Whether a file sent here has not reached the team yet."""
    waiting = select(Media.id).where(col(Media.conversation_id) == conversation_id, col(Media.state) == State.ANNOUNCED.value)
    return work.session.exec(waiting.limit(1)).first() is not None


def _said(work: Work, row: Erasing) -> bool:
    """The last word has gone and was there to be read, or never will."""
    if row.asked_at > work.now - GOODBYE_STAYS:
        return False
    on_its_way = select(Outbound.id).where(col(Outbound.conversation_id) == row.conversation_id, col(Outbound.state).in_(("due", "waiting")))
    return row.asked_at <= work.now - GOODBYE_AT_MOST or work.session.exec(on_its_way.limit(1)).first() is None


def spoken_since(work: Work, conversation_id: int | None) -> bool:
    """Whether the person wrote after the last word: it is then the beginning of something new."""
    said = select(Message.id).where(col(Message.conversation_id) == conversation_id, col(Message.author) != "bot")
    return work.session.exec(said.limit(1)).first() is not None


def on_screen(work: Work, conversation_id: int | None, *, papers: bool = False) -> list[Shown]:
    """What the channel may still show of a conversation: ours by the ids it gave, theirs by the ids they came with. `papers`: their files alone."""
    vault = work.vault
    calls = select(Delivery.external_id, Message.at).join(Outbound, col(Outbound.id) == col(Delivery.outbound_id))
    same = (col(Message.conversation_id) == col(Outbound.conversation_id)) & (col(Message.number) == col(Outbound.number))
    ours = calls.join(Message, same).where(col(Outbound.conversation_id) == conversation_id, col(Delivery.external_id).is_not(None))
    theirs = select(Message.content, Message.at).where(col(Message.conversation_id) == conversation_id, col(Message.author) == "person")
    said = () if papers else work.session.exec(ours)
    found = [Shown(vault.open("delivery.external_id", blob), at) for blob, at in said if blob is not None]
    for blob, at in work.session.exec(theirs):
        content = messages.load(vault.open(messages.PLACE, blob))
        if content.shown_as is not None and (content.attachments or not papers):
            found.append(Shown(content.shown_as, at))
    return found
