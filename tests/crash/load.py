"""People who write without pause through the double, as Telegram delivers: an update comes again until the bot answered 200."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.telegram import Person, TelegramDouble
from tests.waiting import until

FIRST_CHAT = 7_100_000
UNANSWERED = 3
WRITING = 100
"""How many write at a time."""
PATIENCE = 90.0
"""How long an update may come again before it is taken: a process has to start meanwhile."""
SAYINGS = ("menu", "Trouver un logement", "menu", "Loyer, dettes")


@dataclass(slots=True)
class Writer:
    """One person of the load: what was said, in order, each confirmed by a 200."""

    person: Person
    said: list[str] = field(default_factory=list)
    heard: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    on: bool = True

    async def write(self) -> None:
        """Say the next thing as soon as the last was confirmed, while not too much waits for its answer."""
        while self.on:
            if len(self.said) - self.heard >= UNANSWERED:
                self.changed.clear()
                await self.changed.wait()
                continue
            words = SAYINGS[len(self.said) % len(SAYINGS)]
            self.said.append(words)
            await self.person.says(words).taken(PATIENCE)

    def leave(self) -> None:
        """Say nothing after what is being said."""
        self.on = False
        self.changed.set()


class Load:
    """Everybody who writes, and the moment of the next kill."""

    def __init__(self, double: TelegramDouble) -> None:
        self.double = double
        self.writers: dict[int, Writer] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._sends = 0
        self._goal: tuple[int, asyncio.Event] | None = None
        double.on_call = self._heard

    def join(self, people: int) -> None:
        """So many more people begin to write; those who wrote longest leave."""
        for writer in list(self.writers.values())[: -WRITING + people]:
            writer.leave()
        for _ in range(people):
            writer = Writer(Person(self.double, FIRST_CHAT + len(self.writers), "Sam"))
            self.writers[writer.person.id] = writer
            self._tasks.append(asyncio.create_task(writer.write()))

    async def some_sends(self, seconds: float = 60.0) -> None:
        """Wait for a random number of further sends, and a random moment after the last of them."""
        reached = asyncio.Event()
        self._goal = (self._sends + random.randint(20, 200), reached)
        await until(lambda: reached.is_set() or self._broken(), "enough sends", seconds)
        await asyncio.sleep(random.uniform(0, 0.02))  # so that the kill falls anywhere, not where the double answers

    def _broken(self) -> bool:
        """Raise what a writer raised."""
        return any(task.done() and task.result() for task in self._tasks)

    async def stop(self) -> None:
        """Say nothing more; on return everything said was confirmed."""
        for writer in self.writers.values():
            writer.leave()
        await asyncio.gather(*self._tasks)

    def _heard(self, method: str, params: Mapping[str, Any], result: object) -> None:
        if method != "sendMessage":
            return
        self._sends += 1
        writer = self.writers[int(params["chat_id"])]
        writer.heard += 1
        writer.changed.set()
        if self._goal is not None and self._sends >= self._goal[0]:
            self._goal[1].set()

    @property
    def said(self) -> int:
        """How many updates were confirmed."""
        return sum(len(writer.said) for writer in self.writers.values())


def numbers_seen(messages: Sequence[Mapping[str, Any]]) -> list[tuple[int, bool, str]]:
    """Of each message of the bot: its number in the conversation (its buttons carry it), whether it says it is a second send, its first button."""
    seen = []
    for message in messages:
        button = message["reply_markup"]["inline_keyboard"][0][0]
        seen.append((int(button["callback_data"].partition(".")[0]), message["text"].startswith("Deuxième envoi"), button["text"]))
    return seen
