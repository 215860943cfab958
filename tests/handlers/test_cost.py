"""What a message costs: every free text passes the test of every handler, so each of them is to look at the words before the database."""

import re
import sqlite3

import pytest

from content.understanding.appointment import Heard
from storage.engine import Storage, Work
from tests.clock import TestClock
from tests.talk import Road, Talk

MOST = 30
"""Statements of a message and its answer, from the moment it comes to the moment it is sent: twenty or so, and a sweep that looks meanwhile."""
BESIDE_THE_ROAD = {"menu": 0, "bonjour": 0, "qsdf qsdf": 0, "c quoi visale": 2, "aide pour le depot de garantie": 3}
"""How many of them ask for something else than what the road itself lives on."""
ROAD = re.compile(r"(?:FROM|INTO|UPDATE) (?:address|conversation|inbound|message|outbound|delivery|receipt)\b")


def _traced(work: Work, seen: list[str]) -> None:
    raw = work.session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.set_trace_callback(seen.append)


def _statements(seen: list[str]) -> list[str]:
    return [sql for sql in seen if sql.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the same statements on both; SQLite's own trace counts them
@pytest.mark.parametrize(("words", "most"), BESIDE_THE_ROAD.items())
async def test_a_message_costs_few_statements(talk: Talk, storage: Storage, words: str, most: int) -> None:
    await talk.says("menu")
    await talk.says("menu")
    seen: list[str] = []
    await storage.run(_traced, seen)
    await talk.says(words)
    asked = _statements(seen)
    others = [sql for sql in asked if not ROAD.search(sql)]
    assert len(others) <= most, "\n".join(others)
    assert 10 < len(asked) <= MOST, "\n".join(asked)


@pytest.mark.parametrize("words", ["menu", "aide pour le depot de garantie", "je veux parler a quelqu un"])
async def test_what_is_surely_something_else_is_not_read_as_an_answer(storage: Storage, clock: TestClock, words: str) -> None:
    read: list[str] = []

    def hear(text: str) -> Heard:
        read.append(text)
        return Heard()

    await Road(storage, clock, hear=hear).talk().says(words)
    assert read == []
