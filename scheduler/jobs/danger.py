"""The cards that waited two minutes for a colleague's answer, which did not come."""

import asyncio
import logging
from datetime import timedelta
from functools import cache

from bot.rules.schedules import Every
from content.library import Library, load_library
from handlers import crisis
from scheduler.job import Job, JobContext
from storage import crises

log = logging.getLogger(__name__)


@cache
def _library() -> Library:
    """Read at the first card that waited, for the life of the process."""
    return load_library()


async def send(context: JobContext) -> None:
    """Write every card whose time has come."""
    library = await asyncio.to_thread(_library)
    sent = await context.storage.run(crisis.send_due_cards, library)
    if sent:
        log.info("cards that waited for a colleague went", extra={"action": "due_cards", "cards": sent})


JOB = Job("danger", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=send, last_only=True, wanted=crises.any_due)
