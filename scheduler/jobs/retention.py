"""Every night, what is over goes: content/retention.yaml says when. On by default; `palier retention` does the same by hand."""

import logging
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

from bot.rules.schedules import Daily
from content.library import Library
from scheduler.job import Job, JobContext
from storage.purge import purge

log = logging.getLogger(__name__)


def job(library: Callable[[], Library], ledger: Path) -> Job:
    """`ledger` is the file of the erasures."""

    async def clean(context: JobContext) -> None:
        """Remove what is over, and say how much of each kind."""
        for kind, number in (await purge(context.storage, library().keeping, context.zone, ledger)).items():
            if number:
                log.info("what is over is gone", extra={"action": "retention", "kind": kind, "rows": number})

    return Job("retention", Daily(time(3, 40)), max_late=timedelta(hours=20), run=clean, last_only=True)
