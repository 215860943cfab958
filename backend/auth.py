"""Who is at the door: passwords, counted tries, session cookies, form tokens. Security events are logged without a name or an address."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import SettingsError
from storage import attempts, caseworkers
from storage.attempts import Limit, Try
from storage.caseworkers import Member
from storage.engine import Storage, Work

log = logging.getLogger(__name__)

SHORTEST_PASSWORD = 12
FEWEST_LETTERS = 5
WINDOW = 15 * 60.0
LIMITS = (Limit("login", 5, WINDOW), Limit("login.client", 20, WINDOW), Limit("login.email", 50, WINDOW))
"""Failures: of one e-mail from one place; of one place; of one e-mail from anywhere (high, so that a stranger cannot lock a colleague out)."""

DECOY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSByYW5kb20gc2FsdA$Zm9yIG5vYm9keTogaXQgb3BlbnMgbm8gZG9vciBhdCE"
"""A hash of nothing: an unknown e-mail costs what a known one costs."""


class Refusal(StrEnum):
    """Why nobody came in. WRONG says nothing of what was wrong."""

    WRONG = "wrong"
    TOO_MANY = "too-many"


class Passwords:
    """argon2id on threads, a few at a time: each takes 64 MiB for a moment."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, _settled(password))

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether this is the password; with nothing kept it takes as long and is False."""
        async with self._gate:
            return await asyncio.to_thread(self._verify, _settled(password), kept or DECOY) and kept is not None

    def outdated(self, kept: str) -> bool:
        """True for a hash made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, password: str, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _settled(password: str) -> str:
    """The same letters whichever keyboard typed them."""
    return unicodedata.normalize("NFC", password)


def weak(password: str, email: str) -> bool:
    """Too short, too repetitive, or the e-mail itself. No other rule: long is what counts."""
    settled = _settled(password)
    return len(settled) < SHORTEST_PASSWORD or len(set(settled)) < FEWEST_LETTERS or settled.casefold() == email.casefold()


class Door:
    """Lets caseworkers in and tells who is there."""

    def __init__(self, storage: Storage, passwords: Passwords, *, secure: bool, trusted_proxies: Sequence[str]) -> None:
        self._storage = storage
        self.passwords = passwords
        self._secure = secure
        self._proxies = _networks(trusted_proxies)

    async def log_in(self, email: str, password: str, request: Request) -> str | Refusal:
        """The cookie of a new session, or why not. Every try is counted before the password is looked at; a good one is given back."""
        client, key = self.client(request), caseworkers.normalised(email)
        tries = tuple(Try(limit, who) for limit, who in zip(LIMITS, (f"{key}\n{client}", client, key), strict=True))
        if await self._storage.run(attempts.count, tries):
            log.warning("a login was refused: too many tries", extra={"action": "login_limited"})
            return Refusal.TOO_MANY
        known = await self._storage.read(caseworkers.credentials, email)
        if not await self.passwords.check(password, known.password if known else None) or known is None:
            log.warning("a login failed", extra={"action": "login_failed"})
            return Refusal.WRONG
        renewed = await self.passwords.hash(password) if self.passwords.outdated(known.password) else None
        log.info("a caseworker logged in", extra={"action": "login"})
        return await self._storage.run(_enter, known.member.id, tries, renewed)

    async def accept(self, token: str, name: str, password: str) -> str | None:
        """Use an invitation; the cookie of the session it opens, or None where it is not good any more."""
        hashed = await self.passwords.hash(password)
        cookie = await self._storage.run(_accept, token, name, hashed)
        log.info("an invitation was used", extra={"action": "invitation_used" if cookie else "invitation_refused"})
        return cookie

    async def who(self, request: Request) -> Member | None:
        """Whose open session this request belongs to."""
        cookie = self.cookie(request)
        return await self._storage.read(caseworkers.who, cookie) if cookie else None

    async def log_out(self, cookie: str) -> None:
        """End this session."""
        await self._storage.run(caseworkers.log_out, cookie)
        log.info("a caseworker logged out", extra={"action": "logout"})

    def client(self, request: Request) -> str:
        """Where a request comes from: X-Forwarded-For only as far as proxies we trust wrote it, a whole /64 for IPv6 (one home)."""
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        client = _address(request.client.host if request.client else "")
        while client is not None and hops and any(client in proxy for proxy in self._proxies):
            client = _address(hops.pop())
        return str(ip_network((client, 64), strict=False)) if isinstance(client, IPv6Address) else str(client)

    # -- cookies: the prefix makes a browser refuse one set by another host or path

    def cookie(self, request: Request) -> str:
        """The session's cookie, "" for none."""
        return request.cookies.get(self._name("palier-desk"), "")

    def guest(self, request: Request) -> str:
        """The cookie that ties the forms shown before a login to one browser; a new one for a newcomer."""
        return request.cookies.get(self._name("palier-door"), "") or secrets.token_urlsafe(24)

    def set_cookie(self, response: Response, value: str) -> None:
        """Keep the session in this browser until it closes; "" forgets it."""
        self._set(response, "palier-desk", value)

    def set_guest(self, response: Response, value: str) -> None:
        self._set(response, "palier-door", value)

    def _set(self, response: Response, name: str, value: str) -> None:
        age = None if value else 0
        response.set_cookie(self._name(name), value, max_age=age, path="/", secure=self._secure, httponly=True, samesite="strict")

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name


def form_token(cookie: str) -> str:
    """What a form of this session carries: only who holds the cookie, or was shown the page, can write it."""
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()


def from_here(request: Request, cookie: str, token: str) -> bool:
    """Whether a posted form was shown by us to this browser."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return bool(cookie) and site in ("same-origin", "none") and hmac.compare_digest(form_token(cookie).encode(), token.encode())


def _networks(proxies: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(proxy, strict=False) for proxy in proxies]
    except ValueError as fault:
        raise SettingsError("PALIER_TRUSTED_PROXIES: write addresses or networks, for example 10.0.0.0/8, ::1") from fault


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _enter(work: Work, caseworker_id: int, tries: Sequence[Try], renewed: str | None) -> str:
    attempts.give_back(work, tries)
    if renewed is not None:
        caseworkers.renew_hash(work, caseworker_id, renewed)
    return caseworkers.log_in(work, caseworker_id)


def _accept(work: Work, token: str, name: str, password: str) -> str | None:
    member = caseworkers.accept_invitation(work, token, name, password)
    return None if member is None else caseworkers.log_in(work, member.id)
