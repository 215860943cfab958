"""Settings that cannot start the relay are refused in words an operator can act on, without the words of the setting itself."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.relay.settings import RelaySettings, load_relay_settings, whole
from bot.errors import SettingsError
from tests.channels.conformance import check_tells_nothing

SMS, MAIL, SECRET = "json://u:hunter2@sms.example/?:to={to}", "mailtos://u:hunter3@example.org?to={to}", "hunter4" * 8
WHOLE = {"SMS_URL": SMS, "EMAIL_URL": MAIL, "SECRET": SECRET}


def load(folder: Path, given: dict[str, str]) -> RelaySettings:
    file = folder / "env"
    file.write_text("".join(f"PALIER_RELAY_{name}='{value}'\n" for name, value in given.items()), encoding="utf-8")
    return load_relay_settings(file)


@pytest.mark.parametrize(
    ("given", "on"),
    [({}, []), ({"SMS_URL": ""}, []), ({"SMS_URL": SMS}, ["sms"]), ({"EMAIL_URL": MAIL}, ["email"]), (WHOLE, ["sms", "email"])],
)
def test_each_is_on_by_its_address(tmp_path: Path, given: dict[str, str], on: list[str]) -> None:
    found = load(tmp_path, given)
    assert (found.on, list(found.addresses)) == (bool(on), on)
    check_tells_nothing(["hunter2", "hunter3", "hunter4"], found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SMS_URL": "json://sms.example/"}, "PALIER_RELAY_SMS_URL"),
        ({"EMAIL_URL": "mailtos://u:hunter3@example.org"}, "PALIER_RELAY_EMAIL_URL"),
        ({"SMS_URL": "{to}://hunter2"}, "PALIER_RELAY_SMS_URL"),
        ({"SMS_URL": SMS, "SECRET": "hunter4"}, "openssl rand"),
        ({"SECRET": SECRET}, "PALIER_RELAY_SECRET is set without PALIER_RELAY_SMS_URL"),
        ({"EMAIL_URL": MAIL, "SECRET": SECRET}, "PALIER_RELAY_SECRET is set without PALIER_RELAY_SMS_URL"),
    ],
)
def test_what_cannot_be(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, given)
    assert said in str(refused.value)
    check_tells_nothing(["hunter2", "hunter3", "hunter4"], refused.value)


@pytest.mark.parametrize(("to", "found"), [("+33612345678", "%2B33612345678"), ("a&to=b@example.org", "a%26to%3Db%40example.org")])
def test_whoever_is_written_to_changes_nothing_else_of_the_address(to: str, found: str) -> None:
    assert whole(SecretStr("mailtos://u:p@example.org?to={to}&x=1"), to) == f"mailtos://u:p@example.org?to={found}&x=1"
