"""One number and its double."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.settings import WhatsAppSettings
from tests.channels.conformance import recorded
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.doubles.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, WhatsAppDouble

BASE_URL = "https://logement.example.org"
PAYLOADS = Path(__file__).parent / "payloads"


def settings(api_base: str = "http://127.0.0.1:9") -> WhatsAppSettings:
    """Settings of the double's number, whatever the environment says."""
    return WhatsAppSettings(
        phone_id=PHONE_ID,
        waba_id=WABA_ID,
        token=SecretStr(TOKEN),
        app_secret=SecretStr(APP_SECRET),
        verify_token=SecretStr(VERIFY_TOKEN),
        api_base=api_base,
    )


@pytest.fixture(scope="session")
def payloads() -> dict[str, bytes]:
    return recorded(PAYLOADS)


@pytest.fixture
async def channel(clock: TestClock) -> AsyncIterator[WhatsAppChannel]:
    """A channel that reaches nobody: for what needs no network."""
    channel = WhatsAppChannel(settings(), clock, BASE_URL)
    yield channel
    await channel.close()


@pytest.fixture
async def double() -> AsyncIterator[WhatsAppDouble]:
    async with WhatsAppDouble() as double:
        yield double


@pytest.fixture
async def wired(double: WhatsAppDouble, clock: TestClock) -> AsyncIterator[WhatsAppChannel]:
    """A channel in front of the double."""
    channel = WhatsAppChannel(settings(double.base), clock, BASE_URL)
    yield channel
    await channel.close()


@pytest.fixture
def taken() -> Taken:
    return Taken()
