"""Files in the database: announced, taken in piece by piece, read back, given up; never in clear, never much of one in memory."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.errors import TooLarge, Unfit
from bot.messages import Address, Attachment, Inbound, Kind
from bot.rules.files import LARGEST
from storage import deposits, erasure, lanes, media, road, transport
from storage.deposits import Deposits, Overtaken
from storage.engine import Storage, Wake, Work
from storage.lanes import Lane
from storage.media import CHUNK_SIZE, Errand, File, State
from storage.tables import Media, MediaChunk
from tests import samples
from tests.clock import TestClock

YANIS = Address("telegram", "bot", "yanis")
PHOTO = Attachment("photo", "file-1", None, None, None)


def said(*attachments: Attachment, external_id: str = "1", kind: Kind = Kind.MEDIA, number: int = 1) -> Inbound:
    return Inbound(YANIS, external_id, kind, TestClock().now(), "", attachments=attachments)


def accept(work: Work, inbound: Inbound) -> Lane:
    accepted = road.accept(work, inbound, handled=True)
    lane = accepted.lane if accepted else lanes.open_lane(work, inbound.address)
    lanes.keep(work, lane)
    return lane


async def announced(storage: Storage, *attachments: Attachment) -> list[File]:
    """What is known of the files of a message that is accepted with these."""
    lane = await storage.run(accept, said(*attachments))
    return await known(storage, lane)


async def known(storage: Storage, lane: Lane | None = None) -> list[File]:
    """What is known of everything Yanis sent."""
    here = await storage.run(lanes.open_lane, YANIS) if lane is None else lane
    found = await storage.read(media.of_messages, here.conversation_id, 0, 2**40)
    return [file for files in found.values() for file in files]


async def errand(storage: Storage) -> Errand:
    """The file that is to be fetched now."""
    taken = await storage.run(media.take)
    assert taken is not None
    return taken


async def pieces(content: bytes, size: int = 40_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def whole(storage: Storage, token: str, start: int = 0, end: int | None = None) -> bytes:
    kept = await storage.read(media.find, token)
    assert kept is not None
    return b"".join([piece async for piece in deposits.read(storage, kept, start, end)])


def chunks(work: Work) -> int:
    return int(work.session.execute(select(func.count(col(MediaChunk.id)))).scalar_one())


def rows(work: Work) -> int:
    return int(work.session.execute(select(func.count(col(Media.id)))).scalar_one())


# -- with its message


async def test_a_file_is_announced_in_the_commit_of_its_message(storage: Storage) -> None:
    [file] = await announced(storage, Attachment("voice", "file-1", "audio/ogg", 4096, None))
    assert (file.kind, file.state, file.size, file.failure) == ("voice", State.ANNOUNCED, 4096, "")
    assert await storage.read(media.any_due)


async def test_what_says_itself_too_large_is_refused_at_once(storage: Storage) -> None:
    [file] = await announced(storage, Attachment("document", "file-1", size=2**62))
    assert (file.state, file.failure) == (State.REFUSED, media.TOO_LARGE)
    assert not await storage.read(media.any_due)


async def test_a_message_delivered_again_announces_nothing_new(storage: Storage) -> None:
    await announced(storage, PHOTO)
    assert len(await announced(storage, PHOTO)) == 1


async def test_a_caption_that_is_mended_is_not_another_file(storage: Storage) -> None:
    lane = await storage.run(accept, said(PHOTO))
    await storage.run(accept, said(PHOTO, external_id="2", kind=Kind.EDITED))
    assert len(await known(storage, lane)) == 1
    await storage.run(accept, said(Attachment("photo", "file-2"), external_id="3", kind=Kind.EDITED))
    assert len(await known(storage, lane)) == 2


# -- fetched


async def test_what_is_fetched_is_kept_clean_and_read_back(storage: Storage) -> None:
    await announced(storage, PHOTO)
    taken = await errand(storage)
    assert taken.claimed == PHOTO
    assert (taken.channel, taken.account, taken.attempts) == ("telegram", "bot", 0)
    await Deposits(storage).fetch(taken, pieces(samples.large_jpeg(700_000)))
    [file] = await known(storage)
    content = await whole(storage, file.token)
    assert (file.state, file.mime, file.size) == (State.KEPT, "image/jpeg", len(content))
    assert samples.PLACE not in content
    assert content.endswith(samples.large_jpeg(700_000)[-690_000:])
    assert await storage.read(chunks) == 3


@pytest.mark.parametrize(("start", "end"), [(0, 1), (CHUNK_SIZE - 1, CHUNK_SIZE + 1), (5, 2 * CHUNK_SIZE + 9), (600_000, None), (0, 10**9)])
async def test_any_part_of_a_file_can_be_read(storage: Storage, start: int, end: int | None) -> None:
    await announced(storage, PHOTO)
    await Deposits(storage).fetch(await errand(storage), pieces(samples.large_jpeg(700_000)))
    [file] = await known(storage)
    content = await whole(storage, file.token)
    assert await whole(storage, file.token, start, end) == content[start:end]


async def test_the_provider_s_id_is_forgotten_once_the_file_is_here(storage: Storage) -> None:
    await announced(storage, PHOTO)
    await Deposits(storage).fetch(await errand(storage), pieces(samples.jpeg()))
    assert await storage.read(lambda work: list(work.session.scalars(select(col(Media.provider_id))))) == [None]


async def test_one_file_is_fetched_by_one_at_a_time(storage: Storage, clock: TestClock) -> None:
    await announced(storage, PHOTO)
    await errand(storage)
    assert await storage.run(media.take) is None
    clock.turn(media.LEASE_SECONDS + 1)
    assert (await errand(storage)).attempts == 1


async def test_who_was_too_slow_writes_nothing_more(storage: Storage, clock: TestClock) -> None:
    await announced(storage, PHOTO)
    slow = await errand(storage)
    clock.turn(media.LEASE_SECONDS + 1)
    quick = await errand(storage)
    await Deposits(storage).fetch(quick, pieces(samples.jpeg()))
    with pytest.raises(Overtaken):
        await Deposits(storage).fetch(slow, pieces(samples.jpeg(turned=1)))
    [file] = await known(storage)
    assert file.state is State.KEPT
    assert await storage.read(chunks) == 1


async def test_a_person_erased_while_their_file_comes_leaves_nothing(storage: Storage) -> None:
    lane = await storage.run(accept, said(PHOTO))
    taken = await errand(storage)

    async def interrupted() -> AsyncIterator[bytes]:
        content = samples.large_jpeg(900_000)
        yield content[:600_000]
        await storage.run(erasure.erase_rows, lane.person_id)
        yield content[600_000:]

    with pytest.raises(Overtaken):
        await Deposits(storage).fetch(taken, interrupted())
    assert await storage.read(chunks) == await storage.read(rows) == 0


async def test_a_try_that_fails_leaves_nothing_and_the_next_one_starts_anew(storage: Storage, clock: TestClock) -> None:
    await announced(storage, PHOTO)

    async def cut() -> AsyncIterator[bytes]:
        yield samples.large_jpeg(900_000)[:600_000]
        raise ConnectionResetError

    first = await errand(storage)
    with pytest.raises(ConnectionResetError):
        await Deposits(storage).fetch(first, cut())
    assert await storage.read(chunks) == 0
    await storage.run(media.later, first, 30.0, "cut")
    assert await storage.run(media.take) is None
    clock.turn(31)
    again = await errand(storage)
    assert again.attempts == 1
    await Deposits(storage).fetch(again, pieces(samples.jpeg()))
    assert (await known(storage))[0].state is State.KEPT


async def test_a_try_that_is_no_fault_of_the_file_is_not_counted(storage: Storage, clock: TestClock) -> None:
    await announced(storage, PHOTO)
    await storage.run(media.later, await errand(storage), 5.0, "throttled", counted=False)
    clock.turn(6)
    assert (await errand(storage)).attempts == 0


async def test_what_a_dead_process_had_written_is_written_anew(storage: Storage, clock: TestClock) -> None:
    await announced(storage, PHOTO)
    dead = await errand(storage)
    await storage.run(media.keep_chunk, dead.place, 0, b"half")
    clock.turn(media.LEASE_SECONDS + 1)
    await Deposits(storage).fetch(await errand(storage), pieces(samples.jpeg()))
    assert await storage.read(chunks) == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [(samples.archive(), Unfit), (samples.large_jpeg(900_000) + samples.archive(), Unfit), (samples.large_jpeg(LARGEST + 1), TooLarge)],
)
async def test_what_is_not_taken_leaves_no_piece(storage: Storage, content: bytes, fault: type[Exception]) -> None:
    await announced(storage, PHOTO)
    taken = await errand(storage)
    with pytest.raises(fault):
        await Deposits(storage).fetch(taken, pieces(content))
    await storage.run(media.refuse, taken, "two_kinds")
    [file] = await known(storage)
    assert (file.state, file.failure, file.mime) == (State.REFUSED, "two_kinds", "")
    assert await storage.read(chunks) == 0
    assert await storage.read(media.find, file.token) is None


async def test_what_the_provider_does_not_give_is_lost(storage: Storage) -> None:
    await announced(storage, PHOTO)
    assert await storage.run(media.lose, await errand(storage), "gone")
    [file] = await known(storage)
    assert (file.state, file.failure) == (State.LOST, "gone")


# -- by our own page


async def test_an_upload_belongs_to_nobody_until_its_message_comes(storage: Storage) -> None:
    given = await Deposits(storage).receive(pieces(samples.jpeg()), Attachment("document", "", "image/jpeg", None, "a.jpg"))
    assert (given.kind, given.mime, given.name) == ("photo", "image/jpeg", "a.jpg")
    assert given.token is not None
    assert await storage.read(media.find, given.token) is None
    [file] = await announced(storage, given)
    assert (file.token, file.state, file.mime, file.size) == (given.token, State.KEPT, "image/jpeg", given.size)
    assert samples.PLACE not in await whole(storage, file.token)


@pytest.mark.parametrize(("content", "fault"), [(samples.archive(), Unfit), (b"", Unfit), (samples.large_jpeg(LARGEST + 1), TooLarge)])
async def test_an_upload_that_is_not_taken_leaves_nothing(storage: Storage, content: bytes, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        await Deposits(storage).receive(pieces(content), Attachment("document", ""))
    assert await storage.read(chunks) == await storage.read(rows) == 0


async def test_an_upload_that_is_given_up_leaves_nothing(storage: Storage) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield samples.large_jpeg(900_000)[:600_000]
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(Deposits(storage).receive(endless(), Attachment("document", "")))
    await begun.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await storage.read(chunks) == await storage.read(rows) == 0


async def test_an_upload_whose_message_never_comes_goes_within_the_day(storage: Storage, clock: TestClock) -> None:
    given = await Deposits(storage).receive(pieces(samples.jpeg()), Attachment("document", ""))
    assert await storage.read(transport.find_old, "upload") == []
    clock.turn(seconds=(transport.UPLOADS_LIVE + timedelta(seconds=1)).total_seconds())
    await storage.run(transport.remove, "upload", await storage.read(transport.find_old, "upload"))
    assert await storage.read(chunks) == await storage.read(rows) == 0
    [file] = await announced(storage, given)
    assert file.state is State.LOST


# -- done with


async def test_treated_and_not_yet_after_all(storage: Storage) -> None:
    [given] = await announced(storage, await Deposits(storage).receive(pieces(samples.jpeg()), Attachment("document", "")))
    assert await storage.run(media.treat, given.token, done=True)
    assert (await known(storage))[0].treated_at == storage.clock.now()
    assert await storage.run(media.treat, given.token, done=False)
    assert (await known(storage))[0].treated_at is None
    assert not await storage.run(media.treat, "unknown", done=True)


# -- how much of it is held


async def test_ten_megabytes_are_never_in_memory_together(storage: Storage) -> None:
    """What is held of a file is a chunk, a piece, and what sealing and the driver make of them."""
    await announced(storage, PHOTO)
    taken = await errand(storage)
    start = samples.large_jpeg(5000)

    async def ten_megabytes() -> AsyncIterator[bytes]:
        yield start[:-2]
        for _ in range(1000):
            yield bytes(10_000)
        yield start[-2:]

    tracemalloc.start()
    await Deposits(storage).fetch(taken, ten_megabytes())
    [file] = await known(storage)
    kept = await storage.read(media.find, file.token)
    assert kept is not None
    read = 0
    async for piece in deposits.read(storage, kept):
        read += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == kept.size > 10_000_000
    assert peak < 6_000_000


async def test_who_writes_does_not_wait_for_a_heavy_file(storage: Storage) -> None:
    """Ten megabytes are forty short units: what others write goes between any two of them."""
    others, coming = 0, True

    async def write() -> None:
        nonlocal others
        while coming:
            await storage.run(lambda work: work.notify(Wake.SETTING, 0))
            others += 1

    writing = asyncio.create_task(write())
    await Deposits(storage).receive(pieces(samples.large_jpeg(LARGEST)), Attachment("photo", "x"))
    coming = False
    await writing
    assert others >= LARGEST // CHUNK_SIZE // 2
