"""Sessions, their masks, and the pace they are held to."""

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat import session
from bot.channels.webchat.pace import MOST_KEYS, Pace, Proxies, Rate
from bot.errors import SettingsError
from tests.clock import TestClock


def test_a_masked_token_is_never_twice_the_same_and_says_the_same() -> None:
    who = session.fresh()
    masks = {who.masked() for _each in range(50)}
    assert len(masks) == 50
    assert {session.unmask(mask) for mask in masks} == {who.token}


@given(st.text(max_size=200))
def test_what_is_no_token_is_none(text: str) -> None:
    found = session.unmask(text)
    assert found is None or len(found) == session.SIZE


def test_two_sessions_are_two_people() -> None:
    assert session.fresh().peer != session.fresh().peer


def test_a_burst_passes_then_the_pace_holds(clock: TestClock) -> None:
    pace = Pace(clock, Rate(3, 0.5))
    assert [pace.take("a") for _each in range(4)] == [0, 0, 0, 2.0]
    assert pace.take("b") == 0
    clock.turn_machine(2)
    assert pace.take("a") == 0
    assert pace.take("a") > 0


def test_the_pace_forgets_rather_than_grow(clock: TestClock) -> None:
    pace = Pace(clock, Rate(1, 1))
    for number in range(MOST_KEYS + 10):
        pace.take(str(number))
    assert len(pace._buckets) <= MOST_KEYS


def request_from(peer: str | None, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "not an address", "not an address"),
        ("10.0.0.1", "", "10.0.0.1"),
        (None, "198.51.100.1", ""),
    ],
)
def test_only_trusted_proxies_say_for_whom_they_speak(peer: str | None, forwarded: str, client: str) -> None:
    assert Proxies(["10.0.0.0/8"]).client(request_from(peer, forwarded)) == client


def test_a_wrong_proxy_is_said() -> None:
    with pytest.raises(SettingsError, match="PALIER_TRUSTED_PROXIES"):
        Proxies(["my proxy"])
