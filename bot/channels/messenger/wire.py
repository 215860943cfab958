"""The client: a few calls of the Graph API. No library for Messenger is alive; this is what one would do."""

import logging
from collections.abc import AsyncGenerator, Mapping
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.channels.calls import CONNECT_SECONDS, client
from bot.channels.messenger.failures import broken, refused
from bot.errors import SendFailure, TooLarge, Unfit, Unreachable
from bot.messages import Json

CALL_SECONDS, COURTESY_SECONDS = 10.0, 5.0
FILE_SECONDS = 60.0
FILE_PIECE = 64 * 1024
FILE_HOSTS = (".fbcdn.net", ".fbsbx.com")
"""Where Meta keeps what people send. A signed call names the address, and nothing else of it is trusted."""


class Wire:
    """One Page's connections."""

    def __init__(self, token: SecretStr, api_base: str) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._session = client(CALL_SECONDS, api_base, token.get_secret_value())
        self._files = client(FILE_SECONDS)
        self._beside = urlsplit(api_base).netloc if api_base.startswith("http://") else ""
        """A double on this machine keeps its files too."""

    async def call(self, method: str, path: str, payload: Mapping[str, Json] | None = None, *, seconds: float = CALL_SECONDS) -> Mapping[str, object]:
        """Make one call; the answer. Raises SendFailure, which holds nothing of the request."""
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        try:
            response = await self._session.request(method, f"/{path}", json=None if payload is None else dict(payload), timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            failure = broken(fault)
        else:
            answer = _object(response)
            if response.is_success and answer is not None:
                return answer
            failure = _refusal(response, answer)
        raise failure  # out of the except block: the fault's own text names who was written to

    async def download(self, url: str, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file, in pieces, asked for without our token.

        Raises TooLarge past `limit`, Unfit for an address that is not Meta's, and SendFailure.
        """
        if not self._is_metas(url):
            raise Unfit("address")
        came = 0
        failure: SendFailure | None = None
        try:
            async with self._files.stream("GET", url) as response:
                if response.status_code == httpx.codes.OK:
                    async for piece in response.aiter_bytes(FILE_PIECE):
                        came += len(piece)
                        if came > limit:
                            raise TooLarge
                        yield piece
                else:
                    gone = response.status_code in {403, 404, 410}  # its address was good for a few days
                    failure = Unreachable("file_gone" if gone else f"status_{response.status_code}")
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            failure = broken(fault)
        if failure is not None:
            raise failure

    def _is_metas(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        ours = bool(self._beside) and (parts.scheme, parts.netloc) == ("http", self._beside)
        return ours or (parts.scheme == "https" and parts.port is None and (parts.hostname or "").endswith(FILE_HOSTS) and parts.username is None)

    async def close(self) -> None:
        await self._session.aclose()
        await self._files.aclose()


def _object(response: httpx.Response) -> Mapping[str, object] | None:
    try:
        found: object = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _refusal(response: httpx.Response, answer: Mapping[str, object] | None) -> SendFailure:
    if response.is_success:  # a success that cannot be read was done all the same
        return Unreachable("unreadable_answer", maybe_sent=True)
    error: object = {} if answer is None else answer.get("error")
    code, subcode = (_number(error, name) for name in ("code", "error_subcode"))
    wait = response.headers.get("retry-after", "")
    return refused(response.status_code, code, subcode, float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else None)


def _number(error: object, name: str) -> int:
    value = error.get(name) if isinstance(error, dict) else None
    return value if type(value) is int else 0
