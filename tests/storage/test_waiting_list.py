"""What is freed is held for who waits, in order, for some hours; then for the next."""

from datetime import timedelta

from bot.rules.reminders import Kind
from bot.rules.slots import Part
from storage import appointment_view, appointments, openings, reminders, switches, waiting_list
from storage.appointment_view import Appointment, By, Changed, State
from storage.engine import Storage
from storage.switches import Switch
from storage.waiting_list import HOLD, LIVES, Wanted
from tests.clock import TestClock
from tests.rules.waiting import PARIS
from tests.storage.diary import Diary, diary, paris


async def full_day(storage: Storage) -> tuple[Diary, list[Appointment]]:
    """A diary whose 10 March is full, and the offers of freed slots on."""
    of = await diary(storage)
    await storage.run(switches.turn, Switch.OFFERS, on=True)
    hours = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30")
    return of, [await of.book(await of.person(f"p{hour}"), of.at(f"2026-03-10 {hour}")) for hour in hours]


async def test_the_first_who_waits_is_offered_what_is_freed(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    await storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
    assert [each.person_id for each in await storage.read(waiting_list.waiting)] == [zoe, adam]
    await storage.run(appointments.cancel, booked[3].token, 1)
    first, second = await storage.read(waiting_list.waiting)
    assert first.held
    assert not second.held
    held = await storage.read(appointment_view.of_id, first.held)
    assert held is not None
    assert (held.slot, held.state, held.person_id) == (booked[3].slot, State.HELD, zoe)
    assert held.held_until == clock.now() + HOLD
    assert held.slot not in await of.slots(200), "nobody else can take it meanwhile"
    steps = await storage.read(lambda work: reminders.steps(work, appointment_id=held.id))
    assert [(step.kind, step.latest_at) for step in steps] == [(Kind.OFFER, held.held_until)]
    assert await storage.read(appointment_view.to_come, zoe) == (), "held is not booked"


async def test_taken_it_is_booked_and_they_wait_no_more(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    zoe = await of.person("zoe")
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    await storage.run(appointments.cancel, booked[0].token, 1)
    (waiter,) = await storage.read(waiting_list.waiting)
    held = await storage.read(appointment_view.of_id, waiter.held)
    assert held is not None
    mine = await storage.run(waiting_list.accept, held.token, "06 11 22 33 44")
    assert isinstance(mine, Appointment)
    assert (mine.state, mine.callback, mine.version) == (State.BOOKED, "06 11 22 33 44", 2)
    assert await storage.read(waiting_list.waiting) == ()
    steps = await storage.read(lambda work: reminders.steps(work, appointment_id=mine.id))
    assert [(step.kind, step.state) for step in steps if step.state is reminders.State.PLANNED] == [(Kind.TWO_DAYS, reminders.State.PLANNED)]
    assert await storage.run(waiting_list.accept, held.token) == Changed(mine)


async def test_a_hold_that_is_over_goes_to_the_next(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    for who in (zoe, adam):
        await storage.run(waiting_list.wait, who, Wanted(of.motive.token))
    await storage.run(appointments.cancel, booked[0].token, 1)
    late = (await storage.read(waiting_list.waiting))[0].held
    token = (await storage.read(appointment_view.of_id, late)).token  # type: ignore[union-attr]
    clock.turn(minutes=119)
    assert await storage.run(waiting_list.lapse) == 0
    clock.turn(minutes=1)
    assert await storage.run(waiting_list.lapse) == 1
    (left,) = await storage.read(waiting_list.waiting)
    assert left.person_id == adam
    assert left.held
    assert await storage.run(waiting_list.accept, token) == Changed(None)
    clock.turn(hours=2)
    assert await storage.run(waiting_list.lapse) == 1
    assert await storage.read(waiting_list.waiting) == ()
    assert booked[0].slot in await of.slots(200), "free for everybody"


async def test_leaving_gives_it_to_the_next(storage: Storage) -> None:
    of, booked = await full_day(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    place = await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    await storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
    await storage.run(appointments.cancel, booked[0].token, 1)
    assert await storage.run(waiting_list.leave, place)
    assert not await storage.run(waiting_list.leave, place)
    (left,) = await storage.read(waiting_list.waiting)
    assert (left.person_id, bool(left.held)) == (adam, True)


async def test_only_what_suits_is_held(storage: Storage) -> None:
    of, booked = await full_day(storage)
    evening, sooner, other = [await of.person(name) for name in ("evening", "sooner", "other")]
    await storage.run(waiting_list.wait, evening, Wanted(of.motive.token, part=Part.EVENING))
    await storage.run(waiting_list.wait, sooner, Wanted(of.motive.token, before=paris("2026-03-10 00:00")))
    await storage.run(waiting_list.wait, other, Wanted(of.motive.token, places=frozenset({of.place + 5})))
    await storage.run(appointments.cancel, booked[0].token, 1)
    assert not any(each.held for each in await storage.read(waiting_list.waiting))
    held = await storage.run(waiting_list.offer_free)
    assert [each.person_id for each in held] == [sooner], "what was free all along is held too"
    assert held[0].slot.day(PARIS).day < 10


async def test_too_late_to_answer_is_simply_free(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    await storage.run(waiting_list.wait, await of.person("zoe"), Wanted(of.motive.token))
    clock.turn_to(paris("2026-03-09 23:00"))
    await storage.run(appointments.cancel, booked[0].token, 1)
    assert not any(each.held for each in await storage.read(waiting_list.waiting)), "until ten in the morning nobody could answer in time"


async def test_off_nothing_is_held(storage: Storage) -> None:
    of, booked = await full_day(storage)
    await storage.run(switches.turn, Switch.OFFERS, on=False)
    await storage.run(waiting_list.wait, await of.person("zoe"), Wanted(of.motive.token))
    await storage.run(appointments.cancel, booked[0].token, 1)
    assert await storage.run(waiting_list.offer_free) == ()
    assert booked[0].slot in await of.slots(200)


async def test_moved_away_is_offered_too(storage: Storage) -> None:
    of, booked = await full_day(storage)
    await storage.run(waiting_list.wait, await of.person("zoe"), Wanted(of.motive.token))
    await storage.run(appointments.move, booked[0].token, 1, of.at("2026-03-12 10:00"), By.TEAM)
    (waiter,) = await storage.read(waiting_list.waiting)
    held = await storage.read(appointment_view.of_id, waiter.held)
    assert held is not None
    assert held.slot == booked[0].slot


async def test_asked_twice_is_one_place_and_nobody_waits_for_ever(storage: Storage, clock: TestClock) -> None:
    of = await diary(storage)
    zoe = await of.person("zoe")
    first = await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    assert await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token, part=Part.EVENING)) == first
    (waiter,) = await storage.read(waiting_list.of_person, zoe)
    assert waiter.wanted.part is Part.EVENING
    clock.turn(seconds=(LIVES + timedelta(minutes=1)).total_seconds())
    await storage.run(waiting_list.lapse)
    assert await storage.read(waiting_list.waiting) == ()
    assert await storage.read(openings.openings)


async def test_set_aside_nothing_is_held_until_they_say_so(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    zoe, adam = await of.person("zoe"), await of.person("adam")
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token, part=Part.MORNING))
    await storage.run(appointments.cancel, booked[0].token, 1)
    (waiter,) = await storage.read(waiting_list.waiting)
    held = await storage.read(appointment_view.of_id, waiter.held)
    assert held is not None
    assert await storage.run(waiting_list.decline, held.token)
    assert not await storage.run(waiting_list.decline, held.token)
    assert await storage.read(waiting_list.waiting) == await storage.read(waiting_list.of_person, zoe) == ()
    assert await storage.run(waiting_list.offer_free) == ()
    await storage.run(waiting_list.wait, adam, Wanted(of.motive.token))
    (left,) = await storage.read(waiting_list.aside, zoe)
    assert left.wanted.part is Part.MORNING
    assert await storage.read(waiting_list.aside, adam) == ()
    assert await storage.run(waiting_list.again, left.token)
    assert await storage.run(waiting_list.again, left.token) is None
    assert [(each.person_id, each.wanted.part) for each in await storage.read(waiting_list.waiting)] == [(adam, None), (zoe, Part.MORNING)]
    assert await storage.read(waiting_list.aside, zoe) == ()


async def test_set_aside_for_some_days_only(storage: Storage, clock: TestClock) -> None:
    of, booked = await full_day(storage)
    zoe = await of.person("zoe")
    await storage.run(waiting_list.wait, zoe, Wanted(of.motive.token))
    await storage.run(appointments.cancel, booked[0].token, 1)
    clock.turn(hours=2)
    assert await storage.run(waiting_list.lapse) == 1
    assert len(await storage.read(waiting_list.aside, zoe)) == 1
    clock.turn(days=7, seconds=1)
    await storage.run(waiting_list.lapse)
    assert await storage.read(waiting_list.aside, zoe) == ()
