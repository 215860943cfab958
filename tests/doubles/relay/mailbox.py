"""A mail server, as little of SMTP as Apprise speaks. What it takes is parsed by Python's own e-mail library."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self


class Mailbox:
    """`refuses`: what is answered to RCPT, by address."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.cuts = False
        """Hang up once the words were read, and say nothing of them."""
        self._port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._speak, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """What PALIER_RELAY_EMAIL_URL is set to."""
        return f"mailto://127.0.0.1:{self._port}?from=palier@cllaj.example&to={{to}}&smtp=127.0.0.1&mode=insecure"

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 double\r\n")
        while line := await reader.readline():
            answer = await self._answer(line.decode().strip(), reader, writer)
            if answer is None:
                break
            writer.write(answer)
        writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
        verb = line.partition(" ")[0].upper()
        if verb == "RCPT":
            whom = line.partition("<")[2].partition(">")[0]
            return f"{self.refuses[whom]}\r\n".encode() if whom in self.refuses else b"250 ok\r\n"
        if verb == "DATA":
            writer.write(b"354 go on\r\n")
            raw = await reader.readuntil(b"\r\n.\r\n")
            if self.cuts:
                return None
            got = message_from_bytes(raw[:-3], policy=policy.default)
            assert isinstance(got, EmailMessage)
            self.got.append(got)
            return b"250 taken\r\n"
        if verb == "QUIT":
            writer.write(b"221 bye\r\n")
            return None
        return b"250 ok\r\n"
