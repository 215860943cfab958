"""Random people, apps, windows, choices, dangers and hours, through the real outbox: nothing that the law refuses ever reaches a provider.

The providers judge by a law of their own (strict.py), at the moment of each call, while people write, stop, block, choose and open the pages that
an SMS leads to between two looks; so do those pages, of what is said there.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import pytest
from sqlmodel import col, update

from bot import knocking, outbox
from bot.messages import Address, Outbound, Purpose, Standing, Template
from bot.outbox import Outbox
from content.words import FRENCH, words_of
from handlers import private
from storage import answering, consents, fallbacks, lanes, private_links, standings
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.lanes import Lane
from storage.tables import Crisis, Link
from tests.bot.strict import EVENT, LIMITS, MOST_SMS, PAGE, PARIS, THREE_DAYS, UNPACED, Facts, Strict
from tests.clock import TestClock
from tests.soaking import keep

PEOPLE, A_TENTH, WHOLE = 250, 10_000, 100_000
LANGUAGES = ("fr", "en")
CHOSEN = ("", "", "call", "relay:here", *LIMITS)
TALKATIVE = 50
OF_TOWN = {**LIMITS, "relay": replace(LIMITS["relay"], by_link=True, per_day=MOST_SMS)}


class Town:
    """People drawn at random, and all that may happen to them."""

    def __init__(self, storage: Storage, clock: TestClock, seed: int) -> None:
        self.dice, self.storage, self.clock = random.Random(seed), storage, clock
        say = words_of(FRENCH).say
        ours = ((knocking.WAITS, "whatsapp"), (knocking.ANSWERED, "relay"), (private.GOES_ON, PAGE))
        self.bodies: dict[str, tuple[datetime | None, str]] = {say(text): (None, name) for text, name in ours}
        self.approved: set[str] = set()
        self.providers = {name: Strict(name, clock, self.bodies, self.approved, limits=limits) for name, limits in OF_TOWN.items()}
        self.page = Strict(PAGE, clock, self.bodies, self.approved, limits=UNPACED)
        channels = {(each.name, each.account): each for each in self.everywhere}
        self.outbox = Outbox(storage, channels, clock, PARIS, alone=True)
        self.cases = 0

    @property
    def everywhere(self) -> list[Strict]:
        return [*self.providers.values(), self.page]

    def chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent

    async def live(self, cases: int) -> None:
        while self.cases < cases:
            self.clock.turn(hours=self.dice.uniform(1, 40))
            await self.storage.run(self._approvals)
            peers = await self.storage.run(self._people)
            await self.settle()
            for _later in range(3):
                self.clock.turn(hours=self.dice.choice((0.2, 3, 9, 26)))
                await self.storage.run(self._pages, peers)
                await self.storage.run(self._happens, peers)
                await self.settle()

    async def settle(self) -> None:
        """Let go all that may, however many sweeps it takes."""
        before = -1
        while before != (now := sum(each.asked for each in self.everywhere)):
            before = now
            for _again in range(2):  # what moves is put in one sweep, and goes in the next
                self.clock.turn_machine(1.0)
                await self.outbox.sweep()
                await self.outbox.settled()

    def _approvals(self, work: Work) -> None:
        names = [f"{name}/{language}" for name in ("rdv_rappel", knocking.NAME) for language in LANGUAGES]
        states = {key: self.dice.choice(("approved", "approved", "pending", "rejected", "paused")) for key in names}
        self.approved.clear()
        self.approved.update(key for key, state in states.items() if state == "approved")
        standings.put(work, Standing("whatsapp", "here", self.clock.now(), templates=states))

    def _people(self, work: Work) -> list[Address]:
        return [address for _nth in range(PEOPLE) for address in self._person(work)]

    def _person(self, work: Work) -> list[Address]:
        """Somebody with one app or several, and what is to be said to them by the first."""
        names = self.dice.sample(sorted(LIMITS), self.dice.choice((1, 1, 2, 3)))
        peer = f"p{self.cases}-{self.dice.random()}"
        theirs = {name: lanes.open_lane(work, self.providers[name].address(peer)) for name in names}
        first = next(iter(theirs.values()))
        ids = [lane.address_id for lane in theirs.values()]
        work.session.execute(update(Link).where(col(Link.address_id).in_(ids)).values(person_id=first.person_id))
        chosen = {choice for choice in (Choice.ANNOUNCEMENTS, Choice.NO_SURVEYS, Choice.FALLBACK) if self.chance(60)}
        for choice in chosen:
            consents.choose(work, first.person_id, choice, "1", "oui")
        fallbacks.choose(work, first.person_id, self.dice.choice(CHOSEN))
        for name, lane in theirs.items():
            self.providers[name].facts[peer] = facts = Facts(
                heard=None,
                announcements=Choice.ANNOUNCEMENTS in chosen,
                no_surveys=Choice.NO_SURVEYS in chosen,
                sms=Choice.FALLBACK in chosen,
            )
            self._draw(work, lane, facts)
            lanes.keep(work, lane)
        if (sms := self.providers["relay"].facts.get(peer)) is not None:
            sms.apps = [self.providers[name].facts[peer] for name in names if name != "relay"]
        for _nth in range(TALKATIVE if names[0] == "relay" and self.chance(3) else self.dice.choice((1, 2, 4, 6))):
            self._say(work, theirs, first)
        for lane in theirs.values():
            lanes.keep(work, lane)
        return [lane.address for lane in theirs.values()]

    def _draw(self, work: Work, lane: Lane, facts: Facts) -> None:
        """How an address stands: when they wrote, whether they stopped, blocked us, told of a danger."""
        if self.chance(85):
            facts.heard = lane.last_inbound_at = self.clock.now() - timedelta(hours=self.dice.choice((1, 5, 23.9, 24, 30, 160, 168, 300)))
        facts.stopped, facts.blocked, facts.human = self.chance(10), self.chance(8), self.chance(25)
        lane.opted_out_at = self.clock.now() if facts.stopped else None
        lane.blocked_at = self.clock.now() if facts.blocked else None
        lane.to(lanes.HUMAN if facts.human else lanes.BOT)
        if self.chance(20):
            facts.watched, facts.calm_until = self.chance(50), self.clock.now() + timedelta(days=self.dice.choice((-1, 1, 6)))
            seal, yes = work.vault.seal, "yes" if facts.watched else "no"
            row = Crisis(conversation_id=lane.conversation_id, number=1, crisis=seal("crisis.crisis", "c"), opened_at=self.clock.now())
            row.watched_phone, row.quiet_until = seal("crisis.watched_phone", yes), facts.calm_until
            work.session.add(row)
            work.session.flush()

    def _say(self, work: Work, theirs: Mapping[str, Lane], first: Lane) -> None:
        """Something, by their first app; what a colleague writes, by the one of theirs that the colleague chose."""
        purpose = self.dice.choice(list(Purpose))
        if purpose is Purpose.HUMAN:
            road = self.dice.choice(answering.roads(work, first.person_id))
            self._answer(work, theirs[road.channel])
            return
        template = None
        if purpose in (Purpose.REMINDER, Purpose.SERVICE) and self.chance(60):
            french = Template("rdv_rappel", ("jeudi",), "fr")
            template = french if self.chance(50) else Template("rdv_rappel", ("Thursday",), "en", (), french)
        card = EVENT if purpose is Purpose.SERVICE and self.chance(30) else ""
        said = Outbound(first.address, purpose, "", template=template, card=card)
        self._put(work, first, said)
        if self.chance(5):
            first.epoch += 1

    def _answer(self, work: Work, lane: Lane) -> None:
        """What a colleague writes there."""
        body = self._put(work, lane, Outbound(lane.address, Purpose.HUMAN, ""))
        self.providers[lane.address.channel].facts[lane.address.peer].unread.add(body)

    def _put(self, work: Work, lane: Lane, outbound: Outbound) -> str:
        """Put it, now and then until some moment alone; its words, which no other has."""
        until = self.clock.now() + timedelta(hours=self.dice.choice((0, 1, 8, 30))) if self.chance(40) else None
        body = f"case {self.cases}"
        self.bodies[body] = until, lane.address.channel
        outbox.put(work, lane, replace(outbound, body=body, expires_at=until))
        self.cases += 1
        return body

    def _happens(self, work: Work, peers: list[Address]) -> None:
        """Some of them write, stop, come back, block us, choose otherwise between two looks."""
        for address in self.dice.sample(peers, len(peers) // 3):
            facts = self.providers[address.channel].facts[address.peer]
            lane = lanes.lane_of(work, address)
            assert lane is not None
            what = self.dice.choice(("writes", "stops", "blocks", "starts"))
            if what == "writes":
                facts.heard = lane.last_inbound_at = self.clock.now()
                facts.blocked, lane.blocked_at = False, None
            elif what == "blocks":
                facts.blocked, lane.blocked_at = True, self.clock.now()
            else:
                facts.stopped = what == "stops"
                lane.opted_out_at = self.clock.now() if facts.stopped else None
            if self.chance(20):
                consents.take_back(work, lane.person_id, Choice.ANNOUNCEMENTS)
                for each in self.providers.values():
                    if address.peer in each.facts:
                        each.facts[address.peer].announcements = False
            lanes.keep(work, lane)

    def _pages(self, work: Work, peers: list[Address]) -> None:
        """Whoever was answered by SMS comes back from the page, is answered again while they are on none, and opens it."""
        for address in peers:
            facts = self.providers[address.channel].facts[address.peer]
            if address.channel != "relay" or not (facts.link_at or facts.unread) or self.chance(40):
                continue
            lane = lanes.lane_of(work, address)
            assert lane is not None
            if self.chance(60):
                private_links.close(work, lanes.lanes_of_person(work, lane.person_id))
            if self.chance(60) and not private_links.is_open(work, lane.person_id):
                self._answer(work, lane)
                lanes.keep(work, lane)
            if facts.link and self.chance(70):
                self._opens(work, address, facts)

    def _opens(self, work: Work, address: Address, sms: Facts) -> None:
        """The page of the link that was sent last: it opens once, for three days."""
        assert sms.link_at is not None
        self.page.facts[address.peer] = Facts(heard=None, unread=sms.unread)
        token, sms.link = sms.link, ""
        assert private.move(work, token, self.page.address(address.peer)) == (self.clock.now() - sms.link_at < THREE_DAYS)
        assert not private.move(work, token, self.page.address("somebody else"))


async def holds(storage: Storage, clock: TestClock, cases: int, seed: int) -> Town:
    town = Town(storage, clock, seed)
    await town.live(cases)
    refused = [each for provider in town.everywhere for each in provider.refused]
    assert refused == [], f"{len(refused)} of {town.cases}: {refused[:5]}"
    for name, provider in town.providers.items():  # each is met, and by what it alone has
        assert provider.counts[Purpose.REMINDER] > cases / 500, name
    assert town.providers["whatsapp"].counts["as a template"] > cases / 200
    assert town.providers["messenger"].counts["as a template"] > cases / 1000
    assert sum(provider.counts["by another way"] for provider in town.providers.values()) > cases / 200
    assert town.providers["relay"].counts["a link"] > cases / 200
    assert town.providers["relay"].counts["at the cap"] > cases / 2000
    assert town.page.counts[Purpose.HUMAN] > cases / 500
    await town.outbox.close()
    return town


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_the_law_refuses_reaches_a_provider(storage: Storage, clock: TestClock) -> None:
    await holds(storage, clock, A_TENTH, 20261130)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1])
async def test_a_hundred_thousand_random_cases(storage: Storage, clock: TestClock, seed: int) -> None:
    began = monotonic()
    town = await holds(storage, clock, WHOLE, seed)
    asked = sum(provider.asked for provider in town.everywhere)
    keep("`hundred_thousand_random`", storage.dialect, f"{town.cases} cases, {asked} calls, 0 that the law refuses", monotonic() - began)
