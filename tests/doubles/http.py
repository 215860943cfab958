"""HTTP/1.1 over loopback, as little of it as doubles and load generators need, at a few microseconds a request.

`Server` hands each request to a plain function; `Client` posts over kept connections. Both on httptools. No TLS, no chunked requests sent.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import httptools
from typing_extensions import override


@dataclass(slots=True)
class Request:
    """What was asked. `path` keeps its query. Header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What to answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cut:
    """Answer nothing and reset the connection; or begin an answer by these bytes, and close."""

    begun: bytes = b""


Answer = Response | Cut
Handler = Callable[[Request], Answer | Awaitable[Answer]]
"""Answers at once, or with something to wait for; what it waits for is cancelled when the caller goes away."""


class _Inbound(asyncio.Protocol):
    """One connection of the server. Requests of one connection are answered in their order."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._waiting: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)
        self._server.connections.add(self._transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self._transport)
        if self._task is not None:
            self._task.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    # called by the parser

    def on_message_begin(self) -> None:
        self._path = b""
        self._headers: dict[str, str] = {}
        self._body = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode("latin-1")
        request = Request(method, self._path.decode("latin-1"), self._headers, self._body)
        if self._task is not None:
            self._waiting.append(request)
        else:
            self._handle(request)

    # answering

    def _handle(self, request: Request) -> None:
        answer = self._server.handler(request)
        if isinstance(answer, Response | Cut):
            self._write(answer)
        else:
            self._task = asyncio.get_running_loop().create_task(self._later(answer))

    async def _later(self, answer: Awaitable[Answer]) -> None:
        self._write(await answer)
        self._task = None
        while self._waiting and self._task is None:
            self._handle(self._waiting.popleft())

    def _write(self, answer: Answer) -> None:
        if isinstance(answer, Cut):
            if answer.begun:
                self._transport.write(answer.begun)
                self._transport.close()
            else:
                self._transport.abort()
        elif not self._transport.is_closing():
            self._transport.write(head(answer) + answer.body)


def head(response: Response) -> bytes:
    """The first lines of an answer."""
    more = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
    reason = HTTPStatus(response.status).phrase
    return f"HTTP/1.1 {response.status} {reason}\r\nContent-Type: application/json\r\n{more}Content-Length: {len(response.body)}\r\n\r\n".encode(
        "latin-1"
    )


class Server:
    """Listens on loopback until `close`."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.connections: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen on `port`, any free one for 0."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Inbound(self), "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for transport in tuple(self.connections):
            transport.abort()
        if self._server is not None:
            await self._server.wait_closed()


class _Outbound(asyncio.Protocol):
    """One kept connection of the client."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[Response] | None = None
        self.open = True

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is of no class of asyncio

    def ask(self, data: bytes) -> "asyncio.Future[Response]":
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._headers: dict[str, str] = {}
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return self.answered

    @override
    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(ConnectionResetError("the server hung up"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.open = self.open and self._parser.should_keep_alive()
        if self.answered is not None and not self.answered.done():
            self.answered.set_result(Response(self._parser.get_status_code(), self._body, self._headers))


class Client:
    """Posts bodies over kept connections, as many as there are posts under way."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[_Outbound]] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
        """Post JSON and wait for the answer. Raises OSError where the server cannot be reached or hangs up."""
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 80)
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        lines = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        connection = await self._connection(place)
        try:
            response = await connection.ask(lines.encode("latin-1") + body)
        except BaseException:
            connection.transport.abort()
            raise
        if connection.open:
            self._idle[place].append(connection)
        else:
            connection.transport.close()
        return response

    async def _connection(self, place: tuple[str, int]) -> _Outbound:
        idle = self._idle.setdefault(place, [])
        while idle:
            connection = idle.pop()
            if connection.open and not connection.transport.is_closing():
                return connection
        _, connection = await asyncio.get_running_loop().create_connection(_Outbound, *place)
        return connection

    async def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.transport.abort()
        self._idle.clear()
        await asyncio.sleep(0)
