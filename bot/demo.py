"""`palier demo`: the whole product with a service that does not exist, and a clock one can turn.

Starting again keeps everything; `--fresh` forgets.
"""

import asyncio
import os
import re
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import SecretStr, TypeAdapter, ValidationError
from starlette.types import ASGIApp

from bot import app, story, wiring
from bot.app import Role, Service, open_service
from bot.banner import Banner
from bot.clock import MachineClock
from bot.errors import SettingsError
from bot.furnishing import PASSWORD, TEAM, furnish
from bot.phones.opening import LOOPBACK, Phones, open_phones
from bot.phones.pages import PATH as PHONES
from bot.phones.pages import Pages
from bot.serving import open_door, server
from bot.settings import Settings, load_settings
from bot.templates import templates
from bot.wiring import Accounts
from content.library import load_library
from content.words import Words
from storage.connections import FileLock

FOLDER = Path("var/demo")
DATABASE = "palier.db"
BEGUN = "story-begun"
"""There while the story is being told: it is told once, whole."""
FARTHEST = timedelta(days=3660)
STEPS = (("PT10M", "10 minutes"), ("PT1H", "1 heure"), ("PT12H", "12 heures"), ("P1D", "1 jour"), ("PT48H", "48 heures"), ("P7D", "1 semaine"))
LINKS = (("/chat", "le jeune"), (PHONES, "son téléphone"), ("/backend", "la conseillère"), ("/demo", "tourner l’heure"))
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'"
TEMPLATES = Path(__file__).parent / "templates"
Say = Callable[..., None]
_DURATION = TypeAdapter(timedelta)


async def demo(*, fresh: bool, say: Say, folder: Path = FOLDER) -> int:
    """Run the demo until a signal; its exit code."""
    say("Palier, démonstration : je prépare tout…")
    _stay_here()
    door, settings = await asyncio.to_thread(_prepare, folder, fresh)
    async with open_phones(folder, settings, clock_of(folder, settings)) as phones, furnished(folder, settings, say, phones) as service:
        say(*_invitation(settings))
        await server(web(service, phones), settings.host, settings.port, service.stopping).run_until_stopped(door)
    say("Arrêté. Tout est gardé : relance pour retrouver la suite, ou ajoute --fresh pour repartir de zéro.")
    return 0


@asynccontextmanager
async def furnished(folder: Path, settings: Settings, say: Say, phones: Phones | None = None) -> AsyncIterator[Service]:
    """The demo's service, whose loops run until the block ends: its team, and, the first time, what happened there in the last days.

    It writes to nobody but the phone of the demo: whatever accounts the operator set are none of its own.
    """
    begun, now = folder / BEGUN, MachineClock().now()
    clock, accounts = (clock_of(folder, settings), Accounts()) if phones is None else (phones.clock, phones.accounts)
    await _agree(accounts)
    async with open_service(settings, clock, Role.RUN, library=load_library(demo=True), accounts=accounts) as service:
        await furnish(service)
        if begun.exists():
            await story.tell(service, now, partial(_progress, say))
            await service.advance(-service.clock.offset)  # the seconds it took
            begun.unlink()
        yield service


def _stay_here() -> None:
    """What Apprise takes to this very machine goes by no proxy of the operator's."""
    past = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    os.environ["no_proxy"] = ",".join(filter(None, (past, LOOPBACK)))


async def _agree(accounts: Accounts) -> None:
    """Submit the templates to the phone's own WhatsApp, as `palier whatsapp templates push` does to the real one."""
    if accounts.whatsapp is not None:
        from bot.channels.whatsapp.agreeing import push  # the channel's library, only where it is on

        await push(accounts.whatsapp)


def clock_of(folder: Path, settings: Settings) -> MachineClock:
    """The hand of a demo that begins: its story's first day, or today where it was told."""
    now = MachineClock().now()
    return MachineClock(story.beginning(now, settings.zone) - now) if (folder / BEGUN).exists() else MachineClock()


def _progress(say: Say, played: int, of: int) -> None:
    """A word now and then while the story is played."""
    if played == 1 or played * 4 // of > (played - 1) * 4 // of:
        say(f"  je raconte les derniers jours du service… {played} sur {of}")


def _prepare(folder: Path, fresh: bool) -> tuple[socket.socket, Settings]:
    """The demo's folder, a port of its own, and what follows from both."""
    if fresh and folder.exists():
        FileLock(folder / DATABASE).release()  # AlreadyRunning, rather than take the ground from under a demo that runs
        shutil.rmtree(folder)
    elif (folder / BEGUN).exists():
        shutil.rmtree(folder)  # stopped before its story was told: there is nothing else in it
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / DATABASE).exists():
        (folder / BEGUN).touch()
    given = load_settings()
    door = _door(given)
    return door, demo_settings(folder, given.model_copy(update={"port": door.getsockname()[1]}))


def _door(given: Settings) -> socket.socket:
    """The port asked for, or the first free one of a few where none was."""
    ports = [given.port] if "port" in given.model_fields_set else range(given.port, given.port + 20)
    for port in ports[:-1]:
        with suppress(SettingsError):
            return open_door(given.host, port)
    return open_door(given.host, ports[-1])


def demo_settings(folder: Path, given: Settings) -> Settings:
    """The settings of the demo: its own database and key, never those of a real service; host, port and address as set."""
    key = folder / "key"
    if not key.exists():
        descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
    changes: dict[str, object] = {
        "database_url": SecretStr(f"sqlite:///{folder / DATABASE}"),
        "database_listen_url": None,
        "secret_key": (SecretStr(key.read_text(encoding="ascii")),),
        "erasure_ledger": folder / "erasures.log",
        "alert_urls": (),  # a danger told in the demo wakes nobody
        "embeddings_url": "",
    }
    if "base_url" not in given.model_fields_set:
        changes["base_url"] = f"http://{given.host}:{given.port}"
    return given.model_copy(update=changes)


def _invitation(settings: Settings) -> list[str]:
    base = settings.base_url
    return [
        "",
        "  Service fictif : rien de ce qui est écrit ici ne part nulle part.",
        "",
        f"  Le jeune :       {base}/chat",
        f"  Son téléphone :  {base}{PHONES}  (WhatsApp, Messenger, Telegram, SMS, e-mail)",
        f"  La conseillère : {base}/backend",
        *(f"                   {email}  mot de passe : {PASSWORD}" for email, _name, _role in TEAM),
        f"  Tourner l'heure : {base}/demo",
        "",
        "  Ctrl-C pour arrêter.",
        "",
    ]


def web(service: Service, phones: Phones | None = None) -> ASGIApp:
    """The service's own addresses, and the time machine, under a banner."""
    shelf = wiring.shelf(demo=True)
    site = app.web(service, shelf)
    pages = templates(TEMPLATES)

    async def clock(request: Request) -> Response:
        """POST /demo/clock: `{"advance": "PT48H"}` moves the service's clock and runs what falls due."""
        asked = await _asked(request)
        by = _advance(asked)
        if by is None:
            advice = 'write {"advance": "PT48H"}: an ISO 8601 duration, forward, ten years at most'
            return JSONResponse({"error": advice}, status_code=400)
        now = await service.advance(by)
        if _is_form(request):
            return RedirectResponse(_back(asked), 303)
        return JSONResponse({"now": now.isoformat()})

    async def machine(request: Request) -> Response:
        now = service.clock.now().astimezone(service.settings.zone)
        words = Words("fr")
        said = f"{words.day(now.date())}, {words.hour(now.time())}"
        page = pages.get_template("machine.html").render(now=said, asset=shelf.url, steps=STEPS, team=TEAM, password=PASSWORD)
        return HTMLResponse(
            page, headers={"cache-control": "no-store", "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'"}
        )

    site.add_api_route("/demo/clock", clock, methods=["POST"], include_in_schema=False)
    for path in ("/demo", "/demo/clock"):
        site.add_api_route(path, machine, methods=["GET"], include_in_schema=False)
    if phones is not None:
        site.router.routes.extend(Pages(service, phones, shelf, STEPS, story.photo()).routes())
    links = " · ".join(f'<a href="{path}">{label}</a>' for path, label in LINKS if phones is not None or path != PHONES)
    look = f'<link rel="stylesheet" href="{shelf.url("demo.css")}">'
    return Banner(site, look, f'<aside class="demo" lang="fr" dir="ltr">Démonstration, service fictif · {links}</aside>')


def _back(asked: object) -> str:
    """The page of the demo that asked, or the time machine."""
    page = asked.get("back") if isinstance(asked, dict) else None
    return page if isinstance(page, str) and re.fullmatch(rf"{PHONES}/[a-z]+", page) else "/demo"


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def _asked(request: Request) -> object:
    try:
        if _is_form(request):
            return dict(await request.form())
        return await request.json()
    except ValueError:
        return None


def _advance(asked: object) -> timedelta | None:
    if not isinstance(asked, dict) or not isinstance(text := asked.get("advance"), str) or not text.startswith("P"):
        return None
    try:
        by = _DURATION.validate_python(text)
    except ValidationError:
        return None
    return by if timedelta() <= by <= FARTHEST else None
