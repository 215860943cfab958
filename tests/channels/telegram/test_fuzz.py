"""Ten thousand bodies that are nearly updates, or nothing of the sort: refused or understood, never a fault."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic_core import to_json

from bot.channels.telegram.channel import TelegramChannel
from tests.channels.conformance import parse_or_refuse
from tests.channels.fuzzing import bodies
from tests.channels.telegram.conftest import BASE_URL, Taken, settings
from tests.channels.telegram.test_webhook import Bot
from tests.clock import TestClock

BODIES = 10_000
KINDS = ("message", "callback_query", "my_chat_member", "poll")


@pytest.mark.parametrize("seed", [20_261_120])
async def test_ten_thousand_bodies(channel: TelegramChannel, payloads: dict[str, bytes], seed: int) -> None:
    taken = Taken()
    caller = Bot(channel, taken)
    statuses: Counter[int] = Counter()
    for body in bodies(payloads, seed, BODIES, KINDS, lambda number, kind, content: {"update_id": number, kind: content}):
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
