"""« Motifs »: what an appointment may be for, how long it lasts, who takes it, what to bring and when it is recalled.

A motive that is withdrawn is offered no more; the appointments made for it stay, and it may be put back.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend import motive_fields
from backend.forms import Wrong, number
from backend.frame import Frame, Refused, Visit, to
from backend.motive_fields import AROUND, CHAIN, FAULTS, FORM, GRIDS, LONGEST
from backend.openings import MODES
from bot.rules.reminders import Kind
from content.words import typeset
from storage import caseworkers, motives
from storage.caseworkers import Member
from storage.engine import Storage, Work
from storage.motives import Motive
from storage.switches import Switch

PATH = "/backend/calendar/motives"
SAID = {
    "added": "Le motif est ajouté.",
    "changed": "Le motif est changé. Les rendez-vous déjà pris gardent leur heure et leur durée.",
    "withdrawn": "Le motif n'est plus proposé. Les rendez-vous déjà pris restent.",
    "restored": "Le motif est de nouveau proposé.",
    "moved": "L'ordre est changé.",
    "started": "Voici de quoi commencer. Changez les mots, les durées, et dites quoi apporter.",
}
USUAL = 45
"""The minutes a form proposes, to be changed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page reads in one look at the database."""

    offered: tuple[Motive, ...]
    withdrawn: tuple[Motive, ...]
    team: tuple[Member, ...]

    def find(self, token: str) -> Motive | None:
        return next((each for each in (*self.offered, *self.withdrawn) if each.token == token), None)


class Motives:
    """Written by whoever receives."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        readers = self._frame.readers
        readers(router, PATH, get=self.show, post=self.add)
        readers(router, f"{PATH}/starting-set", post=self.start)
        readers(router, f"{PATH}/{{token}}", get=self.show_one, post=self.change)
        readers(router, f"{PATH}/{{token}}/withdraw", post=self._done(motives.withdraw, "withdrawn"))
        readers(router, f"{PATH}/{{token}}/restore", post=self._done(motives.restore, "restored"))
        readers(router, f"{PATH}/{{token}}/up", post=self._done(_up, "moved"))
        readers(router, f"{PATH}/{{token}}/down", post=self._done(_down, "moved"))

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, await self._storage.read(_look))

    async def add(self, visit: Visit) -> Response:
        return await self._kept(visit, None, "added")

    async def start(self, visit: Visit) -> Response:
        minutes = number(visit.form, "minutes", 5, LONGEST)
        if minutes is None or minutes % 5:
            wrong = Wrong("start", "minutes", FAULTS["minutes"])
            return self._page(visit, await self._storage.read(_look), 422, wrong=wrong)
        await self._storage.run(_start, minutes)
        return to(f"{PATH}?fait=started")

    async def show_one(self, visit: Visit) -> Response:
        shown = await self._storage.read(_look)
        return self._page(visit, shown, one=_found(visit, shown))

    async def change(self, visit: Visit) -> Response:
        return await self._kept(visit, _found(visit, await self._storage.read(_look)), "changed")

    # -- what they share

    async def _kept(self, visit: Visit, one: Motive | None, done: str) -> Response:
        shown = await self._storage.read(_look)
        try:
            motive = motive_fields.read(visit.form, shown.team, one.token if one else "")
            if any(each.name.casefold() == motive.name.casefold() and each.token != motive.token for each in shown.offered):
                raise Wrong(FORM, "name", FAULTS["taken"])
        except Wrong as wrong:
            return self._page(visit, shown, 422, one=one, wrong=wrong)
        await self._storage.run(motives.put, motive)
        return to(f"{PATH}?fait={done}")

    def _done(self, act: Callable[[Work, str], bool], done: str) -> Callable[[Visit], Awaitable[Response]]:
        async def post(visit: Visit) -> Response:
            await self._storage.run(act, visit.path("token"))
            return to(f"{PATH}?fait={done}")

        return post

    def _page(self, visit: Visit, shown: Shown, status: int = 200, *, one: Motive | None = None, wrong: Wrong | None = None) -> Response:
        second = visit.bands is not None and Switch.SECOND in visit.bands.on
        chain = {kind: label for kind, label in CHAIN.items() if second or kind is not Kind.HOURS or (one and Kind.HOURS in one.chain)}
        return self._frame.page(
            visit,
            "motives.html",
            status,
            here=PATH,
            shown=shown,
            one=one,
            told={each.token: self._told(each, shown.team) for each in (*shown.offered, *shown.withdrawn)},
            wrong=wrong,
            written=visit.form,
            fields=visit.form if wrong and wrong.form == FORM else motive_fields.fields(one or _blank(), shown.team),
            modes={mode.value: typeset(label) for mode, label in MODES.items()},
            grids={grid: typeset(label) for grid, label in GRIDS.items()},
            chain={kind.value: typeset(label) for kind, label in chain.items()},
            around={field: typeset(label) for field, label in AROUND.items()},
            starting=motive_fields.STARTING,
            usual=USUAL,
            said=typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
        )

    def _told(self, motive: Motive, team: tuple[Member, ...]) -> str:
        """« 45 min · sur place, au téléphone · tout le monde · rappel 48 heures avant »."""
        needs = motive.needs
        who = ", ".join(member.name for member in team if member.id in needs.who) or "personne de l'équipe"
        chain = ", ".join(label for kind, label in CHAIN.items() if kind in motive.chain)
        said = (
            f"{needs.minutes} min",
            ", ".join(label for mode, label in MODES.items() if mode in needs.modes),
            who if needs.who else "tout le monde",
            f"rappel {chain}" if chain else "aucun rappel",
        )
        return typeset(" · ".join(said))


def _blank() -> Motive:
    return Motive("", "", motive_fields.starting_set(USUAL)[0].needs)


def _look(work: Work) -> Shown:
    team = tuple(member for member in caseworkers.team(work) if member.reads and member.name and not member.disabled)
    return Shown(motives.motives(work), motives.withdrawn(work), team)


def _found(visit: Visit, shown: Shown) -> Motive:
    motive = shown.find(visit.path("token"))
    if motive is None:
        raise Refused(404, "gone.html")
    return motive


def _start(work: Work, minutes: int) -> None:
    """Only where there is none yet: a second tap adds nothing."""
    if not motives.motives(work) and not motives.withdrawn(work):
        for motive in motive_fields.starting_set(minutes):
            motives.put(work, motive)


def _up(work: Work, token: str) -> bool:
    return _swap(work, token, -1)


def _down(work: Work, token: str) -> bool:
    return _swap(work, token, 1)


def _swap(work: Work, token: str, by: int) -> bool:
    """Let a motive change places with its neighbour; False where there is none."""
    order = [motive.token for motive in motives.motives(work)]
    at = order.index(token) if token in order else -1
    if at < 0 or not 0 <= at + by < len(order):
        return False
    order[at], order[at + by] = order[at + by], order[at]
    motives.arrange(work, order)
    return True
