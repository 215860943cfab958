"""How appointments went, counted for the team: rows that are still there, and the monthly counts of those that are not. They name nobody.

Whose appointment it was is read for one thing: how many caseworkers serve a motive or a place, which points to none of them from three on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.figures import WITH, WITHOUT, Also, By, Came, Counts, Measure, Quarter
from bot.rules.reminders import REMINDERS, Kind
from storage import hours, monthly
from storage.engine import Work
from storage.monthly import Figure
from storage.tables import Address, Appointment, Link, Place, Reminder

AS: Mapping[str, Came] = {"came": Came.CAME, "absent": Came.ABSENT, "warned": Came.SAID, "prevented": Came.SAID, "ours": Came.OURS}
"""What came of it (storage/appointment_view.py), as it is counted; anything else is OPEN."""
OFFERED, TAKEN = "slot: offered", "slot: taken"
PREFIX: Mapping[By, str] = {
    By.MOTIVE: "appointment",
    By.PLACE: "appointment by place",
    By.REMINDER: "appointment by reminder",
    By.CHANNEL: "appointment by channel",
}
"""The kinds of monthly counts: « appointment: came »."""


@dataclass(frozen=True, slots=True)
class Met:
    """One appointment as it is counted. `rows`: its motive, place, reminder and channel; `came` as it is kept; `days` between booking and meeting."""

    at: datetime
    rows: Mapping[By, str]
    who: int
    came: str
    also: tuple[Also, ...]
    days: int


def quarter(work: Work, of: Quarter) -> Counts:
    """What was counted in a quarter."""
    zone = hours.zone(work)
    since, until = (datetime.combine(day, time(), tzinfo=zone) for day in (of.first, of.after))
    found = Counts()
    within = select(Appointment).where(col(Appointment.starts_at) >= since, col(Appointment.starts_at) < until, col(Appointment.state) != "held")
    for met in _met(work, within):
        for by, row in met.rows.items():
            measures: tuple[Measure, ...] = (AS.get(met.came, Came.OPEN), *met.also)
            for measure in measures:
                found.numbers[by][row, measure] += 1
            found.served[by][row].add(met.who)
        found.leads.append(met.days)
    _add_gone(work, of, found)
    return found


def count(work: Work, ids: Iterable[int], zone: tzinfo) -> None:
    """Add these appointments to the counts of their months. The caller removes them in the same unit."""
    for met in _met(work, select(Appointment).where(col(Appointment.id).in_(list(ids)), col(Appointment.state) != "held")):
        month = met.at.astimezone(zone).strftime("%Y-%m")
        for by, row in met.rows.items():
            channel, subject = (row, "") if by is By.CHANNEL else ("", row)
            for what in (met.came, *met.also):
                monthly.add(work, Figure(month, f"{PREFIX[by]}: {what}", channel, subject, 1))


def offered(work: Work, channel: str, number: int) -> None:
    """So many slots were shown to somebody in the conversation."""
    monthly.add(work, Figure(_month(work), OFFERED, channel, "", number))


def taken(work: Work, channel: str) -> None:
    """One of them was taken."""
    monthly.add(work, Figure(_month(work), TAKEN, channel, "", 1))


def _month(work: Work) -> str:
    return work.now.astimezone(hours.zone(work)).strftime("%Y-%m")


def _add_gone(work: Work, of: Quarter, found: Counts) -> None:
    """What the monthly counts hold of the quarter."""
    by_prefix = {prefix: by for by, prefix in PREFIX.items()}
    for figure in monthly.of_kind(work, since=of.months[0]):
        prefix, _colon, what = figure.kind.partition(": ")
        if figure.month not in of.months:
            continue
        if figure.kind in (OFFERED, TAKEN):
            found.offered += figure.number if figure.kind == OFFERED else 0
            found.taken += figure.number if figure.kind == TAKEN else 0
        elif (by := by_prefix.get(prefix)) is not None:
            row = figure.channel if by is By.CHANNEL else figure.subject
            measure: Measure = Also(what) if what in set(Also) else AS.get(what, Came.OPEN)
            found.numbers[by][row, measure] += figure.number


def _met(work: Work, which: SelectOfScalar[Appointment]) -> Iterable[Met]:
    reminded, channels = _reminded(work, which), _channels(work, which)
    there = col(Place.id).in_(which.with_only_columns(col(Appointment.place_id)))
    places = dict(work.session.exec(select(Place.id, Place.token).where(there)).all())
    for row in work.session.exec(which).all():
        came = row.state if row.outcome is None else work.vault.open("appointment.outcome", row.outcome)
        moved = row.sequence - (row.state == "cancelled") > 0
        also = [Also.CONFIRMED] if row.confirmed_at is not None else []
        yield Met(
            row.starts_at,
            {
                By.MOTIVE: work.vault.open("appointment.motive", row.motive),
                By.PLACE: places.get(row.place_id, ""),
                By.REMINDER: WITH if row.id in reminded else WITHOUT,
                By.CHANNEL: channels.get(row.person_id, ""),
            },
            row.caseworker_id,
            came,
            (*also, Also.MOVED) if moved else tuple(also),
            (row.starts_at - row.created_at).days,
        )


def _reminded(work: Work, which: SelectOfScalar[Appointment]) -> set[int | None]:
    """The appointments that were reminded of, by a message."""
    mine = col(Reminder.appointment_id).in_(which.with_only_columns(col(Appointment.id)))
    found = select(Reminder.appointment_id, Reminder.kind).where(col(Reminder.state) == "written", mine)
    return {about for about, kind in work.session.exec(found) if Kind(work.vault.open("reminder.kind", kind)) in REMINDERS}


def _channels(work: Work, which: SelectOfScalar[Appointment]) -> Mapping[int, str]:
    """The channel each person wrote on last."""
    found = select(Link.person_id, Address.channel).join(Address, col(Address.id) == col(Link.address_id)).where(col(Link.until).is_(None))
    theirs = col(Link.person_id).in_(which.with_only_columns(col(Appointment.person_id)))
    mine = found.where(theirs).order_by(col(Address.last_inbound_at), col(Address.id))
    return dict(work.session.exec(mine).all())
