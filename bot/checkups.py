"""What is found by looking at one thing of a service, and what each messaging app lacks, by its own word: the lines of `palier doctor`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from bot.channels.messenger.checkup import FIELDS, look
from bot.channels.messenger.settings import load_messenger_settings
from bot.channels.telegram.settings import load_telegram_settings
from bot.channels.whatsapp.settings import WhatsAppSettings, load_whatsapp_settings
from bot.clock import MachineClock
from bot.errors import PalierError, SendFailure
from bot.settings import Settings
from bot.standing import keep


class Verdict(StrEnum):
    """OFF is for what is not switched on: said, not wrong."""

    FINE = "ok"
    OFF = "off"
    TO_DO = "to do"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `said` holds what to do when it is not fine; never a secret, a name or an address of a person."""

    verdict: Verdict
    about: str
    said: str

    @property
    def wrong(self) -> bool:
        return self.verdict is Verdict.WRONG

    @override
    def __str__(self) -> str:
        return f"{self.verdict:<6} {self.about}: {self.said}"


async def apps(settings: Settings) -> list[Finding]:
    """What each app lacks: a setting, a right, a template, by its own word where it is on."""
    return [*await _telegram(settings), *await _whatsapp(settings), *await _messenger(settings)]


async def _telegram(settings: Settings) -> list[Finding]:
    """Whether Telegram knows the bot, and can call it where it has to."""
    try:
        telegram = load_telegram_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "telegram", str(fault))]
    if not telegram.on:
        return [Finding(Verdict.OFF, "telegram", "no PALIER_TELEGRAM_TOKEN")]
    if telegram.mode == "webhook" and not settings.secure:
        return [Finding(Verdict.WRONG, "telegram", f"Telegram calls https addresses only, and PALIER_BASE_URL gives {settings.base_url}")]
    from bot.channels.telegram.channel import TelegramChannel

    channel = TelegramChannel(telegram, MachineClock(), settings.base_url)
    try:
        return [Finding(Verdict.FINE, "telegram", f"@{await channel.username()}, bot {telegram.account}, by {telegram.mode}")]
    except SendFailure as failure:
        advice = "PALIER_TELEGRAM_TOKEN is refused: copy it again from @BotFather" if failure.ours else "try again later"
        return [Finding(Verdict.WRONG if failure.ours else Verdict.TO_DO, "telegram", f"Telegram does not know the bot ({failure.code}): {advice}")]
    finally:
        await channel.close()


async def _whatsapp(settings: Settings) -> list[Finding]:
    """Meta calls an https address only, and its app has to be told which; then what Meta itself says of the number and of the templates."""
    try:
        whatsapp = load_whatsapp_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "whatsapp", str(fault))]
    if not whatsapp.on:
        return [Finding(Verdict.OFF, "whatsapp", "no PALIER_WHATSAPP_PHONE_ID")]
    where = f"{settings.base_url}/webhooks/whatsapp"
    found = Finding(Verdict.FINE, "whatsapp", f"number {whatsapp.account}; in Meta's app, the webhook is {where}, field « messages »")
    if not settings.secure:
        found = Finding(Verdict.WRONG, "whatsapp", f"Meta calls https addresses only, and PALIER_BASE_URL gives {where}")
    return [found, *await _asked_of_meta(whatsapp, settings)]


async def _asked_of_meta(whatsapp: WhatsAppSettings, settings: Settings) -> list[Finding]:
    from bot.channels.whatsapp.agreeing import number, status
    from bot.channels.whatsapp.checkup import advice

    try:
        said, good = await number(whatsapp)
        found = [Finding(Verdict.FINE if good else Verdict.TO_DO, "whatsapp number", said)]
    except SendFailure as failure:
        return [Finding(Verdict.WRONG if failure.ours else Verdict.TO_DO, "whatsapp number", f"{advice(failure)} ({failure.code})")]
    try:
        told = await status(whatsapp, MachineClock().now())
        said = f"{len(told.lines)}, all approved" if told.whole else f"{_not_approved(told.lines)}: palier whatsapp templates status"
        if told.standing is not None and settings.secret_key:
            with suppress(PalierError):  # the database has a line of its own
                await keep(settings, told.standing)
        return [*found, Finding(Verdict.FINE if told.whole else Verdict.TO_DO, "whatsapp templates", said)]
    except PalierError as fault:
        said = f"{advice(fault)} ({fault.code})" if isinstance(fault, SendFailure) else str(fault)
        return [*found, Finding(Verdict.TO_DO, "whatsapp templates", said)]


def _not_approved(lines: Sequence[str]) -> str:
    """« 3 of 18 not approved: rdv_rappel (ar), rdv_change (fr, en) »."""
    missing: dict[str, list[str]] = {}
    for line in lines:
        name, _colon, state = line.partition(": ")
        template, _space, language = name.partition(" ")
        if state != "approved":
            missing.setdefault(template, []).append(language)
    named = ", ".join(f"{template} ({', '.join(languages)})" for template, languages in missing.items())
    return f"{sum(map(len, missing.values()))} of {len(lines)} not approved: {named}"


async def _messenger(settings: Settings) -> list[Finding]:
    """The same for a Page."""
    try:
        messenger = load_messenger_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "messenger", str(fault))]
    if not messenger.on:
        return [Finding(Verdict.OFF, "messenger", "no PALIER_MESSENGER_PAGE_ID")]
    where = f"{settings.base_url}/webhooks/messenger"
    found = Finding(Verdict.FINE, "messenger", f"Page {messenger.page_id}; in Meta's app, the webhook is {where}, fields {', '.join(FIELDS)}")
    if not settings.secure:
        found = Finding(Verdict.WRONG, "messenger", f"Meta calls https addresses only, and PALIER_BASE_URL gives {where}")
    try:
        missing = await look(messenger)
    except SendFailure as failure:
        return [found, Finding(Verdict.TO_DO, "messenger page", f"Meta does not say ({failure.code}): try again later")]
    return [found, *(Finding(Verdict.WRONG, "messenger page", line) for line in missing)]
