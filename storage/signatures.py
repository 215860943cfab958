"""The head's signature under what is said in danger. It holds for exactly the texts that were read, which a fingerprint names."""

from dataclasses import dataclass
from datetime import datetime

from storage import settings_store
from storage.engine import Work
from storage.tables import Caseworker

CRISES = "crises.signature"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed which texts, when. `by` is the first name shown."""

    texts: str
    by: str
    at: datetime


def sign(work: Work, caseworker_id: int, texts: str) -> None:
    """Sign the texts of this fingerprint. An older signature is replaced; every process is told."""
    settings_store.put(work, CRISES, {"texts": texts, "by": caseworker_id, "at": work.now.isoformat()})


def signature(work: Work) -> Signature | None:
    """The last signature, whatever became of the texts since."""
    kept = settings_store.mapping(work, CRISES)
    if not kept:
        return None
    row = work.session.get(Caseworker, int(str(kept["by"])))
    name = work.vault.open("caseworker.name", row.name) if row is not None and row.name else ""
    return Signature(str(kept["texts"]), name, datetime.fromisoformat(str(kept["at"])))


def signed(work: Work, texts: str) -> bool:
    """Whether the texts of this fingerprint are signed."""
    return settings_store.mapping(work, CRISES).get("texts") == texts
