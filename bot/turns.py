"""One turn at a time per address, in order; different people side by side.

A turn is one unit: take the lane, find who answers, write what is said, mark it handled, lease the head of the line. A handler that raises
rolls all of it back; the turn comes again after 1, 5 and 30 seconds, holding its lane, then is parked and the next one goes.
"""

import logging
import random
import threading
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot import outbox
from bot.clock import Clock
from bot.messages import ON_A_PAGE, Address, Inbound, Kind, Outbound, Purpose
from bot.rounds import Rounding, Rounds
from bot.routing import Doors, Router, Turn, emergency_line, nowhere
from bot.rules.retry import TURN_DELAYS, next_delay
from bot.spoken import spoken_choice
from bot.waiting import when
from content.library import Library
from content.understanding.appointment import Hear, hear
from content.understanding.meaning import NOTHING, Meaning
from content.words import Words, _
from storage import lanes, line, road, threads
from storage.engine import Storage, Wake, Work
from storage.lanes import Lane
from storage.line import Lease
from storage.road import Waiting

log = logging.getLogger(__name__)

BUSY_SECONDS = 0.02
KEPT = 10_000
"""How many understood texts wait for their turn at most."""
FAILED = _("Je n'ai pas réussi à te répondre. L'équipe verra ton message {quand}.")

Understand = Callable[[str], Meaning]
"""A text → what it means."""
Opine = Callable[[str, Meaning], Awaitable[Meaning]]
"""A text and what it was found to mean → what it may mean as well."""


class Sender(Protocol):
    """What a turn needs of the outbox."""

    def lead(self, work: Work, lane: Lane) -> list[Lease]: ...

    def dispatch(self, leases: list[Lease]) -> None: ...


@dataclass(slots=True)
class Step:
    """What one unit did. `more` is False when nothing waits now; `busy` when another process holds the lane."""

    more: bool = False
    busy: bool = False
    leases: list[Lease] = field(default_factory=list)


class HandlerFailed(Exception):
    """A handler raised: its turn is rolled back."""

    def __init__(self, waiting: Waiting, fault: Exception) -> None:
        super().__init__(type(fault).__name__)
        self.waiting = waiting
        self.fault = fault


class Foreseen:
    """What was understood before its turn. Kept on the loop thread, read in units of work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._meanings: OrderedDict[tuple[Address, str], Meaning] = OrderedDict()

    def keep(self, inbound: Inbound, meaning: Meaning) -> None:
        """Keep it, and let go of the oldest where too many wait."""
        with self._lock:
            self._meanings[inbound.address, inbound.external_id] = meaning
            while len(self._meanings) > KEPT:
                self._meanings.popitem(last=False)

    def find(self, inbound: Inbound) -> Meaning | None:
        """What was foreseen of it; None for nothing."""
        with self._lock:
            return self._meanings.get((inbound.address, inbound.external_id))

    def forget(self, inbound: Inbound) -> None:
        """Its turn is over."""
        with self._lock:
            self._meanings.pop((inbound.address, inbound.external_id), None)


class Turns(Rounding):
    """Runs the turns of one process."""

    def __init__(
        self,
        storage: Storage,
        router: Router,
        library: Callable[[], Library],
        sender: Sender,
        understand: Understand,
        clock: Clock,
        greeting: Collection[str] = (),
        home: str = "",
        opinion: Opine | None = None,
        hear: Hear = hear,
        relays: Collection[str] = (),
        doors: Doors = nowhere,
        *,
        opens: bool = True,
    ) -> None:
        """`greeting`: the channels whose own page says who speaks. `home`: where anybody opens the web chat, "" for nowhere. `relays`: by what people
        may be written to where their application does not work, "sms" and "email". `doors`: the address that opens each other channel with a code.
        `opens`: whether a link to a page of ours opens on a telephone that gets an SMS or an e-mail.

        `opinion`: another reading of a text, asked before its turn. `hear`: how free words answer about an appointment, found only where a handler
        asks, in its turn: it takes a fraction of a millisecond.
        """
        self._hear = hear
        self._opinion = opinion
        self._storage = storage
        self._router = router
        self._library = library
        self._sender = sender
        self._understand = understand
        self._clock = clock
        self._greeting = greeting
        self._home = home
        self._relays = frozenset(relays)
        self._doors = doors
        self._opens = opens
        self._foreseen = Foreseen()
        self._rounds = Rounds("turn", storage, clock, Wake.TURN, self._take_turn, self._find)
        self._dice = random.Random()  # noqa: S311 - spreads retries, hides nothing
        self.counts: Counter[str] = Counter()

    def foresee(self, inbound: Inbound) -> None:
        """Understand free text now, on the loop's own time, so that the turn that will need it holds no lock meanwhile."""
        if inbound.kind in (Kind.TEXT, Kind.EDITED) and inbound.text:
            self._foreseen.keep(inbound, self._understand(inbound.text))

    async def ponder(self, inbound: Inbound) -> None:
        """Have what was foreseen looked at once more, where another opinion is to be had. Nothing is foreseen of a danger."""
        meaning = self._foreseen.find(inbound)
        if self._opinion is not None and meaning is not None:
            self._foreseen.keep(inbound, await self._opinion(inbound.text, meaning))

    def _meaning(self, inbound: Inbound) -> Meaning:
        """What was foreseen; found now where another process accepted it, or this one was restarted since."""
        if inbound.kind not in (Kind.TEXT, Kind.EDITED):
            return NOTHING
        return self._foreseen.find(inbound) or self._understand(inbound.text)

    def wake(self, address_id: int) -> None:
        """Something waits for an answer at this address."""
        self._rounds.wake(address_id)

    async def _take_turn(self, address_id: int) -> bool:
        step = await self._step(address_id)
        self._sender.dispatch(step.leases)
        if step.busy:
            self._rounds.wake_at(self._clock.elapsed() + BUSY_SECONDS, address_id)
        return step.more

    async def _step(self, address_id: int) -> Step:
        try:
            return await self._storage.run(self._turn, address_id)
        except HandlerFailed as failed:
            kind = type(failed.fault).__name__
            log.exception("a handler failed; its turn is rolled back", exc_info=failed.fault, extra={"action": "turn_failed", "error": kind})
            self.counts["failed"] += 1
            return await self._storage.run(self._record_failure, address_id, failed.waiting, kind)

    # -- inside a unit

    def _turn(self, work: Work, address_id: int) -> Step:
        lane = lanes.lane_if_free(work, address_id)
        if lane is None:
            return Step(busy=lanes.exists(work, address_id))
        waiting = road.next_waiting(work, lane)
        if waiting is None:
            return Step()
        if waiting.retry_at > work.elapsed:
            self._rounds.wake_at(waiting.retry_at, address_id)
            return Step()
        try:
            turn = self._answer(work, lane, waiting)
            if waiting.inbound.handle == ON_A_PAGE:
                turn.said = [replace(outbound, shown=True) for outbound in turn.said]
            turn.spoken([outbox.put(work, lane, outbound) or lane.number for outbound in turn.said])
        except Exception as fault:
            raise HandlerFailed(waiting, fault) from fault
        road.handled(work, waiting)
        self._foreseen.forget(waiting.inbound)
        if lane.human:  # what a colleague said may have waited for these very words
            line.rejoin(work, lane)
        leases = self._sender.lead(work, lane) if lane.to_send else []
        lanes.keep(work, lane)
        return Step(more=waiting.more, leases=leases)

    def _answer(self, work: Work, lane: Lane, waiting: Waiting) -> Turn:
        inbound = waiting.inbound
        spoken = spoken_choice(lane, inbound.text) if inbound.kind is Kind.TEXT else None
        turn = Turn(
            inbound=inbound,
            number=waiting.number,
            lane=lane,
            library=self._library(),
            work=work,
            choice=waiting.choice or spoken,
            asked=waiting.asked,
            meaning=self._meaning(inbound),
            automatic=lane.human,
            greeted=lane.address.channel in self._greeting,
            home=self._home,
            relays=self._relays,
            doors=self._doors,
            opens=self._opens,
            hear=self._hear,
        )
        if spoken is not None and turn.question is not None:
            turn.asked = turn.question.number
        self._router.answer(turn)
        return turn

    def _record_failure(self, work: Work, address_id: int, waiting: Waiting, kind: str) -> Step:
        lane = lanes.lane(work, address_id)
        if lane is None:
            return Step()
        delay = next_delay(TURN_DELAYS, waiting.attempts, self._dice.random())
        if delay is not None:
            retry_at = work.elapsed + delay
            if not road.retry_later(work, waiting, retry_at, kind):
                return Step(more=True)
            self._rounds.wake_at(retry_at, address_id)
            return Step()
        return self._park(work, lane, waiting, kind)

    def _park(self, work: Work, lane: Lane, waiting: Waiting, kind: str) -> Step:
        """Give up on this turn: a person will see it. The conversation stays with whoever had it; the robot does not speak over a human."""
        if not road.park(work, waiting, kind):
            return Step(more=True)
        threads.open_for(work, lane)
        if not lane.human:
            words = Words(lane.language)
            body = f"{words.say(FAILED, quand=when(work, words))}\n\n{emergency_line(lane, words)}"
            outbox.put(work, lane, Outbound(lane.address, Purpose.SERVICE, body, language=lane.language))
        leases = self._sender.lead(work, lane)
        lanes.keep(work, lane)
        self.counts["parked"] += 1
        return Step(more=True, leases=leases)

    async def _find(self) -> list[int]:
        return await self._storage.read(road.addresses_waiting)
