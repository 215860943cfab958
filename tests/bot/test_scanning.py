"""A scanner is shown each file before anybody may open it; where it does not answer, the file says so and nothing waits."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlmodel import select

from backend.sent import sent
from bot.doctor import Verdict, _scanner
from bot.errors import SettingsError, Unfit
from bot.messages import Attachment
from bot.rules.files import LARGEST
from bot.scanning import CLEAN, INFECTED, UNCHECKED, Clamd
from storage import media
from storage.deposits import Deposits
from storage.engine import Storage, Work
from storage.media import State
from storage.tables import Media, MediaChunk
from tests import samples
from tests.conftest import settings_for
from tests.doubles.clamd import MARK, Daemon, Mood, clamd, clamd_by_port
from tests.storage.test_media import PHOTO, announced, errand, pieces

PNG = samples.png(64, 64)


def marked() -> bytes:
    """A picture that the double takes for dangerous, in a part that is kept."""
    return PNG[:33] + samples.chunk(b"iCCP", MARK) + PNG[33:]


@pytest.fixture
async def daemon() -> AsyncIterator[tuple[Daemon, str]]:
    with TemporaryDirectory(prefix="clamd") as folder:  # a Unix socket's path is short
        async with clamd(Path(folder)) as found:
            yield found


async def states(storage: Storage) -> list[tuple[str, str | None, str | None]]:
    def unit(work: Work) -> list[tuple[str, str | None, str | None]]:
        return [(row.state, row.failure, row.scan) for row in work.session.exec(select(Media))]

    return await storage.read(unit)


async def left(storage: Storage) -> int:
    return await storage.read(lambda work: len(work.session.exec(select(MediaChunk.id)).all()))


class TestClamd:
    async def test_says_what_it_knows(self, daemon: tuple[Daemon, str]) -> None:
        double, path = daemon
        scanner = Clamd(path)
        assert await scanner.answers()
        assert await scanner.scan(pieces(PNG, 10)) == CLEAN
        assert await scanner.scan(pieces(MARK)) == INFECTED
        assert await scanner.scan(pieces(samples.large_jpeg(LARGEST))) == CLEAN
        assert double.shown == [PNG, MARK, samples.large_jpeg(LARGEST)]
        assert double.faults == []

    async def test_by_a_port_too(self) -> None:
        async with clamd_by_port() as (_double, where):
            assert await Clamd(where).scan(pieces(PNG)) == CLEAN

    @pytest.mark.parametrize("mood", [Mood.SILENT, Mood.CUTS, Mood.NONSENSE])
    async def test_what_it_does_not_say_is_unchecked(self, daemon: tuple[Daemon, str], mood: Mood) -> None:
        double, path = daemon
        double.mood = mood
        scanner = Clamd(path, scans=0.2, connects=0.2)
        assert await scanner.scan(pieces(PNG)) == UNCHECKED
        assert not await scanner.answers()

    async def test_a_limit_of_its_own_is_no_verdict(self, daemon: tuple[Daemon, str]) -> None:
        double, path = daemon
        double.limit = 10
        assert await Clamd(path).scan(pieces(PNG)) == UNCHECKED

    async def test_nobody_there_is_unchecked(self, tmp_path: Path) -> None:
        assert await Clamd(str(tmp_path / "nobody")).scan(pieces(PNG)) == UNCHECKED

    @pytest.mark.parametrize("address", ["clamd", "host:", "host:0", "host:70000", ":3310"])
    def test_an_address_that_is_none_says_what_to_write(self, address: str) -> None:
        with pytest.raises(SettingsError, match="PALIER_CLAMAV_SOCKET"):
            Clamd(address)


class TestFiles:
    async def test_clean_is_kept_and_says_nothing(self, storage: Storage, daemon: tuple[Daemon, str]) -> None:
        double, path = daemon
        await announced(storage, PHOTO)
        await Deposits(storage, Clamd(path)).fetch(await errand(storage), pieces(PNG))
        assert await states(storage) == [("kept", None, "clean")]
        (shown,) = double.shown
        assert shown.startswith(b"\x89PNG")
        assert samples.PLACE not in shown, "what is kept, not what came"

    async def test_infected_is_refused_and_nothing_of_it_is_left(self, storage: Storage, daemon: tuple[Daemon, str]) -> None:
        await announced(storage, PHOTO)
        here = await errand(storage)
        with pytest.raises(Unfit) as refused:
            await Deposits(storage, Clamd(daemon[1])).fetch(here, pieces(marked()))
        await storage.run(media.refuse, here, refused.value.code)
        assert await states(storage) == [("refused", "infected", None)]
        assert await left(storage) == 0

        def shown(work: Work) -> str:
            row = work.session.exec(select(Media)).one()
            (file,) = media.of_messages(work, row.conversation_id or 0, 1, 1)[1]
            assert media.find(work, row.token) is None
            return sent(file).state

        assert "l'antivirus y reconnaît" in await storage.read(shown)

    async def test_by_our_own_page_nothing_of_it_is_left_but_that_it_came(self, storage: Storage, daemon: tuple[Daemon, str]) -> None:
        found = await Deposits(storage, Clamd(daemon[1])).receive(pieces(marked()), Attachment("document", "", name="bail.png"))
        assert found.refused == "infected"
        assert (await states(storage), await left(storage)) == ([("whole", "infected", None)], 0)
        [file] = await announced(storage, found)
        assert (file.state, file.failure, file.name) == (State.REFUSED, "infected", "bail.png")
        assert "l'antivirus y reconnaît" in sent(file).state
        assert await storage.read(media.find, file.token) is None

    async def test_a_scanner_that_is_down_stops_nothing(self, storage: Storage, tmp_path: Path) -> None:
        await announced(storage, PHOTO)
        await Deposits(storage, Clamd(str(tmp_path / "nobody"))).fetch(await errand(storage), pieces(PNG))
        assert await states(storage) == [("kept", None, "unchecked")]


async def test_doctor_says_how_it_is(daemon: tuple[Daemon, str]) -> None:
    double, path = daemon
    settings = settings_for("sqlite://")
    assert (await _scanner(settings)).verdict is Verdict.OFF
    settings = settings.model_copy(update={"clamav_socket": path})
    assert (await _scanner(settings)).verdict is Verdict.FINE
    double.mood = Mood.NONSENSE
    assert "non vérifié" in (await _scanner(settings)).said
    assert "PALIER_CLAMAV_SOCKET" in (await _scanner(settings.model_copy(update={"clamav_socket": "nothing"}))).said
