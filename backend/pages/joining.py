"""Two demandes of one person: their apps and their demandes put together, by a caseworker who knows it and says why, and parted again within 30 days.

Nobody is ever proposed, by name, by number or otherwise: the colleague gives the address of the other demande, and reads first what will be together,
what differs and what stands in the way.
"""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from backend.pages.threads import THREAD
from storage import audit, caseworkers, linking, sides, thread_view, threads, unlinking
from storage import notes as notes_of
from storage.audit import Act
from storage.caseworkers import Member
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.linking import Pair, Proof
from storage.linking import Refused as Why
from storage.sides import Preview
from storage.thread_view import View
from storage.unlinking import Union

PATH = THREAD + "/join"
LONGEST = 500
_TOKEN = re.compile(r"(?:.*/threads/)?([\w-]{10,64})(?:[/?#].*)?")
FAULTS = {
    "other": "Donnez l'adresse de la page de l'autre demande.",
    "gone": "Cette autre demande n'est pas là : son adresse a changé, ou elle a été effacée.",
    "reason": "Dites comment vous le savez : la personne vous l'a dit, elle est devant vous. 500 caractères au plus.",
    "late": "C'est trop tard : les 30 jours sont passés, ou c'est déjà fait.",
}
WHY: dict[Why, str] = {
    Why.SELF: "C'est déjà la même personne.",
    Why.GONE: "L'une des deux n'est plus là, ou quelqu'un d'autre vient de les rapprocher.",
    Why.ERASING: "Une demande d'effacement attend pour l'une des deux : elle passe d'abord.",
    Why.GUARDED: "Un danger a été signalé là où quelqu'un d'autre peut lire, ou bien la personne a dit comment lui répondre : aucun autre téléphone "
    "n'y est rattaché. Suivez les deux demandes à part.",
    Why.SHARED: "L'un des téléphones est partagé : rien d'autre n'y est rattaché.",
    Why.BOTH: "Les deux ont une place au même atelier : rendez-en une d'abord.",
}
CHOICES: dict[Choice, str] = {
    Choice.ANNOUNCEMENTS: "ateliers et annonces",
    Choice.FALLBACK: "SMS ou e-mail",
    Choice.CHECKUP: "garder son bilan",
    Choice.PARTNER: "dossier à un partenaire",
    Choice.NO_SURVEYS: "pas de questionnaire",
    Choice.NO_REMINDERS: "pas de rappel",
    Choice.FULL_REMINDERS: "rappels complets",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A thread, what made its person of several and can be undone, with who decided it; and the other thread that was named."""

    view: View
    unions: tuple[tuple[Union, str], ...]
    preview: Preview | None


def look(work: Work, token: str, other: str) -> Shown | None:
    """What the page shows, or None where there is no such thread."""
    view, person = thread_view.view(work, token), threads.person_of(work, token)
    if view is None or person is None:
        return None
    names = {member.id: member.name for member in caseworkers.team(work)}
    unions = tuple((union, names.get(union.by or 0, "")) for union in unlinking.unions(work, person))
    return Shown(view, unions, sides.preview(work, token, other) if other else None)


class Joining:
    """One page, for whoever reads demandes."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show, post=self.join)
        self._frame.readers(router, PATH + "/part", post=self.part)

    async def show(self, visit: Visit) -> Response:
        asked = visit.request.query_params.get("avec")
        other = None if asked is None else _token(asked)
        return await self._page(visit, other or "", "other" if asked is not None and other is None else "")

    async def join(self, visit: Visit) -> Response:
        other, reason = _token(visit.form.get("other", "")) or "", " ".join(visit.form.get("reason", "").split())
        if not reason or len(reason) > LONGEST:
            return await self._page(visit, other, "reason")
        if await self._storage.run(_join, visit.me, visit.path("token"), other, reason):
            return to(f"{_thread(visit)}?fait=joined#fin")
        return await self._page(visit, other)

    async def part(self, visit: Visit) -> Response:
        reason = " ".join(visit.form.get("reason", "").split())
        if not reason or len(reason) > LONGEST:
            return await self._page(visit, "", "reason")
        if await self._storage.run(_part, visit.me, visit.path("token"), visit.form.get("union", ""), reason):
            return to(f"{_thread(visit)}?fait=parted#fin")
        return await self._page(visit, "", "late")

    async def _page(self, visit: Visit, other: str, fault: str = "") -> Response:
        shown = await self._storage.run(look, visit.path("token"), other)  # it locks the lanes it counts
        if shown is None:
            raise Refused(404, "gone.html")
        fault = fault or ("gone" if other and shown.preview is None else "")
        show, preview = self._frame.show, shown.preview
        values = {
            "why": show.said(WHY[preview.refused]) if preview is not None and preview.refused is not None else "",
            "said": show.said(FAULTS[fault]) if fault else "",
            "choices": {choice: show.said(text) for choice, text in CHOICES.items()},
            "now": self._storage.clock.now(),
        }
        status = 422 if fault or values["why"] else 200
        return self._frame.page(visit, "joining.html", status, shown=shown, view=shown.view, preview=preview, form=visit.form, **values)


def _join(work: Work, by: Member, token: str, other: str, reason: str) -> bool:
    """Under the locks: two colleagues who decide it at once do it once."""
    people = threads.person_of(work, token), threads.person_of(work, other)
    if people[0] is None or people[1] is None:
        return False
    done = linking.join(work, Pair(people[0], people[1]), Proof.MERGE, caseworker_id=by.id, reason=reason)
    if isinstance(done, Why):
        return False
    for person in people:
        audit.write(work, Act.JOINED, by=by.id, person=person)
    return True


def _part(work: Work, by: Member, token: str, union: str, reason: str) -> bool:
    person = threads.person_of(work, token)
    if person is None or union not in {each.token for each in unlinking.unions(work, person)}:
        return False
    done = unlinking.part(work, union)
    if not isinstance(done, Pair):
        return False
    thread = threads.find(work, token)
    if thread is not None:
        notes_of.add(work, thread.id, by.id, f"{PARTED} {reason}")
    for each in (done.into, done.former):
        audit.write(work, Act.PARTED, by=by.id, person=each)
    return True


PARTED = "Séparé :"


def _token(said: str) -> str | None:
    """The thread that an address names, or its token alone."""
    found = _TOKEN.fullmatch(said.strip())
    return None if found is None else found[1]


def _thread(visit: Visit) -> str:
    return THREAD.format(token=visit.path("token"))
