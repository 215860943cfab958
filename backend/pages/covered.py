"""Appointments that cannot be kept: an absence, a closure, a colleague who left. Each with other times, a button each; none moves by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend import meeting_words
from backend.choosing import Choosing, Offered
from backend.frame import Frame, Visit
from backend.pages.calendar import PATH
from bot.rules.hours import Days
from bot.rules.slots import THREE, Slot, Wish, next_slots, slots_of
from storage import caseworkers, covered, motives, openings, people
from storage.appointment_view import Appointment
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.people import NOBODY

COVERED = f"{PATH}/covered"
MOST, LOOKED_AT = 20, 12
SAID = {
    **meeting_words.DONE,
    "absence": "L'absence est notée.",
    "closure": "La fermeture est notée.",
    "left": "Le compte est fermé. Ses demandes et ses tâches attendent toute l'équipe.",
}
"""What was just done (`?fait=`), in words."""


@dataclass(frozen=True, slots=True)
class ToTakeOver:
    """An appointment that cannot be kept, why, and other times for it."""

    of: Appointment
    person: str
    thread: str
    motive: str
    why: str
    slots: tuple[Offered, ...]


class CoveredOnes:
    """One page, in which each appointment has its buttons."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, COVERED, get=self.show)

    async def show(self, visit: Visit) -> Response:
        found, number = await self._storage.read(self._look)
        show, now = self._frame.show, self._storage.clock.now()
        said = show.said(SAID.get(visit.request.query_params.get("fait", ""), ""))
        return self._frame.page(
            visit,
            "covered.html",
            here=PATH,
            found=found,
            number=number,
            said=said,
            now=now,
            back=COVERED,
            day_of=lambda of: show.words.day(of.slot.start.astimezone(show.zone).date()),
        )

    def _look(self, work: Work) -> tuple[tuple[ToTakeOver, ...], int]:
        choosing = Choosing(work, self._frame.show)
        names = {member.id: member.name for member in caseworkers.team(work)}
        found = covered.covered(work, MOST)
        called = people.called(work, (each.appointment.person_id for each in found))
        proposed: set[tuple[int, datetime]] = set()
        shown = []
        for each in found:
            of, one = each.appointment, called.get(each.appointment.person_id, NOBODY)
            by, motive = names.get(of.slot.who, ""), motives.find(work, of.motive)
            slots = _propose(work, of.slot, motive, proposed) if motive else []
            shown.append(
                ToTakeOver(
                    of=of,
                    person=self._frame.show.person(one.name, one.thread),
                    thread=one.thread,
                    motive=motive.name if motive else "",
                    why=self._frame.show.said(meeting_words.WHY[each.why].format(who=by)),
                    slots=choosing.offered(slots),
                )
            )
        return tuple(shown), covered.number(work)


def _propose(work: Work, of: Slot, motive: Motive, proposed: set[tuple[int, datetime]]) -> list[Slot]:
    """Three times, none of which is proposed to somebody else on the page."""
    found: list[Slot] = []
    for slot in _candidates(work, of, motive):
        if (slot.who, slot.start) not in proposed:
            found.append(slot)
            proposed.add((slot.who, slot.start))
        if len(found) == THREE:
            break
    return sorted(found)


def _candidates(work: Work, of: Slot, motive: Motive) -> Iterator[Slot]:
    """There and in the same way: the same hour with another colleague, the same colleague, anybody; then in the same way, then any."""
    reading, wish = openings.Reading(work), Wish(motive.needs)
    same_way = replace(wish, modes=frozenset({of.mode}))
    there, day = replace(same_way, places=frozenset({of.place})), of.day(reading.zone)
    same_hour = [slot for slot in slots_of(reading, there.on(Days(day, day)), work.now, day) if slot.start == of.start]
    yield from same_hour[:1]
    yield from next_slots(reading, replace(there, who=frozenset({of.who})), work.now, THREE - 1)
    for each in (there, same_way, wish):
        yield from next_slots(reading, each, work.now, LOOKED_AT)
