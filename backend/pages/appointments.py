"""One appointment: who, where, when, what was said of it; cancelling it, what came of it, the number to be reached at."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend import first_day, meeting_words, meetings, steps
from backend.frame import Frame, Refused, Visit, to
from backend.meetings import Reach
from backend.openings import MODES
from backend.pages.calendar import PATH
from backend.steps import StepSaid
from storage import appointment_view, caseworkers, motives, people, places, reminders
from storage.appointment_view import Appointment, Changed, Outcome
from storage.covered import Obstacles
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.people import NOBODY, Called
from storage.places import Place

ONE = f"{PATH}/appointments/{{token}}"
SAID = {
    **meeting_words.DONE,
    "closed": "C'est noté.",
    "callback": "Le numéro est gardé pour ce rendez-vous.",
    "marked": "C'est noté pour 60 jours : un appel est prévu avant chaque rendez-vous.",
    "unmarked": "Ce n'est plus noté.",
    "unagreed": "Cochez « avec son accord » : rien n'est noté sans que la personne le sache.",
}
"""What was just done (`?fait=`), in words."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment with all that its page says. `why`: what stands in its way, "" for nothing."""

    of: Appointment
    person: Called
    motive: Motive | None
    place: Place | None
    by: str
    why: str
    steps: tuple[StepSaid, ...]
    unhoused: datetime | None
    reach: Reach


def read(work: Work, token: str, frame: Frame) -> Meeting | None:
    """The appointment of this token; None where there is none."""
    of = appointment_view.find(work, token)
    if of is None:
        return None
    names = {member.id: member.name for member in caseworkers.team(work)}
    by = names.get(of.slot.who, "")
    why = Obstacles(work).why(of) if of.state.stands and of.slot.start > work.now else None
    return Meeting(
        of=of,
        person=people.called(work, [of.person_id]).get(of.person_id, NOBODY),
        motive=motives.find(work, of.motive),
        place=places.find(work, of.slot.place),
        by=by,
        why=meeting_words.WHY[why].format(who=by) if why else "",
        steps=tuple(steps.said(step, frame.show, work.now) for step in reminders.steps(work, appointment_id=of.id)),
        unhoused=meetings.unhoused_until(work, of.person_id),
        reach=meetings.reach(work, of.person_id),
    )


def back(visit: Visit, otherwise: str) -> str:
    """Where a form asked to go back to, if that is a page of the calendar."""
    asked = visit.form.get("back", "") or visit.request.query_params.get("back", "")
    ours = asked == PATH or asked.startswith((f"{PATH}?", f"{PATH}/"))
    return asked if ours and asked.isascii() and asked.isprintable() and "\\" not in asked else otherwise


def after(path: str, said: str) -> Response:
    """Go and see `path`, which says what was done."""
    return to(f"{path}{'&' if '?' in path else '?'}fait={said}")


class Appointments:
    """The page of an appointment and what is done there at once."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.readers(router, ONE, get=self.show)
        for name, post in (("close", self.close), ("cancel", self.cancel), ("callback", self.callback), ("thread", self.open_thread)):
            frame.readers(router, f"{ONE}/{name}", post=post)

    async def show(self, visit: Visit) -> Response:
        return await self.page(visit)

    async def close(self, visit: Visit) -> Response:
        outcome, token = visit.form.get("outcome", ""), visit.path("token")
        if outcome not in set(Outcome):
            raise Refused(422, "odd.html")
        found = await self._storage.run(meetings.close, visit.me, token, visit.form.get("was", ""), Outcome(outcome))
        return await self.changed(visit, found) if isinstance(found, Changed) else after(back(visit, _here(visit)), "closed")

    async def cancel(self, visit: Visit) -> Response:
        found = await self._storage.run(meetings.cancel, visit.me, visit.path("token"), version(visit))
        if isinstance(found, Changed):
            return await self.changed(visit, found)
        return after(back(visit, _here(visit)), await self.told(found, "cancelled"))

    async def callback(self, visit: Visit) -> Response:
        callback = read_callback(visit)
        if callback is None:
            return await self.page(visit, 422, fault="callback")
        if not await self._storage.run(meetings.reach_at, visit.me, visit.path("token"), callback):
            raise Refused(404, "gone.html")
        return after(_here(visit), "callback")

    async def open_thread(self, visit: Visit) -> Response:
        thread = await self._storage.run(meetings.open_thread, visit.me, visit.path("token"))
        if thread is None:
            raise Refused(404, "gone.html")
        return to(f"/backend/threads/{thread}#fin")

    async def told(self, found: Appointment, act: str) -> str:
        """What the next page says of an act on an appointment: how the person learns of it."""
        return (await self._storage.read(meetings.reach, found.person_id)).said(act)

    async def changed(self, visit: Visit, found: Changed) -> Response:
        """It is no longer what the colleague saw: how it stands now."""
        if found.now is None:
            raise Refused(404, "gone.html")
        return await self.page(visit, 409, changed=True)

    async def page(self, visit: Visit, status: int = 200, *, fault: str = "", changed: bool = False) -> Response:
        meeting = await self._storage.read(read, visit.path("token"), self._frame)
        if meeting is None:
            raise Refused(404, "gone.html")
        await self._storage.run(meetings.opened, visit.me, meeting.of)
        show, now = self._frame.show, self._storage.clock.now()
        return self._frame.page(
            visit,
            "appointment.html",
            status,
            here=PATH,
            meeting=meeting,
            of=meeting.of,
            name=show.person(meeting.person.name, meeting.person.thread),
            state=show.said(meeting_words.state(meeting.of, show, now)),
            look=meeting_words.look(meeting.of, now),
            mode=MODES[meeting.of.slot.mode],
            now=now,
            begun=meeting.of.slot.start <= now,
            over=meeting.of.slot.end <= now,
            outcomes=meeting_words.OUTCOMES,
            meant={each.value: show.said(text) for each, text in meeting_words.MEANT.items()},
            said=show.said(SAID.get(visit.request.query_params.get("fait", ""), "")),
            fault=fault,
            changed=changed,
            written=visit.form.get("callback", meeting.of.callback),
        )


def version(visit: Visit) -> int:
    """The version a form was made for; 0, which is none, for what is no number."""
    text = visit.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def read_callback(visit: Visit) -> str | None:
    """The number of a form, "" for none; None for what is no number."""
    text = " ".join(visit.form.get("callback", "").split())
    try:
        return first_day.read_phone(text) if text else ""
    except ValueError:
        return None


def _here(visit: Visit) -> str:
    return ONE.format(token=visit.path("token"))
