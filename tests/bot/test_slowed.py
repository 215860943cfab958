"""An account that a provider told to slow down comes back at the rate it is allowed and no faster, answers too; other accounts never notice."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic

import pytest
from sqlmodel import col, select
from typing_extensions import override

from bot import outbox
from bot.channels.base import Channel, Limits
from bot.channels.messenger.failures import refused
from bot.channels.whatsapp.failures import ACCOUNT_RATES, PERSON_RATES
from bot.errors import SendFailure, Throttled
from bot.messages import Address, Call, Outbound, Purpose, Standing, Template
from bot.outbox import Outbox
from bot.pacing import ANNOUNCED, RECOVERY, WORRYING
from storage import consents, lanes, standings
from storage.consents import Choice
from storage.engine import Storage, Work
from storage.tables import Outbound as Row
from tests.bot.strict import PARIS
from tests.clock import TestClock
from tests.doubles.channel import FakeChannel, Sent, lost
from tests.soaking import keep

CEILING, PAUSE, STEP = 80, 5.0, 0.1
LIMITS = Limits(text=200, choices=3, label=20, per_second=10.0, ceiling=float(CEILING))
WEIGHTS = (Purpose.REPLY,) * 6 + (Purpose.HUMAN, Purpose.SERVICE, Purpose.REMINDER, Purpose.ANNOUNCEMENT)


@dataclass(slots=True)
class Account(FakeChannel):
    """Refuses whatever goes faster than it allows, and all of it for a while after: any call in the pause is a fault of ours."""

    clock: TestClock = field(default_factory=TestClock)
    names_person: bool = False
    begun: list[float] = field(default_factory=list)
    paused_until: float = 0.0
    told: int = 0

    @override
    async def send(self, address: Address, call: Call) -> str:
        now = self.clock.elapsed()
        self.begun.append(now)
        if len(self.begun) - bisect_left(self.begun, now - 1.0 + 1e-9) > (self.limits.ceiling or CEILING) or now < self.paused_until:
            self.paused_until, self.told = now + PAUSE, self.told + 1
            raise Throttled("whatsapp_130429", PAUSE, whole_account=not self.names_person)
        return await FakeChannel.send(self, address, call)


@dataclass
class Flood:
    """Two accounts, one of which is overrun."""

    storage: Storage
    clock: TestClock
    hit: Account
    other: FakeChannel

    def __post_init__(self) -> None:
        channels: dict[tuple[str, str], Channel] = {(each.name, each.account): each for each in (self.hit, self.other)}
        self.outbox = Outbox(self.storage, channels, self.clock, PARIS, alone=True)

    async def put(self, channel: FakeChannel, messages: int, purposes: tuple[Purpose, ...] = WEIGHTS) -> None:
        def unit(work: Work) -> None:
            for nth in range(messages):
                lane = lanes.open_lane(work, channel.address(f"{channel.name}-{nth}"))
                consents.choose(work, lane.person_id, Choice.ANNOUNCEMENTS, "1", "oui")
                outbox.put(work, lane, Outbound(lane.address, purposes[nth % len(purposes)], f"{nth}"))
                lanes.keep(work, lane)

        await self.storage.run(unit)

    async def passes(self, seconds: float) -> None:
        for _step in range(round(seconds / STEP)):
            self.clock.turn(STEP)
            for _again in range(2):
                await self.outbox.sweep()
                await self.outbox.settled()

    async def until_all_left(self, messages: int, seconds: float) -> None:
        """Time passes until so many calls were made, and a moment more for whatever would follow them; so many seconds at most."""
        for _second in range(round(seconds)):
            await self.passes(1.0)
            if len(self.hit.calls) >= messages:
                break
        await self.passes(1.0)


@pytest.fixture
def flood(storage: Storage, clock: TestClock) -> Flood:
    return Flood(storage, clock, Account(name="whatsapp", limits=LIMITS, clock=clock), FakeChannel(name="telegram"))


def most_in_a_second(begun: list[float]) -> int:
    """The most calls that began within one second of one another."""
    return max((nth + 1 - bisect_left(begun, at - 1.0 + 1e-9) for nth, at in enumerate(begun)), default=0)


async def overrun(flood: Flood, messages: int) -> str:
    """So many at once, then time: nothing goes in the pause, and after it no second holds more than is allowed, until all has left. The figures."""
    await flood.put(flood.other, 40, (Purpose.REPLY,))  # first, for a sweep looks at so many addresses at a time
    await flood.put(flood.hit, messages)
    await flood.passes(STEP)
    assert flood.hit.told, "it was overrun"
    assert len(flood.other.calls) == 40, "the other account is told nothing"
    first, stopped = len(flood.hit.begun), flood.hit.paused_until
    await flood.passes(PAUSE - 2 * STEP)
    assert len(flood.hit.begun) == first, "nothing in the pause"
    told = flood.hit.told
    await flood.put(flood.other, 80, (Purpose.REPLY,))
    await flood.until_all_left(messages, RECOVERY + messages / LIMITS.per_second + messages / 4 / LIMITS.per_second)
    after = [at for at in flood.hit.begun if at >= stopped]
    assert most_in_a_second(after) <= CEILING
    assert flood.hit.told == told, "never told twice"
    assert len(flood.other.calls) == 120
    assert flood.hit.violations == []
    assert len(flood.hit.calls) == messages, "all of it left, once"
    late = f"{len(after)} calls after it, at most {most_in_a_second(after)} in a second, the last {after[-1] - stopped:.0f} s later"
    return f"{messages} messages: told {told} times at once, {late}; the other account's {len(flood.other.calls)} left at once"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_after_a_429_no_more_than_the_allowed_rate_and_others_never_notice(flood: Flood) -> None:
    await overrun(flood, 500)


@pytest.mark.soak
async def test_five_thousand_after_a_429(flood: Flood) -> None:
    began = monotonic()
    keep("`five_thousand_after`", flood.storage.dialect, await overrun(flood, 5000), monotonic() - began)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_was_held_keeps_its_rate_when_the_minute_is_over_and_so_does_what_comes(flood: Flood) -> None:
    flood.hit.limits = replace(LIMITS, ceiling=2.0)
    await flood.put(flood.hit, 130, (Purpose.REPLY,))
    await flood.passes(PAUSE + RECOVERY + 2.0)
    told, stopped = flood.hit.told, flood.hit.paused_until
    assert len(flood.hit.calls) < 120, "some are still held"
    await flood.put(flood.hit, 10, (Purpose.REPLY,))
    await flood.until_all_left(140, 150.0)
    assert flood.hit.told == told
    assert most_in_a_second([at for at in flood.hit.begun if at >= stopped]) <= 2
    assert len(flood.hit.calls) == 140


async def test_answers_come_back_before_what_is_announced(flood: Flood) -> None:
    await flood.put(flood.hit, 200)
    await flood.passes(PAUSE + RECOVERY - 5.0)
    kinds: dict[Purpose, int] = defaultdict(int)
    for call in flood.hit.calls:
        kinds[call.purpose] += 1
    assert kinds[Purpose.REPLY] == 120
    late = [call for call in flood.hit.calls[CEILING:] if call.purpose is Purpose.ANNOUNCEMENT]
    assert late == [], "what is announced waits until the account has recovered"


async def test_a_person_that_is_told_to_slow_down_holds_nobody_else(storage: Storage, clock: TestClock) -> None:
    flood = Flood(storage, clock, Account(name="whatsapp", limits=LIMITS, clock=clock), FakeChannel(name="telegram"))
    flood.hit.script("whatsapp-0", lost(Throttled("whatsapp_131056", 6.0)))
    await flood.put(flood.hit, 3, (Purpose.REPLY,))
    await flood.passes(STEP)
    assert {call.peer for call in flood.hit.ended if flood.hit.read(call.peer)} == {"whatsapp-1", "whatsapp-2"}
    await flood.passes(6.5)
    assert flood.hit.read("whatsapp-0") == ["0"]


async def test_two_people_told_at_once_are_the_account(storage: Storage, clock: TestClock) -> None:
    """Telegram's « retry after » names nobody: one is a person, two within moments are all of us."""
    flood = Flood(storage, clock, Account(name="telegram", limits=LIMITS, clock=clock, names_person=True), FakeChannel(name="other"))
    await flood.put(flood.hit, 120, (Purpose.REPLY,))
    await flood.passes(STEP)
    told = flood.hit.told
    assert told >= 2
    await flood.put(flood.hit, 140, (Purpose.REPLY,))
    await flood.passes(PAUSE - 2 * STEP)
    assert flood.hit.told == told, "the twenty who came since wait too"


class TestAnnounced:
    @pytest.mark.parametrize(("quality", "slower"), [("green", ANNOUNCED), ("", ANNOUNCED), ("yellow", ANNOUNCED * WORRYING)])
    async def test_what_is_announced_goes_slower_than_what_is_reminded(self, flood: Flood, quality: str, slower: float) -> None:
        await flood.storage.run(standings.put, Standing("whatsapp", "here", flood.clock.now(), quality))
        await flood.put(flood.hit, 30, (Purpose.ANNOUNCEMENT,))
        await flood.passes(4.0)
        allowed = LIMITS.per_second / slower
        assert 1 <= len(flood.hit.calls) <= 4.0 * allowed + max(allowed, 1.0) + 1

    async def test_of_a_number_that_people_complain_of_nothing_is(self, flood: Flood) -> None:
        await flood.storage.run(standings.put, Standing("whatsapp", "here", flood.clock.now(), "red"))
        await flood.put(flood.hit, 20, (Purpose.ANNOUNCEMENT, Purpose.REMINDER))
        await flood.passes(4.0)
        assert {call.purpose for call in flood.hit.calls} == {Purpose.REMINDER}


class TestReach:
    """So many people a day outside their window."""

    async def late(self, flood: Flood, people: Iterable[int], **more: object) -> list[Sent]:
        agreed = Template("rdv_rappel", ("jeudi",), "fr")
        flood.hit.limits = Limits(text=200, choices=3, label=20, per_second=1000.0, window=timedelta(hours=24), templates=True)
        await flood.storage.run(standings.put, Standing("whatsapp", "here", flood.clock.now(), people=3, templates={agreed.key: "approved"}))

        def unit(work: Work) -> None:
            for nth in people:
                lane = lanes.open_lane(work, flood.hit.address(f"late-{nth}"))
                outbox.put(work, lane, Outbound(lane.address, Purpose.REMINDER, f"{nth}", template=agreed, **more))  # type: ignore[arg-type]
                lanes.keep(work, lane)

        await flood.storage.run(unit)
        await flood.passes(1.0)
        return flood.hit.calls

    async def test_no_more_people_than_meta_lets_and_the_next_ones_the_day_after(self, flood: Flood) -> None:
        reached = [int(call.peer.removeprefix("late-")) for call in await self.late(flood, range(5))]
        assert len(reached) == 3
        assert len(await self.late(flood, reached)) == 6, "whom we have written to today counts once"
        flood.clock.turn(days=1)
        await flood.passes(1.0)
        assert len(flood.hit.calls) == 8

    async def test_what_would_come_too_late_ends_when_it_is_too_late(self, flood: Flood) -> None:
        until = flood.clock.now() + timedelta(hours=3)
        await self.late(flood, range(5), expires_at=until)
        flood.clock.turn(hours=3)
        await flood.passes(1.0)

        def why(work: Work) -> list[str | None]:
            return list(work.session.exec(select(Row.failure).where(col(Row.state) == "expired")))

        assert await flood.storage.read(why) == ["expired", "expired"]


def whole(failure: SendFailure) -> bool | None:
    return failure.whole_account if isinstance(failure, Throttled) else None


def test_whom_each_code_slows_down() -> None:
    """4, 80007, 130429, 131048, 133016: all of ours; 131056: this one person. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""
    assert {4, 80007, 130429, 131048, 133016} <= ACCOUNT_RATES.keys()
    assert set(PERSON_RATES) == {131056}
    assert all(whole(refused(400, code, 0, None)) for code in (4, 17, 32, 613))
    assert whole(refused(429, 0, 0, 7.0))
