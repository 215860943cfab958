"""The nightly purge, whole: rows whose time is over (storage/retention.py), old copies of the file, old lines of the erasure ledger."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path

from bot.clock import Clock
from bot.rules.keeping import Keeping
from storage import audit, ledger, migrate, retention
from storage.audit import Act
from storage.engine import Storage
from storage.retention import Terms

COPIES, LINES = "copies", "ledger lines"
Tell = Callable[[str, int], None]
"""Hears how far a kind is: its name, and how many of it so far."""


def _silent(kind: str, number: int) -> None:
    """Nobody watches the nightly job."""


async def purge(storage: Storage, keeping: Keeping, zone: tzinfo, file: Path, tell: Tell = _silent) -> Mapping[str, int]:
    """Remove what is over, a few rows a unit, so that nobody who writes waits long; how many of each kind. `file` is the erasure ledger."""
    at = retention.terms(keeping, storage.clock.now(), zone)
    gone = {kind: await _purge_rows(storage, kind, at, tell) for kind in retention.KINDS}
    if gone[retention.AUDITS]:
        await storage.run(audit.write, Act.PURGED)
    for copy in _old_copies(storage, keeping):
        copy.unlink(missing_ok=True)
        gone[COPIES] = gone.get(COPIES, 0) + 1
    gone[LINES] = ledger.prune(file, keeping.backup.before(at.now))
    return {COPIES: 0} | gone


async def count(storage: Storage, keeping: Keeping, zone: tzinfo, file: Path, tell: Tell = _silent) -> Mapping[str, int]:
    """What `purge` would remove, of each kind; nothing changes."""
    at = retention.terms(keeping, storage.clock.now(), zone)
    found = {}
    for kind in retention.KINDS:
        tell(kind, 0)
        found[kind] = await storage.read(retention.due, kind, at)
    rows = retention.count(found)
    return {COPIES: len(_old_copies(storage, keeping)), **rows, LINES: ledger.old(file, keeping.backup.before(at.now))}


async def _purge_rows(storage: Storage, kind: str, at: Terms, tell: Tell) -> int:
    gone, after = 0, 0
    tell(kind, gone)
    while found := await storage.read(retention.find, kind, at, after):
        while await storage.run(retention.lighten, kind, found, at):
            pass
        gone += await storage.run(retention.remove, kind, found, at)
        after = found[-1].id
        tell(kind, gone)
    return gone


def _old_copies(storage: Storage, keeping: Keeping) -> list[Path]:
    """Copies of a SQLite file made before a migration: they count as backups. A file's age is the machine's."""
    return migrate.old_copies(storage.url, _oldest(storage.clock, keeping))


def _oldest(clock: Clock, keeping: Keeping) -> float:
    return clock.elapsed() - keeping.backup.days * 24 * 3600
