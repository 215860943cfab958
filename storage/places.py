"""Where the team receives, with the hours of each place."""

import json
import secrets
from dataclasses import dataclass

from sqlmodel import col, select

from bot.rules.hours import Week
from storage import hours, tables
from storage.engine import Wake, Work


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `week`: when one can come, Monday first; no range at all is « à compléter »."""

    token: str
    name: str
    address: str
    week: Week


def places(work: Work) -> tuple[Place, ...]:
    """Every place, in the order they were added: the first is the one young people are sent to."""
    return tuple(_place(row) for row in work.session.exec(select(tables.Place).order_by(col(tables.Place.id))))


def add(work: Work, name: str, address: str, week: Week) -> str:
    """One more place; its token."""
    token = secrets.token_urlsafe(16)
    work.session.add(tables.Place(token=token, name=name, address=address, week=json.dumps(hours.dump_week(week))))
    _changed(work)
    return token


def change(work: Work, place: Place) -> bool:
    """What is said of a place; False where it is gone."""
    row = work.session.exec(select(tables.Place).where(col(tables.Place.token) == place.token)).first()
    if row is not None:
        row.name, row.address, row.week = place.name, place.address, json.dumps(hours.dump_week(place.week))
        _changed(work)
    return row is not None


def remove(work: Work, token: str) -> bool:
    """The team does not receive there any more; False where it is gone already."""
    row = work.session.exec(select(tables.Place).where(col(tables.Place.token) == token)).first()
    if row is not None:
        work.session.delete(row)
        _changed(work)
    return row is not None


def _place(row: tables.Place) -> Place:
    return Place(row.token, row.name, row.address, hours.load_week(json.loads(row.week)))


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
