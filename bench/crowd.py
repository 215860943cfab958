"""The crowd: simulated Telegram people who write to a webhook, and the Bot API where their answers arrive. One process, one event loop.

Closed loop: each person writes, waits for the answer, writes again. Open loop: messages start at fixed times, whatever becomes of those before.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.wire import Api, Line, request_head

HOST = "127.0.0.1"
BOT_ID = 123456
TOKEN = f"{BOT_ID}:bench"
SECRET = "bench"  # noqa: S105 - opens nothing
FIRST_CHAT = 1_000_000
LOST_AFTER = 10.0
LINES = 64

_CHAT = re.compile(rb"chat_id[^0-9]{1,8}(\d+)")  # in JSON and in a form
_ME = b'{"ok":true,"result":{"id":%d,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}' % BOT_ID
_TRUE = b'{"ok":true,"result":true}'
_META = b'{"success":true,"recipient_id":"1","message_id":"m_%d","messages":[{"id":"wamid.%d"}]}'
_SENT = (
    b'{"ok":true,"result":{"message_id":%d,"from":{"id":%d,"is_bot":true,"first_name":"Bench","username":"bench_bot"},'
    b'"chat":{"id":%d,"first_name":"Sam","type":"private"},"date":%d,"text":"menu"}}'
)
_UPDATE = (
    b'{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Sam","language_code":"fr"},'
    b'"chat":{"id":%d,"first_name":"Sam","type":"private"},"date":%d,"text":"menu"}}'
)


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook to write to."""

    port: int
    path: str


@dataclass(slots=True)
class Result:
    """What one load saw. Times in seconds; `lost` were not answered in time, `refused` got another status than 200."""

    started: int = 0
    answered: int = 0
    refused: int = 0
    lost: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def quantile(self, part: float) -> float:
        waits = sorted(self.waits)
        return waits[min(len(waits) - 1, int(len(waits) * part))] if waits else float("inf")


class Crowd:
    """The Bot API's side, shared by every load: says who was answered to whoever listens."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.hear: Callable[[int], None] = lambda chat: None
        self.messages = 0
        """Those that came by one of Meta's two APIs."""
        self._update = 0
        self._message = 0
        self._now = int(time.time())

    async def open(self) -> str:
        """Serve the Bot API; its base address."""
        self._server = await asyncio.get_running_loop().create_server(lambda: Api(self._answer), HOST, 0, backlog=1024)
        return f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        self._server.close()

    def update(self, chat: int) -> bytes:
        """The next update: this chat says « menu »."""
        self._update += 1
        return _UPDATE % (self._update, self._update, chat, chat, self._now)

    def _answer(self, method: bytes, body: bytes) -> bytes:
        self.calls[method.decode()] += 1
        if method == b"sendMessage" and (found := _CHAT.search(body)):
            chat = int(found[1])
            self._message += 1
            self.hear(chat)
            return _SENT % (self._message, BOT_ID, chat, self._now)
        if method == b"messages":
            self._message += 1
            self.messages += b'"body"' in body or b'"quick_replies"' in body
            return _META % (self._message, self._message)
        return _ME if method == b"getMe" else _TRUE


class _Person:
    """Somebody of the closed loop: needs both the webhook's 200 and the answer before the next message."""

    __slots__ = ("chat", "heard", "line", "since")

    def __init__(self, chat: int) -> None:
        self.chat = chat
        self.since = 0.0
        self.heard = True
        self.line: Line


async def closed_loop(crowd: Crowd, target: Target, people: Sequence[int], seconds: float) -> Result:
    """Everybody writes, waits for the answer, writes again, for so long. The rate counts answers within the time."""
    return await _Closed(crowd, people, seconds).run(target)


class _Closed:
    def __init__(self, crowd: Crowd, people: Sequence[int], seconds: float) -> None:
        self._crowd = crowd
        self._people = {chat: _Person(chat) for chat in people}
        self._seconds = seconds
        self._result = Result(seconds=seconds)
        self._end = 0.0
        self._left = len(people)
        self._over = asyncio.Event()

    async def run(self, target: Target) -> Result:
        by_line: dict[Line, _Person] = {}
        lines = await _lines(target, len(self._people), lambda line, status: self._told(by_line[line], status))
        for person, line in zip(self._people.values(), lines, strict=True):
            person.line = line
            by_line[line] = person
        self._crowd.hear = self._hear
        self._end = time.perf_counter() + self._seconds
        for person in by_line.values():
            self._write(person)
        try:
            async with asyncio.timeout(self._seconds + LOST_AFTER):
                await self._over.wait()
        except TimeoutError:
            self._result.lost = self._left
        self._crowd.hear = lambda chat: None
        for line in by_line:
            line.close()
        return self._result

    def _write(self, person: _Person) -> None:
        person.heard = False
        person.since = time.perf_counter()
        self._result.started += 1
        person.line.post(self._crowd.update(person.chat))

    def _hear(self, chat: int) -> None:
        person = self._people[chat]
        now = time.perf_counter()
        if now <= self._end:
            self._result.answered += 1
            self._result.waits.append(now - person.since)
        person.heard = True
        self._next(person)

    def _told(self, person: _Person, status: int) -> None:
        if status != 200:
            self._result.refused += 1
        self._next(person)

    def _next(self, person: _Person) -> None:
        if not person.heard or person.line.busy:
            return
        if time.perf_counter() < self._end:
            self._write(person)
        else:
            self._left -= 1
            if not self._left:
                self._over.set()


async def open_loop(crowd: Crowd, target: Target, people: Sequence[int], rate: float, seconds: float) -> Result:
    """Start `rate` messages a second at fixed times for so long; each wait counts from the time it was due, not from when we got round to it."""
    return await _Open(crowd, people, rate, seconds).run(target)


class _Open:
    def __init__(self, crowd: Crowd, people: Sequence[int], rate: float, seconds: float) -> None:
        self._crowd = crowd
        self._people = people
        self._rate = rate
        self._total = int(rate * seconds)
        self._result = Result(seconds=seconds)
        self._waiting: dict[int, deque[float]] = {chat: deque() for chat in people}
        self._late: deque[bytes] = deque()
        self._idle: deque[Line] = deque()  # in turn, so that none is left idle until the server closes it
        self._over = asyncio.Event()

    async def run(self, target: Target) -> Result:
        lines = await _lines(target, LINES, self._told)
        self._idle.extend(lines)
        self._crowd.hear = self._hear
        start = time.perf_counter()
        while self._result.started < self._total:
            await self._start_due(start)
        try:
            async with asyncio.timeout(LOST_AFTER):
                await self._over.wait()
        except TimeoutError:
            self._result.lost = self._total - self._result.answered
        self._crowd.hear = lambda chat: None
        for line in lines:
            line.close()
        return self._result

    async def _start_due(self, start: float) -> None:
        """Write what is due, then wait for the next time."""
        result, people = self._result, self._people
        now = time.perf_counter()
        while result.started < self._total and (due := start + result.started / self._rate) <= now:
            chat = people[result.started % len(people)]
            result.started += 1
            self._waiting[chat].append(due)
            body = self._crowd.update(chat)
            if self._idle:
                self._idle.popleft().post(body)
            else:
                self._late.append(body)
        await asyncio.sleep(max(0.0, start + result.started / self._rate - time.perf_counter()))

    def _hear(self, chat: int) -> None:
        if waiting := self._waiting[chat]:
            self._result.waits.append(time.perf_counter() - waiting.popleft())
            self._result.answered += 1
            if self._result.answered == self._total:
                self._over.set()

    def _told(self, line: Line, status: int) -> None:
        if status != 200:
            self._result.refused += 1
        if self._late:
            line.post(self._late.popleft())
        else:
            self._idle.append(line)


async def _lines(target: Target, count: int, answered: Callable[[Line, int], None]) -> list[Line]:
    loop = asyncio.get_running_loop()
    head = request_head(target.path, f"{HOST}:{target.port}", SECRET)
    made = [await loop.create_connection(lambda: Line(head, answered), HOST, target.port) for _ in range(count)]
    return [line for _transport, line in made]


def chats(count: int, step: int = 1) -> list[int]:
    """The chats of so many people, `step` apart."""
    return [FIRST_CHAT + step * place for place in range(count)]
