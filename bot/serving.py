"""The HTTP server of a process: uvicorn, with a stop that open pages hear, so that Ctrl-C takes a moment and not a minute."""

import asyncio
import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from typing_extensions import override

GRACE_SECONDS = 1
BACKLOG = 2048


def settle() -> None:
    """Leave out of the garbage collector what start-up made and the process keeps: looking through it stops every thread for a fifth of a second."""
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """Sets `stopping` the moment a signal comes: live pages end their streams and come back to whoever serves next."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def run_until_stopped(self) -> None:
        """Serve until a signal comes or `stopping` is set from inside."""
        watch = asyncio.create_task(self._watch())
        settle()
        try:
            await self.serve()
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
