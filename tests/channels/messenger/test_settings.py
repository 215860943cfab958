"""Settings that cannot start a Page are refused in words an operator can act on, without the words of the setting itself."""

from pathlib import Path

import pytest

from bot.channels.base import Attended, Called, Channel, Fetches, Linked
from bot.channels.messenger.channel import MessengerChannel
from bot.channels.messenger.settings import MessengerSettings, load_messenger_settings
from bot.errors import SettingsError
from tests.channels.conformance import check_tells_nothing
from tests.channels.messenger.conftest import BASE_URL
from tests.clock import TestClock

WHOLE = {"PAGE_ID": "300000000000001", "TOKEN": "EAAGtoken", "APP_SECRET": "hunter2", "VERIFY_TOKEN": "our-word"}


def load(folder: Path, given: dict[str, str]) -> MessengerSettings:
    file = folder / "env"
    file.write_text("".join(f"PALIER_MESSENGER_{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
    return load_messenger_settings(file)


@pytest.mark.parametrize("given", [{}, {"PAGE_ID": ""}, {"TOKEN": "EAAG"}])
def test_off_without_a_page(clock: TestClock, tmp_path: Path, given: dict[str, str]) -> None:
    found = load(tmp_path, given)
    assert not found.on
    with pytest.raises(SettingsError):
        MessengerChannel(found, clock, BASE_URL)


async def test_what_is_said_is_taken(clock: TestClock, tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE | {"API_BASE": "http://127.0.0.1:8081/v24.0/"})
    assert (found.on, found.page_id, found.api_base) == (True, "300000000000001", "http://127.0.0.1:8081/v24.0")
    check_tells_nothing(["EAAGtoken", "hunter2", "our-word"], found)
    channel = MessengerChannel(found, clock, BASE_URL)
    checked: Channel = channel
    assert isinstance(checked, Attended)
    assert isinstance(checked, Called)
    assert isinstance(checked, Fetches)
    assert isinstance(checked, Linked)
    await channel.close()


@pytest.mark.parametrize("missing", ["TOKEN", "APP_SECRET", "VERIFY_TOKEN"])
def test_a_page_without_the_rest(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, {name: value for name, value in WHOLE.items() if name != missing})
    assert f"PALIER_MESSENGER_PAGE_ID is set without PALIER_MESSENGER_{missing}" in str(refused.value)
    check_tells_nothing(["EAAGtoken", "hunter2", "our-word"], refused.value)


@pytest.mark.parametrize("given", [{"PAGE_ID": "notre page"}, {"API_BASE": "graph.facebook.com"}])
def test_what_cannot_be(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, WHOLE | given)
    assert next(iter(given)) in str(refused.value)
