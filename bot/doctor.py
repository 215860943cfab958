"""`palier doctor`: is this service ready to meet somebody? One line a check; whoever reads it knows what to do."""

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from bot.channels.telegram.settings import load_telegram_settings
from bot.clock import MachineClock
from bot.errors import PalierError
from bot.settings import Settings, load_settings
from content.library import Library, load_library
from storage import figures
from storage.engine import open_storage


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


async def examine() -> list[Finding]:
    """Every check, in the order an operator mends them."""
    try:
        settings = load_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "settings", str(fault))]
    library, findings = _content()
    return [
        Finding(Verdict.FINE, "settings", "read"),
        *_keys(settings),
        await _database(settings),
        *findings,
        *_signed(library),
        _telegram(),
        *_web(settings),
    ]


def _keys(settings: Settings) -> list[Finding]:
    if not settings.secret_key:
        advice = "PALIER_SECRET_KEY is missing; make one with: openssl rand -base64 32, and keep it apart from the backups"
        return [Finding(Verdict.WRONG, "keys", advice)]
    return [Finding(Verdict.FINE, "keys", f"{len(settings.secret_key)} given, the first one writes")]


async def _database(settings: Settings) -> Finding:
    if not settings.secret_key:
        return Finding(Verdict.WRONG, "database", "not opened: it is sealed with PALIER_SECRET_KEY")
    try:
        storage = await open_storage(settings, MachineClock(), migrate=False)
    except PalierError as fault:
        return Finding(Verdict.WRONG, "database", str(fault))
    try:
        await storage.run(figures.ready)
        waiting = await storage.read(figures.waiting)
    except Exception as fault:
        return Finding(Verdict.WRONG, "database", f"it does not answer ({type(fault).__name__})")
    finally:
        await storage.close()
    if waiting["turns_parked"]:
        return Finding(Verdict.TO_DO, "database", f"{waiting['turns_parked']} messages could not be answered: see them in the backend")
    return Finding(Verdict.FINE, "database", f"{storage.dialect}, schema and keys fit")


def _content() -> tuple[Library | None, list[Finding]]:
    try:
        library = load_library()
    except PalierError as fault:
        return None, [Finding(Verdict.WRONG, "content", str(fault))]
    missing = library.missing()
    found = [Finding(Verdict.FINE, "content", f"{len(library.pages)} pages")]
    if missing:
        found.append(Finding(Verdict.TO_DO, "service", f"à compléter: {', '.join(missing)}"))
    return library, found


def _signed(library: Library | None) -> list[Finding]:
    if library is None or library.crises_signed:
        return [Finding(Verdict.FINE, "crisis texts", "signed by the head of service")] if library else []
    advice = "not signed: the head of service reads content/crises.yaml and signs it (signed_by, signed_on)"
    return [Finding(Verdict.WRONG, "crisis texts", advice)]


def _telegram() -> Finding:
    try:
        telegram = load_telegram_settings()
    except PalierError as fault:
        return Finding(Verdict.WRONG, "telegram", str(fault))
    if not telegram.on:
        return Finding(Verdict.OFF, "telegram", "no PALIER_TELEGRAM_TOKEN")
    return Finding(Verdict.FINE, "telegram", f"bot {telegram.account}, by {telegram.mode}")


def _web(settings: Settings) -> list[Finding]:
    if settings.secure:
        return [Finding(Verdict.FINE, "web chat", f"{settings.base_url}/chat")]
    if settings.base_url.startswith(("http://127.0.0.1", "http://localhost")):
        return [Finding(Verdict.TO_DO, "web chat", "PALIER_BASE_URL is this machine only; give the https address people use")]
    return [Finding(Verdict.WRONG, "web chat", "PALIER_BASE_URL is not https: what people write would travel in clear")]
