"""`palier doctor`: is this service ready to meet somebody? One line a check; whoever reads it knows what to do."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot import notices, papers
from bot.channels.relay.settings import load_relay_settings
from bot.checkups import Finding as Finding
from bot.checkups import Verdict as Verdict
from bot.checkups import apps
from bot.clock import MachineClock
from bot.errors import PalierError
from bot.messages import Json
from bot.scanning import fault
from bot.settings import Settings, load_settings
from content.checks import Checks
from content.facts import State
from content.library import Library, load_library
from content.words import unread_catalogues
from storage import busy, caseworkers, checks, figures, hours, motives, on_call, openings, places, reminders, settings_store, signatures, switches
from storage.engine import Work, open_storage


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database knows of the service: the team's edits and checks, the fingerprint of the signed crisis texts ("" for none).

    Then whether a head is there; of its hours, whether they are written, signed, and kept by somebody; and how many addresses are told of an alert.
    """

    edits: Mapping[str, Json]
    checks: Checks
    signed: str
    head: bool
    week: bool
    week_signed: bool
    answering: bool
    places: bool
    addresses: int
    head_addresses: int
    on_call: int
    late_reminders: int
    motives: int
    openings: int
    calendars: tuple[int, int] | None
    """How many calendars kept elsewhere are read, and how many are ill; None while the head has not turned that on."""


async def examine() -> list[Finding]:
    """Every check, in the order an operator mends them."""
    try:
        settings = load_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "settings", str(fault))]
    return await look_over(settings)


async def look_over(settings: Settings) -> list[Finding]:
    """The checks of a process started with these settings."""
    library, content = _content()
    database, kept = await _database(settings)
    return [
        Finding(Verdict.FINE, "settings", "read"),
        *_keys(settings),
        database,
        content,
        *(_service(library, kept) if library is not None and kept is not None else ()),
        *(_hours(kept) if kept is not None else ()),
        *([_reminders(kept)] if kept is not None else ()),
        *(_appointments(kept) if kept is not None else ()),
        *(await asyncio.to_thread(_alerts, settings, kept) if kept is not None else ()),
        *([_facts(library, kept.checks)] if library is not None and kept is not None else ()),
        *([_translations(library, kept)] if library is not None else ()),
        await _scanner(settings),
        _papers(settings),
        *await apps(settings),
        *await asyncio.to_thread(_relay, settings, library, kept),
        *_web(settings),
    ]


def _keys(settings: Settings) -> list[Finding]:
    if not settings.secret_key:
        advice = "PALIER_SECRET_KEY is missing; make one with: openssl rand -base64 32, and keep it apart from the backups"
        return [Finding(Verdict.WRONG, "keys", advice)]
    return [Finding(Verdict.FINE, "keys", f"{len(settings.secret_key)} given, the first one writes")]


async def _database(settings: Settings) -> tuple[Finding, Kept | None]:
    if not settings.secret_key:
        return Finding(Verdict.WRONG, "database", "not opened: it is sealed with PALIER_SECRET_KEY"), None
    try:
        storage = await open_storage(settings, MachineClock(), migrate=False)
    except PalierError as fault:
        return Finding(Verdict.WRONG, "database", str(fault)), None
    try:
        await storage.run(figures.ready)
        waiting = await storage.read(figures.waiting)
        kept = await storage.read(_kept)
    except PalierError as fault:
        return Finding(Verdict.WRONG, "database", str(fault)), None
    except Exception as fault:
        return Finding(Verdict.WRONG, "database", f"it does not answer ({type(fault).__name__})"), None
    finally:
        await storage.close()
    if waiting["turns_parked"]:
        return Finding(Verdict.TO_DO, "database", f"{waiting['turns_parked']} messages could not be answered: see them in the backend"), kept
    return Finding(Verdict.FINE, "database", f"{storage.dialect}, schema and keys fit"), kept


def _kept(work: Work) -> Kept:
    signature = signatures.signature(work)
    edits = settings_store.mapping(work, settings_store.SERVICE_EDITS)
    return Kept(
        edits=edits,
        checks=Checks(checks.edits(work), checks.today(work)),
        signed=signature.texts if signature else "",
        head=caseworkers.has_head(work),
        week=hours.week(work) is not None,
        week_signed=hours.signature(work) is not None,
        answering=bool(hours.answering(caseworkers.team(work))),
        places=bool(places.places(work)),
        addresses=len(on_call.team_addresses(work)),
        head_addresses=len(on_call.head_addresses(work)),
        on_call=len(on_call.entries(work)),
        late_reminders=reminders.late(work),
        motives=len(motives.motives(work)),
        openings=len(openings.openings(work)),
        calendars=_calendars_kept(work),
    )


def _calendars_kept(work: Work) -> tuple[int, int] | None:
    if not switches.on(work, switches.Switch.BUSY):
        return None
    known = busy.sources(work)
    return len(known), sum(each.ill(work.now) for each in known)


def _content() -> tuple[Library | None, Finding]:
    try:
        library = load_library()
    except PalierError as fault:
        return None, Finding(Verdict.WRONG, "content", str(fault))
    return library, Finding(Verdict.FINE, "content", f"{len(library.pages)} pages")


def _service(library: Library, kept: Kept) -> Iterator[Finding]:
    """What the team has filled in, and what the head has signed."""
    missing = library.service.with_edits(kept.edits).missing()
    if missing:
        yield Finding(Verdict.TO_DO, "service", f"à compléter: {', '.join(missing)}: see « Premier jour » in the backend")
    if kept.signed == library.crises.fingerprint:
        yield Finding(Verdict.FINE, "crisis texts", "signed by the head of service")
        return
    who = "the head of service signs them" if kept.head else "invite the head of service, who signs them"
    why = "changed since they were signed" if kept.signed else "not signed"
    yield Finding(Verdict.WRONG, "crisis texts", f"{why}: {who} in the backend, at /backend/crisis-texts")


def _hours(kept: Kept) -> list[Finding]:
    """Promises and what is said in danger rest on the hours; the head signs them."""
    where = "in the backend, at /backend/hours"
    found = []
    if not kept.week:
        found.append(Finding(Verdict.WRONG, "hours", f"not written: the robot promises no time and no alert leaves; write them {where}"))
    elif not kept.answering:
        found.append(Finding(Verdict.WRONG, "hours", "nobody answers young people yet: invite the caseworkers in the backend, at /backend/team"))
    elif not kept.week_signed:
        found.append(Finding(Verdict.WRONG, "hours", f"not signed: the head of service signs them {where}"))
    else:
        found.append(Finding(Verdict.FINE, "hours", "signed by the head of service"))
    if not kept.places:
        found.append(Finding(Verdict.TO_DO, "places", f"none: whom we fail to answer is not told where to come; add them {where}"))
    return found


def _appointments(kept: Kept) -> list[Finding]:
    """What appointments are made of, and the calendars that take time from them."""
    missing = [name for name, count in (("motives", kept.motives), ("openings", kept.openings)) if not count]
    where = " and ".join(f"/backend/calendar/{name}" for name in missing)
    made = Finding(Verdict.FINE, "appointments", f"{kept.motives} motives, {kept.openings} openings")
    if missing:
        made = Finding(
            Verdict.TO_DO, "appointments", f"no {' and no '.join(missing)}: the robot proposes none; write them in the backend, at {where}"
        )
    if kept.calendars is None:
        return [made, Finding(Verdict.OFF, "calendars", "busy times of other calendars are not read")]
    known, ill = kept.calendars
    if ill:
        return [made, Finding(Verdict.WRONG, "calendars", f"{ill} of {known} are not read: why stands in the backend, at /backend/calendar/busy")]
    return [made, Finding(Verdict.FINE, "calendars", f"{known} read for their busy times")]


def _reminders(kept: Kept) -> Finding:
    """Whether what is due leaves. What was not sent, and why, is on each appointment's page."""
    if kept.late_reminders:
        return Finding(Verdict.WRONG, "reminders", f"{kept.late_reminders} are late: start a worker (palier run, palier worker) and look at its log")
    return Finding(Verdict.FINE, "reminders", "none is late")


def _alerts(settings: Settings, kept: Kept) -> list[Finding]:
    """Who is told of a danger, in opening hours and outside them. Loads Apprise where the settings name an address."""
    where = "in the backend, at /backend/hours"
    unknown = [nth for nth, address in enumerate(settings.alert_urls, start=1) if not notices.usable(address.get_secret_value())]
    count = len(settings.alert_urls) + kept.addresses
    called = Finding(Verdict.FINE, "on call", f"{kept.on_call} entered by the head")
    if not kept.on_call:
        called = Finding(Verdict.OFF, "on call", "nobody: outside opening hours nobody is woken")
    if unknown:
        return [Finding(Verdict.WRONG, "alerts", f"PALIER_ALERT_URLS: Apprise does not know address number {', '.join(map(str, unknown))}"), called]
    if not count:
        return [Finding(Verdict.TO_DO, "alerts", f"shown in the backend only: give an address in PALIER_ALERT_URLS or {where}"), called]
    if not kept.head_addresses:
        return [Finding(Verdict.TO_DO, "alerts", f"{count} addresses, but not the head's own: the head enters it {where}"), called]
    return [Finding(Verdict.FINE, "alerts", f"{count} addresses, and the head's own after ten minutes"), called]


def _facts(library: Library, known: Checks) -> Finding:
    """What is withheld because nobody stands for it, and what nobody knows."""
    facts = known.facts(library.files)
    states = Counter(fact.state(known.today) for fact in facts.values())
    if not states.keys() - {State.VERIFIED, State.SOON}:
        return Finding(Verdict.FINE, "facts", f"{len(facts)}, each checked by the team")
    said = (
        (State.STALE, "past their review date"),
        (State.UNVERIFIED, "never checked"),
        (State.WITHDRAWN, "withdrawn"),
        (State.EMPTY, "à compléter"),
    )
    told = ", ".join(f"{states[state]} {words}" for state, words in said if states[state])
    return Finding(Verdict.TO_DO, "facts", f"{told} of {len(facts)}: the team checks them in the backend, at /backend/content")


def _translations(library: Library, kept: Kept | None) -> Finding:
    """Every language but French, until somebody who speaks it has read what is said in it."""
    with suppress(PalierError):  # what no page can hold is left aside, as everywhere
        library = library.with_edits({}, kept.checks) if kept is not None else library
    pages = Counter(page.language for page in library.texts.values() if page.unread)
    unread = [
        *(f"{count} pages in {language}" for language, count in sorted(pages.items())),
        *(f"crisis texts in {language}" for language in sorted(library.crises.common.unread)),
        *(f"what the robot says in {language}" for language in sorted(unread_catalogues())),
    ]
    if not unread:
        return Finding(Verdict.FINE, "translations", "each read by somebody who speaks the language")
    return Finding(Verdict.TO_DO, "translations", f"read by nobody yet: {', '.join(unread)}")


async def _scanner(settings: Settings) -> Finding:
    """What files are shown to before anybody opens them."""
    if not settings.clamav_socket:
        return Finding(Verdict.OFF, "antivirus", "no PALIER_CLAMAV_SOCKET: files are told by their content, and shown to no scanner")
    wrong = await fault(settings.clamav_socket)
    return Finding(Verdict.WRONG if wrong else Verdict.FINE, "antivirus", wrong or "clamd answers")


def _papers(settings: Settings) -> Finding:
    """The service's own file: what is not there, not signed, not filled in."""
    missing, there = papers.missing(settings.rgpd_folder), papers.read(settings.rgpd_folder)
    if not there:
        return Finding(Verdict.TO_DO, "rgpd", f"no papers in {settings.rgpd_folder}: copy docs/operations/rgpd there, fill them in and sign them")
    unsigned = [paper.name for paper in there if not paper.signed]
    left = [f"{paper.name} {paper.left}" for paper in there if paper.left]
    said = [
        f"not there: {', '.join(missing)}" if missing else "",
        f"not signed: {', '.join(unsigned)}" if unsigned else "",
        f"{sum(paper.left for paper in there)} « à compléter » or « à valider » left ({', '.join(left)})" if left else "",
    ]
    if not any(said):
        return Finding(Verdict.FINE, "rgpd", f"{len(there)} papers, all signed")
    return Finding(Verdict.TO_DO, "rgpd", "; ".join(filter(None, said)))


def _relay(settings: Settings, library: Library | None, kept: Kept | None) -> list[Finding]:
    """SMS and e-mail, each by itself. Loads Apprise where one is on."""
    try:
        relay = load_relay_settings()
    except PalierError as fault:
        return [Finding(Verdict.WRONG, "relay", str(fault))]
    off = [
        Finding(Verdict.OFF, f"relay {account}", f"no PALIER_RELAY_{account.upper()}_URL")
        for account in ("sms", "email")
        if account not in relay.addresses
    ]
    if not relay.on:
        return off
    from bot.channels.relay.checkup import Around, look

    service = None if library is None or kept is None else library.service.with_edits(kept.edits)
    around = Around(settings.base_url.rstrip("/"), settings.public, (service.phone if service else "") or "")
    return [*(Finding(Verdict.FINE if well else Verdict.WRONG, f"relay {account}", said) for account, well, said in look(relay, around)), *off]


def _web(settings: Settings) -> list[Finding]:
    if settings.secure:
        return [Finding(Verdict.FINE, "web chat", f"{settings.base_url}/chat")]
    if settings.base_url.startswith(("http://127.0.0.1", "http://localhost")):
        return [Finding(Verdict.TO_DO, "web chat", "PALIER_BASE_URL is this machine only; give the https address people use")]
    return [Finding(Verdict.WRONG, "web chat", "PALIER_BASE_URL is not https: what people write would travel in clear")]
