"""Retention and erasure reach every file, here or only half here, and who was fetching one writes nothing more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bot.errors import Unreachable
from bot.messages import Attachment, Kind
from bot.rules.keeping import LONGEST, Keeping, span
from storage import erasing, media, purge
from storage.deposits import Deposits, Overtaken
from storage.engine import Storage, Work
from storage.erasing import Extent
from storage.media import CHUNK_SIZE, Errand, State
from storage.tables import Media, MediaChunk
from tests import samples
from tests.bot.test_fetcher import Provider
from tests.clock import TestClock
from tests.talk import Road, Talk

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class Sent:
    """Somebody who sent three files: one is here, one half here, one still elsewhere; and the errand of the second."""

    road: Road
    talk: Talk
    half: Errand


@pytest.fixture
async def sent(storage: Storage, clock: TestClock) -> Sent:
    provider = Provider()
    road = Road(storage, clock, paper=provider)
    talk = road.talk()
    provider.files = {"here": samples.large_jpeg(CHUNK_SIZE * 3)}
    provider.faults = [Unreachable("cut")] * 3
    await talk.does(Kind.MEDIA, attachments=tuple(Attachment("photo", name) for name in ("here", "half", "elsewhere")))
    errands = [errand for _ in range(3) if (errand := await _take(storage, clock)) is not None]
    here, half = (next(errand for errand in errands if errand.claimed.provider_id == name) for name in ("here", "half"))
    await Deposits(storage).fetch(here, _pieces(provider.files["here"]))
    assert await storage.run(media.keep_chunk, half.place, 0, b"the first piece of it")
    assert await storage.read(_states) == sorted([State.KEPT, State.ANNOUNCED, State.ANNOUNCED])
    assert await storage.read(_chunks) > 2
    return Sent(road, talk, half)


async def _take(storage: Storage, clock: TestClock) -> Errand | None:
    clock.turn(2)
    return await storage.run(media.take)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 50_000):
        yield content[at : at + 50_000]


def _states(work: Work) -> list[str]:
    return sorted(work.session.execute(select(col(Media.state))).scalars())


def _chunks(work: Work) -> int:
    return int(work.session.execute(select(func.count(col(MediaChunk.id)))).scalar_one())


async def _writes_nothing_more(storage: Storage, errand: Errand) -> None:
    """The process that was fetching goes on as if nothing had happened."""
    assert not await storage.run(media.keep_chunk, errand.place, 1, b"the second piece")
    with pytest.raises(Overtaken):
        await Deposits(storage).fetch(errand, _pieces(samples.jpeg()))
    assert await storage.read(_chunks) == 0


async def test_after_six_months_no_file_is_left_here_or_half_here(sent: Sent, storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    clock.turn(days=180)
    await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger")
    assert await storage.read(_chunks) > 2
    clock.turn(days=5)
    await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger")
    assert await storage.read(_states) == [State.GONE] * 3
    await _writes_nothing_more(storage, sent.half)
    assert await storage.run(media.take) is None


async def test_a_file_that_is_treated_goes_and_the_others_stay(sent: Sent, storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    lane = await sent.talk.lane()
    found = await storage.read(media.of_messages, lane.conversation_id, 0, 1000)
    token = next(file.token for files in found.values() for file in files if file.state is State.KEPT)
    assert await storage.run(media.treat, token, done=True)
    clock.turn(days=31)
    await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger")
    assert await storage.read(_states) == sorted([State.GONE, State.ANNOUNCED, State.ANNOUNCED])
    assert await storage.read(media.find, token) is None


async def test_the_head_may_keep_files_for_less(sent: Sent, storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    clock.turn(days=8)
    await purge.purge(storage, Keeping(file=span("7 days")), PARIS, tmp_path / "ledger")
    assert await storage.read(_states) == [State.GONE] * 3
    assert await storage.read(_chunks) == 0


async def test_who_is_erased_leaves_no_file_here_or_half_here(sent: Sent, storage: Storage) -> None:
    lane = await sent.talk.lane()
    await storage.run(erasing.ask, lane.person_id, lane.conversation_id, Extent.WHOLE)
    await sent.road.run()
    assert await storage.read(_states) == []
    await _writes_nothing_more(storage, sent.half)


async def test_what_only_the_robot_knew_goes_with_its_files(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    """A file that is refused at once opens no thread: it goes with the conversation."""
    talk = Road(storage, clock, paper=Provider()).talk()
    await talk.does(Kind.MEDIA, attachments=(Attachment("video", "heavy", size=2**30),))
    assert await storage.read(_states) == [State.REFUSED]
    clock.turn(days=31)
    await purge.purge(storage, LONGEST, PARIS, tmp_path / "ledger")
    assert await storage.read(_states) == []
