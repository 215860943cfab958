"""Small pictures of files, for the page of a demande: made when one is first looked at, in a process apart, kept sealed beside the file.

The process has none of our environment, and dies at its limits or after fifteen seconds; what it cannot shrink has no small picture, and is not
tried again.
"""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from bot.rules.files import LARGEST, TYPES, Family
from storage import thumbnails
from storage.deposits import read
from storage.engine import Storage
from storage.media import Kept

log = logging.getLogger(__name__)

SECONDS = 15.0
AT_ONCE = 2
LARGEST_SMALL = 256 * 1024
MIME = "image/jpeg"
CHILD = (sys.executable, "-I", str(Path(__file__).with_name("shrinking.py")))


class Thumbnails:
    """Those of one service."""

    def __init__(self, storage: Storage, *, child: tuple[str, ...] = CHILD, seconds: float = SECONDS) -> None:
        self._storage = storage
        self._child = child
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def of(self, kept: Kept) -> bytes | None:
        """The small picture of a file, a JPEG; None where there is none."""
        type = TYPES.get(kept.mime)
        if type is None or type.family is not Family.PICTURE or not type.shown or kept.size > LARGEST:
            return None
        made = await self._storage.read(thumbnails.find, kept.id)
        if made is None:
            async with self._turn:
                made = await self._storage.read(thumbnails.find, kept.id)  # somebody else may have made it meanwhile
                if made is None:
                    made = await self._make(kept)
                    await self._storage.run(thumbnails.keep, kept.id, made)
        return made or None

    async def _make(self, kept: Kept) -> bytes:
        """b"" where the process gives none."""
        content = b"".join([piece async for piece in read(self._storage, kept)])
        child = await asyncio.create_subprocess_exec(*self._child, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
        try:
            async with asyncio.timeout(self._seconds):
                given, _nothing = await child.communicate(content)
        except TimeoutError:
            given = b""
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode or not given.startswith(b"\xff\xd8\xff") or len(given) > LARGEST_SMALL:
            log.info("a file has no small picture", extra={"action": "no_thumbnail"})
            return b""
        return given
