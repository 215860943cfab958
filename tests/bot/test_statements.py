"""What a message costs the database: so many statements and no more, on the driver's own cursor. The closed loop of bench/ rests on it.

One more for every message is a part of the rate less, and nobody would see by which change: whoever needs one says so in this table.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import get_ident
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from storage.engine import Storage, Work
from storage.postgres import PostgresWork
from storage.sqlite import SqliteWork
from storage.statements import Statement
from storage.work import NOTHING
from tests.clock import TestClock
from tests.talk import Road, shared_library

ACCEPT, TURN, SETTLE = "_accept_all", "_turn", "_settle"
MOST: Mapping[str, tuple[int, int, int]] = {
    "menu": (4, 9, 7),
    "Trouver un logement": (4, 9, 7),
    "merci": (4, 9, 7),
    "c koi visale": (4, 11, 7),
}
"""What is said in an idle conversation → statements of accepting it, of its turn, and of what became of the answer."""
FIRST = 13
"""Accepting somebody new: their address, person, link and conversation are made."""


@dataclass
class Cost:
    """Statements of the units that ran, by the unit's name: by the driver's cursor, and by the session, which costs several times as much.

    A unit runs on one thread from its beginning to its end, and others beside it on theirs.
    """

    units: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    cursor: Counter[int] = field(default_factory=Counter)
    session: Counter[int] = field(default_factory=Counter)


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch, storage: Storage) -> Iterator[Cost]:
    """Counts; nothing else changes."""
    found = Cost()

    def counting(execute: Callable[..., Any]) -> Callable[..., Any]:
        def counted(work: Work, statement: Statement, values: Mapping[str, object] = NOTHING) -> Any:
            found.cursor[get_ident()] += 1
            return execute(work, statement, values)

        return counted

    for kind in (SqliteWork, PostgresWork):
        monkeypatch.setattr(kind, "execute", counting(kind.execute))

    async def watched(run: Callable[..., Any], unit: Callable[..., Any], *given: Any, **named: Any) -> Any:
        def looked_at(work: Work, *given: Any, **named: Any) -> Any:
            me = get_ident()
            before = found.cursor[me], found.session[me]
            value = unit(work, *given, **named)
            found.units[unit.__name__].append((found.cursor[me] - before[0], found.session[me] - before[1]))
            return value

        return await run(looked_at, *given, **named)

    def hear(*_arguments: object) -> None:
        found.session[get_ident()] += 1

    for way in ("run", "take"):
        monkeypatch.setattr(storage, way, partial(watched, getattr(storage, way)))
    event.listen(Engine, "before_cursor_execute", hear)
    yield found
    event.remove(Engine, "before_cursor_execute", hear)


async def test_a_message_costs_no_more_than_this(storage: Storage, clock: TestClock, cost: Cost) -> None:
    """All of it on the driver's cursor: the session is never opened."""
    talk = Road(storage, clock, shared_library()).talk()
    await talk.says("slt")
    assert cost.units[ACCEPT] == [(FIRST, 0)]
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for words in MOST:
        cost.units.clear()
        assert await talk.says(words)
        found[words] = {name: cost.units[name] for name in (ACCEPT, TURN, SETTLE)}
    wrong = {
        words: units
        for words, units in found.items()
        for name, most in zip(units, MOST[words], strict=True)
        if len(units[name]) != 1 or units[name][0][0] > most or units[name][0][1] > 0
    }
    assert wrong == {}
