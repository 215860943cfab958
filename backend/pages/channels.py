"""« Applications »: how we stand with each provider, as it last said itself. Nothing of anybody; `palier doctor` says what to mend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Visit
from backend.show import MODELS
from bot.messages import APPROVED, Standing
from content.words import typeset
from storage import standings
from storage.engine import Storage

PATH = "/backend/channels"
QUALITY = {
    "green": "Bonne : rien à faire.",
    "yellow": "Moyenne : des personnes ont bloqué ou signalé le numéro. Les annonces partent plus lentement.",
    "red": "Mauvaise : trop de personnes ont bloqué ou signalé le numéro. Aucune annonce ne part.",
    "": "Pas encore dite.",
}
STATES = {
    APPROVED: "Accepté",
    "pending": "En attente d'un avis",
    "rejected": "Refusé",
    "paused": "Suspendu",
    "disabled": "Retiré",
    "different": "Un autre texte est accepté là-bas",
    "missing": "Pas encore proposé",
}
"""In the order in which they matter least; what is not here is said as it is written."""
LANGUAGES = {"fr": "français", "fr-facile": "français facile", "en": "anglais", "ar": "arabe"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message agreed beforehand: what it is for, and where it stands, in words. `passes`: it may be sent."""

    name: str
    language: str
    state: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the page shows it. `people`: how many it may write to in a day outside its window, None for any number."""

    standing: Standing
    quality: str
    messages: tuple[Message, ...]


class Channels:
    """One page, for the whole team: why something did not leave is everybody's question."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.show)

    async def show(self, visit: Visit) -> Response:
        found = await self._storage.read(standings.every)
        return self._frame.page(visit, "channels.html", accounts=accounts(found), now=self._storage.clock.now())


def accounts(found: Iterable[Standing]) -> list[Account]:
    """What is shown of each."""
    return [Account(each, typeset(QUALITY.get(each.quality, each.quality)), tuple(_messages(each.templates))) for each in found]


def _messages(templates: Mapping[str, str]) -> Iterable[Message]:
    """What does not pass comes first."""
    for key, state in sorted(templates.items(), key=lambda pair: (pair[1] == APPROVED, pair[0])):
        name, _slash, language = key.partition("/")
        said = typeset(STATES.get(state, state))
        yield Message(typeset(MODELS.get(name, name)), LANGUAGES.get(language, language), said, state == APPROVED)
