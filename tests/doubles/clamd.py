"""A strict clamd: speaks the z-commands of its manual, answers as it does, and remembers what it was shown. Nothing of it scans."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

MARK = b"what this double takes for a virus"


class Mood(Enum):
    """How it behaves."""

    WELL = "well"
    SILENT = "silent"
    CUTS = "cuts"
    NONSENSE = "nonsense"


@dataclass
class Daemon:
    """`limit` is its StreamMaxLength; `shown` the files it was given whole, `faults` what no client may send it."""

    limit: int = 25 * 1024 * 1024
    mood: Mood = Mood.WELL
    shown: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            command = (await reader.readuntil(b"\0")).rstrip(b"\0")
            if self.mood is Mood.SILENT:
                await reader.read()
            elif self.mood is Mood.CUTS:
                await reader.read(8)
            else:
                writer.write(await self._answer(command, reader) + b"\0")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.faults.append("cut")
        finally:
            writer.close()

    async def _answer(self, command: bytes, reader: asyncio.StreamReader) -> bytes:
        if self.mood is Mood.NONSENSE:
            return b"\xff\xfe"
        if command == b"zPING":
            return b"PONG"
        if command != b"zINSTREAM":
            self.faults.append(f"unknown command {command!r}")
            return b"UNKNOWN COMMAND"
        file = bytearray()
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            if len(file) + size > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
            file += await reader.readexactly(size)
        self.shown.append(bytes(file))
        return b"stream: Test.Mark FOUND" if MARK in file else b"stream: OK"


@asynccontextmanager
async def clamd(folder: Path) -> AsyncIterator[tuple[Daemon, str]]:
    """One on a Unix socket in this folder, and its path."""
    daemon, path = Daemon(), str(folder / "clamd.ctl")
    server = await asyncio.start_unix_server(daemon.serve, path)
    try:
        yield daemon, path
    finally:
        server.close()


@asynccontextmanager
async def clamd_by_port() -> AsyncIterator[tuple[Daemon, str]]:
    """The same on a port of this machine."""
    daemon = Daemon()
    server = await asyncio.start_server(daemon.serve, "127.0.0.1", 0)
    try:
        yield daemon, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
