"""The door Meta calls: who is let in, what is answered, and that nothing is parsed before its signature is good."""

import logging
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic_core import to_json

from bot.channels.messenger.channel import PATH, MessengerChannel
from bot.channels.webhook import LARGEST_BODY
from bot.errors import StorageError
from bot.messages import Ignored, Inbound
from tests.channels.caller import Caller
from tests.channels.conformance import check_tells_nothing, parse_or_refuse
from tests.channels.fuzzing import bodies
from tests.channels.messenger.conftest import BASE_URL, settings
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock
from tests.doubles.messenger import APP_SECRET, PAGE_ID, TOKEN, VERIFY_TOKEN, signed

BODIES = 10_000
KINDS = ("message", "postback", "delivery", "referral", "reaction", "message_edit")


@pytest.fixture
def caller(channel: MessengerChannel, taken: Taken) -> Caller:
    return Caller(channel.routes(taken), PATH)


async def test_a_signed_call_is_taken(caller: Caller, taken: Taken, payloads: dict[str, bytes]) -> None:
    body = payloads["several"]
    assert await caller.post([body[:50], body[50:]], signed(body)) == (200, b"{}")
    assert [item.text for item in taken.items if isinstance(item, Inbound)] == ["un", "deux", "trois"]


SIGNATURES: Mapping[str, str | None] = {
    "none": None,
    "empty": "",
    "of another secret": signed(b"{}", "another")["X-Hub-Signature-256"],
    "of another body": signed(b"another")["X-Hub-Signature-256"],
    "without its kind": signed(b"{}")["X-Hub-Signature-256"].removeprefix("sha256="),
    "not hexadecimal": "sha256=é",
}


@pytest.mark.parametrize("name", SIGNATURES)
async def test_without_a_good_signature_nothing_is_parsed(caller: Caller, taken: Taken, name: str) -> None:
    given_signature = SIGNATURES[name]
    headers = {} if given_signature is None else {"X-Hub-Signature-256": given_signature}
    assert await caller.post([b"{}"], headers) == (401, b'{"error":"Forged"}')
    assert taken.items == []


async def test_another_page_is_ignored(caller: Caller, taken: Taken) -> None:
    body = to_json({"object": "page", "entry": [{"id": "999999999999999", "messaging": [{"message": {"mid": "m", "text": "pas pour nous"}}]}]})
    assert await caller.post([body], signed(body)) == (200, b"{}")
    assert taken.items == [Ignored("another_page")]


async def test_a_body_too_large_is_not_read(caller: Caller, taken: Taken) -> None:
    assert await caller.post([b"x"], {}, length=LARGEST_BODY) == (413, b'{"error":"TooLarge"}')
    assert caller.read == 0


async def test_what_could_not_be_stored_is_asked_for_again(caller: Caller, taken: Taken, payloads: dict[str, bytes]) -> None:
    body = payloads["text"]
    taken.failing = StorageError()
    assert await caller.post([body], signed(body)) == (500, b"{}")
    taken.failing = None
    assert await caller.post([body], signed(body)) == (200, b"{}")


async def test_meta_makes_sure_of_us(caller: Caller) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    assert await caller.get(urlencode(query)) == (200, b"1158201444")
    for wrong in ({"hub.verify_token": "another"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        answered = await caller.get(urlencode(query | wrong))
        assert answered is not None
        assert answered[0] == 403


async def test_nothing_personal_is_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    event = {"sender": {"id": "33199000001"}, "message": {"mid": ["mon secret"], "text": "x"}}
    body = to_json({"object": "page", "entry": [{"id": PAGE_ID, "messaging": [event]}]})
    answered = await caller.post([body], signed(body))
    assert answered is not None
    assert answered[0] == 400
    check_tells_nothing(["mon secret", "33199000001", APP_SECRET, TOKEN, VERIFY_TOKEN], caplog.text, [record.__dict__ for record in caplog.records])


@pytest.mark.parametrize("seed", [20_261_201])
async def test_ten_thousand_bodies(channel: MessengerChannel, taken: Taken, payloads: dict[str, bytes], seed: int) -> None:
    """Refused or understood, never a fault; unsigned, never taken."""
    caller, found = Caller(channel.routes(taken), PATH), set()
    for number, body in enumerate(bodies(payloads, seed, BODIES, KINDS, about)):
        if number % 10 == 0:
            assert await caller.post([body], {}) == (401, b'{"error":"Forged"}')
        understood = parse_or_refuse(channel, body)
        answered = await caller.post([body], signed(body))
        assert answered is not None
        assert answered[0] == (400 if understood is None else 200), body
        found.add(answered[0])
    assert found == {200, 400}


def about(number: int, kind: str, content: object) -> object:
    return {"object": "page", "entry": [{"id": PAGE_ID, "messaging": [{"sender": {"id": str(number)}, kind: content}]}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@examples(deadline=None)  # a busy machine is not a fault
@given(body=st.one_of(st.binary(), JSON.map(to_json), st.builds(about, st.integers(), st.sampled_from(KINDS), JSON).map(to_json)))
def test_anything_at_all(body: bytes) -> None:
    parse_or_refuse(MessengerChannel(settings(), TestClock(), BASE_URL), body)
