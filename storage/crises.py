"""Dangers seen in a conversation: when a card went, what its second steps settled, and the cards that wait for a colleague's answer.

Which crisis, which step, whether the phone is watched and how to answer are sealed. The newest row of a conversation is the one in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, select

from storage.engine import Work
from storage.tables import Conversation, Crisis, Event, Link, Message, ThreadRange

QUIET = timedelta(days=7)
"""How long nothing is sent first after a danger: no survey, no announcement, no check-up."""
WAITED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A danger as its verbs need it. `number` is the message that showed it; `how_to_answer` the person's own words."""

    id: int
    conversation_id: int
    crisis: str
    number: int
    opened_at: datetime
    card_due_at: datetime | None
    last_card_at: datetime | None
    watched_phone: bool | None
    how_to_answer: str | None


def last(work: Work, conversation_id: int) -> Seen | None:
    """The newest danger of a conversation."""
    return next(iter(_newest(work, conversation_id, 1)), None)


def calm_until(work: Work, conversation_id: int) -> datetime | None:
    """Until when nothing is asked or announced in a conversation, after a danger; None where there was none."""
    found = select(Crisis.quiet_until).where(col(Crisis.conversation_id) == conversation_id).order_by(col(Crisis.id).desc()).limit(1)
    return work.session.exec(found).first()


def last_of(work: Work, conversation_id: int, crisis: str) -> Seen | None:
    """The newest row of this crisis among the last dangers of a conversation."""
    return next((seen for seen in _newest(work, conversation_id, 10) if seen.crisis == crisis), None)


def _newest(work: Work, conversation_id: int, most: int) -> Sequence[Seen]:
    rows = work.session.exec(select(Crisis).where(col(Crisis.conversation_id) == conversation_id).order_by(col(Crisis.id).desc()).limit(most))
    return [_seen(work, row) for row in rows]


def add(work: Work, conversation_id: int, crisis: str, number: int, card_due_at: datetime | None) -> Seen:
    """Write down a danger shown by message `number`. What was settled about the phone and how to answer is carried over."""
    before = last(work, conversation_id)
    row = Crisis(
        conversation_id=conversation_id,
        crisis=work.vault.seal("crisis.crisis", crisis),
        number=number,
        opened_at=work.now,
        card_due_at=card_due_at,
        quiet_until=work.now + QUIET,
    )
    if before is not None:
        _note(work, row, before.watched_phone, before.how_to_answer)
    work.session.add(row)
    work.session.flush()
    return _seen(work, row)


def wait(work: Work, seen_id: int, number: int, card_due_at: datetime) -> None:
    """The same danger again, at message `number`, while a caseworker may answer: it is answered at `card_due_at`, or sooner if one waited."""
    row = work.session.get_one(Crisis, seen_id)
    row.number, row.quiet_until = number, work.now + QUIET
    row.card_due_at = min(row.card_due_at or card_due_at, card_due_at)
    work.session.flush()


def shown(work: Work, seen_id: int, *, card: bool) -> None:
    """The answer went: nothing waits any more. `card` when it was the full card."""
    row = work.session.get_one(Crisis, seen_id)
    row.card_due_at, row.quiet_until = None, work.now + QUIET
    if card:
        row.last_card_at = work.now
    work.session.flush()


def follow(work: Work, seen_id: int, conversation_id: int) -> int | None:
    """The same danger in another conversation of its person, with where its second steps are and what was settled; its row there, None where it is
    gone. No card went there yet; one that waits for a colleague's answer waits there too."""
    row = work.session.get(Crisis, seen_id)
    if row is None:
        return None
    there = Crisis(
        conversation_id=conversation_id,
        crisis=row.crisis,
        number=0,
        opened_at=row.opened_at,
        step=row.step,
        watched_phone=row.watched_phone,
        how_to_answer=row.how_to_answer,
        card_due_at=row.card_due_at,
        quiet_until=row.quiet_until,
    )
    work.session.add(there)
    work.session.flush()
    return there.id


def cancel(work: Work, seen_id: int) -> None:
    """A colleague answered: the card that waited does not go."""
    work.session.get_one(Crisis, seen_id).card_due_at = None
    work.session.flush()


def becomes(work: Work, seen_id: int, crisis: str) -> None:
    """An answer showed that it is another danger (a minor)."""
    work.session.get_one(Crisis, seen_id).crisis = work.vault.seal("crisis.crisis", crisis)
    work.session.flush()


def step(work: Work, seen_id: int, name: str) -> None:
    """Where its second steps are."""
    work.session.get_one(Crisis, seen_id).step = work.vault.seal("crisis.step", name)
    work.session.flush()


def note(work: Work, seen_id: int, *, watched_phone: bool | None = None, how_to_answer: str | None = None) -> None:
    """What the person said of their phone, or of how and when to be answered without danger."""
    _note(work, work.session.get_one(Crisis, seen_id), watched_phone, how_to_answer)
    work.session.flush()


def due(work: Work) -> list[tuple[int, int]]:
    """(id, conversation) of the cards whose time has come."""
    rows = work.session.exec(
        select(Crisis.id, Crisis.conversation_id).where(col(Crisis.card_due_at) <= work.now).order_by(col(Crisis.card_due_at)).limit(WAITED_AT_ONCE)
    )
    return [(seen_id, conversation_id) for seen_id, conversation_id in rows if seen_id is not None]


def any_due(work: Work) -> bool:
    """Whether a card's time has come."""
    return bool(due(work))


def find(work: Work, seen_id: int) -> Seen | None:
    """One danger, or None where it is gone."""
    row = work.session.get(Crisis, seen_id)
    return None if row is None else _seen(work, row)


def human_answered(work: Work, seen: Seen) -> bool:
    """Whether a caseworker wrote after the message that showed the danger."""
    after = select(Message.id).where(
        col(Message.conversation_id) == seen.conversation_id, col(Message.number) > seen.number, col(Message.author) == "caseworker"
    )
    return work.session.exec(after.limit(1)).first() is not None


def seen_in(work: Work, thread_id: int) -> frozenset[str]:
    """The dangers seen in what a thread holds."""
    rows = work.session.exec(
        select(Crisis.crisis)
        .join(ThreadRange, col(ThreadRange.conversation_id) == col(Crisis.conversation_id))
        .where(
            col(ThreadRange.thread_id) == thread_id,
            col(Crisis.number) >= col(ThreadRange.first_number),
            or_(col(ThreadRange.last_number).is_(None), col(Crisis.number) <= col(ThreadRange.last_number)),
        )
    )
    return frozenset(work.vault.open("crisis.crisis", crisis) for crisis in rows)


def written_with_care(work: Work, conversation_id: int) -> bool:
    """Somebody else may read this phone, or another of the same person, or they said how and when to be written to: a colleague decides, never a
    clock."""
    person = select(Link.person_id).join(Conversation, col(Conversation.link_id) == col(Link.id)).where(col(Conversation.id) == conversation_id)
    theirs = select(Conversation.id).join(Link, col(Link.id) == col(Conversation.link_id)).where(col(Link.person_id) == person.scalar_subquery())
    told = [last(work, each) for each in work.session.exec(theirs) if each is not None]
    return any(seen.watched_phone or seen.how_to_answer is not None for seen in told if seen is not None)


def robot_spoke_between(work: Work, conversation_id: int, after: int, before: int) -> bool:
    """Whether the robot said anything between these two message numbers, neither counted."""
    said = select(Message.id).where(
        col(Message.conversation_id) == conversation_id, col(Message.number) > after, col(Message.number) < before, col(Message.author) == "bot"
    )
    return work.session.exec(said.limit(1)).first() is not None


def count_shelter_call(work: Work, outcome: str) -> None:
    """Count what became of a call to the 115, without anybody: no conversation, and the day for a time."""
    day = work.now.replace(hour=0, minute=0, second=0, microsecond=0)
    work.session.add(Event(kind="shelter_call", detail=work.vault.seal("event.detail", outcome), at=day))
    work.session.flush()


def _note(work: Work, row: Crisis, watched_phone: bool | None, how_to_answer: str | None) -> None:
    if watched_phone is not None:
        row.watched_phone = work.vault.seal("crisis.watched_phone", "yes" if watched_phone else "no")
    if how_to_answer is not None:
        row.how_to_answer = work.vault.seal("crisis.how_to_answer", how_to_answer)


def _seen(work: Work, row: Crisis) -> Seen:
    vault = work.vault
    watched = None if row.watched_phone is None else vault.open("crisis.watched_phone", row.watched_phone) == "yes"
    return Seen(
        id=row.id or 0,
        conversation_id=row.conversation_id,
        crisis=vault.open("crisis.crisis", row.crisis),
        number=row.number,
        opened_at=row.opened_at,
        card_due_at=row.card_due_at,
        last_card_at=row.last_card_at,
        watched_phone=watched,
        how_to_answer=None if row.how_to_answer is None else vault.open("crisis.how_to_answer", row.how_to_answer),
    )
