"""The demo's banner, put on every page from outside: no page of the product knows about it."""

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BODY = re.compile(rb"<body[^>]*>(?:\s*<a class=\"skip\"[^>]*>[^<]*</a>)?")
"""The way past what comes before the content stays the first thing of a page."""
_HEAD = b"</head>"


class Banner:
    """Puts `head` before the end of every HTML page's head, and `body` at the start of its body."""

    def __init__(self, app: ASGIApp, head: str, body: str) -> None:
        self._app = app
        self._head = head.encode()
        self._body = body.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, _Page(send, self._put))

    def _put(self, page: bytes) -> bytes:
        found = _BODY.search(page)
        if found is None or _HEAD not in page:
            return page
        page = page[: found.end()] + self._body + page[found.end() :]
        return page.replace(_HEAD, self._head + _HEAD, 1)


class _Page:
    """Holds an HTML answer back until it is whole; lets everything else through as it comes."""

    def __init__(self, send: Send, put: Callable[[bytes], bytes]) -> None:
        self._send = send
        self._put = put
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._end(self._start)

    async def _end(self, start: Message) -> None:
        page = self._put(self._body)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(page))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": page})
