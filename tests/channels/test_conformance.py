"""One list, which every channel passes: what it reads and says by itself, and what goes out to a strict double. What comes in by its door is in
test_conformance_doors.py.

Where a channel has nothing of what a line is about, its kit says why (`without`).
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic_core import to_json

from bot import wiring
from bot.channels.base import Attended, Channel, Courtesy, Linked
from bot.errors import SendFailure, Throttled
from bot.messages import Address, Choice, Outbound, Purpose, parse_reference
from tests.channels.conformance import check_outgoing, check_tells_nothing, outbounds, parse_or_refuse
from tests.channels.kit import WORDS, Goes, Kit, hello
from tests.channels.kits import EVERY, KITS, each, having
from tests.channels.telegram.conftest import Taken
from tests.clock import TestClock

AGAIN = 20
Dry = Callable[[Kit], Channel]


@pytest.fixture(scope="module")
def dry() -> Callable[[Kit], Channel]:
    """A channel that reaches nobody, opened once."""
    opened: dict[str, Channel] = {}
    return lambda kit: opened.get(kit.name) or opened.setdefault(kit.name, kit.open(TestClock()))


def test_what_a_channel_has_nothing_of_is_said() -> None:
    for kit in KITS:
        assert kit.without.keys() <= set(EVERY)
        assert all(len(why.split()) > 3 for why in kit.without.values())


def test_every_channel_that_may_be_on_is_listed() -> None:
    """What the composition root may open is here; a channel that is not would pass by not being asked."""
    named = {field.name for field in fields(wiring.Accounts)} - {"here"}  # where the telephones are, no channel
    assert {kit.name for kit in KITS} == named | {"webchat"}


def test_letters_are_whole() -> None:
    """A kit that forgot its signature would make every refusal look right."""
    for kit in KITS:
        assert kit.sign(b"{}").headers not in [letter.headers for letter in kit.forged(b"{}").values()]


# -- in


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@examples(deadline=None)  # a busy machine is not a fault
@given(body=st.one_of(st.binary(), JSON.map(to_json)), number=st.integers(0, 99), kind=st.integers(0, 9), content=JSON)
def test_anything_at_all(dry: Dry, body: bytes, number: int, kind: int, content: Any) -> None:
    """What is no call at all, and what is nearly one: refused, or read as the road may count on."""
    for kit in having("calls"):
        parse_or_refuse(dry(kit), body)
        parse_or_refuse(dry(kit), to_json(kit.whole(number, kit.kinds[kind % len(kit.kinds)], content)))


# -- out


@examples(deadline=None)  # a busy machine is not a fault
@given(outbounds(Address("", "", "")))
def test_no_limit_is_ever_passed(dry: Dry, outbound: Outbound) -> None:
    """The double's rules, which were not written from ours, find nothing to refuse in anything we may have to say; every button leads to a choice."""
    for kit in having("calls"):
        calls = check_outgoing(dry(kit), replace(outbound, address=kit.address(kit.who(1))))
        kit.check(calls)
        for name in kit.pressed(calls[-1]):
            number, index = parse_reference(name) or (outbound.number, 0)
            assert (number, index < len(outbound.choices)) == (outbound.number, True), kit.name


@each(having("parts"))
def test_a_long_text_is_cut_between_sentences_and_its_choices_come_last(kit: Kit, dry: Dry) -> None:
    body = "Une phrase de plus, pas très longue. " * 300
    calls = dry(kit).render(Outbound(kit.address(kit.who(1)), Purpose.REPLY, body, (Choice("menu", "Menu"),), number=12))
    texts = [kit.text_of(call) for call in calls]
    assert len(texts) > 1
    assert " ".join(texts) == body.strip()
    assert all(text.endswith("longue.") for text in texts)
    assert [list(kit.pressed(call)) for call in calls] == [[]] * (len(calls) - 1) + [["12.0"]]


@each(having("parts"))
def test_it_counts_as_the_provider_does(kit: Kit, dry: Dry) -> None:
    longest = dry(kit).limits.text
    for text, calls in (("é" * longest, 1), ("😔" * (longest // 2), 1), ("😔" * (longest // 2 + 1), 2)):
        assert len(dry(kit).render(Outbound(kit.address(kit.who(1)), Purpose.REPLY, text, number=1))) == calls


@asynccontextmanager
async def wired(kit: Kit) -> AsyncIterator[tuple[Any, Channel]]:
    """The provider's double, and a channel before it."""
    async with kit.double() as double:
        channel = kit.open(TestClock(), double.base)
        yield double, channel
        await channel.close()


@each(having("calls"))
async def test_each_message_is_sent_once_and_known_by_its_own_id(kit: Kit) -> None:
    async with wired(kit) as (double, channel):
        somebody = kit.address(kit.who(1))
        found = await asyncio.gather(*(channel.send(somebody, hello(channel, somebody)) for _time in range(AGAIN)))
        assert len(set(found)) == AGAIN
        assert kit.arrived(double, somebody) == AGAIN


@each(having("calls"))
async def test_what_goes_wrong_has_its_meaning_and_tells_nothing(kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found: dict[str, tuple[object, ...]] = {}
    async with wired(kit) as (double, channel):
        for nth, (name, goes) in enumerate(kit.goes.items(), start=1):
            somebody = kit.address(kit.who(nth))
            goes.prepare(double, somebody)
            call = goes.call(somebody) if goes.call is not None else hello(channel, somebody)
            with pytest.raises(SendFailure) as raised:
                await channel.send(somebody, call)
            failure = raised.value
            found[name] = _outcome(failure, kit.arrived(double, somebody))
            assert failure.__cause__ is None
            check_tells_nothing([*kit.secrets, WORDS, somebody.peer], failure, failure.__context__, caplog.text, channel, vars(channel))
            double.faults.clear()
    assert found == {name: _meant(goes) for name, goes in kit.goes.items()}


def _outcome(failure: SendFailure, arrived: int) -> tuple[object, ...]:
    pause = (failure.retry_after, failure.whole_account) if isinstance(failure, Throttled) else None
    return type(failure), failure.code, failure.maybe_sent, arrived, pause


def _meant(goes: Goes) -> tuple[object, ...]:
    pause = None if goes.pause is None else (goes.pause, goes.whole_account)
    return goes.failure, goes.code, goes.maybe_sent, int(goes.there), pause


@each(having("calls"))
async def test_nobody_there_is_surely_not_sent(kit: Kit, dry: Dry) -> None:
    channel = kit.open(TestClock())
    somebody = kit.address(kit.who(1))
    with pytest.raises(SendFailure) as raised:
        await channel.send(somebody, hello(channel, somebody))
    assert (raised.value.code, raised.value.maybe_sent) == ("no_connection", False)
    await channel.close()


@each(having("courtesies"))
async def test_a_lost_courtesy_is_counted_and_swallowed(kit: Kit) -> None:
    async with wired(kit) as (double, channel):
        kit.break_down(double)
        somebody = kit.address(kit.who(1))
        for gesture in Courtesy:
            await channel.courtesy(somebody, gesture, "4000000000000000009:12", "x" * 500)
        counts: Any = vars(channel)["counts"]
        assert sum(counts.values()) >= 2
        assert kit.arrived(double, somebody) == 0


class Connections:
    """Every connection this process asks for, while it listens. Python cannot take a hook back: it is put once, and told when to hear."""

    def __init__(self) -> None:
        self.heard: list[Any] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.heard is not None and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"}:
            self.heard.append(arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[:2])


@pytest.fixture(scope="session")
def connections() -> Connections:
    return Connections()


@each(having("calls"))
async def test_no_request_leaves_for_anywhere_else(kit: Kit, connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every verb of the channel, before a double: its address is the only one that is ever connected to, whatever proxy the environment names."""
    for name in () if "direct" in kit.without else ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with wired(kit) as (double, channel):
        somebody = kit.address(kit.who(1))
        monkeypatch.setattr(connections, "heard", [])  # ours, of this test: what was reached to set it up is not counted
        await channel.send(somebody, hello(channel, somebody, f"Regarde https://www.visale.fr et {kit.name}.example"))
        for gesture in Courtesy:
            await channel.courtesy(somebody, gesture, "wamid.1")
        if isinstance(channel, Linked):
            await channel.learn()
        if isinstance(channel, Attended):
            await _attend_a_moment(channel)
        heard, connections.heard = connections.heard, None
    assert heard
    assert {tuple(where)[:2] for where in heard} == {("127.0.0.1", double.server.port)}


async def _attend_a_moment(channel: Attended) -> None:
    held = asyncio.Event()

    async def hold() -> bool:
        held.set()
        return True

    async def release() -> None:
        return

    attending = asyncio.ensure_future(channel.poll(Taken(), hold=hold, release=release))
    await held.wait()
    for _look in range(20):
        await asyncio.sleep(0)
    attending.cancel()
    await asyncio.gather(attending, return_exceptions=True)
