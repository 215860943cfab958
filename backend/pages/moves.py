"""Taking an appointment for somebody, and moving one: a slot in one tap, or any time by hand; « sans logement », noted with their knowledge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend import meetings
from backend.choosing import FAULTS, Choosing, Offered, Sought, Wrong
from backend.frame import Frame, Refused, Visit
from backend.meetings import Reach
from backend.openings import MODES
from backend.pages import appointments as one
from backend.pages.appointments import Appointments, Meeting, after, back, read_callback, version
from backend.pages.calendar import PATH, missing
from bot.rules.slots import Slot
from storage import appointment_view, desk, motives, people, threads
from storage.appointment_view import Appointment, Changed, Taken
from storage.desk import Entry
from storage.engine import Storage, Work
from storage.motives import Motive

BOOK = f"{PATH}/book"
FOR = f"{BOOK}/{{token}}"


@dataclass(frozen=True, slots=True)
class Person:
    """For whom: what they are called, what they have already, until when « sans logement » is noted."""

    name: str
    thread: str
    to_come: tuple[Appointment, ...]
    unhoused: datetime | None
    reach: Reach


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a choice reads. `meeting` is what is moved, None for a new one; `instead`: slots free instead of one that is taken."""

    person: Person
    meeting: Meeting | None
    motives: tuple[Motive, ...]
    motive: Motive | None
    choosing: Choosing
    sought: Sought
    slots: tuple[Offered, ...]
    missing: tuple[str, ...]


class Moves:
    """One page to choose a time, for a new appointment or for one that moves."""

    def __init__(self, frame: Frame, storage: Storage, pages: Appointments) -> None:
        self._frame = frame
        self._storage = storage
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.readers(router, BOOK, get=self.ask_for_whom)
        frame.readers(router, FOR, get=self.ask_when, post=self.book)
        frame.readers(router, f"{FOR}/unhoused", post=self.mark)
        frame.readers(router, f"{one.ONE}/move", get=self.ask_when, post=self.move)

    async def ask_for_whom(self, visit: Visit) -> Response:
        entries: tuple[Entry, ...] = await self._storage.read(desk.entries)
        return self._frame.page(visit, "book.html", here=PATH, entries=entries)

    async def ask_when(self, visit: Visit) -> Response:
        return await self._page(visit, visit.request.query_params)

    async def book(self, visit: Visit) -> Response:
        try:
            callback = read_callback(visit)
            if callback is None:
                raise Wrong("callback")
            slot, freely = await self._chosen(visit)
        except Wrong as wrong:
            return await self._page(visit, visit.form, 422, wrong)
        motive = visit.form.get("motif", "")
        found = await self._storage.run(meetings.book, visit.me, visit.path("token"), motive, slot, callback, freely=freely)
        if found is None:
            raise Refused(404, "gone.html")
        if isinstance(found, Taken):
            return await self._page(visit, visit.form, 409, taken=found)
        return after(one.ONE.format(token=found.token), await self._pages.told(found, "booked"))

    async def move(self, visit: Visit) -> Response:
        try:
            slot, freely = await self._chosen(visit)
        except Wrong as wrong:
            return await self._page(visit, visit.form, 422, wrong)
        found = await self._storage.run(meetings.move, visit.me, visit.path("token"), version(visit), slot, freely=freely)
        if isinstance(found, Changed):
            return await self._pages.changed(visit, found)
        if isinstance(found, Taken):
            return await self._page(visit, visit.form, 409, taken=found)
        return after(back(visit, one.ONE.format(token=found.token)), await self._pages.told(found, "moved"))

    async def mark(self, visit: Visit) -> Response:
        on = visit.form.get("on", "") == "1"
        if on and visit.form.get("accord", "") != "1":
            return after(back(visit, FOR.format(token=visit.path("token"))), "unagreed")
        if not await self._storage.run(meetings.mark_unhoused, visit.me, visit.path("token"), on=on):
            raise Refused(404, "gone.html")
        return after(back(visit, FOR.format(token=visit.path("token"))), "marked" if on else "unmarked")

    # -- what they share

    async def _chosen(self, visit: Visit) -> tuple[Slot, bool]:
        """The slot of a form, and whether it was written by hand. Raises Wrong."""
        form, show = visit.form, self._frame.show
        freely = form.get("freely", "") == "1"

        def unit(work: Work) -> Slot:
            choosing = Choosing(work, show)
            return choosing.by_hand(form) if freely else choosing.read(form.get("slot", ""))

        return await self._storage.read(unit), freely

    async def _page(
        self, visit: Visit, asked: Mapping[str, str], status: int = 200, wrong: Wrong | None = None, taken: Taken | None = None
    ) -> Response:
        shown = await self._storage.read(self._look, visit, asked, taken)
        show, now = self._frame.show, self._storage.clock.now()
        return self._frame.page(
            visit,
            "choose.html",
            status,
            here=PATH,
            shown=shown,
            asked=asked,
            wrong=wrong,
            taken=taken is not None,
            written=visit.form,
            said=show.said(one.SAID.get(visit.request.query_params.get("fait", ""), "")),
            modes={mode.value: text for mode, text in MODES.items()},
            now=now,
            today=now.astimezone(show.zone).date(),
            day_of=lambda of: show.words.day(of.slot.start.astimezone(show.zone).date()),
            path=visit.request.url.path,
            back=back(visit, ""),
            faults=FAULTS,
        )

    def _look(self, work: Work, visit: Visit, asked: Mapping[str, str], taken: Taken | None) -> Shown:
        choosing = Choosing(work, self._frame.show)
        meeting, person = self._whose(work, visit)
        offered = motives.motives(work)
        wanted = meeting.of.motive if meeting else asked.get("motif", "")
        motive = next((each for each in offered if each.token == wanted), None) or (meeting.motive if meeting else None)
        if motive is None and len(offered) == 1:
            motive = offered[0]
        sought = choosing.sought(asked)
        if taken is not None and motive is not None:
            slots = choosing.offered(taken.others)
        else:
            slots = choosing.find(motive, sought, meeting.of if meeting else None) if motive else ()
        return Shown(person, meeting, offered, motive, choosing, sought, slots, missing(work))

    def _whose(self, work: Work, visit: Visit) -> tuple[Meeting | None, Person]:
        """What is moved and whose it is, or whom a new one is for. Raises Refused where there is no such thing."""
        token = visit.path("token")
        if not visit.request.url.path.startswith(f"{BOOK}/"):
            meeting = one.read(work, token, self._frame)
            if meeting is None or not meeting.of.state.stands:
                raise Refused(404, "gone.html")
            person_id = meeting.of.person_id
            return meeting, self._person(work, person_id, meeting.person.name, meeting.person.thread)
        found = threads.person_of(work, token)
        if found is None:
            raise Refused(404, "gone.html")
        called = people.called(work, [found])[found]
        return None, self._person(work, found, called.name, token)

    def _person(self, work: Work, person_id: int, name: str, thread: str) -> Person:
        said, to_come = self._frame.show.person(name, thread), appointment_view.to_come(work, person_id)
        return Person(said, thread, to_come, meetings.unhoused_until(work, person_id), meetings.reach(work, person_id))
