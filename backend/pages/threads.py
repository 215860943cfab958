"""The list of threads, one thread, and what can be done there."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from backend import answering, closing
from backend.acts import FAREWELL, Acts, Draft, Outcome, form_id
from backend.answering import Ways
from backend.auth import form_token
from backend.frame import HOME, Frame, Refused, Visit, to
from backend.lawful import Foresee, foresees_nothing
from backend.live import Live, version
from handlers.notice import lasting
from storage import appointment_view, audit, caseworkers, desk, places, tasks, thread_view, threads
from storage.appointment_view import State
from storage.caseworkers import Member
from storage.desk import Entry, Parked, Stray
from storage.engine import Storage, Work
from storage.tasks import ToDo
from storage.thread_view import Line, View
from storage.threads import Minor

THREAD = "/backend/threads/{token}"
LIVE_LINES = 50
SAID = {
    "taken": "Vous suivez cette demande. La personne le sait.",
    "given": "Le robot répond de nouveau. La personne le sait.",
    "given-quiet": "Le robot répond de nouveau. La personne n'est pas prévenue : il faut lui écrire avec précaution.",
    "closed": "La demande est close. Le robot répond de nouveau, la personne le sait.",
    "closed-quiet": "La demande est close. Le robot répond de nouveau. La personne n'est pas prévenue : il faut lui écrire avec précaution.",
    "reopened": "La demande est rouverte. Le robot répond jusqu'à ce que quelqu'un la prenne.",
    "held": "La demande est conservée.",
    "unheld": "La demande n'est plus conservée : ses durées habituelles reprennent.",
    "joined": "C'est fait : une seule personne, ses demandes et ses applis ensemble.",
    "parted": "C'est fait : deux personnes de nouveau, chacune avec ce qui était à elle.",
    "noted": "Note gardée : l'équipe seule la lit.",
    "added": "Ajouté à « À faire ».",
    "done": "C'est noté comme fait.",
    "read": "La personne sait que vous avez lu son message.",
    "read-quiet": "C'est noté. La personne n'est pas prévenue : quelqu'un d'autre peut lire son téléphone, ou elle a dit quand lui écrire.",
    "asked": "C'est demandé. Ce qui est déposé arrivera ici.",
    "offered": "C'est proposé. La personne choisit.",
    "resent": "Renvoyé comme un nouveau message.",
    "treated": "C'est noté : ce fichier est traité.",
    "untreated": "C'est noté : ce fichier est encore à traiter.",
    "destroyed": "C'est noté : vu. La copie est détruite.",
    "file-gone": "Ce fichier n'est plus là : il a été effacé.",
    "replayed": "Le robot reprend ce message.",
    "gone": "Ce message n'attend plus : il a été repris.",
}
"""What was just done (`?fait=`), in words."""
STATUSES = {Outcome.GONE: 404, Outcome.EMPTY: 422, Outcome.TOO_LONG: 422}
WORDS: Mapping[str, object] = {"endings": closing.ENDINGS, "informed": closing.INFORMED, "faults": closing.FAULTS, "farewell": FAREWELL.msgid}
NOTHING: Mapping[str, object] = {
    **{
        "draft": None,
        "outcome": None,
        "crossed": (),
        "closing": None,
        "handing": None,
        "asking": None,
        "fault": "",
        "mode": "reply",
        "noted": "",
        "ways": Ways(),
    },
}
"""What a page shows where nothing went wrong."""


@dataclass(frozen=True, slots=True)
class ToCome:
    """An appointment of the person, as their thread shows it."""

    token: str
    at: datetime
    place: str
    by: str
    state: State


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page reads in one look at the database."""

    entries: tuple[Entry, ...]
    parked: tuple[Parked, ...]
    strays: tuple[Stray, ...]
    view: View | None
    to_do: tuple[ToDo, ...]
    team: tuple[Member, ...]
    to_come: tuple[ToCome, ...]


def look(work: Work, me: Member, minor: Minor, token: str | None = None) -> Shown:
    """The list, and one thread where a token is given, with what is to be done on it."""
    view = thread_view.view(work, token, minor) if token else None
    to_do = tasks.of_thread(work, view.id, me) if view else ()
    team = tuple(caseworkers.readers(work)) if view else ()
    return Shown(desk.entries(work), desk.parked(work), desk.strays(work), view, to_do, team, to_come(work, view) if view else ())


def to_come(work: Work, view: View) -> tuple[ToCome, ...]:
    """The next appointments of whoever a thread is about."""
    person = threads.person_of(work, view.token)
    names = {member.id: member.name for member in caseworkers.team(work)}
    known = {place.id: place.name for place in places.everywhere(work)}
    found = appointment_view.to_come(work, person) if person is not None else ()
    return tuple(ToCome(of.token, of.slot.start, known.get(of.slot.place, ""), names.get(of.slot.who, ""), of.state) for of in found)


class Threads:
    """The pages of threads."""

    def __init__(self, frame: Frame, storage: Storage, acts: Acts, live: Live, foresee: Foresee = foresees_nothing) -> None:
        self._frame = frame
        self._foresee = foresee
        self._storage = storage
        self._acts = acts
        self._live = live

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.members(router, HOME, get=self.show_list)
        frame.readers(router, THREAD, get=self.show)
        frame.readers(router, THREAD + "/older/{line}", get=self.show_older)
        frame.readers(router, THREAD + "/reply", post=self.reply)
        for name, act in (
            ("take", self.take),
            ("note", self.note),
            ("read", self.acknowledge),
            ("resend", self.resend),
            ("treated", self.treat),
        ):
            frame.readers(router, f"{THREAD}/{name}", post=act)
        frame.readers(router, "/backend/parked/{reference}/replay", post=self.replay)
        frame.readers(router, "/backend/events", get=self.list_events)
        frame.readers(router, THREAD + "/events", get=self.events)

    async def show_list(self, visit: Visit) -> Response:
        if not visit.me.reads:
            return self._frame.page(visit, "admin.html")
        return self._page(visit, await self._storage.read(look, visit.me, self._acts.minor))

    async def show(self, visit: Visit) -> Response:
        return await self.thread(visit)

    async def show_older(self, visit: Visit) -> Response:
        """What was said before a line, on a page of its own that does not change."""
        view = await self._storage.read(functools.partial(thread_view.view, token=visit.path("token"), before=visit.path("line")))
        if view is None:
            raise Refused(404, "gone.html")
        await self._storage.run(audit.opened, visit.me.id, view.id)
        return self._frame.page(visit, "older.html", view=view, now=self._storage.clock.now(), days=self._days())

    async def reply(self, visit: Visit) -> Response:
        form = visit.form
        draft = Draft(form.get("text", ""), form.get("seen", ""), form.get("form", ""), form.get("way", ""))
        outcome = await self._storage.run(self._acts.reply, visit.me, visit.path("token"), draft)
        if outcome in (Outcome.DONE, Outcome.AGAIN):
            return to(_here(visit) + "#fin")
        return await self.thread(visit, draft, outcome)

    async def resend(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.resend, visit.me, visit.path("token"), visit.form.get("line", ""))
        return await self.done(visit, outcome, "resent")

    async def treat(self, visit: Visit) -> Response:
        form = visit.form
        done = form.get("done", "") == "1"
        outcome = await self._storage.run(self._acts.treat, visit.me, visit.path("token"), form.get("file", ""), done=done)
        said = "file-gone" if outcome is Outcome.GONE else "treated" if done else "untreated"
        return to(f"{_here(visit)}?fait={said}#fin")

    async def take(self, visit: Visit) -> Response:
        return await self.done(visit, await self._storage.run(self._acts.take, visit.me, visit.path("token")), "taken")

    async def acknowledge(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.acknowledge, visit.me, visit.path("token"))
        return await self.done(visit, outcome, "read", quiet="read-quiet")

    async def note(self, visit: Visit) -> Response:
        text, form = visit.form.get("text", ""), visit.form.get("form", "")
        outcome = await self._storage.run(self._acts.note, visit.me, visit.path("token"), text, form)
        if outcome in (Outcome.EMPTY, Outcome.TOO_LONG):
            return await self.thread(visit, None, outcome, mode="note", noted=text)
        return await self.done(visit, outcome, "noted")

    async def replay(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.replay, visit.path("reference"))
        return to(f"{HOME}?fait={'replayed' if outcome is Outcome.DONE else 'gone'}")

    async def list_events(self, visit: Visit) -> Response:
        return self._stream(visit, 0, None)

    async def events(self, visit: Visit) -> Response:
        token = visit.path("token")
        view = await self._storage.read(thread_view.view, token)
        if view is None:
            raise Refused(404, "gone.html")
        return self._stream(visit, view.conversations[view.answered], token)

    async def refuse_task(self, visit: Visit) -> Response:
        """A task of nothing."""
        return await self.thread(visit, None, Outcome.EMPTY, mode="task")

    # -- what they share

    async def done(self, visit: Visit, outcome: Outcome, said: str, *, quiet: str = "") -> Response:
        """After an act on a thread: its page, which says what was done, or why it was not. `quiet` where the person was not told."""
        if outcome is Outcome.DONE or (outcome is Outcome.QUIET and quiet):
            return to(f"{_here(visit)}?fait={said if outcome is Outcome.DONE else quiet}#fin")
        if outcome is Outcome.AGAIN:
            return to(_here(visit) + "#fin")
        return await self.thread(visit, None, outcome)

    async def thread(self, visit: Visit, draft: Draft | None = None, outcome: Outcome | None = None, **values: object) -> Response:
        """The page of a thread, as `NOTHING` says unless `values` say otherwise."""
        shown = await self._storage.read(look, visit.me, self._acts.minor, visit.path("token"))
        view = shown.view
        if view is None:
            raise Refused(404, "gone.html")
        await self._storage.run(audit.opened, visit.me.id, view.id)
        ways = await self._storage.read(answering.ways, view, self._foresee, self._frame.show)
        values = {"ways": ways, **values}
        crossed = _crossed(view, draft.seen) if draft and outcome is Outcome.MOVED else ()
        status = 422 if values.get("fault") else 200 if outcome is None else STATUSES.get(outcome, 409)
        return self._page(visit, shown, status, draft=draft, outcome=outcome, crossed=crossed, **values)

    def _page(self, visit: Visit, shown: Shown, status: int = 200, **values: object) -> Response:
        said = self._frame.show.words.typeset(SAID.get(visit.request.query_params.get("fait", ""), ""))
        context = self._context(visit, shown)
        values = {**NOTHING, **values}
        fragments = self._fragments(context)
        return self._frame.page(
            visit, "thread.html" if shown.view else "threads.html", status, said=said, form=form_id(), version=version(fragments), **context, **values
        )

    def _context(self, visit: Visit, shown: Shown) -> dict[str, object]:
        """What every fragment of a page may need, whether the page or the stream shows it."""
        return {
            "me": visit.me,
            "token": form_token(visit.cookie),
            "now": self._storage.clock.now(),
            "days": self._days(),
            "shown": shown,
            "view": shown.view,
            "team": shown.team,
            **WORDS,
        }

    def _days(self) -> str:
        """How long a file stays once it is treated."""
        return lasting(self._frame.show.words, self._frame.library().keeping.file_done)

    def _fragments(self, context: dict[str, object]) -> dict[str, str]:
        """The parts of a page that are sent again when they change: the list, the head of the thread, its last lines."""
        render = self._frame.render
        fragments = {"liste": render("part/list.html", **context)}
        view = context["view"]
        if isinstance(view, View):
            fragments["etat"] = render("part/head.html", **context)
            start = max(len(view.lines) - LIVE_LINES, 0)
            for at in range(start, len(view.lines)):
                before = view.lines[at - 1] if at else None
                fragments[f"l-{view.lines[at].key}"] = render("part/line.html", line=view.lines[at], before=before, **context)
            fragments["vu"] = render("part/seen.html", **context)
        return fragments

    def _stream(self, visit: Visit, conversation_id: int, token: str | None) -> Response:
        has = visit.request.headers.get("last-event-id") or visit.request.query_params.get("v", "")
        see = functools.partial(look, me=visit.me, minor=self._acts.minor, token=token)
        events = self._live.stream(visit.cookie, conversation_id, see, lambda shown: self._fragments(self._context(visit, shown)), has)
        return StreamingResponse(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def _here(visit: Visit) -> str:
    return THREAD.format(token=visit.path("token"))


def _crossed(view: View, seen: str) -> tuple[Line, ...]:
    """What was said while a reply was being written: everything after the last line its page showed."""
    part, _, number = seen.partition("-")
    if not (part.isdecimal() and number.isdecimal() and len(number) < 16):
        return view.lines[-1:]
    return tuple(line for line in view.lines if line.part == int(part) and line.number > int(number)) or view.lines[-1:]
