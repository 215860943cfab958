"""Links to a private page, as the web asks for them."""

from bot.messages import Address
from handlers import private
from storage import private_links
from storage.engine import Storage


class PrivateMoves:
    """The links of one service."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def language(self, token: str) -> str | None:
        """The language of the person whose link it is, without using it; None for none any more."""
        ticket = await self._storage.read(private_links.look, token)
        return None if ticket is None else ticket.language

    async def move(self, token: str, address: Address) -> bool:
        """Open the page for this address, for the only time."""
        return await self._storage.run(private.move, token, address)
