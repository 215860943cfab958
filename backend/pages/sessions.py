"""One session of a workshop: who comes, who waits, the attendance sheet, and what is done about it.

What the team changes is told to those concerned (storage/workshops.py plans it). Nothing here counts what anybody did.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend.forms import Wrong
from backend.frame import Frame, Refused, Visit, to
from backend.pages.workshops import FAULTS, PATH, SESSION, capacity_of, day_of, hours_of, only_on, place_of
from bot.rules import sessions
from bot.rules.keeping import SHOWN_FROM
from bot.rules.quiet import quiet_until
from content.words import typeset
from storage import announcements, attendance, audit, desk, places, seats, threads, workshops
from storage.appointment_view import By, Outcome
from storage.audit import Act
from storage.caseworkers import Member
from storage.desk import Entry
from storage.engine import Storage, Work
from storage.places import Place
from storage.seats import InLine, Over, Seat
from storage.workshops import Session

ONE = PATH + "/sessions/{}"
SAID = {
    "seated": "La place est prise. La personne le sait, et aura son rappel.",
    "in-line": "C'est complet : la personne attend sur la liste.",
    "left": "La place est rendue. Si quelqu'un attend, elle lui est gardée.",
    "unlisted": "La personne n'attend plus.",
    "moved": "La séance est déplacée. Les personnes inscrites le savent.",
    "enlarged": "Il y a plus de places. Qui attendait en reçoit une, dans l'ordre.",
    "noted": "C'est noté.",
    "announced": "L'annonce part, une fois par personne.",
    "not-announced": "Rien n'est annoncé : la séance l'est déjà, est complète, ou n'a plus lieu.",
    "over": "Cette séance a commencé ou n'a plus lieu : rien n'a changé.",
    "cancelled": "La séance n'aura pas lieu. Les personnes inscrites le savent.",
}
"""What was just done (`?fait=`), in words."""
WHO = "Choisissez quelqu'un dans la liste."
FEWER = "On ne retire pas de places déjà ouvertes : écrivez un nombre plus grand."
OUTCOMES = {Outcome.CAME: "Là", Outcome.ABSENT: "Pas là", Outcome.WARNED: "A prévenu"}
"""What one tap says on the attendance sheet."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads in one look at the database. `others`: open demandes of people who have no seat there."""

    session: Session
    place: Place | None
    sheet: tuple[attendance.Row, ...]
    line: tuple[attendance.Waits, ...]
    others: tuple[Entry, ...]
    places: tuple[Place, ...]
    accepted: int
    """How many chose to hear of workshops."""


def look(work: Work, token: str) -> Shown | None:
    """One session; None where there is none."""
    session = workshops.find(work, token)
    if session is None:
        return None
    sheet, line = attendance.sheet(work, token), attendance.line(work, session.id)
    there = {row.who.thread for row in sheet} | {waits.who.thread for waits in line}
    others = tuple(entry for entry in desk.entries(work) if entry.token not in there)
    return Shown(session, places.find(work, session.place_id), sheet, line, others, places.places(work), announcements.accepted(work))


class Sessions:
    """One page for each session, a form for each thing, and a sheet to print."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        add = self._frame.readers
        add(router, SESSION, get=only_on(self.show))
        add(router, f"{SESSION}/sheet", get=only_on(self.sheet))
        add(router, f"{SESSION}/announce", post=only_on(self._kept(self.announce)))
        acts = {"sign-up": self.sign_up, "give-back": self.give_back, "attendance": self.mark, "move": self.move, "seats": self.enlarge}
        for name, act in {**acts, "cancel": self.cancel}.items():
            add(router, f"{SESSION}/{name}", post=only_on(self._kept(act)))

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def sheet(self, visit: Visit) -> Response:
        """To be printed: a line for each seat, those still free too."""
        shown = await self._look(visit)
        free = shown.session.capacity - len(shown.sheet)
        return self._frame.page(visit, "session-sheet.html", shown=shown, free=max(free, 0), local=self._local(shown.session))

    # -- what is done: each returns what is said of it, or raises Wrong

    async def sign_up(self, visit: Visit) -> str:
        person = await self._storage.read(threads.person_of, visit.form.get("who", ""))
        if person is None:
            raise Wrong("sign-up", "who", WHO)
        found = await self._storage.run(_sign_up, visit.me, visit.path("session"), person)
        return {Seat: "seated", InLine: "in-line", Over: "over"}[type(found)]

    async def give_back(self, visit: Visit) -> str:
        person = await self._storage.read(attendance.person_of, visit.form.get("who", ""))
        if person is None:
            return "over"
        had_seat = await self._storage.run(_give_back, visit.me, visit.path("session"), person)
        return {True: "left", False: "unlisted", None: "over"}[had_seat]

    async def mark(self, visit: Visit) -> str:
        outcome = next((each for each in OUTCOMES if each == visit.form.get("outcome")), None)
        if outcome is None:
            raise Refused(400, "odd.html")
        return "noted" if await self._storage.run(_mark, visit.me, visit.path("session"), visit.form.get("seat", ""), outcome) else "over"

    async def move(self, visit: Visit) -> str:
        place = await place_of(self._storage, visit, "move")
        day = day_of(visit, "move", self._storage.clock.now().astimezone(self._frame.show.zone).date())
        ((since, until),) = sessions.times((day,), *hours_of(visit, "move"), self._frame.show.zone)
        if since <= self._storage.clock.now():
            raise Wrong("move", "first", FAULTS["first"])
        return "moved" if await self._storage.run(workshops.move, visit.path("session"), place.id, since, until) else "over"

    async def enlarge(self, visit: Visit) -> str:
        wanted = capacity_of(visit, "seats")
        shown = await self._look(visit)
        if wanted < shown.session.capacity:
            raise Wrong("seats", "capacity", FEWER)
        return "enlarged" if await self._storage.run(workshops.enlarge, visit.path("session"), wanted) else "over"

    async def announce(self, visit: Visit) -> str:
        return "announced" if await self._storage.run(announcements.start, visit.path("session")) else "not-announced"

    async def cancel(self, visit: Visit) -> str:
        return "cancelled" if await self._storage.run(workshops.cancel, visit.path("session")) else "over"

    # -- what they share

    def _kept(self, act: Callable[[Visit], Awaitable[str]]) -> Callable[[Visit], Awaitable[Response]]:
        async def post(visit: Visit) -> Response:
            await self._look(visit)
            try:
                return to(f"{ONE.format(visit.path('session'))}?fait={await act(visit)}")
            except Wrong as wrong:
                return await self._page(visit, 422, wrong)

        return post

    async def _look(self, visit: Visit) -> Shown:
        shown = await self._storage.read(look, visit.path("session"))
        if shown is None:
            raise Refused(404, "not-there.html")
        return shown

    async def _page(self, visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
        shown, now = await self._look(visit), self._storage.clock.now()
        values: Mapping[str, object] = {
            "shown": shown,
            "wrong": wrong,
            "written": visit.form,
            "said": typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
            "now": now,
            "today": now.astimezone(self._frame.show.zone).date().isoformat(),
            "begun": shown.session.starts_at <= now,
            "few": SHOWN_FROM,
            "quiet": quiet_until(now, self._frame.show.zone),
            "outcomes": OUTCOMES,
            "local": self._local(shown.session),
        }
        return self._frame.page(visit, "session.html", status, **values)

    def _local(self, session: Session) -> Mapping[str, datetime]:
        """When it is, as the clocks on the wall show it."""
        zone = self._frame.show.zone
        return {"start": session.starts_at.astimezone(zone), "end": session.ends_at.astimezone(zone)}


# -- units


def _sign_up(work: Work, by: Member, session: str, person: int) -> Seat | InLine | Over:
    found = seats.take(work, session, person, By.TEAM)
    if not isinstance(found, Over):
        audit.write(work, Act.SEATED, by=by.id, person=person)
    return found


def _give_back(work: Work, by: Member, session: str, person: int) -> bool | None:
    """Whether they had a seat; None where they had nothing to give back, or it is over."""
    had_seat = any(seat.person_id == person for seat in seats.sheet(work, session))
    if not seats.give_back(work, session, person):
        return None
    audit.write(work, Act.SEATED, by=by.id, person=person)
    return had_seat


def _mark(work: Work, by: Member, session: str, token: str, outcome: Outcome) -> bool:
    seat = next((each for each in seats.sheet(work, session) if each.token == token), None)
    if seat is None or not seats.close(work, token, outcome):
        return False
    audit.write(work, Act.SEATED, by=by.id, person=seat.person_id)
    return True
