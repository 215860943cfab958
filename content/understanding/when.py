"""Which days, parts of the day and hours a text names. Pure: the same words on the same day say the same.

What is refused (« pas lundi », « jeudi je bosse », « au lieu de 14 h ») is told apart from what is wanted. Of slots that were offered, `times.pick`
finds those that are meant.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.hours import ONE_DAY, Days
from bot.rules.slots import Part
from content.understanding.times import FARTHEST, NOT_SAID, Hour, When
from content.understanding.when_marks import Mark, groups, marks
from content.understanding.when_words import signs

FIRST_HOUR = 8
"""« À 2 h » is at 14 h: nobody is received before this hour."""
WEEK = timedelta(days=7)
_PARTS: Mapping[str, Part] = {"MORNING": Part.MORNING, "AFTERNOON": Part.AFTERNOON, "EVENING": Part.EVENING}
_HALVES: Mapping[tuple[str, str], tuple[time, time]] = {
    ("BEGIN", "MORNING"): (time(0), time(10)),
    ("END", "MORNING"): (time(10, 30), time(12)),
    ("BEGIN", "AFTERNOON"): (time(12), time(15)),
    ("END", "AFTERNOON"): (time(16), time(18, 30)),
    ("BEGIN", "EVENING"): (time(17), time(19)),
    ("END", "EVENING"): (time(19), time(23, 59)),
}
"""What is called the beginning and the end of a part of the day."""
_THIRDS = {"BEGIN": (1, 10), "MID": (11, 20), "END": (21, 31)}
_OF_WEEK = {"BEGIN": (0, 2), "MID": (1, 3), "END": (3, 6)}
MOST_NAMED = 5
"""« Le 3 » may be the third one; « le 12 » is a day."""


def when(text: str, now: datetime, zone: ZoneInfo) -> When:
    """What a text says of time, for whoever writes it at `now`. Never raises."""
    said = signs(text)
    today = now.astimezone(zone).date()
    if len(said) == 1 and said[0].isdecimal():
        return _number(int(said[0]), today)
    found = marks(said)
    if not found:
        return NOT_SAID
    refused = tuple(_read(group, today, wanted=True) for group in groups(found))
    wanted = _read([mark for mark in found if not mark.refused], today)
    for each in refused:
        wanted = _without(wanted, each)
    return wanted


def _number(number: int, today: date) -> When:
    """A number alone: a place in an order, or a day of the month."""
    days = _single(_monthly(number, today)) if 1 <= number <= 31 else ()
    return When(days=days, place=number - 1 if 1 <= number <= MOST_NAMED else None)


def _without(wanted: When, refused: When) -> When:
    """« Pas avant 15 h », said of no day, is from 15 h on; anything else is a moment that does not suit."""
    if refused.names_a_day or refused.parts or refused.hours:
        return replace(wanted, but=(*wanted.but, refused))
    if refused.until is not None and refused.since is None:
        return replace(wanted, since=_later(refused.until))
    if refused.since is not None and refused.until is None:
        return replace(wanted, until=_sooner(refused.since))
    return replace(wanted, but=(*wanted.but, refused)) if refused.names_a_time else wanted


def _read(found: Sequence[Mark], today: date, *, wanted: bool = True) -> When:
    """These marks together, as if all were wanted."""
    said = NOT_SAID
    for mark in found:
        said = _together(said, _READERS[mark.kind](mark.said.split(), today))
    return said


def _together(one: When, other: When) -> When:
    return When(
        days=(*one.days, *other.days),
        weekdays=one.weekdays | other.weekdays,
        parts=one.parts | other.parts,
        hours=(*one.hours, *other.hours),
        since=other.since or one.since,
        until=other.until or one.until,
        place=one.place if other.place is None else other.place,
        any=one.any or other.any,
        earlier=one.earlier or other.earlier,
        later=one.later or other.later,
        but=(*one.but, *other.but),
    )


# -- days


def _single(day: date | None) -> tuple[Days, ...]:
    return () if day is None else (Days(day, day),)


def _real(year: int, month: int, day: int) -> date | None:
    """This day, where the calendar has it."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and 2000 <= year <= 2200 else None


def _monthly(day: int, today: date) -> date | None:
    """The next day of this number: « le 12 »."""
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(13))
    found = (_real(month // 12, month % 12 + 1, day) for month in months)
    return next((each for each in found if each is not None and each >= today), None)


def _yearly(day: int, month: int, today: date) -> date | None:
    """The next day of this number and month."""
    found = (_real(year, month, day) for year in range(today.year, today.year + 9))
    return next((each for each in found if each is not None and each >= today), None)


def _coming(weekday: int, today: date) -> date:
    """The next day of this name, today left aside."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day(said: Sequence[str], today: date) -> date | None:
    """The one day that these signs name."""
    named = [sign for sign in said if sign not in ("LE", "NEXT")]
    figures = [1 if sign == "N1" else int(sign) for sign in named if sign == "N1" or sign.isdecimal()]
    month = next((int(sign[1:]) for sign in named if sign[0] == "M"), None)
    if named[-1][0] == "D":
        return _written(named[-1][1:], today)
    if named[0][0] == "T":
        return today + timedelta(days=int(named[0][1:]))
    if not figures:
        return _coming(int(named[0][1:]), today)
    if month is None:
        return _monthly(figures[0], today)
    return _real(figures[1], month, figures[0]) if len(figures) > 1 else _yearly(figures[0], month, today)


def _written(figures: str, today: date) -> date | None:
    """« 12/12 », « 12/12/26 »."""
    day, month, *year = map(int, figures.split("/"))
    return _real(year[0] if year[0] > 99 else 2000 + year[0], month, day) if year else _yearly(day, month, today)


def _date(said: Sequence[str], today: date) -> When:
    whole = [sign for sign in said if sign[0] != "W"]
    day = _day(whole or said, today)
    number = [sign for sign in whole if sign != "LE"]
    place = None
    if len(whole) == len(said) and len(number) == 1 and number[0][0] != "D":
        place = 0 if number[0] == "N1" else int(number[0]) - 1
    return When(days=_single(day), place=place if place is not None and place < MOST_NAMED else None)


def _weekday(said: Sequence[str], today: date) -> When:
    weekday = next(int(sign[1:]) for sign in said if sign[0] == "W")
    ahead = {"IN8": WEEK, "IN15": 2 * WEEK}.get(said[-1])
    if ahead is not None:
        return When(days=_single(_coming(weekday, today) + ahead))
    soon = When(days=(Days(today, today + ONE_DAY),))
    return When(weekdays=frozenset({weekday}), but=(soon,) if "NEXT" in said else ())


def _near(said: Sequence[str], today: date) -> When:
    if said[0] == "THIS":
        return When(days=_single(today), parts=frozenset({_PARTS[said[1]]}))
    return When(days=_single(_day(said, today)))


def _week(monday: date, said: Sequence[str], today: date) -> When:
    first, last = next((_OF_WEEK[sign] for sign in said if sign in _OF_WEEK), (0, 6))
    days = Days(max(today, monday + timedelta(days=first)), monday + timedelta(days=last))
    return When(days=(days,))


def _weeks(said: Sequence[str], today: date) -> When:
    monday = today - timedelta(days=today.weekday())
    if "NEXT" in said or "AFTER" in said:
        return _week(monday + WEEK, said, today)
    past = "THIS" not in said and today.weekday() > _OF_WEEK.get(said[0], (0, 6))[1]
    return _week(monday + WEEK if past else monday, said, today)


def _week_of(said: Sequence[str], today: date) -> When:
    day = _day(said[1:], today)
    return NOT_SAID if day is None else _week(day - timedelta(days=day.weekday()), (), today)


def _in_days(said: Sequence[str], today: date) -> When:
    number = min(int(said[1]), FARTHEST.days)
    if said[2] == "DAYS":
        return When(days=_single(today + timedelta(days={8: 7, 15: 14}.get(number, number))))
    if said[2] == "WEEK":
        day = today + min(number, FARTHEST.days // 7) * WEEK
        return _week(day - timedelta(days=day.weekday()), (), today)
    return _month(today.year * 12 + today.month - 1 + min(number, 13), (), today)


def _weekend(said: Sequence[str], today: date) -> When:
    saturday = today + timedelta(days=5 - today.weekday()) + (WEEK if "NEXT" in said else timedelta())
    return When(days=(Days(max(today, saturday), saturday + ONE_DAY),))


def _month(number: int, said: Sequence[str], today: date) -> When:
    """`number`: months since year 0."""
    year, month = number // 12, number % 12 + 1
    first, last = next((_THIRDS[sign] for sign in said if sign in _THIRDS), (1, 31))
    days = Days(date(year, month, first), date(year, month, min(last, monthrange(year, month)[1])))
    return When(days=(replace(days, first=max(days.first, today)),)) if days.last >= today else NOT_SAID


def _months(said: Sequence[str], today: date) -> When:
    here = today.year * 12 + today.month - 1
    named = next((int(sign[1:]) for sign in said if sign[0] == "M" and sign[1:].isdecimal()), None)
    ahead = int("NEXT" in said) if named is None else (named - today.month) % 12
    return _month(here + ahead, said, today)


def _dates(said: Sequence[str], today: date) -> When:
    numbers = [sign for sign in said if sign == "N1" or sign.isdecimal()]
    month = [sign for sign in said if sign[0] == "M"]
    first, last = (_day([number, *month], today) for number in numbers[:2])
    if first is None or last is None:
        return NOT_SAID
    return When(days=(Days(min(first, last), max(first, last)),) if first <= last else (Days(today, last),))


# -- hours


def _clocks(said: Sequence[str]) -> Iterator[tuple[time, bool]]:
    """Every hour that these signs name, in order, and whether its minutes were said."""
    hours: list[list[str]] = []
    for sign in said:
        figures = sign.lstrip("O").isdecimal() and not (hours and _minutes(hours[-1], sign))
        if figures or sign == "NOON" or (sign[0] == "H" and sign[1:2].isdecimal()):
            hours.append([sign])
        elif hours:
            hours[-1].append(sign)
    for each in hours:
        if (found := _clock(each)) is not None:
            yield found


def _minutes(said: Sequence[str], sign: str) -> bool:
    """« neuf heures 30 »."""
    return said[-1] == "CLOCK" and len(sign) == 2


def _clock(said: Sequence[str]) -> tuple[time, bool] | None:
    """One hour: « H14 », « H2 AFTERNOON », « NOON HALF »; None where no clock shows it."""
    figures = "12" if said[0] == "NOON" else said[0].lstrip("HO")
    hour, _colon, minute = figures.partition(":")
    spoken = [sign for sign in said[1:] if sign.isdecimal()]
    minutes = int(minute or (spoken[0] if spoken else 0)) + 30 * ("HALF" in said) + 15 * ("QUARTER" in said) - 15 * ("LESS" in said)
    hours = int(hour)
    late = "AFTERNOON" in said or "EVENING" in said
    if hours < 12 and (late or (0 < hours < FIRST_HOUR and "MORNING" not in said)):
        hours += 12
    total = 60 * hours + minutes
    exact = bool(minute or spoken) or minutes != 0
    return (time(total // 60, total % 60), exact) if 0 <= total < 24 * 60 and minutes < 60 else None


def _hour(said: Sequence[str], today: date) -> When:
    return When(hours=tuple(Hour(at, exact) for at, exact in _clocks(said)))


def _about(said: Sequence[str], today: date) -> When:
    return When(hours=tuple(Hour(at, exact=False, about=True) for at, _exact in _clocks(said)))


def _span(said: Sequence[str], today: date) -> When:
    hours = [at for at, _exact in _clocks(said)]
    return When(since=hours[0], until=hours[1]) if len(hours) == 2 and hours[0] <= hours[1] else NOT_SAID


def _busy(said: Sequence[str], today: date) -> When:
    """« Je bosse jusqu'à 17 h », « je sors à 16 h 30 », « je commence à 13 h »."""
    at = next((at for at, _exact in _clocks(said)), None)
    return When(until=None if at is None else _sooner(at)) if said[0] == "START" else When(since=at)


def _part(said: Sequence[str], today: date) -> When:
    if len(said) == 1:
        return When(parts=frozenset({_PARTS[said[0]]}))
    since, until = _HALVES[said[0], said[1]]
    return When(since=since, until=until)


def _day_end(said: Sequence[str], today: date) -> When:
    return When(since=time(16))


_OF_DAYS = "TWLDMN"
"""What the signs of a day begin with."""


def _edge(said: Sequence[str], today: date) -> When:
    """« Avant 10 h », « à partir de lundi », « pas avant le 12 »."""
    negated, (word, *rest) = said[0] == "NOT", said[1:] if said[0] == "NOT" else said
    if negated:
        word = {"BEFORE": "FROM", "UNTIL": "AFTER", "AFTER": "UNTIL", "FROM": "BEFORE"}[word]
    if rest[0][0] in _OF_DAYS and rest[0] not in ("NOON", "MORNING"):
        return _edge_of_days(word, _day(rest, today), today)
    hour = next((at for at, _exact in _clocks(rest)), None)
    if hour is None:
        return NOT_SAID
    return When(since=hour) if word in ("FROM", "AFTER") else When(until=hour if word == "UNTIL" else _sooner(hour))


def _edge_of_days(word: str, day: date | None, today: date) -> When:
    if day is None:
        return NOT_SAID
    first = day + ONE_DAY if word == "AFTER" else day
    if word in ("AFTER", "FROM"):
        return When(days=(Days(first, max(first + ONE_DAY, today + FARTHEST)),))
    last = day if word == "UNTIL" else day - ONE_DAY
    return When(days=(Days(today, last),)) if last >= today else NOT_SAID


def _sooner(at: time) -> time:
    """A minute before."""
    return time(*divmod(max(60 * at.hour + at.minute - 1, 0), 60))


def _later(at: time) -> time:
    """The minute after."""
    return time(*divmod(min(60 * at.hour + at.minute + 1, 24 * 60 - 1), 60))


# -- the rest


def _place(said: Sequence[str], today: date) -> When:
    """« La deuxième », « la dernière », « le plus tôt »."""
    number = {"SOONEST": 1, "LATEST": -1, "N1": 1}.get(said[0]) or int(said[0][1:])
    return When(place=number - 1 if number > 0 else number) if number <= MOST_NAMED else NOT_SAID


def _loose(said: Sequence[str], today: date) -> When:
    return When(any=said[0] == "ANY", earlier=said[0] == "EARLIER", later=said[0] == "LATER")


_READERS: Mapping[str, Callable[[Sequence[str], date], When]] = {
    "weeks": _weeks,
    "week_of": _week_of,
    "in_days": _in_days,
    "weekend": _weekend,
    "months": _months,
    "dates": _dates,
    "span": _span,
    "busy": _busy,
    "edge": _edge,
    "about": _about,
    "date": _date,
    "hour": _hour,
    "weekday": _weekday,
    "near": _near,
    "part": _part,
    "day_end": _day_end,
    "place": _place,
    "loose": _loose,
}
