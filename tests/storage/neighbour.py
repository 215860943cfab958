"""Another process on a SQLite file: `python -m tests.storage.neighbour VERB FILE` says « ready » and goes on until its input ends.

`write` commits without pause, one row a commit, each a hundredth of a second long; `transaction` holds one open; `gate` stays in the gate.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from select import select
from time import sleep

from storage.connections import open_sqlite, transaction
from storage.gate import Gate

HOME = Path(__file__).parents[2]
ROW = "INSERT INTO event (kind, at) VALUES ('neighbour', 0)"


@asynccontextmanager
async def neighbour(verb: str, file: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """One that is ready; killed at the end, if it still runs."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __spec__.name, verb, str(file), cwd=HOME, stdin=pipe, stdout=pipe)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _write(file: Path) -> None:
    with closing(open_sqlite(file, writes=True)) as raw:
        raw.look_often()
        with transaction(raw):
            raw.execute(ROW)
        _ready()
        while not select([sys.stdin], [], [], 0)[0]:
            with transaction(raw):
                raw.execute(ROW)
                sleep(0.01)  # holds the file as a long commit does: between two of them there is no time


def _transaction(file: Path) -> None:
    with closing(open_sqlite(file, writes=True)) as raw, transaction(raw):
        raw.execute(ROW)
        _ready()
        sys.stdin.read()


def _gate(file: Path) -> None:
    with closing(Gate(file)) as gate, gate.inside():
        _ready()
        sys.stdin.read()


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"write": _write, "transaction": _transaction, "gate": _gate}[sys.argv[1]](Path(sys.argv[2]))
