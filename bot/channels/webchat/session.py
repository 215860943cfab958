"""Who writes: a random token in a cookie, or in the page's own form where the browser keeps no cookie.

The database knows only a hash of it. In pages the token is masked anew each time: a page is compressed, and what never repeats cannot be
guessed from its size.
"""

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass

from fastapi import Request, Response

COOKIE = "palier_chat"
LEFT = "palier_left"
PATH = "/chat"
DAYS_30 = 30 * 24 * 3600
SIZE = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's conversation. `kept` is true where the browser gave the cookie back, so that links and redirects keep it."""

    token: bytes
    kept: bool

    @property
    def peer(self) -> str:
        return hashlib.sha256(b"palier web chat" + self.token).hexdigest()

    def masked(self) -> str:
        """The token for a page: other letters each time, read back by `unmask`."""
        pad = secrets.token_bytes(SIZE)
        return _encode(pad + _xor(pad, self.token))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unmask(text: str) -> bytes | None:
    """The token that a cookie (plain) or a page (masked) holds, or None where it is none."""
    if not _SHAPE.fullmatch(text) or len(text) > 4 * SIZE:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    if len(raw) == 2 * SIZE:
        return _xor(raw[:SIZE], raw[SIZE:])
    return raw if len(raw) == SIZE else None


def fresh() -> Session:
    """A session nobody has."""
    return Session(secrets.token_bytes(SIZE), kept=False)


def of_cookie(request: Request) -> Session | None:
    """The session of the browser's cookie, if it kept one."""
    token = unmask(request.cookies.get(COOKIE, ""))
    return None if token is None else Session(token, kept=True)


def of_bearer(request: Request) -> Session | None:
    """The session named by the page itself (`Authorization: Bearer`)."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    token = unmask(text.strip()) if scheme.lower() == "bearer" else None
    return None if token is None else Session(token, kept=False)


def keep(response: Response, session: Session, *, secure: bool) -> None:
    """Give the browser its cookie, for 30 days from this visit."""
    _set(response, COOKIE, _encode(session.token), DAYS_30, secure=secure)


def mark_left(response: Response, *, secure: bool) -> None:
    """Remember that the person left in a hurry: « Back » shows a blank page until the chat is opened anew."""
    _set(response, LEFT, "1", DAYS_30, secure=secure)


def clear_left(response: Response, *, secure: bool) -> None:
    """The chat is opened anew."""
    _set(response, LEFT, "", 0, secure=secure)


def has_left(request: Request) -> bool:
    return request.cookies.get(LEFT) == "1"


def _set(response: Response, name: str, value: str, max_age: int, *, secure: bool) -> None:
    # Written by hand: http.cookies knows Partitioned only from Python 3.14 on. Partitioned lets an embedding site's visitors keep theirs.
    last = "Secure; SameSite=None; Partitioned" if secure else "SameSite=Lax"
    response.headers.append("set-cookie", f"{name}={value}; Path={PATH}; Max-Age={max_age}; HttpOnly; {last}")
