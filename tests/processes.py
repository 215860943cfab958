"""Real processes of the `palier` command, each on settings of its own."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.waiting import until

HOST = "127.0.0.1"
KEY = "a key of the tests that opens nothing"
STARTS_WITHIN = 180.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these settings (without their prefix) and no other of Palier's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    return kept | {"PALIER_SECRET_KEY": KEY} | {f"PALIER_{name}": value for name, value in settings.items()}


class PalierProcess:
    """One process of `palier VERB`, in `folder` (where its log goes and no `.env` lies). May be started again after it ended."""

    def __init__(self, arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> None:
        self.arguments = tuple(arguments)
        self.folder = folder
        self.port = int(settings["PORT"]) if "PORT" in settings else 0
        self._environment = environment(settings)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.arguments[0]}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def spawn(self) -> Self:
        """Start it; its output goes to its log."""
        command = [str(Path(sys.executable).with_name("palier")), *self.arguments]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, env=self._environment, stdout=log, stderr=log)
        return self

    async def start(self) -> Self:
        """Start it and wait until it is ready to serve."""
        self.spawn()
        await until(self._is_ready, f"/readyz of palier {self.arguments[0]}", STARTS_WITHIN)
        return self

    async def start_unheard(self) -> Self:
        """Start one that serves nothing over HTTP, and wait until its log says it is ready."""
        self.spawn()
        await until(lambda: self._alive() and "ready palier is ready" in self.said(), f"palier {self.arguments[0]} ready", STARTS_WITHIN)
        return self

    async def _is_ready(self) -> bool:
        return self._alive() and await asyncio.to_thread(self._answers)

    def _alive(self) -> bool:
        if self.ended is not None:
            raise RuntimeError(f"palier {self.arguments[0]} ended with {self.ended}:\n{self.said()[-3000:]}")
        return True

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and gone on return."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    async def finish(self, seconds: float = 30.0) -> int:
        """Wait until it ends; its exit code."""
        await until(lambda: self.ended is not None, f"the end of palier {self.arguments[0]}", seconds)
        assert self.ended is not None
        return self.ended
