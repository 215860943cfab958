"""The working keys, as the database keeps them (table `secret`) and as a process holds them.

A process looks at the table again every minute, in the transaction of the unit it is about to run, so that nothing is committed that was sealed
with a key known for longer than that not to be the one that writes. A process that meets an unknown key number looks at once.
"""

from collections.abc import Callable, Iterable, Mapping
from secrets import token_hex
from typing import Any, Protocol

from sqlalchemy import bindparam, insert, select, update

from bot.errors import SettingsError, Undecipherable
from bot.settings import Settings
from storage.crypto import Vault, Wrapper, new_key
from storage.statements import statement, table
from storage.tables import Secret

FRESH_SECONDS = 60.0
MICROSECONDS = 1_000_000
DATA, LOOKUP = "data", "lookup"
FIRST = 1

_secret = table(Secret)
ALL_KEYS = statement(select(_secret.c.kind, _secret.c.number, _secret.c.wrapped).order_by(_secret.c.kind, _secret.c.number))
NEW_KEY = statement(
    insert(_secret).values(kind=bindparam("kind"), number=bindparam("number"), wrapped=bindparam("wrapped"), created_at=bindparam("at"))
)
WRAP_AGAIN = statement(
    update(_secret).where(_secret.c.kind == bindparam("kind_is"), _secret.c.number == bindparam("number_is")).values(wrapped=bindparam("wrapped"))
)
Row = tuple[str, int, bytes]


class Raw(Protocol):
    """A driver's connection, inside a transaction that somebody else ends."""

    def execute(self, sql: Any, values: Any = ..., /) -> Any: ...


def name(kind: str, number: int) -> str:
    """What a wrapped key is bound to, so that two rows cannot be exchanged."""
    return f"secret.{kind}.{number}"


def unlock(raw: Raw, dialect: str, wrapper: Wrapper, elapsed: float) -> None:
    """See that the keys exist and are wrapped by the first secret. In a transaction that no other process shares (`exclusively`)."""
    found = list(rows(raw, dialect))
    present = {kind for kind, _, _ in found}
    for kind in {DATA, LOOKUP} - present:
        _run(raw, dialect, NEW_KEY, key_row(wrapper, kind, FIRST, elapsed))
    for kind, number, wrapped in found:
        key, again = open_key(wrapper, kind, number, wrapped)
        if again:
            values = {"kind_is": kind, "number_is": number, "wrapped": wrapper.wrap(name(kind, number), key)}
            _run(raw, dialect, WRAP_AGAIN, values)


def key_row(wrapper: Wrapper, kind: str, number: int, elapsed: float) -> dict[str, object]:
    """A new key's row. `created_at` is machine time: how old a key is must not depend on the demo's clock."""
    return {"kind": kind, "number": number, "wrapped": wrapper.wrap(name(kind, number), new_key()), "at": int(elapsed * MICROSECONDS)}


def rows(raw: Raw, dialect: str) -> Iterable[Row]:
    """Every wrapped key."""
    for kind, number, wrapped in _run(raw, dialect, ALL_KEYS, {}).fetchall():
        yield kind, number, bytes(wrapped)


def open_key(wrapper: Wrapper, kind: str, number: int, wrapped: bytes) -> tuple[bytes, bool]:
    """One key, and whether it has to be wrapped again. Raises Undecipherable, saying what to do."""
    try:
        return wrapper.unwrap(name(kind, number), wrapped)
    except Undecipherable:
        raise Undecipherable("PALIER_SECRET_KEY does not open this database: put back the key it was written with, after the new one.") from None


def wrapper_of(settings: Settings) -> Wrapper:
    """The wrapping keys of this process. Raises SettingsError."""
    if not settings.secret_key:
        raise SettingsError("PALIER_SECRET_KEY is missing; make one with: openssl rand -base64 32")
    return Wrapper(tuple(secret.get_secret_value() for secret in settings.secret_key))


class Keyring:
    """The keys of one process. `read` brings the rows of `secret` through a connection of its own, for when a newer key is met."""

    def __init__(self, wrapper: Wrapper, dialect: str, read: Callable[[], Iterable[Row]], found: Iterable[Row], elapsed: float) -> None:
        """`found`: the rows as they were at `elapsed`."""
        self.wrapper = wrapper
        self.holder = token_hex(8)
        self._dialect = dialect
        self._read = read
        keys = self._open(found)
        self.vault = Vault(_data(keys), keys[LOOKUP, FIRST], self._ask)
        self._looked_at = elapsed

    def fresh(self, elapsed: float) -> bool:
        """True while the last look is less than a minute old."""
        return 0 <= elapsed - self._looked_at < FRESH_SECONDS

    def keep_fresh(self, raw: Raw, elapsed: float) -> None:
        """Look at the table again if the last look is older than a minute. In the transaction of what comes next."""
        if not self.fresh(elapsed):
            self.look(raw)
            self._looked_at = elapsed

    def look(self, raw: Raw) -> None:
        """Take what the table holds now."""
        self.take(rows(raw, self._dialect))

    def take(self, found: Iterable[Row]) -> None:
        """Take these rows for what the table holds."""
        self.vault.learn(_data(self._open(found)))

    def _ask(self) -> None:
        self.take(self._read())

    def _open(self, found: Iterable[Row]) -> dict[tuple[str, int], bytes]:
        return {(kind, number): open_key(self.wrapper, kind, number, wrapped)[0] for kind, number, wrapped in found}


def _data(keys: Mapping[tuple[str, int], bytes]) -> dict[int, bytes]:
    return {number: key for (kind, number), key in keys.items() if kind == DATA}


def _run(raw: Raw, dialect: str, what: Any, values: Mapping[str, object]) -> Any:
    text = what.sqlite if dialect == "sqlite" else what.postgresql
    return raw.execute(text.sql, text.values(values))
