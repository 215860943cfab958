"""How we stand with each provider: asked now and then by one process at a time, and by the commands an operator types; kept for whoever decides."""

import logging

from bot.channels.base import Stands
from bot.clock import Clock, MachineClock
from bot.errors import SendFailure
from bot.messages import Standing
from bot.settings import Settings
from storage import leases, standings
from storage.engine import Storage, open_storage

log = logging.getLogger(__name__)

ASKED_EVERY = 15 * 60.0
"""Seconds between two looks. A provider that tells of changes is asked again at once."""


async def follow(storage: Storage, clock: Clock, channel: Stands) -> None:
    """Ask until cancelled. What cannot be asked or kept now is asked again at the next look."""
    lease = f"standing:{channel.name}:{channel.account}"
    while True:
        try:
            if await storage.run(leases.take, lease):
                await _ask(storage, channel)
                await storage.run(leases.release, lease)
        except Exception:  # the database is away for a moment: what was known holds until it is back
            log.exception("how we stand could not be kept", extra={"action": "standing_lost"})
        await clock.wait(channel.changed, ASKED_EVERY)
        channel.changed.clear()


async def _ask(storage: Storage, channel: Stands) -> None:
    try:
        standing = await channel.standing()
    except SendFailure as failure:
        log.warning("%s does not say how we stand: %s", channel.name, failure.code, extra={"action": "standing_unknown", "code": failure.code})
        return
    await storage.run(standings.put, standing)


async def keep(settings: Settings, standing: Standing) -> None:
    """Write down what a command was told: whoever runs beside knows at once. Raises SettingsError, StorageError."""
    storage = await open_storage(settings, MachineClock(), migrate=False)
    try:
        await storage.run(standings.put, standing)
    finally:
        await storage.close()
