"""What the head turns on: each is off until then, for it gives something and takes a team's attention. A setting each."""

from enum import StrEnum

from storage import settings_store
from storage.engine import Work


class Switch(StrEnum):
    """One thing that may be on, by the name of its setting."""

    WORKSHOPS = "workshops"
    """Collective workshops, and what announces them."""
    OFFERS = "offers.freed"
    """A slot that is freed is offered to who waits."""
    SECOND = "reminders.second"
    """A motive may have a second reminder, three hours before."""
    BUSY = "calendars.busy"
    """A colleague's own calendar is read: its busy times are not offered."""


def on(work: Work, switch: Switch) -> bool:
    """Whether the head turned it on."""
    return settings_store.get(work, switch.value, False) is True


def turn(work: Work, switch: Switch, *, on: bool) -> None:
    """Turn it on or off; every process is told."""
    settings_store.put(work, switch.value, on)
