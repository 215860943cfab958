"""The relay, its gateway and its mail server."""

from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from hmac import new
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.relay.channel import RelayChannel, Service
from bot.messages import Address
from tests.channels.conformance import recorded
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.doubles.relay import Gateway, Mailbox

BASE_URL = "https://rdv.cllaj.example"
PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "a-secret-of-the-relay-that-opens-nothing"
SAMIRA, MAIL = Address("relay", "sms", "+33612345678"), Address("relay", "email", "samira@example.org")
SIGNATURE = "X-Palier-Signature"
PHONE = "03 21 00 00 00"


def service(phone: str = PHONE, home: str = f"{BASE_URL}/chat") -> Service:
    return Service(BASE_URL, home, lambda: phone)


def signed(body: bytes, secret: str = SECRET) -> Mapping[str, str]:
    return {SIGNATURE: f"sha256={new(secret.encode(), body, sha256).hexdigest()}"}


@pytest.fixture(scope="session")
def payloads() -> dict[str, bytes]:
    return recorded(PAYLOADS)


@pytest.fixture
def channel(clock: TestClock) -> RelayChannel:
    """SMS, with replies, to nobody: for what needs no network."""
    return RelayChannel("sms", SecretStr("json://127.0.0.1:9/?:to={to}"), SecretStr(SECRET), clock, service())


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with Gateway() as gateway:
        yield gateway
        assert gateway.violations == []


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def sms(gateway: Gateway, clock: TestClock) -> RelayChannel:
    return RelayChannel("sms", SecretStr(gateway.url), None, clock, service())


@pytest.fixture
def email(mailbox: Mailbox, clock: TestClock) -> RelayChannel:
    return RelayChannel("email", SecretStr(mailbox.url), None, clock, service())


@pytest.fixture
def taken() -> Taken:
    return Taken()
