"""What is kept of a file: what it shows, and nothing that was written beside it; what is no such file is refused, whatever it is."""

import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import TooLarge, Unfit
from bot.messages import Attachment
from bot.rules import files, pictures
from bot.rules.cleaning import Cleaner
from tests import samples
from tests.rules.test_files import NOT_TAKEN, TAKEN

ANYTHING = Attachment("document", "x")


def clean(content: bytes, claimed: Attachment = ANYTHING, piece: int = 65536) -> tuple[bytes, files.Type]:
    """What is kept of a file that comes in pieces of this size."""
    cleaner = Cleaner(claimed)
    kept = b"".join(cleaner.feed(content[at : at + piece]) for at in range(0, len(content), piece))
    return kept + cleaner.close(), cleaner.found


def refusal(content: bytes, claimed: Attachment = ANYTHING) -> str:
    """Why it is not kept."""
    with pytest.raises(Unfit) as refused:
        clean(content, claimed)
    return refused.value.code


# -- what goes


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_what_a_phone_writes_beside_a_file_goes(name: str) -> None:
    content, expected = TAKEN[name]
    kept, found = clean(content)
    assert found == expected
    assert samples.PLACE not in kept
    assert files.sniff(kept[: files.HEAD]) == expected


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_what_is_kept_does_not_hang_on_how_it_came(name: str) -> None:
    content, _ = TAKEN[name]
    whole, _ = clean(content)
    for piece in (1, 2, 7, 100):
        assert clean(content, piece=piece)[0] == whole


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_cleaning_again_changes_nothing(name: str) -> None:
    once, _ = clean(TAKEN[name][0])
    assert clean(once)[0] == once


def test_of_a_jpeg_only_what_draws_it_is_kept() -> None:
    kept, _ = clean(samples.jpeg())
    assert b"GPS" not in kept
    assert b"xmp" not in kept
    assert kept.endswith(samples.drawn(samples.PICTURE))
    assert len(kept) < len(samples.PICTURE) + 60


@pytest.mark.parametrize("turned", range(1, 9))
def test_the_way_a_picture_is_turned_is_kept(turned: int) -> None:
    for content, mark in ((samples.jpeg(turned=turned), b"Exif\0\0"), (samples.webp(turned=turned), b"EXIF")):
        kept, _ = clean(content)
        at = kept.find(mark)
        assert (pictures.orientation(kept[at + (6 if mark.startswith(b"Exif") else 8) :]) if at >= 0 else 1) == turned
    kept, _ = clean(samples.png(turned=turned))
    at = kept.find(b"eXIf")
    assert (pictures.orientation(kept[at + 4 :]) if at >= 0 else 1) == turned


def test_a_png_keeps_right_sums() -> None:
    kept, _ = clean(samples.png())
    at, kinds = 8, []
    while at < len(kept):
        size = int.from_bytes(kept[at : at + 4], "big")
        assert zlib.crc32(kept[at + 4 : at + 8 + size]) == int.from_bytes(kept[at + 8 + size : at + 12 + size], "big")
        kinds.append(kept[at + 4 : at + 8])
        at += 12 + size
    assert kinds == [b"IHDR", b"eXIf", b"IDAT", b"IEND"]


@pytest.mark.parametrize("make", [samples.heic, samples.film, samples.webp])
def test_what_is_blanked_leaves_every_place_where_it_was(make: Callable[[], bytes]) -> None:
    content = make()
    kept, _ = clean(content)
    assert len(kept) == len(content)
    for shown in (b"pixels of a picture " * 20, b"frames " * 50, samples.WEBP_PICTURE[-100:]):
        assert kept.find(shown) == content.find(shown)


@pytest.mark.parametrize("make", [samples.jpeg, samples.png, samples.webp, samples.gif, samples.film])
def test_what_hides_behind_the_end_goes(make: Callable[..., bytes]) -> None:
    """Recent phones hang a film behind a picture; others hang other things."""
    hidden = b"\0hidden" * 1000
    assert clean(make(trailer=hidden))[0] == clean(make())[0]


# -- what is refused


@pytest.mark.parametrize("name", sorted(NOT_TAKEN))
@pytest.mark.parametrize("called", ["photo.jpg", "papier.pdf", ""])
def test_what_is_not_taken_is_refused_whatever_its_name(name: str, called: str) -> None:
    claimed = Attachment("photo", "x", "image/jpeg", None, called)
    assert refusal(NOT_TAKEN[name], claimed) == ("empty" if name == "nothing" else "unknown_kind")


@pytest.mark.parametrize("make", [samples.jpeg, samples.png, samples.webp, samples.gif, samples.film, samples.pdf])
def test_an_archive_behind_a_file_is_refused(make: Callable[..., bytes]) -> None:
    assert refusal(make(trailer=samples.archive())) == "two_kinds"
    assert refusal(make(trailer=samples.archive() + b"\n" * 40)) == "two_kinds"


@pytest.mark.parametrize("hidden", [samples.HTML, samples.SVG, b"<script>alert(1)</script>", b"<?php evil() ?>", b"%PDF-1.4\n"])
def test_a_page_or_a_paper_within_a_picture_is_refused(hidden: bytes) -> None:
    behind = b"\xff\xd8" + samples.segment(0xFE, hidden) + samples.PICTURE[2:]
    assert refusal(behind) == "two_kinds"
    assert refusal(b"GIF89a/*" + hidden + b"*/=1;") == "two_kinds"


def test_a_picture_that_is_a_script_is_no_picture() -> None:
    assert refusal(b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)") == "damaged"


def test_what_is_not_what_it_says_is_refused() -> None:
    assert refusal(samples.pdf(), Attachment("photo", "x", "image/jpeg", None, "photo.jpg")) == "another_kind"
    assert refusal(samples.jpeg(), Attachment("voice", "x", "audio/ogg")) == "another_kind"


@pytest.mark.parametrize(
    "content",
    [
        samples.png(30_000, 30_000),
        samples.wide_jpeg(65_000, 65_000),
        samples.gif(65_535, 65_535),
        samples.riff((b"VP8X", b"\x10\0\0\0\xff\xff\xff\xff\xff\xff")),
        samples.riff((b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(10))),
        samples.riff((b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(10))),
    ],
)
def test_a_picture_that_would_fill_a_memory_is_refused_without_being_decoded(content: bytes) -> None:
    assert refusal(content) == "too_many_pixels"


def test_a_picture_cut_short_ends_where_it_was_cut() -> None:
    """Half a paper can be read; a picture that never began cannot."""
    whole, _ = clean(samples.jpeg())
    kept, _ = clean(samples.jpeg()[:-12])
    assert kept == whole[: len(kept) - 2] + b"\xff\xd9"
    start = samples.jpeg().index(b"\xff\xda")
    for cut in (3, 30, start - 20, start + 3):
        assert refusal(samples.jpeg()[:cut]) in {"cut", "damaged"}


@pytest.mark.parametrize("name", sorted(set(TAKEN) - {"jpeg", "mp3", "mp3 without a label", "ogg"}))
def test_any_other_file_cut_short_is_refused(name: str) -> None:
    content, _ = TAKEN[name]
    assert refusal(content[:-8]) in {"cut", "damaged"}


def test_a_voice_note_of_no_seconds_is_a_voice_note() -> None:
    assert clean(samples.ogg(0), Attachment("voice", "x", "audio/ogg"))[1] == files.OGG
    assert refusal(b"", Attachment("voice", "x", "audio/ogg")) == "empty"


def test_more_than_the_limit_is_refused_as_soon_as_it_comes() -> None:
    cleaner = Cleaner(ANYTHING)
    cleaner.feed(samples.large_jpeg(files.LARGEST))
    with pytest.raises(TooLarge):
        cleaner.feed(b"x")


def test_boxes_in_boxes_in_boxes_are_not_followed_for_ever() -> None:
    nested = b""
    for _ in range(5000):
        nested = samples.box(b"moov", nested)
    assert refusal(samples.box(b"ftyp", b"isom\0\0\0\0isom") + nested) == "damaged"


@pytest.mark.parametrize("sizes", [b"\x00\x00", b"\x44\x00"])
def test_an_index_that_counts_for_ever_is_refused(sizes: bytes) -> None:
    items = (b"\0\x02\0\0\0\0\xff\xff" * 1000) if sizes == b"\x00\x00" else b"\0\x02\0\0\0\0\xff\xff" + bytes(100_000)
    index = samples.box(b"iloc", b"\x01\0\0\0", sizes, b"\xff\xff", items)
    names = samples.box(b"iinf", b"\0\0\0\0\0\x01", samples.box(b"infe", b"\x02\0\0\0\0\x02\0\0Exif\0"))
    content = samples.box(b"ftyp", b"heic\0\0\0\0heic") + samples.box(b"meta", b"\0\0\0\0", names, index)
    assert refusal(content) == "damaged"


# -- whatever comes


@given(st.sampled_from(sorted(TAKEN)), st.data())
def test_whatever_is_changed_in_a_file_it_is_kept_or_refused(name: str, data: st.DataObject) -> None:
    """No other fault, no end that never comes, and never much more than what came."""
    content = bytearray(TAKEN[name][0])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=8))
        content = content or bytearray(b"x")
    with suppress(Unfit):
        kept, _ = clean(bytes(content), piece=data.draw(st.integers(1, 500)))
        assert len(kept) <= len(content) + 64


@given(st.sampled_from([content[:12] for content, _ in TAKEN.values()]), st.binary(max_size=400))
def test_whatever_follows_a_true_beginning(beginning: bytes, rest: bytes) -> None:
    with suppress(Unfit):
        clean(beginning + rest, piece=50)
