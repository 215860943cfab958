"""A clock whose two hands only the test turns, and that nobody waits for."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.clock import MachineClock

TUESDAY = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


class TestClock:
    """`now` starts on a Tuesday morning, `elapsed` at the machine's time; both stand still until turned.

    `wait` never sleeps: it returns when the event is set, or when the test has turned the machine's hand far enough.
    """

    __test__ = False

    def __init__(self, now: datetime = TUESDAY) -> None:
        self._machine = MachineClock()
        self._now = now
        self._elapsed = self._machine.elapsed()
        self._turned = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def elapsed(self) -> float:
        return self._elapsed

    @property
    def skew(self) -> float:
        return self._elapsed - self._machine.elapsed()

    def turn(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> None:
        """Turn both hands forward: time passes."""
        passed = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._now += passed
        self.turn_machine(passed.total_seconds())

    def turn_machine(self, seconds: float) -> None:
        """Turn the machine's hand alone."""
        self._elapsed += seconds
        self._turned.set()
        self._turned = asyncio.Event()

    def turn_to(self, now: datetime) -> None:
        """Turn the service's hand alone, as the demo's time machine does."""
        self._now = now

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        due = None if seconds is None else self._elapsed + seconds
        while not event.is_set() and (due is None or self._elapsed < due):
            await _either(event, self._turned)
        return event.is_set()


async def _either(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
            with suppress(asyncio.CancelledError):
                await wait
