"""One Page and its double."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.messenger.channel import MessengerChannel
from bot.channels.messenger.settings import MessengerSettings
from tests.channels.conformance import recorded
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.doubles.messenger import APP_SECRET, PAGE_ID, TOKEN, VERIFY_TOKEN, MessengerDouble

BASE_URL = "https://logement.example.org"
PAYLOADS = Path(__file__).parent / "payloads"


def settings(api_base: str = "http://127.0.0.1:9") -> MessengerSettings:
    """Settings of the double's Page, whatever the environment says."""
    return MessengerSettings(
        page_id=PAGE_ID, token=SecretStr(TOKEN), app_secret=SecretStr(APP_SECRET), verify_token=SecretStr(VERIFY_TOKEN), api_base=api_base
    )


@pytest.fixture(scope="session")
def payloads() -> dict[str, bytes]:
    return recorded(PAYLOADS)


@pytest.fixture
async def channel(clock: TestClock) -> AsyncIterator[MessengerChannel]:
    """A channel that reaches nobody: for what needs no network."""
    channel = MessengerChannel(settings(), clock, BASE_URL)
    yield channel
    await channel.close()


@pytest.fixture
async def double() -> AsyncIterator[MessengerDouble]:
    async with MessengerDouble() as double:
        yield double


@pytest.fixture
async def wired(double: MessengerDouble, clock: TestClock) -> AsyncIterator[MessengerChannel]:
    """A channel in front of the double."""
    channel = MessengerChannel(settings(double.base), clock, BASE_URL)
    yield channel
    await channel.close()


@pytest.fixture
def taken() -> Taken:
    return Taken()
