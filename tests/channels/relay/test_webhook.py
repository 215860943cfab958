"""The door a provider's bridge calls: who is let in, what is answered, and that nothing is parsed before its signature is good."""

import logging

import pytest
from pydantic import SecretStr
from pydantic_core import to_json

from bot.channels.relay.channel import PATH, RelayChannel
from bot.channels.webhook import LARGEST_BODY
from bot.errors import StorageError
from bot.messages import Inbound
from tests.channels.caller import Caller
from tests.channels.conformance import check_tells_nothing, parse_or_refuse
from tests.channels.fuzzing import bodies
from tests.channels.relay.conftest import SECRET, service, signed
from tests.channels.telegram.conftest import Taken
from tests.clock import TUESDAY, TestClock

BODIES = 1_000
KINDS = ("from", "text", "at", "id")


@pytest.fixture
def caller(channel: RelayChannel, taken: Taken) -> Caller:
    return Caller(channel.routes(taken), PATH)


async def test_a_signed_call_is_taken(caller: Caller, taken: Taken, payloads: dict[str, bytes]) -> None:
    body = payloads["text"]
    assert await caller.post([body[:20], body[20:]], signed(body)) == (200, b"{}")
    assert [item.text for item in taken.items if isinstance(item, Inbound)] == ["jpeu pas venir 2main"]


SIGNATURES = {
    "none": None,
    "empty": "",
    "of another secret": signed(b"{}", "another")["X-Palier-Signature"],
    "of another body": signed(b"another")["X-Palier-Signature"],
    "without its kind": signed(b"{}")["X-Palier-Signature"].removeprefix("sha256="),
    "not hexadecimal": "sha256=é",
}


@pytest.mark.parametrize("name", SIGNATURES)
async def test_without_a_good_signature_nothing_is_parsed(caller: Caller, taken: Taken, name: str) -> None:
    """The body is none: were it parsed, it would be called malformed."""
    signature = SIGNATURES[name]
    assert await caller.post([b"{}"], {} if signature is None else {"X-Palier-Signature": signature}) == (401, b'{"error":"Forged"}')
    assert taken.items == []


async def test_one_that_was_kept_for_long_is_as_good_as_forged(caller: Caller, taken: Taken, clock: TestClock, payloads: dict[str, bytes]) -> None:
    clock.turn(days=8)
    assert await caller.post([payloads["text"]], signed(payloads["text"])) == (401, b'{"error":"Forged"}')
    assert taken.items == []


async def test_a_body_too_large_is_not_read(caller: Caller) -> None:
    assert await caller.post([b"x"], {}, length=LARGEST_BODY) == (413, b'{"error":"TooLarge"}')
    assert caller.read == 0


async def test_what_could_not_be_stored_is_asked_for_again(caller: Caller, taken: Taken, payloads: dict[str, bytes]) -> None:
    taken.failing = StorageError()
    assert await caller.post([payloads["text"]], signed(payloads["text"])) == (500, b"{}")
    taken.failing = None
    assert await caller.post([payloads["text"]], signed(payloads["text"])) == (200, b"{}")


@pytest.mark.parametrize("account", ["sms", "email"])
def test_without_a_secret_there_is_no_door(clock: TestClock, taken: Taken, account: str) -> None:
    channel = RelayChannel(account, SecretStr("json://127.0.0.1:9/?:to={to}"), None, clock, service())
    assert channel.routes(taken) == []


async def test_nothing_personal_is_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = to_json({"id": "mo-1", "from": "+33612345678", "text": "mon secret", "at": "hier"})
    assert await caller.post([body], signed(body)) == (400, b'{"error":"Malformed"}')
    check_tells_nothing(["mon secret", "612345678", SECRET], caplog.text, [record.__dict__ for record in caplog.records])


@pytest.mark.parametrize("seed", [20_261_130])
async def test_a_thousand_bodies(channel: RelayChannel, taken: Taken, payloads: dict[str, bytes], seed: int) -> None:
    """Refused or understood, never a fault; unsigned, never taken."""
    caller, found = Caller(channel.routes(taken), PATH), set()
    for number, body in enumerate(bodies(payloads, seed, BODIES, KINDS, about)):
        if number % 10 == 0:
            assert await caller.post([body], {}) == (401, b'{"error":"Forged"}')
        understood = parse_or_refuse(channel, body)
        answered = await caller.post([body], signed(body))
        assert answered is not None
        assert answered[0] in ({400, 401} if understood is None else {200}), body
        found.add(answered[0])
    assert found >= {200, 400}


def about(number: int, kind: str, content: object) -> object:
    return {"id": str(number), "from": "+33612345678", "text": "oui", "at": TUESDAY.isoformat(), kind: content}
