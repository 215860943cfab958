"""Moving in: what the team needs to bring people to the robot. The text to paste where they already write, and a page for who has no telephone.

Nothing comes in by here: no old conversation, no address book. Whoever wants the robot writes to it first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Visit
from backend.pages.posters import NAMES, NOT_EMERGENCY, QUESTION, WEB, Elsewhere, typed
from bot.rules.hours import Week
from bot.waiting import week_said
from content.library import Library
from content.words import FRENCH, LANGUAGES, RIGHT_TO_LEFT, Text, Words, _, typeset
from storage import hours, places
from storage.engine import Storage, Work

PATH = "/backend/kit"
HELLO = _(
    "Bonjour, c'est l'équipe du {service}. Pour une question de logement ou un rendez-vous, tu peux maintenant écrire à notre robot, jour et nuit."
)
ROBOT = _("C'est un robot, pas une personne. Il peut mal comprendre. Tu peux demander une personne de l'équipe quand tu veux.")
APART = _("Il ne sait rien de ce que tu nous as écrit ici.")
FORMAL = """\
Bonjour, c'est l'équipe du {service}. Pour une question de logement ou un rendez-vous, vous pouvez maintenant écrire à notre robot, jour et nuit.

{ways}

C'est un robot, pas une personne. Il peut mal comprendre. Vous pouvez demander une personne de l'équipe quand vous voulez. Il ne sait rien de ce que \
vous nous avez écrit ici.

{emergency}"""
"""To caseworkers, parents, partners: in French alone, as the team writes to them."""
FIND = _("Voici où nous trouver, même sans téléphone.")
DANGER = _("En danger ?")
ROWS: Mapping[str, Text] = {
    "address": _("Adresse"),
    "how_to_come": _("Pour venir"),
    "hours": _("Horaires"),
    "phone": _("Téléphone"),
    "computer": _("Sur un ordinateur"),
}
MISSING = {
    "address": "l'adresse",
    "how_to_come": "comment venir",
    "hours": "les horaires",
    "phone": "le téléphone",
    "computer": "l'adresse publique du chat",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of where and when the team receives."""

    week: Week | None
    places: tuple[places.Place, ...]


def look(work: Work) -> Known:
    """The hours, and every place that has a door."""
    return Known(hours.week(work), tuple(place for place in places.everywhere(work) if place.address))


class Kit:
    """Read and printed by anybody of the team."""

    def __init__(self, frame: Frame, storage: Storage, base_url: str, elsewhere: Elsewhere) -> None:
        """`base_url`: the chat's address for everybody, "" where there is none yet."""
        self._frame = frame
        self._storage = storage
        self._base = base_url.rstrip("/")
        self._elsewhere = elsewhere

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.show)
        self._frame.members(router, f"{PATH}/paper", get=self.paper)

    async def show(self, visit: Visit) -> Response:
        """The texts to paste, and what this kit does not do."""
        links = {WEB: f"{self._base}/chat" if self._base else "", **await self._elsewhere("")}
        ways = "\n".join(link if name == WEB else f"{self._frame.show.channel(name)} : {link}" for name, link in links.items() if link)
        words = _words(visit)
        service = self._frame.library().service
        informal = [words.say(HELLO, service=service.name), ways, f"{words.say(ROBOT)} {words.say(APART)}", words.say(NOT_EMERGENCY)]
        formal = FORMAL.format(service=service.name, ways=ways, emergency=Words(FRENCH).say(NOT_EMERGENCY))
        return self._frame.page(
            visit,
            "kit.html",
            here=PATH,
            ways=ways,
            informal="\n\n".join(informal),
            formal=typeset(formal),
            silent=[name for name, link in links.items() if not link],
            names=NAMES,
            language=words.language,
            direction=_direction(words),
        )

    async def paper(self, visit: Visit) -> Response:
        """What is handed to who has no telephone: what is known and nothing else."""
        known = await self._storage.read(look)
        library, words = self._frame.library(), _words(visit)
        facts = _facts(library, known, words, self._base)
        numbers = library.crises.common.overview.of(words.language)
        return self._frame.page(
            visit,
            "paper.html",
            here=PATH,
            rows=[(words.say(label), facts[name]) for name, label in ROWS.items() if facts[name]],
            missing=[typeset(MISSING[name]) for name in ROWS if not facts[name]],
            places=known.places,
            said={"question": words.say(QUESTION), "find": words.say(FIND), "danger": words.say(DANGER)},
            service=library.service,
            free=numbers.partition("\n")[0],
            numbers=[line.removeprefix("•").strip() for line in numbers.splitlines() if line.startswith("•")],
            names=NAMES,
            language=words.language,
            direction=_direction(words),
        )


def _words(visit: Visit) -> Words:
    asked = visit.request.query_params.get("langue", FRENCH)
    return Words(asked if asked in LANGUAGES else FRENCH)


def _direction(words: Words) -> str:
    return "rtl" if words.language in RIGHT_TO_LEFT else "ltr"


def _facts(library: Library, known: Known, words: Words, base: str) -> dict[str, str]:
    """What is known of the service, "" where nobody has said it."""
    service = library.service
    return {
        "address": service.address or "",
        "how_to_come": service.how_to_come or "",
        "hours": week_said(known.week, words) if known.week else "",
        "phone": service.phone or "",
        "computer": typed(f"{base}/chat") if base else "",
    }
