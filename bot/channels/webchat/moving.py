"""/c/{token}: « Continuer en privé ». Opening it changes nothing, whoever looks first (a preview, a scanner); its button uses it, once."""

import logging
from typing import Protocol

from fastapi import APIRouter, Request, Response

from bot.channels.webchat import session
from bot.channels.webchat.exporting import GONE, TOKEN
from bot.channels.webchat.pace import NETWORK, Pace
from bot.channels.webchat.pages import said
from bot.channels.webchat.ports import House
from bot.channels.webchat.routes import WebChat
from bot.messages import Address

log = logging.getLogger(__name__)


class Moves(Protocol):
    """What a token opens; None, or False, where it opens nothing any more."""

    async def language(self, token: str, /) -> str | None: ...
    async def move(self, token: str, address: Address, /) -> bool: ...


class Moving:
    """The two steps of a private link."""

    def __init__(self, house: House, moves: Moves) -> None:
        self._chat = WebChat(house)
        self._moves = moves
        self._networks = Pace(house.clock, NETWORK)

    async def show(self, request: Request, token: str) -> Response:
        """GET /c/{token}."""
        language = await self._moves.language(token) if TOKEN.fullmatch(token) else None
        return self._chat.pages.private(request, language, token if language else "", GONE if language is None else 200)

    async def open(self, request: Request, token: str) -> Response:
        """POST /c/{token}: the page itself, in a session nobody had. A browser may keep another's: it is not used, and theirs is not shown.

        The page is given at once: where no cookie is kept, a redirect would lose who writes.
        """
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return said(403, "another site may not open somebody's page")
        who, wait = session.fresh(), self._networks.take(self._chat.proxies.client(request))
        address = self._chat.house.channel.address(who.peer)
        if wait or not (TOKEN.fullmatch(token) and await self._moves.move(token, address)):
            return self._chat.pages.private(request, None, "", 429 if wait else GONE)
        response = await self._chat.page(request, who)
        session.keep(response, who, secure=self._chat.secure)
        session.clear_left(response, secure=self._chat.secure)
        log.info("a private page was opened", extra={"action": "private_page_opened"})
        return response


def moving_routes(house: House, moves: Moves) -> APIRouter:
    """The addresses of these links."""
    moving, router = Moving(house, moves), APIRouter(include_in_schema=False)
    router.add_api_route("/c/{token}", moving.show, methods=["GET"])
    router.add_api_route("/c/{token}", moving.open, methods=["POST"])
    return router
