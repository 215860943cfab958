"""What the doubles of Meta's two APIs share: a server on loopback, faults on demand by its codes, its signature, its refusals."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

from tests.doubles.faults import Fault
from tests.doubles.http import Answer, Request, Response, Server

NOTHING = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\u00ad\u3164\u2800\ufeff\ufe0f]*")


@dataclass(slots=True)
class Fails:
    """A fault, and the codes of Meta's that say it."""

    fault: Fault
    code: int
    subcode: int = 0


@dataclass
class GraphDouble:
    """One account's server. `faults` are met in order, one a call. `on_sent` hears each message that reached somebody: whom, and what was asked."""

    faults: list[Fails] = field(default_factory=list)
    on_sent: Callable[[str, Mapping[str, Any]], None] | None = None

    def __post_init__(self) -> None:
        self.server = Server(self.handle)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.server.close()

    @property
    def base(self) -> str:
        """What PALIER_…_API_BASE is set to."""
        return f"http://127.0.0.1:{self.server.port}/v24.0"

    def fault(self, path: str | None = "messages", code: int = 131000, subcode: int = 0, **how: Any) -> Fault:
        """Make calls whose path ends so go wrong: with these codes of Meta's, or as Fault's fields say."""
        fault = Fault(path, **how)
        self.faults.append(Fails(fault, code, subcode))
        return fault

    def struck(self, path: str) -> Fails | None:
        """The fault that strikes a call of this path, counted."""
        return next((each for each in self.faults if each.fault.strikes(path.rpartition("/")[2], None)), None)

    def reached(self, whom: str, payload: Mapping[str, Any]) -> None:
        if self.on_sent is not None:
            self.on_sent(whom, payload)

    def handle(self, request: Request) -> Answer | Awaitable[Answer]:
        """Answer one request."""
        raise NotImplementedError


def units(text: str) -> int:
    """UTF-16 units: the strictest of the counts that Meta may mean."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def refused(code: int, details: str, status: int, subcode: int = 0, retry_after: int | None = None) -> Response:
    """An error as Meta words it."""
    error = {"message": f"(#{code}) {details}", "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return Response(status, json.dumps({"error": error}).encode(), headers)


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers by which Meta signs a body."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()}
