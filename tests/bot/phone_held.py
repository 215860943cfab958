"""The demo, without its story, on a port of this machine, and whoever holds its phone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import demo
from bot.app import Service
from bot.phones.opening import LOOPBACK, Phones, open_phones
from bot.phones.phone import App, Line, State
from bot.serving import open_door, server
from bot.settings import Settings
from tests.conftest import settings_for


@dataclass
class Hand:
    """Whoever holds the phone. Every verb gives what came because of it, oldest first."""

    service: Service
    phones: Phones

    async def says(self, app: App, words: str) -> list[Line]:
        before = len(self.phones.phone.lines(app))
        await self.phones.providers[app].says(words)
        return (await self.lines(app))[before:]

    async def presses(self, app: App, label: str) -> list[Line]:
        lines = self.phones.phone.lines(app)
        line, button = next((line, each) for line in reversed(lines) for each in line.buttons if each.label == label)
        await self.phones.providers[app].presses(button, line)
        return (await self.lines(app))[len(lines) :]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until the phone shows it: gestures such as read ticks are made beside the road."""
        with self.phones.phone.watched() as event:
            async with asyncio.timeout(10):
                while not holds():
                    await event.wait()
                    event.clear()

    def state(self, line: Line) -> State:
        found = self.phones.phone.find(line.app, line.id)
        assert found is not None
        return found.state

    async def lines(self, app: App) -> list[Line]:
        await self.service.settled()
        return self.phones.phone.lines(app)


def settings_at(folder: Path, port: int) -> Settings:
    given = settings_for("").model_copy(update={"host": LOOPBACK, "port": port, "base_url": f"http://{LOOPBACK}:{port}"})
    return demo.demo_settings(folder, given)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Hand]:
    """The demo on a port, without its story."""
    door = open_door(LOOPBACK, 0)
    settings = settings_at(folder, door.getsockname()[1])
    clock = demo.clock_of(folder, settings)
    async with open_phones(folder, settings, clock) as phones, demo.furnished(folder, settings, lambda *lines: None, phones) as service:
        site = server(demo.web(service, phones), settings.host, settings.port, service.stopping)
        serving = asyncio.create_task(site.run_until_stopped(door))
        while not site.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
            await asyncio.sleep(0.01)  # a real server opens its port
        yield Hand(service, phones)
        service.stopping.set()
        await serving
