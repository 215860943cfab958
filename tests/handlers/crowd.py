"""Many people at once through the real road, on one database: what each is told, turn by turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from typing_extensions import override

from bot import outbox
from bot.channels.telegram import rendering
from bot.messages import Address, Attachment, Call, Inbound, Kind, Outbound, Purpose, reference
from handlers import speaking
from handlers.crisis import CASEWORKER_THERE
from storage import lanes, road
from storage.engine import Work
from storage.lanes import Lane
from tests.talk import ACCOUNT, Paper, Road

Act = tuple[str, Any]
SILENT = (Kind.DELETED, Kind.CHANGED)
FIRST_PEER = 1_000_000


class Sheet(Paper):
    """Paper by person, that renders as Telegram would: its limits are real."""

    name = "telegram"
    limits = rendering.LIMITS

    def __init__(self) -> None:
        super().__init__()
        self.by_peer: dict[str, list[Outbound]] = {}
        self.calls: list[tuple[Outbound, list[Call]]] = []

    @override
    def render(self, outbound: Outbound) -> list[Call]:
        self.calls.append((outbound, rendering.render(outbound)))
        return super().render(outbound)

    @override
    async def send(self, address: Address, call: Call) -> str:
        sent = await super().send(address, call)
        self.by_peer.setdefault(address.peer, []).append(self.sent[-1])
        return sent


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing somebody did, and all that was said to them for it.

    `human`: a human owned the conversation when it came; `human_wrote`: one had just written there, who has two minutes to answer a danger first.
    """

    person: str
    language: str
    inbound: Inbound
    said: Sequence[Outbound]
    human: bool
    human_wrote: bool


@dataclass(slots=True)
class Person:
    """One side of a dialogue. `script` is what they do, in order."""

    address: Address
    language: str
    script: Sequence[Act]
    heard: int = 0
    shown: list[Outbound] = field(default_factory=list)

    def does(self, nth: int, now: Any) -> Inbound | None:
        """What they do in round `nth`; None once their script is over."""
        if nth >= len(self.script):
            return None
        act, given = self.script[nth]
        inbound = Inbound(self.address, "", Kind.TEXT, now)
        if act == "taps":
            return self._pressed(inbound, int(given))
        if act == "says" and str(given).startswith("/"):
            kind = Kind.STARTED if str(given).startswith("/start") else Kind.COMMAND
            return replace(inbound, kind=kind, text=str(given).removeprefix("/start ").removeprefix("/"))
        if act == "sends":
            return replace(inbound, kind=Kind.MEDIA, attachments=(Attachment(str(given), "id", size=1000),))
        return replace(inbound, text=str(given)) if act == "says" else replace(inbound, kind=given)

    def _pressed(self, inbound: Inbound, place: int) -> Inbound:
        """One of the buttons on the screen, the newest first; where there is none, its place is written."""
        buttons = [reference(said.number, index) for said in reversed(self.shown) for index in range(len(said.choices))]
        return replace(inbound, kind=Kind.CHOICE, choice=buttons[place % len(buttons)]) if buttons else replace(inbound, text=str(place))


class Crowd:
    """Dialogues side by side."""

    def __init__(self, road: Road, sheet: Sheet) -> None:
        self._road = road
        self._sheet = sheet
        self._people = 0

    async def live(self, dialogues: Sequence[tuple[str, Sequence[Act]]]) -> list[Exchange]:
        """Every dialogue to its end: a language and a script each."""
        people = [self._person(language, script) for language, script in dialogues]
        await self._road.storage.run(_speak, {person.address: person.language for person in people})
        exchanges: list[Exchange] = []
        for nth in range(max(len(person.script) for person in people)):
            exchanges += await self._round(people, nth)
            self._road.clock.turn(minutes=2)
        return exchanges

    def _person(self, language: str, script: Sequence[Act]) -> Person:
        self._people += 1
        return Person(Address(self._sheet.name, ACCOUNT, str(FIRST_PEER + self._people)), language, script)

    async def _round(self, people: Sequence[Person], nth: int) -> list[Exchange]:
        """Each does one thing; all of it is accepted in one commit, then answered side by side."""
        there = [person for person in people if nth < len(person.script)]
        before = await self._road.storage.run(_lanes, [person.address for person in there])
        colleagues = [person.address for person in there if person.script[nth][0] == "human"]
        await self._road.storage.run(_line_of_a_colleague, colleagues)
        acts = {person.address.peer: person.does(nth, self._road.clock.now()) for person in there if person.address not in colleagues}
        await self._road.take(*(inbound for inbound in acts.values() if inbound is not None))
        while await self._road.storage.read(road.addresses_waiting):
            await self._road.run()
        found = []
        for person in there:
            news = self._sheet.by_peer.get(person.address.peer, [])[person.heard :]
            person.heard += len(news)
            person.shown += news
            inbound = acts.get(person.address.peer)
            if inbound is not None:
                lane = before[person.address]
                wrote = lane is not None and lane.last_human_at is not None and inbound.received_at - lane.last_human_at < CASEWORKER_THERE
                found.append(Exchange(person.address.peer, person.language, inbound, news, lane is not None and lane.human, wrote))
        return found


def _speak(work: Work, spoken: Mapping[Address, str]) -> None:
    for address, language in spoken.items():
        lane = lanes.open_lane(work, address)
        lane.language = language
        lane.state[speaking.BEGUN] = True  # theirs before their first words here, whatever those are written in
        lanes.keep(work, lane)


def _lanes(work: Work, addresses: Sequence[Address]) -> dict[Address, Lane | None]:
    return {address: lanes.lane_of(work, address) for address in addresses}


def _line_of_a_colleague(work: Work, addresses: Sequence[Address]) -> None:
    for address in addresses:
        lane = lanes.open_lane(work, address)
        lane.to(lanes.HUMAN)
        outbox.put(work, lane, Outbound(address, Purpose.HUMAN, "Une ligne.", language=lane.language))
        lane.last_human_at = work.now
        lanes.keep(work, lane)
