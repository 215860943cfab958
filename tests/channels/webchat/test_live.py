"""GET /chat/events: everything once, in order, resumed, and over at once when the service stops."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import httpx
import pytest

from bot.channels.webchat.stream import HEARTBEAT, MOST_OPEN
from bot.messages import Choice
from bot.settings import Settings
from storage import erasure, lanes, line
from storage.engine import Storage, Wake, Work, open_storage
from tests.channels.webchat.site import Site, answer, build, serve
from tests.clock import TestClock


async def events(stream: httpx.Response) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """The numbered events of a stream; comments are (0, {})."""
    number = 0
    async for said in stream.aiter_lines():
        if said.startswith("id: "):
            number = int(said[4:])
        elif said.startswith("data: "):
            yield number, json.loads(said[6:])
        elif said.startswith(":"):
            yield 0, {}


async def take(source: AsyncIterator[tuple[int, dict[str, Any]]], many: int) -> list[tuple[int, str]]:
    """The next numbers and bodies."""
    return [(number, data.get("body", "")) for number, data in [await anext(source) for _each in range(many)]]


async def news(source: AsyncIterator[tuple[int, dict[str, Any]]]) -> tuple[int, str]:
    """The next thing said, however long the silence before it."""
    while (heard := await take(source, 1))[0][0] == 0:
        pass
    return heard[0]


@pytest.fixture
async def both(settings: Settings, storage: Storage, clock: TestClock) -> AsyncIterator[Site]:
    """The chat on each engine."""
    async with serve(build(storage, clock, settings)) as site:
        yield site


@pytest.fixture
async def live(site: Site) -> AsyncIterator[Site]:
    """The chat on a real port: only a real server streams."""
    async with serve(site) as served:
        yield served


@pytest.fixture
async def browser(live: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with live.client() as client:
        yield client


async def test_what_is_said_comes_at_once_and_in_order(both: Site) -> None:
    async with both.client() as browser:
        await browser.get("/chat")
        await browser.post("/chat/messages", json={"text": "un"})
        async with browser.stream("GET", "/chat/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            said = events(stream)
            assert await take(said, 1) == [(1, "un")]
            await both.robot.say(answer("deux"), answer("trois"))
            assert await take(said, 2) == [(2, "deux"), (3, "trois")]
            await browser.post("/chat/messages", json={"text": "quatre"})
            assert await take(said, 1) == [(4, "quatre")]


@pytest.mark.parametrize(("address", "headers"), [("/chat/events?after=2", {}), ("/chat/events?after=1", {"last-event-id": "2"})])
async def test_who_comes_back_gets_only_what_is_new(live: Site, browser: httpx.AsyncClient, address: str, headers: dict[str, str]) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "un"})
    await live.robot.say(answer("deux"), answer("trois"))
    async with browser.stream("GET", address, headers=headers) as stream:
        assert await take(events(stream), 1) == [(3, "trois")]


async def test_a_page_open_before_the_first_word_hears_the_answer(live: Site, browser: httpx.AsyncClient) -> None:
    live.robot.otherwise = [answer("Salut.")]
    await browser.get("/chat")
    async with browser.stream("GET", "/chat/events") as stream:
        said = events(stream)
        await browser.post("/chat/messages", json={"text": "bonjour"})
        assert (await anext(said))[0] == 0
        assert await take(said, 2) == [(1, "bonjour"), (2, "Salut.")]


async def test_another_process_beside_is_seen_by_the_sweep(
    live: Site, browser: httpx.AsyncClient, plain_settings: Settings, clock: TestClock
) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "un"})
    beside = await open_storage(plain_settings, clock)
    async with browser.stream("GET", "/chat/events?after=1") as stream:
        said = events(stream)
        hearing = asyncio.create_task(news(said))
        live.robot.storage, ours = beside, live.robot.storage
        await live.robot.say(answer("d’à côté"))
        live.robot.storage = ours
        while not hearing.done():
            clock.turn_machine(1)
            await asyncio.sleep(0)
        assert await hearing == (2, "d’à côté")
    await beside.close()


async def test_silence_is_broken_by_a_heartbeat(live: Site, browser: httpx.AsyncClient, clock: TestClock) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "un"})
    async with browser.stream("GET", "/chat/events") as stream:
        said = events(stream)
        await take(said, 1)
        beating = asyncio.create_task(take(said, 1))
        while not beating.done():
            clock.turn_machine(HEARTBEAT)
            await asyncio.sleep(0)
        assert await beating == [(0, "")]
        await live.robot.say(answer("après"))
        assert (await anext(said))[0] in (0, 2)


async def test_stopping_ends_every_open_page_at_once(live: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "un"})
    async with live.client() as stranger, browser.stream("GET", "/chat/events?after=1") as stream:
        await stranger.get("/chat")
        async with stranger.stream("GET", "/chat/events") as waiting:
            began = perf_counter()
            live.house.stopping.set()
            assert [line async for line in stream.aiter_lines() if line.startswith("data")] == []
            assert perf_counter() - began < 2
            await waiting.aread()
            assert perf_counter() - began < 2


async def test_our_own_page_gets_lines_as_it_shows_them(live: Site, browser: httpx.AsyncClient) -> None:
    live.robot.answers = {"aide": [answer("Laquelle ?", Choice("a", "Visale"), Choice("b", "Une autre"))], "a": [answer("Visale, c’est…")]}
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"text": "aide"})
    await browser.post("/chat/messages", json={"choice": "2.0"})
    async with browser.stream("GET", "/chat/events?look=page&after=1") as stream:
        said = events(stream)
        shown = [await anext(said) for _each in range(3)]
    question, chosen, reply = (data for _number, data in shown)
    assert 'name="choice" value="2.0"' in question["html"]
    assert question["open"] == [2]
    assert chosen["mine"]
    assert ">Visale</p>" in chosen["html"]
    assert chosen["open"] == []
    assert "robot" in reply["html"]


async def test_one_conversation_has_so_many_live_pages(live: Site, browser: httpx.AsyncClient) -> None:
    await browser.get("/chat")
    async with asyncio.timeout(10):
        streams = [browser.stream("GET", "/chat/events") for _each in range(MOST_OPEN)]
        reading = []
        for stream in streams:
            raw = (await stream.__aenter__()).aiter_raw()
            await anext(raw)
            reading.append(raw)
        assert (await browser.get("/chat/events")).status_code == 429
        for stream in streams:
            await stream.__aexit__(None, None, None)


async def test_an_erased_conversation_begins_anew_under_the_open_page(both: Site) -> None:
    """The page that shows it hears the last word at once, and that what it shows is no more."""

    def erase(work: Work) -> None:
        address = both.robot.received[-1].address
        before = lanes.lane_of(work, address)
        assert before is not None
        erasure.erase_rows(work, before.person_id)
        lane = lanes.open_lane(work, address)
        line.put(work, lane, replace(answer("effacé"), address=address), state="sent")
        lanes.keep(work, lane)
        work.notify(Wake.TALK, before.conversation_id)

    async with both.client() as browser:
        await browser.get("/chat")
        for text in ("un", "deux", "trois"):
            await browser.post("/chat/messages", json={"text": text})
        async with browser.stream("GET", "/chat/events?look=page&after=3") as stream:
            said = events(stream)
            await both.robot.storage.run(erase)
            while (heard := await anext(said))[0] == 0:
                pass
            assert heard[0] == 1
            assert heard[1]["anew"] is True
            assert "effacé" in heard[1]["html"]
            await browser.post("/chat/messages", json={"text": "quatre"})
            assert "anew" not in (await anext(said))[1]
