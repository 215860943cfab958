"""Answering somebody who asked to have erased what the team follows with them: the head erases, or keeps and says why. One month at most."""

from fastapi import APIRouter
from starlette.responses import Response

from backend.acts import Put
from backend.frame import Frame, Refused, Visit, to
from backend.pages.tasks import PATH
from handlers import forgetting
from storage import decisions, lanes
from storage.caseworkers import Member
from storage.decisions import Obstacle, Request
from storage.engine import Storage, Work
from storage.threads import Minor

ANSWER = PATH + "/{task}/answer"
LONGEST = 500
FAULTS = {
    "decision": "Choisissez : effacer, ou garder.",
    "because": "Dites pourquoi, avec des mots que la personne lira. 500 caractères au plus.",
    "sure": "Cochez pour confirmer : on ne peut pas revenir en arrière.",
}
OBSTACLES = {
    Obstacle.HELD: "Une demande est conservée sur votre décision : mettez-y fin d'abord.",
    Obstacle.ALERT: "Un danger signalé n'a pas encore été lu : lisez-le d'abord.",
    Obstacle.MINOR: "Une personne mineure est en danger : la demande se clôt d'abord, en disant qui a été informé.",
}


class Decisions:
    """One page, for the head of service. `minor` tells whether a thread is about a minor in danger."""

    def __init__(self, frame: Frame, storage: Storage, put: Put, minor: Minor) -> None:
        self._frame = frame
        self._storage = storage
        self._put = put
        self._minor = minor

    def add_to(self, router: APIRouter) -> None:
        self._frame.heads(router, ANSWER, get=self.show, post=self.answer)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def answer(self, visit: Visit) -> Response:
        outcome = await self._storage.run(self._decide, visit)
        if outcome in FAULTS:
            return await self._page(visit, outcome)
        return to(f"{PATH}?fait={outcome}")

    def _decide(self, work: Work, visit: Visit) -> str:
        """What was done (a name of backend.pages.tasks.SAID), or the name of what is missing."""
        request = self._found(work, visit.path("task"))
        decision, because, silently = (visit.form.get(name, "").strip() for name in ("decision", "because", "silently"))
        if request.done_at is not None:
            return "answered"
        if decision == "keep":
            if not because or len(because) > LONGEST:
                return "because"
            self._keep(work, visit.me, request, because, silently=bool(silently))
            return "kept"
        if decision != "erase" or request.obstacle is not None:
            return "decision"
        if not visit.form.get("sure"):
            return "sure"
        decisions.erase(work, visit.me, request, silently=bool(silently))
        return "erased"

    def _keep(self, work: Work, by: Member, request: Request, because: str, *, silently: bool) -> None:
        lane = None if request.conversation_id is None else lanes.lane_of_conversation(work, request.conversation_id)
        decisions.keep(work, by, request, because)
        if lane is not None and not silently:
            self._put(work, lane, forgetting.kept(lane, because))
            lanes.keep(work, lane)

    def _found(self, work: Work, token: str) -> Request:
        request = decisions.find(work, token, self._minor)
        if request is None:
            raise Refused(404, "gone.html")
        return request

    async def _page(self, visit: Visit, fault: str = "") -> Response:
        request = await self._storage.read(self._found, visit.path("task"))
        say = self._frame.show.said
        return self._frame.page(
            visit,
            "decision.html",
            422 if fault else 200,
            request=request,
            obstacle=say(OBSTACLES[request.obstacle]) if request.obstacle else "",
            fault=fault,
            said=say(FAULTS[fault]) if fault else "",
            form=visit.form,
            now=self._storage.clock.now(),
        )
