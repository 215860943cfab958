"""`palier whatsapp templates push|status`: what is agreed with Meta, and what is asked of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels.fields import optional, several, string
from bot.channels.whatsapp.payloads import CHANNEL
from bot.channels.whatsapp.settings import PREFIX, WhatsAppSettings
from bot.channels.whatsapp.templates import Agreed, State, catalogue, state_of, submitted
from bot.channels.whatsapp.wire import Wire
from bot.errors import SendFailure, SettingsError
from bot.messages import Standing

FIELDS = ("id", "name", "language", "status", "components", "rejected_reason")
MOST_PAGES = 50
QUALITIES = ("green", "yellow", "red")
NEW_ACCOUNT = 250
"""People whom a number may write to in a day outside their window until Meta says more. https://developers.facebook.com/docs/whatsapp/messaging-limits"""
_TIER = re.compile(r"TIER_(\d{1,6})(K?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What Meta answered: a line for each thing, whether all is well, and our standing there where it was asked whole."""

    lines: list[str]
    whole: bool
    standing: Standing | None = None


async def status(settings: WhatsAppSettings, now: datetime) -> Told:
    """A line for each template and language, and whether all of them are approved. Raises SettingsError and SendFailure."""
    async with _Asking(settings) as asking:
        theirs = await asking.theirs()
        standing = _standing(settings.account, await asking.number(), theirs, now)
    found = [(agreed, language, state_of(agreed, language, theirs)[0]) for agreed, language in _every()]
    return Told([_line(*each) for each in found], all(state is State.APPROVED for *_, state in found), standing)


async def push(settings: WhatsAppSettings) -> tuple[list[str], bool]:
    """Submit what Meta has not, and what it has otherwise; a line for each, and whether Meta took all of it. Raises SettingsError and SendFailure."""
    async with _Asking(settings) as asking:
        theirs, said, whole = await asking.theirs(), [], True
        for agreed, language in _every():
            state, name = state_of(agreed, language, theirs)
            if state not in (State.MISSING, State.DIFFERENT):
                said.append(_line(agreed, language, state))
                continue
            try:
                await asking.submit(agreed, language, name)
                said.append(f"{agreed.name} {language}: submitted; Meta's readers answer within a day")
            except SendFailure as failure:
                whole = False
                said.append(f"{agreed.name} {language}: refused by Meta ({failure.code})")
        return said, whole


async def number(settings: WhatsAppSettings) -> tuple[str, bool]:
    """What Meta says of the number, and whether all is well with it. Raises SettingsError and SendFailure."""
    async with _Asking(settings, needs_account=False) as asking:
        found = await asking.number()
    quality = (string(found, "quality_rating") or "unknown").lower()
    limit = string(found, "messaging_limit_tier") or "limit unknown"
    return f"quality {quality}, {limit.lower().replace('_', ' ')} to people outside the window", quality not in ("yellow", "red")


async def ask(wire: Wire, settings: WhatsAppSettings, now: datetime) -> Standing:
    """Our standing, asked over connections that are open. Without the account's id no template is known, and none is used. Raises SendFailure."""
    number = await _number(wire)
    return _standing(settings.account, number, await _theirs(wire, settings.waba_id) if settings.waba_id else [], now)


def _standing(account: str, number: Mapping[str, object], theirs: list[Mapping[str, object]], now: datetime) -> Standing:
    quality = (string(number, "quality_rating") or "").lower()
    templates = {f"{agreed.name}/{language}": state_of(agreed, language, theirs)[0].value for agreed, language in _every()}
    return Standing(CHANNEL, account, now, quality if quality in QUALITIES else "", people_of(string(number, "messaging_limit_tier")), templates)


def people_of(tier: str | None) -> int | None:
    """« TIER_2K » → 2 000. None for no limit; what is not said is a new account's."""
    if tier == "TIER_UNLIMITED":
        return None
    found = _TIER.fullmatch(tier or "")
    return int(found[1]) * (1000 if found[2] else 1) if found else NEW_ACCOUNT


def _every() -> Iterator[tuple[Agreed, str]]:
    return ((agreed, language) for agreed in catalogue().values() for language in agreed.wordings)


def _line(agreed: Agreed, language: str, state: State) -> str:
    advice = {
        State.MISSING: ": not at Meta; submit it with: palier whatsapp templates push",
        State.DIFFERENT: ": another text at Meta; submit ours with: palier whatsapp templates push",
        State.REJECTED: ": WhatsApp Manager says why",
    }
    return f"{agreed.name} {language}: {state}{advice.get(state, '')}"


class _Asking:
    """The account that the templates belong to."""

    def __init__(self, settings: WhatsAppSettings, *, needs_account: bool = True) -> None:
        if settings.token is None or settings.phone_id is None:
            raise SettingsError(f"{PREFIX}PHONE_ID is not set: WhatsApp is off")
        if settings.waba_id is None and needs_account:
            raise SettingsError(f"{PREFIX}WABA_ID is not set: it names the account that templates belong to")
        self._waba = settings.waba_id or ""
        self._wire = Wire(settings.token, settings.phone_id, settings.api_base)

    async def __aenter__(self) -> "_Asking":
        return self

    async def __aexit__(self, *_fault: object) -> None:
        await self._wire.close()

    async def number(self) -> Mapping[str, object]:
        return await _number(self._wire)

    async def theirs(self) -> list[Mapping[str, object]]:
        return await _theirs(self._wire, self._waba)

    async def submit(self, agreed: Agreed, language: str, name: str) -> None:
        wanted = submitted(agreed, language)
        if name:
            await self._wire.update_template(name, {"category": wanted["category"], "components": wanted["components"]})
        else:
            await self._wire.create_template(self._waba, wanted)


async def _number(wire: Wire) -> Mapping[str, object]:
    found = await wire.number("quality_rating", "messaging_limit_tier")
    return found if isinstance(found, dict) else {}


async def _theirs(wire: Wire, waba_id: str) -> list[Mapping[str, object]]:
    """Every template Meta has of ours, whatever the pages it gives them in."""
    found: list[Mapping[str, object]] = []
    after: str | None = None
    for _page in range(MOST_PAGES):
        answer = await wire.templates(waba_id, FIELDS, after)
        if not isinstance(answer, dict):
            break
        found += several(answer, "data")
        paging = optional(answer, "paging")
        after = string(optional(paging, "cursors"), "after") if "next" in paging else None
        if after is None:
            break
    return found
