"""The only door to time. Two hands:

`now()`      the service's time, aware UTC: due dates, quiet hours, windows, promises, expiry. The demo and the tests turn it.
`elapsed()`  the machine's time, seconds since 1970: leases, time-outs, retry delays, rate buckets, sessions. Only tests turn it.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the rest of the program may know of time."""

    def now(self) -> datetime: ...

    def elapsed(self) -> float: ...

    @property
    def skew(self) -> float:
        """Seconds by which `elapsed` differs from the machine's own clock: 0 outside tests."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for `event` at most `seconds` of machine time (None: for ever); True if it was set."""
        ...


class MachineClock:
    """Real time, with the service's hand away from it by `offset`, which only grows."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    @property
    def offset(self) -> timedelta:
        return self._offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def elapsed(self) -> float:
        return time.time()

    @property
    def skew(self) -> float:
        return 0.0

    def turn_to(self, offset: timedelta) -> None:
        """Set the service's hand. It never goes back: a smaller offset is left aside (another process was ahead)."""
        self._offset = max(self._offset, offset)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        if seconds is None:
            await event.wait()
            return True
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True
