"""Fetches the files people sent, soon after they came: what a provider gives is soon gone. What cannot be had is said, never passed over.

A commit that announces a file sets it off, a sweep finds what it missed. A file is held by whoever fetches it (storage/media.py): several
processes may, and what one was fetching when it died is fetched by another. A file fetched twice is written once.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import Channel, Fetches
from bot.clock import Clock
from bot.errors import SendFailure, Throttled, TooLarge, Unfit, Unreachable
from bot.messages import Attachment
from bot.rounds import Rounding, Rounds
from bot.rules.files import LARGEST
from bot.rules.quiet import quiet_until
from bot.rules.retry import FILE_DELAYS, next_delay
from storage import lanes, media
from storage.deposits import Deposits, Overtaken, Scanner
from storage.engine import Storage, Wake, Work
from storage.lanes import Lane
from storage.media import TOO_LARGE, Errand, State

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 3
"""Three hundred photos come three at a time: messages go before files."""
FILE_SECONDS = 120.0
OFF_SECONDS = 600.0
OFF_FOR = timedelta(days=7)
"""How long a file of a channel that is switched off is waited for."""
JUST_NOW = timedelta(minutes=30)
"""Whoever sent a file so lately hears of it at any hour; later, not in the night."""
EVERY_FILE = 0

Tell = Callable[[Work, Lane, Attachment, State], None]
"""Puts in the outbox of a lane what became of a file that is not kept."""


class Fetcher(Rounding):
    """Fetches the files of one service, a few at a time."""

    _patience = 5.0
    """A file that is cut short is fetched again by whoever comes next."""

    def __init__(
        self,
        storage: Storage,
        channels: Mapping[tuple[str, str], Channel],
        clock: Clock,
        zone: ZoneInfo,
        tell: Tell,
        scanner: Scanner | None = None,
    ) -> None:
        """`zone`: where the quiet hours are read. `scanner`: what each file is shown to, where the operator has one."""
        self._storage = storage
        self._channels = channels
        self._clock = clock
        self._zone = zone
        self._tell = tell
        self._deposits = Deposits(storage, scanner)
        self._stopped: dict[tuple[str, str], float] = {}
        self._dice = random.Random()  # noqa: S311 - spreads retries, hides nothing
        self._rounds = Rounds("media", storage, clock, Wake.FILE, self._round, self._find)

    async def _find(self) -> list[int]:
        return [EVERY_FILE] if await self._storage.read(media.any_due) else []

    async def _round(self, _every: int) -> bool:
        async with asyncio.TaskGroup() as fetchers:
            for _one in range(SIDE_BY_SIDE):
                fetchers.create_task(self._fetch_due())
        return False

    async def _fetch_due(self) -> None:
        """Fetch one file after the other until none is due."""
        while not self._rounds.closing and (errand := await self._storage.run(media.take)) is not None:
            await self._one(errand)

    async def _one(self, errand: Errand) -> None:
        """What a provider asks us to wait holds all of its account."""
        account = (errand.channel, errand.account)
        channel = self._channels.get(account)
        wait = self._stopped.get(account, 0.0) - self._clock.elapsed()
        if wait > 0:
            await self._storage.run(media.later, errand, wait, "throttled", counted=False)
        elif channel is not None and isinstance(channel, Fetches):
            await self._fetch(channel, errand)
        else:
            await self._off(errand)

    async def _fetch(self, channel: Fetches, errand: Errand) -> None:
        try:
            async with asyncio.timeout(FILE_SECONDS), aclosing(channel.fetch(errand.claimed, LARGEST)) as pieces:
                await self._deposits.fetch(errand, pieces)
        except Overtaken:
            log.info("a file was taken by another, or its person is gone", extra={"action": "media_overtaken"})
        except TooLarge:
            await self._storage.run(self._refuse, errand, TOO_LARGE)
        except Unfit as unfit:
            await self._storage.run(self._refuse, errand, unfit.code)
        except Throttled as throttled:
            self._stopped[errand.channel, errand.account] = self._clock.elapsed() + throttled.retry_after
            await self._storage.run(media.later, errand, throttled.retry_after, throttled.code, counted=False)
        except (SendFailure, TimeoutError) as fault:
            await self._failed(errand, fault if isinstance(fault, SendFailure) else Unreachable("timeout"))
        except Exception as fault:
            log.exception("a file could not be fetched", extra={"action": "media_failed"})
            await self._failed(errand, Unreachable(f"fetch_{type(fault).__name__}"))

    async def _failed(self, errand: Errand, failure: SendFailure) -> None:
        delay = next_delay(FILE_DELAYS, errand.attempts, self._dice.random()) if failure.retry else None
        morning = self._morning(errand)
        if delay is not None:
            await self._storage.run(media.later, errand, delay, failure.code)
        elif morning is not None:
            await self._storage.run(media.later, errand, (morning - self._clock.now()).total_seconds(), failure.code, counted=False)
        else:
            log.warning("a file is lost: its provider does not give it", extra={"action": "media_lost", "code": failure.code})
            await self._storage.run(self._lose, errand, failure.code)

    def _morning(self, errand: Errand) -> datetime | None:
        """When a last try is made and its person told, where this is the night and they sent it long ago; else None."""
        now = self._clock.now()
        return quiet_until(now, self._zone) if now - errand.received_at > JUST_NOW else None

    async def _off(self, errand: Errand) -> None:
        """Its channel is switched off: kept for the day it is back, if that is soon."""
        if self._clock.now() - errand.received_at > OFF_FOR:
            await self._storage.run(self._lose, errand, "channel_off")
        else:
            await self._storage.run(media.later, errand, OFF_SECONDS, "channel_off", counted=False)

    # -- inside a unit: its person is told in the same commit, under their lane

    def _refuse(self, work: Work, errand: Errand, code: str) -> None:
        lane = lanes.lane_of_conversation(work, errand.conversation_id)
        if lane is not None and media.refuse(work, errand, code):
            self._tell(work, lane, errand.claimed, State.REFUSED)

    def _lose(self, work: Work, errand: Errand, code: str) -> None:
        lane = lanes.lane_of_conversation(work, errand.conversation_id)
        if lane is not None and media.lose(work, errand, code):
            self._tell(work, lane, errand.claimed, State.LOST)
