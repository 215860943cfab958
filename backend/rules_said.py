"""A recurrence in French words: « chaque jeudi », « le 2e mardi du mois », « tous les 3 mois, le 15 ». Any rule that is taken can be said."""

from collections.abc import Mapping, Sequence

from backend import weekly
from backend.openings import CODES, RANKS
from bot.rules.recurrences import Recurrence

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
PERIODS: Mapping[str, tuple[str, str]] = {
    "DAILY": ("chaque jour", "tous les {} jours"),
    "WEEKLY": ("chaque semaine", "toutes les {} semaines"),
    "MONTHLY": ("chaque mois", "tous les {} mois"),
    "YEARLY": ("chaque année", ""),
}
FIFTHS: Mapping[str, str] = {**RANKS, "5": "5e", "-2": "avant-dernier", "-3": "3e avant la fin", "-4": "4e avant la fin", "-5": "5e avant la fin"}


def said(rule: Recurrence) -> str:
    """The whole rule, its end left aside but for how often."""
    parts = dict(part.split("=") for part in rule.rule.split(";"))
    period = _period(rule, _weekdays(parts.get("BYDAY", ""), parts.get("BYSETPOS", "")))
    if "BYMONTHDAY" in parts:
        period += f", le {_listed([_day_of_month(each) for each in parts['BYMONTHDAY'].split(',')])}"
    if "BYMONTH" in parts:
        period += f", en {_listed([MONTHS[int(each) - 1] for each in parts['BYMONTH'].split(',')])}"
    return period + (f", {rule.count} fois" if rule.count is not None else "")


def _period(rule: Recurrence, days: str) -> str:
    one, many = PERIODS[rule.frequency]
    every = one if rule.interval == 1 else many.format(rule.interval)
    if not days:
        return every
    plain = days.startswith(weekly.DAYS)
    if rule.frequency == "WEEKLY" and rule.interval == 2:
        return f"un {days} sur deux" if days in weekly.DAYS else f"une semaine sur deux, {days}"
    if rule.interval == 1 and rule.frequency in ("DAILY", "WEEKLY", "MONTHLY"):
        return f"chaque {days}" + (" du mois" if rule.frequency == "MONTHLY" else "") if plain else f"le {days} du mois"
    return f"{every}, le {days}"


def _weekdays(written: str, places: str) -> str:
    if not written:
        return ""
    each = written.split(",")
    ranks = {day[:-2] for day in each}
    names = [weekly.DAYS[CODES.index(day[-2:])] for day in each]
    if places:
        return f"{_listed([_rank(place) for place in places.split(',')])} jour parmi {_listed(names)}"
    if ranks == {""}:
        return _listed(names)
    if len(ranks) == 1:
        return f"{_rank(ranks.pop())} {_listed(names)}"
    return _listed([f"{_rank(day[:-2])} {name}" for day, name in zip(each, names, strict=True)])


def _rank(written: str) -> str:
    return FIFTHS.get(written.lstrip("+"), f"{written.lstrip('+')}e")


def _day_of_month(written: str) -> str:
    day = int(written)
    return "dernier jour" if day == -1 else f"{-day}e jour avant la fin" if day < 0 else "1er" if day == 1 else str(day)


def _listed(names: Sequence[str]) -> str:
    return " et ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
