"""`palier doctor` tells an operator exactly which setting, template or right is missing for each app: a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot import checkups
from bot.channels.messenger.checkup import FIELDS
from bot.checkups import Verdict
from bot.settings import Settings
from tests.channels.town import agree, on_every_channel
from tests.doubles.messenger import MessengerDouble
from tests.doubles.telegram import TelegramDouble
from tests.doubles.whatsapp import WABA_ID, WhatsAppDouble

PUBLIC, HERE = "https://logement.example.org", "http://127.0.0.1:8000"
Doubles = Mapping[str, Any]


def whole(double: Doubles) -> None:
    """All is well at the providers."""
    double["messenger"].subscribed.extend(FIELDS)


def fault(app: str, path: str, code: int, status: int) -> Callable[[Doubles], None]:
    def prepare(double: Doubles) -> None:
        whole(double)
        double[app].fault(path, code=code, status=status)

    return prepare


def refused_by_telegram(double: Doubles) -> None:
    whole(double)
    double["telegram"].fault("getMe", status=401)


def another_page(double: Doubles) -> None:
    whole(double)
    double["messenger"].page_id = "300000000000999"


def some_fields(double: Doubles) -> None:
    double["messenger"].subscribed.extend(FIELDS[:4])


def in_review(double: Doubles) -> None:
    whole(double)
    double["whatsapp"].templates["rdv_rappel/fr"]["status"] = "PENDING"


def yellow(double: Doubles) -> None:
    whole(double)
    double["whatsapp"].number["quality_rating"] = "YELLOW"


@dataclass(frozen=True)
class Case:
    """What is set otherwise than it should be ("" for not at all), and the line that says so: its subject, its verdict, words of it."""

    about: str
    verdict: Verdict
    words: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Doubles], None] = whole
    base_url: str = PUBLIC


CASES = {
    "telegram off": Case("telegram", Verdict.OFF, ("PALIER_TELEGRAM_TOKEN",), {"TELEGRAM_TOKEN": ""}),
    "telegram on": Case("telegram", Verdict.FINE, ("@palier_double_bot", "webhook")),
    "no secret": Case("telegram", Verdict.WRONG, ("PALIER_TELEGRAM_SECRET",), {"TELEGRAM_SECRET": ""}),
    "a token that is none": Case("telegram", Verdict.WRONG, ("PALIER_TELEGRAM_TOKEN",), {"TELEGRAM_TOKEN": "hunter2"}),
    "a token refused": Case("telegram", Verdict.WRONG, ("PALIER_TELEGRAM_TOKEN is refused", "@BotFather"), prepare=refused_by_telegram),
    "not https": Case("telegram", Verdict.WRONG, ("https", "PALIER_BASE_URL"), base_url=HERE),
    "whatsapp off": Case("whatsapp", Verdict.OFF, ("PALIER_WHATSAPP_PHONE_ID",), {"WHATSAPP_PHONE_ID": ""}),
    "whatsapp on": Case("whatsapp", Verdict.FINE, ("/webhooks/whatsapp", "« messages »")),
    "whatsapp number fine": Case("whatsapp number", Verdict.FINE, ("quality green",)),
    "no app secret": Case("whatsapp", Verdict.WRONG, ("PALIER_WHATSAPP_APP_SECRET",), {"WHATSAPP_APP_SECRET": ""}),
    "no word of ours": Case("whatsapp", Verdict.WRONG, ("PALIER_WHATSAPP_VERIFY_TOKEN",), {"WHATSAPP_VERIFY_TOKEN": ""}),
    "whatsapp not https": Case("whatsapp", Verdict.WRONG, ("https", "PALIER_BASE_URL"), base_url=HERE),
    "whatsapp's token over": Case("whatsapp number", Verdict.WRONG, ("PALIER_WHATSAPP_TOKEN is over or wrong",), {"WHATSAPP_TOKEN": "EAAGanother"}),
    "another number": Case("whatsapp number", Verdict.WRONG, ("PALIER_WHATSAPP_PHONE_ID",), {"WHATSAPP_PHONE_ID": "100000000000009"}),
    "no right to write": Case(
        "whatsapp number", Verdict.WRONG, ("lacks a right", "whatsapp_business_messaging"), prepare=fault("whatsapp", "100000000000001", 200, 403)
    ),
    "no right to the templates": Case(
        "whatsapp templates",
        Verdict.TO_DO,
        ("lacks a right", "whatsapp_business_management"),
        prepare=fault("whatsapp", "message_templates", 200, 403),
    ),
    "no account": Case("whatsapp templates", Verdict.TO_DO, ("PALIER_WHATSAPP_WABA_ID",), {"WHATSAPP_WABA_ID": ""}),
    "a template in review": Case("whatsapp templates", Verdict.TO_DO, ("1 of", "rdv_rappel (fr)", "templates status"), prepare=in_review),
    "templates approved": Case("whatsapp templates", Verdict.FINE, ("all approved",)),
    "quality falls": Case("whatsapp number", Verdict.TO_DO, ("quality yellow",), prepare=yellow),
    "messenger off": Case("messenger", Verdict.OFF, ("PALIER_MESSENGER_PAGE_ID",), {"MESSENGER_PAGE_ID": ""}),
    "messenger on": Case("messenger", Verdict.FINE, ("/webhooks/messenger", *FIELDS)),
    "no token": Case("messenger", Verdict.WRONG, ("PALIER_MESSENGER_TOKEN",), {"MESSENGER_TOKEN": ""}),
    "messenger not https": Case("messenger", Verdict.WRONG, ("https", "PALIER_BASE_URL"), base_url=HERE),
    "messenger's token over": Case("messenger page", Verdict.WRONG, ("PALIER_MESSENGER_TOKEN is over or wrong",), {"MESSENGER_TOKEN": "EAAPanother"}),
    "another page": Case("messenger page", Verdict.WRONG, ("PALIER_MESSENGER_PAGE_ID",), prepare=another_page),
    "fields not subscribed": Case("messenger page", Verdict.WRONG, ("message_echoes, message_edits",), prepare=some_fields),
    "no right to the page": Case("messenger page", Verdict.WRONG, ("lacks the right pages_messaging",), prepare=fault("messenger", "me", 200, 403)),
    "no right to its settings": Case(
        "messenger page", Verdict.WRONG, ("lacks the right pages_manage_metadata",), prepare=fault("messenger", "subscribed_apps", 210, 403)
    ),
    "meta away": Case("messenger page", Verdict.TO_DO, ("try again later",), prepare=fault("messenger", "me", 2, 503)),
}


@pytest.mark.parametrize("name", CASES)
async def test_the_line_that_says_it(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    case = CASES[name]
    monkeypatch.chdir(tmp_path)
    async with TelegramDouble() as telegram, WhatsAppDouble() as whatsapp, MessengerDouble() as messenger:
        await agree(whatsapp)
        case.prepare({"telegram": telegram, "whatsapp": whatsapp, "messenger": messenger})
        given = {"WHATSAPP_WABA_ID": WABA_ID, **on_every_channel(telegram.base, whatsapp.base, messenger.base), **case.given}
        for setting, value in given.items():
            monkeypatch.setenv(f"PALIER_{setting}", value)
        settings = Settings(_env_file=None, base_url=case.base_url, database_url=SecretStr(f"sqlite:///{tmp_path}/none.db"))
        found = await checkups.apps(settings)
    said = [(line.verdict, line.said) for line in found if line.about == case.about]
    assert any(verdict is case.verdict and all(words in text for words in case.words) for verdict, text in said), found
    for secret in (value for setting, value in given.items() if setting.endswith(("TOKEN", "SECRET")) and value):
        assert all(secret not in line.said for line in found)


async def test_where_all_is_well_no_line_asks_for_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with TelegramDouble() as telegram, WhatsAppDouble() as whatsapp, MessengerDouble() as messenger:
        await agree(whatsapp)
        messenger.subscribed.extend(FIELDS)
        for setting, value in {"WHATSAPP_WABA_ID": WABA_ID, **on_every_channel(telegram.base, whatsapp.base, messenger.base)}.items():
            monkeypatch.setenv(f"PALIER_{setting}", value)
        found = await checkups.apps(Settings(_env_file=None, base_url=PUBLIC, database_url=SecretStr(f"sqlite:///{tmp_path}/none.db")))
    assert {line.verdict for line in found} == {Verdict.FINE}, found
