"""Openings as a caseworker writes and reads them: fields that make a rule, a rule in words, and the days it gives.

A form never carries a rule: it says each week, every other week or the n-th weekday of the month. Any other is told in words, and may only be kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from backend import weekly
from backend.forms import Wrong, ticked
from bot.rules.holidays import is_holiday
from bot.rules.hours import Absence, Days, Hours, Range, Week
from bot.rules.openings import LONGEST, Mode, Opening
from bot.rules.recurrences import Recurrence, days_of, recurrence

FORM, WEEK = "opening", "week"
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RANKS: Mapping[str, str] = {"1": "1er", "2": "2e", "3": "3e", "4": "4e", "-1": "dernier"}
ONCE, WEEKLY, FORTNIGHT, MONTHLY, KEPT = "once", "weekly", "fortnight", "monthly", "kept"
MODES: Mapping[Mode, str] = {Mode.ON_SITE: "sur place", Mode.PHONE: "au téléphone", Mode.VIDEO: "en visio", Mode.HOME: "à domicile"}
EVENING = time(18)
FIVE, LOOKED_AT, FAR = 5, 14, timedelta(days=800)
ONE_YEAR = timedelta(days=364)
FAULTS = {
    "who": "Choisissez quelqu'un de l'équipe.",
    "place": "Choisissez un lieu.",
    "hours": "Écrivez au moins une plage, comme « 9 h–12 h ».",
    "steps": "Écrivez des heures de cinq en cinq minutes.",
    "modes": "Choisissez au moins une façon de se voir.",
    "first": "Écrivez le premier jour.",
    "repeat": "Choisissez si cette plage revient.",
    "days": "Choisissez au moins un jour de la semaine.",
    "rank": "Choisissez lequel dans le mois : le 1er, le 2e…",
    "last": "Écrivez un dernier jour : une plage a une fin, on la prolonge d'un geste.",
    "order": "Écrivez un dernier jour qui vient après le premier, cinq ans plus tard au plus.",
    "far": "Ces jours sont trop loin, ou déjà passés.",
    "week": "Écrivez d'abord les horaires du service.",
    "never": "Aucun jour ne tombe entre le premier et le dernier : changez les jours, ou la fin.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What decides whether a day of an opening is open."""

    zone: ZoneInfo
    today: date
    closures: tuple[tuple[Days, str], ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A day an opening falls on: the ranges it gives, or why it gives none."""

    day: date
    ranges: tuple[Range, ...]
    why: str = ""


# -- read


def read(form: Mapping[str, str], who: int, place: int, own: Mode | None, today: date, before: Opening | None = None) -> Opening:
    """The opening a form describes. `own` is how one meets at this place, where it leaves no choice. Raises Wrong."""
    modes = frozenset({own} if own is not None else {Mode(name) for name in ticked(form, "mode_", Mode)})
    if not modes:
        raise Wrong(FORM, "modes", FAULTS["modes"])
    ranges = _ranges(form)
    first = _day(form, "first")
    if first is None:
        raise Wrong(FORM, "first", FAULTS["first"])
    rule = _rule(form, before)
    last = _last(form, first, rule)
    if not today - LONGEST <= first <= today + LONGEST or (last or first) < today:
        raise Wrong(FORM, "first" if rule is None else "last", FAULTS["far"])
    try:
        return Opening(who, place, ranges, modes, first, last, rule)
    except ValueError as fault:  # what is left: a rule that falls on no day
        raise Wrong(FORM, "days", FAULTS["never"]) from fault


def _ranges(form: Mapping[str, str]) -> tuple[Range, ...]:
    try:
        ranges = weekly.read_day(form.get("hours", ""))
    except ValueError as fault:
        raise Wrong(FORM, "hours", str(fault)) from fault
    if not ranges:
        raise Wrong(FORM, "hours", FAULTS["hours"])
    if any(at.minute % 5 and at != time(23, 59) for each in ranges for at in (each.opens, each.closes)):
        raise Wrong(FORM, "hours", FAULTS["steps"])
    return ranges


def _rule(form: Mapping[str, str], before: Opening | None) -> Recurrence | None:
    """The rule of the simple fields; None for one day alone."""
    repeat = form.get("repeat", "")
    if repeat == ONCE:
        return None
    if repeat == KEPT and before is not None and before.recurrence is not None:
        return before.recurrence
    if repeat not in (WEEKLY, FORTNIGHT, MONTHLY):
        raise Wrong(FORM, "repeat", FAULTS["repeat"])
    days = [CODES[int(nth)] for nth in ticked(form, "day_", map(str, range(7)))]
    if not days:
        raise Wrong(FORM, "days", FAULTS["days"])
    if repeat == MONTHLY:
        rank = form.get("rank", "")
        if rank not in RANKS:
            raise Wrong(FORM, "rank", FAULTS["rank"])
        return recurrence("FREQ=MONTHLY;BYDAY=" + ",".join(rank + day for day in days))
    return recurrence(f"FREQ=WEEKLY;INTERVAL={2 if repeat == FORTNIGHT else 1};BYDAY={','.join(days)}")


def _last(form: Mapping[str, str], first: date, rule: Recurrence | None) -> date | None:
    last = _day(form, "last")
    if rule is None or (last is None and rule.ends):
        return None
    if last is None:
        raise Wrong(FORM, "last", FAULTS["last"])
    if last < first or last - first > LONGEST:
        raise Wrong(FORM, "last", FAULTS["order"])
    return last


def _day(form: Mapping[str, str], field: str) -> date | None:
    try:
        return date.fromisoformat(form.get(field, ""))
    except ValueError:
        return None


def of_week(week: Week, who: int, place: int, mode: Mode, today: date) -> list[Opening]:
    """Openings at the hours of the service, for a year: one for the days that have the same. Raises Wrong where there are no hours to follow."""
    days: dict[tuple[Range, ...], list[str]] = {}
    for code, ranges in zip(CODES, week, strict=True):
        if ranges:
            days.setdefault(ranges, []).append(code)
    if not days:
        raise Wrong(WEEK, "place", FAULTS["week"])
    try:
        return [
            Opening(who, place, ranges, frozenset({mode}), today, today + ONE_YEAR, recurrence(f"FREQ=WEEKLY;INTERVAL=1;BYDAY={','.join(on)}"))
            for ranges, on in days.items()
        ]
    except ValueError as fault:
        raise Wrong(WEEK, "place", FAULTS["steps"]) from fault


# -- written back into a form


def fields(opening: Opening) -> dict[str, str]:
    """The fields that make this opening again, but for who and where."""
    said = {
        "hours": ", ".join(f"{_clock(each.opens)}–{_clock(each.closes)}" for each in opening.ranges),
        "first": opening.first.isoformat(),
        "last": opening.last.isoformat() if opening.recurrence is not None and opening.last is not None else "",
        "repeat": ONCE if opening.recurrence is None else KEPT,
        **{f"mode_{mode}": "1" for mode in opening.modes},
    }
    if opening.recurrence is not None:
        said |= _simple(opening.recurrence) or {}
    return said


def _simple(rule: Recurrence) -> dict[str, str] | None:
    """The simple fields of a rule, None where they cannot say it."""
    parts = dict(part.split("=") for part in rule.rule.split(";"))
    days, interval = parts.get("BYDAY", "").split(","), rule.interval
    plain = set(parts) <= {"FREQ", "INTERVAL", "BYDAY"} and not rule.ends
    if plain and rule.frequency == "WEEKLY" and interval in (1, 2) and set(days) <= set(CODES):
        return {"repeat": WEEKLY if interval == 1 else FORTNIGHT, **{f"day_{CODES.index(day)}": "1" for day in days}}
    ranks = {day[:-2] for day in days}
    if plain and rule.frequency == "MONTHLY" and interval == 1 and len(ranks) == 1 and (rank := ranks.pop()) in RANKS:
        return {"repeat": MONTHLY, "rank": rank, **{f"day_{CODES.index(day[-2:])}": "1" for day in days}}
    return None


def _clock(at: time) -> str:
    return f"{at.hour} h {at.minute:02}" if at.minute else f"{at.hour} h"


# -- the days it gives


def next_days(opening: Opening, known: Known, number: int = FIVE) -> list[Given]:
    """The next days it gives, and those between them that give nothing, with why."""
    found: list[Given] = []
    for day in _days(opening, known.today):
        found.append(_given(opening, day, known))
        if len(found) == LOOKED_AT or sum(1 for each in found if each.ranges) == number:
            break
    return found


def _days(opening: Opening, today: date) -> Iterator[date]:
    since = max(today, opening.first)
    if opening.recurrence is None:
        return iter([opening.first] if opening.first >= today else [])
    until = min(opening.last or date.max, opening.recurrence.last_day or date.max, opening.first + LONGEST, since + FAR)
    return iter(days_of(opening.recurrence, opening.first, Days(since, until)) if since <= until else [])


def _given(opening: Opening, day: date, known: Known) -> Given:
    hours = Hours(known.zone, (opening.ranges,) * 7, frozenset({opening.who}), tuple(days for days, _ in known.closures), known.absences)
    left = hours.ranges(day)
    if left:
        return Given(day, left, "" if left == opening.ranges else "absence une partie de la journée")
    if is_holiday(day):
        return Given(day, (), "jour férié")
    closed = next((reason for days, reason in known.closures if day in days), None)
    return Given(day, (), "absence" if closed is None else f"fermeture ({closed})")


def first_clash(opening: Opening, days: Iterable[Given], others: Iterable[Opening]) -> tuple[date, Opening] | None:
    """The first of these days on which the same colleague receives elsewhere at the same hours, and that other opening."""
    elsewhere = [other for other in others if other.who == opening.who and other.place != opening.place]
    for given in days:
        for other in elsewhere:
            if other.on(given.day) and any(mine.opens < each.closes and each.opens < mine.closes for mine in given.ranges for each in other.ranges):
                return given.day, other
    return None


def is_evening(opening: Opening) -> bool:
    """Whether it is one of those that go on after six o'clock."""
    return any(each.closes > EVENING for each in opening.ranges)
