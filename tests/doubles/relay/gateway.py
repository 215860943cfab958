"""A gateway that takes SMS by HTTP, asked through Apprise's generic json:// address. One segment of the GSM alphabet, or it refuses."""

import json
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.doubles.faults import Fault, How
from tests.doubles.http import Answer, Cut, Request, Response, Server

# GSM 03.38, written from the standard and not from our own table: https://en.wikipedia.org/wiki/GSM_03.38
ALPHABET = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
TWICE = set("^{}\\[~]|€")
FIELDS = {"version", "title", "message", "attachments", "type", "to"}


def wrong_with(text: str) -> list[str]:
    """Why a text is no SMS of one segment; nothing where it is."""
    wrong = {
        "nothing": not text.strip(),
        "outside the alphabet": bool(set(text) - ALPHABET - TWICE),
        "more than one segment": sum(2 if char in TWICE else 1 for char in text) > 160,
    }
    return [why for why, is_so in wrong.items() if is_so]


@dataclass(frozen=True)
class Sms:
    """One that was taken."""

    to: str
    text: str


@dataclass
class Gateway:
    """`dead`: numbers it knows to be nobody's."""

    sent: list[Sms] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[tuple[Fault, int]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.server = Server(self._handle)

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.server.close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def url(self) -> str:
        """What PALIER_RELAY_SMS_URL is set to."""
        return f"json://127.0.0.1:{self.server.port}/sms?:to={{to}}&cto=1&rto=1"

    def fault(self, status: int = 500, **how: object) -> Fault:
        """Make calls go wrong: answered with this status, or as Fault's fields say."""
        fault = Fault(None, **how)  # type: ignore[arg-type]
        self.faults.append((fault, status))
        return fault

    def news(self) -> list[Sms]:
        """What came since the last look."""
        new, self.sent = self.sent, []
        return new

    def _handle(self, request: Request) -> Answer | Awaitable[Answer]:
        struck = next((each for each in self.faults if each[0].strikes("sms", None)), None)
        if struck is None or struck[0].carried_out:
            answer = self._take(json.loads(request.body))
        if struck is not None and struck[0].how is How.RESET:
            return Cut()
        return answer if struck is None else Response(struck[1], b"{}")

    def _take(self, said: dict[str, object]) -> Response:
        to, text = str(said.get("to")), str(said.get("message"))
        found = wrong_with(text)
        found += ["a field it does not know"] if set(said) - FIELDS else []
        found += ["not a number"] if not re.fullmatch(r"\+[1-9]\d{7,14}", to) else []
        found += ["a title"] if said.get("title") else []
        self.violations += [f"{why}: {said}" for why in found]
        if found or to in self.dead:
            return Response(400, b'{"error":"refused"}')
        self.sent.append(Sms(to, text))
        return Response(200, b"{}")
