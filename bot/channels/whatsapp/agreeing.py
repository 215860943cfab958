"""`palier whatsapp templates push|status`: what is agreed with Meta, and what is asked of it."""

from collections.abc import Iterator, Mapping

from bot.channels.fields import optional, several, string
from bot.channels.whatsapp.settings import PREFIX, WhatsAppSettings
from bot.channels.whatsapp.templates import Agreed, State, catalogue, state_of, submitted
from bot.channels.whatsapp.wire import Wire
from bot.errors import SendFailure, SettingsError

FIELDS = ("id", "name", "language", "status", "components", "rejected_reason")
MOST_PAGES = 50


async def status(settings: WhatsAppSettings) -> tuple[list[str], bool]:
    """A line for each template and language, and whether all of them are approved. Raises SettingsError and SendFailure."""
    async with _Asking(settings) as asking:
        theirs = await asking.theirs()
        found = [(agreed, language, state_of(agreed, language, theirs)[0]) for agreed, language in _every()]
        return [_line(agreed, language, state) for agreed, language, state in found], all(state is State.APPROVED for *_, state in found)


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
        found = await self._wire.number("quality_rating", "messaging_limit_tier")
        return found if isinstance(found, dict) else {}

    async def theirs(self) -> list[Mapping[str, object]]:
        """Every template Meta has of ours, whatever the pages it gives them in."""
        found: list[Mapping[str, object]] = []
        after: str | None = None
        for _page in range(MOST_PAGES):
            answer = await self._wire.templates(self._waba, FIELDS, after)
            if not isinstance(answer, dict):
                break
            found += several(answer, "data")
            paging = optional(answer, "paging")
            after = string(optional(paging, "cursors"), "after") if "next" in paging else None
            if after is None:
                break
        return found

    async def submit(self, agreed: Agreed, language: str, name: str) -> None:
        wanted = submitted(agreed, language)
        if name:
            await self._wire.update_template(name, {"category": wanted["category"], "components": wanted["components"]})
        else:
            await self._wire.create_template(self._waba, wanted)
