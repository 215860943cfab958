"""Live: what is said, as server-sent events whose id is the message's number. Who reconnects says the last number it has."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.channels.webchat.pages import SHOWN, Pages
from bot.channels.webchat.ports import House, Line, Talk
from bot.messages import Json, reference

HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the line still holds."""
KNOCK = 2.0
"""Seconds between two looks for a conversation that does not exist yet."""
NO_CONVERSATION = 0
BATCH = 100
MOST_OPEN, MOST_NEAR = 8, 400
"""Live pages at once of one session, and of one network address."""
OPENING = "retry: 2000\n\n"
SILENCE = ": \n\n"

Dress = Callable[[Line], dict[str, Json]]


def plain(line: Line) -> dict[str, Json]:
    """A line as programs read it (interface: GET /chat/messages)."""
    choices: list[dict[str, Json]] = []
    for index, choice in enumerate(line.choices):
        fields: dict[str, Json] = {"id": reference(line.number, index), "label": choice.label}
        if choice.link:
            fields["link"] = choice.link
        choices.append(fields)
    fields = {"id": line.number, "author": "me" if line.author == "person" else line.author, "body": line.text, "choices": choices}
    fields["at"] = line.at.isoformat()
    for name, value in (("name", line.name), ("card", line.card), ("chosen", line.chosen)):
        if value:
            fields[name] = value
    return fields


class Streams:
    """The live pages of one process."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house = house
        self._pages = pages
        self._doorsteps: dict[str, set[asyncio.Event]] = {}
        self._open: Counter[str] = Counter()

    def knock(self, peer: str) -> None:
        """Somebody wrote for the first time: whoever waits for their conversation looks again."""
        for event in self._doorsteps.get(peer, ()):
            event.set()

    def full(self, peer: str, near: str) -> bool:
        """True when this session, or this network address, has too many live pages."""
        return self._open[peer] >= MOST_OPEN or self._open[near] >= MOST_NEAR

    async def events(self, peer: str, near: str, after: int, *, dressed: bool) -> AsyncIterator[str]:
        """Everything said after number `after`, then everything new, until the service stops or the reader leaves.

        A number that the conversation has not reached is of another one, which was erased: this one is told from its beginning, anew.
        """
        with self._counted(peer), self._counted(near):
            yield OPENING
            while not self._house.stopping.is_set():
                talk = await self._house.talks.find(self._house.channel.address(peer))
                if talk is None:
                    await self._wait_at_the_door(peer)
                    yield SILENCE
                    continue
                anew = after > talk.last_number
                if anew:
                    after = 0
                async for number, event in self._said(peer, talk, after, dressed=dressed, anew=anew):
                    after = max(after, number)
                    yield event

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]

    async def _said(self, peer: str, talk: Talk, after: int, *, dressed: bool, anew: bool) -> AsyncIterator[tuple[int, str]]:
        """The numbered events of one conversation; ends after a silence, or a ring without a word: the caller finds it again."""
        house, first = self._house, True
        with house.bell.listen(talk.id) as rung:
            dress = await self._dress(talk, after) if dressed else plain
            while not house.stopping.is_set():
                rung.clear()
                lines = await house.talks.after(talk.id, after, BATCH)
                tongue = await self._tongue(peer, talk, lines) if dressed else {}
                for line in lines:
                    after = line.number
                    yield after, event(after, dress(line) | tongue | ({"anew": True} if anew else {}))
                    anew = False
                if not (lines or first):
                    return
                first = False
                if len(lines) < BATCH and not await house.clock.wait(rung, HEARTBEAT):
                    yield after, SILENCE
                    return

    async def _tongue(self, peer: str, talk: Talk, lines: Sequence[Line]) -> dict[str, Json]:
        """The language the conversation is held in now, asked again where the robot spoke another one than when it was found."""
        if any(line.author == "bot" and line.language != talk.language for line in lines):
            talk = await self._house.talks.find(self._house.channel.address(peer)) or talk
        return {"tongue": talk.language}

    async def _dress(self, talk: Talk, after: int) -> Dress:
        """Lines as our own page shows them: its HTML, and which questions are open from then on."""
        words = self._house.words(talk.language)
        sheet = self._pages.sheet(words)
        sheet.prime(await self._house.talks.before(talk.id, after + 1, SHOWN))

        def dress(line: Line) -> dict[str, Json]:
            shown = sheet.add(line)
            html = self._pages.line(shown, words) if shown else ""
            return {"html": html, "open": sorted(sheet.questions.open), "mine": line.author == "person"}

        return dress

    async def _wait_at_the_door(self, peer: str) -> None:
        with self._at_the_door(peer) as event:
            await self._house.clock.wait(event, KNOCK)

    @contextmanager
    def _at_the_door(self, peer: str) -> Iterator[asyncio.Event]:
        """An event set when this peer writes, and by the bell when the service stops."""
        with self._house.bell.listen(NO_CONVERSATION) as event:
            self._doorsteps.setdefault(peer, set()).add(event)
            try:
                yield event
            finally:
                self._doorsteps[peer].discard(event)
                if not self._doorsteps[peer]:
                    del self._doorsteps[peer]


def event(number: int, fields: dict[str, Json]) -> str:
    """One server-sent event."""
    return f"id: {number}\ndata: {json.dumps(fields, ensure_ascii=False, separators=(',', ':'))}\n\n"


def as_json(lines: Sequence[Line]) -> bytes:
    """Lines as the JSON list that programs read."""
    return json.dumps([plain(line) for line in lines], ensure_ascii=False, separators=(",", ":")).encode()
