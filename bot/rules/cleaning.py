"""A file as it is to be kept: told by its content, held to what was said of it, without what it tells beside what it shows. Pure.

cleaner = Cleaner(attachment)
kept += cleaner.feed(piece)     # as often as something comes
kept += cleaner.close()
cleaner.found                   # what it is
"""

from collections.abc import Callable, Mapping

from bot.errors import TooLarge, Unfit
from bot.messages import Attachment
from bot.rules import boxes, files, pictures, sounds
from bot.rules.tape import Tape, Walk

TAIL = 66_000
"""Bytes of the end that are looked at once more."""
_WALKS: Mapping[files.Type, Callable[[Tape], Walk]] = {
    files.JPEG: pictures.jpeg,
    files.PNG: pictures.png,
    files.WEBP: pictures.webp,
    files.GIF: pictures.gif,
    files.HEIC: boxes.heic,
    files.M4A: boxes.film,
    files.MP4: boxes.film,
    files.MOV: boxes.film,
    files.GPP: boxes.film,
    files.OGG: sounds.ogg,
    files.MP3: sounds.mp3,
    files.PDF: Tape.rest,
}


class Cleaner:
    """One file on its way. `feed` and `close` raise Unfit and TooLarge: then nothing of it is to be kept."""

    def __init__(self, claimed: Attachment) -> None:
        self._claimed = claimed
        self._tape = Tape()
        self._walk = self._all()
        self._over = False
        self._came = 0
        self._tail = bytearray()
        self._found: files.Type | None = None

    @property
    def found(self) -> files.Type:
        """What the file is, and how it is to be served. Known once it is closed."""
        if self._found is None:
            raise RuntimeError("the file is not read yet")
        return files.served(self._found, self._claimed)

    def feed(self, piece: bytes) -> bytes:
        """More of the file; what of it can be kept by now."""
        self._came += len(piece)
        if self._came > files.LARGEST:
            raise TooLarge
        self._tail += piece
        del self._tail[:-TAIL]
        if self._over:  # what comes after the end is nothing of it
            return b""
        self._tape.feed(piece)
        return self._go()

    def close(self) -> bytes:
        """The file has come whole; the last of what is kept."""
        self._tape.ended = True
        last = b"" if self._over else self._go()
        if _archive(self._tail):
            raise Unfit("two_kinds")
        if self._found is files.PDF and b"%%EOF" not in self._tail:
            raise Unfit("cut")
        return last

    def _go(self) -> bytes:
        passed = bytearray()
        for some in self._walk:
            if not some and not self._tape.ended:
                return bytes(passed)
            passed += some
        self._over = True
        return bytes(passed)

    def _all(self) -> Walk:
        head = yield from self._tape.peek(files.HEAD)
        if not head:
            raise Unfit("empty")
        found = files.sniff(head)
        if found is None:
            raise Unfit("unknown_kind")
        if files.two_kinds(head, found):
            raise Unfit("two_kinds")
        if not files.fits(found, self._claimed):
            raise Unfit("another_kind")
        self._found = found
        yield from _WALKS[found](self._tape)


def _archive(tail: bytes | bytearray) -> bool:
    """True where a ZIP ends here: its last record, on one disk, which counts its entries twice alike."""
    at = tail.find(b"PK\x05\x06")
    while at >= 0:
        record = tail[at : at + 22]
        if len(record) == 22 and not any(record[4:8]) and record[8:10] == record[10:12]:
            return True
        at = tail.find(b"PK\x05\x06", at + 1)
    return False
