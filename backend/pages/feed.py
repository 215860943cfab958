"""« Mon agenda ailleurs »: the secret address of one's own appointments, for one's own calendar program. Shown once; each their own."""

import logging
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Visit, to
from bot.settings import Settings
from content.words import typeset
from storage import feeds
from storage.engine import Storage

log = logging.getLogger(__name__)

PATH = "/backend/calendar/feed"
HOW = (
    ("Google Agenda", "Sur ordinateur : à côté de « Autres agendas », + puis « À partir de l'URL ». Google relit parfois le lendemain seulement."),
    ("Outlook", "« Ajouter un calendrier », puis « S'abonner à partir du web »."),
    (
        "Apple",
        "Mac : Calendrier, « Fichier », « Nouvel abonnement à un calendrier ». iPhone : « Calendriers », « Ajouter », « Ajouter un abonnement ».",
    ),
    ("Nextcloud", "Agenda, « Nouveau calendrier », « Nouvel abonnement par lien »."),
)
"""Where to paste the address, by calendar."""


class Feed:
    """One page; an address is made, shown, and revoked by whose it is."""

    def __init__(self, frame: Frame, storage: Storage, settings: Settings) -> None:
        self._frame = frame
        self._storage = storage
        self._base = settings.base_url.rstrip("/")
        self._public = settings.public

    def add_to(self, router: APIRouter) -> None:
        self._frame.readers(router, PATH, get=self.show, post=self.make)
        self._frame.readers(router, f"{PATH}/revoke", post=self.revoke)

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, await self._storage.read(feeds.since, visit.me.id))

    async def make(self, visit: Visit) -> Response:
        secret = await self._storage.run(feeds.give, visit.me.id)
        log.info("a calendar address was made", extra={"action": "feed_made"})
        return self._page(visit, self._storage.clock.now(), f"{self._base}/calendar/{secret}.ics")

    async def revoke(self, visit: Visit) -> Response:
        await self._storage.run(feeds.revoke, visit.me.id)
        log.info("a calendar address was revoked", extra={"action": "feed_revoked"})
        return to(f"{PATH}?fait=revoked")

    def _page(self, visit: Visit, since: datetime | None, link: str = "") -> Response:
        revoked = visit.request.query_params.get("fait") == "revoked"
        return self._frame.page(
            visit,
            "feed.html",
            here=PATH,
            since=since,
            link=link,
            public=self._public,
            how=[(name, typeset(said)) for name, said in HOW],
            now=self._storage.clock.now(),
            said=typeset("L'adresse n'ouvre plus rien. L'agenda qui la lisait n'a plus rien de nouveau : retirez-la aussi là-bas.")
            if revoked
            else "",
        )
