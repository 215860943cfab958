"""A small picture of a picture. Run in a process of its own, which reads one file, writes one JPEG, and can do little else; see thumbnails.py.

Its memory, its time and what it may write are bound before the decoder is even imported. A picture that would be too large in memory is not decoded.
"""

import resource
import sys
from contextlib import suppress
from importlib import import_module
from io import BytesIO

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 480
"""Pixels of the longer side."""
MEMORY, CPU_SECONDS = 768 * 1024**2, 10
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def confine() -> None:
    """So much memory and time, no core, no file written, no process begun. What a system does not know is passed over."""
    limits = {
        "RLIMIT_AS": MEMORY,
        "RLIMIT_CPU": CPU_SECONDS,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NPROC": 0,
    }
    for name, most in limits.items():
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def shrink(content: bytes) -> bytes:
    """A JPEG of at most `SIDE` by `SIDE`, as the picture was held, without anything beside it. Raises whatever the decoder does."""
    image, ops = import_module("PIL.Image"), import_module("PIL.ImageOps")
    vars(import_module("PIL.ImageFile"))["LOAD_TRUNCATED_IMAGES"] = True  # half a paper can still be read
    with image.open(BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (SIDE, SIDE))
        small = ops.exif_transpose(picture)
        small.thumbnail((SIDE, SIDE))
        shown = small.convert("RGBA")
        paper = image.new("RGB", shown.size, "white")
        paper.paste(shown, mask=shown.getchannel("A"))
        written = BytesIO()
        paper.save(written, "JPEG", quality=72)
    return written.getvalue()


if __name__ == "__main__":
    confine()
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(LARGEST + 1)))
