"""What kinds of files are taken, told by their content, and whether one is what it says. Pure.

A short table of our own rather than a library: it knows exactly what is taken, each kind has a walker that keeps only what shows or sounds
(bot/rules/pictures.py, boxes.py, sounds.py), and the rest has no name here.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Attachment

LARGEST = 10 * 1024 * 1024
"""Bytes of a file."""
HEAD = 1024
"""Bytes looked at to tell what a file is."""
MOST_PIXELS = 64_000_000
"""Pixels of a picture: more would fill the memory of whoever opens it."""


LONGEST_NAME = 200
"""Characters of a file's name that are kept: the last ones."""


class Family(StrEnum):
    """What a file is for whoever receives it."""

    PICTURE = "picture"
    SOUND = "sound"
    FILM = "film"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of file that is taken. `shown`: a browser can show or play it."""

    mime: str
    family: Family
    suffix: str
    shown: bool = True


JPEG = Type("image/jpeg", Family.PICTURE, "jpg")
PNG = Type("image/png", Family.PICTURE, "png")
WEBP = Type("image/webp", Family.PICTURE, "webp")
GIF = Type("image/gif", Family.PICTURE, "gif")
HEIC = Type("image/heic", Family.PICTURE, "heic", shown=False)
PDF = Type("application/pdf", Family.PAPER, "pdf", shown=False)
OGG = Type("audio/ogg", Family.SOUND, "ogg")
MP3 = Type("audio/mpeg", Family.SOUND, "mp3")
M4A = Type("audio/mp4", Family.SOUND, "m4a")
MP4 = Type("video/mp4", Family.FILM, "mp4")
MOV = Type("video/quicktime", Family.FILM, "mov")
GPP = Type("video/3gpp", Family.FILM, "3gp")
TYPES = {each.mime: each for each in (JPEG, PNG, WEBP, GIF, HEIC, PDF, OGG, MP3, M4A, MP4, MOV, GPP)}

_BRANDS = {
    HEIC: frozenset({b"heic", b"heix", b"heim", b"heis"}),
    M4A: frozenset({b"M4A ", b"M4B "}),
    MOV: frozenset({b"qt  "}),
    GPP: frozenset({b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gr6", b"3gs6", b"3ge6", b"3g2a"}),
    MP4: frozenset({b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"}),
}
_OTHER_KINDS = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?php")
"""What makes a second reading of a file possible."""
_SUFFIXES = {
    Family.PICTURE: frozenset("jpg jpeg jpe jfif png webp gif heic heif hif".split()),
    Family.SOUND: frozenset("ogg oga opus mp3 m4a m4b aac wav amr 3ga".split()),
    Family.FILM: frozenset("mp4 m4v mov 3gp 3g2 webm".split()),
    Family.PAPER: frozenset({"pdf"}),
}
_OTHER_SUFFIXES = frozenset(
    "apk app bat cmd com css doc docm docx exe gz htm html iso jar js lnk mht mhtml msi odt php ppt pptx ps1 py rar scr sh svg svgz swf tar txt vbs"
    " xhtml xls xlsm xlsx xml zip 7z".split()
)
_KINDS = {
    "photo": frozenset({Family.PICTURE}),
    "voice": frozenset({Family.SOUND}),
    "audio": frozenset({Family.SOUND}),
    "video": frozenset({Family.FILM}),
    "video_note": frozenset({Family.FILM}),
    "animation": frozenset({Family.FILM, Family.PICTURE}),
    "live_photo": frozenset({Family.FILM, Family.PICTURE}),
}
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ANY = frozenset(Family)
_NONE: frozenset[Family] = frozenset()
_KIND_OF = {Family.PICTURE: "photo", Family.SOUND: "audio", Family.FILM: "video", Family.PAPER: "document"}


def too_large(attachment: Attachment) -> bool:
    """True where a file says itself that it is over the limit."""
    return attachment.size is not None and attachment.size > LARGEST


def kind_of(family: Family) -> str:
    """How an attachment of this family is called, where no provider has called it."""
    return _KIND_OF[family]


def clean_name(name: str) -> str:
    """A file's name without folders, and without letters that hide what it is: controls, and those that turn the direction of writing."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter) not in _HIDING).strip(". ")[-LONGEST_NAME:]


def sniff(head: bytes) -> Type | None:
    """What a file is by its first bytes (`HEAD` of them are enough), or None where it is nothing we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if head.startswith(b"OggS\0") and (b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64]):
        return OGG
    if head.startswith(b"ID3") or _mpeg_frame(head[:4]):
        return MP3
    return _boxed(head) if head[4:8] == b"ftyp" else None


def two_kinds(head: bytes, found: Type) -> bool:
    """True for a file that another program would read as something else: a page, a script, a PDF behind a picture."""
    small = head[:HEAD].lower()
    return any(mark in small for mark in _OTHER_KINDS) or (found is not PDF and b"%pdf-" in small)


def fits(found: Type, claimed: Attachment) -> bool:
    """Whether what a file is agrees with what was said of it: the provider's kind, its type and its name, as far as they say anything."""
    said = (_KINDS.get(claimed.kind, _ANY), _of_mime(claimed.mime or ""), _of_name(claimed.name or ""))
    return all(_agree(found, families) for families in said)


def served(found: Type, claimed: Attachment) -> Type:
    """How it is given to whoever opens it: sound may come in a box made for films."""
    sound = claimed.kind in ("voice", "audio") or (claimed.mime or "").lower().startswith("audio/")
    return M4A if found in (MP4, GPP) and sound else found


def frame_size(header: bytes) -> int:
    """How long the MPEG audio frame of layer III is that these 4 bytes begin, 0 where they begin none."""
    bits = int.from_bytes(header[:4], "big")
    version, layer, rate, sampling, padding = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3, bits >> 9 & 1
    if len(header) < 4 or bits >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or sampling == 3:
        return 0
    first = version == 3
    kilobits = (_RATES if first else _LOW_RATES)[rate]
    hertz = _HERTZ[sampling] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if first else 72) * kilobits * 1000 // hertz + padding


_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = (44100, 48000, 32000)


def _mpeg_frame(header: bytes) -> bool:
    return frame_size(header) > 0


def _boxed(head: bytes) -> Type | None:
    """A file of boxes, by its brands: the first one decides, then those it is compatible with."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    return next((found for brand in brands for found, known in _BRANDS.items() if brand in known), None)


def _agree(found: Type, families: frozenset[Family]) -> bool:
    boxed = found in (M4A, MP4, MOV, GPP)
    return found.family in families or (boxed and bool(families & {Family.SOUND, Family.FILM}))


def _of_mime(mime: str) -> frozenset[Family]:
    top, _, sub = mime.lower().partition(";")[0].strip().partition("/")
    known = {"image": Family.PICTURE, "audio": Family.SOUND, "video": Family.FILM}
    if not top or (top, sub) in {("application", "octet-stream"), ("binary", "octet-stream")}:
        return _ANY
    if top in known:
        return frozenset({known[top]}) | (frozenset({Family.SOUND}) if mime == "video/ogg" else _NONE)
    if top == "application":
        return {"pdf": frozenset({Family.PAPER}), "x-pdf": frozenset({Family.PAPER}), "ogg": frozenset({Family.SOUND})}.get(sub, _NONE)
    return _NONE


def _of_name(name: str) -> frozenset[Family]:
    suffix = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if suffix in _OTHER_SUFFIXES:
        return _NONE
    return next((frozenset({family}) for family, suffixes in _SUFFIXES.items() if suffix in suffixes), _ANY)
