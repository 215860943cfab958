"""The door a provider calls: raw ASGI, for these are the busiest doors of the house.

401 without the secret or the signature, 413 for a body over the limit (read no further), 400 for what is not the provider's, 200 once all of it is
durable, 500 where it could not be made so: the provider then delivers it again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers, QueryParams

from bot.channels.base import Channel, Intake, Parsed
from bot.errors import Forged, Malformed, Refused, TooLarge

log = logging.getLogger(__name__)

LARGEST_BODY = 10_000_000

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Taken = Callable[[list[Parsed], bytes], None]
Challenge = Callable[[Mapping[str, str]], str | None]

_OK = b"{}"


class Webhook:
    """The endpoint of one channel.

    `signed`: the provider signs the body, which is then read before anything is known of who calls; else a header says so, and a forger's body is
    not read. `taken` hears what was parsed and its body once it is durable. `challenge` answers the GET by which a provider makes sure of us: from
    its query to what to say, None to refuse.
    """

    def __init__(
        self, channel: Channel, intake: Intake, *, signed: bool = False, taken: Taken | None = None, challenge: Challenge | None = None
    ) -> None:
        self._channel = channel
        self._intake = intake
        self._signed = signed
        self._taken = taken
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            return await self._make_sure(QueryParams(scope["query_string"]), send)
        try:
            raw = await self._read(Headers(scope=scope), receive)
            if raw is None:
                return
            parsed = self._channel.parse(raw)
        except Forged as refusal:
            return await _answer(send, 401, refusal)
        except TooLarge as refusal:
            return await _answer(send, 413, refusal)
        except Malformed as refusal:
            log.warning("a call was not understood", extra={"action": f"{self._channel.name}_malformed", "why": str(refusal)})
            return await _answer(send, 400, refusal)
        try:
            await self._intake(parsed)
        except Exception:
            log.exception("a call could not be stored; the provider will deliver it again", extra={"action": f"{self._channel.name}_not_stored"})
            return await _answer(send, 500)
        await _answer(send, 200)
        if self._taken is not None:
            self._taken(parsed, raw)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """The body of whoever may call, None if they went away. Raises Forged and TooLarge."""
        if not self._signed:
            self._channel.verify(b"", headers)
        raw = await _body(headers, receive)
        if self._signed and raw is not None:
            self._channel.verify(raw, headers)
        return raw

    async def _make_sure(self, query: QueryParams, send: Send) -> None:
        said = None if self._challenge is None else self._challenge(query)
        if said is None:
            return await _answer(send, 403, Forged())
        await _say(send, 200, said.encode(), b"text/plain; charset=utf-8")


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body, or None if the caller went away. Raises TooLarge as soon as that is known."""
    declared = headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or len(declared) > 8 or int(declared) >= LARGEST_BODY:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    while (message := await receive())["type"] == "http.request":
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size >= LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body", False):
            return b"".join(chunks)
    return None


async def _answer(send: Send, status: int, refusal: Refused | None = None) -> None:
    """Answer with JSON. A refusal says what was wrong, never what was sent, and ends the connection."""
    body = _OK if refusal is None else f'{{"error":"{type(refusal).__name__}"}}'.encode()
    await _say(send, status, body, b"application/json")


async def _say(send: Send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if status in {401, 413}:
        headers.append((b"connection", b"close"))  # the body was left unread
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
