"""The way out: leases the head of each address's line, makes its calls, records what they did.

`put` is for whoever has something to say, inside a unit. `Outbox` is the sender: one per process that sends.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.channels.base import Channel
from bot.clock import Clock
from bot.deciding import Law
from bot.errors import Blocked, OutsideWindow, Rejected, SendFailure, Throttled, Unreachable
from bot.knocking import invite, knock, leads_to_a_page
from bot.legality import TOO_MANY, Drop, Elsewhere, OnAPage, SendAs, Wait, WaitForThem
from bot.messages import Outbound, Purpose, Receipt, Status
from bot.pacing import RECOVERY, Gates, Pacer
from bot.resending import calls_of
from bot.rounds import Rounding, Rounds
from bot.rules.retry import SEND_DELAYS, next_delay
from storage import announcements, answer_links, lanes, line, messages, pace, receipts, reminders
from storage.engine import Storage, Wake, Work
from storage.lanes import Lane
from storage.line import Due, Fate, Lease

log = logging.getLogger(__name__)

CALL_SECONDS = 12.0
BUSY_SECONDS = 0.05
"""How soon a lane that somebody held is asked for again."""
BY_ANOTHER_WAY, BEYOND_REACH = "by_another_way", "beyond_reach"
TOLD_OF = frozenset({Purpose.REMINDER, Purpose.HUMAN})
"""What somebody has to be told of where it is not sent."""


def put(work: Work, lane: Lane, outbound: Outbound, *, caseworker_id: int | None = None) -> int | None:
    """Say something: a message of the conversation and a row of the line, in the running unit. Its number; None if its dedup key was used.

    The caller keeps the lane; keeping it wakes a sender.
    """
    lane.to_send = True
    return line.put(work, lane, outbound, caseworker_id=caseworker_id)


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was answered. `last` when the message has no further call."""

    external_id: str
    last: bool


Outcome = Made | SendFailure
Undone = Callable[[Work, int, int, str], None]
"""Told, in the unit that settles it, that a reminder or a colleague's words were not sent: conversation, message number, and why as a short code."""


class Outbox(Rounding):
    """Sends what is due, in order per address, many addresses at once."""

    _patience = 1.0
    """A call that is still out is `unknown` for whoever starts next; what was not begun is due."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[tuple[str, str], Channel],
        clock: Clock,
        zone: ZoneInfo,
        *,
        alone: bool,
        undone: Undone = reminders.undo,
    ) -> None:
        self._storage = storage
        self._undone = undone
        self._channels = channels
        self._law = Law(channels, zone)
        self.foresee = self._law.foresee
        self._alone = alone
        self._rounds = Rounds("send", storage, clock, Wake.SEND, self._lead_once, self._find)
        self._swept = 0
        self._gates = Gates()
        self._pacer = Pacer()
        self._dice = random.Random()  # noqa: S311 - spreads retries, hides nothing

    # -- deciding, inside a unit

    def lead(self, work: Work, lane: Lane) -> list[Lease]:
        """Lease whatever may be sent now on this lane; settle what will never be. The caller keeps the lane, then calls `dispatch`."""
        leases: list[Lease] = []
        while True:
            lane.to_send = False
            rows = line.due(work, lane)
            held = lane.sending is not None
            left = 0
            for row in rows:
                if row.called or (held and row.purpose is not Purpose.CRISIS):
                    continue
                if self._step(work, lane, row, leases):
                    left += 1
                elif row.purpose is not Purpose.CRISIS:
                    held = True
            if not (lane.to_send or (left and len(rows) == line.LOOK)):  # a knock may have been put behind
                return leases

    def _step(self, work: Work, lane: Lane, row: Due, leases: list[Lease]) -> bool:
        """Deal with one row. True if it left the line; False if it is being sent or waits at its head."""
        channel = self._channels.get((lane.address.channel, lane.address.account))
        verdict = self._law.verdict(work, lane, row)
        if isinstance(verdict, Elsewhere):
            self._elsewhere(work, lane, row, verdict)
            return True
        if isinstance(verdict, Drop):
            self._leave(work, row, "expired" if verdict.reason == "expired" else "dropped", verdict.reason)
            return True
        if isinstance(verdict, Wait):
            line.change(work, row.id, replace(_fate(row, "waiting"), not_before=verdict.until, failure=verdict.reason))
            return True
        if isinstance(verdict, WaitForThem | OnAPage):
            self._await_them(work, lane, row, verdict)
            return True
        if channel is None:  # switched off: kept for the day it is back
            return False
        if isinstance(verdict, SendAs) and channel.limits.templates and self._beyond_reach(work, lane, row):
            return True
        template = verdict.template if isinstance(verdict, SendAs) else None
        if row.outbound.template != template:
            row = replace(row, outbound=replace(row.outbound, template=template))
        return self._send_or_hold(work, lane, channel, row, leases)

    def _beyond_reach(self, work: Work, lane: Lane, row: Due) -> bool:
        """Whether a provider lets us write to nobody more outside their window today: it goes by another way, or waits its turn or its end."""
        free_at = self._pacer.reaches(work, lane)
        if not free_at:
            return False
        left = None if row.expires_at is None else (row.expires_at - work.now).total_seconds()
        too_late = left is not None and work.elapsed + left < free_at
        if too_late and (way := self._law.otherwise(work, lane, row, BEYOND_REACH)) is not None:
            self._elsewhere(work, lane, row, way)
            return True
        retry_at = work.elapsed + left if left is not None and too_late else free_at
        line.change(work, row.id, replace(_fate(row, "waiting"), retry_at=retry_at, failure=BEYOND_REACH))
        self._rounds.wake_at(retry_at, lane.address_id)
        return True

    def _await_them(self, work: Work, lane: Lane, row: Due, verdict: WaitForThem | OnAPage) -> None:
        """What a colleague wrote waits for the person to write, or to open the page whose link they are sent; they are told once."""
        if isinstance(verdict, OnAPage):
            line.await_them(work, row.id, verdict.until, line.UNTIL_THEY_OPEN)
            if verdict.tells and (link := invite(work, lane)) is not None:
                put(work, lane, replace(link, expires_at=verdict.until))
            return
        line.await_them(work, row.id, verdict.until)
        if verdict.knock is not None:
            put(work, lane, replace(knock(lane, verdict.knock), expires_at=verdict.until))

    def _elsewhere(self, work: Work, here: Lane, row: Due, verdict: Elsewhere) -> None:
        """Say it by another way of theirs, in this very unit. A lane that somebody holds is never waited for under another: the row comes back."""
        if row.purpose is Purpose.REMINDER and (why := reminders.still(work, row.conversation_id, row.number)) is not None:
            self._leave(work, row, "dropped", why)
            return
        lane = lanes.lane_if_free(work, verdict.address_id)
        if lane is None:
            retry_at = work.elapsed + BUSY_SECONDS
            line.change(work, row.id, replace(_fate(row, "waiting"), retry_at=retry_at, failure=verdict.reason))
            self._rounds.wake_at(retry_at, here.address_id)
            return
        moved = put(work, lane, replace(row.outbound, address=lane.address, dedup_key=f"elsewhere:{row.conversation_id}:{row.number}"))
        lanes.keep(work, lane)
        if moved is None:
            self._leave(work, row, "dropped", verdict.reason)
            return
        reminders.follow(work, (row.conversation_id, row.number), (lane.conversation_id, moved))
        self._leave(work, row, "dropped", BY_ANOTHER_WAY)

    def _send_or_hold(self, work: Work, lane: Lane, channel: Channel, row: Due, leases: list[Lease]) -> bool:
        if channel.limits.commit_is_send or row.outbound.shown:
            if not self._void(work, lane, row):
                self._sent(work, lane, row)
            return True
        if self._rounds.closing:
            return False
        not_yet = max(row.retry_at, lane.stopped_until, row.account_stopped_until)
        if not_yet > work.elapsed:
            self._rounds.wake_at(not_yet, lane.address_id)
            return False
        if not row.purpose.answers and self._waits(work, lane, channel, row):
            return True
        if self._void(work, lane, row):
            self._step_aside(work, lane, row)
            return True
        if row.purpose.answers and not self._gates.enter(row.outbound, lane.address_id, work.elapsed):
            return False
        free_at = self._pacer.recovers(work, lane, channel, row)
        if free_at and row.purpose is not Purpose.CRISIS:  # which waits for nobody
            return self._held_until(work, lane, row, free_at)
        if channel.limits.by_link:
            link, first = answer_links.give(work, row), bool(lane.state.get(answer_links.FIRST))
            row = replace(row, outbound=replace(row.outbound, link=link, link_first=first))
        leases.append(line.lease(work, lane, row, row.next_call))
        return False

    def _waits(self, work: Work, lane: Lane, channel: Channel, row: Due) -> bool:
        """Whether what we begin has to wait, for its pace or for a call to end: it has left the line."""
        if not self._gates.enter(row.outbound, lane.address_id, work.elapsed):
            line.change(work, row.id, _fate(row, "waiting"))
            return True
        free_at = self._pacer.begins(work, lane, channel.limits, row.purpose)
        return bool(free_at) and self._held_until(work, lane, row, free_at)

    def _held_until(self, work: Work, lane: Lane, row: Due, free_at: float) -> bool:
        """An answer stays at the head of its line, what we begin leaves it, until a moment of machine time."""
        begun = not row.purpose.answers
        self._step_aside(work, lane, row)
        line.change(work, row.id, replace(_fate(row, "waiting" if begun else "due"), retry_at=free_at))
        self._rounds.wake_at(free_at, lane.address_id)
        return begun

    def _step_aside(self, work: Work, lane: Lane, row: Due) -> None:
        """Let in whoever waits for a call to end."""
        if (next_in := self._gates.leave(row.outbound, lane.address_id)) is not None:
            self._rounds.wake_at(work.elapsed, next_in)

    def _void(self, work: Work, lane: Lane, row: Due) -> bool:
        """Whether what we begin has nothing true to say any more: moved, cancelled or unwanted since it was written. It leaves the line."""
        why: str | None = None
        if row.purpose is Purpose.REMINDER:
            why = reminders.still(work, row.conversation_id, row.number)
        elif row.purpose is Purpose.ANNOUNCEMENT:  # under a human, the robot announces nothing
            why = "another_speaks" if lane.human else announcements.still(work, lane.person_id, row.outbound)
        if why is not None:
            self._leave(work, row, "dropped", why)
        return why is not None

    def _leave(self, work: Work, row: Due, state: str, reason: str) -> None:
        line.change(work, row.id, replace(_fate(row, state), failure=reason))
        messages.set_status(work, row.conversation_id, row.number, messages.DROPPED)
        self._not_sent(work, row, reason)

    def _not_sent(self, work: Work, row: Due, reason: str) -> None:
        if (row.purpose in TOLD_OF or reason == TOO_MANY) and reason != BY_ANOTHER_WAY:
            self._undone(work, row.conversation_id, row.number, reason)

    def _sent(self, work: Work, lane: Lane, row: Due) -> None:
        line.change(work, row.id, _fate(row, "sent"))
        messages.set_status(work, row.conversation_id, row.number, Status.SENT)
        lane.said = True

    # -- sending

    def dispatch(self, leases: list[Lease]) -> None:
        """Make the calls of these leases; their commit is behind us."""
        for lease in leases:
            self._rounds.start(self._deliver(lease))

    def wake(self, address_id: int) -> None:
        """Something may be sent to this address."""
        self._rounds.wake(address_id)

    async def _lead_once(self, address_id: int) -> bool:
        self.dispatch(await self._storage.run(self._lead_address, address_id))
        return False

    def _lead_address(self, work: Work, address_id: int) -> list[Lease]:
        lane = lanes.lane(work, address_id)
        if lane is None:
            return []
        for outbound_id, call_index, fence in line.dead_calls(work, lane, alone=self._alone):
            self._bury(work, lane, outbound_id, call_index, fence)
        line.rejoin(work, lane)
        leases = self.lead(work, lane)
        lanes.keep(work, lane)
        return leases

    def _bury(self, work: Work, lane: Lane, outbound_id: int, call_index: int, fence: int) -> None:
        """A call whose process died: nobody knows whether it was made."""
        row = line.row(work, lane, outbound_id)
        if row is not None:
            line.called(work, lane, Lease(row, lane.address_id, call_index, fence), "unknown", failure="lease_ended")
            self._unknown(work, row, call_index, "lease_ended")

    async def _deliver(self, lease: Lease) -> None:
        outcome = await self._call(lease)
        leases = await self._storage.run(self._settle, lease, outcome)
        self.dispatch(leases)
        if not any(self._gates.same(each.outbound, lease.outbound) for each in leases):
            freed = self._gates.leave(lease.outbound, lease.address_id)  # only now: until its answer is written down, a call is out
            if freed is not None:
                self.wake(freed)

    async def _call(self, lease: Lease) -> Outcome:
        outbound = lease.outbound
        channel = self._channels[outbound.address.channel, outbound.address.account]
        try:
            calls = calls_of(channel, outbound, lease.row.resent)
            call = calls[min(lease.call_index, len(calls) - 1)]
        except Exception as fault:
            log.exception("a message could not be rendered", extra={"action": "render_failed"})
            return Rejected(f"render_{type(fault).__name__}")
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return Made(await channel.send(outbound.address, call), lease.call_index >= len(calls) - 1)
        except SendFailure as failure:
            return failure
        except TimeoutError:
            return Unreachable("timeout", maybe_sent=True)
        except Exception as fault:
            log.exception("a channel failed in a way it does not declare", extra={"action": "send_failed"})
            return Unreachable(f"send_{type(fault).__name__}", maybe_sent=True)

    # -- recording, inside a unit

    def _settle(self, work: Work, lease: Lease, outcome: Outcome) -> list[Lease]:
        lane = lanes.lane(work, lease.address_id)
        if lane is None:
            return []
        leases: list[Lease] = []
        if isinstance(outcome, Made):
            self._made(work, lane, lease, outcome, leases)
        else:
            state = "unknown" if outcome.maybe_sent else "failed"
            if line.called(work, lane, lease, state, failure=outcome.code):
                self._failed(work, lane, lease, outcome)
        leases += self.lead(work, lane)
        lanes.keep(work, lane)
        return leases

    def _made(self, work: Work, lane: Lane, lease: Lease, made: Made, leases: list[Lease]) -> None:
        if not line.called(work, lane, lease, "sent", made.external_id):
            return  # declared dead and resent meanwhile: that resend is the one we follow
        if made.last:
            self._sent(work, lane, lease.row)
        receipts.match_early(work, lane.address, made.external_id)
        if made.last:
            return
        row = replace(lease.row, next_call=lease.call_index + 1, attempts=0)
        line.change(work, row.id, _fate(row, "due"))
        held = lane.sending is not None and row.purpose is not Purpose.CRISIS  # declared dead meanwhile, and another message goes: the rest waits
        if not (held or self._rounds.closing or pace.stopped_after(work, line.bucket_of(lane.address), work.elapsed - RECOVERY)):
            leases.append(line.lease(work, lane, row, row.next_call))

    def _failed(self, work: Work, lane: Lane, lease: Lease, failure: SendFailure) -> None:
        row = lease.row
        if isinstance(failure, Throttled):
            self._throttled(work, lane, row, failure)
        elif failure.maybe_sent:
            self._unknown(work, row, lease.call_index, failure.code)
        elif failure.retry and (delay := next_delay(SEND_DELAYS, row.attempts, self._dice.random())) is not None:
            line.change(work, row.id, replace(_fate(row, "due"), attempts=row.attempts + 1, retry_at=work.elapsed + delay, failure=failure.code))
        elif isinstance(failure, OutsideWindow) and self._law.shuts(work, lane):  # the provider knows better than our clock: the law is asked again
            line.change(work, row.id, replace(_fate(row, "due"), attempts=row.attempts + 1, failure=failure.code))
        else:
            self._refused(work, lane, row, failure)

    def _refused(self, work: Work, lane: Lane, row: Due, failure: SendFailure) -> None:
        """It will not be done here. What had not begun to be said is said by another way, where there is one."""
        if isinstance(failure, Blocked):
            lane.blocked_at = work.now
        way = None if row.next_call else self._law.otherwise(work, lane, row, failure.code)
        if way is not None:
            self._elsewhere(work, lane, row, way)
            return
        line.change(work, row.id, replace(_fate(row, "failed"), failure=failure.code))
        messages.set_status(work, row.conversation_id, row.number, Status.FAILED)
        lane.said = True
        if row.purpose is Purpose.REMINDER or leads_to_a_page(row.outbound.choices):
            self._undone(work, row.conversation_id, row.number, failure.code)

    def _throttled(self, work: Work, lane: Lane, row: Due, failure: Throttled) -> None:
        line.change(work, row.id, replace(_fate(row, "due"), retry_at=work.elapsed + failure.retry_after, failure=failure.code))
        self._pacer.throttled(work, lane, failure)

    def _unknown(self, work: Work, row: Due, call_index: int, code: str) -> None:
        again = row.purpose.resent and not row.resent
        fate = replace(_fate(row, "due"), resent=call_index + 1) if again else _fate(row, "unknown")
        line.change(work, row.id, replace(fate, failure=code))
        messages.set_status(work, row.conversation_id, row.number, Status.UNKNOWN)
        if not again:
            self._not_sent(work, row, reminders.UNKNOWN)
        work.notify(Wake.TALK, row.conversation_id)

    async def receive(self, said: list[Receipt]) -> None:
        """What providers say became of our messages; only forward, kept where it came before our own record."""
        await self._storage.run(receipts.receive_all, said)

    async def _find(self) -> list[int]:
        found = await self._storage.read(line.addresses_to_lead, alone=self._alone, after=self._swept)
        self._swept = found[-1] if len(found) == line.SWEPT else 0
        return found


def _fate(row: Due, state: str) -> Fate:
    return Fate(state, row.attempts, row.resent, row.next_call, row.position)
