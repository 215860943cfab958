"""A service that receives: a team with openings, a place, a motive, and people who look for a slot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from bot.messages import Address
from bot.rules.hours import Range
from bot.rules.openings import Mode, Needs, Opening
from bot.rules.recurrences import recurrence
from bot.rules.reminders import DEFAULT, Kind
from bot.rules.slots import Slot, Wish, next_days, slots_of
from storage import appointments, lanes, motives, openings, places, reminders
from storage.appointment_view import Appointment, Booking, By
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.reminders import Due
from tests.opening import opens
from tests.rules.waiting import OFFICE, PARIS

ON_SITE = frozenset({Mode.ON_SITE})
DAY = (Range(time(9), time(12)), Range(time(14), time(17)))
WEEKDAYS = recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
FIRST, LAST = date(2026, 1, 5), date(2028, 12, 31)


@dataclass(frozen=True)
class Diary:
    """What a test needs of the service. `team` are caseworkers' ids."""

    storage: Storage
    team: tuple[int, ...]
    place: int
    motive: Motive
    wish: Wish = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wish", Wish(self.motive.needs))

    async def person(self, name: str) -> int:
        """Somebody who writes."""

        def unit(work: Work) -> int:
            return lanes.open_lane(work, Address("paper", "test", name)).person_id

        return await self.storage.run(unit)

    async def slots(self, number: int = 3) -> tuple[Slot, ...]:
        """What would be proposed."""
        return await self.storage.read(openings.find, self.wish, number)

    async def free(self, number: int) -> list[Slot]:
        """The first free slots, of everybody."""

        def unit(work: Work) -> list[Slot]:
            reading = openings.Reading(work)
            days = next_days(reading, self.wish, work.now, number)
            return list(islice((slot for day in days for slot in slots_of(reading, self.wish, work.now, day)), number))

        return await self.storage.read(unit)

    async def book(self, person: int, slot: Slot | None = None, **more: object) -> Appointment:
        """Book the first free slot, or this one."""
        booking = Booking(person, self.motive.token, slot or (await self.slots())[0], **more)  # type: ignore[arg-type]
        found = await self.storage.run(appointments.book, booking)
        assert isinstance(found, Appointment)
        return found

    def at(self, text: str, who: int | None = None, minutes: int = 30) -> Slot:
        """A slot of this diary that begins at « 2026-03-05 10:00 » on the wall."""
        start = paris(text)
        return Slot(start, start + timedelta(minutes=minutes), who or self.team[0], self.place, Mode.ON_SITE)


def paris(text: str) -> datetime:
    """A moment as the wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


async def diary(
    storage: Storage,
    team: Sequence[str] = ("Samira",),
    *,
    needs: Needs | None = None,
    chain: tuple[Kind, ...] = DEFAULT,
    ranges: tuple[Range, ...] = DAY,
) -> Diary:
    """Everybody of the team receives on weekdays, from nine to twelve and from two to five."""
    members = tuple(member.id for member in await opens(storage, OFFICE, team))

    def unit(work: Work) -> tuple[int, str]:
        token = places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", OFFICE, kind=places.Kind.ANTENNA)
        place = next(each.id for each in places.everywhere(work) if each.token == token)
        for who in members:
            openings.open_at(work, Opening(who, place, ranges, ON_SITE, FIRST, LAST, WEEKDAYS))
        return place, motives.put(work, Motive("", "Premier entretien", needs or Needs(30, ON_SITE), chain=chain))

    place, token = await storage.run(unit)
    motive = await storage.read(motives.find, token)
    assert motive is not None
    return Diary(storage, members, place, motive)


def claimed(work: Work) -> tuple[Due, ...]:
    """The steps whose time has come, held by this unit."""
    return reminders.claim(work, reminders.due(work))


__all__ = ["By", "Diary", "claimed", "diary", "paris"]
