"""A week of the calendar, for the tests of its pages: two colleagues who receive, people who come, each sort of thing that may stand there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.rules.hours import Range
from bot.rules.openings import Mode, Needs, Opening
from bot.rules.recurrences import recurrence
from bot.rules.slots import Slot
from storage import appointments, hours, motives, openings, places, threads
from storage.appointment_view import Appointment, Booking, By
from storage.caseworkers import Member
from storage.engine import Work
from storage.motives import Motive
from tests.backend.desk import House
from tests.clock import TestClock
from tests.rules.waiting import OFFICE, PARIS

ON_SITE = frozenset({Mode.ON_SITE, Mode.PHONE})
MORNING, AFTERNOON, EVENING = Range(time(9), time(12)), Range(time(13, 30), time(17)), Range(time(16, 30), time(19))
MONDAY = date(2026, 3, 2)
FIRST, LAST = date(2026, 1, 5), date(2028, 12, 31)


def paris(text: str) -> datetime:
    """A moment as the wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@dataclass
class Week:
    """Nadège and Théo receive; two places, two motives. `threads`: each person's, by name."""

    house: House
    clock: TestClock
    nadege: Member
    theo: Member
    office: places.Place
    antenna: places.Place
    welcome: Motive
    home: Motive
    threads: dict[str, str] = field(default_factory=dict)

    async def person(self, name: str) -> str:
        """Somebody who asks for a person and said how they are called; their thread."""
        if name not in self.threads:
            self.threads[name] = await self.house.asks_for_somebody(name, "je cherche un logement")
            await self.house.named(name, name)
        return self.threads[name]

    def slot(self, text: str, who: Member | None = None, minutes: int = 45, mode: Mode = Mode.ON_SITE) -> Slot:
        """A time at the office that begins at « 2026-03-05 10:00 » on the wall."""
        start = paris(text)
        return Slot(start, start + timedelta(minutes=minutes), (who or self.nadege).id, self.office.id, mode)

    async def book(
        self,
        name: str,
        at: str,
        who: Member | None = None,
        motive: Motive | None = None,
        mode: Mode | None = None,
        place: places.Place | None = None,
        **more: object,
    ) -> Appointment:
        """An appointment of this person, whatever the openings say."""
        thread, chosen = await self.person(name), motive or self.welcome
        slot = self.slot(at, who, chosen.needs.minutes, mode or (Mode.HOME if chosen is self.home else Mode.ON_SITE))
        slot = slot if place is None else replace(slot, place=place.id)

        def unit(work: Work) -> Appointment:
            held = threads.find(work, thread)
            assert held is not None
            found = appointments.book(work, Booking(held.person_id, chosen.token, slot, By.TEAM, freely=True, thread_id=held.id, **more))  # type: ignore[arg-type]
            assert isinstance(found, Appointment)
            return found

        return await self.house.storage.run(unit)


async def receives(house: House, clock: TestClock, nadege: Member | None = None) -> Week:
    """The service receives; it is Monday at eight."""
    clock.turn_to(paris("2026-03-02 08:00"))
    mine = nadege or await house.colleague()
    theo = await house.colleague("Théo", "theo@example.org")

    def unit(work: Work) -> Mapping[str, str]:
        tokens = {
            "office": places.add(work, "Siège", "4 rue des Lilas, 62590 Oignies", OFFICE),
            "antenna": places.add(work, "Antenne de Carvin", "12 place Jean-Jaurès, 62220 Carvin", OFFICE, kind=places.Kind.ANTENNA),
            "welcome": motives.put(work, Motive("", "Premier accueil", Needs(45, ON_SITE), bring="une pièce d'identité")),
            "home": motives.put(work, Motive("", "Visite à domicile", Needs(60, frozenset({Mode.HOME}), travel=(30, 30)))),
        }
        at = {place.token: place.id for place in places.everywhere(work)}
        office, antenna = at[tokens["office"]], at[tokens["antenna"]]
        rules = (
            (mine, office, (MORNING, AFTERNOON), "MO,TU,WE,FR"),
            (mine, antenna, (Range(time(10), time(12)), EVENING), "TH"),
            (theo, office, (MORNING, AFTERNOON), "MO,TU,WE,TH,FR"),
        )
        for who, place, ranges, days in rules:
            openings.open_at(work, Opening(who.id, place, ranges, ON_SITE, FIRST, LAST, recurrence(f"FREQ=WEEKLY;BYDAY={days}")))
        hours.put_week(work, OFFICE)
        return tokens

    tokens = await house.storage.run(unit)
    found = {place.token: place for place in await house.storage.read(places.everywhere)}
    named = {motive.token: motive for motive in await house.storage.read(motives.motives)}
    return Week(house, clock, mine, theo, found[tokens["office"]], found[tokens["antenna"]], named[tokens["welcome"]], named[tokens["home"]])
