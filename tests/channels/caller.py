"""Calls a channel's route as a server would, without one."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute


class Caller:
    """`read` counts the pieces of the body that were asked for; `headers` are those of the last answer."""

    def __init__(self, routes: Iterable[BaseRoute], path: str) -> None:
        self._app = Starlette(routes=list(routes))
        self._path = path
        self.read = 0
        self.headers: Mapping[bytes, bytes] = {}

    async def post(self, pieces: Iterable[bytes], headers: Mapping[str, str], length: int | None = None) -> tuple[int, bytes] | None:
        """Status and body; None where nothing was answered. The caller goes away after the last piece if it is not the end."""
        waiting = list(pieces)
        sized = {"content-length": str(length if length is not None else sum(map(len, waiting))), **headers}

        async def receive() -> dict[str, object]:
            self.read += 1
            if not waiting:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or length is not None}

        return await self._ask("POST", receive, sized)

    async def get(self, query: str) -> tuple[int, bytes] | None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        return await self._ask("GET", receive, {}, query)

    async def _ask(self, method: str, receive: Any, headers: Mapping[str, str], query: str = "") -> tuple[int, bytes] | None:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": self._path, "root_path": "", "query_string": query.encode(), "headers": raw}
        await self._app(scope, receive, send)
        if not sent:
            return None
        self.headers = dict(sent[0]["headers"])
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
