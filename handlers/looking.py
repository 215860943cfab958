"""What somebody looks for a time for, as a question remembers it, and the times there are for it. Nothing here speaks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.messages import Json
from bot.rules.hours import Days
from bot.rules.openings import Mode
from bot.rules.slots import THREE, Part, Slot, Wish, dump, load, next_slots, slots_of
from bot.rules.walls import seconds
from content.understanding.times import When, pick
from storage import appointment_view, motives, openings, places
from storage.appointment_view import Appointment
from storage.engine import Work
from storage.motives import Motive

LONGEST = 11
"""Figures of a number that a button may name."""
SOON, FIVE_MINUTES = 28, 300
"""Days ahead that an hour is looked for in, where no day was named; seconds between two times at which something may begin."""
SLOT = "slot:"
"""Prefix of the button of a time. It says the whole of it, so that one shown long ago is understood, and looked for again before it is booked."""


@dataclass(frozen=True, slots=True)
class Moving:
    """The appointment that is to be moved, as it was when somebody said so."""

    token: str
    version: int


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked for. `moving`: instead of which appointment; the rest narrows the choice as `bot.rules.slots.Wish` does."""

    motive: str
    moving: Moving | None = None
    places: frozenset[int] = frozenset()
    modes: frozenset[Mode] = frozenset()
    part: Part | None = None
    days: Days | None = None
    since: datetime | None = None
    but: frozenset[date] = frozenset()
    not_at: frozenset[int] = frozenset()

    @property
    def narrowed(self) -> bool:
        """Whether a day, a part of it or another place was asked for."""
        return bool(self.part or self.days or self.since or self.but or self.not_at)

    def widened(self) -> "Looking":
        """The same, whenever it is."""
        return Looking(self.motive, self.moving, self.places, self.modes)

    def anywhere(self) -> "Looking":
        """The same, wherever and whenever it is."""
        return Looking(self.motive, self.moving)

    def another_day(self, shown: Collection[date]) -> "Looking":
        return replace(self, but=self.but | frozenset(shown), days=None)

    def another_place(self, shown: Collection[Slot]) -> "Looking":
        """At none of the places of these."""
        return Looking(self.motive, self.moving, not_at=self.not_at | {slot.place for slot in shown})

    def kept(self) -> dict[str, Json]:
        """As a question's data."""
        return {
            "motive": self.motive,
            "moving": None if self.moving is None else [self.moving.token, self.moving.version],
            "places": sorted(self.places),
            "modes": sorted(self.modes),
            "part": self.part,
            "days": None if self.days is None else [self.days.first.isoformat(), self.days.last.isoformat()],
            "since": None if self.since is None else self.since.isoformat(),
            "but": sorted(day.isoformat() for day in self.but),
            "not_at": sorted(self.not_at),
        }


def from_kept(kept: Json) -> Looking | None:
    """The other way round; None for anything else."""
    if not isinstance(kept, Mapping) or "motive" not in kept:
        return None
    days, moving = _strings(kept["days"]), kept["moving"]
    return Looking(
        motive=str(kept["motive"]),
        moving=Moving(str(moving[0]), int(str(moving[1]))) if isinstance(moving, list) else None,
        places=frozenset(map(int, _strings(kept["places"]))),
        modes=frozenset(map(Mode, _strings(kept["modes"]))),
        part=None if kept["part"] is None else Part(str(kept["part"])),
        days=Days(*map(date.fromisoformat, days)) if days else None,
        since=None if kept["since"] is None else datetime.fromisoformat(str(kept["since"])),
        but=frozenset(map(date.fromisoformat, _strings(kept["but"]))),
        not_at=frozenset(map(int, _strings(kept["not_at"]))),
    )


def _strings(kept: Json) -> list[str]:
    return [str(each) for each in kept] if isinstance(kept, list) else []


# -- a time as a button


@dataclass(frozen=True, slots=True)
class Pick:
    """A time that was shown, and what for."""

    motive: str
    moving: Moving | None
    slot: Slot

    def name(self) -> str:
        """The id of its button."""
        moving = "" if self.moving is None else f"{self.moving.token}.{self.moving.version}"
        numbers = dump(self.slot)
        return SLOT + ":".join((self.motive, moving, *map(str, numbers if isinstance(numbers, list) else ())))


def read_pick(name: str) -> Pick | None:
    """The time that a button names; None for one that names none."""
    motive, moving, *rest = [*name.removeprefix(SLOT).split(":"), ""]
    numbers: list[Json] = [int(each) if each.isascii() and each.isdecimal() and len(each) <= LONGEST else each for each in rest[:-1]]
    slot, (token, _dot, version) = load(numbers), moving.partition(".")
    if slot is None or not motive:
        return None
    return Pick(motive, Moving(token, int(version)) if version.isdecimal() else None, slot)


# -- what there is


def motive_of(work: Work, looking: Looking | Pick) -> Motive | None:
    """What it is for, as far as it is offered; an appointment that is moved keeps its own."""
    offered = looking.moving is not None or any(each.token == looking.motive for each in motives.motives(work))
    return motives.find(work, looking.motive) if offered else None


def moved(work: Work, looking: Looking | Pick) -> Appointment | None:
    """The appointment that is to be moved, None where none is."""
    return None if looking.moving is None else appointment_view.find(work, looking.moving.token)


def times(work: Work, person_id: int, looking: Looking, number: int = THREE) -> tuple[Slot, ...]:
    """The next free times, none during another appointment of the same person."""
    motive = motive_of(work, looking)
    if motive is None:
        return ()
    old, busy = moved(work, looking), appointment_view.to_come(work, person_id)
    calendar = openings.Reading(work, 0 if old is None else old.id)
    found = next_slots(calendar, _wish(motive, looking), work.now, number + len(busy))
    return tuple(_possible(found, busy, old))[:number]


def times_said(work: Work, person_id: int, looking: Looking, said: When) -> tuple[Slot, ...]:
    """The next times that fit what somebody said, three at most: of several days where they named no single one."""
    motive = motive_of(work, looking)
    if motive is None:
        return ()
    old, busy = moved(work, looking), appointment_view.to_come(work, person_id)
    calendar, wish = openings.Reading(work, 0 if old is None else old.id), _wish(motive, looking)
    today = work.now.astimezone(calendar.zone).date()
    days: list[list[Slot]] = []
    if not _ever(openings.openings(work), wish, said):
        return ()
    far = motive.needs.horizon if said.names_a_day else min(motive.needs.horizon, SOON)
    for ahead in range(far + 1):
        day = today + timedelta(days=ahead)
        there = _possible(slots_of(calendar, wish, work.now, day), busy, old) if said.on(day) else ()
        if fit := pick(said, list(there), calendar.zone):
            days.append(list({slot.start: slot for slot in reversed(fit)}.values())[::-1])
        if len(days) == THREE:
            break
    return tuple(sorted(_spread(days)))


def _ever(kept: Iterable[openings.Kept], wish: Wish, said: When) -> bool:
    """Whether anybody ever receives at such an hour: what nobody does is not looked for day by day."""
    ranges = {each for one in kept if wish.takes(one.opening) for each in one.opening.ranges}
    walls = {seconds(each.opens) + ahead for each in ranges for ahead in range(0, seconds(each.closes) - seconds(each.opens), FIVE_MINUTES)}
    return any(said.at(time(wall // 3600, wall % 3600 // 60)) for wall in walls)


def _spread(days: Sequence[list[Slot]]) -> list[Slot]:
    """The first of each day; then, where days are few, the last and the middle of each."""
    chosen: list[Slot] = []
    for nth in (0, -1, 1):
        chosen += [found[nth] for found in days if len(chosen) < THREE and len(found) > max(nth, 0) and found[nth] not in chosen]
    return chosen[:THREE]


def _wish(motive: Motive, looking: Looking) -> Wish:
    return Wish(
        motive.needs,
        looking.modes,
        looking.places,
        part=looking.part,
        since=looking.since,
        days=looking.days,
        but=looking.but,
        not_at=looking.not_at,
    )


def _possible(found: Iterable[Slot], busy: Collection[Appointment], old: Appointment | None) -> Iterator[Slot]:
    """Those during none of their appointments, and not the very time of the one that moves."""
    apart = [each.slot for each in busy if old is None or each.id != old.id]
    for slot in found:
        same = old is not None and slot.start == old.slot.start and slot.place == old.slot.place
        if not same and not any(slot.start < other.end and other.start < slot.end for other in apart):
            yield slot


def still_free(work: Work, pick: Pick) -> bool:
    """Whether this very time may still be had."""
    motive, old = motive_of(work, pick), moved(work, pick)
    return motive is not None and openings.offered(work, Wish(motive.needs), pick.slot, 0 if old is None else old.id)


def doors(work: Work, motive: Motive) -> tuple[places.Place, ...]:
    """The places with doors where this may be, in the order they were added."""
    wish = Wish(motive.needs)
    received = {kept.opening.place for kept in openings.openings(work) if wish.takes(kept.opening) is Mode.ON_SITE}
    return tuple(place for place in places.places(work) if place.id in received)


def ways(work: Work, motive: Motive) -> tuple[Mode, ...]:
    """How people may meet for it, besides coming to a place with doors."""
    everyone = openings.openings(work)

    def there(mode: Mode) -> bool:
        wish = Wish(motive.needs, modes=frozenset({mode}))
        return any(wish.takes(kept.opening) for kept in everyone)

    return tuple(mode for mode in Mode if mode is not Mode.ON_SITE and there(mode))


def can_book(work: Work) -> bool:
    """Whether anything may be booked at all: without a motive or an opening, a person of the team finds a time."""
    return bool(motives.motives(work)) and bool(openings.openings(work))
