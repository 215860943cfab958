"""Papers of a thread: asking for one by a page of our own, proposing a private page; « vu le …, copie détruite »."""

from fastapi import APIRouter
from starlette.responses import Response

from backend.acts import Acts, Draft, Outcome
from backend.frame import Frame, Visit, to
from backend.pages.threads import THREAD, Threads
from storage import seen
from storage.engine import Storage


class Papers:
    """The form stands on the thread's page, which `pages` shows."""

    def __init__(self, frame: Frame, storage: Storage, acts: Acts, pages: Threads) -> None:
        self._frame = frame
        self._storage = storage
        self._acts = acts
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, THREAD + "/paper", get=self.ask_which, post=self.ask)
        self._frame.readers(router, THREAD + "/seen", post=self.see)
        self._frame.readers(router, THREAD + "/private", post=self.offer_private)

    async def ask_which(self, visit: Visit) -> Response:
        return await self._pages.thread(visit, asking="")

    async def ask(self, visit: Visit) -> Response:
        """Send the link. What was written is kept where it cannot go."""
        draft = Draft(visit.form.get("text", ""), "", visit.form.get("form", ""))
        outcome = await self._storage.run(self._acts.ask_paper, visit.me, visit.path("token"), draft)
        if outcome in (Outcome.EMPTY, Outcome.TOO_LONG):
            return await self._pages.thread(visit, draft, outcome, asking=draft.text)
        return await self._pages.done(visit, outcome, "asked")

    async def offer_private(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._acts.offer_private, visit.me, visit.path("token"))
        return await self._pages.done(visit, outcome, "offered")

    async def see(self, visit: Visit) -> Response:
        """Nobody opens it from the first commit on; its pieces are overwritten a few at a time, for other people are writing."""
        form, token = visit.form, visit.path("token")
        outcome, file = await self._storage.run(self._acts.see, visit.me, token, form.get("file", ""), form.get("what", ""))
        while outcome is Outcome.DONE and await self._storage.run(seen.destroy, file):
            pass
        return to(f"{THREAD.format(token=token)}?fait={'destroyed' if outcome is Outcome.DONE else 'file-gone'}#fin")
