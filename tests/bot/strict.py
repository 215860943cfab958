"""Providers that know the law by heart, written from the rules of each platform and of the house, and not from what decides.

Each call that reaches one is looked at as things stand at that moment. `PAGE` is no provider: it stands for the private page that the link of an SMS
opens, so that what is said there is looked at too.
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
DAY, THREE_DAYS = timedelta(hours=24), timedelta(days=3)
PAGE = "page"
MOST_SMS = 20
"""To one number in a day, but for answers to a danger."""
LINK = "/c/"
"""How the link of a private page begins."""
EVENT = "event"
"""The card of what only tells who speaks."""
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
    apps: list["Facts"] = field(default_factory=list)
    """Their applications, beside an SMS."""
    unread: set[str] = field(default_factory=set)
    """What colleagues wrote to this SMS, and they have not opened."""
    link: str = ""
    """The last one that was sent here, until it is opened."""
    link_at: datetime | None = None
    sends: list[datetime] = field(default_factory=list)
    """When each SMS was sent to them."""

    def hears(self, now: datetime) -> int:
        """How many SMS they got in the last day."""
        return sum(now - DAY < each for each in self.sends)


@dataclass(slots=True)
class Strict:
    """One provider. `facts`: what is true of each of its people, by peer; `bodies`: until when each thing may be said, and by whom it was to be."""

    name: str
    clock: TestClock
    bodies: dict[str, tuple[datetime | None, str]]
    approved: set[str]
    account: str = "here"
    limits: Limits = UNPACED
    facts: dict[str, Facts] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    """Calls that reached it."""
    refused: list[str] = field(default_factory=list)
    _rendered: dict[int, Outbound] = field(default_factory=dict)

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
        them = self.facts[address.peer]
        why = self._refusal(them, said)
        self._keep(them, said)
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
            "not by SMS": self.name == "relay" and (said.purpose in (Purpose.HUMAN, Purpose.SURVEY, Purpose.ANNOUNCEMENT) or said.card == EVENT),
            "more SMS than a day holds": self.name == "relay" and said.purpose is not Purpose.CRISIS and them.hears(now) >= MOST_SMS,
            "moved though it stays": written_for != self.name and said.purpose not in (Purpose.REMINDER, Purpose.SERVICE) and self.name != PAGE,
            "moved where somebody reads": written_for != self.name and them.watched,
            "moved after STOP": written_for != self.name and them.stopped,
            "an SMS without a yes": written_for != self.name and self.name == "relay" and not them.sms,
            self._outside(them, said, now): True,
            self._by_a_page(them, said, now): True,
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

    def _by_a_page(self, them: Facts, said: Outbound, now: datetime) -> str:
        """What is wrong with a link to a private page, or with what is said on one."""
        if self.name == PAGE and said.purpose is Purpose.HUMAN:
            return "" if said.body in them.unread else "another's words, or twice"
        if not link_in(said):
            return ""
        wrongs = {
            "a link by an app": self.name != "relay",
            "a link after STOP": them.stopped or any(each.stopped for each in them.apps),
            "a link where somebody reads": any(each.watched for each in (them, *them.apps)),
            "a link without a yes": bool(them.apps) and not them.sms,
            "a link to nothing": not them.unread,
            "a link of another purpose": said.purpose is not Purpose.SERVICE,
            "a second link": them.link_at is not None and bool(them.link) and now - them.link_at < THREE_DAYS,
        }
        return ", ".join(why for why, wrong in wrongs.items() if wrong)

    def _keep(self, them: Facts, said: Outbound) -> None:
        """What is true of them from now on."""
        if self.name == "relay":
            them.sends.append(self.clock.now())
            self.counts["at the cap"] += them.hears(self.clock.now()) == MOST_SMS
        if self.name == PAGE:
            them.unread.discard(said.body)
        elif link := link_in(said):
            them.link, them.link_at = link, self.clock.now()
            self.counts["a link"] += 1

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """None."""

    async def close(self) -> None:
        """Nothing is open."""


def link_in(said: Outbound) -> str:
    """The token of the private page that a message opens, "" for none."""
    found = (choice.link for choice in said.choices if choice.link is not None and choice.link.startswith(LINK))
    return next(found, "").removeprefix(LINK)
