"""What the team checked of what the service says: one setting of plain values, a key for each fact, page and translation.

Who did what and when is kept with it, and written into the audit. The keys and what they mean are the content's (content.checks).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.messages import Json
from storage import audit, hours, settings_store
from storage.audit import Act
from storage.engine import Work

CONTENT_EDITS = "content.edits"
VERIFIED, CORRECTED, WITHDRAWN, RESTORED = "verified", "corrected", "withdrawn", "restored"
REMEMBERED = 20
"""How many past acts are kept of one thing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody of the team (`by`, their number) did to it."""

    what: str
    on: date
    by: int


def edits(work: Work) -> Mapping[str, Json]:
    """All the team's work, by key."""
    return settings_store.mapping(work, CONTENT_EDITS)


def locked(work: Work) -> Mapping[str, Json]:
    """The same, which nobody else changes before this unit is over."""
    return settings_store.locked(work, CONTENT_EDITS)


def verify(work: Work, by: int, key: str, seen: str, review_by: date) -> None:
    """Somebody read exactly this and stands for it, until it is to be read again."""
    _keep(work, by, key, VERIFIED, {"seen": seen, "review_by": review_by.isoformat(), "withdrawn": False})


def correct(work: Work, by: int, key: str, seen: str, review_by: date, value: Mapping[str, Json]) -> None:
    """The same, with another value, where it was read and when: who corrects it has checked it."""
    _keep(work, by, key, CORRECTED, {**value, "seen": seen, "review_by": review_by.isoformat(), "withdrawn": False})


def withdraw(work: Work, by: int, key: str) -> None:
    """It is not said any more, from now on."""
    _keep(work, by, key, WITHDRAWN, {"seen": "", "withdrawn": True})


def restore(work: Work, by: int, key: str) -> None:
    """It may be said again, as anything nobody has checked."""
    _keep(work, by, key, RESTORED, {"seen": "", "withdrawn": False})


def history(kept: Mapping[str, Json], key: str) -> tuple[Done, ...]:
    """What was done to it, the last first."""
    entry = kept.get(key)
    past = entry.get("history") if isinstance(entry, Mapping) else None
    return tuple(_done(done) for done in reversed(past) if isinstance(done, list)) if isinstance(past, list) else ()


def checked_since(kept: Mapping[str, Json], prefix: str, since: date) -> int:
    """How many things of this kind somebody has checked since that day."""
    checks = ((key, done) for key in kept if key.startswith(prefix) for done in history(kept, key))
    return len({key for key, done in checks if done.on >= since and done.what in (VERIFIED, CORRECTED)})


def today(work: Work) -> date:
    """The day it is where the service works."""
    return work.now.astimezone(hours.zone(work)).date()


def _keep(work: Work, by: int, key: str, what: str, changes: Mapping[str, Json]) -> None:
    before = locked(work).get(key)
    kept = dict(before) if isinstance(before, Mapping) else {}
    past, day = kept.get("history"), today(work).isoformat()
    done: Json = [*(past if isinstance(past, list) else []), [what, day, by]][-REMEMBERED:]
    settings_store.merge(work, CONTENT_EDITS, {key: {**kept, **changes, "on": day, "by": by, "history": done}})
    audit.write(work, Act.CONTENT, by=by)


def _done(done: list[Json]) -> Done:
    what, on, by = done
    return Done(str(what), date.fromisoformat(str(on)), int(str(by)))
