"""Encryption is the default: what is in clear is written down with its reason, and a person can always be followed to their rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, Table
from sqlmodel import SQLModel

from storage.clear import CLEAR
from storage.columns import Holding, Leaving
from storage.tables import Person

TABLES: dict[str, Table] = dict(SQLModel.metadata.tables)


def in_clear(table: Table) -> Iterator[Column[object]]:
    """Columns that are neither sealed, nor a look-up key, nor a row's id, nor a reference to one."""
    return (column for column in table.columns if not (column.info or column.foreign_keys or (column.primary_key and column.name == "id")))


def holdings() -> dict[str, Holding]:
    return {model.__tablename__: model.holding for model in models(SQLModel)}


def models(base: type[SQLModel]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        if hasattr(child, "__table__"):
            yield child
        yield from models(child)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_clear_column_has_a_reason(name: str) -> None:
    assert {column.name for column in in_clear(TABLES[name])} == set(CLEAR.get(name, {}))


def test_no_reason_outlives_its_table() -> None:
    assert set(CLEAR) <= set(TABLES)
    assert all(reason.strip() for reasons in CLEAR.values() for reason in reasons.values())


def test_sealed_and_look_up_columns_are_bytes() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if column.info and "beside" not in column.info:
                assert isinstance(column.type, LargeBinary), column
                assert set(column.info) <= {"sealed", "lookup"}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_says_how_a_person_leaves_it(name: str) -> None:
    holding = holdings()[name]
    assert holding.lives
    assert bool(holding.path) == (holding.leaving not in (Leaving.NOBODY, Leaving.BY_KEY)) or name == Person.__tablename__
    if holding.leaving is Leaving.BY_KEY:
        assert any(column.info.get("lookup") for column in TABLES[name].columns)


@pytest.mark.parametrize("name", sorted(name for name, holding in holdings().items() if holding.path))
def test_every_path_to_a_person_is_made_of_references(name: str) -> None:
    for path in holdings()[name].paths:
        here = TABLES[name]
        for step in path:
            there = TABLES[step]
            pairs = {(key.parent.table, key.column.table) for table in (here, there) for key in table.foreign_keys}
            assert pairs & {(here, there), (there, here)}, f"{here.name} and {there.name} do not refer to one another"
            here = there
        assert here.name == Person.__tablename__
