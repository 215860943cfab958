"""A private link to one's own data. Opening it changes nothing, whoever looks first (a preview, a scanner); its button uses it, once."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from bot.channels.webchat import posting
from bot.channels.webchat.pages import PLAIN_HEADERS, Pages
from bot.channels.webchat.ports import House
from bot.errors import Malformed, TooLarge

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
GONE = 410


@dataclass(frozen=True, slots=True)
class Export:
    """A file to take away. `body` gives its bytes as they are made."""

    name: str
    kind: str
    body: AsyncIterator[bytes]


class Exports(Protocol):
    """What a token opens; None where it opens nothing any more."""

    async def language(self, token: str, /) -> str | None: ...
    async def take(self, token: str, /, *, whole: bool) -> Export | None: ...


class Exporting:
    """The two steps of a private link."""

    def __init__(self, house: House, exports: Exports) -> None:
        self._pages = Pages(house)
        self._exports = exports

    async def show(self, request: Request, token: str) -> Response:
        """GET /chat/export/{token}."""
        language = await self._exports.language(token) if TOKEN.fullmatch(token) else None
        return self._pages.export(request, language, token if language else "", GONE if language is None else 200)

    async def take(self, request: Request, token: str) -> Response:
        """POST /chat/export/{token}: the file, for the only time."""
        try:
            whole = posting.fields_of(request, await posting.read_body(request)).get("what") == "whole"
        except (Malformed, TooLarge):
            whole = False
        export = await self._exports.take(token, whole=whole) if TOKEN.fullmatch(token) else None
        if export is None:
            return self._pages.export(request, None, "", GONE)
        headers = PLAIN_HEADERS | {"content-disposition": f'attachment; filename="{export.name}"'}
        return StreamingResponse(export.body, 200, headers, export.kind)


def export_routes(house: House, exports: Exports) -> APIRouter:
    """The addresses of private links."""
    exporting, router = Exporting(house, exports), APIRouter(include_in_schema=False)
    router.add_api_route("/chat/export/{token}", exporting.show, methods=["GET"])
    router.add_api_route("/chat/export/{token}", exporting.take, methods=["POST"])
    return router
