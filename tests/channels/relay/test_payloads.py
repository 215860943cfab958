"""What each recorded reply says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_core import to_json

from bot.channels.base import Parsed
from bot.channels.relay.channel import RelayChannel
from bot.errors import Forged, Malformed
from bot.messages import Address, Ignored, Inbound, Kind
from tests.channels.conformance import IncomingCase, check_incoming, check_table_is_whole, check_truncated, ids
from tests.channels.relay.conftest import service, signed
from tests.channels.telegram.conftest import Taken
from tests.clock import TUESDAY, TestClock


def said(nth: int, text: str, at: str, kind: Kind = Kind.TEXT, peer: str = "+33612345678") -> Inbound:
    sent_at = datetime.fromisoformat(f"2026-09-21T{at}+00:00")
    return Inbound(Address("relay", "sms", peer), f"mo-{nth:04d}", kind, TUESDAY, text, sent_at=sent_at)


def case(name: str, *expected: Parsed) -> IncomingCase:
    return IncomingCase(name, expected)


CASES = (
    case("text", said(1, "jpeu pas venir 2main", "13:59:30")),
    case("stop", said(2, " STOP ", "13:59:40")),
    case("national", said(3, "C ok j viens 😊", "14:00:00")),
    case("bare", said(4, "oui", "14:00:05")),
    case("foreign", said(5, "سلام", "13:00:00", peer="+212612345678")),
    case("empty", said(6, "  ", "13:00:00", Kind.OTHER)),
    case("short_code", Ignored("no_number")),
    case("a_name", Ignored("no_number")),
)


def test_the_table_is_whole(payloads: dict[str, bytes]) -> None:
    check_table_is_whole(CASES, payloads)


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_incoming(channel: RelayChannel, payloads: dict[str, bytes], case: IncomingCase) -> None:
    check_incoming(channel, payloads[case.name], case.expected)
    check_truncated(channel, payloads[case.name])


WRONG: dict[str, Any] = {
    "no id": {"id": ""},
    "an id that is no text": {"id": 7},
    "no sender": {"from": None},
    "no text": {"text": None},
    "no time": {"at": None},
    "a time of no calendar": {"at": "hier"},
    "a time of nowhere": {"at": "2026-03-03T10:00:00"},
    "a time before time": {"at": "0001-01-01T00:00:00+14:00"},
    "an id too long": {"id": "x" * 201},
    "a book": {"text": "x" * 20_001},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_none_of_ours_is_refused(channel: RelayChannel, name: str) -> None:
    with pytest.raises(Malformed):
        channel.parse(to_json({"id": "a", "from": "+33612345678", "text": "oui", "at": TUESDAY.isoformat()} | WRONG[name]))


@pytest.mark.parametrize(
    ("by", "taken"),
    [(timedelta(), True), (-timedelta(days=6), True), (-timedelta(days=7, seconds=1), False), (timedelta(days=400), True)],
)
def test_a_call_that_was_kept_is_worth_nothing_a_week_later(channel: RelayChannel, clock: TestClock, by: timedelta, taken: bool) -> None:
    """The key of what was accepted stays 30 days: until then it is known, after that refused. A clock ahead loses nobody's words."""
    raw = to_json({"id": "a", "from": "+33612345678", "text": "oui", "at": (clock.now() + by).isoformat()})
    if taken:
        assert isinstance(channel.parse(raw)[0], Inbound)
    else:
        with pytest.raises(Malformed):
            channel.parse(raw)


@pytest.mark.parametrize("account", ["sms", "email"])
def test_without_a_secret_there_is_no_door(clock: TestClock, taken: Taken, account: str) -> None:
    channel = RelayChannel(account, SecretStr("json://127.0.0.1:9/?:to={to}"), None, clock, service())
    assert channel.routes(taken) == []
    with pytest.raises(Forged):
        channel.verify(b"{}", signed(b"{}"))
