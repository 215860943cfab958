"""How long a webhook takes to say 200: calls of three providers start at fixed times, signed as they sign, while turns and sends go on beside."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from bench.crowd import HOST, LOST_AFTER, Crowd, Result
from bench.report import Row
from bench.wire import Line, request_head
from tests.channels.kit import Kit, Letter, Said
from tests.channels.kits import APPS

RATE = 200.0
P95_MS = 50.0
PEOPLE = 600
LINES = 24
"""Connections of each provider: none waits for one while less than this many are being accepted."""
WORDS = "menu"


@dataclass(slots=True)
class _Door:
    """One provider's calls to its webhook."""

    kit: Kit
    idle: deque[Line] = field(default_factory=deque)
    late: deque[tuple[float, Letter]] = field(default_factory=deque)


class _Providers:
    """All of them, one loop."""

    def __init__(self, crowd: Crowd, port: int, seconds: float) -> None:
        self._crowd, self._port, self._total = crowd, port, int(RATE * seconds)
        self._doors = [_Door(kit) for kit in APPS if "calls" not in kit.without]
        self._since: dict[Line, float] = {}
        self._ids = count(int(time.time() * 1000))  # nothing said before is said again
        self._over = asyncio.Event()
        self.result = Result(seconds=seconds)

    async def run(self) -> Result:
        lines = [line for door in self._doors for line in await self._open(door)]
        answers = self._answers()
        start, result = time.perf_counter(), self.result
        while result.started < self._total:
            now = time.perf_counter()
            while result.started < self._total and (due := start + result.started / RATE) <= now:
                self._bring(self._doors[result.started % len(self._doors)], due)
            await asyncio.sleep(max(0.0, start + result.started / RATE - time.perf_counter()))
        try:
            async with asyncio.timeout(LOST_AFTER):
                await self._over.wait()
                while self._answers() - answers < self._total:  # noqa: ASYNC110 - the far end counts, and is not told of us
                    await asyncio.sleep(0.05)
        except TimeoutError:
            result.lost = self._total - len(result.waits)
        result.answered = self._answers() - answers
        for line in lines:
            line.close()
        return result

    def _answers(self) -> int:
        """How many messages were sent back, on all channels."""
        return self._crowd.calls["sendMessage"] + self._crowd.messages

    async def _open(self, door: _Door) -> list[Line]:
        head = request_head(door.kit.path, f"{HOST}:{self._port}", "")
        made: list[Line] = []
        for _nth in range(LINES):
            _transport, line = await asyncio.get_running_loop().create_connection(lambda: Line(head, self._told(door)), HOST, self._port)
            made.append(line)
        door.idle.extend(made)
        return made

    def _bring(self, door: _Door, due: float) -> None:
        who = door.kit.who(self.result.started % PEOPLE)
        self.result.started += 1
        letter = door.kit.says(Said(who, str(next(self._ids)), WORDS))
        if door.idle:
            self._post(door.idle.popleft(), due, letter)
        else:
            door.late.append((due, letter))

    def _post(self, line: Line, due: float, letter: Letter) -> None:
        self._since[line] = due
        line.post(letter.body, "".join(f"{name}: {value}\r\n" for name, value in letter.headers.items()).encode("latin-1"))

    def _told(self, door: _Door) -> Callable[[Line, int], None]:
        def told(line: Line, status: int) -> None:
            self.result.waits.append(time.perf_counter() - self._since[line])
            self.result.refused += status != door.kit.taken
            if len(self.result.waits) == self._total:
                self._over.set()
            if door.late:
                self._post(line, *door.late.popleft())
            else:
                door.idle.append(line)

        return told


async def accepted(crowd: Crowd, port: int, seconds: float, engine: str) -> Row:
    """One process, warm: its row."""
    result = await _Providers(crowd, port, seconds).run()
    p50, p95, p99 = (1000 * result.quantile(part) for part in (0.5, 0.95, 0.99))
    wrong = result.refused + result.lost
    figure = f"p95 {p95:.1f} ms (p50 {p50:.1f}, p99 {p99:.1f}), {wrong} of {result.started} refused or lost, {result.answered} answers sent meanwhile"
    held = p95 <= P95_MS and not wrong
    return Row(f"Webhook accepted, {RATE:.0f}/s for {seconds:.0f} s on three channels, {engine}", figure, f"p95 ≤ {P95_MS:.0f} ms", held)
