"""The first day: an overview of the twelve questions, and one page for each few of them. What is written is kept page by page."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from backend import first_day
from backend.first_day import PARTS, TITLES, Day, Kept
from backend.frame import Frame, Refused, Visit, to
from bot.errors import ContentError
from content.service import Service
from content.words import typeset
from storage import caseworkers, hours, motives, openings, places, settings_store
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work
from storage.settings_store import ALERT_ADDRESSES, SERVICE_EDITS

PATH = "/backend/setup"
TOO_LONG = "C'est trop long pour tenir dans ce que le robot dit."
BASES = (
    "Mission d'intérêt public (article 6.1.e du RGPD)",
    "Intérêt légitime (article 6.1.f du RGPD)",
    "Obligation légale (article 6.1.c du RGPD)",
)
"""The usual ones, to choose from; another may be written. None is chosen beforehand."""
ELSEWHERE = {"hours": "/backend/hours", "alerts": "/backend/hours#alertes", "team": "/backend/team"}
"""Where some questions are answered: on pages of their own, once what was written here is kept."""


class Setup:
    """Everybody of the team may answer; the legal basis is the head's."""

    def __init__(self, frame: Frame, storage: Storage, *, alerts_elsewhere: bool) -> None:
        self._frame = frame
        self._storage = storage
        self._alerts = alerts_elsewhere

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.overview)
        self._frame.members(router, f"{PATH}/{{part}}", get=self.show, post=self.keep)

    async def overview(self, visit: Visit) -> Response:
        day = await self._storage.read(first_day.day, alerts_elsewhere=self._alerts)
        received = await self._storage.read(_received, visit.me.id)
        return self._frame.page(visit, "setup.html", day=day, parts=PARTS, titles=_titles(), **received)

    async def show(self, visit: Visit) -> Response:
        return await self._part(visit, _part_of(visit), Kept())

    async def keep(self, visit: Visit) -> Response:
        part = _part_of(visit)
        kept = first_day.read(part, visit.form, head=visit.me.role is Role.HEAD)
        await asyncio.to_thread(self._refuse_what_no_page_holds, kept)
        day = await self._storage.run(first_day.keep, kept, alerts_elsewhere=self._alerts)
        if kept.faults:
            return await self._part(visit, part, kept, 422)
        if elsewhere := ELSEWHERE.get(visit.form.get("then", "")):
            return to(elsewhere)
        return to(f"{PATH}/{following}" if (following := _after(part)) and not day.over else PATH)

    def _refuse_what_no_page_holds(self, kept: Kept) -> None:
        library = self._frame.library()
        for question in list(kept.edits):
            try:
                library.with_edits({question: kept.edits[question]})
            except ContentError:
                del kept.edits[question]
                kept.faults[question] = TOO_LONG

    async def _part(self, visit: Visit, part: str, kept: Kept, status: int = 200) -> Response:
        day, service, shown = await self._storage.read(self._look)
        written = {name: visit.form.get(name, "") for name in kept.faults}
        return self._frame.page(
            visit,
            f"setup-{part}.html",
            status,
            part=part,
            nth=list(PARTS).index(part) + 1,
            of=len(PARTS),
            day=day,
            titles=_titles(),
            service=service,
            written=written,
            faults={name: typeset(fault) for name, fault in kept.faults.items()},
            bases=[typeset(basis) for basis in BASES],
            **shown,
        )

    def _look(self, work: Work) -> tuple[Day, Service, dict[str, object]]:
        """Where the day stands, the service as it is now, and what the pages show of the rest."""
        edits = settings_store.mapping(work, SERVICE_EDITS)
        base = self._frame.library().service
        service = base.with_edits(edits)
        team = [member for member in caseworkers.team(work) if not member.disabled]
        shown: dict[str, object] = {
            "confirmed": settings_store.mapping(work, first_day.CONFIRMED),
            "places": places.places(work),
            "week": hours.week(work),
            "closures": hours.closures(work),
            "team": [member for member in team if member.name],
            "invited": [member for member in team if not member.name],
            "heads": _heads(team),
            "alerts": len(settings_store.confidential(work, ALERT_ADDRESSES).split()),
            "alerts_elsewhere": self._alerts,
        }
        return first_day.day(work, alerts_elsewhere=self._alerts), service, shown


def _received(work: Work, caseworker_id: int) -> dict[str, bool]:
    """Whether there is something to propose appointments from: motives, and this member's own openings."""
    return {"motives": bool(motives.motives(work)), "openings": bool(openings.openings(work, caseworker_id))}


def _heads(team: list[Member]) -> list[Member]:
    return [member for member in team if member.role is Role.HEAD]


def _titles() -> dict[str, str]:
    return {name: typeset(title) for name, title in TITLES.items()}


def _part_of(visit: Visit) -> str:
    part = visit.path("part")
    if part not in PARTS:
        raise Refused(404, "gone.html")
    return part


def _after(part: str) -> str | None:
    parts = list(PARTS)
    at = parts.index(part) + 1
    return parts[at] if at < len(parts) else None
