"""Makes the calendar file of one appointment, as it is asked for: it always says what is true now."""

from bot.rules.calendars import card
from storage import feeds
from storage.engine import Storage

NAME = "rendez-vous.ics"


class AppointmentCards:
    """The files of one service."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def take(self, token: str) -> bytes | None:
        """The file of the appointment of this token; None for none, and from two days after it on."""
        entry = await self._storage.read(feeds.card_of, token)
        return None if entry is None else card(entry)
