"""Files that say « non vérifié » are shown to the scanner again once it answers; one that it knows to be dangerous is refused, and the team told."""

import logging
from datetime import timedelta

from bot.rules.schedules import Every
from handlers import files
from scheduler.job import Job, JobContext
from storage import rechecks
from storage.deposits import INFECTED, Deposits, Scanner
from storage.engine import Work
from storage.media import Place
from storage.rechecks import UNCHECKED, Recheck

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Files of one run: the others have the next."""


def job(scanner: Scanner) -> Job:
    """Look every ten minutes; nothing is written while no file waits."""

    async def show_again(context: JobContext) -> None:
        deposits = Deposits(context.storage, scanner)
        for _one in range(AT_ONCE):
            file = await context.storage.run(rechecks.take)
            if file is None or not await one(context, deposits, file):
                return

    return Job("rescans", Every(timedelta(minutes=10)), max_late=timedelta(hours=1), run=show_again, last_only=True, wanted=rechecks.any_due)


async def one(context: JobContext, deposits: Deposits, file: Recheck) -> bool:
    """Show one file; False where the scanner says nothing, so that the others wait too."""
    said = await deposits.again(file.place)
    if said == INFECTED:
        log.warning("a file that was not checked is dangerous: refused", extra={"action": "rescan_refused"})
        refused = await context.storage.run(_refuse, file)
        if refused is not None:
            await deposits.empty(refused)
        return True
    if said in (None, UNCHECKED):
        await context.storage.run(rechecks.later, file)
        return False
    await context.storage.run(rechecks.passed, file, said)
    return True


def _refuse(work: Work, file: Recheck) -> Place | None:
    """In one unit: nobody opens it any more, and a colleague asks for it again."""
    refused = rechecks.refuse(work, file, INFECTED)
    if refused is not None:
        files.refused_late(work, file.person_id, file.received_at)
    return refused
