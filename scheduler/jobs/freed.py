"""What was held for somebody who did not say goes to the next who waits; what was opened or freed by whatever way, to the first whom it suits."""

import logging
from datetime import timedelta

from bot.rules.schedules import Every
from scheduler.job import Job, JobContext
from storage import seats, waiting_list
from storage.engine import Work

log = logging.getLogger(__name__)


async def lapse(context: JobContext) -> None:
    """End the holds that are over. Run again, it finds nothing left."""
    if ended := await context.storage.run(waiting_list.lapse) + await context.storage.run(seats.lapse):
        log.info("what was held goes to the next", extra={"action": "holds_lapsed", "ended": ended})


async def fill(context: JobContext) -> None:
    """Hold for those who wait what is free by whatever way: a slot or a seat that is freed is held in the unit that frees it, long before."""
    held = await context.storage.run(waiting_list.offer_free)
    await context.storage.run(seats.fill_free)
    if held:
        log.info("what is free is held for those who wait", extra={"action": "free_held", "held": len(held)})


def anybody_waits(work: Work) -> bool:
    """Whether there is anybody to hold something for, or who holds something."""
    return waiting_list.anybody(work) or seats.anybody(work)


JOBS = (
    Job("lapse", Every(timedelta(minutes=1)), max_late=timedelta(days=1), run=lapse, last_only=True, wanted=anybody_waits),
    Job("fill", Every(timedelta(minutes=10)), max_late=timedelta(days=1), run=fill, last_only=True, wanted=anybody_waits),
)
