"""Opens the phone of the demo: its doubles on a free port of loopback, and the settings that make the service's channels theirs.

Tokens and secrets are made at each start and are nobody's. No setting of the operator's is read, so no real account is ever spoken for.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from starlette.applications import Starlette
from typing_extensions import override

from bot.channels.messenger.settings import MessengerSettings
from bot.channels.relay.settings import RelaySettings
from bot.channels.telegram.settings import Mode, TelegramSettings
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.clock import MachineClock
from bot.phones import messenger, telegram, whatsapp
from bot.phones.files import Files
from bot.phones.phone import App, Phone
from bot.phones.provider import Provider, Service
from bot.phones.relay import RelayDouble
from bot.serving import Server, open_door, server
from bot.settings import Settings
from bot.wiring import Accounts

FILE = "phones"
LOOPBACK = "127.0.0.1"


class _Aside(Server):
    """Leaves signals to the service's own server."""

    @contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the doubles, and what they sign with."""

    token: str = field(default_factory=lambda: secrets.token_hex(16))
    secret: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def bot(self) -> str:
        """A token as Telegram's are."""
        return f"{telegram.BOT}:{self.token}"


@dataclass(frozen=True, slots=True)
class Phones:
    """The phone, the doubles of its apps, and what the service's channels are told."""

    phone: Phone
    providers: Mapping[App, Provider]
    accounts: Accounts
    clock: MachineClock


@asynccontextmanager
async def open_phones(folder: Path, settings: Settings, clock: MachineClock) -> AsyncIterator[Phones]:
    """The phone of this demo, answering until the block ends."""
    phone = Phone(clock, folder / FILE, settings.secret_key[0].get_secret_value())
    service = Service(f"http://{_reached(settings.host)}:{settings.port}")
    door = await asyncio.to_thread(open_door, LOOPBACK, 0)
    door.listen()  # who calls before the server has begun waits at the door, and is not turned away
    keys = Keys()
    place = f"{LOOPBACK}:{door.getsockname()[1]}"
    files = Files(f"http://{place}")
    accounts = _accounts(place, keys)
    providers = _providers(phone, service, files, keys)
    site = Starlette(routes=[files.route(), *(route for each in providers.values() for route in each.routes())])
    serving = _Aside(server(site, LOOPBACK, 0, asyncio.Event()).config, stopping := asyncio.Event())
    running = asyncio.create_task(serving.run_until_stopped(door))
    try:
        yield Phones(phone, providers, accounts, clock)
    finally:
        phone.close()
        stopping.set()
        await running
        await service.close()


def _reached(host: str) -> str:
    """Where the service listens, from this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return LOOPBACK
    return f"[{host}]" if address.version == 6 else host


def _accounts(place: str, keys: Keys) -> Accounts:
    """Settings of channels whose providers are at this place."""
    secret, token, base = SecretStr(keys.secret), SecretStr(keys.token), f"http://{place}"
    return Accounts(
        telegram=TelegramSettings(
            _env_file=None, token=SecretStr(keys.bot), secret=secret, mode=Mode.POLLING, api_base=f"{base}/telegram", per_second=25.0
        ),
        whatsapp=WhatsAppSettings(
            _env_file=None,
            phone_id=whatsapp.PHONE_ID,
            waba_id=whatsapp.WABA_ID,
            token=token,
            app_secret=secret,
            verify_token=secret,
            api_base=f"{base}/whatsapp",
        ),
        messenger=MessengerSettings(
            _env_file=None, page_id=messenger.PAGE_ID, token=token, app_secret=secret, verify_token=secret, api_base=f"{base}/messenger"
        ),
        relay=RelaySettings(
            _env_file=None,
            sms_url=SecretStr(f"json://{place}/relay/{App.SMS}?:to={{to}}"),
            email_url=SecretStr(f"json://{place}/relay/{App.EMAIL}?:to={{to}}"),
            secret=secret,
        ),
        here=True,
    )


def _providers(phone: Phone, service: Service, files: Files, keys: Keys) -> Mapping[App, Provider]:
    found: tuple[Provider, ...] = (
        whatsapp.WhatsAppDouble(phone, service, files, keys.token, keys.secret),
        messenger.MessengerDouble(phone, service, files, keys.token, keys.secret),
        telegram.TelegramDouble(phone, files, keys.bot),
        RelayDouble(phone, service, App.SMS, keys.secret),
        RelayDouble(phone, service, App.EMAIL, keys.secret),
    )
    return {each.app: each for each in found}
