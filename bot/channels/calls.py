"""The client by which channels call their providers: httpx, over aiohttp's connections.

httpx's own pool looks at every connection it has at every call: with thirty of them that is more work than the call itself, on the loop that has to
say 200 to a webhook meanwhile.
"""

import ssl
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from typing_extensions import override

CONNECTIONS = 50
CONNECT_SECONDS = 4.0


@lru_cache(maxsize=1)
def trusted() -> ssl.SSLContext:
    """The certificates httpx itself would trust; nothing of the environment changes them. Read once: it takes a twentieth of a second."""
    return httpx.create_ssl_context(trust_env=False)


def client(seconds: float, base_url: str = "", token: str = "") -> httpx.AsyncClient:
    """A client of one provider, each call `seconds` long at most between two pieces of its answer. `token` goes with each call, "" for none; by
    nothing else are we known."""
    made = httpx.AsyncClient(
        base_url=base_url,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
        trust_env=False,
        transport=_Connections(verify=trusted(), trust_env=False, client=_session),
    )
    made.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return made


def _session() -> aiohttp.ClientSession:
    """Keeps no cookie either."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=trusted())
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


class _Connections(AiohttpTransport):
    """Tells a connection that was never made from one that broke: what was written on the second may have been done."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except httpx.UnsupportedProtocol:
            broken: httpx.TransportError = httpx.UnsupportedProtocol("address")
        except httpx.TransportError as fault:
            if isinstance(fault.__cause__, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
                broken = httpx.ConnectError("no connection")
            elif isinstance(fault.__cause__, TimeoutError):
                broken = httpx.ReadTimeout("no answer")
            else:
                broken = httpx.ReadError("cut")
        except (OSError, aiohttp.ClientError):
            broken = httpx.ReadError("cut")
        raise broken
