"""How fast we go: what we begin passes an account's pace and a person's; what answers waits for nothing but a provider's own « slow down ».

After one of those the account comes back at the rate it is allowed and no faster, answers too, until what was held has left. What is announced is
slowed first: by a pace of its own, by the quality of our number, and by any « slow down ».
"""

from dataclasses import dataclass

from bot.channels.base import Channel, Limits
from bot.errors import Throttled
from bot.legality import AFTER_CALM
from bot.messages import Address, Outbound, Purpose
from bot.rounds import Gate
from storage import line, pace, standings
from storage.engine import Work
from storage.lanes import Lane
from storage.line import Due

RECOVERY = 60.0
"""Seconds after a « slow down » in which everything of the account passes the rate it is allowed."""
AT_HAND = 0.1
"""What of an allowed second may go at once: those who ask together, for a process is late now and then, are not told to wait one after the other."""
ANNOUNCED = 4.0
"""What is announced goes so many times slower than what we begin otherwise, and waits altogether while an account recovers."""
WORRYING = 10.0
"""So many times slower again where people complain of our number: its quality is yellow. Red: nothing is announced."""
LOOK_AGAIN = 3600.0
SOON = 5.0
"""Two people throttled within so many seconds: it is the account, though the provider names nobody."""
DAY = 24 * 3600.0
MOST_OUT = 32
"""Calls of what we start ourselves that are out at a time, in all: each of them is unknown where the process dies."""
MOST_ANSWERS = 40
"""Answers of one account that are out at a time: fewer than a channel has connections, so that the time of a call is the provider's alone. One that
waited for a connection until its time was up would be unknown though nobody ever made it; here it waits in its line."""


def everything(address: Address) -> str:
    """The bucket that all of an account passes while it recovers."""
    return f"all:{line.bucket_of(address)}"


class Gates:
    """Which calls may be out beside one another."""

    def __init__(self) -> None:
        self._begun = Gate(MOST_OUT, line.LEASE_SECONDS)
        self._answers: dict[str, Gate] = {}

    def enter(self, outbound: Outbound, address_id: int, elapsed: float) -> bool:
        """Whether there is room for its call beside those that are out; its address is woken in its turn where there is none."""
        gate = self._of(outbound)
        return gate is None or gate.enter(address_id, elapsed)

    def leave(self, outbound: Outbound, address_id: int) -> int | None:
        """Its call is not out any more; the address to be woken instead."""
        gate = self._of(outbound)
        return None if gate is None else gate.leave(address_id)

    def same(self, one: Outbound, other: Outbound) -> bool:
        """Whether both pass the same gate."""
        return self._of(one) is self._of(other)

    def _of(self, outbound: Outbound) -> Gate | None:
        """The gate that it passes; None for what never waits."""
        if outbound.purpose is Purpose.CRISIS:
            return None
        if not outbound.purpose.answers:
            return self._begun
        account = line.bucket_of(outbound.address)
        return self._answers.get(account) or self._answers.setdefault(account, Gate(MOST_ANSWERS, line.LEASE_SECONDS))


@dataclass(frozen=True, slots=True)
class Slowed:
    """Who was told to slow down last, and when."""

    address_id: int
    at: float


class Pacer:
    """The pace of one process; what is shared with the others is in the database. Every verb gives 0.0, or the machine time at which to ask again."""

    def __init__(self) -> None:
        self._asks_at: dict[str, float] = {}
        """By bucket, the moment at which the last of those who wait for it asks again."""
        self._slowed: dict[str, Slowed] = {}

    def begins(self, work: Work, lane: Lane, limits: Limits, purpose: Purpose) -> float:
        """Whether what we begin may go now, by its person's pace and its account's."""
        bucket, person = line.bucket_of(lane.address), pace.take(work, f"person:{lane.address_id}", 1 / limits.person_every, 1.0)
        if person:
            return person
        if purpose in AFTER_CALM and (later := self._announced(work, lane, limits, bucket)):
            return later
        return self._asked(bucket, limits.per_second, pace.take(work, bucket, limits.per_second, limits.per_second))

    def _announced(self, work: Work, lane: Lane, limits: Limits, bucket: str) -> float:
        standing = standings.of(work, lane.address.channel, lane.address.account)
        quality = "" if standing is None else standing.quality
        if quality == "red":
            return work.elapsed + LOOK_AGAIN
        rate = limits.per_second / ANNOUNCED / (WORRYING if quality == "yellow" else 1.0)
        return self._asked(f"announced:{bucket}", rate, pace.take(work, f"announced:{bucket}", rate, max(rate, 1.0)))

    def recovers(self, work: Work, lane: Lane, channel: Channel, row: Due) -> float:
        """Whether a row may go now that its account was told to slow down: at the allowed rate, whatever it is, until a minute is over and all that
        was held has left. What is in hand at once and what comes meanwhile make that rate in any second."""
        bucket, until = everything(lane.address), row.account_stopped_until + RECOVERY if row.account_stopped_until else 0.0
        if max(until, self._asks_at.get(bucket, 0.0)) <= work.elapsed:
            return 0.0
        if row.purpose in AFTER_CALM and until > work.elapsed:
            return until
        rate = channel.limits.ceiling or channel.limits.per_second
        steady = rate * (1 - AT_HAND)
        return self._asked(bucket, steady, pace.take(work, bucket, steady, max(1.0, rate * AT_HAND)))

    def reaches(self, work: Work, lane: Lane) -> float:
        """Whether one more person may be written to outside their window today: a provider counts them."""
        standing = standings.of(work, lane.address.channel, lane.address.account)
        if standing is None or standing.people is None:
            return 0.0
        return pace.reach(work, f"reach:{lane.address.channel}:{lane.address.account}:", lane.address_id, standing.people, DAY)

    def _asked(self, bucket: str, rate: float, free_at: float) -> float:
        """Whoever waits for a bucket asks again at a moment of their own: a thousand who ask at once would each be told to wait again."""
        if free_at:
            free_at = self._asks_at[bucket] = max(free_at, self._asks_at.get(bucket, 0.0) + 1 / rate)
        return free_at

    def throttled(self, work: Work, lane: Lane, failure: Throttled) -> None:
        """A provider told us to slow down: the person, or the account where it names it, or where a second person is told within moments."""
        until, bucket = work.elapsed + failure.retry_after, line.bucket_of(lane.address)
        before, self._slowed[bucket] = self._slowed.get(bucket), Slowed(lane.address_id, work.elapsed)
        another = before is not None and before.address_id != lane.address_id and before.at + SOON > work.elapsed
        if failure.whole_account or another:
            pace.stop(work, bucket, until)
            pace.stop(work, everything(lane.address), until)
        else:
            lane.stopped_until = until
