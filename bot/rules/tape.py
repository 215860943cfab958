"""A file read as it comes, a piece at a time, by a walker that passes on what is to be kept. Pure; holds little at once.

A walker is a generator: each `bytes` it yields is passed on, and an empty one says that it needs more to go on.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

from bot.errors import Unfit

T = TypeVar("T")
Walk = Generator[bytes, None, None]
Step = Generator[bytes, None, T]
"""A part of a walk that ends with a value."""

PIECE = 64 * 1024
"""Bytes made, or passed on, at once."""


class Tape:
    """What has come of a file and was not read yet. `at` counts the bytes read; `ended` is set when nothing more comes."""

    __slots__ = ("_kept", "at", "ended")

    def __init__(self) -> None:
        self._kept = bytearray()
        self.at = 0
        self.ended = False

    def feed(self, piece: bytes) -> None:
        """More of the file."""
        self._kept += piece

    @property
    def waiting(self) -> bytearray:
        """What has come and was not read: to look at, not to change."""
        return self._kept

    def peek(self, size: int) -> Step[bytes]:
        """The next `size` bytes, fewer at the end, still to be read."""
        while len(self._kept) < size and not self.ended:
            yield b""
        return bytes(self._kept[:size])

    def take(self, size: int) -> Step[bytes]:
        """The next `size` bytes. Raises Unfit where the file ends before."""
        found = yield from self.peek(size)
        if len(found) < size:
            raise Unfit("cut")
        self._drop(size)
        return found

    def copy(self, size: int, blank: Sequence[range] = ()) -> Walk:
        """Pass on the next `size` bytes, those at the places `blank` as zeros."""
        while size:
            while not self._kept and not self.ended:
                yield b""
            start, some = self.at, self.some(min(size, PIECE))
            if not some:
                raise Unfit("cut")
            size -= len(some)
            yield _blanked(some, start, blank)

    def rest(self, blank: Sequence[range] = ()) -> Walk:
        """Pass on everything to the end, as `copy` does."""
        while True:
            start = self.at
            if some := self.some(PIECE):
                yield _blanked(some, start, blank)
            elif self.ended:
                return
            else:
                yield b""

    def skip(self, size: int) -> Walk:
        """Leave out the next `size` bytes."""
        while size:
            while not self._kept and not self.ended:
                yield b""
            gone = len(self.some(size))
            if not gone:
                raise Unfit("cut")
            size -= gone

    def zeros(self, size: int) -> Walk:
        """Leave out the next `size` bytes and pass on as many zeros."""
        while size:
            some = min(size, PIECE)
            yield from self.skip(some)
            yield bytes(some)
            size -= some

    def some(self, most: int) -> bytes:
        """What is there now, at most so many bytes."""
        found = bytes(self._kept[:most])
        self._drop(len(found))
        return found

    def _drop(self, size: int) -> None:
        del self._kept[:size]
        self.at += size


def _blanked(some: bytes, start: int, blank: Sequence[range]) -> bytes:
    """These bytes, which stand at `start`, with zeros in the places to blank."""
    end = start + len(some)
    touched = [part for part in blank if part.start < end and part.stop > start]
    if not touched:
        return some
    changed = bytearray(some)
    for part in touched:
        first, last = max(part.start, start) - start, min(part.stop, end) - start
        changed[first:last] = bytes(last - first)
    return bytes(changed)
