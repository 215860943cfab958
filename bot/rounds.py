"""The rounds of one process: an errand per address at a time, many addresses at once.

An errand is set off by a commit, by an alarm, or by a sweep that is only the safety net: what a lost notice hid is found there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from threading import Lock

from bot.alarm import Alarm
from bot.clock import Clock
from storage.engine import Storage, Wake

log = logging.getLogger(__name__)

SWEEP_TOLD, SWEEP_DEAF = 5.0, 1.0
"""Seconds between two sweeps: where something tells of other processes (PostgreSQL), and where nothing does."""


class Rounds:
    """`errand(address id)` does one step for an address; True asks for another at once. `find` says whom a sweep has to wake."""

    def __init__(
        self,
        name: str,
        storage: Storage,
        clock: Clock,
        wakes: Wake,
        errand: Callable[[int], Awaitable[bool]],
        find: Callable[[], Awaitable[Sequence[int]]],
    ) -> None:
        self._name = name
        self._storage = storage
        self._clock = clock
        self._wakes = wakes
        self._errand = errand
        self._find = find
        self._again: dict[int, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm = Alarm(clock, self.wake)
        self.closing = False

    def wake(self, address_id: int) -> None:
        """Something may be done for this address. Cheap; wakes that come while its errand runs become one more."""
        if address_id in self._again:
            self._again[address_id] = True
        elif not self.closing:
            self._again[address_id] = False
            self.start(self._serve(address_id))

    def wake_at(self, elapsed: float, address_id: int) -> None:
        """Wake it at a moment of machine time. May be called from a unit of work."""
        self._alarm.set(elapsed, address_id)

    async def _serve(self, address_id: int) -> None:
        try:
            again = True
            while again and not self.closing:
                self._again[address_id] = False
                again = await self._errand(address_id) or self._again[address_id]
        finally:
            del self._again[address_id]

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside the rest; a fault is logged, and the sweep finds what it left."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("an errand failed; the sweep takes it again", exc_info=fault, extra={"action": f"{self._name}_failed"})

    async def run(self) -> None:
        """Go round until cancelled, whatever the database says meanwhile."""
        forget = self._storage.subscribe(self._hear)
        alarm = asyncio.create_task(self._alarm.run())
        pause = SWEEP_TOLD if self._storage.dialect == "postgresql" else SWEEP_DEAF
        never = asyncio.Event()
        try:
            while True:
                await self._sweep_if_possible()
                await self._clock.wait(never, pause)
        finally:
            forget()
            alarm.cancel()

    def _hear(self, wake: Wake, address_id: int) -> None:
        if wake is self._wakes:
            self.wake(address_id)

    async def _sweep_if_possible(self) -> None:
        try:
            await self.sweep()
        except Exception:
            log.exception("a sweep failed; the next one comes soon", extra={"action": f"{self._name}_sweep_failed"})

    async def sweep(self) -> None:
        """Wake every address that has something due, whatever was heard or not."""
        for address_id in await self._find():
            self.wake(address_id)

    async def settled(self) -> None:
        """Return once nothing runs."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self, seconds: float | None = None) -> None:
        """Start nothing new; wait for what runs, `seconds` at most, then cut it short."""
        self.closing = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in self._tasks:
            task.cancel()


class Gate:
    """So many at a time: who finds it full is let in, in the order of asking, as others leave.

    Asked from units of work, which may be run again or fail: whoever never left is out by itself after `lasts` seconds of machine time.
    """

    def __init__(self, most: int, lasts: float) -> None:
        self._most, self._lasts = most, lasts
        self._inside: dict[int, float] = {}
        self._waiting: dict[int, None] = {}
        self._lock = Lock()

    def enter(self, address_id: int, elapsed: float) -> bool:
        """Come in; False where it is full, and this address is woken in its turn."""
        with self._lock:
            if address_id not in self._inside and len(self._inside) >= self._most:
                self._inside = {each: since for each, since in self._inside.items() if since + self._lasts > elapsed}
            if address_id not in self._inside and len(self._inside) >= self._most:
                self._waiting[address_id] = None
                return False
            self._inside[address_id] = elapsed
            self._waiting.pop(address_id, None)
            return True

    def leave(self, address_id: int) -> int | None:
        """Go out, if it was in; the address to be woken instead."""
        with self._lock:
            if self._inside.pop(address_id, None) is None or not self._waiting:
                return None
            woken = next(iter(self._waiting))
            del self._waiting[woken]
            return woken


class Rounding:
    """Whoever does its work in rounds: it starts, is swept, comes to rest and ends like the others."""

    _rounds: Rounds
    _patience: float | None = None
    """Seconds that what runs is given to end by itself; None for as long as it takes."""

    async def run(self) -> None:
        """Go round until cancelled."""
        await self._rounds.run()

    async def sweep(self) -> None:
        """Take up whatever is due, whatever was heard or not."""
        await self._rounds.sweep()

    async def settled(self) -> None:
        """Return once nothing runs: for tests and for a quiet shutdown."""
        await self._rounds.settled()

    async def close(self, seconds: float | None = None) -> None:
        """Start nothing new, and let what runs end within `seconds`, or within its own patience; what is cut short, whoever starts next finds."""
        await self._rounds.close(self._patience if seconds is None else seconds)
