"""Takes files in: whatever way they come, a piece at a time, cleaned (bot/rules/cleaning.py), sealed and written as they come."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from typing import Protocol

from bot.errors import PalierError, StorageError, Unfit
from bot.messages import Attachment
from bot.rules.cleaning import Cleaner
from bot.rules.files import Type, kind_of
from bot.rules.tape import PIECE
from storage import media
from storage.engine import Storage
from storage.media import CHUNK_SIZE, Errand, Kept, Place

INFECTED = "infected"
"""Why a file is refused, as a code: a scanner knows what is in it."""


class Overtaken(StorageError):
    """This file is not ours to write any more."""


class Scanner(Protocol):
    """Says of a file what an antivirus knows of it: clean, infected or unchecked (bot/scanning.py)."""

    async def scan(self, pieces: AsyncIterable[bytes], /) -> str: ...


class Deposits:
    """Writes files into the database. Holds no more of one than a chunk and a piece."""

    def __init__(self, storage: Storage, scanner: Scanner | None = None) -> None:
        """`scanner`: what each file is shown to once it is whole, before anybody may open it."""
        self._storage = storage
        self._scanner = scanner

    async def receive(self, pieces: AsyncIterable[bytes], claimed: Attachment) -> Attachment:
        """Take in a file that comes by our own page: the attachment to accept a message with. Raises Unfit, TooLarge, and what `pieces` raises.

        Of what the scanner knows to be dangerous nothing is left but that it came, which its message tells the team (`refused`).

        Until that message is accepted it belongs to nobody; an hour later it is gone (scheduler/jobs/transport.py).
        """
        place, token = await self._storage.run(media.open_place, claimed)
        try:
            found, size = await self._write(place, pieces, claimed)
            kind, scan = kind_of(found.family), await self.again(place)
            if scan == INFECTED:
                await self.empty(place)
            left = 0 if scan == INFECTED else size
            await self._storage.run(media.finish, place, kind, found, left, scan, refused=scan == INFECTED)
        except BaseException:
            with suppress(PalierError, asyncio.CancelledError):
                await self.empty(place)
                await self._storage.run(media.give_up, place)
            raise
        return Attachment(kind, token, found.mime, left, claimed.name, token=token, refused=INFECTED if scan == INFECTED else "")

    async def fetch(self, errand: Errand, pieces: AsyncIterable[bytes]) -> None:
        """Take in a file that was announced. Raises Unfit, TooLarge, Overtaken, and what `pieces` raises: then what was written is gone."""
        await self.empty(errand.place)  # a try that died may have left some
        try:
            found, size = await self._write(errand.place, pieces, errand.claimed)
            scan = await self.again(errand.place)
            if scan == INFECTED:
                raise Unfit(INFECTED)
        except Exception:
            await self.empty(errand.place)
            raise
        if not await self._storage.run(media.finish, errand.place, errand.claimed.kind, found, size, scan):
            raise Overtaken

    async def again(self, place: Place) -> str | None:
        """What the scanner says of what was written, None where there is none."""
        return None if self._scanner is None else await self._scanner.scan(self._written(place))

    async def _written(self, place: Place) -> AsyncIterator[bytes]:
        index = 0
        while (piece := await self._storage.read(media.chunk, place.id, index)) is not None:
            yield piece
            index += 1

    async def _write(self, place: Place, pieces: AsyncIterable[bytes], claimed: Attachment) -> tuple[Type, int]:
        cleaner, kept, index, size = Cleaner(claimed), bytearray(), 0, 0
        async for piece in pieces:
            for at in range(0, len(piece), PIECE):
                kept += cleaner.feed(piece[at : at + PIECE])
                while len(kept) >= CHUNK_SIZE:
                    await self._keep(place, index, bytes(kept[:CHUNK_SIZE]))
                    del kept[:CHUNK_SIZE]
                    index, size = index + 1, size + CHUNK_SIZE
        kept += cleaner.close()
        for at in range(0, len(kept), CHUNK_SIZE):
            await self._keep(place, index, bytes(kept[at : at + CHUNK_SIZE]))
            index += 1
        return cleaner.found, size + len(kept)

    async def _keep(self, place: Place, index: int, data: bytes) -> None:
        if not await self._storage.run(media.keep_chunk, place, index, data):
            raise Overtaken

    async def empty(self, place: Place) -> None:
        """Remove every piece of a file."""
        while await self._storage.run(media.remove_chunks, place):
            pass


async def read(storage: Storage, kept: Kept, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """The bytes of a file from `start` up to `end`, a chunk at a time. Ends early where it is erased meanwhile."""
    end = kept.size if end is None else min(end, kept.size)
    while start < end:
        piece = await storage.read(media.chunk, kept.id, start // CHUNK_SIZE)
        if piece is None:
            return
        first = start % CHUNK_SIZE
        some = piece[first : first + end - start]
        yield some
        start += len(some)
