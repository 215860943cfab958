"""Rings at its moment, whoever sets it from whatever thread."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.alarm import Alarm
from tests.clock import TestClock


class Rings:
    """What an alarm rang for."""

    def __init__(self, clock: TestClock) -> None:
        self.clock = clock
        self.heard: list[int] = []
        self.alarm = Alarm(clock, self.heard.append)

    async def passes(self, seconds: float) -> list[int]:
        """Let time pass; what has been rung for, ever."""
        self.clock.turn_machine(seconds)
        for _ in range(20):
            await asyncio.sleep(0)
        return self.heard


@pytest.fixture
async def rings(clock: TestClock) -> AsyncIterator[Rings]:
    rings = Rings(clock)
    running = asyncio.create_task(rings.alarm.run())
    yield rings
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class TestAlarm:
    async def test_rings_at_its_moment_and_once(self, rings: Rings) -> None:
        rings.alarm.set(rings.clock.elapsed() + 10, 1)
        assert await rings.passes(9.9) == []
        assert await rings.passes(0.1) == [1]
        assert await rings.passes(100) == [1]

    async def test_a_sooner_one_goes_before(self, rings: Rings) -> None:
        now = rings.clock.elapsed()
        rings.alarm.set(now + 10, 1)
        await rings.passes(0)
        rings.alarm.set(now + 5, 2)
        assert await rings.passes(5) == [2]
        assert await rings.passes(5) == [2, 1]

    async def test_one_of_the_past_rings_at_once(self, rings: Rings) -> None:
        rings.alarm.set(rings.clock.elapsed() - 1, 1)
        assert await rings.passes(0) == [1]

    async def test_the_same_moment_set_many_times_rings_once(self, rings: Rings) -> None:
        at = rings.clock.elapsed() + 10
        for _ in range(1000):
            rings.alarm.set(at, 1)
        assert await rings.passes(10) == [1]
        rings.alarm.set(at, 1)
        assert await rings.passes(0) == [1, 1], "it may be set again once it has rung"

    async def test_may_be_set_from_a_thread_of_the_database(self, rings: Rings) -> None:
        asyncio.get_running_loop().set_debug(True)  # refuses what is not safe between threads
        at = rings.clock.elapsed() + 10
        await rings.passes(0)
        await asyncio.gather(*(asyncio.to_thread(rings.alarm.set, at, nth) for nth in range(20)))
        assert sorted(await rings.passes(10)) == list(range(20))

    async def test_what_was_set_before_it_runs_is_not_lost(self, clock: TestClock) -> None:
        rings = Rings(clock)
        rings.alarm.set(clock.elapsed() + 1, 1)
        running = asyncio.create_task(rings.alarm.run())
        assert await rings.passes(1) == [1]
        running.cancel()
