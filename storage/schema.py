"""Which schema a database has, and which one this release wants: read from `alembic_version` and from the names of the migrations, without Alembic.

A migration's file says its number and its kind: `0002_pre_….py` goes in before the new code (the previous release works on it), `0003_post_….py`
after the last process of the previous release has ended.
"""

from dataclasses import dataclass
from pathlib import Path

from storage.connections import Raw, SqliteConnection

MIGRATIONS = Path(__file__).parent / "migrations"
NOTHING = "0000"
KINDS = {"pre", "post"}


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. `revision` is four digits; `kind` is pre or post."""

    revision: str
    kind: str


def migrations() -> tuple[Migration, ...]:
    """Every step this release knows, in order."""
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return tuple(Migration(*name.split("_", 2)[:2]) for name in names)


def newest() -> str:
    """The schema of this release."""
    return migrations()[-1].revision


def needed() -> str:
    """The oldest schema this release runs on: its last step of kind pre."""
    return max(step.revision for step in migrations() if step.kind == "pre")


def current(raw: Raw) -> str:
    """The schema of this database; "0000" for an empty one."""
    known = (
        "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
        if isinstance(raw, SqliteConnection)
        else "SELECT to_regclass('alembic_version')"
    )
    if (raw.execute(known).fetchone() or (None,))[0] is None:
        return NOTHING
    row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else NOTHING
