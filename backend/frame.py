"""What every page of the desk stands in: who visits, the form that came, the headers that go, the words when something is refused."""

import functools
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backend import TEMPLATES, bands
from backend.auth import Door, form_token, from_here
from backend.bands import Bands
from backend.french import French
from backend.show import Show
from backend.understood import Understanding
from bot.settings import Settings
from bot.templates import templates
from content.library import Library
from content.look.shelf import Shelf
from storage.caseworkers import Member, Role
from storage.engine import Storage

log = logging.getLogger(__name__)

HOME, LOGIN = "/backend", "/backend/login"
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 60
KNOWN_PAGE = re.compile(
    r"/backend(/threads/[\w-]{1,64}|/setup(/[a-z]{1,16})?|/workshops(/(sessions/)?[\w-]{1,64})?"
    r"|/calendar(/(openings|motives|feed|busy|book|covered|appointments/[\w-]{1,64}))?"
    r"|/(tasks|closed|figures|gaps|team|hours|posters|kit(/paper)?|switches|channels|crisis-texts|content(/(facts|pages)/[a-z0-9-]{1,64})?))?"
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one browser. `cookie` is what its forms are tied to; `member` is who is logged in and `bands` what waits for them, or None."""

    request: Request
    cookie: str
    member: Member | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    bands: Bands | None = None

    @property
    def me(self) -> Member:
        """Who is logged in, on pages for members only."""
        if self.member is None:
            raise RuntimeError("this page is for members")
        return self.member

    def path(self, name: str) -> str:
        """A part of the path, as its route names it."""
        return str(self.request.path_params[name])


Page = Callable[[Visit], Awaitable[Response]]
Enter = Callable[[Request, Mapping[str, str]], Awaitable[Visit]]


class Refused(Exception):
    """A page that is not given: the status, and the template that says so."""

    def __init__(self, status: int, template: str) -> None:
        super().__init__(template)
        self.status = status
        self.template = template


class SentElsewhere(Exception):
    """Another page comes first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Frame:
    """Renders the templates and puts pages behind the door."""

    def __init__(
        self,
        door: Door,
        storage: Storage,
        library: Callable[[], Library],
        shelf: Shelf,
        show: Show,
        settings: Settings,
        understanding: Understanding,
    ) -> None:
        self.door = door
        self.show = show
        self.library = library
        self._storage = storage
        self._alerts_elsewhere = bool(settings.alert_urls)
        self._headers = HEADERS | ({"strict-transport-security": "max-age=31536000"} if settings.secure else {})
        self._templates = templates(TEMPLATES, French)
        self._templates.globals.update(asset=shelf.url, show=show, understood=understanding.of)

    # -- routes

    def open(self, router: APIRouter, path: str, *, get: Page | None = None, post: Page | None = None) -> None:
        """Pages for anybody; their forms are tied to a guest's cookie."""
        self._add(router, path, {"GET": get, "POST": post}, self._guest)

    def members(self, router: APIRouter, path: str, *, get: Page | None = None, post: Page | None = None) -> None:
        """Pages for whoever is logged in."""
        self._add(router, path, {"GET": get, "POST": post}, self._member)

    def readers(self, router: APIRouter, path: str, *, get: Page | None = None, post: Page | None = None) -> None:
        """Pages that show what people wrote: not for administrators."""
        self._add(router, path, {"GET": get, "POST": post}, self._reader)

    def keepers(self, router: APIRouter, path: str, *, get: Page | None = None, post: Page | None = None) -> None:
        """Pages about the team's accounts: for the head of service and administrators."""
        self._add(router, path, {"GET": get, "POST": post}, self._keeper)

    def heads(self, router: APIRouter, path: str, *, get: Page | None = None, post: Page | None = None) -> None:
        """What the head of service alone decides."""
        self._add(router, path, {"GET": get, "POST": post}, self._head)

    def _add(self, router: APIRouter, path: str, pages: Mapping[str, Page | None], enter: Enter) -> None:
        for method, page in pages.items():
            if page is not None:
                router.add_route(path, functools.partial(self._serve, page, enter), methods=[method], include_in_schema=False)

    async def _serve(self, page: Page, enter: Enter, request: Request) -> Response:
        form: Mapping[str, str] = {}
        try:
            if any("\0" in str(part) for part in request.path_params.values()):
                raise Refused(404, "gone.html")  # no database can be asked for it
            form = await read_form(request) if request.method == "POST" else {}
            response = await page(await enter(request, form))
        except Refused as refusal:
            response = self.html(refusal.template, refusal.status, draft=form.get("text", ""))
        except SentElsewhere as other:
            response = RedirectResponse(other.path, 303)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        return response

    # -- who enters

    async def _guest(self, request: Request, form: Mapping[str, str]) -> Visit:
        return _checked(Visit(request, self.door.guest(request), await self.door.who(request), form))

    async def _member(self, request: Request, form: Mapping[str, str]) -> Visit:
        member = await self.door.who(request)
        if member is not None:
            known = await self._storage.read(bands.read, member, self.library, alerts_elsewhere=self._alerts_elsewhere)
            return _checked(Visit(request, self.door.cookie(request), member, form, known))
        if request.method == "POST":
            raise Refused(401, "again.html")
        if request.headers.get("sec-fetch-site") == "cross-site" and not self.door.cookie(request):
            raise Refused(200, "arriving.html")  # a strict cookie does not come with a link from elsewhere: the next click brings it
        raise SentElsewhere(f"{LOGIN}?next={quote(request.url.path)}")

    async def _reader(self, request: Request, form: Mapping[str, str]) -> Visit:
        visit = await self._member(request, form)
        if not visit.me.reads:
            raise Refused(403, "admin.html")
        return visit

    async def _keeper(self, request: Request, form: Mapping[str, str]) -> Visit:
        visit = await self._member(request, form)
        if visit.me.role is Role.CASEWORKER:
            raise Refused(403, "not-yours.html")
        return visit

    async def _head(self, request: Request, form: Mapping[str, str]) -> Visit:
        visit = await self._member(request, form)
        if visit.me.role is not Role.HEAD:
            raise Refused(403, "not-yours.html")
        return visit

    # -- what is answered

    def page(self, visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        """A page for this visit."""
        response = self.html(
            template,
            status,
            **{"me": visit.member, "token": form_token(visit.cookie), "bands": visit.bands, "here": visit.request.url.path, **values},
        )
        if visit.member is None:
            self.door.set_guest(response, visit.cookie)
        return response

    def html(self, template: str, status: int = 200, **values: object) -> Response:
        """A page for nobody in particular."""
        return HTMLResponse(self.render(template, **{"me": None, "bands": None, "here": "", "token": "", "draft": "", **values}), status)

    def render(self, template: str, **values: object) -> str:
        """The text of a template."""
        return self._templates.get_template(template).render(values)


def to(path: str) -> Response:
    """Go and see `path`: the answer to a form that did its work."""
    return RedirectResponse(path, 303)


def known_page(path: str) -> str:
    """Where to go after a login: one of our pages, never another site."""
    return path if KNOWN_PAGE.fullmatch(path) else HOME


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a posted form, line ends as ours. Refuses what no form of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Refused(415, "odd.html")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise Refused(413, "odd.html")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as fault:
        raise Refused(400, "odd.html") from fault
    return {name: value.replace("\r\n", "\n") for name, value in fields}


def _checked(visit: Visit) -> Visit:
    if visit.request.method == "POST" and not from_here(visit.request, visit.cookie, visit.form.get("token", "")):
        log.warning("a form was not shown by us", extra={"action": "form_refused"})
        raise Refused(403, "again.html")
    return visit
