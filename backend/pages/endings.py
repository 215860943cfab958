"""Ending a thread, with what came of it; handing it back to the robot; taking it up again; the threads that are over."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend import closing
from backend.acts import FAREWELL, Acts, Draft, Outcome
from backend.frame import HOME, Frame, Refused, Visit, to
from backend.pages.threads import THREAD, Threads
from content.words import words_of
from storage import desk, thread_view
from storage.endings import Closing
from storage.engine import Storage
from storage.thread_view import View

CLOSED = "/backend/closed"


class Endings:
    """The forms that end a thread stand on its page, which `pages` shows."""

    def __init__(self, frame: Frame, storage: Storage, acts: Acts, pages: Threads) -> None:
        self._frame = frame
        self._storage = storage
        self._acts = acts
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.readers(router, CLOSED, get=self.show_closed)
        frame.readers(router, THREAD + "/close", get=self.ask_to_close, post=self.close)
        frame.readers(router, THREAD + "/give-back", get=self.ask_to_give_back, post=self.give_back)
        frame.readers(router, THREAD + "/reopen", post=self.reopen)

    async def show_closed(self, visit: Visit) -> Response:
        over = await self._storage.read(desk.closed)
        return self._frame.page(visit, "closed.html", over=over, endings=closing.ENDINGS, now=self._storage.clock.now())

    async def ask_to_close(self, visit: Visit) -> Response:
        view = await self._view(visit)
        if view.alert_at is not None:
            return await self._pages.thread(visit, outcome=Outcome.ALERT)
        return await self._pages.thread(visit, closing={"text": _last_words(view)})

    async def close(self, visit: Visit) -> Response:
        view = await self._view(visit)
        if view.alert_at is not None:
            return await self._pages.thread(visit, outcome=Outcome.ALERT)
        now = self._storage.clock.now()
        asked = closing.read(visit.form, visit.me.name, now, self._frame.show.zone, minor=view.minor)
        if asked.closing is None:
            return await self._pages.thread(visit, closing=visit.form, fault=asked.fault)
        outcome = await self._storage.run(self._acts.close, visit.me, view.token, asked.closing, _draft(visit))
        if outcome in (Outcome.DONE, Outcome.QUIET):
            return to(f"{HOME}?fait={'closed' if outcome is Outcome.DONE else 'closed-quiet'}")
        if outcome is Outcome.MINOR:
            return await self._pages.thread(visit, closing=visit.form, fault="shared")
        if outcome in (Outcome.MOVED, Outcome.TOO_LONG):
            return await self._pages.thread(visit, _draft(visit), outcome, closing=visit.form)
        return await self._pages.done(visit, outcome, "closed")

    async def ask_to_give_back(self, visit: Visit) -> Response:
        return await self._pages.thread(visit, handing=_last_words(await self._view(visit)))

    async def give_back(self, visit: Visit) -> Response:
        draft = _draft(visit)
        outcome = await self._storage.run(self._acts.give_back, visit.me, visit.path("token"), draft)
        if outcome in (Outcome.MOVED, Outcome.TOO_LONG):
            return await self._pages.thread(visit, draft, outcome, handing=draft.text)
        return await self._pages.done(visit, outcome, "given", quiet="given-quiet")

    async def reopen(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.reopen, visit.me, visit.path("token"), self._ended)
        return await self._pages.done(visit, outcome, "reopened")

    def _ended(self, how: Closing, at: datetime) -> str:
        return closing.in_words(how, at, self._frame.show, self._storage.clock.now())

    async def _view(self, visit: Visit) -> View:
        view = await self._storage.read(thread_view.view, visit.path("token"), self._acts.minor)
        if view is None:
            raise Refused(404, "gone.html")
        return view


def _draft(visit: Visit) -> Draft:
    form: Mapping[str, str] = visit.form
    return Draft(form.get("text", ""), form.get("seen", ""), form.get("form", ""))


def _last_words(view: View) -> str:
    """What to say before the robot answers again, in the person's language; nothing unless a colleague was answering, nor where care is needed."""
    if not view.human or view.watched or view.how_to_answer:
        return ""
    return words_of(view.language or "fr").say(FAREWELL)
