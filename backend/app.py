"""The backend's routes, ready to be included by the composition root."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter

from backend.acts import Acts, Put
from backend.auth import Door, Passwords
from backend.frame import Frame
from backend.lawful import Foresee, foresees_nothing
from backend.live import Live
from backend.minors import Minors
from backend.pages.access import Access
from backend.pages.appointments import Appointments
from backend.pages.busy import BusyCalendars
from backend.pages.calendar import Calendar
from backend.pages.channels import Channels
from backend.pages.contents import Contents
from backend.pages.covered import CoveredOnes
from backend.pages.crisis_texts import CrisisTexts
from backend.pages.decisions import Decisions
from backend.pages.endings import Endings
from backend.pages.feed import Feed
from backend.pages.figures import Figures
from backend.pages.files import Files
from backend.pages.gaps import Gaps
from backend.pages.holds import Holds
from backend.pages.hours import Hours
from backend.pages.joining import Joining
from backend.pages.kit import Kit
from backend.pages.motives import Motives
from backend.pages.moves import Moves
from backend.pages.openings import Openings
from backend.pages.papers import Papers
from backend.pages.posters import Elsewhere, Posters, nowhere
from backend.pages.sessions import Sessions
from backend.pages.setup import Setup
from backend.pages.switches import Switches
from backend.pages.tasks import Tasks
from backend.pages.team import Team
from backend.pages.threads import Threads
from backend.pages.workshops import Workshops
from backend.show import Show
from backend.understood import Reads, Understanding, understands_nothing
from bot.settings import Settings
from content.library import Library
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
    library: Callable[[], Library],
    passwords: Passwords | None = None,
    elsewhere: Elsewhere = nowhere,
    reads: Reads = understands_nothing,
    foresee: Foresee = foresees_nothing,
) -> APIRouter:
    """Everything under /backend.

    `put` is the way out (bot.outbox.put), `bell` rings for live pages, streams end when `stopping` is set, `library` gives what the service says
    now, `elsewhere` the address of a poster's code on each other channel that a link can open, `reads` what a text means,
    `foresee`: what would become of an answer. `shelf` must hold
    content.look and backend.STATIC. Raises SettingsError.
    """
    door = Door(storage, passwords or Passwords(), secure=settings.secure, trusted_proxies=settings.trusted_proxies)
    themes = {row.id: row.label.of("fr") for row in library().menu}
    show = Show(settings.zone, themes)
    frame = Frame(door, storage, library, shelf, show, settings, Understanding(library, reads, show.words))
    router = APIRouter()
    Access(frame, storage).add_to(router)
    Calendar(frame, storage).add_to(router)
    appointments = Appointments(frame, storage)
    appointments.add_to(router)
    CoveredOnes(frame, storage).add_to(router)
    Moves(frame, storage, appointments).add_to(router)
    BusyCalendars(frame, storage, frozenset(settings.calendar_hosts)).add_to(router)
    Contents(frame, storage).add_to(router)
    CrisisTexts(frame, storage).add_to(router)
    Feed(frame, storage, settings).add_to(router)
    Figures(frame, storage).add_to(router)
    Files(frame, storage).add_to(router)
    Gaps(frame, storage).add_to(router)
    Hours(frame, storage, alerts_elsewhere=bool(settings.alert_urls)).add_to(router)
    Kit(frame, storage, settings.base_url if settings.public else "", elsewhere).add_to(router)
    Motives(frame, storage).add_to(router)
    Openings(frame, storage).add_to(router)
    Posters(frame, storage, settings.base_url if settings.public else "", elsewhere).add_to(router)
    Setup(frame, storage, alerts_elsewhere=bool(settings.alert_urls)).add_to(router)
    Switches(frame, storage).add_to(router)
    Channels(frame, storage).add_to(router)
    Team(frame, storage, settings.base_url).add_to(router)
    acts = Acts(put, Minors(library))
    threads = Threads(frame, storage, acts, Live(storage, bell, stopping), foresee)
    threads.add_to(router)
    Endings(frame, storage, acts, threads).add_to(router)
    Papers(frame, storage, acts, threads).add_to(router)
    Holds(frame, storage).add_to(router)
    Joining(frame, storage).add_to(router)
    Decisions(frame, storage, put, acts.minor).add_to(router)
    Tasks(frame, storage, threads).add_to(router)
    Workshops(frame, storage).add_to(router)
    Sessions(frame, storage).add_to(router)
    return router
