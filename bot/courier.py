"""The one door to Apprise: an address of it, and a text to take there. Blocking: on a thread, never on the loop.

Apprise says only whether it went. Why it did not is read in its own log, which goes nowhere else: it would write addresses, which carry passwords.
"""

import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

_STATUS = re.compile(r"error=(\d{3})\b|\((\d{3}), b?['\"]")
"""How Apprise writes what an HTTP service answered, and Python what a mail server did."""
_NOT_REACHED = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|SSLError|ProxyError|"
    r"Connection refused|No route to host|getaddrinfo|Name or service not known"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a text. `status`: what the service answered (HTTP or SMTP), None where no answer was read; `reached`: it may have the text;
    `known`: False where Apprise knows no such address."""

    taken: bool
    status: int | None = None
    reached: bool = True
    known: bool = True


class _Listener(logging.Filter):
    """Hears what Apprise logs on this very thread, and lets none of it through."""

    def __init__(self) -> None:
        super().__init__()
        self._heard = threading.local()

    def begin(self) -> None:
        self._heard.words = []

    def heard(self) -> str:
        return "\n".join(getattr(self._heard, "words", ()))

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        words = getattr(self._heard, "words", None)
        if words is not None:
            words.append(record.getMessage())
        return False


@lru_cache(maxsize=1)
def _listener() -> _Listener:
    """Put between Apprise's log and everybody else's, once."""
    listener, log = _Listener(), logging.getLogger("apprise")
    log.addFilter(listener)
    log.setLevel(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # it would write the numbers of gateways that take them in their address
    return listener


def knows(address: str) -> bool:
    """Whether Apprise knows how to write to this address. Nothing is sent. Takes a moment the first time."""
    return _made(address) is not None


def _made(address: str) -> "NotifyBase | None":
    from apprise import Apprise, AppriseAsset

    _listener()
    return Apprise.instantiate(address, asset=AppriseAsset(app_id="Palier", app_desc="Palier"))


def deliver(address: str, body: str, title: str = "", headers: Mapping[str, str] | None = None) -> Taken:
    """Say this at this address, as plain text. `headers`: those of an e-mail, left out elsewhere."""
    listener, made = _listener(), _made(address)
    if made is None:
        return Taken(taken=False, reached=False, known=False)
    from apprise.common import NotifyFormat, NotifyType
    from apprise.plugins.email import NotifyEmail

    made.notify_format, made.retry = NotifyFormat.TEXT, 0  # the road tries again, and knows when not to
    if isinstance(made, NotifyEmail):
        made.headers.update(headers or {})
    listener.begin()
    if made.notify(body=body, title=title, notify_type=NotifyType.INFO, body_format=NotifyFormat.TEXT):
        return Taken(taken=True)
    heard = listener.heard()
    said = [int(found[1] or found[2]) for found in _STATUS.finditer(heard)]
    return Taken(taken=False, status=said[-1] if said else None, reached=not _NOT_REACHED.search(heard))
