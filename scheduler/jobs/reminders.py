"""Reminders whose time has come: each becomes a message, a task, or a reason why not, a bounded unit at a time, the oldest first."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.rules.schedules import Every
from content.library import Library
from handlers import reminding
from scheduler.job import Job, JobContext
from storage import reminders
from storage.engine import Storage

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 2


def job(library: Callable[[], Library], first: frozenset[str] = frozenset(), *, templates: bool = False) -> Job:
    """Look every few seconds; nothing is written while none is due. `first`: the channels that bring a message to who is not looking.

    `templates`: a channel is on that takes nothing else from us after a while.
    """

    async def release(context: JobContext) -> None:
        if settled := await release_due(context.storage, library(), first, templates=templates):
            log.info("reminders were released", extra={"action": "reminders_released", "steps": settled})

    return Job("reminders", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=release, last_only=True, wanted=reminders.any_due)


async def release_due(storage: Storage, library: Library, first: frozenset[str] = frozenset(), *, templates: bool = False) -> int:
    """Settle what is due, a bounded unit at a time; how many steps. What a lane in use holds back is left for the next look.

    Two units side by side: on SQLite they share a commit, on PostgreSQL one computes while the other waits for the server.
    """
    unit = partial(reminding.release, library=library, first=first, templates=templates)

    async def units() -> int:
        settled = 0
        while done := (await storage.run(unit)).settled:
            settled += done
        return settled

    return sum(await asyncio.gather(*(units() for _ in range(SIDE_BY_SIDE))))
