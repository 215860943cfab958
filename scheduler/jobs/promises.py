"""A deadline is over and nobody answered: the person is told, before they have to ask."""

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.rules.quiet import quiet_until
from bot.rules.schedules import Every
from content.library import Library
from handlers import waiting
from scheduler.job import Job, JobContext
from storage import hours, promises
from storage.engine import Work

log = logging.getLogger(__name__)


def wanted(work: Work) -> bool:
    """Whether somebody is to be told now. Deadlines end with a working day: one that is found in the night waits for the morning."""
    return quiet_until(work.now, hours.zone(work)) is None and promises.any_missed(work)


def job(library: Callable[[], Library]) -> Job:
    """Look every few seconds; nothing is written while no deadline is over."""

    async def tell(context: JobContext) -> None:
        """Answer every promise missed, a unit each."""
        if quiet_until(context.clock.now(), context.zone) is not None:
            return
        told = 0
        for thread in await context.storage.read(promises.missed):
            told += await context.storage.run(waiting.answer_missed, thread, library())
        if told:
            log.info("promises were missed, and that was said", extra={"action": "promises_missed", "promises": told})

    return Job("promises", Every(timedelta(seconds=15)), max_late=timedelta(days=1), run=tell, last_only=True, wanted=wanted)
