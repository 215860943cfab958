"""Wakes something at a moment of machine time: retries and throttles without a sweep for each."""

import asyncio
import heapq
from collections.abc import Callable

from bot.clock import Clock


class Alarm:
    """Calls `ring(key)` once its moment has come. A key set twice rings at the earlier moment only as well as the later one."""

    def __init__(self, clock: Clock, ring: Callable[[int], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._heap: list[tuple[float, int]] = []
        self._sooner = asyncio.Event()

    def set(self, at: float, key: int) -> None:
        """Ring for `key` at `at` (clock.elapsed())."""
        heapq.heappush(self._heap, (at, key))
        if self._heap[0] == (at, key):
            self._sooner.set()

    async def run(self) -> None:
        """Ring until cancelled."""
        while True:
            self._sooner.clear()
            self._ring_due()
            seconds = self._heap[0][0] - self._clock.elapsed() if self._heap else None
            await self._clock.wait(self._sooner, seconds)

    def _ring_due(self) -> None:
        now = self._clock.elapsed()
        while self._heap and self._heap[0][0] <= now:
            _, key = heapq.heappop(self._heap)
            self._ring(key)
