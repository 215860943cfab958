"""The count after the kills: what was said, what the database holds, what arrived."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psycopg

from storage.connections import conninfo, locate, sqlite_path
from tests.crash.load import SAYINGS, Load, Writer, numbers_seen

OPEN = (
    "SELECT (SELECT count(*) FROM inbound WHERE state = 'waiting')"
    " + (SELECT count(*) FROM outbound WHERE state IN ('due', 'waiting'))"
    " + (SELECT count(*) FROM delivery WHERE state = 'leased')"
)


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    """Rows of the database, whichever it is, read from outside."""
    found = locate(url)
    if found.drivername == "sqlite":
        connection = sqlite3.connect(f"{Path(sqlite_path(found)).as_uri()}?mode=ro", uri=True)
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()
    with psycopg.connect(conninfo(found), autocommit=True) as server:
        return list(server.execute(sql.encode()).fetchall())


def settled(url: str) -> bool:
    """True once no turn waits, nothing is due and no call is out."""
    try:
        return ask(url, OPEN) == [(0,)]
    except (psycopg.OperationalError, sqlite3.OperationalError):
        return False


@dataclass(slots=True)
class Tally:
    """What came of some rounds. `faults` says what must not be."""

    rounds: int
    updates: int
    lost_in: int = 0
    lost_out: int = 0
    doubled: int = 0
    unknown: int = 0
    faults: list[str] = field(default_factory=list)


def audit(url: str, load: Load, rounds: int) -> Tally:
    """Compare the three. Called once all is settled."""
    inbound = Counter(dict(_pairs(url, "SELECT state, count(*) FROM inbound GROUP BY state")))
    resent = _number(url, "SELECT count(*) FROM outbound WHERE resent > 0")
    given_up = _number(url, "SELECT count(*) FROM outbound WHERE state = 'unknown'")
    tally = Tally(rounds, load.said, unknown=resent)
    tally.lost_in = abs(load.said - inbound["handled"])
    if set(inbound) - {"handled"}:
        tally.faults.append(f"inbound rows left: {dict(inbound)}")
    left = dict(_pairs(url, "SELECT state, count(*) FROM outbound WHERE state NOT IN ('sent', 'unknown') GROUP BY state"))
    if left:
        tally.faults.append(f"outbound rows left: {left}")
    marked = sum(_check(writer, tally) for writer in load.writers.values())
    if marked > resent:
        tally.faults.append(f"{marked} second sends arrived, {resent} were declared unknown")
    tally.lost_out = max(0, tally.lost_out - given_up)
    return tally


def _check(writer: Writer, tally: Tally) -> int:
    """One person's answers: each once, in order, of the kind asked for. Returns the second sends seen."""
    seen = numbers_seen(writer.person.seen)
    chat = writer.person.id
    for (before, _, _), (number, second, _) in pairwise(seen):
        if number == before and not second:
            tally.doubled += 1
            tally.faults.append(f"{chat}: answer {number} came twice without saying so")
        if number < before:
            tally.faults.append(f"{chat}: answer {number} came after {before}")
    answers = dict((number, button) for number, _, button in seen)
    missing = len(writer.said) - len(answers)
    if missing > 0:
        tally.lost_out += missing
    elif missing < 0:
        tally.faults.append(f"{chat}: {len(answers)} answers to {len(writer.said)} messages")
    else:
        _check_kinds(chat, list(answers.values()), tally)
    return sum(second for _, second, _ in seen)


def _check_kinds(chat: int, buttons: list[str], tally: Tally) -> None:
    """The answers follow the questions: « menu » every other time, and the same theme gives the same pages."""
    for place, button in enumerate(buttons):
        if button != buttons[place % len(SAYINGS)] or (place % 2 == 0) != (button == buttons[0]):
            tally.faults.append(f"{chat}: message {place + 1} got the answer of another")
            return


def _pairs(url: str, sql: str) -> list[tuple[str, int]]:
    return [(str(name), int(str(count))) for name, count in ask(url, sql)]


def _number(url: str, sql: str) -> int:
    return int(str(ask(url, sql)[0][0]))
