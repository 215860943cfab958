"""A channel in memory, strict: what it is asked that a channel should never be asked is kept in `violations`, which every test ends by reading.

Faults are scripted per person and met in order, one a call. What really reached the person is in `read`, whatever we were told.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.base import Courtesy, Limits, Parsed
from bot.errors import Forged, Malformed, SendFailure
from bot.messages import Address, Call, Inbound, Json, Kind, Outbound, Purpose, parse_reference, reference
from bot.rules.splitting import split

NAME = "fake"
SECRET = "fake-secret"
PART = 60
"""How many characters a call carries: short, so that a message of several calls is short too."""
LIMITS = Limits(text=PART, choices=3, label=20, per_second=25.0)


@dataclass(slots=True)
class Fault:
    """What happens to one call: it waits for `gate`, reaches the person or not, then fails or not.

    `abandoned`: its sender will be taken for dead meanwhile, so that another call may be made beside it.
    """

    failure: Exception | None = None
    arrives: bool = True
    gate: asyncio.Event | None = None
    abandoned: bool = False


def slow(gate: asyncio.Event, failure: Exception | None = None, *, arrives: bool = True) -> Fault:
    """A call that takes until the gate opens."""
    return Fault(failure, arrives, gate)


def asleep(gate: asyncio.Event) -> Fault:
    """A call that takes so long that its sender is taken for dead, and arrives once the gate opens."""
    return Fault(gate=gate, abandoned=True)


def lost(failure: Exception) -> Fault:
    """A call that fails without having reached anybody."""
    return Fault(failure, arrives=False)


def heard(failure: Exception) -> Fault:
    """A call that reached the person, though we are told it failed."""
    return Fault(failure, arrives=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """One call as it was asked for. `nth` counts the calls of this channel."""

    nth: int
    peer: str
    text: str
    number: int
    part: int
    purpose: Purpose
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class FakeChannel:
    """Implements bot.channels.base.Channel. Several senders may share one: the provider is one."""

    account: str = "here"
    limits: Limits = LIMITS
    name: str = NAME
    calls: list[Sent] = field(default_factory=list)
    """Every call asked for, in order of beginning."""
    ended: list[Sent] = field(default_factory=list)
    courtesies: list[tuple[str, Courtesy, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    broken_render: Callable[[Outbound], bool] = lambda outbound: False
    look: Callable[[Sent], Awaitable[None]] | None = None
    """Called as each call begins: the test looks at the world as it is then."""
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _read: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    _under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _closed: bool = False

    # -- what a test does with it

    def address(self, peer: str) -> Address:
        return Address(self.name, self.account, peer)

    def script(self, peer: str, *faults: Fault) -> None:
        """What the next calls to this person meet; None of them left: all goes well."""
        self._faults[peer].extend(faults)

    def mend(self, peer: str) -> None:
        """From now on all goes well with this person."""
        self._faults[peer].clear()

    def under_way(self) -> list[Sent]:
        """The calls that are not ended."""
        return [sent for sent in self.calls if sent not in self.ended]

    def waits(self, peer: str) -> bool:
        """Whether a fault is still to be met."""
        return bool(self._faults[peer])

    def read(self, peer: str) -> list[str]:
        """What this person has really received, in order."""
        return [sent.text for sent in self._read[peer]]

    def received(self, peer: str) -> list[Sent]:
        """The same, with all that is known of each call."""
        return list(self._read[peer])

    def asked(self, peer: str) -> list[str]:
        """The texts of every call for this person, in order of beginning, whatever became of it."""
        return [sent.text for sent in self.calls if sent.peer == peer]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait, ten seconds at most, until something that begins or ends here makes this true."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    # -- Channel

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        if headers.get("x-fake-secret") != SECRET:
            raise Forged

    def parse(self, raw: bytes) -> list[Parsed]:
        """`{"peer", "id", "text", "at"}`: words, and nothing else."""
        try:
            said = json.loads(raw)
            at = datetime.fromisoformat(said["at"])
            return [Inbound(self.address(said["peer"]), said["id"], Kind.TEXT, at, text=said["text"])]
        except (ValueError, KeyError, TypeError) as fault:
            raise Malformed from fault

    def render(self, outbound: Outbound) -> list[Call]:
        if self.broken_render(outbound):
            raise ValueError("this cannot be rendered")
        if not outbound.number:
            self.violations.append("rendered before it had a number")
        texts = split(outbound.body, self.limits.text) or ["…"]
        about: dict[str, Json] = {"number": outbound.number, "purpose": outbound.purpose.value, "choices": ()}
        payloads: list[dict[str, Json]] = [{"text": text, "part": part, **about} for part, text in enumerate(texts)]
        payloads[-1]["choices"] = tuple(reference(outbound.number, index) for index in range(len(outbound.choices)))
        return [Call("say", payload) for payload in payloads]

    async def send(self, address: Address, call: Call) -> str:
        sent = self._checked(address, call)
        self.calls.append(sent)
        if self.look is not None:
            await self.look(sent)
        await self._tell()
        fault = self._faults[sent.peer].popleft() if self._faults[sent.peer] else Fault()
        counted = sent.purpose is not Purpose.CRISIS and not fault.abandoned
        self._under_way[sent.peer] += counted
        if self._under_way[sent.peer] > 1:
            self.violations.append(f"two calls to {sent.peer} at once: {sent}")
        try:
            return await self._meet(sent, fault)
        finally:
            self._under_way[sent.peer] -= counted
            self.ended.append(sent)
            await self._tell()

    async def _meet(self, sent: Sent, fault: Fault) -> str:
        if fault.gate is not None:
            await fault.gate.wait()
        if fault.failure is None or fault.arrives:
            self._read[sent.peer].append(sent)
        if fault.failure is not None:
            raise fault.failure
        return f"{self.name}-{sent.nth}"

    def _checked(self, address: Address, call: Call) -> Sent:
        payload = call.payload
        sent = Sent(
            nth=len(self.calls),
            peer=address.peer,
            text=str(payload["text"]),
            number=int(str(payload["number"])),
            part=int(str(payload["part"])),
            purpose=Purpose(str(payload["purpose"])),
            choices=tuple(str(choice) for choice in _items(payload["choices"])),
        )
        wrong = {
            "after close": self._closed,
            "an unknown method": call.method != "say",
            "unknown parameters": set(payload) != {"text", "part", "number", "purpose", "choices"},
            "another account": (address.channel, address.account) != (self.name, self.account),
            "empty": not sent.text.strip(),
            "too long": len(sent.text) > self.limits.text,
            "too many choices": len(sent.choices) > self.limits.choices,
            "a choice that says something": any(parse_reference(choice) is None for choice in sent.choices),
        }
        self.violations += [f"{reason}: {sent}" for reason, found in wrong.items() if found]
        return sent

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        self.courtesies.append((address.peer, gesture, handle))

    async def close(self) -> None:
        self._closed = True


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def failures(sent: SendFailure, times: int) -> list[Fault]:
    """The same failure so many times, nothing arriving."""
    return [lost(sent) for _ in range(times)]
