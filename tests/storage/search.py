"""Looks for one person in a whole database: every id, token, hash and word of theirs, in every column of every row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Column, Table, select
from sqlmodel import SQLModel

from bot.messages import Address
from storage import gaps
from storage.columns import Leaving, led_to
from storage.engine import Storage, Work
from storage.erasure import holdings, rows_of

HASHED = ("external_key",)
"""What may stay thirty days: the keyed hash of a received message."""


@dataclass(slots=True)
class Traces:
    """Everything by which somebody could be found. `ids` by table; `secrets` are tokens and hashes, `words` what they said or are known by."""

    ids: dict[str, set[int]] = field(default_factory=dict)
    secrets: set[bytes | str] = field(default_factory=set)
    words: tuple[str, ...] = ()

    async def found(self, storage: Storage, but: Iterable[str] = ()) -> set[str]:
        """The places (table.column) where something of theirs still is, `but` those named."""
        return await storage.read(self._search) - set(but)

    def _search(self, work: Work) -> set[str]:
        return {place for each in SQLModel.metadata.sorted_tables for place in self._in_table(work, each)}

    def _in_table(self, work: Work, each: Table) -> Iterator[str]:
        for row in work.session.execute(select(each)).mappings():
            for column in each.columns:
                value = row[column.name]
                if value is not None and self._leads(work, column, value):
                    yield f"{each.name}.{column.name}"

    def _leads(self, work: Work, column: Column[object], value: object) -> bool:
        if there := led_to(column):
            return value in self.ids.get(there, ())
        if column.primary_key and column.name == "id":
            return holdings()[column.table.name].leaving in (Leaving.DELETE, Leaving.BY_KEY) and value in self.ids.get(column.table.name, ())
        if column.info.get("sealed") and isinstance(value, bytes):
            said = work.vault.open(f"{column.table.name}.{column.name}", value)
            return any(word in said for word in self.words)
        if isinstance(value, str):
            return value in self.secrets or any(word in value for word in self.words) or self._is_bucket(value)
        return isinstance(value, bytes) and value in self.secrets

    def _is_bucket(self, name: str) -> bool:
        return any(name == f"person:{address}" for address in self.ids.get("address", ()))


def theirs(work: Work, person: int) -> Mapping[str, Sequence[int]]:
    """The ids of every row of somebody's, by table: those that lead to them, and those that a hash of their id finds today."""
    key = gaps.who_key(work.vault, person, gaps.quarter(work.now))
    apart = list(work.session.execute(select(gaps.GAP.c.id).where(gaps.GAP.c.who_key == key)).scalars())
    return {**rows_of(work, person), gaps.GAP.name: apart}


async def traces_of(storage: Storage, person: int, words: Iterable[str], address: Address) -> Traces:
    """What there is of somebody now, to be searched for later."""

    def unit(work: Work) -> Traces:
        found = Traces(words=(*words, address.peer))
        for name, ids in theirs(work, person).items():
            each = SQLModel.metadata.tables[name]
            found.ids[name] = set(ids)
            unguessable = [column for column in each.columns if column.name == "token" or (column.info.get("lookup") and column.name not in HASHED)]
            for row in work.session.execute(select(each).where(each.c.id.in_(list(ids)))).mappings():
                found.secrets |= {row[column.name] for column in unguessable if row[column.name] is not None}
        return found

    return await storage.read(unit)
