"""`palier talk`: a conversation in the terminal, through the real road, on a database that is forgotten at the end."""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import SecretStr

from bot.channels.base import Courtesy, Limits, Parsed
from bot.clock import Clock, MachineClock
from bot.errors import Malformed
from bot.messages import Address, Call, Inbound, Kind, Outbound
from bot.settings import OwnSettings

NAME = "terminal"
Say = Callable[..., None]
ME = Address(NAME, "here", "me")


class Terminal:
    """The terminal as a channel: a call is printed, a number typed is the button of that place."""

    name = NAME
    account = ME.account
    limits = Limits(text=100_000, choices=99, label=200, per_second=1000.0)

    def __init__(self, say: Say) -> None:
        self._say = say
        self._sent = 0

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Whoever types is whoever types."""

    def parse(self, raw: bytes) -> list[Parsed]:
        raise Malformed("the terminal has no webhook")

    def render(self, outbound: Outbound) -> list[Call]:
        buttons = [f"  [{place}] {choice.label}" for place, choice in enumerate(outbound.choices, start=1)]
        return [Call("print", {"text": "\n".join([outbound.body, *buttons]), "number": outbound.number, "choices": len(buttons)})]

    async def send(self, address: Address, call: Call) -> str:
        self._sent += 1
        self._say(f"\n{call.payload['text']}\n")
        return str(self._sent)

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Nothing to do in a terminal."""

    async def close(self) -> None:
        """Nothing is open."""


def typed(line: str, nth: int, clock: Clock) -> Inbound:
    """What a typed line is: `/start` and other commands, else words."""
    kind, text = Kind.TEXT, line
    if line.startswith("/start"):
        kind, text = Kind.STARTED, line.removeprefix("/start").strip()
    elif line.startswith("/"):
        kind, text = Kind.COMMAND, line[1:]
    return Inbound(ME, str(nth), kind, clock.now(), text=text)


async def talk(language: str, say: Say) -> int:
    """Read lines until the end of the input.

    Nothing of the operator's is read, so that a try speaks for no real account, wakes nobody, and is written in no file of theirs.
    """
    from bot.app import Role, open_service
    from bot.wiring import Accounts

    with tempfile.TemporaryDirectory(prefix="palier-talk-") as folder:
        url = f"sqlite:///{Path(folder) / 'talk.db'}"
        settings = OwnSettings(
            database_url=SecretStr(url), secret_key=(SecretStr(secrets.token_urlsafe(32)),), erasure_ledger=Path(folder) / "erasures.log"
        )
        clock = MachineClock()
        async with open_service(settings, clock, Role.RUN, extra=[Terminal(say)], accounts=Accounts()) as service:
            await service.speak(ME, language)
            nth = 0
            while line := await asyncio.to_thread(sys.stdin.readline):
                nth += 1
                await service.inbox.take([typed(line.strip(), nth, clock)])
                await service.settled()
    return 0
