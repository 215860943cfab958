"""Reading an address that somebody of the team gave, without letting it lead us where it should not.

By https, to public addresses: a name is resolved once, and the connection goes to the very address that was looked at, so that a name that changes
its mind meanwhile (DNS rebinding) leads nowhere else. What stands inside, loopback or another machine of one's own network, is read only where the
operator named its host. Small, soon, a few redirects, each looked at anew; nothing of the environment (proxies, .netrc) is used.
"""

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote

import httpx

from bot.errors import Unread

MOST = 8 << 20
MOST_REDIRECTS = 3
LONGEST = 60.0
"""Seconds for all of it; `WAIT` for each step."""
WAIT = httpx.Timeout(15.0)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOCKED, GONE = frozenset({401, 403}), frozenset({404, 410})
HIDING = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
"""Addresses whose end is one of IPv4: compatible (RFC 4291), translated (RFC 6052)."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name. Raises OSError."""


class Why(StrEnum):
    """Why an address was not read: the code that is kept and told in words."""

    ODD_ADDRESS = "odd_address"
    INSECURE = "insecure"
    INSIDE = "inside"
    UNKNOWN = "unknown_host"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    LOCKED = "locked"
    GONE = "gone"
    REDIRECTS = "redirects"
    ILL = "ill"
    """Its server fails, or answers something else than what was asked."""
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Read:
    """What was answered. `status` is one that was asked for, or 304."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an address, and which statuses are an answer."""

    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: frozenset[int] = frozenset({200, 304})


async def resolve(host: str, port: int) -> Sequence[str]:
    """As this machine does."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=0)
    return [str(address[4][0]) for address in found]


@lru_cache(maxsize=1)
def _usual() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Reach:
    """Reads addresses. `inside` are the hosts of one's own network that may be read: those of this very machine even without https."""

    def __init__(self, inside: frozenset[str] = frozenset(), resolve: Resolve = resolve, trust: ssl.SSLContext | None = None) -> None:
        self._inside = inside
        self._resolve = resolve
        self._trust = trust

    async def read(self, address: str, asked: Asked) -> Read:
        """What stands there. Raises Unread, whose code is a Why."""
        try:
            async with asyncio.timeout(LONGEST):
                return await self._follow(_url(address), asked)
        except TimeoutError as fault:
            raise Unread(Why.SLOW) from fault

    async def _follow(self, url: httpx.URL, asked: Asked) -> Read:
        login, origin = _login(url), (url.scheme, url.host, url.port)
        for _ in range(MOST_REDIRECTS + 1):
            at_home = (url.scheme, url.host, url.port) == origin
            read, location = await self._ask(url, asked, login if at_home else {})
            if location is None:
                return read
            with suppress(httpx.InvalidURL):
                url = url.join(location)
                continue
            raise Unread(Why.REDIRECTS)
        raise Unread(Why.REDIRECTS)

    async def _ask(self, url: httpx.URL, asked: Asked, login: Mapping[str, str]) -> tuple[Read, str | None]:
        """One answer, or where it sends us."""
        where = await self._where(url)
        headers = {"host": _host(url), "accept-encoding": "identity", "user-agent": "Palier", **login, **asked.headers}
        pinned = url.copy_with(host=str(where), userinfo=b"")
        try:
            async with httpx.AsyncClient(verify=self._trust or _usual(), trust_env=False, timeout=WAIT) as client:
                request = client.build_request(asked.method, pinned, content=asked.body, headers=headers, extensions={"sni_hostname": _name(url)})
                answer = await client.send(request, stream=True)
                try:
                    return await _taken(answer, asked)
                finally:
                    await answer.aclose()
        except httpx.TimeoutException as fault:
            raise Unread(Why.SLOW) from fault
        except httpx.ConnectError as fault:
            raise Unread(Why.CERTIFICATE if _is_about_a_certificate(fault) else Why.UNREACHABLE) from fault
        except httpx.HTTPError as fault:
            raise Unread(Why.ILL) from fault

    async def _where(self, url: httpx.URL) -> IPv4Address | IPv6Address:
        """The address to connect to. All those of a name must be fit: one that is not is somebody's trick."""
        host, port = _name(url), url.port or (443 if url.scheme == "https" else 80)
        try:
            found = [ip_address(each) for each in await self._resolve(host, port)]
        except (OSError, UnicodeError) as fault:
            raise Unread(Why.UNKNOWN) from fault
        except ValueError as fault:  # with a zone, as fe80::1%eth0
            raise Unread(Why.INSIDE) from fault
        if not found:
            raise Unread(Why.UNKNOWN)
        named = host.casefold() in self._inside
        if not named and not all(map(is_public, found)):
            raise Unread(Why.INSIDE)
        if url.scheme != "https" and not (named and all(each.is_loopback for each in found)):
            raise Unread(Why.INSECURE)
        return found[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """False for what means something only here: private, loopback, link-local, several at once; and for what hides such an address."""
    if isinstance(address, IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if hidden is None and any(address in each for each in HIDING):
            hidden = IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(hidden)
    return address.is_global and not address.is_multicast


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as fault:
        raise Unread(Why.ODD_ADDRESS) from fault
    if url.scheme not in ("https", "http") or not url.host:
        raise Unread(Why.ODD_ADDRESS)
    return url


def _name(url: httpx.URL) -> str:
    """The host as names are asked for and certificates are written: accents as xn--."""
    return url.raw_host.decode("ascii")


def _host(url: httpx.URL) -> str:
    return url.netloc.decode("ascii")


def _login(url: httpx.URL) -> Mapping[str, str]:
    """What opens it, for the address it was given for and for no other that this one leads to."""
    name, _, password = url.userinfo.decode("ascii").partition(":")
    if not name:
        return {}
    return {"authorization": "Basic " + base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode("ascii")}


async def _taken(answer: httpx.Response, asked: Asked) -> tuple[Read, str | None]:
    status = answer.status_code
    if status in REDIRECTS and (location := answer.headers.get("location")):
        return Read(status, b"", {}), location
    if status in LOCKED:
        raise Unread(Why.LOCKED)
    if status in GONE:
        raise Unread(Why.GONE)
    if status not in asked.answers or answer.headers.get("content-encoding", "identity") != "identity":
        raise Unread(Why.ILL)
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > MOST:
            raise Unread(Why.TOO_LARGE)
    return Read(status, bytes(body), dict(answer.headers)), None


def _is_about_a_certificate(fault: BaseException) -> bool:
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
