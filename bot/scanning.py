"""Asks the operator's own ClamAV daemon about a file, by its socket (INSTREAM). Nothing is written on a disk, and nothing leaves for anybody else.

https://docs.clamav.net/manual/Usage/Scanning.html#clamd
"""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.errors import SettingsError

log = logging.getLogger(__name__)

CLEAN, INFECTED, UNCHECKED = "clean", "infected", "unchecked"
"""What is known of a file once it was shown to the scanner; the last where the scanner did not answer."""
CONNECT_SECONDS, SCAN_SECONDS = 3.0, 60.0
LONGEST_ANSWER = 4096


class Clamd:
    """One daemon. Raises SettingsError for an address that is none."""

    def __init__(self, socket: str, *, scans: float = SCAN_SECONDS, connects: float = CONNECT_SECONDS) -> None:
        """`socket`: the path of a Unix socket, or « host:port ». `scans`, `connects`: how many seconds a file and a greeting may take."""
        self._scans, self._connects = scans, connects
        self._path = socket if socket.startswith("/") else ""
        host, _, port = socket.rpartition(":")
        if not self._path and not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise SettingsError("PALIER_CLAMAV_SOCKET: write the path of clamd's socket, as /run/clamav/clamd.ctl, or host:port")
        self._host, self._port = host.strip("[]"), int(port) if not self._path else 0

    async def scan(self, pieces: AsyncIterable[bytes]) -> str:
        """What it says of a file: CLEAN, INFECTED, or UNCHECKED where it does not say."""
        try:
            async with asyncio.timeout(self._scans), self._line() as (reader, writer):
                writer.write(b"zINSTREAM\0")
                async for piece in pieces:
                    if piece:  # a length of nought ends the file
                        writer.write(len(piece).to_bytes(4, "big") + piece)
                        await writer.drain()
                writer.write(bytes(4))
                await writer.drain()
                return _verdict(await _answer(reader))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            log.warning("a file was not checked: the scanner does not answer", extra={"action": "scan_failed", "code": type(fault).__name__})
            return UNCHECKED

    async def answers(self) -> bool:
        """Whether it is there."""
        try:
            async with asyncio.timeout(self._connects), self._line() as (reader, writer):
                writer.write(b"zPING\0")
                await writer.drain()
                return await _answer(reader) == "PONG"
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return False

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(self._connects):
            if self._path:
                reader, writer = await asyncio.open_unix_connection(self._path, limit=LONGEST_ANSWER)
            else:
                reader, writer = await asyncio.open_connection(self._host, self._port, limit=LONGEST_ANSWER)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace").strip()


def _verdict(answer: str) -> str:
    """« stream: OK », « stream: Name FOUND »; anything else is no answer (a limit of the daemon's own, a fault)."""
    if answer == "stream: OK":
        return CLEAN
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return INFECTED
    log.warning("a file was not checked: the scanner refused it", extra={"action": "scan_refused"})
    return UNCHECKED


async def fault(socket: str) -> str:
    """What an operator has to do about the daemon at this address; "" where it answers."""
    try:
        there = await Clamd(socket).answers()
    except SettingsError as wrong:
        return str(wrong)
    return "" if there else "clamd does not answer: files say « non vérifié »; start it, or check PALIER_CLAMAV_SOCKET"
