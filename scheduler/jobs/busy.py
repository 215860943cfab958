"""Calendars that colleagues keep elsewhere: read every ten minutes, for when they are busy and nothing else; a failure is written down, and told.

Off until the head turns it on. An address that fails is asked again half an hour later; what was known of it stays meanwhile.
"""

import asyncio
import logging
from datetime import date, timedelta

from bot.errors import Malformed, TooLarge, Unread
from bot.reaching import Asked, Reach, Why
from bot.rules import dav
from bot.rules.calendars import Busy, read_busy
from bot.rules.hours import ONE_DAY, Days
from bot.rules.schedules import Every
from scheduler.job import Job, JobContext
from storage import busy
from storage.busy import Kind, Source

log = logging.getLogger(__name__)

AHEAD = timedelta(days=400)
"""As far as an appointment may ever be booked."""
AT_ONCE = 4
LONGEST_MARK = 200
MULTISTATUS = frozenset({207})


def job(reach: Reach) -> Job:
    """Look every minute who is due; nothing is written while nobody is."""

    async def read_all(context: JobContext) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(source: Source) -> None:
            async with gate:
                await read_one(context, reach, source)

        async with asyncio.TaskGroup() as group:
            for source in await context.storage.read(busy.due):
                group.create_task(one(source))

    return Job("busy", Every(timedelta(minutes=1)), max_late=timedelta(hours=1), run=read_all, last_only=True, wanted=busy.any_due)


async def read_one(context: JobContext, reach: Reach, source: Source) -> None:
    """Read one calendar, or write down why it could not be."""
    today = context.clock.now().astimezone(context.zone).date()
    within = Days(today - ONE_DAY, today + AHEAD)
    try:
        found, mark = await _found(context, reach, source, within)
    except Unread as fault:
        await _failed(context, source, fault.code)
    except TooLarge:
        await _failed(context, source, Why.TOO_LARGE)
    except Malformed:
        await _failed(context, source, Why.UNREADABLE)
    else:
        if found is None:
            await context.storage.run(busy.unchanged, source.token)
        else:
            await context.storage.run(busy.read, source.token, found, mark_of(today, mark))


async def _found(context: JobContext, reach: Reach, source: Source, within: Days) -> tuple[Busy | None, str]:
    """When it is busy and its mark; None for one that has not changed."""
    if source.kind is Kind.CALDAV:
        headers = {"depth": "1", "content-type": dav.TYPE}
        answer = await reach.read(source.address, Asked("REPORT", dav.query(within, context.zone), headers, MULTISTATUS))
        raw = await asyncio.to_thread(dav.calendars, answer.body)
        return await asyncio.to_thread(read_busy, raw, context.zone, within), ""
    known = mark_known(source.etag, within.first + ONE_DAY)
    answer = await reach.read(source.address, Asked(headers={"accept": "text/calendar", **({"if-none-match": known} if known else {})}))
    if answer.status == 304:
        return None, ""
    return await asyncio.to_thread(read_busy, answer.body, context.zone, within), answer.headers.get("etag", "")


async def _failed(context: JobContext, source: Source, why: str) -> None:
    log.warning("a calendar could not be read", extra={"action": "busy_unread", "kind": source.kind.value, "error": why})
    await context.storage.run(busy.failed, source.token, why)


def mark_of(today: date, etag: str) -> str:
    """An ETag with the day it was given: each day a calendar is read whole again, for there is one more day to see."""
    return f"{today.isoformat()} {etag}" if etag and len(etag) <= LONGEST_MARK and etag.isprintable() and etag.isascii() else ""


def mark_known(kept: str, today: date) -> str:
    """The ETag to ask with, "" where the calendar is to be read whole."""
    day, _, etag = kept.partition(" ")
    return etag if day == today.isoformat() else ""
