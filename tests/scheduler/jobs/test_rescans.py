"""What the scanner did not answer about is shown to it again: passed, refused with nothing left and a colleague told, or later."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlmodel import select

from bot.scanning import Clamd
from scheduler.job import JobContext
from scheduler.jobs import rescans
from storage import media, rechecks, tasks
from storage.caseworkers import Role
from storage.deposits import Deposits
from storage.engine import Storage
from storage.media import State
from storage.tables import MediaChunk
from tests import samples
from tests.bot.test_scanning import PNG, marked
from tests.clock import TestClock
from tests.doubles.clamd import Daemon, Mood, clamd
from tests.opening import colleague
from tests.rules.waiting import PARIS
from tests.storage.test_media import PHOTO, announced, errand, known, pieces


@pytest.fixture
async def daemon() -> AsyncIterator[tuple[Daemon, str]]:
    with TemporaryDirectory(prefix="clamd") as folder:
        async with clamd(Path(folder)) as found:
            yield found


async def unchecked(storage: Storage, tmp_path: Path, *files: bytes) -> None:
    """Files that came while nobody answered."""
    await announced(storage, *(PHOTO for _file in files))
    for file in files:
        await Deposits(storage, Clamd(str(tmp_path / "nobody"))).fetch(await errand(storage), pieces(file))


async def run(storage: Storage, clock: TestClock, path: str) -> None:
    await rescans.job(Clamd(path, scans=0.5, connects=0.5)).run(JobContext(storage, clock, PARIS, clock.now()))


async def scans(storage: Storage) -> list[tuple[State, str, str]]:
    return [(file.state, file.scan, file.failure) for file in await known(storage)]


async def pieces_left(storage: Storage) -> int:
    return await storage.read(lambda work: len(work.session.exec(select(MediaChunk.id)).all()))


async def test_it_passes_once_the_scanner_answers(storage: Storage, clock: TestClock, tmp_path: Path, daemon: tuple[Daemon, str]) -> None:
    double, path = daemon
    await unchecked(storage, tmp_path, PNG, samples.png(8, 8))
    assert await scans(storage) == [(State.KEPT, "unchecked", "")] * 2
    clock.turn_machine(media.LEASE_SECONDS + 1)
    await run(storage, clock, path)
    assert await scans(storage) == [(State.KEPT, "clean", "")] * 2
    assert len(double.shown) == 2
    await run(storage, clock, path)
    assert len(double.shown) == 2, "once"


async def test_what_is_dangerous_is_refused_and_a_colleague_asks_again(
    storage: Storage, clock: TestClock, tmp_path: Path, daemon: tuple[Daemon, str]
) -> None:
    await unchecked(storage, tmp_path, marked())
    clock.turn_machine(media.LEASE_SECONDS + 1)
    [before] = await known(storage)
    assert await pieces_left(storage) > 0
    await run(storage, clock, daemon[1])
    assert await scans(storage) == [(State.REFUSED, "", "infected")]
    assert await pieces_left(storage) == 0
    assert await storage.read(media.find, before.token) is None
    head = await colleague(storage, "Nadia", Role.HEAD)
    [task] = await storage.read(tasks.waiting, head)
    assert "antivirus" in task.text


async def test_a_scanner_that_is_still_down_is_asked_later_and_the_others_wait(
    storage: Storage, clock: TestClock, tmp_path: Path, daemon: tuple[Daemon, str]
) -> None:
    double, path = daemon
    await unchecked(storage, tmp_path, PNG, PNG)
    clock.turn_machine(media.LEASE_SECONDS + 1)
    double.mood = Mood.NONSENSE
    await run(storage, clock, path)
    assert await scans(storage) == [(State.KEPT, "unchecked", "")] * 2
    double.mood = Mood.WELL
    await run(storage, clock, path)
    assert sorted(scan for _state, scan, _why in await scans(storage)) == ["clean", "unchecked"], "the one that was asked about waits its time"
    clock.turn_machine(rechecks.LATEST + 1)
    await run(storage, clock, path)
    assert {scan for _state, scan, _why in await scans(storage)} == {"clean"}


async def test_nothing_is_planned_while_no_file_waits(storage: Storage, clock: TestClock, tmp_path: Path, daemon: tuple[Daemon, str]) -> None:
    assert not await storage.read(rechecks.any_due)
    await unchecked(storage, tmp_path, PNG)
    clock.turn_machine(media.LEASE_SECONDS + 1)
    assert await storage.read(rechecks.any_due)
    await run(storage, clock, daemon[1])
    assert not await storage.read(rechecks.any_due)
