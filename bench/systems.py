"""The processes that are measured: Palier and the two echo bots, each started, waited for until it says it is ready, and stopped."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.crowd import HOST, SECRET, TOKEN, Target

READY_WITHIN = 60.0
STOPPED_WITHIN = 15.0
LOOK_EVERY = 0.005
WEBHOOK = "/webhooks/telegram"
KEY = "a key of the benchmark that opens nothing"


@dataclass(slots=True)
class System:
    """A running process. `ready_after` is the time from its start to its first 200 on /readyz, in seconds."""

    name: str
    process: psutil.Popen
    target: Target
    ready_after: float

    def memory(self) -> tuple[int, int]:
        """Resident and proportional memory, in bytes."""
        seen = self.process.memory_full_info()
        return int(seen.rss), int(seen.pss)


@asynccontextmanager
async def palier(folder: Path, api: str | None, database: str | None = None, extra: Mapping[str, str] | None = None) -> AsyncIterator[System]:
    """`palier run` on a database of its own in `folder` (or `database`), its Telegram spoken to at `api` (None: Telegram is off)."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    environment |= {
        "PALIER_DATABASE_URL": database or f"sqlite:///{folder}/palier.db",
        "PALIER_SECRET_KEY": KEY,
        "PALIER_PORT": str(port),
        "PALIER_ERASURE_LEDGER": str(folder / "erasures.log"),
    }
    if api is not None:
        environment |= {
            "PALIER_TELEGRAM_TOKEN": TOKEN,
            "PALIER_TELEGRAM_SECRET": SECRET,
            "PALIER_TELEGRAM_MODE": "webhook",
            "PALIER_TELEGRAM_API_BASE": api,
            "PALIER_BASE_URL": f"http://{HOST}:{port}",
        }
    command = [str(Path(sys.executable).with_name("palier")), "run"]
    async with _running("Palier", command, Target(port, WEBHOOK), folder, environment | dict(extra or {})) as system:
        yield system


@asynccontextmanager
async def echo(name: str, folder: Path, api: str) -> AsyncIterator[System]:
    """An echo bot of this package: "ptb" or "aiogram"."""
    port = free_port()
    command = [sys.executable, "-m", f"bench.echo_{name}", "--port", str(port), "--api", api, "--token", TOKEN, "--secret", SECRET]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    async with _running(name, command, Target(port, "/webhook"), folder, environment) as system:
        yield system


@asynccontextmanager
async def _running(name: str, command: Sequence[str], target: Target, folder: Path, environment: Mapping[str, str]) -> AsyncIterator[System]:
    started = time.perf_counter()
    with (folder / f"{name}.log").open("ab") as log:
        process = psutil.Popen(command, cwd=folder, env=dict(environment), stdout=log, stderr=log)
    try:
        await _wait_ready(process, target.port, folder / f"{name}.log")
        yield System(name, process, target, time.perf_counter() - started)
    finally:
        await asyncio.to_thread(_stop, process)


async def _wait_ready(process: psutil.Popen, port: int, log: Path) -> None:
    deadline = time.perf_counter() + READY_WITHIN
    while not await asyncio.to_thread(_is_ready, port):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise SystemExit(_why(log))
        await asyncio.sleep(LOOK_EVERY)


def _why(log: Path) -> str:
    return f"it did not start; its log says:\n{log.read_text(errors='replace')[-4000:]}"


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: psutil.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPPED_WITHIN)
    except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
        process.kill()
        process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
