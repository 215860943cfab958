"""What can be said of a time: days, parts of the day, hours, a place in an order; and which of some slots are meant by it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.hours import Days
from bot.rules.slots import Part, Slot

NEARLY = timedelta(minutes=60)
"""How far from an hour « vers 14 h » still is."""
FARTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day; not `exact` where the minutes were not said (« 14 h » may be 14 h 30), `about` for « vers 14 h »."""

    at: time
    exact: bool = True
    about: bool = False

    def holds(self, moment: time) -> bool:
        """Whether this time is what was meant, or may have been."""
        if self.about:
            return abs(_since_midnight(moment) - _since_midnight(self.at)) <= NEARLY
        return moment == self.at or (not self.exact and moment.hour == self.at.hour)


@dataclass(frozen=True, slots=True)
class When:
    """What a text says of time. Nothing said of something leaves it open.

    `days`: stretches of days, one of which is meant; `weekdays`: 0 for Monday, within those stretches that are longer than a day; `since`, `until`:
    the first and the last hour that suit; `place`: the place in an order, from 0, -1 for the last; `but`: each a moment that was refused.
    """

    days: tuple[Days, ...] = ()
    weekdays: frozenset[int] = frozenset()
    parts: frozenset[Part] = frozenset()
    hours: tuple[Hour, ...] = ()
    since: time | None = None
    until: time | None = None
    place: int | None = None
    any: bool = False
    """« n'importe », « comme vous voulez »."""
    earlier: bool = False
    """« plus tôt »: than what is agreed or offered."""
    later: bool = False
    but: tuple["When", ...] = ()

    @property
    def names_a_day(self) -> bool:
        return bool(self.days or self.weekdays)

    @property
    def names_an_hour(self) -> bool:
        """Whether it says anything of the time of day."""
        return bool(self.parts or self.hours or self.since or self.until)

    @property
    def names_a_time(self) -> bool:
        """Whether it says anything by which a slot can be told from another, its place aside."""
        return self.names_a_day or self.names_an_hour or bool(self.but)

    @property
    def says(self) -> bool:
        """Whether it says anything at all."""
        return self.names_a_time or self.place is not None or self.any or self.earlier or self.later

    @property
    def part(self) -> Part | None:
        """The part of the day, where one alone is named."""
        return next(iter(self.parts)) if len(self.parts) == 1 else None

    def on(self, day: date) -> bool:
        """Whether this day suits, at some hour of it at least."""
        if any(each.on(day) for each in self.but if each.names_a_day and not each.names_an_hour):
            return False
        if not self.names_a_day or any(day in each for each in self.days if each.first == each.last):
            return True
        stretches = [each for each in self.days if each.first != each.last]
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        return any(day in each for each in stretches) if stretches else bool(self.weekdays)

    def at(self, moment: time) -> bool:
        """Whether this hour suits, on some day at least."""
        if any(each.at(moment) for each in self.but if each.names_an_hour and not each.names_a_day):
            return False
        if (self.since and moment < self.since) or (self.until and moment > self.until):
            return False
        if self.hours:
            return any(hour.holds(moment) for hour in self.hours)
        wall = moment.hour * 3600 + moment.minute * 60 + moment.second
        return not self.parts or any(part.holds(wall) for part in self.parts)

    def fits(self, day: date, moment: time) -> bool:
        """Whether this hour of this day suits."""
        return self.on(day) and self.at(moment) and not any(each.fits(day, moment) for each in self.but)

    def next_days(self, today: date, number: int, within: timedelta = FARTHEST) -> tuple[date, ...]:
        """The first days that suit, today among them only where it is named; none where nothing is said of days."""
        if not self.names_a_day and not any(each.names_a_day for each in self.but):
            return ()
        found: list[date] = []
        for ahead in range(within.days + 1):
            day = today + timedelta(days=ahead)
            if (ahead or any(day in each for each in self.days)) and self.on(day):
                found.append(day)
                if len(found) == number:
                    break
        return tuple(found)


NOT_SAID = When()


def pick(said: When, offered: Sequence[Slot], zone: ZoneInfo) -> tuple[Slot, ...]:
    """Those of the offered slots that are meant: none where none fits or nothing is said of them, one, or several that fit alike.

    « Le 2 » is a day of the month or the second one: it means whichever is there, both where both are. `any` alone: all of them.
    """
    fit = [slot for slot in offered if said.names_a_time and said.fits(slot.day(zone), _wall(slot, zone))]
    found = [slot for slot in fit if any(hour.at == _wall(slot, zone) for hour in said.hours)] or fit
    if said.place is not None and -len(offered) <= said.place < len(offered):
        named = offered[said.place]
        return tuple(sorted({named, *found})) if said.days or not found else (named,) if named in found else tuple(found)
    return tuple(offered) if said.any and not said.names_a_time else tuple(found)


def _wall(slot: Slot, zone: ZoneInfo) -> time:
    return slot.start.astimezone(zone).time()


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)
