"""The service this robot speaks for: what service.yaml says, and what the team changed since in the backend."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from bot.messages import Json
from content.reading import read_yaml

CITED = ("name", "full_name", "association", "address", "email", "site", "phone", "territory", "how_to_come")
"""What pages may say of the service, as {service.name}. A line that cites what is not known is not said."""
REQUIRED = ("name", "full_name", "association")


@dataclass(frozen=True, slots=True)
class Service:
    """None is « à compléter »: the texts do without, the team is asked."""

    name: str
    full_name: str
    association: str
    address: str | None
    email: str | None
    site: str | None
    phone: str | None
    territory: str | None
    towns: tuple[str, ...]
    how_to_come: str | None
    head: str | None
    legal_basis: str | None
    quit_page: str | None

    def cited(self) -> Mapping[str, str | None]:
        """What a page may say of it."""
        return {name: getattr(self, name) for name in CITED}

    def missing(self) -> list[str]:
        """What nobody has filled in yet."""
        return [field.name for field in fields(self) if getattr(self, field.name) is None]

    def with_edits(self, edits: Mapping[str, Json]) -> "Service":
        """The same with the team's edits over it. What fits no field is left aside: an older or a newer release may have written it."""
        changes: dict[str, Any] = {}
        for name, value in edits.items():
            if name == "towns" and isinstance(value, list) and all(isinstance(town, str) for town in value):
                changes[name] = tuple(value)
            elif name in _TEXTS and (isinstance(value, str) or (value is None and name not in REQUIRED)):
                changes[name] = value or (None if name not in REQUIRED else getattr(self, name))
        return replace(self, **changes)


_TEXTS = frozenset(field.name for field in fields(Service)) - {"towns"}


def read_service(file: Path) -> Service:
    """Raises ContentError."""
    entry = read_yaml(file)
    service = Service(
        name=entry.text("name"),
        full_name=entry.text("full_name"),
        association=entry.text("association"),
        towns=entry.texts("towns"),
        **{name: entry.maybe(name) for name in sorted(_TEXTS - set(REQUIRED))},
    )
    if service.quit_page is not None and not service.quit_page.startswith("https://"):
        entry.wrong("write quit_page: an https:// address, or null", "quit_page")
    entry.done()
    return service
