"""The web chat alone: real storage, real pages, and a robot that says what the test told it to."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from fastapi import FastAPI

from bot.channels import webchat
from bot.channels.base import Parsed
from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.ports import House, Welcome
from bot.channels.webchat.routes import routes
from bot.clock import Clock
from bot.messages import Choice, Inbound, Kind, Outbound, Purpose
from bot.serving import server
from bot.settings import Settings
from bot.wiring import static_routes
from content.look.shelf import LOOK, Shelf
from content.understanding.language import language_of
from content.words import LOCALES, Words
from storage import lanes, line, road
from storage.bell import Bell
from storage.deposits import Deposits, Scanner
from storage.engine import Storage, Work
from storage.talks import Talks

GREETING = """Salut ! Je suis le robot du CLLAJ (logement, 16–30 ans). C’est gratuit. Je ne suis pas un service d’urgence.

Tu peux lire sans dire qui tu es, et demander une personne quand tu veux.

De quoi tu as besoin ? Choisis, ou écris avec tes mots, même avec des fautes.

Urgence : 115 · 17 · 119 · 3114 (le bouton Urgence dit lequel)"""
LANGUAGES = (("fr", "Français"), ("fr-facile", "Français facile"), ("en", "English"), ("ar", "العربية"))
MENU = (
    Choice("urgence", "Urgence", tone="urgent"),
    Choice("logement", "Trouver un logement"),
    Choice("provisoire", "Un toit provisoire"),
    Choice("argent", "Argent et aides"),
    Choice("bail", "Bail et réparations"),
    Choice("dettes", "Loyer, dettes"),
    Choice("situation", "Ma situation"),
    Choice("rendez-vous", "Mes rendez-vous"),
    Choice("service", "Le CLLAJ, mes infos"),
    Choice("personne", "Une personne"),
)


def answer(body: str, *choices: Choice, card: str = "", purpose: Purpose = Purpose.REPLY, language: str = "fr") -> Outbound:
    """Something the robot says, to whoever wrote."""
    return Outbound(WebChatChannel().address(""), purpose, body, choices, card=card, language=language)


@dataclass(slots=True)
class Robot:
    """A strict stand-in for inbox and turns: stores what is received as they do, and answers by a table of the test's in the same unit."""

    storage: Storage
    answers: dict[str, Sequence[Outbound]] = field(default_factory=dict)
    otherwise: Sequence[Outbound] = ()
    language: str = "fr"
    received: list[Inbound] = field(default_factory=list)
    broken: bool = False
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, items: Sequence[Parsed]) -> None:
        if self.broken:
            raise OSError("the disk is full")
        for item in items:
            assert isinstance(item, Inbound)
            await self.storage.run(self._take, item)
            self.heard.set()

    def _take(self, work: Work, inbound: Inbound) -> None:
        accepted = road.accept(work, inbound, handled=True)
        if accepted is None:
            return
        self.received.append(accepted.inbound)
        lane = accepted.lane
        lane.language = self.language
        heard = accepted.choice.id if accepted.choice else accepted.inbound.text
        for outbound in self.answers.get(heard, self.otherwise):
            line.put(work, lane, replace(outbound, address=lane.address), state="sent")
        lanes.keep(work, lane)

    async def say(self, *outbounds: Outbound, caseworker_id: int | None = None, human: bool | None = None) -> None:
        """Say something now to the last who wrote."""

        def unit(work: Work) -> None:
            lane = lanes.open_lane(work, self.received[-1].address)
            if human is not None:
                lane.to("human" if human else "bot")
            for outbound in outbounds:
                line.put(work, lane, replace(outbound, address=lane.address), state="sent", caseworker_id=caseworker_id)
            lanes.keep(work, lane)

        await self.storage.run(unit)


@dataclass(frozen=True, slots=True)
class Site:
    """The chat. `url` is where it is served, "" where only `client()` reaches it."""

    robot: Robot
    house: House
    shelf: Shelf
    app: FastAPI
    url: str = ""

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
        """A browser without JavaScript: it keeps cookies."""
        if self.url:
            return httpx.AsyncClient(base_url=self.url, headers=headers)
        return httpx.AsyncClient(base_url="http://127.0.0.1", headers=headers, transport=httpx.ASGITransport(self.app))


def build(
    storage: Storage,
    clock: Clock,
    settings: Settings,
    *,
    leave_to: str | None = None,
    locales: Path = LOCALES,
    menu: Sequence[Choice] = MENU,
    scanner: Scanner | None = None,
) -> Site:
    """The chat, on no port yet. `scanner`: what files are shown to."""
    robot, files, bell = Robot(storage), Shelf(LOOK, webchat.STATIC), Bell(storage)

    def welcome(language: str) -> Welcome:
        return Welcome("Palier", "Robot du CLLAJ", GREETING, tuple(menu), leave_to, LANGUAGES)

    def words(language: str) -> Words:
        return Words(language, locales)

    deposit, stopping = Deposits(storage, scanner).receive, asyncio.Event()
    house = House(WebChatChannel(), settings, clock, robot.take, deposit, Talks(storage), bell, words, welcome, files, stopping, language_of)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes(house))
    app.router.routes.extend(static_routes(files))
    return Site(robot, house, files, app)


@asynccontextmanager
async def serve(site: Site, port: int = 0) -> AsyncIterator[Site]:
    """The chat on a free port of this machine (or the one given), until the block or the service ends."""
    stopping, bell = site.house.stopping, site.house.bell
    assert isinstance(bell, Bell)
    web = server(site.app, "127.0.0.1", port, stopping)
    serving = asyncio.create_task(web.run_until_stopped())
    ringing = asyncio.create_task(bell.run(stopping))
    while not web.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
        await asyncio.sleep(0.01)  # a real server opens its port
    address = web.servers[0].sockets[0].getsockname()
    try:
        yield replace(site, url=f"http://127.0.0.1:{address[1]}")
    finally:
        stopping.set()
        await serving
        await ringing


def texts(robot: Robot) -> list[tuple[Kind, str]]:
    """What was received, in order."""
    return [(inbound.kind, inbound.text) for inbound in robot.received]
