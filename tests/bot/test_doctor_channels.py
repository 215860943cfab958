"""`palier doctor` tells an operator which setting, template or right is missing for each app."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import doctor
from bot.doctor import Verdict
from bot.settings import Settings
from tests.doubles.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, WhatsAppDouble

WHOLE = {"PHONE_ID": PHONE_ID, "TOKEN": TOKEN, "APP_SECRET": APP_SECRET, "VERIFY_TOKEN": VERIFY_TOKEN, "WABA_ID": WABA_ID}


async def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: Mapping[str, str], base_url: str) -> dict[str, tuple[Verdict, str]]:
    """What the doctor says of the apps of Meta, by what it is about."""
    monkeypatch.chdir(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(f"PALIER_{name}", value)
    settings = Settings(secret_key=(SecretStr("k" * 40),), base_url=base_url, database_url=SecretStr(f"sqlite:///{tmp_path}/palier.db"))
    found = await doctor.look_over(settings)
    return {one.about: (one.verdict, one.said) for one in found if one.about.startswith(("whatsapp", "messenger", "relay"))}


def of_whatsapp(given: Mapping[str, str], base: str) -> dict[str, str]:
    return {f"WHATSAPP_{name}": value for name, value in given.items()} | {"WHATSAPP_API_BASE": base}


async def test_off_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = await said(monkeypatch, tmp_path, {}, "https://logement.example.org")
    assert {about: verdict for about, (verdict, _said) in found.items()} == dict.fromkeys(
        ("whatsapp", "messenger", "relay sms", "relay email"), Verdict.OFF
    )


async def test_what_meta_has_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with WhatsAppDouble() as double:
        found = await said(monkeypatch, tmp_path, of_whatsapp(WHOLE, double.base), "https://logement.example.org")
    assert found["whatsapp"][0] is Verdict.FINE
    assert "/webhooks/whatsapp" in found["whatsapp"][1]
    assert found["whatsapp number"][0] is Verdict.FINE
    assert found["whatsapp templates"][0] is Verdict.TO_DO
    assert "palier whatsapp templates status" in found["whatsapp templates"][1]


async def test_a_token_that_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with WhatsAppDouble() as double:
        found = await said(monkeypatch, tmp_path, of_whatsapp(WHOLE | {"TOKEN": "EAAGanother"}, double.base), "https://logement.example.org")
    assert found["whatsapp number"][0] is Verdict.WRONG
    assert "PALIER_WHATSAPP_TOKEN" in found["whatsapp number"][1]


async def test_an_address_that_meta_cannot_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = {"MESSENGER_PAGE_ID": "300000000000001", "MESSENGER_TOKEN": "t", "MESSENGER_APP_SECRET": "s", "MESSENGER_VERIFY_TOKEN": "w"}
    found = await said(monkeypatch, tmp_path, page, "http://127.0.0.1:8000")
    assert found["messenger"][0] is Verdict.WRONG
    assert "https" in found["messenger"][1]


async def test_a_number_without_its_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = await said(monkeypatch, tmp_path, {"WHATSAPP_PHONE_ID": PHONE_ID}, "https://logement.example.org")
    assert found["whatsapp"][0] is Verdict.WRONG
    assert "PALIER_WHATSAPP_APP_SECRET" in found["whatsapp"][1]


SMS, MAIL = "json://127.0.0.1:9/?:to={to}", "mailtos://user:password@example.org?to={to}"
SECRET = "s" * 32
RELAYS = {
    "an address that Apprise does not know": ({"SMS_URL": "nothing://x/{to}"}, "sms", "Apprise does not know"),
    "no place for whom": ({"SMS_URL": "json://127.0.0.1:9/"}, "", "{to}"),
    "no telephone to answer at": ({"SMS_URL": SMS}, "sms", "no telephone"),
    "a secret that opens nothing": ({"SECRET": SECRET}, "", "PALIER_RELAY_SMS_URL"),
}


@pytest.mark.parametrize("name", RELAYS)
async def test_what_the_relay_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    given, account, advice = RELAYS[name]
    found = await said(monkeypatch, tmp_path, {f"RELAY_{key}": value for key, value in given.items()}, "https://logement.example.org")
    verdict, told = found[f"relay {account}".strip()]
    assert verdict is Verdict.WRONG
    assert advice in told


async def test_a_relay_that_is_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"RELAY_SMS_URL": SMS, "RELAY_EMAIL_URL": MAIL, "RELAY_SECRET": SECRET}
    found = await said(monkeypatch, tmp_path, given, "https://logement.example.org")
    assert (found["relay sms"][0], found["relay email"][0]) == (Verdict.FINE, Verdict.FINE)
    assert "https://logement.example.org/webhooks/relay" in found["relay sms"][1]
    found = await said(monkeypatch, tmp_path, given, "http://127.0.0.1:8000")
    assert (found["relay sms"][0], found["relay email"][0]) == (Verdict.WRONG, Verdict.WRONG)
