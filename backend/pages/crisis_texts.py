"""What is said in danger, word for word, and the head's signature under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from backend.frame import Frame, Visit, to
from content.crises import STEP, Crises, Said
from content.words import FRENCH, LANGUAGES, RIGHT_TO_LEFT, typeset
from storage import caseworkers, signatures
from storage.engine import Storage, Work
from storage.signatures import Signature

PATH = "/backend/crisis-texts"
NAMES = {"fr": "Français", "fr-facile": "Français facile", "en": "Anglais", "ar": "Arabe"}
WHEN = {
    "signature": "Sur chaque message d'urgence",
    "ending": "À la fin de chaque carte, tant que les horaires ne sont pas connus",
    "alerted": "À la fin de chaque carte, quand l'équipe est là",
    "closed": "À la fin de chaque carte, quand l'équipe n'est pas là",
    "mistaken": "Quand le robot a peut-être mal compris",
    "both_doors": "Quand le robot a peut-être mal compris, et ne connaît pas l'âge",
    "overview": "Derrière le bouton « Urgence »",
    "card": "D'abord",
    "minor": "À moins de 18 ans",
    "adult": "À 18 ans ou plus",
    "words": "D'abord, avec d'autres mots",
    "again": "Si la personne en reparle dans l'heure",
    "step": "Selon ses mots",
}
SHARED, AFTER = "Pour tous les dangers", "Ce qui vient après, selon ce que la personne répond"
PRESSED = "Après « {} »"
FILLED = {"{number}": "[numéro]", "{when}": "[jour et heure]"}
"""What stands in the place of what differs each time."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text as the page shows it: when it is said, whether this language lacks it, the labels of its buttons."""

    when: str
    text: str
    missing: bool
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The texts of one danger, or what is shared. `label` is the button's, in the language of the texts, "" where that is French."""

    title: str
    label: str
    said: tuple[Words, ...]


def parts(crises: Crises, language: str) -> Iterator[Part]:
    """Everything said in danger, in one language, danger by danger."""
    pressed = _pressed(crises)
    for (about, step), group in groupby(crises.said(), key=lambda said: (said.about.of(FRENCH) if said.about else "", said.when == "step")):
        said = list(group)
        label = said[0].about
        title = about or typeset(AFTER if step else SHARED)
        foreign = label.texts.get(language, "") if label and language != FRENCH else ""
        yield Part(title, foreign, tuple(_words(one, language, pressed.get(one.step, [])) for one in said))


def _pressed(crises: Crises) -> dict[str, list[str]]:
    """The buttons that lead to each step, in French."""
    found: dict[str, list[str]] = {}
    for offer in (offer for said in crises.said() for offer in said.offers if offer.id.startswith(STEP)):
        labels = found.setdefault(offer.id.removeprefix(STEP).partition(":")[0], [])
        if (label := offer.label.of(FRENCH)) not in labels:
            labels.append(label)
    return found


def _words(said: Said, language: str, pressed: list[str]) -> Words:
    labels = tuple(offer.label.of(language) for offer in said.offers)
    text = said.text.of(language)
    for name, shown in FILLED.items():
        text = text.replace(name, shown)
    when = PRESSED.format(" », « ".join(pressed)) if pressed else WHEN[said.when]
    return Words(typeset(when), text, language not in said.text.texts, tuple(label for label in labels if label))


def languages(crises: Crises) -> list[tuple[str, str]]:
    """The languages that something is said in, with their French names."""
    written = {language for said in crises.said() for language in said.text.texts}
    return [(code, NAMES.get(code, code)) for code in (*LANGUAGES, *sorted(written - set(LANGUAGES))) if code in written]


def look(work: Work) -> tuple[Signature | None, bool]:
    """The last signature, and whether there is a head of service to sign."""
    return signatures.signature(work), caseworkers.has_head(work)


class CrisisTexts:
    """One page: read by everybody of the team, signed by the head."""

    def __init__(self, frame: Frame, storage: Storage) -> None:
        self._frame = frame
        self._storage = storage

    def add_to(self, router: APIRouter) -> None:
        self._frame.members(router, PATH, get=self.show)
        self._frame.heads(router, PATH, post=self.sign)

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def sign(self, visit: Visit) -> Response:
        now = self._frame.library().crises.fingerprint
        if visit.form.get("texts") != now:
            return await self._page(visit, 409, "changed")
        if not visit.form.get("read"):
            return await self._page(visit, 422, "unread")
        await self._storage.run(signatures.sign, visit.me.id, now)
        return to(PATH)

    async def _page(self, visit: Visit, status: int = 200, fault: str = "") -> Response:
        crises = self._frame.library().crises
        spoken = languages(crises)
        asked = visit.request.query_params.get("langue", FRENCH)
        language = asked if asked in dict(spoken) else FRENCH
        signature, has_head = await self._storage.read(look)
        return self._frame.page(
            visit,
            "crisis-texts.html",
            status,
            parts=list(parts(crises, language)),
            languages=spoken,
            language=language,
            tongue=Markup('lang="{}" dir="{}"').format(language.partition("-")[0], "rtl" if language in RIGHT_TO_LEFT else "ltr"),
            unread=language in crises.common.unread,
            fingerprint=crises.fingerprint,
            signature=signature,
            has_head=has_head,
            fault=fault,
            now=self._storage.clock.now(),
        )
