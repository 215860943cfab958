"""What the page shows of the phone: lines as a template draws them. Reads nothing but the phone, changes nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import parse_qs, urlsplit

from bot.phones.phone import App, Line, Phone, State
from bot.phones.provider import Front
from content.words import Words

NAMES: Mapping[App, str] = {App.WHATSAPP: "WhatsApp", App.MESSENGER: "Messenger", App.TELEGRAM: "Telegram", App.SMS: "SMS", App.EMAIL: "E-mail"}
STATES: Mapping[State, str] = {
    State.SENT: "En route",
    State.ARRIVED: "Reçu",
    State.READ: "Lu",
    State.FAILED: "Pas parti : le service ne répond pas. Écris-le encore.",
}
WRITES_SECONDS = 20
SHOWN = 20
"""Lines on a screen, so that it stays light; the others on demand."""
_LINK = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)]")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and where it leads."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line, with what is said around it. `leads`: where each of its buttons leads, "" for what is pressed."""

    line: Line
    pieces: tuple[Piece, ...]
    leads: tuple[str, ...]
    at: str
    state: str
    starts: bool
    """True where who speaks changes."""


def draw(phone: Phone, app: App, fronts: Mapping[App, Front], zone: tzinfo, most: int | None = SHOWN) -> list[Drawn]:
    """The newest lines of an app, oldest first."""
    lines = phone.lines(app)
    shown = lines if most is None else lines[-most:]
    before: Line | None = None
    drawn = []
    for line in shown:
        state = STATES[line.state] if line.mine and app is not App.SMS else STATES[line.state] if line.state is State.FAILED else ""
        starts = before is None or before.mine is not line.mine
        leads = tuple(here(button.link, fronts.items()) or button.link for button in line.buttons)
        drawn.append(Drawn(line, tuple(pieces(line.text, fronts)), leads, moment(line.at, zone), state, starts))
        before = line
    return drawn


def moment(at: datetime, zone: tzinfo) -> str:
    """« lundi 30 novembre, 16 h 05 »."""
    local, words = at.astimezone(zone), Words("fr")
    return f"{words.day(local.date())}, {words.hour(local.time())}"


def writes(phone: Phone, app: App) -> bool:
    """Whether the other side shows that it writes."""
    since = phone.writing.get(app)
    return since is not None and (phone.clock.now() - since).total_seconds() < WRITES_SECONDS


def pieces(text: str, fronts: Mapping[App, Front]) -> Iterator[Piece]:
    """A text with its addresses as links; one that would open an app of this phone opens it here."""
    end = 0
    for found in _LINK.finditer(text):
        yield Piece(text[end : found.start()])
        yield Piece(found[0], here(found[0], fronts.items()) or found[0])
        end = found.end()
    yield Piece(text[end:])


def here(link: str, fronts: Iterable[tuple[App, Front]]) -> str:
    """Where on this page a link to an app leads, "" for any other link."""
    for app, front in fronts:
        parts, own = urlsplit(link), urlsplit(front.link)
        if front.link and (parts.scheme, parts.netloc, parts.path) == (own.scheme, own.netloc, own.path):
            asked = parse_qs(parts.query)
            code = next((asked[name][0] for name in ("start", "ref", "text") if name in asked), "").removeprefix("/start ")
            return f"/demo/phones/{app}" + (f"?ref={code}" if _CODE.fullmatch(code) else "")
    return ""


def code_of(given: str) -> str:
    """The code of a link, "" for anything else."""
    return given if _CODE.fullmatch(given) else ""
