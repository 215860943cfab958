"""How a process ends and comes back: Ctrl-C takes a moment, one file has one process, and the demo's time survives."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGINT

import httpx
import pytest

from tests.processes import HOST, PalierProcess, free_port
from tests.waiting import until

pytestmark = pytest.mark.crash
STOPS_WITHIN = 2.0
DAYS = 3


@asynccontextmanager
async def running(verb: str, folder: Path, **settings: str) -> AsyncIterator[PalierProcess]:
    """One process, ready; killed at the end if it still runs."""
    palier = PalierProcess([verb], folder, settings | {"PORT": str(free_port())})
    try:
        yield await palier.start()
    finally:
        palier.kill()


def client(palier: PalierProcess) -> httpx.AsyncClient:
    """Who speaks to it, as a browser does."""
    return httpx.AsyncClient(base_url=f"http://{HOST}:{palier.port}", timeout=30)


async def test_ctrl_c_takes_a_moment_with_a_live_page_open(database: str, tmp_path: Path) -> None:
    async with running("run", tmp_path, DATABASE_URL=database) as palier, client(palier) as browser:
        (await browser.get("/chat")).raise_for_status()
        async with browser.stream("GET", "/chat/events") as live:
            lines = live.aiter_lines()
            assert (await anext(lines)).startswith("retry:")
            palier.signal(SIGINT)
            took = await until(lambda: palier.ended is not None, "its end", 30)
            assert took <= STOPS_WITHIN
            assert [line async for line in lines if line.startswith("data:")] == []
        assert "Traceback" not in palier.said()
        assert "ERROR" not in palier.said()


async def test_a_second_run_on_the_same_file_is_refused_by_name(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/palier.db"
    async with running("run", tmp_path, DATABASE_URL=database) as first:
        room = tmp_path / "second"
        room.mkdir()
        second = PalierProcess(["run"], room, {"DATABASE_URL": database, "PORT": str(free_port())}).spawn()
        assert await second.finish() == 1
        assert f"process {first.pid}" in second.said()
        assert "Traceback" not in second.said()
        assert first.ended is None


async def test_the_time_of_the_demo_survives_a_restart_and_never_goes_back(tmp_path: Path) -> None:
    async with running("demo", tmp_path) as palier, client(palier) as anybody:
        turned = await _turn(anybody, timedelta(days=DAYS))
        palier.kill()
        await palier.start()
        after = await _turn(anybody, timedelta())
        assert turned <= after < turned + timedelta(minutes=10)
        back = await anybody.post("/demo/clock", json={"advance": "-PT1H"})
        assert back.status_code == 400
        assert await _turn(anybody, timedelta()) >= after


async def _turn(anybody: httpx.AsyncClient, by: timedelta) -> datetime:
    """Turn the demo's clock; the service's time then."""
    answer = await anybody.post("/demo/clock", content=json.dumps({"advance": f"PT{by.total_seconds():.0f}S"}))
    answer.raise_for_status()
    return datetime.fromisoformat(answer.json()["now"])
