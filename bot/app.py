"""The composition root: opens the database, lists the channels, hands each room what it needs, and runs the loops.

A `Service` is one process's share of the road: `web` takes and shows, `worker` answers, sends and keeps the hours, `run` does both.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Flag, auto
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from backend.app import backend_routes
from bot import outbox, wiring
from bot.answers import AnswerPages
from bot.boxes import PaperBoxes
from bot.cards import AppointmentCards
from bot.channels.base import Attended, Called, Channel, Stands
from bot.channels.webchat.answering import answer_routes
from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.dates import date_routes
from bot.channels.webchat.depositing import deposit_routes
from bot.channels.webchat.exporting import export_routes
from bot.channels.webchat.moving import moving_routes
from bot.channels.webchat.ports import House
from bot.channels.webchat.routes import routes as webchat_routes
from bot.clock import MachineClock
from bot.doors import Doors
from bot.eraser import Eraser
from bot.errors import ContentError, SettingsError
from bot.exports import PersonExports
from bot.feeds import feed_routes
from bot.fetcher import Fetcher
from bot.health import health_routes
from bot.inbox import Inbox
from bot.messages import Address, Json
from bot.moves import PrivateMoves
from bot.outbox import Outbox
from bot.serving import open_door, server, stopped_by_signals
from bot.settings import Settings
from bot.standing import follow
from bot.turns import Turns, Understand
from content.checks import Checks
from content.library import Library, load_library
from content.look.shelf import Shelf
from content.understanding.language import language_of
from content.words import Words
from handlers import files, forgetting, reminding
from scheduler import commands
from scheduler.clockwork import Clockwork
from scheduler.jobs import jobs
from storage import checks, hours, lanes, leases, settings_store
from storage.bell import Bell
from storage.deposits import Deposits
from storage.engine import Storage, Wake, Work, open_storage
from storage.talks import Talks

if TYPE_CHECKING:
    from bot.opinion import Opinion

log = logging.getLogger(__name__)

SETTINGS_SECONDS = 30.0
"""How late a process learns of a changed setting where no notice reached it."""


class Role(Flag):
    """What a process does."""

    WEB = auto()
    WORKER = auto()
    RUN = WEB | WORKER


@dataclass(frozen=True, slots=True)
class Edits:
    """What the team changed of its service, and what it checked of the content, on the day it is."""

    service: Mapping[str, Json]
    checks: Checks


def read_edits(work: Work) -> Edits:
    """All of it, as the database has it."""
    return Edits(settings_store.mapping(work, settings_store.SERVICE_EDITS), Checks(checks.edits(work), checks.today(work)))


class Books:
    """What the service says: its files, with what the team changed in the backend over them. The library is swapped whole, never changed."""

    def __init__(self, files: Library, edits: Edits) -> None:
        self._files = self.library = files
        self._edits = Edits({}, Checks())
        self.take(edits)

    def take(self, edits: Edits) -> None:
        """Lay these edits over the files, as the day wants it. Edits that no page can hold are left aside: the service goes on as it is."""
        if edits == self._edits:
            return
        self._edits = edits
        try:
            self.library = self._files.with_edits(edits.service, edits.checks)
        except ContentError:
            log.exception("the team's edits were left aside", extra={"action": "edits_refused"})


@dataclass(slots=True)
class Service:
    """Everything one process runs."""

    settings: Settings
    clock: MachineClock
    storage: Storage
    books: Books
    channels: dict[tuple[str, str], Channel]
    doors: Doors
    bell: Bell
    inbox: Inbox
    turns: Turns
    outbox: Outbox
    eraser: Eraser
    fetcher: Fetcher
    clockwork: Clockwork
    stopping: asyncio.Event
    role: Role
    opinion: "Opinion | None"
    reads: Understand
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the team's edits are read."""

    @property
    def library(self) -> Library:
        """What the service says now."""
        return self.books.library

    async def settled(self) -> None:
        """Return once every turn that was due has run and every call that was due has been made."""
        await self.turns.settled()
        await self.eraser.settled()
        await self.fetcher.settled()
        await self.outbox.settled()

    async def read_again(self) -> None:
        """Take in what the team changed, and what the day makes of it. One at a time: an older reading never comes over a newer one."""
        async with self.reading:
            await asyncio.to_thread(self.books.take, await self.storage.read(read_edits))  # pages that change are read anew, which takes a moment

    async def speak(self, address: Address, language: str) -> None:
        """Give an address its language before it has said anything."""

        def unit(work: Work) -> None:
            lane = lanes.open_lane(work, address)
            lane.language = language
            lanes.keep(work, lane)

        await self.storage.run(unit)

    async def advance(self, by: timedelta) -> datetime:
        """Turn the service's hand forward, for this process and those to come, and run what falls due; the new time."""
        offset = await self.storage.run(_put_offset, self.clock.offset + by)
        self.clock.turn_to(offset)
        await self.read_again()
        await self.clockwork.tick()
        await self.turns.sweep()
        await self.outbox.sweep()
        await self.settled()
        return self.clock.now()


def _put_offset(work: Work, offset: timedelta) -> timedelta:
    work.notify(Wake.SETTING, 0)
    return settings_store.put_clock_offset(work, offset)


@asynccontextmanager
async def open_service(
    settings: Settings,
    clock: MachineClock,
    role: Role,
    extra: Sequence[Channel] = (),
    library: Library | None = None,
    accounts: wiring.Accounts | None = None,
) -> AsyncIterator[Service]:
    """A service whose loops run until the block ends. `extra` channels come beside those of `accounts`: the operator's own, where none are given."""
    if not settings.secret_key:
        raise SettingsError("PALIER_SECRET_KEY is missing; make one with: openssl rand -base64 32, and keep it apart from the backups")
    async with AsyncExitStack() as house:
        storage = await open_storage(settings, clock, alone=role == Role.RUN)
        house.push_async_callback(storage.close)
        await _turn(clock, storage)
        await storage.run(hours.put_zone, settings.timezone)
        books = Books(library or load_library(), await storage.read(read_edits))
        listed = wiring.channels(settings, clock, accounts or wiring.accounts(), lambda: books.library.service.phone or "")
        service = _assemble(settings, clock, storage, books, role, (*listed, *extra))
        for channel in service.channels.values():
            house.push_async_callback(channel.close)
        house.push_async_callback(service.inbox.close)
        house.push_async_callback(service.outbox.close)
        house.push_async_callback(service.eraser.close)
        house.push_async_callback(service.fetcher.close)
        house.push_async_callback(service.turns.close)
        if service.opinion is not None:
            house.push_async_callback(service.opinion.close)
        await house.enter_async_context(_running(_loops(service), service.stopping))
        house.callback(service.stopping.set)
        yield service


def _assemble(settings: Settings, clock: MachineClock, storage: Storage, books: Books, role: Role, listed: Sequence[Channel]) -> Service:
    stopping = asyncio.Event()
    channels = {(channel.name, channel.account): channel for channel in listed}
    alone = role == Role.RUN and storage.dialect == "sqlite"  # its lock says so; on PostgreSQL another process may be sending
    sender = Outbox(storage, channels, clock, settings.zone, alone=alone, undone=reminding.undone)
    greeting = {channel.name for channel in channels.values() if channel.limits.greets}

    def library() -> Library:
        return books.library

    home = wiring.home_of(settings)
    opinion = wiring.opinion(settings, books.library)
    reads = wiring.understand(books.library)
    opine = None if opinion is None else opinion.on
    relays = frozenset(channel.account for channel in channels.values() if channel.limits.by_link)
    doors = Doors(channels.values())
    opens = all(channel.limits.opens for channel in channels.values())
    turns = Turns(storage, wiring.router(), library, sender, reads, clock, greeting, home, opine, wiring.hear(), relays, doors.known, opens=opens)
    foresee, ponder = (turns.foresee, turns.ponder) if Role.WORKER in role else (None, None)
    danger, explains = wiring.danger_lane(library), wiring.explains(library)
    inbox = Inbox(storage, channels, wiring.detector(books.library), danger, foresee, ponder if opinion else None, explains)
    eraser = Eraser(storage, channels, settings.erasure_ledger, clock, forgetting.tell)
    fetcher = Fetcher(storage, channels, clock, settings.zone, files.tell, wiring.scanner(settings))
    first = frozenset(channel.name for channel in channels.values() if not (channel.limits.commit_is_send or channel.limits.by_link))
    templates = any(channel.limits.templates for channel in channels.values())
    clockwork = Clockwork(storage, clock, jobs(library, settings, first, templates=templates, scanner=wiring.scanner(settings)), zone=settings.zone)
    bell = Bell(storage)
    return Service(
        settings, clock, storage, books, channels, doors, bell, inbox, turns, sender, eraser, fetcher, clockwork, stopping, role, opinion, reads
    )


def _loops(service: Service) -> list[Coroutine[Any, Any, None]]:
    loops: list[Coroutine[Any, Any, None]] = [service.bell.run(service.stopping), _follow_settings(service)]
    if Role.WORKER in service.role:
        loops += [service.turns.run(), service.outbox.run(), service.eraser.run(), service.fetcher.run(), service.clockwork.run()]
        loops += [service.opinion.learn()] if service.opinion is not None else []
        loops.append(service.doors.learn(service.clock))
        attended = ((key, channel) for key, channel in service.channels.items() if isinstance(channel, Attended))
        loops += [_attend(service, ":".join(("poll", *key)), channel) for key, channel in attended]
        standing = (channel for channel in service.channels.values() if isinstance(channel, Stands))
        loops += [follow(service.storage, service.clock, channel) for channel in standing]
    return loops


@asynccontextmanager
async def _running(loops: Sequence[Coroutine[Any, Any, None]], stopping: asyncio.Event) -> AsyncIterator[None]:
    """Run loops beside the block. One that breaks stops the process, which its supervisor starts anew, rather than limp on without it."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.critical("a loop of the service broke; stopping", exc_info=fault, extra={"action": "loop_broke"})
            stopping.set()

    tasks = [asyncio.create_task(loop) for loop in loops]
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _attend(service: Service, name: str, channel: Attended) -> None:

    async def hold() -> bool:
        return await service.storage.run(leases.take, name)

    async def release() -> None:
        with suppress(Exception):
            await service.storage.run(leases.release, name)

    await channel.poll(service.inbox.take, hold=hold, release=release)


async def _turn(clock: MachineClock, storage: Storage) -> None:
    """Set the service's hand to where somebody turned it, if anybody did."""
    offset = await storage.read(settings_store.clock_offset)
    if offset is not None:
        clock.turn_to(offset)


async def _follow_settings(service: Service) -> None:
    """The team changes what the service says, and another process may turn the demo's clock."""
    changed = asyncio.Event()
    forget = service.storage.subscribe(lambda wake, _id: changed.set() if wake is Wake.SETTING else None)
    try:
        while True:
            await service.clock.wait(changed, SETTINGS_SECONDS)
            changed.clear()
            try:
                await _turn(service.clock, service.storage)
                await service.read_again()
            except Exception:  # the database is away for a moment: what was known holds until it is back
                log.exception("settings could not be read", extra={"action": "settings_unread"})
    finally:
        forget()


def web(service: Service, shelf: Shelf | None = None) -> FastAPI:
    """Everything this process answers over HTTP."""
    site = FastAPI(title="Palier", docs_url=None, redoc_url=None, openapi_url=None)
    shelf = shelf or wiring.shelf()
    counts = {"inbox": lambda: service.inbox.counts, "turns": lambda: service.turns.counts}
    site.router.routes.extend(health_routes(service.storage, counts))
    site.router.routes.extend(feed_routes(service.storage))
    for channel in service.channels.values():
        if isinstance(channel, Called):
            site.router.routes.extend(channel.routes(service.inbox.take))
    house = _chat_house(service, shelf)
    site.include_router(webchat_routes(house))
    site.include_router(export_routes(house, PersonExports(service.storage, lambda: service.settings.zone)))
    site.include_router(date_routes(house, AppointmentCards(service.storage)))
    site.include_router(moving_routes(house, PrivateMoves(service.storage)))
    site.include_router(answer_routes(house, AnswerPages(service.storage, service.inbox.take, service.clock)))
    site.include_router(deposit_routes(house, PaperBoxes(service.storage, lambda: service.library)))
    out, now = outbox.put, lambda: service.library
    desk = backend_routes(
        service.storage,
        out,
        service.settings,
        shelf,
        service.bell,
        service.stopping,
        now,
        elsewhere=service.doors.every,
        reads=service.reads,
        foresee=service.outbox.foresee,
    )
    site.include_router(desk)
    site.router.routes.extend(wiring.static_routes(shelf))
    return site


def _chat_house(service: Service, shelf: Shelf) -> House:
    return House(
        channel=next(channel for channel in service.channels.values() if isinstance(channel, WebChatChannel)),
        settings=service.settings,
        clock=service.clock,
        intake=service.inbox.take,
        deposit=Deposits(service.storage, wiring.scanner(service.settings)).receive,
        talks=Talks(service.storage),
        bell=service.bell,
        words=Words,
        welcome=lambda language: wiring.welcome(service.library, language),
        assets=shelf,
        stopping=service.stopping,
        written=language_of,
    )


async def serve(settings: Settings, clock: MachineClock, role: Role) -> int:
    """Run one process until a signal; its exit code."""
    doors = [open_door(settings.host, settings.port)] if Role.WEB in role else []
    async with open_service(settings, clock, role) as service:
        log.info("palier is ready", extra={"action": "ready"})
        if doors:
            await server(web(service), settings.host, settings.port, service.stopping).run_until_stopped(*doors)
        else:
            with stopped_by_signals(service.stopping):
                await service.stopping.wait()
    return 0


async def list_jobs(settings: Settings) -> list[str]:
    """What `palier jobs list` prints."""
    async with open_service(settings, MachineClock(), Role(0)) as service:
        return await commands.list_jobs(service.clockwork)


async def run_job(settings: Settings, name: str, at: datetime | None) -> list[str]:
    """What `palier jobs run` does and prints."""
    async with open_service(settings, MachineClock(), Role(0)) as service:
        return await commands.run_job(service.clockwork, name, at)
