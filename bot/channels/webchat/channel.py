"""The web chat as a channel. Its reader reads our own database: what a turn commits is sent, and no call ever follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.channels.base import Courtesy, Limits, Parsed
from bot.errors import Forged, Malformed, Misconfigured
from bot.messages import Address, Call, Outbound

NAME = "webchat"
ACCOUNT = "default"


@dataclass(frozen=True, slots=True)
class WebChatChannel:
    """Nobody calls us for it: its own routes (routes.py) know the browser by its session and hand in what was written."""

    name: ClassVar[str] = NAME
    account: ClassVar[str] = ACCOUNT
    limits: ClassVar[Limits] = Limits(text=100_000, choices=100, label=200, per_second=1000.0, greets=True, commit_is_send=True)

    def address(self, peer: str) -> Address:
        """The address of one session. `peer` is the hash of its token, never the token."""
        return Address(NAME, ACCOUNT, peer)

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        raise Forged("nobody calls the web chat from outside: its pages post to it")

    def parse(self, raw: bytes) -> list[Parsed]:
        raise Malformed("nobody calls the web chat from outside: its pages post to it")

    def render(self, outbound: Outbound) -> list[Call]:
        return []

    async def send(self, address: Address, call: Call) -> str:
        raise Misconfigured("the_commit_is_the_send")

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Nothing: the page drops the buttons of an answered question by itself."""

    async def close(self) -> None:
        """Nothing is open."""
