"""`palier doctor` tells an operator what the relay of SMS and e-mail lacks."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.doctor import Verdict
from bot.settings import Settings

SMS, MAIL = "json://127.0.0.1:9/?:to={to}", "mailtos://user:password@example.org?to={to}"
SECRET = "s" * 32
PUBLIC = "https://logement.example.org"
RELAYS = {
    "an address that Apprise does not know": ({"SMS_URL": "nothing://x/{to}"}, "sms", "Apprise does not know"),
    "no place for whom": ({"SMS_URL": "json://127.0.0.1:9/"}, "", "{to}"),
    "no telephone to answer at": ({"SMS_URL": SMS}, "sms", "no telephone"),
    "a secret that opens nothing": ({"SECRET": SECRET}, "", "PALIER_RELAY_SMS_URL"),
}


async def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: Mapping[str, str], base_url: str) -> dict[str, tuple[Verdict, str]]:
    """What the doctor says of the relay, by what it is about."""
    monkeypatch.chdir(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(f"PALIER_RELAY_{name}", value)
    settings = Settings(secret_key=(SecretStr("k" * 40),), base_url=base_url, database_url=SecretStr(f"sqlite:///{tmp_path}/palier.db"))
    return {one.about: (one.verdict, one.said) for one in await doctor.look_over(settings) if one.about.startswith("relay")}


async def test_off_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = await said(monkeypatch, tmp_path, {}, PUBLIC)
    assert {about: verdict for about, (verdict, _said) in found.items()} == dict.fromkeys(("relay sms", "relay email"), Verdict.OFF)


@pytest.mark.parametrize("name", RELAYS)
async def test_what_the_relay_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    given, account, advice = RELAYS[name]
    verdict, told = (await said(monkeypatch, tmp_path, given, PUBLIC))[f"relay {account}".strip()]
    assert verdict is Verdict.WRONG
    assert advice in told


async def test_a_relay_that_is_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"SMS_URL": SMS, "EMAIL_URL": MAIL, "SECRET": SECRET}
    found = await said(monkeypatch, tmp_path, given, PUBLIC)
    assert (found["relay sms"][0], found["relay email"][0]) == (Verdict.FINE, Verdict.FINE)
    assert f"{PUBLIC}/webhooks/relay" in found["relay sms"][1]
    found = await said(monkeypatch, tmp_path, given, "http://127.0.0.1:8000")
    assert (found["relay sms"][0], found["relay email"][0]) == (Verdict.WRONG, Verdict.WRONG)


@pytest.mark.parametrize("base_url", ["https://127.0.0.1:8000", "https://192.168.1.20", "https://palier.local"])
async def test_a_link_that_opens_for_nobody_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, base_url: str) -> None:
    found = await said(monkeypatch, tmp_path, {"SMS_URL": SMS, "EMAIL_URL": MAIL, "SECRET": SECRET}, base_url)
    for verdict, told in found.values():
        assert verdict is Verdict.WRONG
        assert "PALIER_BASE_URL is no https address that others reach" in told
    assert "what a colleague writes becomes a call to make" in found["relay sms"][1]
