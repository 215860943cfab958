"""A week with something of everything, as a browser meets it."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.calendars import Busy
from bot.rules.hours import Days
from bot.rules.walls import to_seconds
from storage import appointments, busy, caseworkers, hours, lanes, seats, switches, waiting_list, workshops
from storage.appointment_view import Outcome
from storage.engine import Work
from storage.switches import Switch
from storage.waiting_list import Wanted
from storage.workshops import Workshop
from tests.backend.desk import peer
from tests.backend.week import Week, paris, receives
from tests.browser.desk import Desk


@dataclass
class Seeded:
    """The pages to look at."""

    week: Week
    paths: dict[str, str]


async def seeded(desk: Desk) -> Seeded:
    """Tuesday, a quarter to eleven, in the middle of a full week."""
    run = desk.house.storage.run
    nadege = next(member for member in await desk.house.storage.read(caseworkers.team) if member.name == "Nadège")
    week = await receives(desk.house, desk.clock, nadege)
    adam = await week.book("Adam", "2026-03-02 09:00")
    romane = await week.book("Romane", "2026-03-02 10:00")
    await week.book("Idris", "2026-03-02 11:15")
    await week.book("Maëlle", "2026-03-02 14:00")
    kenza = await week.book("Kenza", "2026-03-03 11:15")
    await week.book("Noam", "2026-03-03 14:00")
    await week.book("Awa", "2026-03-03 14:15", week.theo)
    lina = await week.book("Lina", "2026-03-04 10:00", motive=week.home)
    sofiane = await week.book("Sofiane", "2026-03-04 15:00")
    ines = await week.book("Inès", "2026-03-05 10:30", callback="06 11 22 33 44")
    celia = await week.book("Célia", "2026-03-05 17:00")
    await week.book("Malo", "2026-03-06 09:30")
    await week.book("Tessa", "2026-03-06 14:00")
    gone = await week.book("Enzo", "2026-03-05 11:30")
    for each in (kenza, lina, sofiane, celia):
        await run(appointments.confirm, each.token, each.version)
    await run(appointments.cancel, gone.token, gone.version)
    eva = await week.person("Éva")
    await run(switches.turn, Switch.OFFERS, on=True)

    def unit(work: Work) -> None:
        title = workshops.put(work, Workshop("", "Lire son bail"))
        at = paris("2026-03-03 15:00")
        (session,) = workshops.plan(work, title, week.office.id, [(at, at + timedelta(hours=2))], 2)
        for name in ("Adam", "Kenza", "Malo"):
            lane = lanes.lane_of(work, peer(name))
            assert lane is not None
            seats.take(work, session, lane.person_id)
        source = busy.add(work, week.nadege.id, busy.Kind.ICS, "https://example.org/a.ics")
        span = (to_seconds(paris("2026-03-05 13:30")), to_seconds(paris("2026-03-05 15:00")))
        busy.read(work, source, Busy((span,), 1, 0))
        lane = lanes.lane_of(work, peer("Éva"))
        assert lane is not None
        waiting_list.wait(work, lane.person_id, Wanted(week.welcome.token, frozenset({week.office.id})))

    await run(unit)
    desk.clock.turn_to(paris("2026-03-03 10:48"))
    await run(waiting_list.offer_free)
    await run(appointments.close, adam.token, Outcome.CAME)
    await run(appointments.close, romane.token, Outcome.ABSENT)
    friday = date(2026, 3, 6)
    await run(hours.be_away, nadege.id, Days(friday, friday))
    paths = {
        "week": "/backend/calendar",
        "day": "/backend/calendar?vue=jour&jour=2026-03-03&qui=equipe",
        "all": "/backend/calendar?qui=equipe",
        "empty": "/backend/calendar?jour=2026-12-22",
        "appointment": f"/backend/calendar/appointments/{ines.token}",
        "past": f"/backend/calendar/appointments/{romane.token}",
        "book": f"/backend/calendar/book/{eva}?motif={week.welcome.token}",
        "whom": "/backend/calendar/book",
        "move": f"/backend/calendar/appointments/{sofiane.token}/move?jour=2026-03-05",
        "covered": "/backend/calendar/covered",
        "thread": f"/backend/threads/{week.threads['Inès']}",
    }
    return Seeded(week, paths)
