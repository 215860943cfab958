"""Wakes something at a moment of machine time: retries and throttles without a sweep for each."""

import asyncio
import heapq
import threading
from collections.abc import Callable

from bot.clock import Clock


class Alarm:
    """Calls `ring(key)` on the loop thread once its moment has come. May be set from a unit of work, which runs on another thread."""

    def __init__(self, clock: Clock, ring: Callable[[int], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._heap: list[tuple[float, int]] = []
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sooner = asyncio.Event()

    def set(self, at: float, key: int) -> None:
        """Ring for `key` at `at` (clock.elapsed())."""
        with self._lock:
            heapq.heappush(self._heap, (at, key))
            first = self._heap[0] == (at, key)
        if first and self._loop is not None:
            self._loop.call_soon_threadsafe(self._sooner.set)

    async def run(self) -> None:
        """Ring until cancelled. What was set before rings then."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._sooner.clear()
            self._ring_due()
            with self._lock:
                seconds = self._heap[0][0] - self._clock.elapsed() if self._heap else None
            await self._clock.wait(self._sooner, seconds)

    def _ring_due(self) -> None:
        now = self._clock.elapsed()
        due: list[int] = []
        with self._lock:
            while self._heap and self._heap[0][0] <= now:
                due.append(heapq.heappop(self._heap)[1])
        for key in dict.fromkeys(due):
            self._ring(key)
