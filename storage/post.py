"""What goes from the database's threads back to the event loop: results to callers, wake-ups to subscribers, in batches."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.work import Wake, Work

log = logging.getLogger(__name__)
Hear = Callable[[Wake, int], None]


@dataclass(slots=True)
class Job:
    """A unit that waits for its turn, and where its caller waits."""

    unit: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]
    future: asyncio.Future[Any]

    def run(self, work: Work) -> Any:
        return self.unit(work, *self.arguments, **self.named)


@dataclass(slots=True)
class Outcome:
    """What became of a job."""

    job: Job
    value: Any = None
    fault: BaseException | None = None


class Post:
    """Delivers on the loop thread. `deliver` may be called from any thread; one call of the loop carries all that waits."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[tuple[Iterable[Outcome], Iterable[tuple[Wake, int]]]] = deque()
        self._called = False
        self._hearers: dict[int, Hear] = {}
        self._next = 0

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        """Call `hear` on the loop thread for each wake-up; returns what ends it."""
        key = self._next = self._next + 1
        self._hearers[key] = hear
        return lambda: self._hearers.pop(key, None) and None

    def deliver(self, outcomes: Iterable[Outcome], wakes: Iterable[tuple[Wake, int]]) -> None:
        """Hand over what has been committed, or has failed."""
        self._waiting.append((outcomes, wakes))
        if not self._called:  # set before the queue is read and cleared before it is emptied: nothing can be left lying
            self._called = True
            try:
                self._loop.call_soon_threadsafe(self._hand_out)
            except RuntimeError:
                log.info("the loop ended before a result could be given back", extra={"action": "storage_loop_ended"})

    def hear(self, wakes: Iterable[tuple[Wake, int]]) -> None:
        """Tell the subscribers. On the loop thread."""
        hearers = tuple(self._hearers.values())
        for wake, id in wakes:
            for hearer in hearers:
                try:
                    hearer(wake, id)
                except Exception:
                    log.exception("a subscriber failed", extra={"action": "wake_failed"})

    def _hand_out(self) -> None:
        self._called = False
        while self._waiting:
            outcomes, wakes = self._waiting.popleft()
            for outcome in outcomes:
                _settle(outcome)
            self.hear(wakes)


def _settle(outcome: Outcome) -> None:
    future = outcome.job.future
    if future.done():  # its caller went away; what it asked for is committed all the same
        return
    if outcome.fault is None:
        future.set_result(outcome.value)
    elif isinstance(outcome.fault, StopIteration):
        future.set_exception(RuntimeError("a unit of work raised StopIteration"))
    else:
        future.set_exception(outcome.fault)
