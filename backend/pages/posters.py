"""Posters, cards and links: a code for each sort, a page to print, its QR code as a file, and the line that puts the chat on another site.

Nothing is drawn or printed where PALIER_BASE_URL is not an address that a telephone elsewhere reaches: the page says what to set instead.
"""

import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

import segno
from babel.dates import format_date
from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from bot.rules.keeping import SHOWN_FROM
from content.library import Library
from content.words import FRENCH, LANGUAGES, RIGHT_TO_LEFT, Words, _, typeset
from storage import posters
from storage.engine import Storage, Work
from storage.posters import Poster

PATH = "/backend/posters"
LONGEST = 60
BORDER = 4
"""Quiet modules around a QR code: what a telephone needs to find it (ISO/IEC 18004)."""
MONTHS = 3
"""The months whose arrivals are shown."""
WEB = "webchat"
POSTER = "affiche"
FORMATS = {POSTER: "Affiche A4", "cartes": "Quatre cartes A6 sur une feuille A4", "carte": "Une carte A6"}
"""What is printed: a poster, a sheet to cut in four, or a card for a printer that takes them."""
CARDS = {"cartes": 4, "carte": 1}
NAMES = {"fr": "Français", "fr-facile": "Français facile", "en": "Anglais", "ar": "Arabe"}
SAID = {"added": "L'affiche est prête.", "withdrawn": "Retirée : qui la lit encore reçoit l'accueil ordinaire.", "again": "De nouveau en usage."}

QUESTION = _("Une question de logement ?")
WRITE = _("Écris au robot du {service}. C'est gratuit, jour et nuit. Tu peux lire sans dire qui tu es, et demander une personne.")
SCAN = _("Vise ce carré avec ton téléphone, ou va à cette adresse :")
SCAN_BY = {
    "telegram": _("Vise ce carré avec ton téléphone : Telegram s'ouvre. Ou va à cette adresse :"),
    "whatsapp": _("Vise ce carré avec ton téléphone : WhatsApp s'ouvre, un message est déjà écrit. Envoie-le. Ou va à cette adresse :"),
    "messenger": _("Vise ce carré avec ton téléphone : Messenger s'ouvre. Ou va à cette adresse :"),
}
NOT_EMERGENCY = _("Ce n'est pas un service d'urgence. Urgence : 115 · 17 · 119 · 3114")

Elsewhere = Callable[[str], Awaitable[Mapping[str, str]]]
"""A code's address on each other channel that a link can open, "" where its provider does not say."""


async def nowhere(code: str) -> Mapping[str, str]:
    """No other channel."""
    return {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A poster with its addresses by channel, and how many came in each of the last months enough came in."""

    poster: Poster
    links: Mapping[str, str]
    months: tuple[tuple[str, int], ...]


def look(work: Work) -> tuple[tuple[Poster, ...], Mapping[str, Mapping[str, int]]]:
    """Every poster, and the arrivals that may be shown."""
    return posters.posters(work), posters.arrivals(work)


class Posters:
    """Made and printed by anybody of the team."""

    def __init__(self, frame: Frame, storage: Storage, base_url: str, elsewhere: Elsewhere) -> None:
        """`base_url`: the chat's address for everybody, "" where there is none yet."""
        self._frame = frame
        self._storage = storage
        self._base = base_url.rstrip("/")
        self._elsewhere = elsewhere

    def add_to(self, router: APIRouter) -> None:
        members = self._frame.members
        members(router, PATH, get=self.show, post=self.add)
        members(router, f"{PATH}/{{code}}", get=self.sheet)
        members(router, f"{PATH}/{{code}}/qr.svg", get=self.svg)
        members(router, f"{PATH}/{{code}}/qr.pdf", get=self.pdf)
        members(router, f"{PATH}/{{code}}/withdraw", post=self.withdraw)
        members(router, f"{PATH}/{{code}}/again", post=self.again)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def add(self, visit: Visit) -> Response:
        label, page = " ".join(visit.form.get("label", "").split()), visit.form.get("page", "")
        if not label or len(label) > LONGEST or not label.isprintable():
            return await self._page(visit, 422, fault=True)
        known = page if page in self._frame.library().pages else ""
        await self._storage.run(posters.add, label, known)
        return to(f"{PATH}?fait=added")

    async def sheet(self, visit: Visit) -> Response:
        """The poster itself, in one language, for one channel."""
        poster, links = await self._found(visit)
        by, link = _way(visit, links)
        asked = visit.request.query_params.get("langue", FRENCH)
        words = Words(asked if asked in LANGUAGES else FRENCH)
        wanted = visit.request.query_params.get("format", POSTER)
        return self._frame.page(
            visit,
            "poster.html",
            here=PATH,
            poster=poster,
            bare=typed(link),
            by=by,
            form=wanted if wanted in FORMATS else POSTER,
            forms=FORMATS,
            copies=CARDS.get(wanted, 1),
            links={name: address for name, address in links.items() if address},
            names=NAMES,
            language=words.language,
            direction="rtl" if words.language in RIGHT_TO_LEFT else "ltr",
            said=_said(words, self._frame.library(), by),
        )

    async def svg(self, visit: Visit) -> Response:
        return await self._drawn(visit, "svg", "image/svg+xml")

    async def pdf(self, visit: Visit) -> Response:
        return await self._drawn(visit, "pdf", "application/pdf")

    async def withdraw(self, visit: Visit) -> Response:
        await self._storage.run(posters.withdraw, visit.path("code"))
        return to(f"{PATH}?fait=withdrawn")

    async def again(self, visit: Visit) -> Response:
        await self._storage.run(posters.put_up_again, visit.path("code"))
        return to(f"{PATH}?fait=again")

    async def _drawn(self, visit: Visit, kind: str, media_type: str) -> Response:
        """The QR code of a poster as a file. It carries the address and nothing else."""
        poster, links = await self._found(visit)
        by, link = _way(visit, links)
        drawn = io.BytesIO()
        segno.make(link, error="q", micro=False).save(drawn, kind=kind, border=BORDER, scale=8)
        wanted = "inline" if "inline" in visit.request.query_params else f'attachment; filename="affiche-{poster.code}-{by}.{kind}"'
        return Response(drawn.getvalue(), media_type=media_type, headers={"content-disposition": wanted})

    async def _found(self, visit: Visit) -> tuple[Poster, Mapping[str, str]]:
        """The poster of this page and its addresses. Refused where there is no such code, or no address to give."""
        known = await self._storage.read(posters.posters)
        poster = next((one for one in known if one.code == visit.path("code")), None)
        links = await self._links(poster.code) if poster is not None else {}
        if poster is None or not any(links.values()):
            raise Refused(404, "gone.html")
        return poster, links

    async def _links(self, code: str) -> Mapping[str, str]:
        """The addresses of a code, by channel."""
        return {WEB: f"{self._base}/d/{code}" if self._base else "", **await self._elsewhere(code)}

    async def _page(self, visit: Visit, status: int = 200, *, fault: bool = False) -> Response:
        known, arrivals = await self._storage.read(look)
        library = self._frame.library()
        return self._frame.page(
            visit,
            "posters.html",
            status,
            here=PATH,
            posters=[Shown(poster, await self._links(poster.code), _months(arrivals.get(poster.code, {}))) for poster in known],
            few=SHOWN_FROM,
            pages={page.id: page.title for page in library.pages.values()},
            base=self._base,
            bare=typed,
            formats=FORMATS,
            longest=LONGEST,
            fault=fault,
            label=visit.form.get("label", "") if fault else "",
            said=typeset(SAID.get(visit.request.query_params.get("fait", ""), "")),
        )


def _way(visit: Visit, links: Mapping[str, str]) -> tuple[str, str]:
    """The channel asked for and its address; the first that has one otherwise."""
    asked = visit.request.query_params.get("par", WEB)
    by = asked if links.get(asked) else next(name for name, link in links.items() if link)
    return by, links[by]


def _said(words: Words, library: Library, by: str) -> dict[str, str]:
    """What a poster says."""
    service = library.service
    return {
        "question": words.say(QUESTION),
        "write": words.say(WRITE, service=service.name),
        "scan": words.say(SCAN_BY.get(by, SCAN)),
        "emergency": words.say(NOT_EMERGENCY),
        "service": service.name,
        "phone": service.phone or "",
    }


def _months(arrivals: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """« novembre 2026 » and how many came, the newest first."""
    shown = sorted(arrivals.items(), reverse=True)[:MONTHS]
    return tuple((format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale="fr"), number) for month, number in shown)


def typed(link: str) -> str:
    """An address as people copy it by hand. What WhatsApp and Messenger carry behind theirs is left to the QR code: it leads as well without."""
    bare = link.removeprefix("https://")
    return bare.partition("?")[0] if bare.startswith(("wa.me/", "m.me/")) else bare
