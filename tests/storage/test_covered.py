"""Which appointments cannot be kept as they are, and why; and the small verbs that the calendar reads by."""

from datetime import time, timedelta

from bot.rules.calendars import Busy
from bot.rules.hours import Range
from bot.rules.walls import to_seconds
from storage import (
    appointment_view,
    appointments,
    busy,
    caseworkers,
    covered,
    hours,
    people,
    places,
    switches,
    tables,
    waiting_list,
)
from storage.covered import Obstacles, Why
from storage.engine import Storage, Work
from storage.people import Called
from storage.switches import Switch
from storage.waiting_list import Wanted
from tests.clock import TestClock
from tests.opening import days
from tests.storage.diary import diary, paris

THURSDAY = days("2026-03-05")


async def found(storage: Storage, most: int = 10) -> list[tuple[str, Why]]:
    """What is covered, as the hour of each and why."""

    def unit(work: Work) -> list[tuple[str, Why]]:
        return [(f"{each.appointment.slot.start.astimezone(hours.zone(work)):%d %H:%M}", each.why) for each in covered.covered(work, most)]

    return await storage.read(unit)


async def test_nothing_stands_in_the_way_of_an_ordinary_appointment(storage: Storage) -> None:
    of = await diary(storage)
    await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
    assert await found(storage) == []
    assert await storage.read(covered.number) == 0


async def test_an_absence_of_whole_days_and_of_hours(storage: Storage) -> None:
    of = await diary(storage)
    for name, at in (("zoe", "2026-03-05 10:00"), ("adam", "2026-03-05 11:00"), ("lina", "2026-03-06 10:00")):
        await of.book(await of.person(name), of.at(at))
    await storage.run(hours.be_away, of.team[0], THURSDAY, Range(time(10, 30), time(11, 30)))
    assert await found(storage) == [("05 11:00", Why.AWAY)], "what ends as the absence begins is kept"
    await storage.run(hours.be_away, of.team[0], THURSDAY)
    assert await found(storage) == [("05 10:00", Why.AWAY), ("05 11:00", Why.AWAY)]
    assert await found(storage, 1) == [("05 10:00", Why.AWAY)]
    assert await storage.read(covered.number) == 2


async def test_somebody_elses_absence_covers_nothing(storage: Storage) -> None:
    of = await diary(storage, team=("Samira", "Théo"))
    await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
    await storage.run(hours.be_away, of.team[1], THURSDAY)
    assert await found(storage) == []


async def test_a_closure_a_holiday_a_colleague_who_left_and_a_place_that_is_no_more(storage: Storage) -> None:
    of = await diary(storage, team=("Samira", "Théo"))
    zoe = await of.person("zoe")
    booked = [of.at("2026-03-05 10:00"), of.at("2026-04-06 10:00"), of.at("2026-03-09 10:00", of.team[1])]
    for slot in booked:
        await of.book(zoe, slot, freely=True)
    assert await found(storage) == [("06 10:00", Why.HOLIDAY)]  # Easter Monday
    await storage.run(hours.close, THURSDAY, "Formation")
    await storage.run(caseworkers.disable, of.team[1])
    assert await found(storage) == [("05 10:00", Why.CLOSED), ("09 10:00", Why.LEFT), ("06 10:00", Why.HOLIDAY)]

    def withdraw(work: Work) -> None:
        for place in places.everywhere(work):
            places.remove(work, place.token)
        for closure in hours.closures(work):
            hours.reopen(work, closure.token)

    await storage.run(withdraw)
    assert await found(storage) == [("05 10:00", Why.NO_PLACE), ("09 10:00", Why.LEFT), ("06 10:00", Why.HOLIDAY)]


async def test_what_is_past_or_cancelled_is_no_matter(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    first = await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
    await of.book(await of.person("adam"), of.at("2026-03-05 11:00"))
    await storage.run(hours.be_away, of.team[0], THURSDAY)
    await storage.run(appointments.cancel, first.token, first.version)
    assert await found(storage) == [("05 11:00", Why.AWAY)]
    clock.turn_to(paris("2026-03-05 11:00"))
    assert await found(storage) == []


async def test_one_appointment_alone_is_asked_about(storage: Storage) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
    assert await storage.read(lambda work: Obstacles(work).why(mine)) is None
    await storage.run(hours.close, THURSDAY, "Formation")
    assert await storage.read(lambda work: Obstacles(work).why(mine)) is Why.CLOSED


# -- the small verbs


async def test_busy_times_of_a_day_are_read_without_what_they_are(storage: Storage) -> None:
    of = await diary(storage)
    spans = tuple(
        (to_seconds(paris(f"2026-03-{since}")), to_seconds(paris(f"2026-03-{until}")))
        for since, until in (("04 22:00", "05 02:00"), ("05 13:00", "05 14:00"))
    )

    def unit(work: Work) -> None:
        busy.read(work, busy.add(work, of.team[0], busy.Kind.ICS, "https://example.org/a.ics"), Busy(spans, 2, 0))

    await storage.run(unit)
    day = (paris("2026-03-05 00:00"), paris("2026-03-06 00:00"))
    read = await storage.read(busy.times, *day)
    assert [(who, since, until) for who, since, until in read] == [
        (of.team[0], paris("2026-03-04 22:00"), paris("2026-03-05 02:00")),
        (of.team[0], paris("2026-03-05 13:00"), paris("2026-03-05 14:00")),
    ]
    assert await storage.read(busy.times, paris("2026-03-06 00:00"), paris("2026-03-07 00:00")) == ()


async def test_what_is_held_is_apart_and_over_with_its_hour(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    zoe = await of.person("zoe")
    await storage.run(switches.turn, Switch.OFFERS, on=True)
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    (held,) = await storage.run(waiting_list.offer_free)
    since, until = clock.now(), clock.now() + timedelta(days=7)
    assert await storage.read(appointment_view.held_between, since, until) == (held,)
    assert await storage.read(appointment_view.between, since, until) == ()
    clock.turn(hours=12)
    assert await storage.read(appointment_view.held_between, since, until) == ()


async def test_what_an_appointment_takes_of_a_day_is_known(storage: Storage) -> None:
    of = await diary(storage)
    mine = await of.book(await of.person("zoe"), of.at("2026-03-05 10:00"))
    assert mine.holds == (mine.slot.start, mine.slot.end)


async def test_what_people_are_called_and_their_newest_thread(storage: Storage) -> None:
    of = await diary(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")

    def unit(work: Work) -> str:
        work.session.get_one(tables.Person, zoe).name = work.vault.seal("person.name", "Zoé")
        row = tables.Thread(token="old", person_id=zoe, opened_at=work.now)
        newer = tables.Thread(token="new", person_id=zoe, opened_at=work.now)
        for each in (row, newer):
            work.session.add(each)
            work.session.flush()
        return newer.token

    assert await storage.run(unit) == "new"
    assert dict(await storage.read(people.called, [zoe, adam, zoe, 404])) == {zoe: Called("Zoé", "new"), adam: Called("", "")}
