"""The backend's routes, ready to be included by the composition root."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter

from backend.acts import Acts, Put
from backend.auth import Door, Passwords
from backend.frame import Frame
from backend.live import Live
from backend.pages.access import Access
from backend.pages.threads import Threads
from backend.show import Show
from bot.settings import Settings
from content.look.shelf import Shelf
from storage.bell import Bell
from storage.engine import Storage


def backend_routes(
    storage: Storage,
    put: Put,
    settings: Settings,
    shelf: Shelf,
    bell: Bell,
    stopping: asyncio.Event,
    themes: Mapping[str, str],
    passwords: Passwords | None = None,
) -> APIRouter:
    """Everything under /backend.

    `put` is the way out (bot.outbox.put), `bell` rings for live pages, streams end when `stopping` is set, `themes` gives the title of each
    theme id. `shelf` must hold content.look and backend.STATIC. Raises SettingsError.
    """
    door = Door(storage, passwords or Passwords(), secure=settings.secure, trusted_proxies=settings.trusted_proxies)
    frame = Frame(door, shelf, Show(settings.zone, themes), secure=settings.secure)
    router = APIRouter()
    Access(frame, storage).add_to(router)
    Threads(frame, storage, Acts(put), Live(storage, bell, stopping)).add_to(router)
    return router
