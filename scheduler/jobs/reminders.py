"""Reminders whose time has come: each becomes a message, a task, or a reason why not, a bounded unit at a time."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from bot.rules.schedules import Every
from content.library import Library
from handlers import reminding
from handlers.reminder_words import Worded
from handlers.reminding import Released
from scheduler.job import Job, JobContext
from storage import reminders
from storage.engine import Storage, Work

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 3
"""Units that wait together: on SQLite they share a commit, of a quarter of a second; on PostgreSQL one computes while others wait for the server."""


def job(library: Callable[[], Library], first: frozenset[str] = frozenset(), *, templates: bool = False) -> Job:
    """Look every few seconds; nothing is written while none is due. `first`: the channels that bring a message to who is not looking.

    `templates`: a channel is on that takes nothing else from us after a while.
    """

    async def release(context: JobContext) -> None:
        if settled := await release_due(context.storage, library(), first, templates=templates):
            log.info("reminders were released", extra={"action": "reminders_released", "steps": settled})

    return Job("reminders", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=release, last_only=True, wanted=reminders.any_due)


async def release_due(
    storage: Storage, library: Library, first: frozenset[str] = frozenset(), *, templates: bool = False, in_sight: int = reminders.IN_SIGHT
) -> int:
    """Settle what is due, a bounded unit at a time; how many steps. What a lane in use holds back is left for the next look."""
    worded: Worded = {}
    unit = partial(reminding.release, library=library, first=first, templates=templates, worded=worded)
    settled = 0
    while ids := await storage.read(reminders.due, in_sight):
        done = await _settle(storage, unit, ids)
        settled += done
        if not done or len(ids) < in_sight:
            break
    return settled


async def _settle(storage: Storage, unit: Callable[[Work, Sequence[int]], Released], ids: Sequence[int]) -> int:
    """Neighbours in one unit: what falls due together lies far apart, and each page that a unit changes is written once."""
    neighbours = sorted(ids)
    left = iter([neighbours[n : n + reminders.AT_ONCE] for n in range(0, len(neighbours), reminders.AT_ONCE)])

    async def units() -> int:
        settled = 0
        for some in left:
            settled += (await storage.run(unit, some)).settled
        return settled

    return sum(await asyncio.gather(*(units() for _ in range(SIDE_BY_SIDE))))
