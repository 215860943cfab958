"""A service that receives young people: two places with doors and the telephone, three motives, a team of two. What a newcomer books in."""

from dataclasses import dataclass, replace
from datetime import date, time

from bot.rules.hours import Range
from bot.rules.openings import Mode, Needs, Opening
from bot.rules.recurrences import recurrence
from storage import appointment_view, lanes, motives, openings, places
from storage.appointment_view import Appointment
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.places import Kind
from tests.opening import opens
from tests.rules.waiting import OFFICE
from tests.talk import Talk

ON_SITE, PHONE = frozenset({Mode.ON_SITE}), frozenset({Mode.PHONE})
MORNING, AFTERNOON, EVENING = Range(time(9), time(12)), Range(time(14), time(17)), Range(time(17), time(19))
FIRST, LAST = date(2026, 1, 5), date(2030, 12, 31)
OIGNIES = ("Le CLLAJ", "19 rue du 19 Mars 1962, 62590 Oignies", "Bus 7, arrêt Mairie.")
CARVIN = ("Mission Locale", "12 place Jean-Jaurès, 62220 Carvin", "Au premier étage.")
CALLED = ("Téléphone", "", "")
KINDS, TOWNS = (Kind.OFFICE, Kind.ANTENNA, Kind.PHONE), ("Oignies", "Carvin", "")
MOTIVES = (
    Motive("", "Trouver un logement", Needs(45, ON_SITE), bring="une pièce d'identité"),
    Motive("", "Aides, garant", Needs(30, ON_SITE | PHONE), bring="tes derniers papiers de la CAF."),
    Motive("", "Question par téléphone", Needs(15, PHONE)),
    Motive("", "Je dirai sur place", Needs(30, ON_SITE)),
)
OWN = {*OIGNIES, *CARVIN, *CALLED, *TOWNS, *(motive.name for motive in MOTIVES), *(motive.bring for motive in MOTIVES)}
"""What the service itself wrote: it is said as it is, in every language."""


@dataclass(frozen=True)
class Receiving:
    """What a test needs to know of it. `team` are caseworkers' ids, `places` by their town, the telephone by ""."""

    storage: Storage
    team: tuple[int, ...]
    places: dict[str, int]

    async def ahead(self, talk: Talk) -> tuple[Appointment, ...]:
        """The appointments of this person that stand and are to come."""

        def unit(work: Work) -> tuple[Appointment, ...]:
            lane = lanes.lane_of(work, talk.address)
            return () if lane is None else appointment_view.to_come(work, lane.person_id)

        return await self.storage.run(unit)

    async def one(self, talk: Talk) -> Appointment:
        """Their only appointment."""
        (found,) = await self.ahead(talk)
        return found


async def receiving(storage: Storage, *, kinds: tuple[Motive, ...] = MOTIVES) -> Receiving:
    """Samira receives at Oignies on weekdays, Théo at Carvin on Tuesday mornings and on Thursdays until the evening, and by telephone on Mondays."""
    samira, theo = (member.id for member in await opens(storage, OFFICE, ("Samira", "Théo")))

    def unit(work: Work) -> dict[str, int]:
        for (name, address, directions), kind, town in zip((OIGNIES, CARVIN, CALLED), KINDS, TOWNS, strict=True):
            places.add(work, name, address, OFFICE if address else ((),) * 7, kind=kind, directions=directions, town=town)
        here, there, called = (place.id for place in places.everywhere(work))
        open_at(work, samira, here, ON_SITE, "MO,TU,WE,TH,FR", MORNING, AFTERNOON)
        open_at(work, theo, there, ON_SITE, "TU", MORNING)
        open_at(work, theo, there, ON_SITE, "TH", AFTERNOON, EVENING)
        open_at(work, theo, called, PHONE, "MO", AFTERNOON)
        for motive in kinds:
            motives.put(work, replace(motive))
        return dict(zip(TOWNS, (here, there, called), strict=True))

    return Receiving(storage, (samira, theo), await storage.run(unit))


def open_at(work: Work, who: int, place: int, modes: frozenset[Mode], days: str, *ranges: Range) -> str:
    """An opening of every week."""
    return openings.open_at(work, Opening(who, place, ranges, modes, FIRST, LAST, recurrence(f"FREQ=WEEKLY;BYDAY={days}")))
