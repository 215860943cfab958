"""The client: aiogram's, with one short-cut.

Typed methods (`bot.set_webhook`, …) serve for what is rare. `call` posts a body that render already made, on the same connections, and reads the
one answer it needs: building and checking aiogram's models for each message costs about five times the rest of the send.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.methods import TelegramMethod
from pydantic import SecretStr
from pydantic_core import from_json, to_json
from typing_extensions import override
from yarl import URL

from bot.channels.telegram.failures import failure_of
from bot.errors import SendFailure, TooLarge, Unreachable
from bot.messages import Json

CONNECTIONS = 100
CONNECT_SECONDS = 4.0
CALL_SECONDS = 10.0
FILE_SECONDS, FILE_PAUSE_SECONDS = 60.0, 20.0
FILE_PIECE = 64 * 1024

_JSON = {"Content-Type": "application/json"}
_AS_IT_IS = {"Accept-Encoding": "identity"}


class _Pool(AiohttpSession):
    """aiogram's session, closed without its pause of a quarter of a second: aiohttp's connector waits for its own connections."""

    @override
    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


class _Asked(TelegramMethod[Any]):
    """Stands for the method of a refused call, so that an exception holds nothing of what was to be said."""

    __returning__ = Any
    __api_method__ = "call"


class Wire:
    """One bot's connections to the Bot API."""

    def __init__(self, token: SecretStr, api_base: str) -> None:
        self._token = token
        self._pool = _Pool(api=TelegramAPIServer.from_base(api_base), limit=CONNECTIONS, timeout=CALL_SECONDS)
        self._urls: dict[str, URL] = {}
        self.bot = Bot(token.get_secret_value(), session=self._pool)

    async def call(self, method: str, payload: Mapping[str, Json], *, seconds: float = CALL_SECONDS) -> object:
        """Make one call and return its result, as JSON. Gives up after `seconds`. Raises SendFailure, which holds nothing of the request."""
        return await self._post(method, to_json(payload), _JSON, seconds)

    async def upload(self, method: str, payload: Mapping[str, Json]) -> object:
        """The same for a call whose `document` is a small file of ours (name, mime, text), which goes as a form."""
        form = aiohttp.FormData()
        for name, value in payload.items():
            if isinstance(value, Mapping):
                form.add_field(name, str(value["text"]).encode(), filename=str(value["name"]), content_type=str(value["mime"]))
            else:
                form.add_field(name, str(value))
        return await self._post(method, form, {}, CALL_SECONDS)

    async def _post(self, method: str, data: bytes | aiohttp.FormData, headers: Mapping[str, str], seconds: float) -> object:
        timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        try:
            session = await self._pool.create_session()
            async with session.post(self._url(method), data=data, headers=headers, timeout=timeout, allow_redirects=False) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, OSError) as fault:
            failure = failure_of(fault)
        else:
            answer = _answer(body) if status == 200 else None
            if answer is not None:
                return answer.get("result")
            failure = self._refusal(status, body)
        raise failure  # out of the except block: the fault's own text names the address called, and the token in it

    async def ask(self, method: TelegramMethod[Any]) -> None:
        """Make one rare call by aiogram's own models. Raises SendFailure."""
        try:
            await self.bot(method)
        except AiogramError as fault:
            failure = failure_of(fault)
        else:
            return
        raise failure

    async def download(self, path: str, size: int | None, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes under a path that getFile gave, `size` of them where it said so. Raises TooLarge past `limit`, and SendFailure."""
        came = 0
        timeout = aiohttp.ClientTimeout(total=FILE_SECONDS, connect=CONNECT_SECONDS, sock_read=FILE_PAUSE_SECONDS)
        failure: SendFailure | None = None
        try:
            session = await self._pool.create_session()
            url = URL(self._pool.api.file_url(self._token.get_secret_value(), path))
            async with session.get(url, headers=_AS_IT_IS, timeout=timeout, allow_redirects=False) as response:
                if response.status == 200:
                    async for piece in response.content.iter_chunked(FILE_PIECE):
                        came += len(piece)
                        if came > limit:
                            raise TooLarge
                        yield piece
                elif response.status == 404:  # the path was good for an hour
                    failure = Unreachable("file_gone")
                else:
                    failure = self._refusal(response.status, await response.read())
        except (aiohttp.ClientError, OSError) as fault:
            failure = failure_of(fault)
        if failure is None and size is not None and came != size:
            failure = Unreachable("cut")
        if failure is not None:
            raise failure

    async def close(self) -> None:
        await self._pool.close()

    def _url(self, method: str) -> URL:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._pool.api.api_url(self._token.get_secret_value(), method))
        return url

    def _refusal(self, status: int, body: bytes) -> SendFailure:
        """What an answer other than a success means; aiogram tells its kinds apart."""
        try:
            self._pool.check_response(self.bot, _Asked(), status, body.decode("utf-8", "replace"))
        except ClientDecodeError as fault:
            return failure_of(fault) if status < 300 else Unreachable(f"status_{status}")
        except AiogramError as fault:
            return failure_of(fault)
        return Unreachable("unreadable_answer", maybe_sent=True)


def _answer(body: bytes) -> dict[str, object] | None:
    """The answer of a call that was done, or None."""
    try:
        answer = from_json(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and answer.get("ok") is True else None
