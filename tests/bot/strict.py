"""Providers that know the law by heart, written from the rules of each platform and of the house, and not from what decides.

Each call that reaches one is looked at as things stand at that moment.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import Courtesy, Limits, Parsed
from bot.channels.relay.rendering import CARRIED
from bot.errors import Malformed
from bot.messages import Address, Call, Outbound, Purpose
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
BEGUN = (Purpose.REMINDER, Purpose.SURVEY, Purpose.ANNOUNCEMENT)
UNPACED = Limits(text=4096, choices=100, label=64, per_second=1e9, person_every=1e-9)
DAY = timedelta(hours=24)
LIMITS: Mapping[str, Limits] = {
    "telegram": UNPACED,
    "whatsapp": replace(UNPACED, window=DAY, templates=True),
    "messenger": replace(UNPACED, window=DAY, human_window=timedelta(days=7)),
    "relay": replace(UNPACED, purposes=CARRIED),
}


@dataclass(slots=True)
class Facts:
    """What is true of one address now."""

    heard: datetime | None
    blocked: bool = False
    stopped: bool = False
    watched: bool = False
    calm_until: datetime | None = None
    announcements: bool = False
    no_surveys: bool = False
    sms: bool = True
    human: bool = False


@dataclass(slots=True)
class Strict:
    """One provider. `facts`: what is true of each of its people, by peer; `bodies`: until when each thing may be said, and by whom it was to be."""

    name: str
    clock: TestClock
    bodies: dict[str, tuple[datetime | None, str]]
    approved: set[str]
    account: str = "here"
    facts: dict[str, Facts] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    """Calls that reached it."""
    refused: list[str] = field(default_factory=list)
    _rendered: dict[int, Outbound] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        return LIMITS[self.name]

    def address(self, peer: str) -> Address:
        return Address(self.name, self.account, peer)

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Nobody calls."""

    def parse(self, raw: bytes) -> list[Parsed]:
        raise Malformed("nobody calls")

    def render(self, outbound: Outbound) -> list[Call]:
        self._rendered[outbound.id] = outbound
        return [Call("say", {"id": outbound.id})]

    async def send(self, address: Address, call: Call) -> str:
        said = self._rendered.pop(int(str(call.payload["id"])))
        why = self._refusal(self.facts[address.peer], said)
        self.asked += 1
        self.counts[said.purpose.value] += 1
        self.counts["as a template"] += said.template is not None
        self.counts["by another way"] += self.bodies[said.body][1] != self.name
        if why:
            self.refused.append(f"{why}: {said.purpose} by {self.name} at {self.clock.now()}")
        return f"{self.name}-{said.id}"

    def _refusal(self, them: Facts, said: Outbound) -> str:
        """Why this must never have been asked for, "" where it may."""
        now, (until, written_for) = self.clock.now(), self.bodies[said.body]
        begun, hour = said.purpose in BEGUN, now.astimezone(PARIS).hour
        wrongs = {
            "blocked us": them.blocked,
            "too late": until is not None and until <= now,
            "said STOP": begun and them.stopped,
            "at night": begun and (hour >= 21 or hour < 8),
            "not chosen": said.purpose is Purpose.ANNOUNCEMENT and not them.announcements,
            "refused": said.purpose is Purpose.SURVEY and them.no_surveys,
            "a danger was told of": said.purpose in (Purpose.SURVEY, Purpose.ANNOUNCEMENT) and them.calm_until is not None and now < them.calm_until,
            "under a human": said.purpose is Purpose.ANNOUNCEMENT and them.human,
            "not by SMS": self.name == "relay" and said.purpose in (Purpose.HUMAN, Purpose.SURVEY, Purpose.ANNOUNCEMENT),
            "moved though it stays": written_for != self.name and said.purpose not in (Purpose.REMINDER, Purpose.SERVICE),
            "moved where somebody reads": written_for != self.name and them.watched,
            "moved after STOP": written_for != self.name and them.stopped,
            "an SMS without a yes": written_for != self.name and self.name == "relay" and not them.sms,
            self._outside(them, said, now): True,
        }
        return ", ".join(why for why, wrong in wrongs.items() if wrong and why)

    def _outside(self, them: Facts, said: Outbound, now: datetime) -> str:
        """What the platform itself refuses."""
        if self.name not in ("whatsapp", "messenger") or (them.heard is not None and now - them.heard < DAY):
            return "" if said.template is None else "a template for nothing"
        if self.name == "messenger":
            tagged = said.template is not None and said.template.name == "HUMAN_AGENT"
            week = them.heard is not None and now - them.heard < timedelta(days=7)
            return "" if tagged and week and said.purpose is Purpose.HUMAN else "outside Messenger's window"
        if said.template is None or said.purpose is Purpose.HUMAN:
            return "131047: outside WhatsApp's window"
        return "" if said.template.key in self.approved else "132001: no such template"

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """None."""

    async def close(self) -> None:
        """Nothing is open."""
