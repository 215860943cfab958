"""The client: pywa's calls of the Graph API, over connections of ours.

Its log is silenced below warnings: it would write whom we write to, what, and with which token.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import suppress
from typing import TypeVar

import httpx
from pydantic import SecretStr
from pywa.errors import WhatsAppError
from pywa_async.api import GraphAPIAsync

from bot.channels.calls import CONNECT_SECONDS, client
from bot.channels.whatsapp.failures import failure_of
from bot.errors import SendFailure, TooLarge, Unreachable
from bot.messages import Json

CALL_SECONDS, COURTESY_SECONDS = 10.0, 5.0
FILE_SECONDS = 60.0
FILE_PIECE = 64 * 1024
UNUSED_VERSION = 24.0
"""pywa builds its address from a version, and ours replaces the address."""

T = TypeVar("T")


class Wire:
    """One number's connections."""

    def __init__(self, token: SecretStr, phone_id: str, api_base: str) -> None:
        logging.getLogger("pywa").setLevel(logging.ERROR)
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._session = client(CALL_SECONDS)
        self._api = GraphAPIAsync(token.get_secret_value(), self._session, UNUSED_VERSION)
        self._session.base_url = httpx.URL(api_base)
        self._phone_id = phone_id

    async def send(self, path: str, payload: Mapping[str, Json], *, seconds: float = CALL_SECONDS) -> object:
        """Post to a path under the number; the answer. Raises SendFailure, which holds nothing of the request."""
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        return await _asked(self._api.send_raw_request("POST", f"/{self._phone_id}/{path}", json=dict(payload), timeout=timeout))

    async def bring(self, content: bytes, mime: str, name: str) -> str:
        """Give Meta a file; its id there. Raises SendFailure."""
        answer = await _asked(self._api.upload_media(self._phone_id, content, mime, name))
        media_id = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(media_id, str):
            raise Unreachable("unreadable_answer")
        return media_id

    async def number(self, *fields: str) -> object:
        """What Meta says of the number. Raises SendFailure."""
        return await _asked(self._api.get_business_phone_number(self._phone_id, fields=fields))

    async def templates(self, waba_id: str, fields: tuple[str, ...], after: str | None = None) -> object:
        """A page of the account's templates. Raises SendFailure."""
        pagination = {"limit": "100"} | ({"after": after} if after else {})
        return await _asked(self._api.get_templates(waba_id, fields=fields, pagination=pagination))

    async def create_template(self, waba_id: str, template: Mapping[str, Json]) -> object:
        """Submit a template. Raises SendFailure."""
        return await _asked(self._api.create_template(waba_id, dict(template)))

    async def update_template(self, template_id: str, template: Mapping[str, Json]) -> object:
        """Submit a template again. Raises SendFailure."""
        return await _asked(self._api.send_raw_request("POST", f"/{template_id}", json=dict(template)))

    async def download(self, media_id: str, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file, in pieces. Its address is good for five minutes: each try asks anew. Raises TooLarge past `limit`, and SendFailure."""
        about = await _asked(self._api.get_media_url(media_id))
        url = about.get("url") if isinstance(about, dict) else None
        size = about.get("file_size") if isinstance(about, dict) else None
        if not isinstance(url, str):
            raise Unreachable("unreadable_answer")
        if isinstance(size, int) and size > limit:
            raise TooLarge
        came = 0
        failure: SendFailure | None = None
        try:
            async with self._api.stream_media_bytes(url, timeout=httpx.Timeout(FILE_SECONDS, connect=CONNECT_SECONDS)) as response:
                if response.status_code == httpx.codes.OK:
                    async for piece in response.aiter_bytes(FILE_PIECE):
                        came += len(piece)
                        if came > limit:
                            raise TooLarge
                        yield piece
                else:
                    failure = Unreachable("file_gone" if response.status_code == httpx.codes.NOT_FOUND else f"status_{response.status_code}")
        except httpx.HTTPError as fault:
            failure = failure_of(fault)
        if failure is None and isinstance(size, int) and came != size:
            failure = Unreachable("cut")
        if failure is not None:
            raise failure

    async def close(self) -> None:
        with suppress(RuntimeError):
            await self._session.aclose()


async def _asked(call: Awaitable[T]) -> T:
    try:
        return await call
    except (WhatsAppError, httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as fault:
        failure: SendFailure = failure_of(fault)
    raise failure  # out of the except block: the fault's own text names who was written to
