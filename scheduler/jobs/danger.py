"""The cards that waited two minutes for a colleague's answer, which did not come."""

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.errors import PalierError
from bot.rules.schedules import Every
from content.library import Library
from handlers import crisis
from scheduler.job import Job, JobContext
from storage import crises

log = logging.getLogger(__name__)


class CardsFailed(PalierError):
    """Some cards could not be written; the others went. They are tried again at the next look."""


def job(library: Callable[[], Library]) -> Job:
    """Look every few seconds; nothing is written while no card is due."""

    async def send(context: JobContext) -> None:
        """Write every card whose time has come, each on its own: one that fails does not silence the others."""
        outcomes = [await _write(context, due, library()) for due in await context.storage.read(crises.due)]
        if failed := outcomes.count(None):
            raise CardsFailed(f"{failed} cards could not be written")
        if any(outcomes):
            log.info("cards that waited for a colleague went", extra={"action": "due_cards", "cards": outcomes.count(True)})

    return Job("danger", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=send, last_only=True, wanted=crises.any_due)


async def _write(context: JobContext, due: tuple[int, int], library: Library) -> bool | None:
    """Whether the card goes; None where it could not be written."""
    try:
        return await context.storage.run(crisis.send_due_card, *due, library)
    except Exception:
        log.exception("a card could not be written", extra={"action": "card_failed"})
        return None
