"""« Options »: what is off until the head turns it on, with what each gives and what it costs a week.

What is off shows no menu, no badge and no empty page anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from backend.frame import Frame, Refused, Visit, to
from content.words import typeset
from storage import audit, switches
from storage.audit import Act
from storage.caseworkers import Member
from storage.engine import Storage, Work
from storage.switches import Switch

PATH = "/backend/switches"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is turned on: its name, what it gives, what it takes of the team each week, and what happens once it is off again."""

    name: str
    gives: str
    costs: str
    off: str


OFFERS: Mapping[Switch, Offer] = {
    Switch.WORKSHOPS: Offer(
        "Ateliers et annonces",
        "Les jeunes voient les ateliers à venir, prennent ou rendent une place et attendent sur une liste ; les annonces vont à qui a dit oui.",
        "Par semaine : écrire les séances, imprimer et remplir la feuille de présence, soit une demi-heure par atelier environ.",
        "Éteint : le robot ne parle plus des ateliers. Les places prises restent, avec leur rappel.",
    ),
    Switch.OFFERS: Offer(
        "Créneaux libérés proposés",
        "Un rendez-vous annulé est proposé à la première personne qui attend, et lui est gardé deux heures, puis à la suivante.",
        "Par semaine : moins d'un quart d'heure, mais un créneau vide le matin peut se remplir l'après-midi même.",
        "Éteint : plus rien n'est proposé. Qui attendait n'est plus appelé par le robot.",
    ),
    Switch.SECOND: Offer(
        "Second rappel, 3 heures avant",
        "Pour les motifs où vous le choisissez, un deuxième rappel part trois heures avant, en plus de celui de l'avant-veille.",
        "Par semaine : rien à faire, mais quelques réponses de plus à lire le matin même.",
        "Éteint : seul le premier rappel part. Qui réserve tard garde le sien.",
    ),
    Switch.BUSY: Offer(
        "Agendas personnels lus",
        "Chaque collègue peut donner l'adresse de son agenda : ses heures occupées ne sont plus proposées. Rien d'autre n'en est lu.",
        "Par semaine : rien si l'agenda est à jour ; sinon, le temps de corriger un agenda qui ne se lit plus.",
        "Éteint : les agendas ne sont plus lus, et leurs heures sont de nouveau proposées.",
    ),
}


class Switches:
    """One page, of the head of service."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.heads(router, PATH, get=self.show)
        self._frame.heads(router, f"{PATH}/{{switch}}", post=self.turn)

    async def show(self, visit: Visit) -> Response:
        said = "C'est gardé." if visit.request.query_params.get("fait") == "kept" else ""
        offers = [(switch, Offer(*map(typeset, (of.name, of.gives, of.costs, of.off)))) for switch, of in OFFERS.items()]
        return self._frame.page(visit, "switches.html", offers=offers, said=typeset(said))

    async def turn(self, visit: Visit) -> Response:
        switch = next((each for each in Switch if each.value == visit.path("switch")), None)
        if switch is None:
            raise Refused(404, "not-there.html")
        await self._storage.run(_turn, visit.me, switch, on=visit.form.get("on") == "1")
        return to(f"{PATH}?fait=kept")


def _turn(work: Work, by: Member, switch: Switch, *, on: bool) -> None:
    switches.turn(work, switch, on=on)
    audit.write(work, Act.SWITCHED, by=by.id)
