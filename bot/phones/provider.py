"""What the doubles share: how they call the service, how they refuse, who the invented person is."""

import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

import httpx
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.messages import Json
from bot.phones.phone import App, Button, Line, Phone

log = logging.getLogger(__name__)

NAME, NUMBER, EMAIL = "Sacha", "+33639980017", "sacha@demo.example"
"""Nobody's: 06 39 98 is the range that fiction uses. https://www.arcep.fr"""
PICTURE = "Photo d’un papier"
CALL_SECONDS = 10.0
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Front:
    """What an app shows around its messages: before the first one, and in the menu beside its field."""

    hello: str = ""
    begins: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    pictures: bool = False
    link: str = ""
    """How the addresses that open this app begin, "" where none does."""


class Provider(Protocol):
    """The double behind one app."""

    app: App

    def routes(self) -> Sequence[Route]:
        """Its API, as the service calls it."""
        ...

    def front(self) -> Front: ...

    async def says(self, text: str) -> None:
        """The person writes this."""
        ...

    async def presses(self, button: Button, line: Line | None) -> None:
        """The person presses a button: of a line, or of what the app shows around them (None)."""
        ...

    async def shows(self, picture: bytes) -> None:
        """The person sends a photo, where `Front.pictures` says that the app takes one."""
        ...

    async def opens(self, code: str) -> None:
        """The person followed a link that opens the app with this code."""
        ...

    async def looks(self) -> None:
        """The person has the app before them."""
        ...


class Service:
    """How a provider reaches the service: at its webhooks, over this machine's loopback."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, trust_env=False, timeout=CALL_SECONDS)

    async def call(self, path: str, body: Json, headers: Callable[[bytes], Mapping[str, str]]) -> bool:
        """Deliver a call, signed; whether the service took it."""
        raw = to_json(body)
        try:
            answered = await self._client.post(path, content=raw, headers={"content-type": "application/json", **headers(raw)})
        except httpx.HTTPError as fault:
            log.warning("the demo's phone could not reach the service", extra={"action": "phone_unreached", "error": type(fault).__name__})
            return False
        return answered.is_success

    async def close(self) -> None:
        """Give back connections."""
        await self._client.aclose()


def signs(header: str, secret: str) -> Callable[[bytes], Mapping[str, str]]:
    """Signs a body as Meta does, and our relay."""
    return lambda raw: {header: "sha256=" + hmac.new(secret.encode(), raw, sha256).hexdigest()}


def is_open(phone: Phone, app: App, window: timedelta = DAY) -> bool:
    """Whether a provider takes anything for the person now."""
    last = phone.last_written(app)
    return last is not None and phone.clock.now() - last < window


def refused(code: int, details: str, status: int = 400, subcode: int = 0) -> JSONResponse:
    """An error as Meta words it."""
    error = {"message": f"(#{code}) {details}", "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "demo"}
    return JSONResponse({"error": error}, status_code=status)


def bears(request: Request, token: str) -> bool:
    """Whether a call carries the account's token."""
    return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
