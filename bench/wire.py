"""The two ends of the crowd's HTTP, as raw protocols: the load generator must not be what is measured.

`Api` is the Bot API's side (Palier and the echo bots call it); `Line` is one kept connection to a webhook, one request at a time.
"""

import asyncio
import re
from collections.abc import Callable
from typing import cast

from typing_extensions import override

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)
_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"

Answer = Callable[[bytes, bytes], bytes]
"""(method of the Bot API, body) → the JSON to answer."""


class Api(asyncio.Protocol):
    """One connection of a bot to the Bot API. Reads requests with a content-length: all that the three clients send."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._buffer = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(_END)) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            assert length or b"GET" in head[:4] or not _CHUNKED.search(head), "a chunked request: this far end reads none"
            total = end + len(_END) + (int(length[1]) if length else 0)
            if len(self._buffer) < total:
                return
            body, self._buffer = self._buffer[end + len(_END) : total], self._buffer[total:]
            method = head.split(b" ", 2)[1].rpartition(b"/")[2]
            said = self._answer(method, body)
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))


class Line(asyncio.Protocol):
    """A connection to a webhook. `post` sends one request; `answered(self, status)` is called with its answer; then it may post again."""

    def __init__(self, head: bytes, answered: "Callable[[Line, int], None]") -> None:
        """`head` is the request down to its content-length's value."""
        self._head = head
        self._answered = answered
        self._buffer = b""
        self.busy = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def post(self, body: bytes, more: bytes = b"") -> None:
        """`more`: headers of this request alone, each with its end of line."""
        self.busy = True
        self._transport.write(b"%b%d\r\n%b\r\n%b" % (self._head, len(body), more, body))

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(_END)
        if end < 0:
            return
        head = self._buffer[:end]
        if length := _LENGTH.search(head):
            if len(self._buffer) < end + len(_END) + int(length[1]):
                return
        elif _CHUNKED.search(head) and not self._buffer.endswith(_LAST_CHUNK):
            return
        self._buffer = b""
        self._done(int(head[9:12]))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self.busy:
            self._done(0)

    def _done(self, status: int) -> None:
        self.busy = False
        self._answered(self, status)

    def close(self) -> None:
        self.busy = False
        self._transport.close()


def request_head(path: str, host: str, secret: str) -> bytes:
    """What comes before the content-length of each post, as Telegram writes it; without `secret`, as those who sign each body do."""
    proof = f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n" if secret else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAccept-Encoding: gzip, deflate\r\n{proof}Content-Length: "
    ).encode()
