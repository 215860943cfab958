"""The first day: twelve questions, answered in any order, kept one page at a time. What counts as an answer, and what may be written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.messages import Json
from storage import hours, places, settings_store
from storage.engine import Work
from storage.settings_store import ALERT_ADDRESSES, SERVICE_EDITS

CONFIRMED, DONE = "setup.confirmed", "setup.done"
"""Settings: the questions whose answer is « nothing to say » or « that is all of us »; that all twelve were answered once."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "service": ("name", "phone", "towns"),
    "presence": ("places", "hours", "lunch", "closures"),
    "team": ("caseworkers", "head"),
    "safety": ("legal_basis", "alerts", "quit_page"),
}
QUESTIONS = tuple(question for part in PARTS.values() for question in part)
TITLES = {
    "service": "Le service",
    "presence": "Quand et où",
    "team": "L'équipe",
    "safety": "Protéger",
    "name": "Le nom que les jeunes lisent",
    "phone": "Le téléphone",
    "towns": "Les communes",
    "places": "Les lieux",
    "hours": "Les horaires de la semaine",
    "lunch": "La pause de midi",
    "closures": "Les fermetures",
    "caseworkers": "Les collègues",
    "head": "La direction",
    "legal_basis": "La base légale",
    "alerts": "Qui prévenir d'un danger",
    "quit_page": "La page de « Quitter vite »",
}
FIELDS = ("name", "phone", "towns", "head", "legal_basis", "quit_page")
"""The questions that change content/service.yaml."""
CONFIRMABLE = ("phone", "lunch", "closures", "caseworkers", "alerts")

LONGEST, LONGEST_LINK, MOST_TOWNS = 60, 300, 80
_PHONE = re.compile(r"\+?[\d .()-]{3,24}")


@dataclass(frozen=True, slots=True)
class Day:
    """Where the first day stands: the questions answered, and how many there are."""

    answered: frozenset[str]

    @property
    def over(self) -> bool:
        return len(self.answered) == len(QUESTIONS)

    def next_part(self) -> str | None:
        """The first part with a question that waits, None once all are answered."""
        return next((part for part, asked in PARTS.items() if not self.answered.issuperset(asked)), None)


def day(work: Work, *, alerts_elsewhere: bool) -> Day:
    """Read where the first day stands. `alerts_elsewhere`: whoever runs Palier gave addresses in PALIER_ALERT_URLS."""
    if settings_store.get(work, DONE):
        return Day(frozenset(QUESTIONS))
    edits, week, confirmed = settings_store.mapping(work, SERVICE_EDITS), hours.week(work), settings_store.mapping(work, CONFIRMED)
    found = {name for name in FIELDS if edits.get(name)} | {name for name in CONFIRMABLE if confirmed.get(name)}
    known = {
        "places": bool(places.places(work)),
        "hours": week is not None,
        "lunch": week is not None and any(len(ranges) > 1 for ranges in week),
        "closures": bool(hours.closures(work)),
        "alerts": alerts_elsewhere or bool(settings_store.confidential(work, ALERT_ADDRESSES)),
    }
    return Day(frozenset(found | {name for name, is_known in known.items() if is_known}))


def keep(work: Work, kept: "Kept", *, alerts_elsewhere: bool) -> Day:
    """Write answers down. Once the last of the twelve is there, the first day is over for good."""
    if kept.edits:
        settings_store.merge(work, SERVICE_EDITS, kept.edits)
    if kept.confirmed:
        settings_store.merge(work, CONFIRMED, kept.confirmed)
    now = day(work, alerts_elsewhere=alerts_elsewhere)
    if now.over:
        settings_store.put(work, DONE, True)
    return now


@dataclass(slots=True)
class Kept:
    """What a form answers: edits of the service, what was confirmed, and what is wrong with the rest, by question."""

    edits: dict[str, Json] = field(default_factory=dict)
    confirmed: dict[str, Json] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def read(part: str, form: Mapping[str, str], *, head: bool) -> Kept:
    """The answers of one part's form. An empty field is a question left for later, not a fault. Only a head chooses the legal basis."""
    kept = Kept()
    for question in PARTS[part]:
        if question in CONFIRMABLE and f"{question}_none" in form:
            kept.confirmed[question] = form[f"{question}_none"] == "1"
        if question not in FIELDS or question not in form or (question == "legal_basis" and not head):
            continue
        text = form[question].strip()
        try:
            kept.edits[question] = CHECKS[question](text) if text else None
        except ValueError as fault:
            kept.faults[question] = str(fault)
    return kept


def _line(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST or not said.isprintable() or not any(map(str.isalpha, said)):
        raise ValueError(f"Écrivez des mots, {LONGEST} caractères au plus.")
    return said


def _basis(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST_LINK or not any(map(str.isalpha, said)):
        raise ValueError(f"Écrivez-la en une phrase, {LONGEST_LINK} caractères au plus.")
    return said


def read_phone(text: str) -> str:
    """A telephone number, in pairs where it is a French one. Raises ValueError, which says what to write."""
    digits = re.sub(r"\D", "", text)
    if not _PHONE.fullmatch(text) or not 3 <= len(digits) <= 15:
        raise ValueError("Écrivez un numéro de téléphone, par exemple 03 00 00 00 00.")
    if len(digits) == 10 and digits.startswith("0"):
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    return text


def _towns(text: str) -> list[str]:
    towns = list(dict.fromkeys(" ".join(line.split()) for line in text.replace(",", "\n").split("\n") if line.strip()))
    if len(towns) > MOST_TOWNS or any(len(town) > LONGEST or not any(map(str.isalpha, town)) for town in towns):
        raise ValueError(f"Écrivez une commune par ligne, {MOST_TOWNS} au plus.")
    return towns


def _link(text: str) -> str:
    try:
        address = urlsplit(text)
        host = address.hostname or ""
    except ValueError:
        host, address = "", urlsplit("")
    if address.scheme != "https" or "." not in host or address.username is not None or len(text) > LONGEST_LINK or re.search(r"[\s\"'<>;,]", text):
        raise ValueError("Copiez l'adresse entière, qui commence par https://")
    return text


CHECKS = {"name": _line, "phone": read_phone, "towns": _towns, "head": _line, "legal_basis": _basis, "quit_page": _link}
