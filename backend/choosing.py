"""Choosing a time for an appointment: slots as a page shows them and as its form sends them back, or any time at all, by hand.

What a form sends names colleagues and places by their tokens; storage looks for every slot again before it books it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from backend import weekly
from backend.openings import MODES
from backend.show import Show
from bot.rules.hours import Days
from bot.rules.openings import Mode
from bot.rules.slots import Slot, Wish, next_slots, slots_of
from bot.rules.walls import first_moment, from_seconds, seconds
from content.words import typeset
from storage import caseworkers, openings, places
from storage.appointment_view import Appointment
from storage.caseworkers import Member
from storage.engine import Work
from storage.motives import Motive
from storage.places import Place

NEXT, MOST = 6, 60
"""How many slots are proposed; how many of one day at most."""
EVERYWHERE = "tous"
CELL, LONGEST = 5, 480
"""Minutes: what an appointment is a multiple of, and eight hours."""
FARTHEST = timedelta(days=400)
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""What a made-up slot is looked for in at all: beyond, there are no more days to count with."""
FAULTS = {
    "slot": "Choisissez un créneau de la liste, ou écrivez-en un à la main.",
    "day": "Écrivez le jour et l'heure, dans les 400 jours qui viennent.",
    "past": "Ce moment est déjà passé. Choisissez-en un à venir.",
    "skipped": "Cette heure n'existe pas cette nuit-là : on change d'heure.",
    "minutes": "Écrivez une durée et une heure de cinq en cinq minutes, huit heures au plus.",
    "where": "Choisissez le lieu, la façon de se voir et la personne qui reçoit.",
    "motive": "Choisissez un motif.",
    "callback": "Écrivez un numéro de téléphone, ou rien.",
}


class Wrong(Exception):
    """A time that cannot be meant: which field, and what to write."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field, self.said = field, typeset(FAULTS[field])


@dataclass(frozen=True, slots=True)
class Offered:
    """A slot as it is shown. `key` is what its button sends."""

    key: str
    day: str
    hour: str
    who: str
    place: str
    mode: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What slots are looked for: at a place, with a colleague, on a day, in one way; None for any."""

    place: Place | None = None
    who: Member | None = None
    day: date | None = None
    mode: Mode | None = None
    everywhere: bool = False
    """Not first where an appointment that moves was to be."""


class Choosing:
    """The colleagues and the places of this unit, and the slots between them."""

    def __init__(self, work: Work, show: Show) -> None:
        self._work, self._show = work, show
        self.team = tuple(caseworkers.readers(work))
        self.places = places.everywhere(work)
        self._places: Mapping[int, Place] = {place.id: place for place in self.places}
        self._members: Mapping[int, Member] = {member.id: member for member in self.team}

    def sought(self, asked: Mapping[str, str]) -> Sought:
        """What the fields `lieu`, `qui`, `jour` and `comment` of a page ask for; what is none of ours asks for nothing."""
        try:
            day = date.fromisoformat(asked.get("jour", ""))
        except ValueError:
            day = None
        today = self._work.now.astimezone(self._show.zone).date()
        return Sought(
            next((place for place in self.places if place.token == asked.get("lieu", "")), None),
            next((member for member in self.team if member.token == asked.get("qui", "")), None),
            day if day is not None and today <= day <= today + FARTHEST else None,
            next((mode for mode in Mode if mode == asked.get("comment", "")), None),
            asked.get("lieu", "") == EVERYWHERE,
        )

    def find(self, motive: Motive, sought: Sought, beside: Appointment | None = None) -> tuple[Offered, ...]:
        """All the slots of the day asked for, else the next ones. `beside`: an appointment that may be moved to a time it overlaps."""
        but = 0 if beside is None else beside.id
        tried = (self._find(wish, sought.day, but) for wish in _wishes(motive, sought, beside))
        return self.offered(next(filter(None, tried), ()))

    def _find(self, wish: Wish, day: date | None, but: int) -> Sequence[Slot]:
        reading = openings.Reading(self._work, but)
        if day is None:
            return next_slots(reading, wish, self._work.now, NEXT)
        return slots_of(reading, wish.on(Days(day, day)), self._work.now, day)[:MOST]

    def offered(self, slots: Iterable[Slot]) -> tuple[Offered, ...]:
        """Slots as they are shown."""
        return tuple(
            Offered(
                key(slot, self._members[slot.who], self._places[slot.place]),
                self._show.words.day(slot.start.astimezone(self._show.zone).date()),
                self._show.hour(slot.start),
                self._members[slot.who].name,
                self._places[slot.place].name,
                MODES[slot.mode],
            )
            for slot in slots
            if slot.who in self._members and slot.place in self._places
        )

    def read(self, text: str) -> Slot:
        """The slot a button sends. Raises Wrong for anything else."""
        try:
            start, minutes, who, place, mode = text.split("/")
            since = datetime.strptime(start, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
            lasts = timedelta(minutes=int(minutes))
        except (ValueError, OverflowError):
            raise Wrong("slot") from None
        if not CELL <= lasts // timedelta(minutes=1) <= LONGEST or not FIRST_YEAR <= since.year <= LAST_YEAR:
            raise Wrong("slot")
        return self._slot(since, lasts, (who, place, mode), "slot")

    def by_hand(self, form: Mapping[str, str]) -> Slot:
        """A time that a colleague wrote, in no opening or in one. Raises Wrong."""
        try:
            day = date.fromisoformat(form.get("day", ""))
        except ValueError:
            raise Wrong("day") from None
        at, today = weekly.read_time(form.get("hour", "")), self._work.now.astimezone(self._show.zone).date()
        if at is None or not today - timedelta(days=1) <= day <= today + FARTHEST:
            raise Wrong("day")
        minutes = form.get("minutes", "")
        if not (minutes.isdecimal() and minutes.isascii()) or len(minutes) > 3 or not CELL <= int(minutes) <= LONGEST or int(minutes) % CELL:
            raise Wrong("minutes")
        if at.minute % CELL:
            raise Wrong("minutes")
        moment = first_moment(self._show.zone, day, seconds(at))
        if moment is None:
            raise Wrong("skipped")
        if from_seconds(moment) <= self._work.now:
            raise Wrong("past")
        named = (form.get("who", ""), form.get("place", ""), form.get("mode", ""))
        return self._slot(from_seconds(moment), timedelta(minutes=int(minutes)), named, "where")

    def _slot(self, start: datetime, lasts: timedelta, named: tuple[str, str, str], fault: str) -> Slot:
        who = next((member for member in self.team if member.token == named[0]), None)
        place = next((place for place in self.places if place.token == named[1]), None)
        if who is None or place is None or named[2] not in set(Mode):
            raise Wrong(fault)
        mode = Mode(named[2]) if place.kind.has_doors else place.kind.mode  # nobody comes to « Téléphone »
        return Slot(start, start + lasts, who.id, place.id, mode)


def _wishes(motive: Motive, sought: Sought, beside: Appointment | None) -> Iterator[Wish]:
    """What is asked for. Where an appointment moves and nothing else is asked for: first there and as it was, then as it was, then any."""
    where, who = ({each.id} if each else set[int]() for each in (sought.place, sought.who))
    asked = Wish(motive.needs, frozenset({sought.mode} if sought.mode else ()), frozenset(where), frozenset(who))
    if beside is not None:
        as_it_was = replace(asked, modes=asked.modes or frozenset({beside.slot.mode}))
        if not sought.everywhere:
            yield replace(as_it_was, places=asked.places or frozenset({beside.slot.place}))
        yield as_it_was
    yield asked


def key(slot: Slot, who: Member, place: Place) -> str:
    """What a slot's button sends."""
    minutes = (slot.end - slot.start) // timedelta(minutes=1)
    return f"{slot.start.astimezone(UTC):%Y%m%dT%H%MZ}/{minutes}/{who.token}/{place.token}/{slot.mode}"
