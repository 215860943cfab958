"""What a provider's connection can do to a call: whether anything was written is never guessed to be « no »."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial

import httpx
import pytest

from bot.channels.calls import client
from bot.channels.messenger.failures import broken
from bot.channels.whatsapp.failures import failure_of
from bot.errors import Unreachable

PERSON = "33600000000"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Answers = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def whole(reader: asyncio.StreamReader) -> bytes:
    """One request, without looking at what it says."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
    return head + await reader.readexactly(length)


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)
    writer.transport.abort()


async def leaves(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)


async def says_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)
    writer.write(HEAD + b'Content-Length: 20\r\n\r\n{"id":')


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)
    await reader.read()


async def begins_and_waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)
    writer.write(HEAD + b'Content-Length: 20\r\n\r\n{"id":')
    await reader.read()


async def is_no_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole(reader)
    writer.write(b"220 mail.example ESMTP\r\n\r\n")


async def gives_a_cookie(heard: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for _call in range(2):
        heard.append(await whole(reader))
        writer.write(HEAD + b"Set-Cookie: known=1; Path=/\r\nContent-Length: 2\r\n\r\n{}")
    writer.close()


@asynccontextmanager
async def provider(answers: Answers) -> AsyncIterator[str]:
    """Where it listens; it has hung up on everybody when it is gone."""
    over: list[asyncio.Event] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over.append(asyncio.Event())
        mine = over[-1]
        try:
            await answers(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            mine.set()

    server = await asyncio.start_server(answer, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for each in over:
            await each.wait()


async def call(base_url: str) -> Exception:
    """What a call ends with."""
    async with aclosing(client(0.2, base_url, "a token")) as calls:
        with pytest.raises(httpx.HTTPError) as raised:
            await calls.post("/messages", json={"to": PERSON})
        return raised.value


@pytest.mark.parametrize(
    ("answers", "code"),
    [(resets, "cut"), (leaves, "cut"), (says_half, "cut"), (is_no_http, "cut"), (says_nothing, "timeout"), (begins_and_waits, "timeout")],
)
async def test_what_was_written_may_have_been_done(answers: Answers, code: str) -> None:
    async with provider(answers) as base_url:
        fault = await call(base_url)
    for failure in (failure_of(fault), broken(fault)):
        assert isinstance(failure, Unreachable)
        assert (failure.code, failure.maybe_sent) == (code, True)
    assert PERSON not in f"{fault!r} {fault.__cause__!r}"


async def test_where_nobody_listens_nothing_was_written() -> None:
    async with provider(leaves) as base_url:
        pass
    fault = await call(base_url)
    for failure in (failure_of(fault), broken(fault)):
        assert (failure.code, failure.maybe_sent) == ("no_connection", False)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "http://"])
async def test_an_address_that_is_none(address: str) -> None:
    assert not failure_of(await call(address)).maybe_sent


async def test_nobody_is_known_by_a_cookie() -> None:
    heard: list[bytes] = []
    async with provider(partial(gives_a_cookie, heard)) as base_url, aclosing(client(5.0, base_url, "a token")) as calls:
        for _call in range(2):
            assert (await calls.post("/messages", json={"to": PERSON})).status_code == 200
    assert all(b"authorization: bearer a token" in said.lower() and b"cookie" not in said.lower() for said in heard)
    assert len(heard) == 2
