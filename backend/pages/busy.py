"""« Agendas lus »: calendars that colleagues keep elsewhere, whose busy times are not offered; and how well each can be read.

Each writes and takes away their own. An address opens somebody's own calendar: it is kept sealed, and never shown again but for its host. The head
sees which do not work, as everybody does who has one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from backend.forms import Wrong
from backend.frame import Frame, Page, Refused, Visit, to
from bot.reaching import Why
from content.words import typeset
from storage import busy, caseworkers
from storage.busy import Kind, Source
from storage.caseworkers import Role
from storage.engine import Storage, Work
from storage.switches import Switch

PATH = "/backend/calendar/busy"
FORM = "busy"
MOST, LONGEST, LONGEST_LOGIN = 5, 500, 200
KINDS: Mapping[str, str] = {
    Kind.ICS: "Une adresse ICS (Google, Outlook, Apple…)",
    Kind.CALDAV: "Un calendrier CalDAV (Nextcloud, Zimbra…)",
}
SAID = {
    "added": "L'agenda est noté. Il sera lu dans la minute.",
    "again": "Il sera relu dans la minute.",
    "removed": "L'agenda n'est plus lu, et ses heures sont oubliées.",
}
FAULTS = {
    "address": "Copiez l'adresse entière, qui commence par https://",
    "kind": "Choisissez une sorte d'agenda.",
    "login": f"Écrivez un identifiant et un mot de passe, {LONGEST_LOGIN} caractères au plus chacun, ou laissez les deux vides.",
    "most": f"{MOST} agendas au plus.",
    "there": "Cet agenda est déjà noté.",
}
FAILURES: Mapping[str, str] = {
    Why.ODD_ADDRESS: "L'adresse n'en est pas une",
    Why.INSECURE: "L'adresse n'est pas en https",
    Why.INSIDE: "L'adresse mène à l'intérieur d'un réseau : la personne qui administre Palier peut l'autoriser",
    Why.UNKNOWN: "Ce serveur n'existe pas, ou son nom est mal écrit",
    Why.UNREACHABLE: "Le serveur ne répond pas",
    Why.SLOW: "Le serveur met trop de temps à répondre",
    Why.CERTIFICATE: "Le certificat du serveur n'est pas bon",
    Why.LOCKED: "L'identifiant ou le mot de passe est refusé",
    Why.GONE: "Il n'y a plus rien à cette adresse",
    Why.REDIRECTS: "L'adresse renvoie ailleurs sans fin",
    Why.ILL: "Le serveur répond autre chose qu'un agenda",
    Why.TOO_LARGE: "L'agenda est trop grand : exportez moins d'années",
    Why.UNREADABLE: "Ce n'est pas un agenda qu'on peut lire",
}
OTHER = "Il n'a pas pu être lu"


@dataclass(frozen=True, slots=True)
class Row:
    """One calendar: what can be shown of it. `token` is "" for somebody else's."""

    token: str
    who: str
    host: str
    kind: str
    read: str
    failure: str
    ill: bool
    events: int
    unread: int


class BusyCalendars:
    """One page, there as long as the head turned it on. `inside`: hosts that may be read without https."""

    def __init__(self, frame: Frame, storage: Storage, inside: frozenset[str]) -> None:
        self._frame = frame
        self._storage = storage
        self._inside = inside

    def add_to(self, router: APIRouter) -> None:
        readers = self._frame.readers
        readers(router, PATH, get=_only_on(self.show), post=_only_on(self.add))
        readers(router, f"{PATH}/{{token}}/again", post=_only_on(self.again))
        readers(router, f"{PATH}/{{token}}/remove", post=_only_on(self.remove))

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def add(self, visit: Visit) -> Response:
        try:
            kind, address = self._read(visit.form)
            if fault := await self._storage.run(_add, visit.me.id, kind, address):
                raise Wrong(FORM, "address", FAULTS[fault])
        except Wrong as wrong:
            return await self._page(visit, 422, wrong)
        return to(f"{PATH}?fait=added")

    async def again(self, visit: Visit) -> Response:
        await self._storage.run(_own, visit.me.id, visit.path("token"), busy.ask_again)
        return to(f"{PATH}?fait=again")

    async def remove(self, visit: Visit) -> Response:
        await self._storage.run(_own, visit.me.id, visit.path("token"), busy.remove)
        return to(f"{PATH}?fait=removed")

    # -- what they share

    def _read(self, form: Mapping[str, str]) -> tuple[Kind, str]:
        """What to read, what opens it put into its address. Raises Wrong."""
        kind = next((each for each in Kind if each == form.get("kind")), None)
        if kind is None:
            raise Wrong(FORM, "kind", FAULTS["kind"])
        address = form.get("address", "").strip()
        try:
            parts = urlsplit(address.replace("webcal://", "https://", 1) if address.startswith("webcal://") else address)
            host = parts.hostname or ""
            _ = parts.port
        except ValueError:
            raise Wrong(FORM, "address", FAULTS["address"]) from None
        plain = parts.scheme == "http" and host in self._inside
        if not (parts.scheme == "https" or plain) or not host or len(address) > LONGEST or not address.isprintable() or " " in address:
            raise Wrong(FORM, "address", FAULTS["address"])
        name, password = form.get("name", "").strip(), form.get("password", "")
        if bool(name) != bool(password) or max(len(name), len(password)) > LONGEST_LOGIN:
            raise Wrong(FORM, "login", FAULTS["login"])
        if name:
            parts = parts._replace(netloc=f"{quote(name, safe='')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}")
        return kind, parts.geturl()

    async def _page(self, visit: Visit, status: int = 200, wrong: Wrong | None = None) -> Response:
        sources, names = await self._storage.read(_look)
        now, head = self._storage.clock.now(), visit.me.role is Role.HEAD
        mine = [each for each in sources if each.caseworker_id == visit.me.id]
        return self._frame.page(
            visit,
            "busy.html",
            status,
            here=PATH,
            mine=[self._row(each, names, now, own=True) for each in mine],
            ill=[self._row(each, names, now, own=False) for each in sources if head and each not in mine and each.ill(now)],
            wrong=wrong,
            written=visit.form,
            kinds={kind: typeset(label) for kind, label in KINDS.items()},
            said=typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
        )

    def _row(self, source: Source, names: Mapping[int, str], now: datetime, *, own: bool) -> Row:
        show = self._frame.show
        return Row(
            token=source.token if own else "",
            who=names.get(source.caseworker_id, ""),
            host=urlsplit(source.address).hostname or "",
            kind=typeset(KINDS[source.kind]),
            read="" if source.read_at is None else show.moment(source.read_at, now),
            failure=typeset(FAILURES.get(source.failure, OTHER)) if source.failure else "",
            ill=source.ill(now),
            events=source.events,
            unread=source.unread,
        )


def _only_on(page: Page) -> Page:
    """A page that is there as long as calendars are read."""

    async def given(visit: Visit) -> Response:
        if visit.bands is None or Switch.BUSY not in visit.bands.on:
            raise Refused(404, "not-there.html")
        return await page(visit)

    return given


def _look(work: Work) -> tuple[tuple[Source, ...], Mapping[int, str]]:
    here = {member.id: member.name for member in caseworkers.team(work) if not member.disabled}
    return tuple(each for each in busy.sources(work) if each.caseworker_id in here), here


def _add(work: Work, caseworker_id: int, kind: Kind, address: str) -> str:
    """The fault, "" where there is none."""
    known = busy.sources(work, caseworker_id)
    if any(each.address == address for each in known):
        return "there"
    if len(known) >= MOST:
        return "most"
    busy.add(work, caseworker_id, kind, address)
    return ""


def _own(work: Work, caseworker_id: int, token: str, act: Callable[[Work, str], bool]) -> bool:
    """Do this to a calendar of one's own; somebody else's is as one that is not there."""
    return any(each.token == token for each in busy.sources(work, caseworker_id)) and act(work, token)
