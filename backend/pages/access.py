"""Coming in and going out: login, logout, invitation."""

from fastapi import APIRouter
from starlette.responses import Response

from backend.auth import SHORTEST_PASSWORD, Refusal, weak
from backend.frame import HOME, LOGIN, Frame, Visit, known_page, to
from storage import caseworkers
from storage.caseworkers import Member
from storage.engine import Storage

LONGEST_NAME = 40


class Access:
    """The pages in front of the door."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        frame = self._frame
        frame.open(router, LOGIN, get=self.show_login, post=self.log_in)
        frame.open(router, "/backend/invitation/{token}", get=self.show_invitation, post=self.accept)
        frame.members(router, "/backend/logout", post=self.log_out)

    async def show_login(self, visit: Visit) -> Response:
        page = known_page(visit.request.query_params.get("next", ""))
        return to(page) if visit.member else self._login(visit, page)

    async def log_in(self, visit: Visit) -> Response:
        email, password = visit.form.get("email", ""), visit.form.get("password", "")
        page = known_page(visit.form.get("next", ""))
        cookie = await self._frame.door.log_in(email, password, visit.request)
        if isinstance(cookie, Refusal):
            return self._login(visit, page, 429 if cookie is Refusal.TOO_MANY else 401, cookie, email)
        return self._enter(page, cookie)

    async def log_out(self, visit: Visit) -> Response:
        await self._frame.door.log_out(visit.cookie)
        response = to(LOGIN)
        self._frame.door.set_cookie(response, "")
        return response

    async def show_invitation(self, visit: Visit) -> Response:
        member = await self._storage.read(caseworkers.invited, visit.path("token"))
        return self._invitation(visit, member)

    async def accept(self, visit: Visit) -> Response:
        token, name = visit.path("token"), " ".join(visit.form.get("name", "").split())
        password, again = visit.form.get("password", ""), visit.form.get("again", "")
        member = await self._storage.read(caseworkers.invited, token)
        if member is None:
            return self._invitation(visit, None)
        if fault := _fault(member, name, password, again):
            return self._invitation(visit, member, 422, fault, name)
        cookie = await self._frame.door.accept(token, name, password)
        return self._enter(HOME, cookie) if cookie else self._invitation(visit, None)

    def _enter(self, page: str, cookie: str) -> Response:
        response = to(page)
        self._frame.door.set_cookie(response, cookie)
        self._frame.door.set_guest(response, "")
        return response

    def _login(self, visit: Visit, page: str, status: int = 200, refusal: str = "", email: str = "") -> Response:
        return self._frame.page(visit, "login.html", status, next=page, refusal=refusal, email=email)

    def _invitation(self, visit: Visit, member: Member | None, status: int = 200, fault: str = "", name: str = "") -> Response:
        if member is None:
            return self._frame.page(visit, "invitation-over.html", 410)
        shown = name or member.name
        return self._frame.page(visit, "invitation.html", status, member=member, fault=fault, name=shown, shortest=SHORTEST_PASSWORD)


def _fault(member: Member, name: str, password: str, again: str) -> str:
    """What has to be changed before this can be accepted, "" where nothing has."""
    if not name or len(name) > LONGEST_NAME or not any(map(str.isalpha, name)) or not name.isprintable():
        return "name"
    if weak(password, member.email):
        return "weak"
    return "different" if password != again else ""
