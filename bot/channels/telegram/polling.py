"""The part of the channel that one process at a time plays, for it holds the account's lease: it says to Telegram how updates are to reach us,
shows the command list, and, in polling mode, asks for updates.

The offset moves only once what came before it is durable: Telegram keeps an update until it is asked for one with a higher number.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.channels.base import Intake, Parsed
from bot.channels.telegram.failures import ANOTHER_POLLER, WEBHOOK_ACTIVE
from bot.channels.telegram.payloads import ALLOWED_UPDATES, read_update_id
from bot.channels.telegram.wire import Wire
from bot.clock import Clock
from bot.errors import Malformed, SendFailure, Throttled
from bot.messages import Ignored, Json

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 50
ANSWER_SECONDS = 60.0
BATCH = 100
HOLD_SECONDS = 10.0
"""How often the lease is held again; it has to last three times as long."""
DELAYS = (1.0, 2.0, 5.0, 15.0, 30.0)

_SAID = {
    ANOTHER_POLLER: "another program asks for this bot's updates with the same token: stop it, or give each its own bot",
    WEBHOOK_ACTIVE: "a webhook is set for this bot, and something sets it again: stop that, or use PALIER_TELEGRAM_MODE=webhook",
}


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to speak for the account. `hold` takes or keeps it, and is False while another process has it; `release` gives it back."""

    hold: Callable[[], Awaitable[bool]]
    release: Callable[[], Awaitable[None]]


async def under_lease(lease: Lease, clock: Clock, duty: Callable[[], Awaitable[None]]) -> None:
    """Do `duty` while the lease is ours, until cancelled; stop it when the lease is lost or cannot be asked for."""
    try:
        while True:
            if await _holds(lease):
                await _while_held(lease, clock, asyncio.ensure_future(_awaited(duty)))
            await clock.wait(asyncio.Event(), HOLD_SECONDS)
    finally:
        with suppress(Exception):
            await lease.release()


async def _awaited(duty: Callable[[], Awaitable[None]]) -> None:
    await duty()


async def _while_held(lease: Lease, clock: Clock, task: "asyncio.Future[None]") -> None:
    done = asyncio.Event()
    task.add_done_callback(lambda _task: done.set())
    try:
        while not await clock.wait(done, HOLD_SECONDS):
            if not await _holds(lease):
                log.warning("another process speaks for the bot now", extra={"action": "telegram_lease_lost"})
                return
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("asking Telegram for updates stopped; it starts again", exc_info=fault, extra={"action": "telegram_poll_stopped"})


async def _holds(lease: Lease) -> bool:
    try:
        return await lease.hold()
    except Exception:
        log.exception("the lease of the bot could not be asked for", extra={"action": "telegram_lease_failed"})
        return False


class Poller:
    """Asks for updates, for ever. `read` reads one update; `taken` hears what was read of each batch, once it is durable."""

    def __init__(
        self,
        wire: Wire,
        clock: Clock,
        read: Callable[[object], Parsed],
        intake: Intake,
        taken: Callable[[Sequence[Parsed], Sequence[object]], None],
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._read = read
        self._intake = intake
        self._taken = taken
        self._offset = 0
        self._failures = 0

    async def run(self, let_us_poll: Callable[[], Awaitable[None]]) -> None:
        """Ask until cancelled. `let_us_poll` takes away a webhook that stands in the way."""
        while True:
            try:
                await self._ask()
            except SendFailure as failure:
                await self._stumble(failure)
                if failure.code == WEBHOOK_ACTIVE:
                    await let_us_poll()
            except Exception:
                log.exception("updates could not be stored; Telegram is asked for them again", extra={"action": "telegram_not_stored"})
                await self._rest(self._delay())
            else:
                self._failures = 0

    async def _ask(self) -> None:
        payload: dict[str, Json] = {"offset": self._offset, "timeout": LONG_POLL_SECONDS, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        updates = await self._wire.call("getUpdates", payload, seconds=ANSWER_SECONDS)
        if not isinstance(updates, list) or not updates:
            self._offset = 0  # all is confirmed; after a week of silence Telegram numbers from anywhere, perhaps from lower
            return
        parsed = [self._one(update) for update in updates]
        await self._intake(parsed)
        self._offset = max((number + 1 for update in updates if (number := read_update_id(update)) is not None), default=self._offset)
        self._taken(parsed, updates)

    def _one(self, update: object) -> Parsed:
        """One bad update must not hold back those behind it: nobody can mend it, and Telegram would bring it again for ever."""
        try:
            return self._read(update)
        except Malformed as refusal:
            log.warning("an update of Telegram's was not understood", extra={"action": "telegram_malformed", "why": str(refusal)})
            return Ignored("malformed")

    async def _stumble(self, failure: SendFailure) -> None:
        said = _SAID.get(failure.code, "Telegram could not be asked for updates; it will be asked again")
        (log.error if failure.ours else log.warning)(said, extra={"action": "telegram_poll_failed", "code": failure.code})
        await self._rest(failure.retry_after if isinstance(failure, Throttled) else self._delay())

    def _delay(self) -> float:
        delay = DELAYS[min(self._failures, len(DELAYS) - 1)]
        self._failures += 1
        return delay

    async def _rest(self, seconds: float) -> None:
        await self._clock.wait(asyncio.Event(), seconds)
