"""Rings for whoever watches a conversation live, on this process or another.

A notice is only a hint: who is rung reads again by message number. What no notice told of (another process beside a SQLite file, a lost
NOTIFY) is found by one query a sweep for all the pages open here, and by none when no page is open.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlmodel import col, select

from storage.engine import Storage, Wake, Work
from storage.tables import Conversation

log = logging.getLogger(__name__)

ALONE, TOLD = 1.0, 5.0
"""Seconds between two sweeps: where nothing tells of other processes (SQLite), and where something does (PostgreSQL)."""
MOST = 500


def last_numbers(work: Work, conversation_ids: Sequence[int]) -> Mapping[int, int]:
    """The newest message number of each of these conversations."""
    found: dict[int, int] = {}
    for at in range(0, len(conversation_ids), MOST):
        some = conversation_ids[at : at + MOST]
        found |= dict(work.session.exec(select(Conversation.id, Conversation.last_number).where(col(Conversation.id).in_(some))).all())  # type: ignore[arg-type]
    return found


class Bell:
    """`with bell.listen(conversation_id) as rung:` then, in turn: `rung.clear()`, read, wait for `rung`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._listeners: dict[int, set[asyncio.Event]] = {}
        self._known: dict[int, int] = {}
        self._over = False
        self._leave = storage.subscribe(self._hear)
        self.every = ALONE if storage.dialect == "sqlite" else TOLD

    @contextmanager
    def listen(self, conversation_id: int) -> Iterator[asyncio.Event]:
        """An event set each time something may have changed in this conversation, and when the service stops."""
        rung = asyncio.Event()
        if self._over:  # who comes after the last ring would wait for nothing
            rung.set()
        self._listeners.setdefault(conversation_id, set()).add(rung)
        try:
            yield rung
        finally:
            others = self._listeners[conversation_id]
            others.discard(rung)
            if not others:
                del self._listeners[conversation_id]
                self._known.pop(conversation_id, None)

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweep until `stopping`, then ring everybody once, so that they look at it too."""
        try:
            while not await self._storage.clock.wait(stopping, self.every):
                try:
                    await self.sweep()
                except Exception:
                    log.exception("the sweep of live pages failed", extra={"action": "bell_sweep_failed"})
        finally:
            self._leave()
            self._over = True
            for conversation_id in self._listeners:
                self._ring(conversation_id)

    async def sweep(self) -> None:
        """Ring for the watched conversations that have grown since the last sweep."""
        watched = sorted(self._listeners)
        if not watched:
            return
        for conversation_id, number in (await self._storage.read(last_numbers, watched)).items():
            before = self._known.get(conversation_id, -1)
            if conversation_id in self._listeners and number > before:
                self._known[conversation_id] = number
                self._ring(conversation_id)

    def _hear(self, wake: Wake, id: int) -> None:
        if wake is Wake.TALK:
            self._ring(id)

    def _ring(self, conversation_id: int) -> None:
        for rung in self._listeners.get(conversation_id, ()):
            rung.set()
