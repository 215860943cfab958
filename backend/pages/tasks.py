"""What there is to do: the list, adding to it, and marking as done."""

from collections.abc import Callable
from datetime import date, datetime, time

from fastapi import APIRouter
from starlette.responses import Response

from backend.acts import form_id
from backend.frame import Frame, Refused, Visit, to
from backend.pages.threads import THREAD, Threads
from storage import actions, audit, caseworkers, tasks, threads
from storage.caseworkers import Member
from storage.engine import Storage, Work
from storage.tasks import Kind, ToDo

PATH = "/backend/tasks"
LONGEST = 500
EVENING = time(23, 59)
SAID = {
    "done": "C'est noté comme fait.",
    "again": "De nouveau à faire.",
    "added": "Ajouté.",
    "erased": "C'est effacé, et la personne le saura.",
    "kept": "C'est gardé : la personne lira pourquoi.",
    "answered": "La réponse était déjà donnée : rien n'a changé.",
}


def look(work: Work, me: Member) -> tuple[tuple[ToDo, ...], tuple[ToDo, ...], list[Member]]:
    """What is to be done, what was done lately, and who may be asked."""
    return tasks.waiting(work, me), tasks.done(work, me), caseworkers.readers(work)


class Tasks:
    """One page, and the forms of it that stand on a thread. `pages` shows the thread where one of those is faulty."""

    def __init__(self, frame: Frame, storage: Storage, pages: Threads) -> None:
        self._frame = frame
        self._storage = storage
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show, post=self.add)
        self._frame.readers(router, f"{PATH}/{{task}}/done", post=self.finish)
        self._frame.readers(router, f"{PATH}/{{task}}/undo", post=self.undo)
        self._frame.readers(router, THREAD + "/task", post=self.add_on_thread)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def add(self, visit: Visit) -> Response:
        text = _text(visit)
        if not text:
            return await self._page(visit, 422, fault=True)
        await self._storage.run(self._add, visit, text, None)
        return to(f"{PATH}?fait=added")

    async def add_on_thread(self, visit: Visit) -> Response:
        text, token = _text(visit), visit.path("token")
        if not text:
            return await self._pages.refuse_task(visit)
        if not await self._storage.run(self._add, visit, text, token):
            raise Refused(404, "gone.html")
        return to(f"{THREAD.format(token=token)}?fait=added#fin")

    async def finish(self, visit: Visit) -> Response:
        await self._storage.run(self._mark, visit, tasks.finish)
        thread = visit.form.get("thread", "")
        on_thread = thread and await self._storage.read(threads.person_of, thread) is not None
        return to(f"{THREAD.format(token=thread)}?fait=done#fin" if on_thread else f"{PATH}?fait=done")

    async def undo(self, visit: Visit) -> Response:
        await self._storage.run(self._mark, visit, tasks.take_up_again)
        return to(f"{PATH}?fait=again")

    def _mark(self, work: Work, visit: Visit, act: Callable[[Work, Member, str], bool]) -> None:
        token = visit.path("task")
        if tasks.kind_of(work, token) is Kind.ERASURE:
            raise Refused(409, "not-done.html")  # it is answered, not ticked
        if act(work, visit.me, token):
            audit.on_task(work, visit.me.id, token)

    def _add(self, work: Work, visit: Visit, text: str, token: str | None) -> bool:
        thread = threads.find(work, token) if token else None
        if token and thread is None:
            return False
        if actions.first_time(work, "task", f"{visit.me.id}:{visit.form.get('form', '')}"):
            asked = next((member.id for member in caseworkers.readers(work) if member.token == visit.form.get("for")), None)
            row = tasks.add(work, Kind.DO, text=text, thread_id=thread.id if thread else None, caseworker_id=asked, due_at=self._due(visit))
            audit.on_task(work, visit.me.id, row)
        return True

    def _due(self, visit: Visit) -> datetime | None:
        try:
            return datetime.combine(date.fromisoformat(visit.form.get("day", "")), EVENING, tzinfo=self._frame.show.zone)
        except ValueError:
            return None

    async def _page(self, visit: Visit, status: int = 200, *, fault: bool = False) -> Response:
        waiting, done, team = await self._storage.read(look, visit.me)
        return self._frame.page(
            visit,
            "tasks.html",
            status,
            waiting=waiting,
            done=done,
            team=team,
            fault=fault,
            said=self._frame.show.said(SAID.get(visit.request.query_params.get("fait", ""), "")),
            form=form_id(),
            mode="task",
            noted="",
            now=self._storage.clock.now(),
        )


def _text(visit: Visit) -> str:
    return " ".join(visit.form.get("text", "").split())[:LONGEST]
