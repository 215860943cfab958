"""POST /webhooks/telegram: raw ASGI, for this is the busiest door of the house.

401 without the secret, 413 for a body over the limit (read no further), 400 for what is not Telegram's, 200 once all of it is durable, 500 where it
could not be made so: Telegram then delivers it again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers

from bot.channels.base import Intake, Parsed
from bot.errors import Forged, Malformed, Refused, TooLarge

log = logging.getLogger(__name__)

PATH = "/webhooks/telegram"
LARGEST_BODY = 10_000_000

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_OK = b"{}"


class Webhook:
    """The endpoint of one bot. `verify` and `parse` are the channel's; `taken` hears what was parsed and its body, once it is durable."""

    def __init__(
        self,
        verify: Callable[[bytes, Mapping[str, str]], None],
        parse: Callable[[bytes], list[Parsed]],
        intake: Intake,
        taken: Callable[[list[Parsed], bytes], None],
    ) -> None:
        self._verify = verify
        self._parse = parse
        self._intake = intake
        self._taken = taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            self._verify(b"", headers)  # the secret is in a header: a forger's body is not read
            raw = await _body(headers, receive)
            if raw is None:
                return
            parsed = self._parse(raw)
        except Forged as refusal:
            return await _answer(send, 401, refusal)
        except TooLarge as refusal:
            return await _answer(send, 413, refusal)
        except Malformed as refusal:
            log.warning("a call of Telegram's was not understood", extra={"action": "telegram_malformed", "why": str(refusal)})
            return await _answer(send, 400, refusal)
        try:
            await self._intake(parsed)
        except Exception:
            log.exception("an update could not be stored; Telegram will deliver it again", extra={"action": "telegram_not_stored"})
            return await _answer(send, 500)
        await _answer(send, 200)
        self._taken(parsed, raw)


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
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status in {401, 413}:
        headers.append((b"connection", b"close"))  # the body was left unread
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
