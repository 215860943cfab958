"""The list of threads, one thread, and what can be done there."""

import functools
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from backend.acts import Acts, Draft, Outcome, form_id
from backend.auth import form_token
from backend.frame import HOME, Frame, Refused, Visit, to
from backend.live import Live, version
from storage import desk, thread_view
from storage.desk import Entry, Parked, Stray
from storage.engine import Storage, Work
from storage.thread_view import Line, View

THREAD = "/backend/threads/{token}"
LIVE_LINES = 50
SAID = {
    "taken": "Vous suivez cette demande. La personne le sait.",
    "given": "Le robot répond de nouveau. La personne le sait.",
    "closed": "La demande est close. Le robot répond de nouveau.",
    "read": "La personne sait que vous avez lu son message.",
    "read-quiet": "C'est noté. La personne n'est pas prévenue : quelqu'un d'autre peut lire son téléphone, ou elle a dit quand lui écrire.",
    "resent": "Renvoyé comme un nouveau message.",
    "replayed": "Le robot reprend ce message.",
    "gone": "Ce message n'attend plus : il a été repris.",
}
"""What was just done (`?fait=`), in words."""
STATUSES = {Outcome.GONE: 404, Outcome.EMPTY: 422, Outcome.TOO_LONG: 422}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page reads in one look at the database."""

    entries: tuple[Entry, ...]
    parked: tuple[Parked, ...]
    strays: tuple[Stray, ...]
    view: View | None


def look(work: Work, token: str | None = None) -> Shown:
    """The list, and one thread where a token is given."""
    return Shown(desk.entries(work), desk.parked(work), desk.strays(work), thread_view.view(work, token) if token else None)


class Threads:
    """The pages of threads."""

    def __init__(self, frame: Frame, storage: Storage, acts: Acts, live: Live) -> None:
        self._frame = frame
        self._storage = storage
        self._acts = acts
        self._live = live

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.members(router, HOME, get=self.show_list)
        frame.readers(router, THREAD, get=self.show)
        frame.readers(router, THREAD + "/reply", post=self.reply)
        for name, act in (
            ("take", self.take),
            ("give-back", self.give_back),
            ("close", self.close),
            ("read", self.acknowledge),
            ("resend", self.resend),
        ):
            frame.readers(router, f"{THREAD}/{name}", post=act)
        frame.readers(router, "/backend/parked/{reference}/replay", post=self.replay)
        frame.readers(router, "/backend/events", get=self.list_events)
        frame.readers(router, THREAD + "/events", get=self.events)

    async def show_list(self, visit: Visit) -> Response:
        if not visit.me.reads:
            return self._frame.page(visit, "admin.html")
        return self._page(visit, await self._storage.read(look))

    async def show(self, visit: Visit) -> Response:
        return await self._thread(visit)

    async def reply(self, visit: Visit) -> Response:
        form = visit.form
        draft = Draft(form.get("text", ""), form.get("seen", ""), form.get("form", ""))
        outcome = await self._storage.run(self._acts.reply, visit.me, visit.path("token"), draft)
        if outcome in (Outcome.DONE, Outcome.AGAIN):
            return to(_here(visit) + "#fin")
        return await self._thread(visit, draft, outcome)

    async def resend(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.resend, visit.me, visit.path("token"), visit.form.get("line", ""))
        return await self._done(visit, outcome, "resent")

    async def take(self, visit: Visit) -> Response:
        return await self._done(visit, await self._storage.run(self._acts.take, visit.me, visit.path("token")), "taken")

    async def give_back(self, visit: Visit) -> Response:
        return await self._done(visit, await self._storage.run(self._acts.give_back, visit.path("token")), "given")

    async def acknowledge(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.acknowledge, visit.me, visit.path("token"))
        return to(f"{_here(visit)}?fait=read-quiet#fin") if outcome is Outcome.QUIET else await self._done(visit, outcome, "read")

    async def close(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.close, visit.path("token"))
        return to(f"{HOME}?fait=closed") if outcome is Outcome.DONE else await self._done(visit, outcome, "closed")

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

    # -- what they share

    async def _done(self, visit: Visit, outcome: Outcome, said: str) -> Response:
        if outcome is Outcome.DONE:
            return to(f"{_here(visit)}?fait={said}#fin")
        if outcome is Outcome.AGAIN:
            return to(_here(visit) + "#fin")
        return await self._thread(visit, None, outcome)

    async def _thread(self, visit: Visit, draft: Draft | None = None, outcome: Outcome | None = None) -> Response:
        shown = await self._storage.read(look, visit.path("token"))
        view = shown.view
        if view is None:
            raise Refused(404, "gone.html")
        crossed = _crossed(view, draft.seen) if draft and outcome is Outcome.MOVED else ()
        return self._page(visit, shown, 200 if outcome is None else STATUSES.get(outcome, 409), draft=draft, outcome=outcome, crossed=crossed)

    def _page(self, visit: Visit, shown: Shown, status: int = 200, **values: object) -> Response:
        said = self._frame.show.words.typeset(SAID.get(visit.request.query_params.get("fait", ""), ""))
        context = self._context(visit, shown)
        values = {"draft": None, "outcome": None, "crossed": (), **values}
        fragments = self._fragments(context)
        return self._frame.page(
            visit, "thread.html" if shown.view else "threads.html", status, said=said, form=form_id(), version=version(fragments), **context, **values
        )

    def _context(self, visit: Visit, shown: Shown) -> dict[str, object]:
        """What every fragment of a page may need, whether the page or the stream shows it."""
        return {"me": visit.me, "token": form_token(visit.cookie), "now": self._storage.clock.now(), "shown": shown, "view": shown.view}

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
        see = functools.partial(look, token=token)
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
