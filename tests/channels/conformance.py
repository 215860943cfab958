"""What every channel's tests share: cases, recorded payloads, and the checks that hold for all channels.

A channel's tests are tables. Incoming: one recorded payload a file, `payloads/<name>.json`, the file's name being the case's. Outgoing: an Outbound
and the exact calls it becomes. To each table belong the checks below, so that a new channel gets them by writing its tables. What every channel must
do besides is the list of `test_conformance.py`, which each passes by its `kit.py`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from bot.channels.base import Channel, Parsed
from bot.errors import Malformed, Refused
from bot.messages import Address, Call, Choice, Ignored, Inbound, Outbound, Purpose, Receipt


@dataclass(frozen=True)
class IncomingCase:
    """A recorded call, by its file's name, and everything it says."""

    name: str
    expected: tuple[Parsed, ...]


@dataclass(frozen=True)
class OutgoingCase:
    """Something to say, and the exact calls that say it."""

    name: str
    outbound: Outbound
    calls: tuple[Call, ...]


def ids(cases: Iterable[IncomingCase | OutgoingCase]) -> list[str]:
    return [case.name for case in cases]


# -- in


def recorded(folder: Path) -> dict[str, bytes]:
    """Every recorded payload of a channel, by name."""
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.json"))}


def check_table_is_whole(cases: Sequence[IncomingCase], payloads: dict[str, bytes]) -> None:
    """Each payload has one case, each case its payload, and no two payloads claim one external id."""
    assert sorted(ids(cases)) == sorted(payloads)
    external_ids = [said.external_id for case in cases for said in case.expected if isinstance(said, Inbound)]
    assert len(external_ids) == len(set(external_ids))


def check_incoming(channel: Channel, raw: bytes, expected: Sequence[Parsed]) -> None:
    """The payload says what the case says; reading it again says the same; whitespace and key order do not matter."""
    parsed = channel.parse(raw)
    assert parsed == list(expected)
    assert channel.parse(raw) == parsed
    assert channel.parse(json.dumps(json.loads(raw), sort_keys=True).encode()) == parsed
    for said in parsed:
        check_parsed(channel, said)


def check_parsed(channel: Channel, said: Parsed) -> None:
    """What the road may count on, whatever was sent."""
    if isinstance(said, Ignored):
        assert said.reason.isascii()
        assert 0 < len(said.reason) <= 40
        return
    owner = said.address if isinstance(said, Inbound) else Address(said.channel, said.account, "-")
    assert (owner.channel, owner.account) == (channel.name, channel.account)
    assert owner.peer
    assert said.external_id
    if isinstance(said, Receipt):
        return
    texts = [said.text, said.name, said.locale, said.choice, said.handle, said.shown_as, said.external_id, owner.peer]
    for attachment in said.attachments:
        assert attachment.provider_id
        texts += [attachment.kind, attachment.provider_id, attachment.mime, attachment.name]
    for text in filter(None, texts):
        text.encode()  # no half surrogate pair, which no database takes
    assert said.received_at.utcoffset() is not None
    assert said.sent_at is None or said.sent_at.utcoffset() is not None


def check_truncated(channel: Channel, raw: bytes) -> None:
    """A body cut anywhere is refused, never half understood."""
    whole = raw.rstrip()
    for end in {0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
        with pytest.raises(Malformed):
            channel.parse(whole[:end])


def parse_or_refuse(channel: Channel, raw: bytes) -> list[Parsed] | None:
    """Parse anything at all: values the road can take, or None where it is Refused."""
    try:
        parsed = channel.parse(raw)
    except Refused:
        return None
    for said in parsed:
        check_parsed(channel, said)
    return parsed


# -- out


def check_outgoing(channel: Channel, outbound: Outbound, expected: Sequence[Call] | None = None) -> list[Call]:
    """The calls are those of the case; the same again for the same; at least one; plain JSON; no id of ours goes out."""
    calls = channel.render(outbound)
    assert calls
    assert channel.render(replace(outbound)) == calls
    if expected is not None:
        assert calls == list(expected)
    for call in calls:
        sent = json.dumps(dict(call.payload), ensure_ascii=False)
        sent.encode()
        for choice in outbound.choices:
            assert f'"{choice.id}"' not in sent or choice.id == choice.label
    return calls


_ZERO_WIDTH = ("\0", "\u200b", "\u200d", "\u202e", "\u2067", "\ufeff", "\u00a0", "\u202f", "\n", "\n\n", "\t", "\r\n", "  ")
_CLUSTERS = ("👩🏽‍👧", "🇫🇷", "e\u0301", "ي", "𐍈")
_CODE = (". ", " ! ", "… ", "</b>", "*_[`", "&amp;", "/stop", "tel:115")
_EXOTIC = st.sampled_from([*_ZERO_WIDTH, *_CLUSTERS, *_CODE])
_LONE = st.sampled_from(["\ud83d", "\udc00"])
TEXTS = st.one_of(st.text(), st.lists(st.one_of(st.text(max_size=300), _EXOTIC, _LONE), max_size=60).map("".join))
"""Any text at all, half surrogate pairs too."""
LONG_TEXTS = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=40), st.integers(1, 600))
LINKS = st.one_of(
    st.none(),
    st.sampled_from(
        ["tel:115", "sms:114", "https://www.visale.fr", "https://exemple.fr/a?b=é#c", "http://127.0.0.1:8000/chat", "https://localhost/x"]
    ),
    st.text(max_size=30),
    st.text(max_size=30).map(lambda rest: f"https://{rest}"),
)
CHOICES = st.builds(
    Choice, id=st.from_regex(r"our:[a-z-]{3,12}", fullmatch=True), label=TEXTS, link=LINKS, tone=st.sampled_from(["", "urgent", "quiet"])
)


def outbounds(address: Address) -> st.SearchStrategy[Outbound]:
    """Anything that may ever have to be said to `address`."""
    return st.builds(
        Outbound,
        address=st.just(address),
        purpose=st.sampled_from(Purpose),
        body=st.one_of(TEXTS, LONG_TEXTS),
        choices=st.lists(CHOICES, max_size=14).map(tuple),
        number=st.integers(0, 2**63 - 1),
        card=st.sampled_from(["", "page", "crisis", "promise", "appointment"]),
    )


# -- what must not be seen


def check_tells_nothing(secrets: Iterable[str], *shown: object) -> None:
    """No secret in what is logged, raised or printed."""
    for thing in shown:
        for words in (str(thing), repr(thing)):
            for secret in secrets:
                assert secret not in words
