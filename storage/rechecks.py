"""Files that a scanner which did not answer left unchecked: taken again one at a time, held as a file that is fetched is (storage/media.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, bindparam, select, update

from storage import tables
from storage.columns import from_moment
from storage.engine import Wake, Work, statement, table
from storage.machine import machine_now, on_machine
from storage.media import Place, State, hold

MEDIA, CONVERSATION, LINK = table(tables.Media), table(tables.Conversation), table(tables.Link)
UNCHECKED = "unchecked"
"""What is kept of a file that the scanner said nothing of (bot/scanning.py)."""
SOON, LATEST, DOUBLED = 600.0, 86_400.0, 8
"""Seconds until a file is shown again, doubled each time up to a day: a scanner may be down, or refuse this very file for its size."""
_WAITS = (MEDIA.c.state == State.KEPT.value, MEDIA.c.scan == UNCHECKED, MEDIA.c.retry_at <= machine_now())
_ANY = statement(select(MEDIA.c.id).where(*_WAITS).limit(1))
_JOINED = MEDIA.join(CONVERSATION, CONVERSATION.c.id == MEDIA.c.conversation_id).join(LINK, LINK.c.id == CONVERSATION.c.link_id)
_NEXT = statement(
    select(MEDIA.c.id, MEDIA.c.conversation_id, LINK.c.person_id, MEDIA.c.received_at, MEDIA.c.attempts)
    .select_from(_JOINED)
    .where(*_WAITS)
    .order_by(MEDIA.c.retry_at, MEDIA.c.id)
    .limit(1)
    .with_for_update(of=MEDIA, skip_locked=True)
)
_OURS = (MEDIA.c.id == bindparam("row_id"), MEDIA.c.state == State.KEPT.value, MEDIA.c.retry_at == bindparam("lease"))
_SAY = statement(update(MEDIA).where(*_OURS).values(scan=bindparam("said")).returning(MEDIA.c.id))
_LATER = statement(update(MEDIA).where(*_OURS).values(retry_at=machine_now() + bindparam("seconds", type_=Float())))
_REFUSED: Mapping[str, object] = {"state": State.REFUSED.value, "failure": bindparam("why"), "scan": None, "thumbnail": None, "mime": None}
_REFUSE = statement(update(MEDIA).where(*_OURS).values(dict(_REFUSED)).returning(MEDIA.c.id))


@dataclass(frozen=True, slots=True)
class Recheck:
    """A file to show to the scanner again: whose, where it came, when, and how often it was taken."""

    place: Place
    conversation_id: int
    person_id: int
    received_at: datetime
    attempts: int


def any_due(work: Work) -> bool:
    """Whether some file waits to be shown again."""
    return work.execute(_ANY, on_machine(work)).fetchone() is not None


def take(work: Work) -> Recheck | None:
    """The one that has waited longest, held as one that is fetched is; None where none is due."""
    row = work.execute(_NEXT, on_machine(work)).fetchone()
    if row is None:
        return None
    return Recheck(Place(row[0], State.KEPT, hold(work, row[0])), row[1], row[2], from_moment(row[3]), row[4])


def passed(work: Work, file: Recheck, said: str) -> bool:
    """What the scanner says of it now. False where it is not ours any more."""
    done = work.execute(_SAY, {**_held(file), "said": said}).fetchone() is not None
    if done:
        work.notify(Wake.TALK, file.conversation_id)
    return done


def refuse(work: Work, file: Recheck, why: str) -> Place | None:
    """Nobody opens it any more; the place whose pieces are to be removed, None where it is not ours any more."""
    if work.execute(_REFUSE, {**_held(file), "why": why}).fetchone() is None:
        return None
    work.notify(Wake.TALK, file.conversation_id)
    return Place(file.place.id, State.REFUSED, file.place.lease)


def later(work: Work, file: Recheck) -> None:
    """Nothing was said of it: another time."""
    seconds = min(SOON * 2 ** min(file.attempts, DOUBLED), LATEST)
    work.execute(_LATER, {**_held(file), "seconds": seconds, **on_machine(work)})


def _held(file: Recheck) -> dict[str, object]:
    return {"row_id": file.place.id, "lease": file.place.lease}
