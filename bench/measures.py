"""The measures of docs/operations/performance.md. Each starts its own processes, lets them take turns, and gives rows with their bars.

A ratio always compares two medians of the same run, taken in turns, so that whatever else the machine does weighs on both.
"""

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import accept, diary, reminders
from bench.crowd import Crowd, Result, chats, closed_loop, open_loop
from bench.fill import fill
from bench.report import Row, spread
from bench.systems import System, echo, palier
from tests.channels.town import on_every_channel
from tests.databases import PostgresServer

PEOPLE = 60
AGAINST_PTB = 1.0
OPEN_P95_MS = 20.0
SLOW_DISK = 0.75
POSTGRES_AGAINST_PTB = 0.8
FULL_AGAINST_EMPTY = 0.85
READING_MB, READING_SECONDS = 120.0, 2.0
"""What the understanding of free text may add to the road's own memory and start."""
IDLE_MB, IDLE_SECONDS = 130.0 + READING_MB, 3.0 + READING_SECONDS
TELEGRAM_MB, TELEGRAM_SECONDS = 260.0 + READING_MB, 7.0 + READING_SECONDS
IDLE_STARTS = 5
REMINDER_ROUNDS = 3
"""Three minutes each: APScheduler takes as long for a hundred thousand."""
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Size:
    """How long and how much: whole, or a tenth of it."""

    rounds: int
    seconds: float
    warm_up: float
    open_seconds: float
    conversations: int


WHOLE = Size(5, 4.0, 2.0, 30.0, 100_000)
TENTH = Size(3, 1.0, 0.5, 3.0, 10_000)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measure is given. `tell` shows progress."""

    crowd: Crowd
    api: str
    folder: Path
    size: Size
    tell: Callable[[str], None]

    def room(self, name: str) -> Path:
        """A folder of its own for one process."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))


Rounds = dict[str, list[Result]]


async def take_turns(bench: Bench, systems: Mapping[str, System], people: Sequence[int] = ()) -> Rounds:
    """Warm each up, then let them run the closed loop in turns, round after round."""
    people = people or chats(PEOPLE)
    for system in systems.values():
        await closed_loop(bench.crowd, system.target, people, bench.size.warm_up)
    rounds: Rounds = {name: [] for name in systems}
    for number in range(bench.size.rounds):
        for name, system in systems.items():
            result = await closed_loop(bench.crowd, system.target, people, bench.size.seconds)
            assert result.lost == result.refused == 0, f"{name} lost {result.lost} and refused {result.refused} messages"
            rounds[name].append(result)
            bench.tell(f"round {number + 1}: {name} {result.per_second:.0f}/s")
    return rounds


def rate(results: Iterable[Result]) -> float:
    """The median of the rounds, in answers a second."""
    return statistics.median(result.per_second for result in results)


def _spread(results: Sequence[Result]) -> str:
    return spread([result.per_second for result in results])


async def closed_and_open(bench: Bench) -> list[Row]:
    """The closed loop beside the two echo bots, then the open loop at half of what it showed."""
    async with AsyncExitStack() as running:
        ours = await running.enter_async_context(palier(bench.room("palier"), bench.api))
        others = {name: await running.enter_async_context(echo(name, bench.room(name), bench.api)) for name in ("ptb", "aiogram")}
        rounds = await take_turns(bench, {"palier": ours, **others})
        rows = list(_closed_rows(rounds))
        bench.tell("open loop")
        result = await open_loop(bench.crowd, ours.target, chats(PEOPLE), rate(rounds["palier"]) / 2, bench.size.open_seconds)
    return [*rows, _open_row(bench, result, rate(rounds["palier"]) / 2)]


def _closed_rows(rounds: Rounds) -> Iterable[Row]:
    ours, ptb, aiogram = (rate(rounds[name]) for name in ("palier", "ptb", "aiogram"))
    yield Row("Closed loop, Palier: durable, SQLite synchronous=FULL", _spread(rounds["palier"]), "", None)
    yield Row("Closed loop, python-telegram-bot: echo in memory", _spread(rounds["ptb"]), "", None)
    yield Row("Closed loop, aiogram: echo in memory", _spread(rounds["aiogram"]), "", None)
    yield Row("Palier / python-telegram-bot", f"{ours / ptb:.2f}", f"≥ {AGAINST_PTB:.2f}", ours / ptb >= AGAINST_PTB)
    yield Row("Palier / aiogram", f"{ours / aiogram:.2f}", "aim 1.00", None)


def _open_row(bench: Bench, result: Result, offered: float) -> Row:
    p50, p95, p99 = (1000 * result.quantile(part) for part in (0.5, 0.95, 0.99))
    lost = result.lost + result.refused
    figure = f"p95 {p95:.1f} ms (p50 {p50:.1f}, p99 {p99:.1f}), {lost} of {result.started} lost"
    held = p95 <= OPEN_P95_MS and not lost
    return Row(
        f"Open loop, {offered:.0f}/s for {bench.size.open_seconds:.0f} s, webhook to double", figure, f"p95 ≤ {OPEN_P95_MS:.0f} ms, none lost", held
    )


async def slow_disk(bench: Bench) -> list[Row]:
    """The closed loop with 5 ms more on each fsync and fdatasync, beside itself without."""
    shim = build_slow_disk(bench.room("shim"))
    async with AsyncExitStack() as running:
        fast = await running.enter_async_context(palier(bench.room("fast"), bench.api))
        slow = await running.enter_async_context(palier(bench.room("slow"), bench.api, extra={"LD_PRELOAD": str(shim)}))
        rounds = await take_turns(bench, {"this disk": fast, "slow disk": slow})
    ratio = rate(rounds["slow disk"]) / rate(rounds["this disk"])
    figure = f"{_spread(rounds['slow disk'])} / {_spread(rounds['this disk'])} = {ratio:.2f}"
    return [Row("Closed loop, 5 ms more per fsync and fdatasync / without", figure, f"≥ {SLOW_DISK:.2f}", ratio >= SLOW_DISK)]


def build_slow_disk(folder: Path) -> Path:
    """Compile slow_disk.c with the machine's cc; the library to preload."""
    built = folder / "slow_disk.so"
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("the slow disk needs a C compiler named cc")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", built, Path(__file__).with_name("slow_disk.c"), "-ldl"], check=True)
    return built


async def postgres(bench: Bench) -> list[Row]:
    """The closed loop on PostgreSQL, as it is installed: fsync on; beside python-telegram-bot's echo."""
    with _postgres(bench.folder) as server:
        async with AsyncExitStack() as running:
            ours = await running.enter_async_context(palier(bench.room("palier"), bench.api, server.create()))
            ptb = await running.enter_async_context(echo("ptb", bench.room("ptb"), bench.api))
            rounds = await take_turns(bench, {"postgresql": ours, "ptb": ptb})
    ratio = rate(rounds["postgresql"]) / rate(rounds["ptb"])
    figure = f"{_spread(rounds['postgresql'])} / {_spread(rounds['ptb'])} = {ratio:.2f}"
    return [Row("Closed loop on PostgreSQL / python-telegram-bot", figure, f"≥ {POSTGRES_AGAINST_PTB:.2f}", ratio >= POSTGRES_AGAINST_PTB)]


@contextmanager
def _postgres(folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(folder / "postgres")
    try:
        with psycopg.connect(server.url()) as connection:
            kept = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
            assert kept == [("on",), ("on",)], kept
        yield server
    finally:
        server.close()


async def full(bench: Bench) -> list[Row]:
    """The closed loop of people among many stored conversations, beside an empty database."""
    stored = bench.size.conversations
    room = bench.room("full")
    await fill(room / "palier.db", stored, bench.tell)
    async with AsyncExitStack() as running:
        empty = await running.enter_async_context(palier(bench.room("empty"), bench.api))
        filled = await running.enter_async_context(palier(room, bench.api))
        rounds = await take_turns(bench, {"empty": empty, "full": filled}, chats(PEOPLE, stored // PEOPLE))
    ratio = rate(rounds["full"]) / rate(rounds["empty"])
    figure = f"{_spread(rounds['full'])} / {_spread(rounds['empty'])} = {ratio:.2f}"
    name = f"Closed loop, {stored:,} conversations and {10 * stored:,} messages stored / empty".replace(",", "\u202f")
    return [Row(name, figure, f"≥ {FULL_AGAINST_EMPTY:.2f}", ratio >= FULL_AGAINST_EMPTY)]


async def idle(bench: Bench) -> list[Row]:
    """Memory and readiness of a process that nobody writes to, Telegram not configured and configured."""
    off = await _idle(bench, None)
    on = await _idle(bench, bench.api)
    return [
        *_idle_rows("Telegram not configured", off, IDLE_MB, IDLE_SECONDS),
        *_idle_rows("Telegram configured", on, TELEGRAM_MB, TELEGRAM_SECONDS),
    ]


async def _idle(bench: Bench, api: str | None) -> list[tuple[float, float, float]]:
    """Resident and proportional megabytes, and seconds to readiness, of each start."""
    seen = []
    for number in range(IDLE_STARTS):
        async with palier(bench.room("idle"), api) as system:
            rss, pss = system.memory()
            seen.append((rss / 1e6, pss / 1e6, system.ready_after))
        bench.tell(f"start {number + 1}: {rss / 1e6:.0f} MB, ready after {system.ready_after:.2f} s")
    return seen


def _idle_rows(name: str, seen: Sequence[tuple[float, float, float]], most_mb: float, most_seconds: float) -> Iterable[Row]:
    rss, pss, ready = (statistics.median(values) for values in zip(*seen, strict=True))
    yield Row(f"Idle memory, {name}", f"{rss:.0f} MB resident ({pss:.0f} MB proportional)", f"≤ {most_mb:.0f} MB", rss <= most_mb)
    yield Row(f"Ready to serve, {name}", f"{ready:.2f} s", f"≤ {most_seconds:.0f} s", ready <= most_seconds)


async def accepts(bench: Bench) -> list[Row]:
    """How long three webhooks take to accept what comes at fixed times, on each engine, turns and sends going on beside."""
    rows = []
    with _postgres(bench.folder) as server:
        for engine, database in (("SQLite", None), ("PostgreSQL", server.create())):
            extra = {f"PALIER_{name}": value for name, value in on_every_channel(bench.api).items()}
            async with palier(bench.room(engine), bench.api, database, extra) as system:
                await accept.accepted(bench.crowd, system.target.port, accept.PEOPLE / accept.RATE, engine)  # everybody has written once
                rows.append(await accept.accepted(bench.crowd, system.target.port, bench.size.open_seconds, engine))
            bench.tell(f"accepted on {engine}")
    return rows


async def next_slots(bench: Bench) -> list[Row]:
    """The next three slots, out of the database: 30 caseworkers, 120 days, 5 000 appointments; alone with it."""
    return [row for engine in ENGINES for row in await diary.next_slots(engine, bench.folder, bench.tell)]


async def booking_rush(bench: Bench) -> list[Row]:
    """Everybody wants the same slots: several processes on PostgreSQL; one with many chats and a second on SQLite."""
    attempts = bench.size.conversations // 10
    return [row for engine in ENGINES for row in await diary.rush(engine, bench.folder, attempts, bench.tell)]


async def planned_reminders(bench: Bench) -> list[Row]:
    """Reminders planned, then turned into rows of the outbox, beside APScheduler's SQL job store; then sent, apart."""
    number, rounds = bench.size.conversations, min(bench.size.rounds, REMINDER_ROUNDS)
    return [row for engine in ENGINES for row in await reminders.measure(engine, bench.folder, number, rounds, bench.tell)]


MEASURES: Mapping[str, Callable[[Bench], Awaitable[list[Row]]]] = {
    "closed": closed_and_open,
    "disk": slow_disk,
    "postgres": postgres,
    "full": full,
    "idle": idle,
    "accept": accepts,
    "slots": next_slots,
    "rush": booking_rush,
    "reminders": planned_reminders,
}


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="palier-bench-"))
    folder.chmod(0o755)  # the PostgreSQL of the wheel runs as a user of its own
    return folder


@asynccontextmanager
async def a_bench(size: Size, tell: Callable[[str], None]) -> AsyncIterator[Bench]:
    """A crowd and a folder for the databases, both gone at the end."""
    crowd = Crowd()
    api = await crowd.open()
    folder = _open_folder()
    try:
        yield Bench(crowd, api, folder, size, tell)
    finally:
        crowd.close()
        shutil.rmtree(folder, ignore_errors=True)
