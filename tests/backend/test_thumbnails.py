"""Small pictures on the desk: made in a process apart, with limits; what is too large in memory is not decoded, and they go with the file."""

import subprocess
import sys
import zlib
from datetime import UTC
from importlib import import_module
from io import BytesIO

import pytest

from backend import shrinking
from backend.thumbnails import CHILD, Thumbnails
from bot.messages import Attachment
from bot.rules.cleaning import Cleaner
from storage import media, retention, seen, thumbnails
from storage.engine import Storage, Work
from storage.media import Kept
from tests import samples
from tests.backend.desk import House
from tests.backend.test_files import file_of, one_photo
from tests.clock import TestClock
from tests.talk import shared_library


def size_of(jpeg: bytes) -> tuple[int, int]:
    with import_module("PIL.Image").open(BytesIO(jpeg)) as picture:
        width, height = picture.size
    return width, height


def cleaned(picture: bytes) -> bytes:
    """As it is kept."""
    cleaner = Cleaner(Attachment("photo", ""))
    return cleaner.feed(picture) + cleaner.close()


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that is gigabytes once decoded."""
    header = side.to_bytes(4, "big") * 2 + bytes((8, 6, 0, 0, 0))
    body = zlib.compress(bytes(1024 * 1024), 9)
    return b"\x89PNG\r\n\x1a\n" + samples.chunk(b"IHDR", header) + samples.chunk(b"IDAT", body) + samples.chunk(b"IEND", b"")


def token_of(work: Work) -> str:
    """The one file there is."""
    return str(next(iter(work.session.execute(media.MEDIA.select()))).token)


async def the_file(house: House) -> Kept:
    kept = await house.storage.read(media.find, await house.storage.read(token_of))
    assert kept is not None
    return kept


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (samples.png(640, 400, turned=1), (480, 300)),
        (samples.png(640, 400, turned=6), (300, 480)),
        (samples.jpeg(), None),
        (samples.gif(30, 20), (30, 20)),
    ],
)
def test_a_picture_is_shrunk_as_it_was_held(picture: bytes, size: tuple[int, int] | None) -> None:
    small = shrinking.shrink(cleaned(picture))
    assert size_of(small) == (size or size_of(small))
    assert max(size_of(small)) <= shrinking.SIDE
    assert samples.PLACE not in small


@pytest.mark.parametrize("content", [bomb(7_000), b"", samples.pdf(), samples.SVG, samples.archive()])
def test_what_is_no_picture_or_too_large_gives_nothing(content: bytes) -> None:
    done = subprocess.run(CHILD, input=content, capture_output=True, check=False, env={})
    assert (done.returncode != 0, done.stdout) == (True, b"")


def test_the_process_is_bound_before_it_decodes() -> None:
    said = "import resource, sys; sys.path.insert(0, sys.argv[1]); import shrinking; shrinking.confine(); "
    said += "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]); "
    said += "import tempfile; open(tempfile.mktemp(), 'wb').write(b'x' * 10)"
    folder = CHILD[2].rpartition("/")[0]
    done = subprocess.run([sys.executable, "-I", "-c", said, folder], capture_output=True, text=True, check=False)
    assert done.stdout.split() == [str(shrinking.MEMORY), str(shrinking.CPU_SECONDS)]
    assert done.returncode != 0, "it writes no file"


async def test_it_is_made_once_and_given_to_who_reads(house: House) -> None:
    await house.colleague()
    token = await one_photo(house, samples.png(640, 400, turned=1))
    async with house.browser() as browser:
        await browser.log_in()
        where = await file_of(browser, token)
        assert f'src="{where}/small"' in browser.page.text
        given = await browser.get(f"{where}/small")
        assert (given.status_code, given.headers["content-type"], size_of(given.content)) == (200, "image/jpeg", (480, 300))
        assert given.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert given.headers["cache-control"] == "no-store"
        kept = await the_file(house)
        assert await house.storage.read(thumbnails.find, kept.id) == given.content
    async with house.browser() as stranger:
        assert (await stranger.get(f"{where}/small")).status_code == 303
    assert await Thumbnails(house.storage, child=("/nowhere",)).of(kept) == given.content


async def test_what_cannot_be_shrunk_is_tried_once(house: House) -> None:
    await house.colleague()
    token = await one_photo(house, samples.png(64, 64))
    kept = await the_file(house)
    sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
    assert await Thumbnails(house.storage, child=sleeper, seconds=0.1).of(kept) is None
    assert await house.storage.read(thumbnails.find, kept.id) == b""
    async with house.browser() as browser:
        await browser.log_in()
        where = await file_of(browser, token)
        assert (await browser.get(f"{where}/small")).status_code == 404
        assert (await browser.get(where)).status_code == 200


@pytest.mark.parametrize(("content", "kind"), [(samples.pdf(), "document"), (samples.heic(), "photo"), (samples.ogg(), "voice")])
async def test_only_pictures_that_a_browser_shows_have_one(house: House, content: bytes, kind: str) -> None:
    await house.colleague()
    await one_photo(house, content, Attachment(kind, "x"))
    assert await Thumbnails(house.storage, child=("/nowhere",)).of(await the_file(house)) is None


async def test_it_goes_with_its_file(house: House, clock: TestClock) -> None:
    await house.colleague()
    await one_photo(house, samples.png(64, 64))
    kept = await the_file(house)
    await house.storage.run(thumbnails.keep, kept.id, b"small")
    clock.turn(days=200)
    at = retention.terms(shared_library().keeping, clock.now(), UTC)
    found = await house.storage.read(retention.find, retention.FILES, at)
    assert await house.storage.run(retention.remove, retention.FILES, found, at) == 1
    assert await stored(house.storage) == [None]


async def test_it_goes_with_a_copy_that_is_destroyed(house: House) -> None:
    nadege = await house.colleague()
    await one_photo(house, samples.png(64, 64))
    kept = await the_file(house)
    await house.storage.run(thumbnails.keep, kept.id, b"small")
    token = await house.storage.read(token_of)
    await house.storage.run(seen.see, token, nadege.id, "")
    assert await stored(house.storage) == [None]
    await house.storage.run(thumbnails.keep, kept.id, b"late")
    assert await stored(house.storage) == [None]


async def stored(storage: Storage) -> list[bytes | None]:
    return await storage.read(lambda work: [row.thumbnail for row in work.session.execute(media.MEDIA.select())])
