"""Sounds: voice notes and recordings, walked without being played. Pure."""

from bot.errors import Unfit
from bot.rules.files import frame_size
from bot.rules.tape import Tape, Walk


def mp3(tape: Tape) -> Walk:
    """Keeps the frames; the labels before them (ID3: names, pictures, comments) go."""
    while (yield from tape.peek(3)) == b"ID3":
        head = yield from tape.take(10)
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        yield from tape.skip(size + (10 if head[5] & 0x10 else 0))
    size = frame_size((yield from tape.peek(4)))
    following = (yield from tape.peek(size + 4))[size:]
    if not size or (following and not frame_size(following)):
        raise Unfit("damaged")
    yield from tape.rest()


def ogg(tape: Tape) -> Walk:
    """Keeps the pages; what follows the last one is left out."""
    while (head := (yield from tape.peek(27))).startswith(b"OggS") and len(head) == 27:
        table = (yield from tape.peek(27 + head[26]))[27:]
        yield from tape.copy(27 + len(table) + sum(table))
