"""Free slots: openings, less public holidays, closures, absences, and what is taken. Pure, day by day: nothing is looked at before it is needed.

A slot begins at a wall time of the grid: one that the clocks skip is none, one that they show twice is the first of the two. All of the
appointment lies in one opening. All that it takes of the caseworker's time, buffers and travel included, is free of absences and of what is taken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.messages import Json
from bot.rules.hours import ONE_DAY, Days, Range
from bot.rules.openings import NOTHING_TAKEN, Agenda, Mode, Needs, Opening, Taken
from bot.rules.walls import first_moment, from_seconds, seconds, spans, to_seconds, whole_day

THREE = 3
MEANWHILE = timedelta(minutes=15)
"""How much less than its notice a slot may still be booked at: it was shown in time, then read and answered."""
CLOSE = timedelta(days=14)
"""Slots of other days are proposed beside the first if they come within this time."""
_Free = tuple[int, int, int, int, Mode]
"""When, whose turn it is, the place, who, and how."""


class Part(StrEnum):
    """A part of the day, by the hour at which an appointment begins."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    def holds(self, wall: int) -> bool:
        """Whether this second of the day is in it."""
        since, until = _PARTS[self]
        return seconds(since) <= wall and (until is None or wall < seconds(until))


_PARTS: Mapping[Part, tuple[time, time | None]] = {
    Part.MORNING: (time(0), time(12)),
    Part.AFTERNOON: (time(12), time(17)),
    Part.EVENING: (time(17), None),
}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A free time with somebody, at a place. Times are aware UTC."""

    start: datetime
    end: datetime
    who: int
    place: int
    mode: Mode

    def day(self, zone: ZoneInfo) -> date:
        """The day the wall shows when it begins."""
        return self.start.astimezone(zone).date()

    def part(self, zone: ZoneInfo) -> Part:
        """The part of the day in which it begins."""
        wall = seconds(self.start.astimezone(zone).time())
        return next(part for part in Part if part.holds(wall))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. An empty set leaves the choice open; `but` are days already proposed, `not_at` places already refused."""

    needs: Needs
    modes: frozenset[Mode] = frozenset()
    places: frozenset[int] = frozenset()
    who: frozenset[int] = frozenset()
    part: Part | None = None
    since: datetime | None = None
    days: Days | None = None
    but: frozenset[date] = frozenset()
    not_at: frozenset[int] = frozenset()

    def another_day(self, shown: Iterable[Slot], zone: ZoneInfo) -> "Wish":
        """On none of the days of these slots."""
        return replace(self, but=self.but | {slot.day(zone) for slot in shown})

    def another_place(self, shown: Iterable[Slot]) -> "Wish":
        """At none of the places of these slots."""
        return replace(self, places=frozenset(), not_at=self.not_at | {slot.place for slot in shown})

    def in_the(self, part: Part) -> "Wish":
        """In this part of the day."""
        return replace(self, part=part)

    def after(self, moment: datetime) -> "Wish":
        """Beginning then at the earliest."""
        return replace(self, since=moment)

    def on(self, days: Days, part: Part | None = None) -> "Wish":
        """On these days alone, in this part of them."""
        return replace(self, days=days, part=part, since=None, but=frozenset())

    def takes(self, opening: Opening) -> Mode | None:
        """How they would meet there: the first way that suits; None where the opening is not for this."""
        here = opening.place
        wanted = (not self.places or here in self.places) and here not in self.not_at and (not self.who or opening.who in self.who)
        if not wanted or (self.needs.who and opening.who not in self.needs.who):
            return None
        suits = opening.modes & self.needs.modes & (self.modes or self.needs.modes)
        return next((mode for mode in Mode if mode in suits), None)


class Calendar(Protocol):
    """What knows of openings and of what is taken, some days at a time. An Agenda is one, for its own days."""

    @property
    def zone(self) -> ZoneInfo: ...

    def on(self, day: date) -> Agenda:
        """The agenda that knows this day."""
        ...


def next_slots(calendar: Calendar, wish: Wish, now: datetime, number: int = THREE) -> tuple[Slot, ...]:
    """The next slots to propose, in order: the very first, then one of each following day; where days are few, several of a day.

    The other half of the day is proposed before the same again, and somebody else before the same colleague.
    """
    days: list[list[Slot]] = []
    for found in _following_days(calendar, wish, now):
        if days and found[0].start - days[0][0].start > CLOSE:
            break
        days.append(found)
        if len(days) == number:
            break
    chosen: list[Slot] = []
    for found in days:
        chosen += _pick(found, chosen, calendar.zone)
    everything = [slot for found in days for slot in found]
    while len(chosen) < number and (another := _pick(everything, chosen, calendar.zone)):
        chosen += another
    return tuple(sorted(chosen))


def next_days(calendar: Calendar, wish: Wish, now: datetime, number: int) -> tuple[date, ...]:
    """The next days on which something is free."""
    days = (found[0].day(calendar.zone) for found in _following_days(calendar, wish, now))
    return tuple(day for day, _ in zip(days, range(number), strict=False))


def slots_of(calendar: Calendar, wish: Wish, now: datetime, day: date) -> list[Slot]:
    """Every free slot of a day, in order; of one hour, that of the colleague whose turn it is first."""
    agenda = calendar.on(day)
    if not _may_be(agenda, wish, now, day):
        return []
    earliest = to_seconds(max(now + wish.needs.notice, wish.since or now) + timedelta(microseconds=999_999))
    away = _away(agenda, day)
    grids: dict[tuple[Range, ...], list[int]] = {}
    found: list[_Free] = []
    for opening in agenda.openings:
        mode = wish.takes(opening)
        if mode is None or not opening.on(day):
            continue
        if opening.ranges not in grids:
            grids[opening.ranges] = [at for at in _grid(agenda.zone, day, opening.ranges, wish) if at >= earliest]
        taken = (agenda.taken.get(opening.who, NOTHING_TAKEN), away.get(opening.who, NOTHING_TAKEN))
        starts = _free(wish.needs, mode, grids[opening.ranges], taken)
        found += [(at, _turn(opening.who, at), opening.place, opening.who, mode) for at in starts]
    moments = {at: (from_seconds(at), from_seconds(at + 60 * wish.needs.minutes)) for at, *_ in found}
    return [Slot(*moments[at], who, place, mode) for at, _, place, who, mode in sorted(set(found))]


def is_free(calendar: Calendar, wish: Wish, now: datetime, slot: Slot) -> bool:
    """Whether this very slot may still be booked: what comes back from outside is looked for again, and never believed."""
    needs = replace(wish.needs, notice=max(wish.needs.notice - MEANWHILE, timedelta()))
    this = replace(wish, needs=needs, who=frozenset({slot.who}), places=frozenset({slot.place}), modes=frozenset({slot.mode}))
    return slot in slots_of(calendar, this, now, slot.day(calendar.zone))


def dump(slot: Slot) -> Json:
    """A slot as a conversation remembers it."""
    return [to_seconds(slot.start), to_seconds(slot.end), slot.who, slot.place, slot.mode.value]


def load(kept: Json) -> Slot | None:
    """The other way round; None for anything else."""
    if not isinstance(kept, list) or len(kept) != 5 or not all(type(each) is int for each in kept[:4]) or kept[4] not in set(Mode):
        return None
    start, end, who, place, mode = kept
    return Slot(from_seconds(int(str(start))), from_seconds(int(str(end))), int(str(who)), int(str(place)), Mode(str(mode)))


# -- days


def _following_days(calendar: Calendar, wish: Wish, now: datetime) -> Iterator[list[Slot]]:
    """The slots of each day that has some, from today to the horizon."""
    today = now.astimezone(calendar.zone).date()
    start = max(today, wish.since.astimezone(calendar.zone).date() if wish.since else today, wish.days.first if wish.days else today)
    end = min(today + timedelta(days=wish.needs.horizon), wish.days.last if wish.days else date.max)
    for ahead in range((end - start).days + 1):
        if found := slots_of(calendar, wish, now, start + timedelta(days=ahead)):
            yield found


def _may_be(agenda: Agenda, wish: Wish, now: datetime, day: date) -> bool:
    """Whether anything of this day may be proposed at all."""
    last = now.astimezone(agenda.zone).date() + timedelta(days=wish.needs.horizon)
    wanted = day not in wish.but and (wish.days is None or day in wish.days)
    return wanted and day in agenda.days and day <= last and not agenda.closed(day)


def _away(agenda: Agenda, day: date) -> Mapping[int, Taken]:
    """When each colleague is absent, from the day before to the day after: a buffer may reach there."""
    near = [day - ONE_DAY, day, day + ONE_DAY]
    found: dict[int, list[tuple[int, int]]] = {}
    for absence in agenda.absences:
        if absence.days.first <= near[-1] and absence.days.last >= near[0]:
            for each in near:
                if each in absence.days:
                    during = [whole_day(agenda.zone, each)] if absence.during is None else spans(agenda.zone, each, [absence.during])
                    found.setdefault(absence.who, []).extend(during)
    return {who: Taken(when) for who, when in found.items()}


# -- within a day


def _grid(zone: ZoneInfo, day: date, ranges: Sequence[Range], wish: Wish) -> list[int]:
    """When an appointment may begin that day, were everything free."""
    lasts, step = 60 * wish.needs.minutes, 60 * (wish.needs.grid or wish.needs.minutes)
    walls: set[int] = set()
    for each in ranges:
        opens = seconds(each.opens)
        first = opens if wish.needs.grid == 0 else -(-opens // step) * step
        walls.update(range(first, seconds(each.closes), step))
    stretches = spans(zone, day, ranges)
    starts = (first_moment(zone, day, wall) for wall in sorted(walls) if wish.part is None or wish.part.holds(wall))
    return [at for at in starts if at is not None and any(since <= at and at + lasts <= until for since, until in stretches)]


def _free(needs: Needs, mode: Mode, starts: Iterable[int], taken: Iterable[Taken]) -> Iterator[int]:
    """Those of these starts at which the colleague is free."""
    before, skip = -needs.owned(0, mode)[0], 0
    for at in starts:
        if at - before < skip:
            continue
        span = needs.owned(at, mode)
        skip = max(each.until(span) or 0 for each in taken)
        if not skip:
            yield at


def _pick(found: Sequence[Slot], chosen: Sequence[Slot], zone: ZoneInfo) -> list[Slot]:
    """The best of these beside what is chosen: another half of the day, then the earliest, then somebody else."""
    starts, who = {slot.start for slot in chosen}, {slot.who for slot in chosen}
    halves = [slot.part(zone) for slot in chosen]
    first = {slot.start: slot for slot in reversed(found) if slot.start not in starts}
    ranks = {start: (halves.count(slot.part(zone)), start) for start, slot in first.items()}
    if not ranks:
        return []
    best = min(ranks, key=lambda start: ranks[start])
    same = [slot for slot in found if slot.start == best]
    return [next((slot for slot in same if slot.who not in who), same[0])]


def _turn(who: int, at: int) -> int:
    """A number that says whose turn it is: another colleague's first at each hour, the same whenever one asks."""
    return crc32(b"%d %d" % (who, at))
