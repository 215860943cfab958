"""The calendar file of one appointment: « Rendez-vous », the place and the time. Its address is as secret as the appointment's token."""

import re
from typing import Protocol

from fastapi import APIRouter, Request, Response

from bot.channels.webchat.pages import PLAIN_HEADERS, Pages
from bot.channels.webchat.ports import House

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
GONE = 410
HEADERS = PLAIN_HEADERS | {"content-disposition": 'attachment; filename="rendez-vous.ics"'}


class Cards(Protocol):
    """The file that a token opens; None where it opens none any more."""

    async def take(self, token: str, /) -> bytes | None: ...


def date_routes(house: House, cards: Cards) -> APIRouter:
    """The addresses of these files."""
    pages, router = Pages(house), APIRouter(include_in_schema=False)

    async def take(request: Request, token: str) -> Response:
        """GET /chat/dates/{token}: the file, or that there is none."""
        found = await cards.take(token) if _TOKEN.fullmatch(token) else None
        if found is None:
            return pages.export(request, None, "", GONE, of_date=True)
        return Response(found, 200, HEADERS, "text/calendar; charset=utf-8")

    router.add_api_route("/chat/dates/{token}", take, methods=["GET"])
    return router
