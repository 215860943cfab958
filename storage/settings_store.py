"""What the service itself sets (table `setting`): a name, a JSON value. Nothing about a person is ever a setting.

What a copy of the database must not give away (an address that carries a password) is kept apart, sealed (table `confidential`).
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlmodel import col

from bot.messages import Json
from storage import tables
from storage.engine import Wake, Work, statement, table, upsert

SETTING = table(tables.Setting)
CLOCK_OFFSET = "clock.offset"
SERVICE_EDITS = "service.edits"
"""What the team changed of content/service.yaml: field → value (content.service)."""
ALERT_ADDRESSES = "alert.urls"
"""Confidential: where a danger is announced in opening hours, one Apprise address a line."""
MICROSECOND = timedelta(microseconds=1)

_READ = statement(select(SETTING.c.value).where(SETTING.c.name == bindparam("which")))
_LOCK = statement(select(SETTING.c.value).where(SETTING.c.name == bindparam("which")).with_for_update())
_CREATE = upsert(
    lambda insert: insert(SETTING).values(name=bindparam("which"), value=bindparam("value")).on_conflict_do_nothing(index_elements=("name",))
)
_WRITE = upsert(
    lambda insert: (
        insert(SETTING)
        .values(name=bindparam("which"), value=bindparam("value"))
        .on_conflict_do_update(index_elements=("name",), set_={"value": bindparam("value")})
    )
)


def get(work: Work, name: str, default: Json = None) -> Json:
    """A setting's value."""
    row = work.execute(_READ, {"which": name}).fetchone()
    if row is None:
        return default
    value: Json = json.loads(row[0])
    return value


def put(work: Work, name: str, value: Json) -> None:
    """Set it, and tell every process that a setting has changed."""
    work.execute(_WRITE, {"which": name, "value": json.dumps(value)})
    work.notify(Wake.SETTING, 0)


def merge(work: Work, name: str, changes: Mapping[str, Json]) -> None:
    """Put these values into a setting that is a mapping, whoever changes others of it at the same time."""
    put(work, name, {**locked(work, name), **changes})


def locked(work: Work, name: str) -> Mapping[str, Json]:
    """A setting that is a mapping, which nobody else changes before this unit is over."""
    work.execute(_CREATE, {"which": name, "value": "{}"})
    row = work.execute(_LOCK, {"which": name}).fetchone()
    value = json.loads(row[0]) if row is not None else {}
    return value if isinstance(value, Mapping) else {}


def mapping(work: Work, name: str) -> Mapping[str, Json]:
    """A setting that is a mapping, empty where there is none."""
    value = get(work, name, {})
    return value if isinstance(value, Mapping) else {}


def names(work: Work, prefix: str) -> tuple[str, ...]:
    """The settings whose names begin so, in order."""
    found = select(SETTING.c.name).where(SETTING.c.name.startswith(prefix, autoescape=True)).order_by(SETTING.c.name)
    return tuple(work.session.execute(found).scalars())


def confidential(work: Work, name: str) -> str:
    """A setting that is kept sealed, "" where there is none."""
    row = work.session.execute(select(tables.Confidential).where(col(tables.Confidential.name) == name)).scalars().first()
    return work.vault.open("confidential.value", row.value) if row is not None else ""


def put_confidential(work: Work, name: str, value: str) -> None:
    """Keep a setting sealed, and tell every process that a setting has changed."""
    row = work.session.execute(select(tables.Confidential).where(col(tables.Confidential.name) == name).with_for_update()).scalars().first()
    sealed = work.vault.seal("confidential.value", value)
    if row is None:
        row = tables.Confidential(name=name, value=sealed)
    row.value = sealed
    work.session.add(row)
    work.session.flush()
    work.notify(Wake.SETTING, 0)


def clock_offset(work: Work) -> timedelta | None:
    """How far the service's time runs before the machine's, None where nobody ever turned it."""
    kept = get(work, CLOCK_OFFSET)
    return None if kept is None else _offset(kept)


def put_clock_offset(work: Work, offset: timedelta) -> timedelta:
    """Turn the service's time forward, and return where it stands: it never goes back, whoever turned it further.

    Turned for the first time it may stand behind the machine's: a demo begins its story some days ago.
    """
    work.execute(_CREATE, {"which": CLOCK_OFFSET, "value": str(offset // MICROSECOND)})
    row = work.execute(_LOCK, {"which": CLOCK_OFFSET}).fetchone()
    before = _offset(json.loads(row[0]) if row is not None else 0)
    if offset > before:
        put(work, CLOCK_OFFSET, offset // MICROSECOND)
    return max(offset, before)


def _offset(value: Json) -> timedelta:
    return value * MICROSECOND if isinstance(value, int) else timedelta()
