"""`/demo/phones`: the invented phone, to be held by whoever tries the demo. A form for everything; the script only refreshes it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.app import Service
from bot.phones.opening import Phones
from bot.phones.phone import App, Button, Line, State
from bot.phones.provider import EMAIL, NAME, NUMBER, Front
from bot.phones.screen import NAMES, SHOWN, code_of, draw, moment, writes
from bot.templates import templates
from content.look.shelf import Shelf

PATH = "/demo/phones"
LONGEST = 4096
ANSWER_SECONDS = 3.0
"""How long a page waits for what answers it."""
HEARTBEAT = 1.0
"""Seconds between two looks whether the service stops."""
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'"
HEADERS = {"cache-control": "no-store", "content-security-policy": POLICY, "x-content-type-options": "nosniff"}
TEMPLATES = Path(__file__).parents[1] / "templates"
Steps = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Pages:
    """The addresses of the phone."""

    service: Service
    phones: Phones
    shelf: Shelf
    steps: Steps
    """By how much the clock may be turned, beside it."""
    picture: bytes
    """What the person has at hand to send."""

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route(PATH, self._any),
            Route(f"{PATH}/events", self._events),
            Route(f"{PATH}/{{app}}", self._show),
            Route(f"{PATH}/{{app}}", self._act, methods=["POST"]),
        ]

    async def _any(self, request: Request) -> Response:
        """The app in which something new came, or the first."""
        phone = self.phones.phone
        app = max(App, key=phone.unread)
        return RedirectResponse(f"{PATH}/{app}", 303)

    async def _show(self, request: Request) -> Response:
        app = _app(request)
        if app is None:
            return PlainTextResponse("not here\n", status_code=404)
        await self.phones.providers[app].looks()
        page = templates(TEMPLATES).get_template("phones.html").render(self._seen(app, request))
        return HTMLResponse(page, headers=HEADERS)

    def _seen(self, app: App, request: Request) -> dict[str, object]:
        phone, zone = self.phones.phone, self.service.settings.zone
        fronts = {each: provider.front() for each, provider in self.phones.providers.items()}
        whole = "all" in request.query_params
        code = code_of(request.query_params.get("ref", ""))
        return {
            "apps": [(each, name, phone.unread(each)) for each, name in NAMES.items()],
            "app": app,
            "title": NAMES[app],
            "lines": draw(phone, app, fronts, zone, None if whole else SHOWN),
            "more": not whole and len(phone.lines(app)) > SHOWN,
            "front": fronts[app],
            "code": code if fronts[app].link else "",
            "writes": writes(phone, app),
            "name": NAME,
            "number": _spaced(NUMBER),
            "email": EMAIL,
            "path": PATH,
            "steps": self.steps,
            "now": moment(phone.clock.now(), zone),
            "asset": self.shelf.url,
        }

    async def _act(self, request: Request) -> Response:
        """Write (`text`), press (`press`: « line|nth »; « begins|nth », « menu|nth » of what is around), open a link (`ref`), send (`photo`)."""
        app = _app(request)
        if app is None:
            return PlainTextResponse("not here\n", status_code=404)
        form = await request.form()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        provider = self.phones.providers[app]
        pressed = self._pressed(app, given.get("press", ""))
        if pressed is not None:
            await provider.presses(*pressed)
        elif code := code_of(given.get("ref", "")):
            await provider.opens(code)
        elif "photo" in given and provider.front().pictures:
            await provider.shows(self.picture)
        elif app is not App.EMAIL and (text := given.get("text", "").strip()):
            await provider.says(text[:LONGEST])
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.service.settled()
        return RedirectResponse(f"{PATH}/{app}", 303)

    def _pressed(self, app: App, name: str) -> tuple[Button, Line | None] | None:
        """What this names, if it is still there."""
        where, _, nth = name.rpartition("|")
        line = self.phones.phone.find(app, where)
        front = self.phones.providers[app].front()
        buttons = line.buttons if line is not None and line.state is not State.GONE else _around(front, where)
        if not (nth.isascii() and nth.isdigit()) or int(nth) >= len(buttons):
            return None
        return buttons[int(nth)], line

    async def _events(self, request: Request) -> Response:
        """A word each time something changes on the phone, until the service stops."""
        return StreamingResponse(self._changes(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def _changes(self) -> AsyncIterator[str]:
        phone, stopping = self.phones.phone, self.service.stopping
        yield "retry: 2000\n\n"
        with phone.watched() as event:
            while not (stopping.is_set() or phone.closed):
                if await phone.clock.wait(event, HEARTBEAT):
                    event.clear()
                    yield "data: news\n\n"


def _app(request: Request) -> App | None:
    named = request.path_params["app"]
    return App(named) if named in set(App) else None


def _around(front: Front, where: str) -> tuple[Button, ...]:
    return {"begins": front.begins, "menu": front.menu}.get(where, ())


def _spaced(number: str) -> str:
    """« 06 39 98 00 17 »."""
    digits = number.replace("+33", "0")
    return "\u00a0".join(digits[at : at + 2] for at in range(0, len(digits), 2))
