"""What stands behind the relay in the demo: a gateway for SMS, whose replies are delivered, and one for e-mail. Both asked through Apprise's json://."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.phones.phone import App, Button, Line, Phone, State
from bot.phones.provider import EMAIL, NUMBER, Front, Service, signs

WEBHOOK, SIGNATURE = "/webhooks/relay", "X-Palier-Signature"


class RelayDouble:
    """SMS or e-mail. What is sent to anybody else's number or address is shown too, and says so: in the demo nothing reaches anybody."""

    def __init__(self, phone: Phone, service: Service, app: App, secret: str) -> None:
        self.app = app
        self._phone = phone
        self._service = service
        self._signs = signs(SIGNATURE, secret)
        self._own = NUMBER if app is App.SMS else EMAIL

    # -- the gateway

    def routes(self) -> Sequence[Route]:
        return [Route(f"/relay/{self.app}", self._take, methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        said: Mapping[str, object] = await request.json()
        to, text, title = (str(said.get(name) or "") for name in ("to", "message", "title"))
        other = "" if to == self._own else to
        self._phone.put(Line(self.app, uuid4().hex, text, self._phone.clock.now(), title=title, to=other))
        return JSONResponse({})

    # -- the person

    def front(self) -> Front:
        return Front()

    async def says(self, text: str) -> None:
        """Nobody reads what answers an e-mail: the page offers no field there."""
        line = self._phone.write(self.app, text, f"mo-{uuid4().hex}")
        taken = await self._service.call(WEBHOOK, {"id": line.id, "from": NUMBER, "text": text, "at": line.at.isoformat()}, self._signs)
        self._phone.settle(line, taken=taken)

    async def presses(self, button: Button, line: Line | None) -> None:
        """There is nothing to press."""

    async def shows(self, picture: bytes) -> None:
        """Neither carries one to us."""

    async def opens(self, code: str) -> None:
        """No link opens it."""

    async def looks(self) -> None:
        """Nobody is told."""
        for line in self._phone.lines(self.app):
            if not line.mine and line.state is State.SENT:
                self._phone.put(replace(line, state=State.READ))
