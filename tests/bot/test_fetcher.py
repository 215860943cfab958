"""Files are fetched soon after they came, a few at a time; a provider that fails is asked again, then the truth is said."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import Channel
from bot.errors import Misconfigured, Rejected, Throttled, TooLarge, Unreachable
from bot.fetcher import SIDE_BY_SIDE, Fetcher
from bot.messages import Attachment, Inbound, Kind
from bot.rules.files import LARGEST
from bot.rules.retry import FILE_DELAYS
from content.library import Library, load_library
from handlers import files
from storage import media
from storage.engine import Storage
from storage.media import File, State
from storage.tables import MediaChunk
from tests import samples
from tests.clock import TestClock
from tests.scheduler.jobs.test_transport import count
from tests.talk import ACCOUNT, NAME, Paper, Road, Talk, bodies

RECEIVED = "Reçu."
NOT_HERE = "Ce fichier ne passe pas ici."
NOT_ARRIVED = "Ton fichier n’est pas arrivé"


class Provider(Paper):
    """Paper that keeps files until they are asked for; `faults` are met in order, one a try; `given` rings once a file was given whole."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.faults: list[Exception] = []
        self.asked: list[str] = []
        self.given = asyncio.Event()
        self.most_at_once = 0
        self._now = 0

    async def fetch(self, attachment: Attachment, limit: int) -> AsyncGenerator[bytes, None]:
        self.asked.append(attachment.provider_id)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.faults:
                raise self.faults.pop(0)
            if attachment.provider_id not in self.files:
                raise Unreachable("file_gone")
            content = self.files[attachment.provider_id]
            if len(content) > limit:
                raise TooLarge
            for at in range(0, len(content), 50_000):
                yield content[at : at + 50_000]
            self.given.set()
        finally:
            self._now -= 1


@dataclass
class Fetched:
    """A road, and the provider its files stay at."""

    road: Road
    provider: Provider
    clock: TestClock
    nth: int = 0

    def file(self, content: bytes | None, kind: str = "photo") -> Attachment:
        """A file the provider has, unless it is None."""
        self.nth += 1
        key = f"file-{self.nth}"
        if content is not None:
            self.provider.files[key] = content
        return Attachment(kind, key)

    async def sends(self, talk: Talk, content: bytes | None, kind: str = "photo") -> str:
        """Somebody sends a file; what is said because of it."""
        return bodies(await talk.does(Kind.MEDIA, attachments=(self.file(content, kind),)))

    async def sends_at_once(self, talk: Talk, contents: Sequence[bytes]) -> str:
        """The same with many, a message each."""
        now = self.clock.now()
        await self.road.take(*(Inbound(talk.address, "", Kind.MEDIA, now, attachments=(self.file(content),)) for content in contents))
        return bodies(talk.news())

    async def passes(self, talk: Talk, seconds: float = 0.0) -> str:
        """Time passes, and what is due is done; what is said because of it."""
        self.clock.turn(seconds)
        await self.road.run()
        return bodies(talk.news())

    async def known(self, talk: Talk) -> list[File]:
        lane = await talk.lane()
        found = await self.road.storage.read(media.of_messages, lane.conversation_id, 0, 2**31 - 1)
        return [file for files in found.values() for file in files]

    async def states(self, talk: Talk) -> list[tuple[State, str]]:
        return [(file.state, file.failure) for file in await self.known(talk)]

    def another(self, channels: Mapping[tuple[str, str], Channel]) -> Fetcher:
        """Another process that fetches."""
        return Fetcher(self.road.storage, channels, self.clock, ZoneInfo("Europe/Paris"), files.tell)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture
def fetched(storage: Storage, clock: TestClock, library: Library) -> Fetched:
    provider = Provider()
    return Fetched(Road(storage, clock, library, provider), provider, clock)


@pytest.fixture
def talk(fetched: Fetched) -> Talk:
    return fetched.road.talk()


async def test_a_file_is_kept_soon_after_it_came_and_nothing_more_is_said(fetched: Fetched, talk: Talk) -> None:
    said = await fetched.sends(talk, samples.jpeg())
    assert said.count(RECEIVED) == 1
    assert await fetched.states(talk) == [(State.KEPT, "")]
    assert await fetched.passes(talk, 60) == ""
    assert fetched.provider.asked == ["file-1"]


async def test_a_voice_note_of_no_second_is_kept_and_answered_like_any_other(fetched: Fetched, talk: Talk) -> None:
    assert "J’ai reçu ton vocal." in await fetched.sends(talk, samples.ogg(0), "voice")
    assert await fetched.states(talk) == [(State.KEPT, "")]


async def test_a_name_hides_nothing(fetched: Fetched, talk: Talk) -> None:
    name = "..\\../etc/\u202eepj.bail\u0000\u2066.jpg"
    fetched.provider.files["named"] = samples.jpeg()
    await talk.does(Kind.MEDIA, attachments=(Attachment("document", "named", name=name),))
    assert [(file.name, file.state) for file in await fetched.known(talk)] == [("epj.bail.jpg", State.KEPT)]


async def test_the_commit_that_announces_a_file_sets_its_fetching_off(fetched: Fetched, talk: Talk) -> None:
    fetcher = fetched.another({(NAME, ACCOUNT): fetched.provider})
    going_round = asyncio.create_task(fetcher.run())
    await fetched.road.storage.read(media.any_due)  # its first sweep went before this and found nothing; the clock stands still: no other comes
    await fetched.road.inbox.take([Inbound(talk.address, "1", Kind.MEDIA, fetched.clock.now(), attachments=(fetched.file(samples.jpeg()),))])
    async with asyncio.timeout(10):
        await fetched.provider.given.wait()
    await fetcher.settled()
    assert await fetched.states(talk) == [(State.KEPT, "")]
    going_round.cancel()


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (samples.archive(), "photo", "unknown_kind"),
        (samples.HTML, "photo", "unknown_kind"),
        (samples.SVG, "photo", "unknown_kind"),
        (samples.jpeg(trailer=samples.archive()), "photo", "two_kinds"),
        (samples.gif(trailer=b"=1;/*<script>alert(1)</script>*/"), "document", "two_kinds"),
        (samples.pdf(trailer=samples.archive()), "document", "two_kinds"),
        (samples.pdf(), "photo", "another_kind"),
        (b"", "photo", "empty"),
        (samples.large_jpeg(LARGEST + 1), "photo", media.TOO_LARGE),
        (samples.png(30_000, 30_000), "photo", "too_many_pixels"),
    ],
)
async def test_what_is_not_taken_is_said_and_leaves_nothing(
    fetched: Fetched, talk: Talk, storage: Storage, content: bytes, kind: str, code: str
) -> None:
    said = await fetched.sends(talk, content, kind)
    assert NOT_HERE in said
    assert said.endswith("115 · 17 · 119 · 3114")
    assert await fetched.states(talk) == [(State.REFUSED, code)]
    assert await count(storage, MediaChunk) == 0
    assert await fetched.passes(talk, 3600) == ""
    assert fetched.provider.asked == ["file-1"]


async def test_a_provider_that_fails_is_asked_again_then_the_file_is_lost_and_said(fetched: Fetched, talk: Talk) -> None:
    said = [await fetched.sends(talk, None), *[await fetched.passes(talk, delay * 1.3) for delay in FILE_DELAYS]]
    assert [NOT_ARRIVED in each for each in said] == [False] * len(FILE_DELAYS) + [True]
    assert said[-1].endswith("115 · 17 · 119 · 3114")
    assert await fetched.states(talk) == [(State.LOST, "file_gone")]
    assert len(fetched.provider.asked) == len(FILE_DELAYS) + 1


async def test_who_sent_it_long_ago_is_not_told_in_the_night_and_it_is_tried_once_more(fetched: Fetched, talk: Talk) -> None:
    fetched.clock.turn(hours=12)  # half past ten in the evening
    said = [await fetched.sends(talk, None), *[await fetched.passes(talk, delay * 1.3) for delay in FILE_DELAYS]]
    assert NOT_ARRIVED not in "".join(said)
    assert await fetched.states(talk) == [(State.ANNOUNCED, "file_gone")]
    fetched.provider.files["file-1"] = samples.jpeg()
    assert await fetched.passes(talk, 9 * 3600) == ""
    assert await fetched.states(talk) == [(State.KEPT, "")]


async def test_a_voice_note_whose_id_died_is_lost_at_once_and_called_so(fetched: Fetched, talk: Talk) -> None:
    fetched.provider.faults = [Rejected("invalid_file_id")]
    assert "Ton vocal n’est pas arrivé" in await fetched.sends(talk, None, "voice")
    assert await fetched.states(talk) == [(State.LOST, "invalid_file_id")]


@pytest.mark.parametrize("fault", [Unreachable("cut", maybe_sent=True), Misconfigured("token_refused"), ConnectionResetError(), ValueError("a bug")])
async def test_a_fault_that_passes_costs_a_moment(fetched: Fetched, talk: Talk, fault: Exception) -> None:
    fetched.provider.faults = [fault]
    await fetched.sends(talk, samples.jpeg())
    assert (await fetched.known(talk))[0].state is State.ANNOUNCED
    await fetched.passes(talk, 5)
    assert await fetched.states(talk) == [(State.KEPT, "")]


async def test_a_provider_that_gives_no_end_is_left(fetched: Fetched, talk: Talk) -> None:
    fetched.provider.faults = [TimeoutError()]
    await fetched.sends(talk, samples.jpeg())
    assert await fetched.states(talk) == [(State.ANNOUNCED, "timeout")]


async def test_asked_to_wait_the_whole_account_waits_and_nothing_is_counted(fetched: Fetched, talk: Talk) -> None:
    fetched.provider.faults = [Throttled("throttled", 60.0)]
    await fetched.sends_at_once(talk, [samples.jpeg()] * 9)
    asked = len(fetched.provider.asked)
    assert asked <= SIDE_BY_SIDE
    await fetched.passes(talk, 50)
    assert len(fetched.provider.asked) == asked
    await fetched.passes(talk, 20)
    assert {state for state, _ in await fetched.states(talk)} == {State.KEPT}


async def test_a_channel_that_is_off_is_waited_for_a_week(fetched: Fetched, talk: Talk) -> None:
    fetched.road.fetcher = fetched.another({})
    assert NOT_ARRIVED not in await fetched.sends(talk, samples.jpeg())
    assert await fetched.states(talk) == [(State.ANNOUNCED, "channel_off")]
    assert NOT_ARRIVED in await fetched.passes(talk, 8 * 24 * 3600)
    assert await fetched.states(talk) == [(State.LOST, "channel_off")]


async def test_three_hundred_photos_are_kept_a_few_at_a_time_and_answered_once(fetched: Fetched, talk: Talk, storage: Storage) -> None:
    said = await fetched.sends_at_once(talk, [samples.jpeg()] * 300)
    assert said.count(RECEIVED) == 1
    assert {state for state, _ in await fetched.states(talk)} == {State.KEPT}
    assert len(await fetched.known(talk)) == 300 == await count(storage, MediaChunk)
    assert fetched.provider.most_at_once <= SIDE_BY_SIDE


async def test_three_hundred_archives_are_refused_in_one_sentence(fetched: Fetched, talk: Talk) -> None:
    said = await fetched.sends_at_once(talk, [samples.archive()] * 300)
    assert said.count(NOT_HERE) == said.count(RECEIVED) == 1
    assert await fetched.states(talk) == [(State.REFUSED, "unknown_kind")] * 300


async def test_a_phone_somebody_else_reads_does_not_light_up_for_a_lost_file(fetched: Fetched, talk: Talk) -> None:
    await talk.says("il me frappe")
    await talk.taps("Oui")
    assert NOT_HERE not in await fetched.sends(talk, samples.archive())
    assert await fetched.states(talk) == [(State.REFUSED, "unknown_kind")]


async def test_what_one_process_was_fetching_when_it_died_is_fetched_by_another(fetched: Fetched, talk: Talk, storage: Storage) -> None:
    fetched.provider.faults = [Unreachable("cut")]
    await fetched.sends(talk, samples.jpeg())
    fetched.clock.turn(5)
    assert await storage.run(media.take) is not None
    await fetched.passes(talk)
    assert (await fetched.known(talk))[0].state is State.ANNOUNCED
    await fetched.passes(talk, media.LEASE_SECONDS + 5)
    assert await fetched.states(talk) == [(State.KEPT, "")]


async def test_two_processes_fetch_every_file_once(fetched: Fetched, talk: Talk, storage: Storage) -> None:
    fetched.provider.faults = [Unreachable("cut")] * 20
    await fetched.sends_at_once(talk, [samples.jpeg()] * 20)
    fetched.clock.turn(5)
    both = [fetched.another({(NAME, ACCOUNT): fetched.provider}) for _ in range(2)]
    await asyncio.gather(*(fetcher.sweep() for fetcher in both))
    await asyncio.gather(*(fetcher.settled() for fetcher in both))
    assert await fetched.states(talk) == [(State.KEPT, "")] * 20
    assert sorted(fetched.provider.asked) == sorted([f"file-{nth + 1}" for nth in range(20)] * 2)
    assert await count(storage, MediaChunk) == 20
