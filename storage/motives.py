"""Motives: what an appointment may be for, as the service offers it. Which one somebody chose is sealed with their appointment."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from bot.rules.openings import Mode, Needs
from bot.rules.reminders import DEFAULT, REMINDERS, Kind
from storage import switches, tables
from storage.engine import Wake, Work
from storage.switches import Switch

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Motive:
    """One motive. `discreet` is what may be said of it where anybody could read, `bring` what to bring; `chain` its reminders."""

    token: str
    name: str
    needs: Needs
    discreet: str = ""
    bring: str = ""
    chain: tuple[Kind, ...] = DEFAULT


def motives(work: Work) -> tuple[Motive, ...]:
    """Those that may be chosen, in the order the service gave them."""
    offered = select(tables.Motive).where(col(tables.Motive.withdrawn_at).is_(None))
    rows = work.session.exec(offered.order_by(col(tables.Motive.position), col(tables.Motive.id)))
    return tuple(_motive(row) for row in rows)


def withdrawn(work: Work) -> tuple[Motive, ...]:
    """Those that are offered no more, the last one first."""
    rows = work.session.exec(
        select(tables.Motive).where(col(tables.Motive.withdrawn_at).is_not(None)).order_by(col(tables.Motive.withdrawn_at).desc())
    )
    return tuple(_motive(row) for row in rows)


def chain(work: Work, motive: Motive) -> tuple[Kind, ...]:
    """The reminders of a motive. One three hours before comes beside another only once the head turned that on; alone it is the only one."""
    if switches.on(work, Switch.SECOND) or not set(motive.chain) & set(REMINDERS) - {Kind.HOURS}:
        return motive.chain
    return tuple(kind for kind in motive.chain if kind is not Kind.HOURS)


def find(work: Work, token: str) -> Motive | None:
    """A motive by its token, even withdrawn: an appointment may still name it."""
    row = work.session.exec(select(tables.Motive).where(col(tables.Motive.token) == token)).first()
    return None if row is None else _motive(row)


def name_of(work: Work, token: str) -> str:
    """What a motive is called, "" for one that was never there."""
    return work.session.exec(select(tables.Motive.name).where(col(tables.Motive.token) == token)).first() or ""


def put(work: Work, motive: Motive) -> str:
    """Keep what is said of a motive, a new one where its token is ""; its token."""
    row = work.session.exec(select(tables.Motive).where(col(tables.Motive.token) == motive.token)).first() if motive.token else None
    if row is None:
        token, last = secrets.token_urlsafe(16), _after_all(work)
        row = tables.Motive(token=token, name="", modes="", who="", chain="", minutes=0, grid=0, notice=0, horizon=0, position=last)
    _fill(row, motive)
    work.session.add(row)
    _changed(work)
    return row.token


def arrange(work: Work, tokens: Iterable[str]) -> None:
    """Put them in this order; those left out come after."""
    order = {token: nth for nth, token in enumerate(tokens)}
    for row in work.session.exec(select(tables.Motive)):
        row.position = order.get(row.token, len(order))
    _changed(work)


def withdraw(work: Work, token: str) -> bool:
    """Offer it no more; False where it is not offered. Appointments made for it stay."""
    row = work.session.exec(select(tables.Motive).where(col(tables.Motive.token) == token, col(tables.Motive.withdrawn_at).is_(None))).first()
    if row is not None:
        row.withdrawn_at = work.now
        _changed(work)
    return row is not None


def restore(work: Work, token: str) -> bool:
    """Offer it again, after the others; False where it is offered or gone."""
    row = work.session.exec(select(tables.Motive).where(col(tables.Motive.token) == token, col(tables.Motive.withdrawn_at).is_not(None))).first()
    if row is not None:
        row.position, row.withdrawn_at = _after_all(work), None
        _changed(work)
    return row is not None


def _after_all(work: Work) -> int:
    return max((position + 1 for position in work.session.exec(select(tables.Motive.position))), default=0)


def _fill(row: tables.Motive, motive: Motive) -> None:
    needs = motive.needs
    row.name, row.discreet, row.bring = motive.name, motive.discreet, motive.bring
    row.minutes, row.grid, row.notice, row.horizon = needs.minutes, needs.grid, needs.notice // MINUTE, needs.horizon
    row.buffer_before, row.buffer_after = needs.buffer
    row.travel_before, row.travel_after = needs.travel
    row.modes, row.who = json.dumps(sorted(needs.modes)), json.dumps(sorted(needs.who))
    row.chain = json.dumps(motive.chain)


def _motive(row: tables.Motive) -> Motive:
    needs = Needs(
        minutes=row.minutes,
        modes=frozenset(Mode(mode) for mode in json.loads(row.modes)),
        who=frozenset(json.loads(row.who)),
        buffer=(row.buffer_before, row.buffer_after),
        travel=(row.travel_before, row.travel_after),
        grid=row.grid,
        notice=row.notice * MINUTE,
        horizon=row.horizon,
    )
    return Motive(row.token, row.name, needs, row.discreet, row.bring, tuple(Kind(kind) for kind in json.loads(row.chain)))


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
