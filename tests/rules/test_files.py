"""What a file is, by its content, and whether it is what it says."""

import pytest

from bot.messages import Attachment
from bot.rules import files
from tests import samples

TAKEN = {
    "jpeg": (samples.jpeg(), files.JPEG),
    "png": (samples.png(), files.PNG),
    "webp": (samples.webp(), files.WEBP),
    "gif": (samples.gif(), files.GIF),
    "heic": (samples.heic(), files.HEIC),
    "pdf": (samples.pdf(), files.PDF),
    "ogg": (samples.ogg(), files.OGG),
    "mp3": (samples.mp3(), files.MP3),
    "mp3 without a label": (samples.mp3(labelled=False), files.MP3),
    "m4a": (samples.film(b"M4A "), files.M4A),
    "mp4": (samples.film(), files.MP4),
    "mov": (samples.film(b"qt  "), files.MOV),
    "3gp": (samples.film(b"3gp5"), files.GPP),
}
NOT_TAKEN = {
    "nothing": b"",
    "text": b"bonjour",
    "page": samples.HTML,
    "drawing with scripts": samples.SVG,
    "archive": samples.archive(),
    "program": samples.PROGRAM,
    "bitmap": b"BM" + bytes(60),
    "word processor": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "sound in waves": b"RIFF\x24\0\0\0WAVEfmt ",
    "a box of an unknown brand": samples.box(b"ftyp", b"evil\0\0\0\0evil"),
    "avif": samples.box(b"ftyp", b"avif\0\0\0\0mif1"),
}


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_what_is_taken_is_told_by_its_first_bytes(name: str) -> None:
    content, expected = TAKEN[name]
    assert files.sniff(content[: files.HEAD]) == expected
    assert not files.two_kinds(content[: files.HEAD], expected)


@pytest.mark.parametrize("name", sorted(NOT_TAKEN))
def test_the_rest_has_no_name(name: str) -> None:
    assert files.sniff(NOT_TAKEN[name][: files.HEAD]) is None


@pytest.mark.parametrize(
    ("found", "claimed", "agrees"),
    [
        (files.JPEG, Attachment("photo", "x"), True),
        (files.PNG, Attachment("photo", "x", "image/jpeg", None, "IMG_1.jpg"), True),  # a phone often writes one for the other
        (files.JPEG, Attachment("document", "x", "application/octet-stream", None, "scan"), True),
        (files.PDF, Attachment("document", "x", "application/pdf", None, "bail.PDF"), True),
        (files.PDF, Attachment("document", "x", "image/jpeg"), False),
        (files.PDF, Attachment("photo", "x"), False),
        (files.JPEG, Attachment("document", "x", None, None, "photo.html"), False),
        (files.JPEG, Attachment("document", "x", "text/html"), False),
        (files.GIF, Attachment("voice", "x"), False),
        (files.OGG, Attachment("voice", "x", "audio/ogg"), True),
        (files.OGG, Attachment("document", "x", "application/ogg"), True),
        (files.OGG, Attachment("audio", "x", "image/png"), False),
        (files.MP4, Attachment("audio", "x", "audio/mp4", None, "voix.m4a"), True),
        (files.M4A, Attachment("video", "x", "video/mp4"), True),
        (files.MP4, Attachment("photo", "x"), False),
        (files.JPEG, Attachment("document", "x", None, None, "facture du 12.05"), True),
    ],
)
def test_a_file_is_held_to_what_was_said_of_it(found: files.Type, claimed: Attachment, agrees: bool) -> None:
    assert files.fits(found, claimed) is agrees


def test_sound_in_a_box_for_films_is_served_as_sound() -> None:
    assert files.served(files.MP4, Attachment("voice", "x")) == files.M4A
    assert files.served(files.MP4, Attachment("document", "x", "audio/mp4")) == files.M4A
    assert files.served(files.MP4, Attachment("video", "x")) == files.MP4


@pytest.mark.parametrize(("size", "over"), [(None, False), (0, False), (files.LARGEST, False), (files.LARGEST + 1, True)])
def test_the_limit_is_ten_megabytes(size: int | None, over: bool) -> None:
    assert files.too_large(Attachment("document", "x", size=size)) is over
