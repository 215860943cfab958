"""Ten thousand bodies that are nearly updates, or nothing of the sort: refused or understood, never a fault."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from bot.channels.telegram.channel import TelegramChannel
from tests.channels.conformance import parse_or_refuse
from tests.channels.telegram.conftest import BASE_URL, Taken, settings
from tests.channels.telegram.test_webhook import Caller
from tests.clock import TestClock

BODIES = 10_000
WORDS = ("", "a", "/start", "private", "kicked", "\0", "\u202e", "😔", "x" * 5000, "-1", "null")
NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**400, 0.5, 1e300)


def any_value(dice: random.Random) -> Any:
    makers: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: dice.random() < 0.5,
        lambda: dice.choice(NUMBERS),
        lambda: dice.choice(WORDS),
        list,
        dict,
        lambda: [dice.choice(WORDS)] * dice.randrange(4),
        lambda: {dice.choice(WORDS): dice.choice(NUMBERS)},
    )
    return dice.choice(makers)()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    keys: Any = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def changed(update: Any, dice: random.Random) -> Any:
    """One to three places of an update replaced, removed or moved elsewhere."""
    for _ in range(dice.randint(1, 3)):
        found = list(places(update))
        if not found:
            return update
        container, key = dice.choice(found)
        match dice.randrange(4):
            case 0:
                del container[key]
            case 1 if isinstance(container, dict):
                container[dice.choice(list(container))] = container[key]
            case _:
                container[key] = any_value(dice)
    return update


def spoiled(raw: bytes, dice: random.Random) -> bytes:
    """A body with bytes changed, cut out, doubled or added."""
    body = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(body) + 1)
        match dice.randrange(4):
            case 0:
                del body[at : at + dice.randint(1, 40)]
            case 1:
                body[at:at] = body[at : at + 30]
            case 2:
                body[at : at + 1] = dice.randbytes(1)
            case _:
                body[at:at] = dice.choice((b"\\ud83d", b"\\u0000", b"\xff", b'"', b"}", b"[", b"9" * 30, b"NaN"))
    return bytes(body)


def bodies(payloads: dict[str, bytes], seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    recorded = list(payloads.values())
    for number in range(BODIES):
        raw = dice.choice(recorded)
        match number % 10:
            case 0:
                yield dice.randbytes(dice.randrange(200))
            case 1:
                yield to_json({"update_id": number, dice.choice(("message", "callback_query", "my_chat_member", "poll")): any_value(dice)})
            case 2 | 3 | 4:
                yield spoiled(raw, dice)
            case _:
                yield to_json(changed(from_json(raw), dice))


@pytest.mark.parametrize("seed", [20_261_120])
async def test_ten_thousand_bodies(channel: TelegramChannel, payloads: dict[str, bytes], seed: int) -> None:
    taken = Taken()
    caller = Caller(channel, taken)
    statuses: Counter[int] = Counter()
    for body in bodies(payloads, seed):
        understood = parse_or_refuse(channel, body)
        answered = await caller.post([body])
        assert answered is not None
        assert answered[0] == (400 if understood is None else 200), body
        statuses[answered[0]] += 1
    await channel.close()
    assert statuses.total() == BODIES
    assert min(statuses[200], statuses[400]) > BODIES / 20, statuses  # a fuzz that only ever meets one door tests nothing


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.fixture(scope="module")
def reader() -> TelegramChannel:
    """One channel for all examples: nothing of one body is kept for the next."""
    return TelegramChannel(settings(), TestClock(), BASE_URL)


@examples(deadline=None)  # a busy machine is not a fault
@given(body=st.one_of(st.binary(), JSON.map(to_json), st.dictionaries(st.sampled_from(["update_id", "message", "poll"]), JSON).map(to_json)))
def test_anything_at_all(reader: TelegramChannel, body: bytes) -> None:
    parse_or_refuse(reader, body)
