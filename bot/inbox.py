"""The way in: accept = one durable row, then 200. Danger is looked for before anything queues, and answered in the same commit."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack

from bot.channels.base import Channel, Courtesy, Parsed
from bot.messages import Ignored, Inbound, Kind, Receipt
from bot.routing import ANSWER
from storage import lanes, receipts, road
from storage.engine import Storage, Work
from storage.road import Accepted

log = logging.getLogger(__name__)

Detect = Callable[[str], str | None]
"""The crisis id a text shows, or None. Pure and fast."""
DangerLane = Callable[[Work, Accepted, str], None]
"""Writes the alert and the crisis answer of an accepted message, under its lane, in its commit."""
_WORDS = frozenset({Kind.TEXT, Kind.EDITED, Kind.MEDIA})
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
    ) -> None:
        self._storage = storage
        self._channels = channels
        self._detect = detect
        self._danger = danger
        self._foresee = foresee
        self._stripes = tuple(asyncio.Lock() for _stripe in range(STRIPES))
        self._gestures: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()

    async def take(self, items: Sequence[Parsed]) -> None:
        """Store all of it in one commit; durable on return. A redelivery changes nothing. Gestures follow, best effort."""
        inbounds = [(item, self._danger_in(item)) for item in items if isinstance(item, Inbound)]
        said = [item for item in items if isinstance(item, Receipt)]
        for item in items:
            if isinstance(item, Ignored):
                self.counts[f"ignored:{item.reason}"] += 1
        if self._foresee is not None:
            for inbound, danger in inbounds:
                if danger is None:
                    self._foresee(inbound)
        if inbounds or said:
            accepted = await self._in_order(inbounds, said)
            self.counts["accepted"] += len(accepted)
            self.counts["repeated"] += len(inbounds) - len(accepted)
            self._courtesies(accepted)

    def _danger_in(self, inbound: Inbound) -> str | None:
        return self._detect(inbound.text) if inbound.kind in _WORDS and inbound.text else None

    async def _in_order(self, inbounds: Sequence[tuple[Inbound, str | None]], said: Sequence[Receipt]) -> list[Accepted]:
        """Two things of one address that came one after the other are stored in that order, whatever thread takes them."""
        if self._storage.dialect == "sqlite":  # one writer: first come, first stored
            return await self._storage.run(self._accept_all, inbounds, said)
        async with AsyncExitStack() as held:
            for stripe in sorted({hash(inbound.address) % STRIPES for inbound, _danger in inbounds}):
                await held.enter_async_context(self._stripes[stripe])
            return await self._storage.run(self._accept_all, inbounds, said)

    def _accept_all(self, work: Work, inbounds: Sequence[tuple[Inbound, str | None]], said: Sequence[Receipt]) -> list[Accepted]:
        taken = [accepted for inbound, danger in inbounds if (accepted := self._accept(work, inbound, danger)) is not None]
        if said:
            receipts.receive_all(work, said)
        return taken

    def _accept(self, work: Work, inbound: Inbound, danger: str | None) -> Accepted | None:
        accepted = road.accept(work, inbound, handled=danger is not None)
        if accepted is None:
            return None
        if danger is not None:
            self._danger(work, accepted, danger)
        lanes.keep(work, accepted.lane)
        return accepted

    def _courtesies(self, accepted: Sequence[Accepted]) -> None:
        for item in accepted:
            handle, address = item.inbound.handle, item.inbound.address
            channel = self._channels.get((address.channel, address.account))
            if handle is None or channel is None:
                continue
            self._gesture(channel.courtesy(address, Courtesy.ANSWERED, handle))
            if item.choice is not None and item.choice.id.startswith(ANSWER):
                self._gesture(channel.courtesy(address, Courtesy.CLOSE_CHOICES, handle))

    def _gesture(self, gesture: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(gesture)
        self._gestures.add(task)
        task.add_done_callback(self._gestures.discard)

    async def close(self) -> None:
        """Give up the gestures under way."""
        for task in self._gestures:
            task.cancel()
        if self._gestures:
            await asyncio.wait(set(self._gestures))
