"""`/calendar/<secret>.ics`: a caseworker's appointments, as their own calendar program asks for them. The secret is all that opens it.

Wrong or revoked, an address is answered as one that never was: all that is looked for is the keyed hash of what was asked. It is written in no log.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.rules.calendars import Entry, etag, feed
from storage import feeds
from storage.engine import Storage, Work

TYPE = "text/calendar; charset=utf-8"
HEADERS = {
    "cache-control": "private, no-cache",
    "content-disposition": 'inline; filename="rendez-vous.ics"',
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def feed_routes(storage: Storage) -> list[BaseRoute]:
    """GET and HEAD, with an ETag: a calendar that has not changed is not sent again."""

    async def give(request: Request) -> Response:
        entries = await storage.read(_entries, request.path_params["secret"])
        if entries is None:
            return PlainTextResponse("not here\n", status_code=404, headers={"cache-control": "no-store"})
        raw = await asyncio.to_thread(feed, entries)
        headers = HEADERS | {"etag": etag(raw), "content-type": TYPE}
        if is_known(request.headers.get("if-none-match", ""), headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(b"" if request.method == "HEAD" else raw, headers=headers | {"content-length": str(len(raw))})

    return [Route("/calendar/{secret}.ics", give, methods=["GET", "HEAD"])]


def is_known(asked: str, tag: str) -> bool:
    """Whether If-None-Match names this state; a weak mark is as good as a strong one (RFC 9110, 13.1.2)."""
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in asked.split(","))


def _entries(work: Work, secret: str) -> list[Entry] | None:
    who = feeds.whose(work, secret)
    return None if who is None else feeds.entries(work, who)
