"""The pages where papers are left, as the web asks for them."""

from collections.abc import Callable, Sequence

from bot.channels.webchat.depositing import Asked, Received
from bot.messages import Attachment
from content.library import Library
from handlers import depositing
from storage import hours, letterboxes
from storage.engine import Storage, Work


class PaperBoxes:
    """The pages of one service. `library` is what it says now."""

    def __init__(self, storage: Storage, library: Callable[[], Library]) -> None:
        self._storage = storage
        self._library = library

    async def look(self, token: str) -> Asked | None:
        """What the page of this token says; None for none any more."""
        return await self._storage.read(self._asked, token)

    async def leave(self, token: str, files: Sequence[Attachment], refused: Sequence[Attachment], act: str) -> Received | None:
        """Leave these files there, and the word that others were refused."""
        left = await self._storage.run(depositing.leave, token, depositing.Given(files, refused), act, self._library())
        return None if left is None else Received(left.files, left.when)

    def _asked(self, work: Work, token: str) -> Asked | None:
        box = letterboxes.look(work, token)
        if box is None:
            return None
        told = depositing.told(box, self._library())
        return Asked(box.language, box.by, box.wanted, told, box.until.astimezone(hours.zone(work)).date(), box.room)
