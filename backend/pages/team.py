"""Who is in the team: inviting a colleague, giving a new link, closing an account."""

import logging

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from backend.pages.covered import COVERED
from content.words import typeset
from storage import busy, caseworkers, covered, feeds, tasks, threads
from storage.caseworkers import Member, Role
from storage.engine import Storage, Wake, Work

log = logging.getLogger(__name__)

PATH = "/backend/team"
ROLES = {
    Role.CASEWORKER: "Répond aux jeunes",
    Role.HEAD: "Direction : répond aussi, signe, décide",
    Role.ADMIN: "Administration : fait marcher Palier, ne lit aucun message",
}
SHORT = {Role.CASEWORKER: "Répond aux jeunes", Role.HEAD: "Direction", Role.ADMIN: "Administration"}
FAULTS = {
    "email": "Écrivez l'adresse e-mail de cette personne.",
    "role": "Choisissez ce que cette personne pourra faire.",
    "taken": "Cette adresse a déjà un compte, plus bas : donnez-lui un nouveau lien.",
    "self": "Votre propre compte ne se ferme pas ici : demandez à quelqu'un d'autre de la direction.",
    "last": "C'est le seul compte de direction : invitez d'abord quelqu'un d'autre à la direction.",
    "yours": "Votre propre lien ne se donne pas ici : demandez à quelqu'un d'autre.",
}
LONGEST_EMAIL = 254


def invite(work: Work, email: str, role: Role) -> str | None:
    """A one-time token for somebody new, or for somebody whose account was closed; None for who has an account."""
    if any(member.email == caseworkers.normalised(email) and not member.disabled for member in caseworkers.team(work)):
        return None
    return caseworkers.invite(work, email, role)


def renew(work: Work, by: Member, token: str) -> tuple[Member, str] | None:
    """A new one-time token for a colleague, whose role stays. None for oneself, and for who is not there."""
    member = _find(work, token)
    if member is None or member.id == by.id or member.disabled:
        return None
    return member, caseworkers.invite(work, member.email, member.role)


def close(work: Work, by: Member, token: str) -> str:
    """Let a colleague in no more; what waited for them waits for everybody. The fault, "" where there is none."""
    team = caseworkers.team(work)
    member = _find(work, token)
    if member is None or member.disabled:
        return ""
    if member.id == by.id:
        return "self"
    heads = [one for one in team if one.role is Role.HEAD and one.name and not one.disabled]
    if heads == [member]:
        return "last"
    caseworkers.disable(work, member.id)
    feeds.revoke(work, member.id)
    busy.forget(work, member.id)
    threads.hand_back(work, member.id)
    tasks.hand_back(work, member.id)
    work.notify(Wake.TALK, 0)
    return ""


def _find(work: Work, token: str) -> Member | None:
    return next((member for member in caseworkers.team(work) if member.token == token), None)


class Team:
    """One page. Everybody sees who is here; the head of service and administrators change it."""

    def __init__(self, frame: Frame, storage: Storage, base_url: str) -> None:
        self._frame = frame
        self._storage = storage
        self._base = base_url.rstrip("/")

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.show)
        self._frame.keepers(router, f"{PATH}/invite", post=self.invite)
        self._frame.keepers(router, f"{PATH}/{{token}}/link", post=self.renew)
        self._frame.keepers(router, f"{PATH}/{{token}}/close", post=self.close)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def invite(self, visit: Visit) -> Response:
        email, role = visit.form.get("email", "").strip(), visit.form.get("role", "")
        name, at, host = email.partition("@")
        if not (name and at and "." in host and email.isprintable() and " " not in email and len(email) <= LONGEST_EMAIL):
            return await self._page(visit, 422, fault="email")
        if role not in set(Role):
            return await self._page(visit, 422, fault="role")
        token = await self._storage.run(invite, email, Role(role))
        if token is None:
            return await self._page(visit, 409, fault="taken")
        log.info("a colleague was invited", extra={"action": "invited"})
        return await self._page(visit, link=self._link(token), link_for=email)

    async def renew(self, visit: Visit) -> Response:
        found = await self._storage.run(renew, visit.me, visit.path("token"))
        if found is None:
            return await self._page(visit, 409, fault="yours") if visit.me.token == visit.path("token") else self._gone()
        member, token = found
        log.info("a new invitation was given", extra={"action": "invitation_renewed"})
        return await self._page(visit, link=self._link(token), link_for=member.name or member.email)

    async def close(self, visit: Visit) -> Response:
        fault = await self._storage.run(close, visit.me, visit.path("token"))
        if fault:
            return await self._page(visit, 409, fault=fault)
        log.info("an account was closed", extra={"action": "account_closed"})
        if visit.me.reads and await self._storage.read(covered.number) > 0:
            return to(f"{COVERED}?fait=left")
        return to(f"{PATH}?fait=closed")

    def _gone(self) -> Response:
        raise Refused(404, "gone.html")

    def _link(self, token: str) -> str:
        return f"{self._base}/backend/invitation/{token}"

    async def _page(self, visit: Visit, status: int = 200, *, fault: str = "", link: str = "", link_for: str = "") -> Response:
        team, to_take_over = await self._storage.read(lambda work: (caseworkers.team(work), covered.number(work)))
        return self._frame.page(
            visit,
            "team.html",
            status,
            here=PATH,
            team=[member for member in team if not member.disabled],
            left=[member for member in team if member.disabled],
            keeper=visit.me.role is not Role.CASEWORKER,
            roles={role.value: typeset(text) for role, text in ROLES.items()},
            short={role.value: typeset(text) for role, text in SHORT.items()},
            fault=fault,
            faults={name: typeset(text) for name, text in FAULTS.items()},
            link=link,
            link_for=link_for,
            email=visit.form.get("email", "") if fault else "",
            role=visit.form.get("role", "") if fault else "",
            to_take_over=to_take_over,
            closed=visit.request.query_params.get("fait") == "closed",
        )
