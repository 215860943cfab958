"""When the team is there: the hours of the week, the closures, who is absent. `known` gives the rules all of it at once (bot/rules/hours.py).

Nothing is assumed: without hours, or with nobody in the team to answer, nothing is known and nothing is promised.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import col, select

from bot.messages import Json
from bot.rules.hours import Absence, Days, Hours, Range, Week
from storage import caseworkers, settings_store, tables
from storage.caseworkers import Member, Role
from storage.columns import from_moment, to_moment
from storage.engine import Wake, Work

WEEK, SIGNED, ZONE = "hours.week", "hours.signed", "hours.zone"
PARIS = "Europe/Paris"
KEPT = timedelta(days=30)
"""How long a closure or an absence is kept once it is over."""
DAYS_PLACE = "absence.days"


@dataclass(frozen=True, slots=True)
class Closure:
    """The whole service is closed on these days."""

    token: str
    days: Days
    reason: str


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody of the team is absent on these days: all day, or `during` these hours of each."""

    token: str
    who: Member
    days: Days
    during: Range | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the hours of the week (a head of service, by first name), and when."""

    name: str
    at: datetime


def known(work: Work) -> Hours | None:
    """All that decides whether somebody is there; None while the hours are « à compléter » or nobody is in the team yet."""
    of = week(work)
    members = answering(caseworkers.team(work))
    if of is None or not members:
        return None
    absent = tuple(Absence(one.who.id, one.days, one.during) for one in absences(work))
    return Hours(zone(work), of, frozenset(one.id for one in members), tuple(one.days for one in closures(work)), absent)


def answering(team: Sequence[Member]) -> list[Member]:
    """Who answers young people: the caseworkers who have come in; the heads of service where there is none."""
    here = [member for member in team if member.name and not member.disabled]
    return [member for member in here if member.role is Role.CASEWORKER] or [member for member in here if member.role is Role.HEAD]


# -- the hours of the week


def week(work: Work) -> Week | None:
    """The ranges of each weekday, Monday first; None for « à compléter »."""
    kept = settings_store.get(work, WEEK)
    return None if kept is None else load_week(kept)


def put_week(work: Work, of: Week) -> None:
    """Change the hours. They are to be signed again."""
    if of != week(work):
        settings_store.put(work, WEEK, dump_week(of))
        settings_store.put(work, SIGNED, None)
    _changed(work)


def sign(work: Work, head: Member) -> bool:
    """The head of service signs the hours as they stand; False where there are none to sign."""
    if week(work) is None:
        return False
    settings_store.put(work, SIGNED, {"by": head.id, "at": to_moment(work.now)})
    return True


def signature(work: Work) -> Signature | None:
    """Who signed the hours as they stand."""
    kept = settings_store.get(work, SIGNED)
    if not isinstance(kept, dict):
        return None
    names = {member.id: member.name for member in caseworkers.team(work)}
    return Signature(names.get(int(kept["by"]), ""), from_moment(int(kept["at"])))


def zone(work: Work) -> ZoneInfo:
    """The zone whose wall clocks the hours are read on."""
    return ZoneInfo(str(settings_store.get(work, ZONE, PARIS)))


def put_zone(work: Work, name: str) -> None:
    """What PALIER_TIMEZONE says, written down when a process starts, so that every unit reads the same."""
    if name != settings_store.get(work, ZONE, PARIS):
        settings_store.put(work, ZONE, name)


def dump_week(of: Week) -> Json:
    """A week as JSON: for each weekday, its ranges as ["09:00", "12:00"]."""
    return [[[f"{each.opens:%H:%M}", f"{each.closes:%H:%M}"] for each in day] for day in of]


def load_week(kept: Json) -> Week:
    """The other way round."""
    days: list[list[list[str]]] = json.loads(json.dumps(kept))
    return tuple(tuple(Range(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day) for day in days)


# -- closures


def closures(work: Work) -> tuple[Closure, ...]:
    """Every closure kept, the earliest first."""
    rows = work.session.exec(select(tables.Closure).order_by(col(tables.Closure.first_day), col(tables.Closure.id)))
    return tuple(Closure(row.token, _days(row.first_day, row.last_day), row.reason) for row in rows)


def close(work: Work, days: Days, reason: str) -> str:
    """Close the service on these days; the closure's token. Said twice, it is one."""
    forget_old(work)
    if (same := next((one for one in closures(work) if (one.days, one.reason) == (days, reason)), None)) is not None:
        return same.token
    token = secrets.token_urlsafe(16)
    work.session.add(tables.Closure(token=token, first_day=days.first.isoformat(), last_day=days.last.isoformat(), reason=reason))
    _changed(work)
    return token


def reopen(work: Work, token: str) -> bool:
    """Take a closure away; False where it is gone already."""
    row = work.session.exec(select(tables.Closure).where(col(tables.Closure.token) == token)).first()
    if row is not None:
        work.session.delete(row)
        _changed(work)
    return row is not None


# -- absences


def absences(work: Work) -> tuple[Away, ...]:
    """Every absence kept, the earliest first. Those of somebody who left concern nobody any more."""
    here = {member.id: member for member in caseworkers.team(work) if not member.disabled}
    rows = work.session.exec(select(tables.Absence).order_by(col(tables.Absence.id)))
    found = [_away(work, row, here[row.caseworker_id]) for row in rows if row.caseworker_id in here]
    return tuple(sorted(found, key=lambda one: (one.days, one.who.id)))


def be_away(work: Work, caseworker_id: int, days: Days, during: Range | None = None) -> str:
    """Somebody will not be there; the absence's token. Said twice, it is one."""
    forget_old(work)
    if (same := next((one for one in absences(work) if (one.who.id, one.days, one.during) == (caseworker_id, days, during)), None)) is not None:
        return same.token
    said: dict[str, Json] = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    if during is not None:
        said["during"] = [f"{during.opens:%H:%M}", f"{during.closes:%H:%M}"]
    token = secrets.token_urlsafe(16)
    work.session.add(tables.Absence(token=token, caseworker_id=caseworker_id, days=work.vault.seal(DAYS_PLACE, json.dumps(said))))
    _changed(work)
    return token


def be_back(work: Work, token: str) -> bool:
    """Take an absence away; False where it is gone already."""
    row = work.session.exec(select(tables.Absence).where(col(tables.Absence.token) == token)).first()
    if row is not None:
        work.session.delete(row)
        _changed(work)
    return row is not None


def _away(work: Work, row: tables.Absence, who: Member) -> Away:
    said = json.loads(work.vault.open(DAYS_PLACE, row.days))
    during = None if "during" not in said else Range(*(time.fromisoformat(at) for at in said["during"]))
    return Away(row.token, who, _days(said["first"], said["last"]), during)


def _days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


def forget_old(work: Work) -> None:
    """What is over for a month is nobody's business any more."""
    oldest = (work.now - KEPT).astimezone(zone(work)).date()
    work.session.execute(delete(tables.Closure).where(col(tables.Closure.last_day) < oldest.isoformat()))
    for row in work.session.exec(select(tables.Absence)).all():
        if json.loads(work.vault.open(DAYS_PLACE, row.days))["last"] < oldest.isoformat():
            work.session.delete(row)
    work.session.flush()


def _changed(work: Work) -> None:
    work.session.flush()
    work.notify(Wake.SETTING, 0)
