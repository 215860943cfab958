"""Announcements of a session, on their way to those who chose to hear of workshops: which are being made, and how far each has come.

How far is the place in the list of choices made, kept as a setting: it names nobody. Each person is announced one session once (the outbox's dedup
key), however often a batch is run.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from bot.messages import Outbound
from storage import consents, seats, settings_store, switches, workshops
from storage.consents import CHOICE, Choice
from storage.engine import Work
from storage.reminders import Dropped
from storage.switches import Switch
from storage.tables import Consent

SEE = "workshop:see:"
"""Prefix of the button that shows a session: its token follows. What an announcement is about is read there."""
RUNNING = "announcements.running"
"""Session token → the last choice that was looked at."""
AT_ONCE = 50
"""Choices looked at in one unit."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The next to be told of a session. `over`: nobody comes after them."""

    people: tuple[int, ...]
    over: bool


def accepted(work: Work) -> int:
    """How many people chose to hear of workshops."""
    rows = work.session.exec(select(Consent.purpose).where(col(Consent.kind) == CHOICE, col(Consent.withdrawn_at).is_(None)))
    return sum(work.vault.open("consent.purpose", purpose) == Choice.ANNOUNCEMENTS for purpose in rows)


def start(work: Work, session: str) -> bool:
    """Announce a session; False where it was already, or has nothing to take: it is full, over, cancelled or gone."""
    found = workshops.find(work, session)
    if found is None or found.cancelled or found.full or found.starts_at <= work.now or not workshops.announced(work, session):
        return False
    settings_store.merge(work, RUNNING, {session: 0})
    return True


def running(work: Work) -> tuple[str, ...]:
    """The sessions being announced."""
    return tuple(settings_store.mapping(work, RUNNING))


def any_running(work: Work) -> bool:
    """Whether one is."""
    return bool(running(work))


def batch(work: Work, session: str, most: int = AT_ONCE) -> Batch:
    """The next who chose it, held by this unit: whoever dies before its commit has told nobody, and they come again."""
    kept = dict(settings_store.locked(work, RUNNING))
    if session not in kept:
        return Batch((), over=True)
    after = int(str(kept[session]))
    chosen = select(Consent.id, Consent.person_id, Consent.purpose).where(col(Consent.kind) == CHOICE, col(Consent.withdrawn_at).is_(None))
    rows = work.session.exec(chosen.where(col(Consent.id) > after).order_by(col(Consent.id)).limit(most)).all()
    over = len(rows) < most
    if over:
        del kept[session]
    else:
        kept[session] = rows[-1][0] or after
    settings_store.put(work, RUNNING, kept)
    people = [person for _id, person, purpose in rows if work.vault.open("consent.purpose", purpose) == Choice.ANNOUNCEMENTS]
    return Batch(tuple(dict.fromkeys(people)), over)


def still(work: Work, person_id: int, said: Outbound) -> Dropped | None:
    """Why an announcement must not be sent any more, asked just before it is: they chose otherwise, or there is nothing to take.

    None where it may, or is of no session.
    """
    session = next((choice.id.removeprefix(SEE) for choice in said.choices if choice.id.startswith(SEE)), "")
    if not session:
        return None
    if Choice.ANNOUNCEMENTS not in consents.chosen_by(work, {person_id}).get(person_id, frozenset()):
        return Dropped.UNWANTED
    found = workshops.find(work, session)
    gone = found is None or found.cancelled or found.full or found.starts_at <= work.now or not switches.on(work, Switch.WORKSHOPS)
    return Dropped.CHANGED if gone else None


def in_it(work: Work, session_id: int, people: Collection[int]) -> frozenset[int]:
    """Those among them who have a seat in a session, or wait for one: they need no announcement."""
    return frozenset(person for person in people if seats.waits(work, session_id, person) or seats.sits(work, session_id, person))
