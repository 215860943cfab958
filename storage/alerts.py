"""Alerts that nobody has read yet, and how often whom they were announced to. What the desk does with them is in storage/threads.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import hours, on_call
from storage.engine import Wake, Work
from storage.tables import Alert

FIVE_MINUTES, HALF_AN_HOUR, SOON = timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=1)
TO_HEAD = 2
"""Announced so often without an answer (at once, after five minutes), the next time is the head's too: at ten."""
AT_ONCE = 50
"""How many alerts are announced together."""


class Audience(StrEnum):
    """Who may be told now."""

    TEAM = "team"
    ON_CALL = "on_call"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that is to be announced now. `told`: how often this audience has been."""

    id: int
    told: int
    raised_at: datetime

    @property
    def for_head(self) -> bool:
        return self.told >= TO_HEAD


def audience(work: Work) -> Audience | None:
    """Who may be told at this moment: the team when somebody is there, whoever is on call, else nobody is woken."""
    known = hours.known(work)
    if known is not None and known.open_at(work.now):
        return Audience.TEAM
    return Audience.ON_CALL if on_call.addresses_now(work) else None


def any_due(work: Work) -> bool:
    """Whether an alert is to be announced now."""
    if work.session.exec(_unread().limit(1)).first() is None:
        return False
    whom = audience(work)
    return whom is not None and bool(due(work, whom))


def due(work: Work, whom: Audience) -> tuple[Waiting, ...]:
    """The alerts to announce now to this audience, oldest first. One that another audience was told of begins anew."""
    rows = work.session.exec(
        _unread().where(or_(col(Alert.audience) != whom, col(Alert.again_at) <= work.now)).order_by(col(Alert.id)).limit(AT_ONCE)
    )
    return tuple(Waiting(row.id or 0, row.told if row.audience == whom else 0, row.raised_at) for row in rows)


def told(work: Work, announced: Sequence[Waiting], whom: Audience, *, heard: bool) -> None:
    """Write down that these were announced, and when they are again. `heard` is False where no address could be reached: sooner, then."""
    for one in announced:
        row = work.session.get(Alert, one.id, with_for_update=True)
        if row is None or row.acknowledged_at is not None:
            continue
        row.audience, row.told = whom, one.told + 1
        pause = FIVE_MINUTES if row.told <= TO_HEAD else HALF_AN_HOUR
        row.again_at = work.now + (pause if heard else SOON)
        if whom is Audience.TEAM and one.for_head and row.passed_at is None:
            row.passed_at = work.now
    work.session.flush()
    work.notify(Wake.TALK, 0)


def _unread() -> SelectOfScalar[Alert]:
    return select(Alert).where(col(Alert.acknowledged_at).is_(None))
