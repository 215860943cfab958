"""The erasure ledger: a file outside the database and its backups, one JSON line per erasure, with the internal id, the date and what was kept.

Lines live as long as the oldest backup. A restore applies them again (`storage.erasure.replay_erasures`).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from bot.errors import StorageError

WHOLE, ROBOT = "whole", "robot"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A line of the ledger. `kept` names the tables that keep rows of theirs, without identity.

    `part` is "whole", or "robot" where only what the robot alone knew was erased: the rest is followed by the team.
    """

    person: int
    at: datetime
    kept: tuple[str, ...] = ()
    part: str = WHOLE

    @property
    def whole(self) -> bool:
        return self.part == WHOLE


def write(ledger: Path, line: Erasure) -> None:
    """Add a line, durable on return. A new ledger is readable by its owner alone."""
    with _alone(ledger):
        _append(ledger, [line])


def read(ledger: Path) -> list[Erasure]:
    """Every line, oldest first; none where there is no ledger. Raises StorageError for a line that cannot be read: nobody is forgotten silently."""
    if not ledger.exists():
        return []
    found = []
    for number, line in enumerate(ledger.read_text("utf-8").splitlines(), 1):
        try:
            values = json.loads(line)
            found.append(Erasure(int(values["person"]), datetime.fromisoformat(values["at"]), tuple(values["kept"]), str(values.get("part", WHOLE))))
        except (ValueError, KeyError, TypeError) as fault:
            raise StorageError(f"{ledger}:{number}: not a line of an erasure ledger; mend it before anything is restored") from fault
    return found


def old(ledger: Path, before: datetime) -> int:
    """How many lines are older than this."""
    return sum(line.at <= before for line in read(ledger))


def prune(ledger: Path, before: datetime) -> int:
    """Take away the lines older than the oldest backup; how many. A line that comes meanwhile waits."""
    if not old(ledger, before):
        return 0
    with _alone(ledger):
        lines = read(ledger)
        kept = [line for line in lines if line.at > before]
        fresh = ledger.with_name(ledger.name + ".new")
        fresh.unlink(missing_ok=True)
        _append(fresh, kept)
        fresh.replace(ledger)
    return len(lines) - len(kept)


def _append(ledger: Path, lines: list[Erasure]) -> None:
    file = os.open(ledger, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for line in lines:
            values = {"person": line.person, "at": line.at.isoformat(), "kept": line.kept}
            os.write(file, (json.dumps(values if line.whole else {**values, "part": line.part}) + "\n").encode())
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _alone(ledger: Path) -> Iterator[None]:
    """One process changes the ledger at a time: a line added to a file that is being replaced would be lost."""
    ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(ledger.with_name(ledger.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)
