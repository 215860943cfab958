"""How long somebody waits, in their words: an hour where one is known, a day where only that is, and never a guess."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.hours import Range, Week
from bot.rules.promises import Before, Promise, promise
from content.words import Text, Words, _
from storage import hours
from storage.engine import Work

A_WEEK = 7
"""From so many days on, a weekday alone names no day."""
A_MONDAY = date(2026, 1, 5)
WEEKDAY_HOUR = _("{jour} {heure}")
TODAY_BEFORE = _("aujourd'hui, avant {heure}")
TOMORROW_BEFORE = _("demain, avant {heure}")
DAY_BEFORE = _("{jour}, avant {heure}")
FROM = _("à partir du {jour}")
TODAY_AT = _("aujourd'hui à {heure}")
TOMORROW_AT = _("demain à {heure}")
DAY_AT = _("{jour} à {heure}")
WHEN_SOMEONE_IS_THERE = _("quand une personne sera là")


def promised(work: Work) -> Promise | None:
    """What can be promised at this moment; None where nothing is known."""
    known = hours.known(work)
    return None if known is None else promise(work.now, known)


def when(work: Work, words: Words) -> str:
    """When the team will have looked at what comes now: « demain, avant 17 h », « à partir du lundi 24 août », « quand une personne sera là »."""
    return until(promised(work), work.now, hours.zone(work), words)


def until(given: Promise | None, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """The same for a promise already given."""
    if given is None:
        return words.say(WHEN_SOMEONE_IS_THERE)
    if not isinstance(given, Before):
        return words.say(FROM, jour=words.day(given.first_open))
    near = _near(given.deadline, now, zone, words, TODAY_BEFORE, TOMORROW_BEFORE)
    return near or words.say(DAY_BEFORE, jour=_day(given.deadline, now, zone, words), heure=_hour(given.deadline, zone, words))


def deadline(at: datetime, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """« lundi 17 h », « lundi 30 novembre, 17 h »: a day that still means the same when it is read tomorrow."""
    if _days_ahead(at, now, zone) >= A_WEEK:
        return words.moment(at, zone)
    return words.say(WEEKDAY_HOUR, jour=words.weekday(at.astimezone(zone).date()), heure=_hour(at, zone, words))


def reading(at: datetime, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """« demain à 9 h », « lundi à 9 h », and for what is far the day alone: « lundi 24 août »."""
    if _days_ahead(at, now, zone) >= A_WEEK:
        return words.day(at.astimezone(zone).date())
    near = _near(at, now, zone, words, TODAY_AT, TOMORROW_AT)
    return near or words.say(DAY_AT, jour=_day(at, now, zone, words), heure=_hour(at, zone, words))


def week_said(week: Week, words: Words) -> str:
    """« lundi–vendredi 9 h–12 h, 14 h–17 h, samedi 9 h–12 h »; "" for no hours at all."""
    runs: list[list[int]] = []
    for day, ranges in enumerate(week):
        if not ranges:
            continue
        if runs and runs[-1][-1] == day - 1 and week[runs[-1][0]] == ranges:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{_days_named(run, words)} {_ranges(week, run[0], words)}" for run in runs)


def range_said(each: Range, words: Words) -> str:
    """« 9 h–12 h »."""
    return f"{words.hour(each.opens)}–{words.hour(each.closes)}"


def _days_named(run: list[int], words: Words) -> str:
    first, last = (words.weekday(A_MONDAY + timedelta(days=day)) for day in (run[0], run[-1]))
    return first if first == last else f"{first}–{last}"


def _ranges(week: Week, day: int, words: Words) -> str:
    return ", ".join(range_said(each, words) for each in week[day])


def _near(at: datetime, now: datetime, zone: ZoneInfo, words: Words, today: Text, tomorrow: Text) -> str | None:
    ahead = _days_ahead(at, now, zone)
    return words.say((today, tomorrow)[ahead], heure=_hour(at, zone, words)) if 0 <= ahead <= 1 else None


def _day(at: datetime, now: datetime, zone: ZoneInfo, words: Words) -> str:
    day = at.astimezone(zone).date()
    return words.day(day) if _days_ahead(at, now, zone) >= A_WEEK else words.weekday(day)


def _hour(at: datetime, zone: ZoneInfo, words: Words) -> str:
    return words.hour(at.astimezone(zone).time())


def _days_ahead(at: datetime, now: datetime, zone: ZoneInfo) -> int:
    return (at.astimezone(zone).date() - now.astimezone(zone).date()).days
