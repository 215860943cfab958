"""A place as it is written in a form: its sort, its name, where it is, how one gets there, when one can come."""

from collections.abc import Mapping

from backend import weekly
from backend.forms import LONGEST, Wrong, line, text
from bot.rules.hours import Week
from storage.places import Kind, Place

KINDS: Mapping[str, str] = {
    Kind.OFFICE: "Chez nous : le siège, un bureau",
    Kind.ANTENNA: "Chez un partenaire : une antenne",
    Kind.HOME: "Au domicile de la personne",
    Kind.PHONE: "Au téléphone",
    Kind.VIDEO: "En visio",
}
LONGEST_DIRECTIONS = 300
FAULTS = {
    "name": f"Écrivez un nom, {LONGEST} caractères au plus.",
    "kind": "Choisissez une sorte de lieu.",
    "address": f"Écrivez une adresse, {LONGEST} caractères au plus.",
    "town": f"Écrivez une commune, {LONGEST} caractères au plus.",
    "directions": f"Dites comment venir en {LONGEST_DIRECTIONS} caractères au plus.",
}


def read(form: Mapping[str, str], token: str = "") -> Place:
    """The place a form describes. Raises Wrong. Only a place with doors needs an address and has hours of its own."""
    kind = next((each for each in Kind if each == form.get("kind", Kind.OFFICE)), None)
    if kind is None:
        raise Wrong("places", "kind", FAULTS["kind"])
    name, address, town = (_said(form, field) for field in ("name", "address", "town"))
    if not name:
        raise Wrong("places", "name", FAULTS["name"])
    if kind.has_doors and not address:
        raise Wrong("places", "address", FAULTS["address"])
    directions = text(form, "directions", LONGEST_DIRECTIONS)
    if directions is None:
        raise Wrong("places", "directions", FAULTS["directions"])
    return Place(token, name, address, _week(form) if kind.has_doors else weekly.CLOSED, kind, directions, town)


def _said(form: Mapping[str, str], field: str) -> str:
    said = line(form, field)
    if said is None:
        raise Wrong("places", field, FAULTS[field])
    return said


def _week(form: Mapping[str, str]) -> Week:
    written = form.get("hours", "")
    try:
        return weekly.read_week(written) if written.strip() else weekly.CLOSED
    except ValueError as fault:
        raise Wrong("places", "hours", str(fault)) from fault
