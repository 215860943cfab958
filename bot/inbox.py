"""The way in: accept = one durable row, then 200. Danger is looked for before anything queues, and answered in the same commit."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from bot.channels.base import Channel, Courtesy, Parsed
from bot.errors import PalierError
from bot.messages import Address, Ignored, Inbound, Kind, Outbound, Purpose, Receipt
from bot.routing import ANSWER, AUTOMATIC, EMERGENCY
from content.understanding.danger import Danger
from content.words import Words
from storage import lanes, line, promises, receipts, road, threads
from storage.engine import Storage, Work
from storage.lanes import HUMAN, Lane
from storage.road import Accepted

log = logging.getLogger(__name__)

Detect = Callable[[str], Danger | None]
"""The danger a text shows, or None. Pure and fast."""
DangerLane = Callable[[Work, Accepted, str], None]
"""Writes the alert and the crisis answer of an accepted message, under its lane, in its commit."""
Explains = Callable[[Work, Inbound, Danger], bool]
"""Whether what was said before explains words that look like this danger: they then have their turn, as an answer. In the accept commit."""
Seen = tuple[Inbound, Danger | None]
"""A message and the danger it shows."""
Accept = Callable[[Work, Sequence[Seen], Sequence[Receipt]], list[Accepted]]
_WORDS = frozenset({Kind.TEXT, Kind.EDITED, Kind.MEDIA, Kind.COMMAND})
LONG = 2_000
"""Characters."""
GESTURES = 8
"""Gestures out at a time at most: where more come they are left undone, for the calls that answer people come first."""
STRIPES = 64
"""Addresses that share a stripe are accepted one after the other; enough of them that strangers rarely meet."""


class Inbox:
    """Takes what channels parse."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[tuple[str, str], Channel],
        detect: Detect,
        danger: DangerLane,
        foresee: Callable[[Inbound], None] | None = None,
        ponder: Callable[[Inbound], Awaitable[None]] | None = None,
        explains: Explains = lambda work, inbound, danger: False,
    ) -> None:
        """`foresee` and `ponder` look at what shows no danger before it is stored: at once, then for as long as another opinion takes."""
        self._storage = storage
        self._channels = channels
        self._detect = detect
        self._danger = danger
        self._foresee = foresee
        self._ponder = ponder
        self._explains = explains
        self._stripes = tuple(asyncio.Lock() for _stripe in range(STRIPES))
        self._gestures: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()

    async def take(self, items: Sequence[Parsed]) -> None:
        """Store all of it in one commit; durable on return. A redelivery changes nothing. Gestures follow, best effort."""
        inbounds = [(item, await self._looked_at(item)) for item in items if isinstance(item, Inbound)]
        said = [item for item in items if isinstance(item, Receipt)]
        for item in items:
            if isinstance(item, Ignored):
                self.counts[f"ignored:{item.reason}"] += 1
        if inbounds or said:
            accepted = await self._whatever_fails(inbounds, said)
            self.counts["accepted"] += len(accepted)
            self.counts["repeated"] += len(inbounds) - len(accepted)
            self._courtesies(accepted)

    async def _looked_at(self, inbound: Inbound) -> Danger | None:
        """A long text is looked at on a thread: it takes time, and other people are writing."""
        danger = await asyncio.to_thread(self._seen_in, inbound) if len(inbound.text) > LONG else self._seen_in(inbound)
        if danger is None and self._ponder is not None:
            await self._ponder(inbound)
        return danger

    def _seen_in(self, inbound: Inbound) -> Danger | None:
        """The danger a message shows; where there is none, what it means is looked for now. A fault of either loses nothing but itself."""
        try:
            danger = self._detect(inbound.text) if inbound.kind in _WORDS and inbound.text else None
            if danger is None and self._foresee is not None:
                self._foresee(inbound)
        except Exception as fault:
            log.exception("a message could not be looked at; it is accepted all the same", extra={"action": "look_failed"})
            self.counts[f"look_failed:{type(fault).__name__}"] += 1
            return None
        return danger

    async def _whatever_fails(self, inbounds: Sequence[Seen], said: Sequence[Receipt]) -> list[Accepted]:
        """A danger that cannot be answered as it should gets the numbers at least, and its message is never refused for it."""
        try:
            return await self._in_order(self._accept_all, inbounds, said)
        except (PalierError, OSError):  # the database's own fault: nothing is accepted, the provider comes again
            raise
        except Exception:
            if not any(danger for _inbound, danger in inbounds):
                raise
            log.exception("a danger was answered by the numbers alone", extra={"action": "danger_lane_failed"})
            self.counts["danger_lane_failed"] += 1
            return await self._in_order(self._accept_plainly, inbounds, said)

    async def _in_order(self, accept: Accept, inbounds: Sequence[Seen], said: Sequence[Receipt]) -> list[Accepted]:
        """Two things of one address that came one after the other are stored in that order, whatever thread takes them."""
        if self._storage.dialect == "sqlite":  # one writer: first come, first stored
            return await self._storage.take(accept, inbounds, said)
        async with AsyncExitStack() as held:
            for stripe in sorted({hash(inbound.address) % STRIPES for inbound, _danger in inbounds}):
                await held.enter_async_context(self._stripes[stripe])
            return await self._storage.take(accept, inbounds, said)

    def _accept_all(self, work: Work, inbounds: Sequence[Seen], said: Sequence[Receipt]) -> list[Accepted]:
        return _accept_each(work, inbounds, said, self._danger, self._explains)

    def _accept_plainly(self, work: Work, inbounds: Sequence[Seen], said: Sequence[Receipt]) -> list[Accepted]:
        return _accept_each(work, inbounds, said, _numbers_alone, self._explains)

    def _courtesies(self, accepted: Sequence[Accepted]) -> None:
        for item in accepted:
            handle, address = item.inbound.handle, item.inbound.address
            channel = self._channels.get((address.channel, address.account))
            if handle is None or channel is None:
                continue
            self._gesture(channel, address, Courtesy.ANSWERED, handle)
            if item.choice is not None and item.choice.id.startswith(ANSWER):
                self._gesture(channel, address, Courtesy.CLOSE_CHOICES, handle)

    def _gesture(self, channel: Channel, address: Address, gesture: Courtesy, handle: str) -> None:
        if len(self._gestures) >= GESTURES:
            self.counts[f"not_made:{gesture}"] += 1
            return
        task = asyncio.get_running_loop().create_task(channel.courtesy(address, gesture, handle))
        self._gestures.add(task)
        task.add_done_callback(self._gestures.discard)

    async def close(self) -> None:
        """Give up the gestures under way."""
        for task in self._gestures:
            task.cancel()
        if self._gestures:
            await asyncio.wait(set(self._gestures))


def _accept_each(work: Work, inbounds: Sequence[Seen], said: Sequence[Receipt], answer: DangerLane, explains: Explains) -> list[Accepted]:
    taken: list[Accepted] = []
    for inbound, seen in inbounds:
        danger = None if seen is not None and explains(work, inbound, seen) else seen
        accepted = road.accept(work, inbound, handled=danger is not None or inbound.kind is Kind.COLLEAGUE)
        if accepted is None:
            continue
        if inbound.kind is Kind.COLLEAGUE:
            _taken_over(work, accepted.lane)
        if danger is not None:
            answer(work, accepted, danger.crisis)
        lanes.keep(work, accepted.lane)
        taken.append(accepted)
    if said:
        receipts.receive_all(work, said)
    return taken


def _taken_over(work: Work, lane: Lane) -> None:
    """A colleague answered from the provider's own inbox: the conversation is a human's, what was promised is kept, and the desk shows it."""
    promises.end(work, threads.open_for(work, lane))
    lane.to(HUMAN)
    lane.last_human_at = work.now


def _numbers_alone(work: Work, accepted: Accepted, danger: str) -> None:
    """What can always be said: the numbers, and an alert on a thread."""
    lane = accepted.lane
    threads.raise_alert(work, threads.open_for(work, lane, urgency=threads.MOST_URGENT))
    words = Words(lane.language)
    body = f"{words.say(EMERGENCY)}\n\n{words.say(AUTOMATIC)}"
    line.put(work, lane, Outbound(lane.address, Purpose.CRISIS, body, language=lane.language))
    lane.to_send = True
