"""The explicit lists of the composition root: channels, handlers, and what each room is handed. A channel's library is imported only if it is on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

import backend
from bot.channels import webchat
from bot.channels.base import Channel
from bot.channels.messenger import texts
from bot.channels.messenger.settings import MessengerSettings, load_messenger_settings
from bot.channels.relay.settings import RelaySettings, load_relay_settings
from bot.channels.relay.texts import Around
from bot.channels.telegram.settings import TelegramSettings, load_telegram_settings
from bot.channels.telegram.texts import face
from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.ports import Welcome
from bot.channels.whatsapp.settings import WhatsAppSettings, load_whatsapp_settings
from bot.clock import Clock
from bot.inbox import DangerLane, Detect, Explains
from bot.messages import Choice
from bot.routing import EMERGENCY, EMERGENCY_FIRST, Router
from bot.scanning import Clamd
from bot.settings import Settings
from bot.turns import Understand
from content.library import Library
from content.look.shelf import LOOK, Shelf
from content.understanding.appointment import Hear, appointment_reader
from content.understanding.learnt import learnt
from content.understanding.reader import Reader
from content.words import LANGUAGES, Text, Words, _, words_of
from handlers import (
    acts,
    again,
    agenda,
    apps,
    booked,
    booking,
    cancelling,
    crisis,
    depositing,
    door,
    explained,
    fallback,
    files,
    forgetting,
    gaps,
    handover,
    information,
    languages,
    menu,
    missed,
    moving,
    my_data,
    offers,
    others,
    otherwise,
    pages,
    pictured,
    privacy,
    private,
    reception,
    relays,
    reminder_choices,
    reminding,
    resuming,
    seats,
    second,
    shared_phone,
    slots_offered,
    social,
    time_said,
    unsaid,
    upcoming,
    waiting,
    workshops,
)
from handlers.buttons import URGENCE
from handlers.greeting import welcome_body, welcome_rows
from handlers.speaking import name_buttons
from storage.engine import Work
from storage.road import Accepted

if TYPE_CHECKING:
    from bot.opinion import Opinion

HANDLERS = (
    privacy,
    crisis,
    private,
    shared_phone,
    apps,
    my_data,
    reminder_choices,
    otherwise,
    relays,
    forgetting,
    handover,
    waiting,
    reminding,
    unsaid,
    gaps,
    files,
    depositing,
    door,
    upcoming,
    cancelling,
    agenda,
    offers,
    missed,
    languages,
    seats,
    workshops,
    social,
    others,
    reception,
    menu,
    information,
    booking,
    booked,
    slots_offered,
    time_said,
    moving,
    acts,
    pages,
    fallback,
    again,
    pictured,
    second,
    resuming,
)
WHOSE = _("Robot du {service}")
CHOOSE = _("Choisir")
"""What opens a list of choices."""
DEMO_STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the channels are told of their accounts; None, as what is off, for a channel that is not there. `here`: the telephones that they write to
    are on this machine (the demo's), which opens whatever address this service has."""

    telegram: TelegramSettings | None = None
    whatsapp: WhatsAppSettings | None = None
    messenger: MessengerSettings | None = None
    relay: RelaySettings | None = None
    here: bool = False


def accounts() -> Accounts:
    """Those the operator set. Raises SettingsError."""
    return Accounts(load_telegram_settings(), load_whatsapp_settings(), load_messenger_settings(), load_relay_settings())


def channels(settings: Settings, clock: Clock, accounts: Accounts, phone: Callable[[], str] = str) -> list[Channel]:
    """Every channel the accounts switch on. The web chat always is. `phone` gives the service's telephone as it is then, "" where nobody knows it."""
    found: list[Channel] = [WebChatChannel()]
    if (telegram := accounts.telegram) is not None and telegram.on:
        from bot.channels.telegram.channel import TelegramChannel

        shown = face(lambda language, text: words_of(language).say(Text(text.msgid)), LANGUAGES)
        found.append(TelegramChannel(telegram, clock, settings.base_url, shown))
    if (whatsapp := accounts.whatsapp) is not None and whatsapp.on:
        from bot.channels.whatsapp.channel import WhatsAppChannel
        from bot.channels.whatsapp.rendering import Texts

        choose = Texts({language: words_of(language).say(CHOOSE) for language in LANGUAGES})
        found.append(WhatsAppChannel(whatsapp, clock, settings.base_url, choose))
    if (messenger := accounts.messenger) is not None and messenger.on:
        from bot.channels.messenger.channel import MessengerChannel

        page = texts.face(lambda language, text: words_of(language).say(Text(text.msgid)), LANGUAGES)
        found.append(MessengerChannel(messenger, clock, settings.base_url, page))
    relay = accounts.relay
    opened = settings.base_url if settings.public or accounts.here else ""
    return [*found, *(_relays(relay, clock, opened, home_of(settings), phone) if relay is not None and relay.on else ())]


def _relays(relay: RelaySettings, clock: Clock, opened: str, home: str, phone: Callable[[], str]) -> Sequence[Channel]:
    """`opened`: what goes before a link of ours, "" where a telephone opens none."""
    from bot.channels.relay import channel

    return channel.relays(relay, clock, channel.Service(opened, home, phone, sms_texts()))


def sms_texts() -> Around:
    """What an SMS and an e-mail say around ours, in every language."""
    return Around(
        lambda language, text, values: words_of(language).say(Text(text.msgid), **values), lambda language: words_of(language).say(EMERGENCY)
    )


def home_of(settings: Settings) -> str:
    """Where anybody opens the web chat, "" where it has no address for everybody."""
    return f"{settings.base_url.rstrip('/')}/chat" if settings.public else ""


def router() -> Router:
    """Who answers what."""
    return Router(HANDLERS)


def reader(library: Library) -> Reader:
    """Reads free text: what was learnt from the examples, with the phrases of danger."""
    return Reader(learnt(), library.danger)


def understand(library: Library) -> Understand:
    """What free words want."""
    return reader(library).read


def hear() -> Hear:
    """How free words answer about an appointment; read now, so that no turn waits for it."""
    return appointment_reader().hear


def opinion(settings: Settings, library: Library) -> "Opinion | None":
    """A second opinion on what is unsure, where the operator hosts one."""
    if not settings.embeddings_url:
        return None
    from bot.opinion import Opinion

    return Opinion(settings.embeddings_url, library)


def scanner(settings: Settings) -> Clamd | None:
    """What files are shown to, where the operator has one. Raises SettingsError."""
    return Clamd(settings.clamav_socket) if settings.clamav_socket else None


def detector(library: Library) -> Detect:
    """What shows danger."""
    return reader(library).danger


def danger_lane(library: Callable[[], Library]) -> DangerLane:
    """What an accepted message that shows danger gets, in its own commit. `library` gives the content as it is then."""

    def answer(work: Work, accepted: Accepted, crisis_id: str) -> None:
        crisis.answer_danger(work, accepted, crisis_id, library())

    return answer


def explains(library: Callable[[], Library]) -> Explains:
    """What an open danger or an appointment explains: words that only look like a danger."""
    return lambda work, inbound, danger: explained.explains(work, inbound, danger, library())


def shelf(*, demo: bool = False) -> Shelf:
    """The files beside every page."""
    folders = [LOOK, webchat.STATIC, backend.STATIC]
    return Shelf(*folders, *([DEMO_STATIC] if demo else []))


def static_routes(shelf: Shelf) -> list[BaseRoute]:
    """The files, for ever: their names change with their content."""

    async def file(request: Request) -> Response:
        asset = shelf.find(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("not here\n", status_code=404)
        headers = {"cache-control": f"public, max-age={YEAR}, immutable", "vary": "accept-encoding", "x-content-type-options": "nosniff"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, media_type=asset.kind, headers=headers | {"content-encoding": "gzip"})
        return Response(asset.body, media_type=asset.kind, headers=headers)

    return [Route("/static/{name}", file, methods=["GET", "HEAD"])]


def welcome(library: Library, language: str) -> Welcome:
    """What the web chat's page says before anything was written."""
    words = Words(language)
    body = "\n\n".join((welcome_body(words, library), words.say(EMERGENCY_FIRST)))
    choices = tuple(Choice(row.id, row.label.of(language), tone="urgent" if row.id == URGENCE else "") for row in library.menu)
    names = tuple((code, button.label) for code, button in zip(LANGUAGES, name_buttons(*LANGUAGES), strict=True))
    whose = words.say(WHOSE, service=library.service.name)
    return Welcome("Palier", whose, body, welcome_rows(words, choices), library.service.quit_page, names)
