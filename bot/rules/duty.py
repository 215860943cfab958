"""When somebody named is on call. Pure."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.rules.hours import ONE_DAY, Days


@dataclass(frozen=True, slots=True)
class Duty:
    """From `opens` to `closes` on each of these days, as the wall shows it: into the next morning where it closes before it opens, and round the
    clock where both are the same."""

    days: Days
    opens: time
    closes: time

    def on_at(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether this duty runs at this moment."""
        wall = moment.astimezone(zone)
        day, at = wall.date(), wall.time()
        if self.opens < self.closes:
            return day in self.days and self.opens <= at < self.closes
        return (day in self.days and at >= self.opens) or (day - ONE_DAY in self.days and at < self.closes)
