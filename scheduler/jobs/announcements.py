"""An announcement that the team made goes into the outbox, a bounded unit at a time."""

import logging
from datetime import timedelta

from bot.rules.schedules import Every
from handlers import announcing
from scheduler.job import Job, JobContext
from storage import announcements

log = logging.getLogger(__name__)


def job(first: frozenset[str] = frozenset()) -> Job:
    """Look every few seconds; nothing is written while nothing is announced. `first`: the channels that bring a message to who is not looking."""

    async def announce(context: JobContext) -> None:
        """Everybody who chose it. Run again, it goes on where it was."""
        for session in await context.storage.read(announcements.running):
            units = 1
            while await context.storage.run(announcing.announce, session, first):
                units += 1
            log.info("a workshop was announced", extra={"action": "announced", "units": units})

    return Job(
        "announcements", Every(timedelta(seconds=15)), max_late=timedelta(days=2), run=announce, last_only=True, wanted=announcements.any_running
    )
