"""One bot and its double."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.base import Parsed
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.settings import Mode, TelegramSettings
from tests.channels.conformance import recorded
from tests.clock import TestClock
from tests.doubles.telegram import TOKEN, Person, TelegramDouble

SECRET = "the-secret-we-gave-telegram"
BASE_URL = "https://logement.example.org"
PAYLOADS = Path(__file__).parent / "payloads"

MakeChannel = Callable[..., TelegramChannel]


def settings(mode: Mode = Mode.POLLING, *, secret: str | None = SECRET, token: str = TOKEN, api_base: str = "http://127.0.0.1:9") -> TelegramSettings:
    """Settings of the double's bot, whatever the environment says."""
    return TelegramSettings(token=SecretStr(token), mode=mode, secret=SecretStr(secret) if secret else None, api_base=api_base)


class Taken:
    """An intake that keeps what it is given, in memory; `failing` makes the next ones raise, `hold` makes them wait."""

    def __init__(self) -> None:
        self.items: list[Parsed] = []
        self.failing: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, items: Sequence[Parsed]) -> None:
        await self.open.wait()
        if self.failing is not None:
            raise self.failing
        self.items += items


@pytest.fixture(scope="session")
def payloads() -> dict[str, bytes]:
    return recorded(PAYLOADS)


@pytest.fixture
def channel(clock: TestClock) -> TelegramChannel:
    """A channel that reaches nobody: for what needs no network."""
    return TelegramChannel(settings(), clock, BASE_URL)


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
def samira(double: TelegramDouble) -> Person:
    return Person(double)


@pytest.fixture
async def wired(double: TelegramDouble, clock: TestClock) -> AsyncIterator[TelegramChannel]:
    """A channel in front of the double."""
    channel = TelegramChannel(settings(api_base=double.base), clock, BASE_URL)
    yield channel
    await channel.close()


@pytest.fixture
def taken() -> Taken:
    return Taken()
