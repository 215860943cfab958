"""The HTTP server of a process: uvicorn, with a stop that open pages hear, so that Ctrl-C takes a moment and not a minute."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from typing_extensions import override

from bot.collecting import settle
from bot.errors import SettingsError

GRACE_SECONDS = 1
BACKLOG = 2048


class Server(uvicorn.Server):
    """Sets `stopping` the moment a signal comes: live pages end their streams and come back to whoever serves next."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def run_until_stopped(self, *doors: socket.socket) -> None:
        """Serve until a signal comes or `stopping` is set from inside; on `doors` where they are open already, else on the configured port."""
        watch = asyncio.create_task(self._watch())
        settle()
        try:
            await self.serve(list(doors) or None)
        finally:
            self._stopping.set()
            await watch

    async def _watch(self) -> None:
        await self._stopping.wait()
        self.should_exit = True

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


def open_door(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done. Raises SettingsError where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as fault:
        door.close()
        raise SettingsError(f"{host}:{port} cannot be used ({fault.strerror}): another program has it, or choose another with PALIER_PORT") from None
    return door


def server(app: Any, host: str, port: int, stopping: asyncio.Event) -> Server:
    """A server ready to `serve()`. Access logs are off: an address and a path are already too much."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config, stopping)


@contextmanager
def stopped_by_signals(stopping: asyncio.Event) -> Iterator[None]:
    """For a process without a server: SIGINT and SIGTERM set `stopping`."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    settle()
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
