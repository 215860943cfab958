"""Quiet hours, 21 h to 8 h by the clocks on the wall: nothing that we begin ourselves is sent then. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_TO = time(21), time(8)


def quiet_until(now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that `now` falls in, or None outside them."""
    local = now.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return None
    day = local.date() if local.time() < QUIET_TO else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_TO, tzinfo=zone).astimezone(now.tzinfo)
