"""Alerts that nobody has read: the team's addresses are told at once, after five minutes, then the head's too at ten, until somebody reads.

In opening hours only. Outside them nobody is woken, unless the head named somebody on call. What is sent says that an alert waits and where to
read it: no name, no word of a person, and not which danger.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from bot import notices
from bot.rules.schedules import Every
from scheduler.job import Job, JobContext
from storage import alerts, on_call
from storage.alerts import Audience, Waiting
from storage.engine import Work

log = logging.getLogger(__name__)

ONE, MANY = "Une alerte attend dans Palier.", "{count} alertes attendent dans Palier."


def job(team: Sequence[str], base_url: str) -> Job:
    """Look every few seconds; nothing is written while no alert waits. `team` are the addresses of PALIER_ALERT_URLS."""

    async def announce(context: JobContext) -> None:
        """Tell whoever may be told now. Told first and written down then: what a crash cuts in two is told twice rather than never."""
        whom = await context.storage.read(alerts.audience)
        found = () if whom is None else await context.storage.read(alerts.due, whom)
        if whom is None or not found:
            return
        to = await context.storage.read(_addresses, whom, tuple(team), any(one.for_head for one in found))
        taken = await notices.send(to, said(found, base_url))
        await context.storage.run(alerts.told, found, whom, heard=taken > 0 or not to)
        log.info("alerts were announced", extra={"action": "alerts_announced", "alerts": len(found), "addresses": len(to), "taken": taken})

    return Job("alerts", Every(timedelta(seconds=5)), max_late=timedelta(days=1), run=announce, last_only=True, wanted=alerts.any_due)


def said(found: Sequence[Waiting], base_url: str) -> str:
    """How many alerts wait, and where."""
    count = len(found)
    return f"{ONE if count == 1 else MANY.format(count=count)}\n{base_url.rstrip('/')}/backend"


def _addresses(work: Work, whom: Audience, team: tuple[str, ...], for_head: bool) -> tuple[str, ...]:
    if whom is Audience.ON_CALL:
        return on_call.addresses_now(work)
    return (*team, *on_call.team_addresses(work), *(on_call.head_addresses(work) if for_head else ()))
