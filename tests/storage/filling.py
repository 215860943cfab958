"""Rows in every table for one person, whatever the tables are: a new table is covered the day it is declared."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, Table, insert, select
from sqlmodel import SQLModel

from storage import gaps
from storage.columns import Leaving, Moment, led_to
from storage.engine import Work
from storage.erasure import holdings

NOT_FILLED = {"secret"}
BY_KEY = {name for name, holding in holdings().items() if holding.leaving is Leaving.BY_KEY}
"""Tables whose rows are made last: nothing but a hash of the person's id leads to them."""


def place(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def fill(work: Work, who: str) -> dict[str, int]:
    """One row of `who` in every table, references and all; the ids by table. Every sealed value holds the name."""
    ids: dict[str, int] = {}
    for table in sorted(SQLModel.metadata.sorted_tables, key=lambda each: each.name in BY_KEY):
        if table.name in NOT_FILLED:
            continue
        values = {column.name: value(work, column, who, ids) for column in table.columns if column.name != "id"}
        added = insert(table).values(values)
        if "id" in table.columns:
            ids[table.name] = work.session.execute(added.returning(table.c.id)).scalar_one()
        else:
            work.session.execute(added)
    return ids


def value(work: Work, column: Column[Any], who: str, ids: dict[str, int]) -> object:
    if there := led_to(column):
        return ids[there]
    if column.info.get("sealed"):
        return work.vault.seal(place(column), f"{who} in {place(column)}")
    if place(column) == "gap.who_key":  # found again from the person's id
        return gaps.who_key(work.vault, ids["person"], gaps.quarter(work.now))
    if column.info.get("lookup"):
        return work.vault.lookup(place(column), f"{who} in {place(column)}")
    if isinstance(column.type, Moment):
        return None if column.name == "until" else work.now
    if column.name == "stranger":  # nobody is erased yet
        return None
    if isinstance(column.type, Float):
        return work.elapsed
    return 1 if isinstance(column.type, Integer | BigInteger) else f"{who}'s"


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("sealed"):
                yield table, column


def read_everything(work: Work) -> dict[str, list[str]]:
    """Every sealed value, opened, by place."""
    return {
        place(column): sorted(work.vault.open(place(column), blob) for (blob,) in work.session.execute(select(column)) if blob is not None)
        for _, column in sealed_columns()
    }


def first_bytes(work: Work) -> set[int]:
    """The numbers of the keys that sealed values are sealed with."""
    return {blob[0] for _, column in sealed_columns() for (blob,) in work.session.execute(select(column)) if blob is not None}


def ids(work: Work) -> dict[str, list[int]]:
    """The ids of every table that has some."""
    tables = (table for table in SQLModel.metadata.sorted_tables if "id" in table.columns and table.name not in NOT_FILLED)
    return {table.name: list(work.session.execute(select(table.c.id).order_by(table.c.id)).scalars()) for table in tables}
