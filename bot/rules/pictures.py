"""Pictures without what they tell beside the picture: place, device, date, thumbnails, comments, what hides behind the end. Pure.

Nothing is decoded: a file is walked part by part, what shows the picture is passed on, the rest is left out. The way a picture is turned is kept.
"""

import re
import zlib

from bot.errors import Unfit
from bot.rules.files import MOST_PIXELS
from bot.rules.tape import Step, Tape, Walk

UPRIGHT = 1
_EXIF = b"Exif\0\0"
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_KEPT_PNG = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"acTL", b"fcTL", b"fdAT"}
)
_KEPT_WEBP = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP"})
_XMP_FLAG = 0x04
_LOOPS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
LONGEST_EXIF = 1 << 20


def jpeg(tape: Tape) -> Walk:
    """Keeps the frame, its tables and scans, JFIF, colours. A scan cut short is ended: half a paper can still be read."""
    yield from tape.take(2)
    yield bytes((0xFF, _SOI))
    shows = False
    while True:
        if shows and not (yield from tape.peek(1)):
            break
        marker = yield from _marker(tape)
        if marker == _EOI:
            break
        if marker == _TEM or 0xD0 <= marker <= 0xD7:
            yield bytes((0xFF, marker))
            continue
        size = int.from_bytes((yield from tape.take(2)), "big") - 2
        if size < 0 or marker in (0x00, _SOI):
            raise Unfit("damaged")
        if 0xE0 <= marker <= 0xEF or marker == _COM:
            yield from _aside(tape, marker, size)
            continue
        if marker in _SIZES:
            _checked(*_frame((yield from tape.peek(6))))
        yield bytes((0xFF, marker)) + (size + 2).to_bytes(2, "big")
        yield from tape.copy(size)
        if marker == _SOS:
            shows = True
            yield from _scan(tape)
    if not shows:
        raise Unfit("damaged")
    yield bytes((0xFF, _EOI))


def _marker(tape: Tape) -> Step[int]:
    found = yield from tape.take(2)
    if found[0] != 0xFF:
        raise Unfit("damaged")
    marker = found[1]
    while marker == 0xFF:  # any number of them may come before a marker
        marker = (yield from tape.take(1))[0]
    return marker


def _frame(start: bytes) -> tuple[int, int]:
    if len(start) < 5:
        raise Unfit("cut")
    return int.from_bytes(start[3:5], "big"), int.from_bytes(start[1:3], "big")


def _aside(tape: Tape, marker: int, size: int) -> Walk:
    """A part that shows nothing: kept only where colours or proportions need it, and of Exif only the way the picture is turned."""
    body = yield from tape.take(size)
    if marker == 0xE0 and body.startswith(b"JFIF\0") and size >= 14:
        yield _segment(marker, body[:12] + b"\0\0")  # without its thumbnail
    elif marker == 0xE1 and body.startswith(_EXIF):
        turned = orientation(body[len(_EXIF) :])
        if turned != UPRIGHT:
            yield _segment(marker, _EXIF + exif(turned))
    elif (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and body.startswith(b"Adobe")):
        yield _segment(marker, body)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _scan(tape: Tape) -> Walk:
    """The picture itself, up to the next marker or the end of the file."""
    while True:
        end = _END_OF_SCAN.search(tape.waiting)
        if end is not None:
            yield from tape.copy(end.start())
            return
        size = len(tape.waiting)
        if size > 1:  # the last byte may be the first half of a marker
            yield from tape.copy(size - 1)
        elif tape.ended:
            yield from tape.skip(size)
            return
        else:
            yield b""


def png(tape: Tape) -> Walk:
    """Keeps the chunks that draw; the last one ends the file."""
    yield (yield from tape.take(8))
    first = True
    while True:
        head = yield from tape.take(8)
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if first != (kind == b"IHDR") or (first and size != 13):
            raise Unfit("damaged")
        if first:
            start = yield from tape.peek(8)
            _checked(int.from_bytes(start[:4], "big"), int.from_bytes(start[4:8], "big"))
            first = False
        if kind in _KEPT_PNG:
            yield head
            yield from tape.copy(size + 4)
        elif kind == b"eXIf" and size <= LONGEST_EXIF:
            turned = orientation((yield from tape.take(size + 4)))
            if turned != UPRIGHT:
                yield _chunk(kind, exif(turned))
        else:
            yield from tape.skip(size + 4)
        if kind == b"IEND":
            return


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def webp(tape: Tape) -> Walk:
    """Keeps the chunks that draw. The others keep their length and lose their content, as the file begins by its whole length."""
    head = yield from tape.take(12)
    yield head
    left = int.from_bytes(head[4:8], "little") - 4
    first = True
    while left >= 8:
        head = yield from tape.take(8)
        kind, size = head[:4], int.from_bytes(head[4:], "little")
        whole = size + size % 2
        left -= 8 + whole
        if left < 0 or (first and not kind.startswith(b"VP8")):
            raise Unfit("damaged")
        first = False
        yield from _webp_part(tape, kind, head, whole)
    if first:
        raise Unfit("damaged")


def _webp_part(tape: Tape, kind: bytes, head: bytes, size: int) -> Walk:
    if kind == b"VP8X" and size == 10:
        canvas = yield from tape.take(size)
        _checked(1 + int.from_bytes(canvas[4:7], "little"), 1 + int.from_bytes(canvas[7:10], "little"))
        yield head + bytes((canvas[0] & ~_XMP_FLAG,)) + canvas[1:]
    elif kind == b"VP8X":
        raise Unfit("damaged")
    elif kind in _KEPT_WEBP:
        _checked(*_webp_frame(kind, (yield from tape.peek(10))))
        yield head
        yield from tape.copy(size)
    elif kind == b"EXIF" and size <= LONGEST_EXIF:
        body = yield from tape.take(size)
        kept = exif(orientation(body.removeprefix(_EXIF)))
        yield head + kept.ljust(size, b"\0")[:size]
    else:
        yield b"JUNK" + head[4:]
        yield from tape.zeros(size)


def _webp_frame(kind: bytes, start: bytes) -> tuple[int, int]:
    """Width and height of a frame without a canvas; 1 by 1 for what has none of its own."""
    if kind == b"VP8 " and len(start) == 10:
        return int.from_bytes(start[6:8], "little") & 0x3FFF, int.from_bytes(start[8:10], "little") & 0x3FFF
    if kind == b"VP8L" and len(start) >= 5:
        bits = int.from_bytes(start[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 1, 1


def gif(tape: Tape) -> Walk:
    """Keeps the frames and how often they loop; comments, texts and the rest of the applications go."""
    head = yield from tape.take(13)
    _checked(int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little"))
    yield head
    yield from tape.copy(_table(head[10]))
    while True:
        mark = yield from tape.take(1)
        if mark == b"\x3b":
            yield mark
            return
        if mark == b"\x2c":
            place = yield from tape.take(9)
            yield mark + place
            yield from tape.copy(_table(place[8]) + 1)
            yield from _blocks(tape, kept=True)
        elif mark == b"\x21":
            yield from _extension(tape)
        else:
            raise Unfit("damaged")


def _table(flags: int) -> int:
    """Bytes of a colour table, by the flags that announce it."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(tape: Tape) -> Walk:
    label = yield from tape.take(1)
    start = yield from tape.peek(12)
    kept = label == b"\xf9" or (label == b"\xff" and start[1:12] in _LOOPS)
    if kept:
        yield b"\x21" + label
    yield from _blocks(tape, kept=kept)


def _blocks(tape: Tape, *, kept: bool) -> Walk:
    while True:
        size = yield from tape.take(1)
        if kept:
            yield size
        if not size[0]:
            return
        yield from tape.copy(size[0]) if kept else tape.skip(size[0])


def orientation(tiff: bytes) -> int:
    """How a picture is turned (1 to 8), by the TIFF block of its Exif; 1 where that cannot be read."""
    if tiff[:4] not in (b"II*\0", b"MM\0*"):
        return UPRIGHT
    little = tiff.startswith(b"II")

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if little else "big")

    start = number(4, 4)
    for entry in range(start + 2, min(start + 2 + 12 * number(start, 2), len(tiff) - 11), 12):
        if number(entry, 2) == 0x0112:
            turned = number(entry + 8, 2)
            return turned if 1 <= turned <= 8 else UPRIGHT
    return UPRIGHT


def exif(turned: int) -> bytes:
    """A TIFF block that says how a picture is turned, and nothing else."""
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + turned.to_bytes(2, "big") + b"\0\0\0\0\0\0"


def _checked(width: int, height: int) -> None:
    """Raises Unfit for a picture that nobody's memory should hold."""
    if width * height > MOST_PIXELS:
        raise Unfit("too_many_pixels")
