"""The cards that waited two minutes for a colleague's answer, which did not come."""

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.rules.schedules import Every
from content.library import Library
from handlers import crisis
from scheduler.job import Job, JobContext
from storage import crises

log = logging.getLogger(__name__)


def job(library: Callable[[], Library]) -> Job:
    """Look every few seconds; nothing is written while no card is due."""

    async def send(context: JobContext) -> None:
        """Write every card whose time has come."""
        sent = await context.storage.run(crisis.send_due_cards, library())
        if sent:
            log.info("cards that waited for a colleague went", extra={"action": "due_cards", "cards": sent})

    return Job("danger", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=send, last_only=True, wanted=crises.any_due)
