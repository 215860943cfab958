"""Every night, what the road leaves behind goes: keys, sends, receipts, one-time ids and links, sessions, counted tries, paces, occurrences.

And closures, absences and duties that are over for a month, openings that are over.
"""

import logging
from datetime import time, timedelta

from bot.rules.schedules import Daily
from scheduler.job import Job, JobContext
from storage import hours, on_call, openings, transport

log = logging.getLogger(__name__)


async def clean(context: JobContext) -> None:
    """Remove what is old, a batch at a time."""
    for kind in transport.KINDS:
        removed = 0
        while keys := await context.storage.read(transport.find_old, kind):
            gone = await context.storage.run(transport.remove, kind, keys)
            removed += gone
            if not gone:  # all of it came to life again meanwhile
                break
        if removed:
            log.info("old rows of transport are gone", extra={"action": "transport_cleaned", "kind": kind, "rows": removed})
    await context.storage.run(hours.forget_old)
    await context.storage.run(on_call.forget_old)
    await context.storage.run(openings.forget_old)


JOB = Job("transport", Daily(time(3, 20)), max_late=timedelta(hours=20), run=clean, last_only=True)
