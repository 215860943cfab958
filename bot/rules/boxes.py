"""Files made of boxes (films, sound, pictures of recent phones) without the places, names and dates written beside what they show. Pure.

A box says its length first, so that what goes is blanked rather than left out: every place named elsewhere in the file stays right.
"""

from collections.abc import Iterator

from bot.errors import Unfit
from bot.rules.tape import Step, Tape, Walk

LONGEST_INDEX = 256 * 1024
MOST_BLANKS = 64
DEEPEST = 2
"""A track in the index of a film."""
_BLANKED = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip"})
_HOLDS_BOXES = frozenset({b"moov", b"trak"})
_NO_PICTURES = frozenset({b"Exif", b"mime", b"uri "})
_TO_THE_END = -1


def film(tape: Tape) -> Walk:
    """Keeps what plays; blanks what a phone writes beside it. What follows the last box is left out."""
    index = False
    while (head := (yield from _head(tape))) is not None:
        kind, start, size = head
        index = index or kind == b"moov"
        if size != _TO_THE_END:
            yield from _passed(tape, kind, start, size)
        elif kind in _HOLDS_BOXES:
            raise Unfit("damaged")
        elif kind in _BLANKED:
            break
        else:
            yield start
            yield from tape.rest()
    if not index:
        raise Unfit("damaged")


def _inside(tape: Tape, left: int, depth: int) -> Walk:
    """The boxes within a box."""
    if depth > DEEPEST:
        raise Unfit("damaged")
    while left:
        head = yield from _head(tape)
        if head is None or head[2] == _TO_THE_END:
            raise Unfit("damaged")
        kind, start, size = head
        left -= len(start) + size
        if left < 0:
            raise Unfit("damaged")
        yield from _passed(tape, kind, start, size, depth)


def _passed(tape: Tape, kind: bytes, start: bytes, size: int, depth: int = 0) -> Walk:
    """One box passed on, looked into, or blanked."""
    blank = kind in _BLANKED
    yield start[:4] + b"free" + start[8:] if blank else start
    if kind in _HOLDS_BOXES:
        yield from _inside(tape, size, depth + 1)
    else:
        yield from tape.zeros(size) if blank else tape.copy(size)


def heic(tape: Tape) -> Walk:
    """Keeps the picture; blanks its Exif and its XMP, wherever its index says that they are. The index comes first, or nothing is kept."""
    blank: list[range] | None = None
    while (head := (yield from _head(tape))) is not None:
        kind, start, size = head
        if kind == b"meta":
            if not 0 <= size <= LONGEST_INDEX or blank is not None:
                raise Unfit("damaged")
            at = tape.at
            body = yield from tape.take(size)
            blank = list(_not_pictures(body, at))
            yield start + _zeroed(body, at, blank)
        elif kind in _BLANKED:
            if size == _TO_THE_END:
                break
            yield from _passed(tape, kind, start, size)
        elif kind != b"ftyp" and blank is None:
            raise Unfit("damaged")
        else:
            yield start
            yield from tape.rest(blank or ()) if size == _TO_THE_END else tape.copy(size, blank or ())
    if blank is None:
        raise Unfit("damaged")


def _head(tape: Tape) -> Step[tuple[bytes, bytes, int] | None]:
    """The kind of the next box, its first bytes and the length of its body; None where no box follows."""
    start = yield from tape.peek(16)
    kind, size = start[4:8], int.from_bytes(start[:4], "big")
    if len(kind) < 4 or not all(0x20 <= letter < 0x7F or letter == 0xA9 for letter in kind):
        return None
    start = yield from tape.take(16 if size == 1 else 8)
    if size == 0:
        return kind, start, _TO_THE_END
    if size == 1:
        size = int.from_bytes(start[8:], "big")
    if size < len(start):
        raise Unfit("damaged")
    return kind, start, size - len(start)


# -- the index of a HEIC picture (ISO/IEC 14496-12, 8.11)


class _Reader:
    """Numbers read one after the other. Raises Unfit past the end."""

    def __init__(self, body: bytes, at: int = 0) -> None:
        self._body = body
        self.at = at

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self._body):
            raise Unfit("damaged")
        return int.from_bytes(self._body[self.at - size : self.at], "big")


def _parts(body: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box from here on: its kind, where its body begins and where it ends."""
    while at + 8 <= len(body):
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8 or at + size > len(body):
            raise Unfit("damaged")
        yield body[at + 4 : at + 8], at + 8, at + size
        at += size


def _not_pictures(body: bytes, at: int) -> list[range]:
    """Where the file holds something else than a picture. `at` is where the index itself begins in it."""
    parts = {kind: (start, end) for kind, start, end in _parts(body, 4)}
    if b"iinf" not in parts or b"iloc" not in parts:
        raise Unfit("damaged")
    others = set(_items(body[: parts[b"iinf"][1]], parts[b"iinf"][0]))
    inner = at + parts[b"idat"][0] if b"idat" in parts else None
    found = list(_places(_Reader(body[: parts[b"iloc"][1]], parts[b"iloc"][0]), others, inner))
    if len(found) > MOST_BLANKS:
        raise Unfit("damaged")
    return found


def _items(body: bytes, start: int) -> Iterator[int]:
    """The numbers of the items that are no pictures."""
    version = body[start] if start < len(body) else 0
    for kind, inside, _end in _parts(body, start + (6 if version == 0 else 8)):
        entry = _Reader(body, inside)
        edition = entry.number(4) >> 24
        if kind != b"infe" or edition < 2:
            continue
        number = entry.number(2 if edition == 2 else 4)
        entry.number(2)
        if entry.number(4).to_bytes(4, "big") in _NO_PICTURES:
            yield number


def _places(index: _Reader, others: set[int], inner: int | None) -> Iterator[range]:
    """Where these items lie, piece by piece."""
    version = index.number(4) >> 24
    sizes = index.number(2)
    offset, length, base, order = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0
    if not offset and not length:
        raise Unfit("damaged")  # an entry of no length could be counted for ever
    for _item in range(index.number(2 if version < 2 else 4)):
        number = index.number(2 if version < 2 else 4)
        method = index.number(2) & 15 if version else 0
        index.number(2)
        start = index.number(base)
        for _extent in range(index.number(2)):
            index.number(order)
            place, size = start + index.number(offset), index.number(length)
            if number not in others:
                continue
            if method > 1 or (method == 1 and inner is None) or not size:
                raise Unfit("damaged")
            place += (inner or 0) if method == 1 else 0
            yield range(place, place + size)


def _zeroed(body: bytes, at: int, blank: list[range]) -> bytes:
    changed = bytearray(body)
    for part in blank:
        first, last = max(part.start - at, 0), min(part.stop - at, len(body))
        if first < last:
            changed[first:last] = bytes(last - first)
    return bytes(changed)
