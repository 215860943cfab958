"""A demande that must outlive its term: the head says why and until when, and ends it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from backend.pages.threads import THREAD
from storage import audit, caseworkers, holds, thread_view, threads
from storage.audit import Act
from storage.caseworkers import Member
from storage.engine import Storage, Work
from storage.holds import Held
from storage.thread_view import View

PATH = THREAD + "/hold"
LONGEST = 500
FAULTS = {
    "reason": "Dites pourquoi : une plainte, une procédure. 500 caractères au plus.",
    "day": "Donnez le dernier jour, qui reste à venir.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A thread with its holds, the latest first, and the first name of who decided each."""

    view: View
    held: tuple[tuple[Held, str], ...]


def look(work: Work, token: str) -> Shown | None:
    """What the page shows, or None where there is no such thread."""
    view = thread_view.view(work, token)
    if view is None:
        return None
    names = {member.id: member.name for member in caseworkers.team(work)}
    return Shown(view, tuple((held, names.get(held.by_id, "")) for held in reversed(holds.of_thread(work, view.id))))


class Holds:
    """One page, for the head of service."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.heads(router, PATH, get=self.show, post=self.hold)
        self._frame.heads(router, PATH + "/end", post=self.end)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def hold(self, visit: Visit) -> Response:
        reason, until = " ".join(visit.form.get("reason", "").split()), self._until(visit)
        fault = "reason" if not reason or len(reason) > LONGEST else "day" if until is None else ""
        if fault or until is None:
            return await self._page(visit, fault)
        if not await self._storage.run(_hold, visit.me, visit.path("token"), reason, until):
            raise Refused(404, "gone.html")
        return to(_thread(visit) + "?fait=held#fin")

    async def end(self, visit: Visit) -> Response:
        if not await self._storage.run(_end, visit.me, visit.path("token")):
            raise Refused(404, "gone.html")
        return to(_thread(visit) + "?fait=unheld#fin")

    def _until(self, visit: Visit) -> datetime | None:
        """The end of the day that is written, None unless it is to come."""
        try:
            until = datetime.combine(date.fromisoformat(visit.form.get("day", "")) + timedelta(days=1), time(), tzinfo=self._frame.show.zone)
        except (ValueError, OverflowError):
            return None
        return until if until > self._storage.clock.now() else None

    async def _page(self, visit: Visit, fault: str = "") -> Response:
        shown = await self._storage.read(look, visit.path("token"))
        if shown is None:
            raise Refused(404, "gone.html")
        now = self._storage.clock.now()
        said = self._frame.show.said(FAULTS[fault]) if fault else ""
        return self._frame.page(
            visit, "hold.html", 422 if fault else 200, shown=shown, view=shown.view, fault=fault, said=said, form=visit.form, now=now
        )


def _hold(work: Work, by: Member, token: str, reason: str, until: datetime) -> bool:
    thread = threads.find(work, token)
    if thread is None:
        return False
    holds.hold(work, thread.id, by.id, reason, until)
    audit.write(work, Act.HELD, by=by.id, person=thread.person_id, thread=thread.id)
    return True


def _end(work: Work, by: Member, token: str) -> bool:
    thread = threads.find(work, token)
    if thread is None:
        return False
    if any([holds.lift(work, held.id) for held in holds.of_thread(work, thread.id)]):
        audit.write(work, Act.HELD, by=by.id, person=thread.person_id, thread=thread.id)
    return True


def _thread(visit: Visit) -> str:
    return THREAD.format(token=visit.path("token"))
