"""Settings that cannot start a bot are refused in words an operator can act on, without the words of the setting itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.base import Attended, Called, Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.rendering import LIMITS
from bot.channels.telegram.settings import Mode, TelegramSettings, load_telegram_settings
from bot.channels.telegram.texts import FRENCH, face
from bot.errors import SettingsError
from content.words import LANGUAGES, Text, words_of
from tests.channels.conformance import check_tells_nothing
from tests.channels.telegram.conftest import BASE_URL, SECRET, settings
from tests.clock import TestClock
from tests.doubles.telegram import TOKEN, rules

PREFIX = "PALIER_TELEGRAM_"


def load(folder: Path, **given: str) -> TelegramSettings:
    """Settings written in a .env of their own."""
    file = folder / "env"
    file.write_text("".join(f"{PREFIX}{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
    return load_telegram_settings(file)


@pytest.mark.parametrize("given", [{}, {"TOKEN": ""}, {"MODE": "webhook"}])
def test_off_without_a_token(clock: TestClock, tmp_path: Path, given: dict[str, str]) -> None:
    found = load(tmp_path, **given)
    assert (found.on, found.account, found.api_base) == (False, "", "https://api.telegram.org")
    with pytest.raises(SettingsError):
        TelegramChannel(found, clock, BASE_URL)


def test_polling_unless_it_is_said(tmp_path: Path) -> None:
    assert load(tmp_path, TOKEN=TOKEN).mode is Mode.POLLING


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    found = load(tmp_path, TOKEN=TOKEN, SECRET=SECRET, MODE="webhook", API_BASE="http://127.0.0.1:8081/")
    assert (found.on, found.account, found.mode, found.api_base) == (True, "7000000001", Mode.WEBHOOK, "http://127.0.0.1:8081")
    check_tells_nothing([TOKEN, SECRET], found)


WRONG = {
    "a token of nothing": ({"TOKEN": "hunter2"}, "TOKEN"),
    "a token without a bot": ({"TOKEN": ":AAxyz"}, "TOKEN"),
    "a secret Telegram does not take": ({"TOKEN": TOKEN, "SECRET": "très secret"}, "SECRET"),
    "a secret too long": ({"TOKEN": TOKEN, "SECRET": "s" * 257}, "SECRET"),
    "a webhook without a secret": ({"TOKEN": TOKEN, "MODE": "webhook"}, "SECRET"),
    "another mode": ({"TOKEN": TOKEN, "MODE": "pigeon"}, "MODE"),
    "a base that is no address": ({"TOKEN": TOKEN, "API_BASE": "api.telegram.org"}, "API_BASE"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_and_not_shown(tmp_path: Path, name: str) -> None:
    given, wrong = WRONG[name]
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, **given)
    assert str(raised.value).startswith(f"{PREFIX}{wrong}: ")
    assert "\n" not in str(raised.value)
    check_tells_nothing([TOKEN, "hunter2", "très secret", "s" * 257], raised.value)


def test_the_channel_shows_no_secret(channel: TelegramChannel) -> None:
    assert (channel.name, channel.account, channel.limits) == ("telegram", "7000000001", LIMITS)
    check_tells_nothing([TOKEN, SECRET], channel, vars(channel), settings(), TelegramSettings(token=SecretStr(TOKEN)).model_dump())


def test_it_is_a_channel_like_another(channel: TelegramChannel) -> None:
    like_another: Channel = channel
    assert isinstance(like_another, Called)
    assert isinstance(like_another, Attended)


def test_what_telegram_shows_of_us_is_what_telegram_takes() -> None:
    ours = face(lambda language, text: words_of(language).say(Text(text.msgid)), LANGUAGES)
    for shown in (FRENCH, ours):
        for described in shown.commands.values():
            rules.check_commands({"commands": [{"command": name, "description": description} for name, description in described.items()]})
        rules.check_text({"text": shown.private_only})
    assert list(ours.commands) == ["", "en", "ar"]
    assert ours.commands["en"]["menu"] == "The menu"


def test_a_channel_that_is_off_costs_nothing() -> None:
    """aiogram takes two seconds and 130 MB: whoever has no bot never imports it, nor does whoever only reads the settings."""
    code = "import sys, bot.channels.telegram.settings; sys.exit('aiogram' in sys.modules or 'aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
