"""People who wait for a slot, in order. What is freed is held for the first whom it suits, for some hours; then for the next.

Who did not say in time, or did not want what was held, is set aside for some days: one word brings them back, at the end of the list.

Off until the head turns it on (storage/switches.py): it is a promise that takes a team's attention.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.messages import Json
from bot.rules.hours import Days
from bot.rules.openings import Mode
from bot.rules.quiet import quiet_until
from bot.rules.reminders import HELPS, offer
from bot.rules.slots import Part, Slot, Wish, next_slots
from storage import booking, cells, hours, motives, reminders, switches
from storage.appointment_view import Appointment, Booking, Changed, State, read
from storage.engine import Work
from storage.openings import Reading
from storage.switches import Switch
from storage.tables import Appointment as Row
from storage.tables import Waiting

PLACE = "waiting_for_slot.wish"
HOLD, LIVES = timedelta(hours=2), timedelta(days=60)
"""How long a slot is kept, counted by day; how long somebody waits at most."""
ASIDE = timedelta(days=7)
"""How long who did not take what was held may come back with what they wished."""
LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody waits for. An empty set leaves the choice open; `before`: sooner than this, where they have something already."""

    motive: str
    places: frozenset[int] = frozenset()
    modes: frozenset[Mode] = frozenset()
    part: Part | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits. `held`: the appointment kept for them now, 0 for none."""

    token: str
    person_id: int
    wanted: Wanted
    since: datetime
    held: int


def on(work: Work) -> bool:
    """Whether freed slots are offered at all."""
    return switches.on(work, Switch.OFFERS)


def wait(work: Work, person_id: int, wanted: Wanted) -> str:
    """Enter somebody at the end of the list; the token of their place. Who waits for this motive already keeps their place, with the new wish."""
    for row in work.session.exec(select(Waiting).where(col(Waiting.person_id) == person_id)).all():
        if _wanted(work, row).motive != wanted.motive:
            continue
        if _aside(work, row):
            work.session.delete(row)
        else:
            row.wish = work.vault.seal(PLACE, json.dumps(_dump(wanted)))
            work.session.flush()
            return row.token
    sealed = work.vault.seal(PLACE, json.dumps(_dump(wanted)))
    row = Waiting(token=secrets.token_urlsafe(16), person_id=person_id, wish=sealed, since=work.now)
    work.session.add(row)
    work.session.flush()
    return row.token


def leave(work: Work, token: str) -> bool:
    """Wait no more; what was held is free for the next. False where they did not wait."""
    row = work.session.exec(select(Waiting).where(col(Waiting.token) == token).with_for_update()).first()
    if row is None:
        return False
    slot = _let_go(work, row)
    work.session.delete(row)
    work.session.flush()
    if slot is not None:
        offer_freed(work, slot)
    return True


def decline(work: Work, token: str) -> bool:
    """Not this one (the token of the held appointment): it goes to the next, and they are set aside. False where it is held no more."""
    held = select(Waiting).join(Row, col(Row.id) == col(Waiting.appointment_id)).where(col(Row.token) == token)
    row = work.session.exec(held.with_for_update(of=Waiting)).first()
    slot = None if row is None else _set_aside(work, row)
    if slot is not None:
        offer_freed(work, slot)
    return slot is not None


def aside(work: Work, person_id: int) -> tuple[Waiter, ...]:
    """What somebody waited for, and may wait for again."""
    rows = work.session.exec(select(Waiting).where(col(Waiting.person_id) == person_id).order_by(col(Waiting.id)))
    return tuple(_waiter(work, row) for row in rows if _aside(work, row))


def again(work: Work, token: str) -> str | None:
    """Wait again for the same, at the end of the list; the token of the new place, None where they were not set aside."""
    row = work.session.exec(select(Waiting).where(col(Waiting.token) == token).with_for_update()).first()
    if row is None or not _aside(work, row):
        return None
    return wait(work, row.person_id, _wanted(work, row))


def waiting(work: Work) -> tuple[Waiter, ...]:
    """Everybody who waits, in order."""
    return tuple(_waiter(work, row) for row in work.session.exec(select(Waiting).order_by(col(Waiting.id))) if not _aside(work, row))


def anybody(work: Work) -> bool:
    """Whether anybody waits."""
    return work.session.exec(select(Waiting.id).limit(1)).first() is not None


def of_person(work: Work, person_id: int) -> tuple[Waiter, ...]:
    """What somebody waits for."""
    rows = work.session.exec(select(Waiting).where(col(Waiting.person_id) == person_id).order_by(col(Waiting.id)))
    return tuple(_waiter(work, row) for row in rows if not _aside(work, row))


def offer_freed(work: Work, slot: Slot) -> Appointment | None:
    """Hold what this slot's time leaves free for the first whom it suits, in the unit that freed it; what is held, None where it suits nobody."""
    if not on(work):
        return None
    calendar = Reading(work)
    day = slot.day(calendar.zone)
    for row, wish in _in_order(work):
        here = Wish(wish.needs, wish.modes, wish.places, frozenset({slot.who}), wish.part, days=Days(day, day))
        if (held := _hold(work, calendar, row, here)) is not None:
            return held
    return None


def offer_free(work: Work) -> tuple[Appointment, ...]:
    """Look for everybody who waits, in order: what was opened or freed by whatever way is held for them; what is held now."""
    if not on(work):
        return ()
    found: list[Appointment] = []
    calendar = Reading(work)
    for row, wish in _in_order(work):
        held = _hold(work, calendar, row, wish)
        if held is not None:
            found.append(held)
            calendar = Reading(work)  # what is held is free no more
    return tuple(found)


def accept(work: Work, token: str, callback: str = "") -> Appointment | Changed:
    """Take what was held (the appointment's token): it is booked, and they wait no more. `Changed` where it is held no more."""
    held = select(Waiting).join(Row, col(Row.id) == col(Waiting.appointment_id)).where(col(Row.token) == token)
    waiter = work.session.exec(held.with_for_update(of=Waiting)).first()
    row = booking.locked(work, token)
    motive = None if row is None else motives.find(work, work.vault.open("appointment.motive", row.motive))
    if row is None or motive is None or row.state != State.HELD or row.held_until is None or row.held_until <= work.now:
        return Changed(None if row is None else read(work, row))
    if waiter is not None:
        work.session.delete(waiter)
    row.state, row.held_until, row.version = State.BOOKED.value, None, row.version + 1
    row.callback = work.vault.seal("appointment.callback", callback) if callback else None
    reminders.kill(work, appointment_id=row.id)
    booking.plan_steps(work, row, motive, None)
    return booking.changed(work, row)


def lapse(work: Work) -> int:
    """End the holds whose time is over, and the places of who waited too long; what was held is offered to the next. How many holds."""
    over = select(Waiting).join(Row, col(Row.id) == col(Waiting.appointment_id))
    over = over.where(col(Row.state) == State.HELD.value, col(Row.held_until) <= work.now)
    due = work.session.exec(over.with_for_update(of=Waiting, skip_locked=True)).all()
    freed = [slot for row in due if (slot := _set_aside(work, row)) is not None]
    for slot in freed:
        offer_freed(work, slot)
    old = select(Waiting).where(col(Waiting.since) < work.now - LIVES, col(Waiting.appointment_id).is_(None))
    for row in work.session.exec(old).all():
        work.session.delete(row)
    work.session.flush()
    return len(freed)


# -- parts


def _in_order(work: Work) -> Iterator[tuple[Waiting, Wish]]:
    """Those for whom nothing is held, with what they wish, as far as the motive is still offered."""
    free = select(Waiting).where(col(Waiting.appointment_id).is_(None)).order_by(col(Waiting.id)).limit(LOOKED_AT)
    for row in work.session.exec(free).all():
        wanted = _wanted(work, row)
        motive = None if _aside(work, row) else motives.find(work, wanted.motive)
        if motive is None:
            continue
        days = None
        if wanted.before is not None:
            zone = hours.zone(work)
            days = Days(work.now.astimezone(zone).date(), (wanted.before - timedelta(days=1)).astimezone(zone).date())
        yield row, Wish(motive.needs, wanted.modes, wanted.places, part=wanted.part, days=days)


def _hold(work: Work, calendar: Reading, row: Waiting, wish: Wish) -> Appointment | None:
    """Keep the first slot that suits, if there is time to say so and to answer."""
    wanted, zone = _wanted(work, row), calendar.zone
    until = (quiet_until(work.now, zone) or work.now) + HOLD
    late_enough = wish.after(until + HELPS)
    motive = motives.find(work, wanted.motive)
    slots = [slot for slot in next_slots(calendar, late_enough, work.now, 1) if wanted.before is None or slot.start < wanted.before]
    if motive is None or not slots or not _still_waits(work, row):
        return None
    entered = booking.enter(work, motive, Booking(row.person_id, motive.token, slots[0]), State.HELD, until)
    told = offer(work.now, until, zone)
    if entered is None or told is None:
        return None
    row.appointment_id = entered.id
    reminders.plan(work, [told], entered.version, appointment_id=entered.id)
    return booking.changed(work, entered)


def _still_waits(work: Work, row: Waiting) -> bool:
    """Whether nothing is held for them yet, now that nobody else can hold something for them."""
    found = select(Waiting).where(col(Waiting.id) == row.id).with_for_update().execution_options(populate_existing=True)
    now = work.session.exec(found).first()
    return now is not None and now.appointment_id is None


def _set_aside(work: Work, row: Waiting) -> Slot | None:
    """They wait no more unless they say so; their wish stays for some days. The slot that is free again."""
    slot = _let_go(work, row)
    kept = json.loads(work.vault.open(PLACE, row.wish))
    row.wish = work.vault.seal(PLACE, json.dumps({**kept, "aside": True}))
    row.since = work.now - LIVES + ASIDE
    work.session.flush()
    return slot


def _aside(work: Work, row: Waiting) -> bool:
    return json.loads(work.vault.open(PLACE, row.wish)).get("aside") is True


def _let_go(work: Work, row: Waiting) -> Slot | None:
    """What was held for them leaves no trace; the slot that is free again."""
    held = None if row.appointment_id is None else work.session.get(Row, row.appointment_id, with_for_update=True, populate_existing=True)
    row.appointment_id = None
    work.session.flush()
    if held is None or held.state != State.HELD:
        return None
    slot = read(work, held).slot
    _remove(work, held)
    return slot


def _remove(work: Work, held: Row) -> None:
    cells.free(work, held.id or 0)
    reminders.forget(work, appointment_id=held.id)
    work.session.delete(held)
    work.session.flush()


def _waiter(work: Work, row: Waiting) -> Waiter:
    return Waiter(row.token, row.person_id, _wanted(work, row), row.since, row.appointment_id or 0)


def _wanted(work: Work, row: Waiting) -> Wanted:
    kept = json.loads(work.vault.open(PLACE, row.wish))
    return Wanted(
        motive=kept["motive"],
        places=frozenset(kept["places"]),
        modes=frozenset(Mode(mode) for mode in kept["modes"]),
        part=None if kept["part"] is None else Part(kept["part"]),
        before=None if kept["before"] is None else datetime.fromisoformat(kept["before"]),
    )


def _dump(wanted: Wanted) -> Mapping[str, Json]:
    before = None if wanted.before is None else wanted.before.isoformat()
    return {"motive": wanted.motive, "places": sorted(wanted.places), "modes": sorted(wanted.modes), "part": wanted.part, "before": before}
