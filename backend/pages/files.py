"""GET /backend/files/{token}: one file that somebody sent, opened piece by piece as it is read. Never run, never shown as a page of ours."""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from backend.frame import Frame, Refused, Visit
from backend.thumbnails import MIME, Thumbnails
from bot.rules.files import TYPES
from storage import audit, media
from storage.deposits import read
from storage.engine import Storage
from storage.media import Kept

FILE, SMALL = "/backend/files/{token}", "/backend/files/{token}/small"
BOXED = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"
"""Whatever a file holds, a browser that opens it alone runs nothing of it and asks for nothing."""
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` up to `end` of a file; `asked` where a browser named them."""

    start: int
    end: int
    asked: bool


class Files:
    """The files of threads."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage
        self._thumbnails = Thumbnails(storage)

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, FILE, get=self.show)
        self._frame.readers(router, SMALL, get=self.show_small)

    async def show(self, visit: Visit) -> Response:
        """The file, or the part of it that a player asks for."""
        kept = await self._storage.read(media.find, visit.path("token"))
        if kept is None:
            raise Refused(404, "gone.html")
        part = part_of(visit.request.headers.get("range", ""), kept.size)
        if part is None:
            return Response(status_code=416, headers=headers(kept) | {"content-range": f"bytes */{kept.size}"})
        await self._storage.run(audit.opened_file, visit.me.id, kept.conversation_id)
        given = headers(kept) | {"content-length": str(part.end - part.start)}
        if part.asked:
            given["content-range"] = f"bytes {part.start}-{part.end - 1}/{kept.size}"
        pieces = read(self._storage, kept, part.start, part.end)
        return StreamingResponse(pieces, 206 if part.asked else 200, given)

    async def show_small(self, visit: Visit) -> Response:
        """A small picture of it; nothing where none can be made: the page names the file, and leads to it."""
        kept = await self._storage.read(media.find, visit.path("token"))
        small = None if kept is None else await self._thumbnails.of(kept)
        if kept is None or small is None:
            raise Refused(404, "gone.html")
        await self._storage.run(audit.opened_file, visit.me.id, kept.conversation_id)
        return Response(small, 200, headers(kept) | {"content-type": MIME, "accept-ranges": "none"})


def headers(kept: Kept) -> dict[str, str]:
    """How a browser is told to take it. What it cannot show for itself is downloaded, under a name of ours: nobody else's words in a header."""
    type = TYPES.get(kept.mime)
    name = f"{kept.kind if kept.kind.isascii() and kept.kind.isidentifier() else 'fichier'}-{kept.received_at:%Y-%m-%d}"
    how, suffix = ("inline" if type.shown else "attachment", type.suffix) if type is not None else ("attachment", "bin")
    return {
        "content-type": type.mime if type is not None else "application/octet-stream",
        "content-disposition": f'{how}; filename="{name}.{suffix}"',
        "content-security-policy": BOXED,
        "accept-ranges": "bytes",
    }


def part_of(header: str, size: int) -> Part | None:
    """The part of `size` bytes that a Range header names (RFC 9110 §14.2), all of it where it names none we give; None for one outside it."""
    found = RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return Part(0, size, asked=False)
    first, last = found.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    return Part(start, end, asked=True) if start < end else None
