"""Settings that cannot start one of Meta's apps are refused in words an operator can act on, without the words of the setting itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Attended, Called, Channel, Fetches, Linked
from bot.channels.messenger.channel import MessengerChannel
from bot.channels.messenger.settings import load_messenger_settings
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.settings import load_whatsapp_settings
from bot.errors import SettingsError
from tests.channels.conformance import check_tells_nothing
from tests.channels.kit import BASE_URL
from tests.clock import TestClock

SECRETS = {"TOKEN": "EAAGtoken", "APP_SECRET": "hunter2", "VERIFY_TOKEN": "our-word"}
BASE = "http://127.0.0.1:8081/v24.0"


@dataclass(frozen=True)
class App:
    """One of them: what its account's id is set by, how it is read and opened, what it can do beside being a channel."""

    name: str
    account: str
    load: Callable[[Path], Any]
    open: Callable[..., Any]
    does: tuple[type, ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def whole(self) -> Mapping[str, str]:
        return {self.account: "100000000000001", **SECRETS}

    def read(self, folder: Path, given: Mapping[str, str]) -> Any:
        """Settings written in a .env of their own."""
        file = folder / "env"
        file.write_text("".join(f"PALIER_{self.name}_{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
        return self.load(file)


WHATSAPP = App(
    "WHATSAPP", "PHONE_ID", load_whatsapp_settings, WhatsAppChannel, (Called, Fetches, Linked), (("PHONE_ID", "+33 1"), ("WABA_ID", "palier"))
)
MESSENGER = App("MESSENGER", "PAGE_ID", load_messenger_settings, MessengerChannel, (Attended, Called, Fetches, Linked), (("PAGE_ID", "notre page"),))
apps = pytest.mark.parametrize("app", [WHATSAPP, MESSENGER], ids=lambda app: app.name.lower())


@apps
def test_off_without_an_account(app: App, clock: TestClock, tmp_path: Path) -> None:
    for given in ({}, {app.account: ""}, {"TOKEN": "EAAG"}):
        found = app.read(tmp_path, given)
        assert not found.on
        with pytest.raises(SettingsError):
            app.open(found, clock, BASE_URL)


@apps
async def test_what_is_said_is_taken(app: App, clock: TestClock, tmp_path: Path) -> None:
    found = app.read(tmp_path, {**app.whole, "API_BASE": f"{BASE}/"})
    assert (found.on, found.api_base) == (True, BASE)
    check_tells_nothing(SECRETS.values(), found)
    channel: Channel = app.open(found, clock, BASE_URL)
    assert (channel.name, channel.account) == (app.name.lower(), app.whole[app.account])
    assert all(isinstance(channel, able) for able in app.does)
    await channel.close()


@apps
@pytest.mark.parametrize("missing", SECRETS)
def test_an_account_without_the_rest(app: App, tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError) as refused:
        app.read(tmp_path, {name: value for name, value in app.whole.items() if name != missing})
    assert f"PALIER_{app.name}_{app.account} is set without PALIER_{app.name}_{missing}" in str(refused.value)
    check_tells_nothing(SECRETS.values(), refused.value)


@apps
def test_what_cannot_be(app: App, tmp_path: Path) -> None:
    for name, value in (*app.wrong, ("API_BASE", "graph.facebook.com")):
        with pytest.raises(SettingsError) as refused:
            app.read(tmp_path, {**app.whole, name: value})
        assert name in str(refused.value)
