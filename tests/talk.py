"""A conversation driven through the real road: real storage, real handlers, a channel that keeps what it was told to send.

talk = await conversation(storage, clock)
said = await talk.says("slt")
said = await talk.taps("Menu")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4
from weakref import finalize
from zoneinfo import ZoneInfo

from bot import wiring
from bot.channels.base import Channel, Courtesy, Limits, Parsed
from bot.eraser import Eraser
from bot.errors import Malformed
from bot.fetcher import Fetcher
from bot.inbox import Inbox
from bot.messages import Address, Attachment, Call, Inbound, Kind, Outbound, Purpose, reference
from bot.outbox import Outbox
from bot.turns import Turns, Understand
from content.library import Library, load_library
from content.understanding.appointment import Hear
from handlers import files, forgetting, reminding
from storage import lanes
from storage.engine import Storage, Work
from storage.lanes import Lane
from tests.clock import TestClock

NAME, ACCOUNT = "paper", "test"
HOME = "https://chat.cllaj.example/chat"


class Paper:
    """A channel without limits that keeps every outbound it renders, by address, in the order of the sends."""

    name = NAME
    account = ACCOUNT
    limits = Limits(text=100_000, choices=100, label=200, per_second=1000.0)

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self._rendered: dict[int, Outbound] = {}

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Anybody may write on paper."""

    def parse(self, raw: bytes) -> list[Parsed]:
        raise Malformed("paper has no webhook")

    def render(self, outbound: Outbound) -> list[Call]:
        self._rendered[outbound.id] = outbound
        return [Call("write", {"id": outbound.id})]

    async def send(self, address: Address, call: Call) -> str:
        outbound = self._rendered[int(str(call.payload["id"]))]
        self.sent.append(outbound)
        return f"{address.peer}:{len(self.sent)}"

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """None on paper."""

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Talk:
    """One person's side. Every verb returns what was sent to them because of it, in order."""

    road: "Road"
    address: Address
    seen: int = 0
    heard: list[Outbound] = field(default_factory=list)
    locale: str | None = None

    async def says(self, text: str) -> list[Outbound]:
        """Write words; `/name` is a command."""
        if text.startswith("/start"):
            return await self.does(Kind.STARTED, text.removeprefix("/start").strip())
        if text.startswith("/"):
            return await self.does(Kind.COMMAND, text[1:])
        return await self.does(Kind.TEXT, text)

    async def taps(self, label: str, back: int = 0) -> list[Outbound]:
        """Press the newest button of this label, or an older one (`back` messages with it earlier)."""
        shown = [(said, index) for said in reversed(self.heard) for index, choice in enumerate(said.choices) if choice.label == label]
        said, index = shown[back]
        return await self.does(Kind.CHOICE, choice=reference(said.number, index))

    async def sends(self, kind: str, caption: str = "") -> list[Outbound]:
        """Send a file of this kind (voice, photo, document…)."""
        return await self.does(Kind.MEDIA, caption, attachments=(Attachment(kind, "a-provider-id"),))

    async def does(
        self, kind: Kind, text: str = "", choice: str | None = None, attachments: tuple[Attachment, ...] = (), shown_as: str | None = None
    ) -> list[Outbound]:
        """Anything a channel can bring."""
        inbound = Inbound(self.address, "", kind, self.road.clock.now(), text, choice, attachments, locale=self.locale, shown_as=shown_as)
        await self.road.take(inbound)
        return self.news()

    def news(self) -> list[Outbound]:
        """What was sent to this person since the last look."""
        mine = [outbound for outbound in self.road.paper.sent if outbound.address == self.address]
        new, self.seen = mine[self.seen :], len(mine)
        self.heard += new
        return new

    async def lane(self) -> Lane:
        """The lane as it stands."""
        found = await self.road.storage.run(lanes.lane_of, self.address)
        assert found is not None
        return found


@lru_cache
def shared_library() -> Library:
    """What the service says, read once for all the tests."""
    return load_library()


class Road:
    """The real road on one database, run by the test: nothing happens between two of its verbs."""

    def __init__(
        self,
        storage: Storage,
        clock: TestClock,
        library: Library | None = None,
        paper: Paper | None = None,
        home: str = HOME,
        understand: Understand | None = None,
        hear: Hear | None = None,
        beside: Sequence[Channel] = (),
    ) -> None:
        """`beside`: by what people are written to where their application does not work.

        `understand`, `hear`: what words mean, and how they answer about an appointment, where the test says it rather than what was learnt."""
        self.storage = storage
        self.clock = clock
        self.library = library or shared_library()
        self.paper = paper or Paper()
        folder = mkdtemp()
        finalize(self, rmtree, folder, ignore_errors=True)
        self.ledger = Path(folder) / "erasures.log"
        channels = {(self.paper.name, ACCOUNT): self.paper} | {(each.name, each.account): each for each in beside}
        self.outbox = Outbox(storage, channels, clock, ZoneInfo("Europe/Paris"), alone=True, undone=reminding.undone)
        reads = understand or wiring.understand(self.library)
        ways, opens = {each.account for each in beside}, all(each.limits.opens for each in beside)
        hears = hear or wiring.hear()
        self.turns = Turns(storage, wiring.router(), lambda: self.library, self.outbox, reads, clock, home=home, hear=hears, relays=ways, opens=opens)
        danger, explains = wiring.danger_lane(lambda: self.library), wiring.explains(lambda: self.library)
        self.inbox = Inbox(storage, channels, wiring.detector(self.library), danger, self.turns.foresee, explains=explains)
        self.eraser = Eraser(storage, channels, self.ledger, clock, forgetting.tell)
        self.fetcher = Fetcher(storage, channels, clock, ZoneInfo("Europe/Paris"), files.tell)

    def talk(self, peer: str = "yanis", locale: str | None = None) -> Talk:
        """Somebody's conversation. `locale`: the language their telephone says it is set to."""
        return Talk(self, Address(self.paper.name, ACCOUNT, peer), locale=locale)

    async def take(self, *inbounds: Inbound) -> None:
        """Accept these at once and let everything they set off run to its end."""
        await self.inbox.take([replace(inbound, external_id=uuid4().hex) for inbound in inbounds])
        await self.run()

    async def run(self) -> None:
        """Turns and sends until nothing is due."""
        await self.turns.sweep()
        await self.turns.settled()
        await self.eraser.sweep()
        await self.eraser.settled()
        await self.fetcher.sweep()
        await self.fetcher.settled()
        await self.outbox.sweep()
        await self.outbox.settled()

    async def human_says(self, talk: Talk, text: str) -> None:
        """A caseworker's line, as the desk puts it."""
        from bot import outbox

        def unit(work: Work) -> None:
            lane = lanes.lane_of(work, talk.address)
            assert lane is not None
            lane.to(lanes.HUMAN)
            outbox.put(work, lane, Outbound(talk.address, Purpose.HUMAN, text))
            lane.last_human_at = work.now
            lanes.keep(work, lane)

        await self.storage.run(unit)
        await self.run()


def bodies(said: Sequence[Outbound]) -> str:
    """All that was said, as one text."""
    return "\n---\n".join(outbound.body for outbound in said)


def labels(said: Sequence[Outbound]) -> list[str]:
    """Every button shown."""
    return [choice.label for outbound in said for choice in outbound.choices]
