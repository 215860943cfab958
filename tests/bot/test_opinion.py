"""A second opinion proposes; it never answers, never delays for long, never breaks anything, and never hears of a danger."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot import opinion
from bot.opinion import Opinion
from content.library import load_library
from content.understanding.meaning import NOTHING, Candidate, Certainty, Meaning
from tests.doubles.http import Answer, Cut, Request, Response, Server

LIBRARY = load_library()
UNSURE = Meaning((Candidate("aide-apl", 0.2), Candidate("aide-visale", 0.1)), Certainty.UNSURE)
SURE = Meaning((Candidate("aide-apl", 0.9),), Certainty.SURE)


def vectors(texts: list[str]) -> list[list[float]]:
    """A service for which a text is near the page on moving out, or near nothing."""
    return [[1.0, 0.0] if "préavis" in text or "je m'en vais" in text else [0.0, 1.0] if len(text) > 20 else [-1.0, -1.0] for text in texts]


def embed(request: Request) -> Answer:
    texts = json.loads(request.body)["input"]
    return Response(200, json.dumps({"data": [{"embedding": row} for row in vectors(texts)]}).encode())


@asynccontextmanager
async def asked(answer: Callable[[Request], Answer], *, learnt: bool = True) -> AsyncIterator[tuple[Opinion, Server]]:
    server = Server(embed)
    await server.start()
    it = Opinion(f"http://127.0.0.1:{server.port}/v1/embeddings", LIBRARY)
    if learnt:
        await it.learn()
    server.handler = answer
    try:
        yield it, server
    finally:
        await it.close()
        await server.close()


async def test_the_nearest_page_is_proposed_first() -> None:
    async with asked(embed) as (it, _server):
        meaning = await it.on("je m'en vais", UNSURE)
    first = meaning.candidates[0].label
    assert "préavis" in " ".join([LIBRARY.pages[first].title, LIBRARY.pages[first].summary, *LIBRARY.pages[first].questions])
    assert meaning.certainty is Certainty.UNSURE
    assert [candidate.label for candidate in meaning.candidates[1:]] == ["aide-apl", "aide-visale"]


async def test_what_is_sure_is_not_asked_about() -> None:
    def never(request: Request) -> Answer:
        raise AssertionError("asked about what is sure")

    async with asked(never) as (it, _server):
        assert await it.on("je m'en vais", SURE) is SURE


async def test_what_is_near_nothing_changes_nothing() -> None:
    async with asked(embed) as (it, _server):
        assert await it.on("bof", NOTHING) is NOTHING


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: Cut(),
        lambda request: Response(500, b"{}"),
        lambda request: Response(200, b"no json"),
        lambda request: Response(200, b"[]"),
        lambda request: Response(200, b'{"data": []}'),
        lambda request: Response(200, b'{"data": [{"embedding": [1.0, 2.0, 3.0]}]}'),
        lambda request: Response(200, b'{"data": [{"embedding": "far"}]}'),
    ],
)
async def test_a_service_that_fails_changes_nothing(answer: Callable[[Request], Answer]) -> None:
    async with asked(answer) as (it, _server):
        assert await it.on("je m'en vais", UNSURE) is UNSURE


async def test_a_service_that_is_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "WAITS", 0.01)  # the same limit, met sooner: a real socket has no clock of ours
    answered = asyncio.Event()

    async def late() -> Answer:
        await answered.wait()
        return Response(200, b"{}")

    async with asked(embed) as (it, server):
        server.handler = lambda request: late()
        assert await it.on("je m'en vais", UNSURE) is UNSURE
        answered.set()


async def test_before_the_pages_are_read_there_is_no_opinion() -> None:
    async with asked(embed, learnt=False) as (it, _server):
        assert await it.on("je m'en vais", UNSURE) is UNSURE
