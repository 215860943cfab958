"""Makes the file of a private link, or of `palier export-person`, as it is taken away: nothing of it is ever written on a disk."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from bot.channels.webchat.exporting import Export
from content.words import words_of
from handlers.export import as_json, as_text
from storage import downloads, media, rights
from storage.deposits import read
from storage.engine import Storage
from storage.rights import Everything, File

TEXT, DATA, ARCHIVE = "mes-donnees.txt", "mes-donnees.json", "mes-donnees.zip"


class PersonExports:
    """The private links of one service."""

    def __init__(self, storage: Storage, zone: Callable[[], ZoneInfo]) -> None:
        self._storage = storage
        self._zone = zone

    async def language(self, token: str) -> str | None:
        """The language of the person whose link it is, without using it."""
        ticket = await self._storage.read(downloads.look, token)
        return None if ticket is None else ticket.language

    async def take(self, token: str, *, whole: bool) -> Export | None:
        """The text alone, or all of it with the files."""
        ticket = await self._storage.run(downloads.use, token)
        if ticket is None:
            return None
        found = await self._storage.read(rights.everything, ticket.person_id)
        text = as_text(found, words_of(ticket.language), self._zone()).encode()
        if whole:
            return Export(ARCHIVE, "application/zip", archive(self._storage, found, text))
        return Export(TEXT, "text/plain; charset=utf-8", _once(text))


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


class _Sink:
    """What a zip is written into, and taken out of as it grows."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def write(self, data: bytes, /) -> int:
        self._kept += data
        return len(data)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken, self._kept = bytes(self._kept), bytearray()
        return taken


async def archive(storage: Storage, found: Everything, text: bytes) -> AsyncIterator[bytes]:
    """A zip of the text, the JSON and the files, piece by piece."""
    sink = _Sink()
    with ZipFile(sink, "w") as packed:
        for name, body in ((TEXT, text), (DATA, as_json(found).encode())):
            packed.writestr(_entry(name, found.made_at, ZIP_DEFLATED), body)
            yield sink.take()
        for nth, file in enumerate(found.files, 1):
            kept = await storage.read(media.find, file.token)
            if kept is None:
                continue
            with packed.open(_entry(_name(nth, file), file.at, ZIP_STORED), "w") as entry:
                async for piece in read(storage, kept):
                    entry.write(piece)
                    yield sink.take()
    yield sink.take()


def _entry(name: str, at: datetime, how: int) -> ZipInfo:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = how
    return entry


def _name(nth: int, file: File) -> str:
    """A name that no folder can be hidden in."""
    plain = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in file.name or file.kind).strip(". ")
    return f"fichiers/{nth:03}-{plain[-80:] or file.kind}"
