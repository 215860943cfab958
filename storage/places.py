"""Where people meet, with the hours of each place and how to get there."""

import json
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import col, select

from bot.rules.hours import Week
from bot.rules.openings import Mode
from storage import hours, tables
from storage.engine import Wake, Work


class Kind(StrEnum):
    """What sort of place it is. ANTENNA: where the team receives in somebody else's walls. HOME, PHONE and VIDEO are places too: one meets there."""

    OFFICE = "office"
    ANTENNA = "antenna"
    HOME = "home"
    PHONE = "phone"
    VIDEO = "video"

    @property
    def has_doors(self) -> bool:
        """True where young people come to the team."""
        return self in _WITH_DOORS

    @property
    def mode(self) -> Mode:
        """How people meet there."""
        return Mode.ON_SITE if self.has_doors else Mode(self.value)


_WITH_DOORS = frozenset({Kind.OFFICE, Kind.ANTENNA})


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `week`: when one can come, Monday first; no range at all is « à compléter ». `directions`: how to get there, or how the call goes.
    `town`: where it is, "" where nobody said.

    `id` is 0 for one that is not kept yet.
    """

    token: str
    name: str
    address: str
    week: Week
    kind: Kind = Kind.OFFICE
    directions: str = ""
    town: str = ""
    id: int = field(default=0, compare=False)

    def way(self, mode: Mode) -> str:
        """What is said of how one meets there in this way: the bus that goes to a place is no way to be called from it."""
        return self.directions.strip() if mode in (Mode.ON_SITE, self.kind.mode) else ""


def places(work: Work) -> tuple[Place, ...]:
    """Every place with doors, in the order they were added: the first is the one young people are sent to."""
    return tuple(place for place in everywhere(work) if place.kind.has_doors)


def everywhere(work: Work) -> tuple[Place, ...]:
    """Every place where people meet, doors or not, but those withdrawn."""
    rows = work.session.exec(select(tables.Place).where(col(tables.Place.withdrawn_at).is_(None)).order_by(col(tables.Place.id)))
    return tuple(_place(row) for row in rows)


def ever(work: Work) -> tuple[Place, ...]:
    """Every place there ever was, those withdrawn too."""
    return tuple(_place(row) for row in work.session.exec(select(tables.Place).order_by(col(tables.Place.id))))


def find(work: Work, place_id: int) -> Place | None:
    """A place by its id, even withdrawn: an appointment may still be there."""
    row = work.session.get(tables.Place, place_id)
    return None if row is None else _place(row)


def add(work: Work, name: str, address: str, week: Week, *, kind: Kind = Kind.OFFICE, directions: str = "", town: str = "") -> str:
    """One more place; its token."""
    row = _fill(tables.Place(token=secrets.token_urlsafe(16), name="", address="", week=""), Place("", name, address, week, kind, directions, town))
    work.session.add(row)
    _changed(work)
    return row.token


def change(work: Work, place: Place) -> bool:
    """What is said of a place; False where it is gone."""
    row = _row(work, place.token)
    if row is not None:
        _fill(row, place)
        _changed(work)
    return row is not None


def remove(work: Work, token: str) -> bool:
    """The team does not receive there any more; False where it is gone already. Its openings end; appointments there stay, to be moved by hand."""
    row = _row(work, token)
    if row is not None:
        row.withdrawn_at = work.now
        work.session.execute(delete(tables.Opening).where(col(tables.Opening.place_id) == row.id))
        _changed(work)
    return row is not None


def _row(work: Work, token: str) -> tables.Place | None:
    return work.session.exec(select(tables.Place).where(col(tables.Place.token) == token, col(tables.Place.withdrawn_at).is_(None))).first()


def _fill(row: tables.Place, place: Place) -> tables.Place:
    row.name, row.address, row.week = place.name, place.address, _dump(place.week)
    row.kind, row.directions, row.town = place.kind.value, place.directions, place.town
    return row


def _place(row: tables.Place) -> Place:
    return Place(row.token, row.name, row.address, hours.load_week(json.loads(row.week)), Kind(row.kind), row.directions, row.town, row.id or 0)


def _dump(week: Week) -> str:
    return json.dumps(hours.dump_week(week))


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
