"""Files of every kind that people send, made here: small, real enough for a browser to show or play, with what a phone writes beside a picture."""

import base64
import io
import zipfile
import zlib
from collections.abc import Iterable
from random import Random

PLACE = b"50.4701N 2.9990E, 12 rue du Moulin"
"""What a phone writes beside a picture, and nobody may keep."""
TURNED = 6
_END = b"\0\0\0\0"


def _decoded(*lines: str) -> bytes:
    return base64.b64decode("".join(lines))


PICTURE = _decoded(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFla",
    "AAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJY",
    "WVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAA",
    "E9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0o",
    "OjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj",
    "Y2P/wAARCAAIABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAQG/8QAFRABAQAAAAAAAAAAAAAAAAAAAAP/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/EABgRAAMBAQAAAAAA",
    "AAAAAAAAAAABAgMx/9oADAMBAAIRAxEAPwDERmujICZVdJrKP//Z",
)
WEBP_PICTURE = _decoded(
    "UklGRhoCAABXRUJQVlA4WAoAAAAgAAAADwAABwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFla",
    "AAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJY",
    "WVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAA",
    "E9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggLAAAABACAJ0BKhAACAACwEwlAF2P4AME3wP6",
    "nIAA/vsRotU9Kofo+MfOpXXuy6QA",
)
"""16 by 8 pixels, as a browser's canvas made them: frame, tables and scan, nothing else."""


# -- what a phone writes


def tiff(turned: int = TURNED) -> bytes:
    """An Exif block in Intel order: the way the picture is turned, a description that names a place, a block of GPS."""
    entries = [(0x010E, 2, len(PLACE), 100), (0x0112, 3, 1, turned), (0x8825, 4, 1, 200)]
    table = len(entries).to_bytes(2, "little") + b"".join(
        tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + count.to_bytes(4, "little") + value.to_bytes(4, "little")
        for tag, kind, count, value in entries
    )
    return (b"II*\0\x08\0\0\0" + table + _END).ljust(100, b"\0") + PLACE.ljust(100, b"\0") + b"GPS " + PLACE


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(*, turned: int = TURNED, trailer: bytes = b"") -> bytes:
    """A phone's picture: Exif with GPS, XMP, a thumbnail, a comment, and whatever is hung behind its end."""
    jfif = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01" + b"rgb")
    beside = segment(0xE1, b"Exif\0\0" + tiff(turned)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE)
    return b"\xff\xd8" + jfif + beside + segment(0xED, b"Photoshop 3.0\0" + PLACE) + segment(0xFE, PLACE) + drawn(PICTURE) + trailer


def drawn(picture: bytes) -> bytes:
    """What draws it: all but the first mark and JFIF."""
    return picture[4 + int.from_bytes(picture[4:6], "big") :]


def large_jpeg(size: int) -> bytes:
    """A picture of so many bytes, most of them its scan."""
    whole = jpeg()
    return whole[:-2] + bytes(byte % 251 for byte in range(251)) * ((size - len(whole)) // 251) + b"\0" * ((size - len(whole)) % 251) + whole[-2:]


def telling_jpeg(size: int, seed: int = 7) -> bytes:
    """A picture whose scan is like no other: each stretch of it can be looked for where it must not be."""
    whole = jpeg()
    return whole[:-2] + Random(seed).randbytes(size - len(whole)).replace(b"\xff", b"\xfe") + whole[-2:]


def wide_jpeg(width: int, height: int) -> bytes:
    """The same bytes, which say that the picture is so large."""
    frame = PICTURE.index(b"\xff\xc0") + 5
    return PICTURE[:frame] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + PICTURE[frame + 4 :]


# -- other pictures


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(width: int = 2, height: int = 2, *, turned: int = TURNED, trailer: bytes = b"") -> bytes:
    """A picture with texts and Exif. Its pixels are those of 2 by 2, whatever it says."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    beside = chunk(b"tEXt", b"Comment\0" + PLACE) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PLACE) + chunk(b"eXIf", tiff(turned))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0\0\xff\0" * 2))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + beside + chunk(b"tIME", b"\x07\xea\x03\x03\x09\x1e\0") + pixels + chunk(b"IEND", b"") + trailer
    )


def riff(*parts: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + len(part).to_bytes(4, "little") + part + b"\0" * (len(part) % 2) for kind, part in parts)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def webp(*, turned: int = TURNED, trailer: bytes = b"") -> bytes:
    """A picture with Exif and XMP behind its pixels."""
    parts = [(kind, part) for kind, part in _riff_parts(WEBP_PICTURE)]
    canvas = bytes((parts[0][1][0] | 0x0C,)) + parts[0][1][1:]
    return riff((b"VP8X", canvas), *parts[1:], (b"EXIF", tiff(turned)), (b"XMP ", b"<x:xmpmeta>" + PLACE)) + trailer


def _riff_parts(whole: bytes) -> Iterable[tuple[bytes, bytes]]:
    at = 12
    while at < len(whole):
        size = int.from_bytes(whole[at + 4 : at + 8], "little")
        yield whole[at : at + 4], whole[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def gif(width: int = 1, height: int = 1, *, trailer: bytes = b"") -> bytes:
    """One pixel that loops, with a comment."""
    head = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    comment = b"\x21\xfe" + bytes((len(PLACE),)) + PLACE + b"\0"
    return head + loop + comment + b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b" + trailer


# -- boxes


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def heic() -> bytes:
    """A recent phone's picture: its index says where the pixels and the Exif lie."""
    pixels, exif = b"pixels of a picture " * 20, b"\0\0\0\x06Exif\0\0" + tiff()
    entries = b"".join(box(b"infe", b"\x02\0\0\0", number.to_bytes(2, "big"), b"\0\0", kind, b"\0") for number, kind in ((1, b"hvc1"), (2, b"Exif")))
    names = box(b"iinf", b"\0\0\0\0\0\x02", entries)

    def index(start: int) -> bytes:
        places = [(1, start, len(pixels)), (2, start + len(pixels), len(exif))]
        items = b"".join(
            number.to_bytes(2, "big") + b"\0\0\0\0\0\x01" + place.to_bytes(4, "big") + size.to_bytes(4, "big") for number, place, size in places
        )
        return box(b"meta", b"\0\0\0\0", names, box(b"iloc", b"\x01\0\0\0\x44\0\0\x02", items))

    brand = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    start = len(brand) + len(index(0)) + 8
    return brand + index(start) + box(b"mdat", pixels, exif)


def film(brand: bytes = b"isom", *, trailer: bytes = b"") -> bytes:
    """A film whose index tells the place where it was taken, twice."""
    track = box(b"trak", box(b"tkhd", b"\0" * 20), box(b"udta", box(b"name", PLACE)))
    index = box(b"moov", box(b"mvhd", b"\0" * 20), track, box(b"udta", box(b"\xa9xyz", PLACE)), box(b"meta", PLACE))
    return box(b"ftyp", brand, b"\0\0\0\0", brand) + box(b"free", PLACE) + index + box(b"mdat", b"frames " * 50) + trailer


# -- sounds and papers


def ogg(seconds: int = 1) -> bytes:
    """A voice note, as Opus pages."""
    pages = [b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0", b"OpusTags\0\0\0\0\0\0\0\0", *(b"\xfc" * 120 for _second in range(seconds))]
    return b"".join(_page(number, body) for number, body in enumerate(pages))


def opus_pages(count: int, seed: int) -> bytes:
    """More pages of a voice note, like no other."""
    dice = Random(seed)
    return b"".join(_page(3 + number, dice.randbytes(250)) for number in range(count))


def _page(number: int, body: bytes) -> bytes:
    return b"OggS\0" + bytes((2 if number == 0 else 0,)) + bytes(12) + number.to_bytes(4, "little") + bytes(4) + b"\x01" + bytes((len(body),)) + body


def mp3(*, labelled: bool = True) -> bytes:
    """A second of silence, behind a label."""
    label = b"ID3\x04\0\0\0\0\0" + bytes((len(PLACE),)) + PLACE
    return (label if labelled else b"") + (b"\xff\xfb\x90\x00" + bytes(413)) * 38


def pdf(*, trailer: bytes = b"") -> bytes:
    """A paper of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + trailer
    )


# -- what is not taken


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", "hello")
    return packed.getvalue()


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
PROGRAM = b"MZ\x90\0" + bytes(60) + b"PE\0\0"
