"""Who read and wrote: never changed, itself audited, without anybody once they are erased, and no measure of anybody's work."""

import ast
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from bot.messages import Address
from bot.rules.keeping import LONGEST
from storage import audit, caseworkers, erasure, lanes, tables, threads
from storage.audit import Act
from storage.caseworkers import Role
from storage.engine import Storage, Work, table
from storage.purge import purge
from tests.clock import TestClock
from tests.content.said import ROOT

AUDIT = table(tables.Audit)
PARIS = ZoneInfo("Europe/Paris")
Row = tuple[str, int | None, int | None, int | None, int | None]


def come_in(work: Work, name: str) -> int:
    member = caseworkers.accept_invitation(work, caseworkers.invite(work, f"{name}@example.org", Role.CASEWORKER), name, "hash")
    assert member is not None
    return member.id


def asks(work: Work, peer: str = "yanis") -> tuple[int, int]:
    """Somebody with a thread: their id, and its id."""
    lane = lanes.open_lane(work, Address("telegram", "bot", peer))
    thread = threads.open_for(work, lane)
    lanes.keep(work, lane)
    return lane.person_id, thread


def rows(work: Work) -> list[Row]:
    """Act, caseworker, person, thread, stranger."""
    found = select(AUDIT.c.act, AUDIT.c.caseworker_id, AUDIT.c.person_id, AUDIT.c.thread_id, AUDIT.c.stranger).order_by(AUDIT.c.id)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in work.session.execute(found)]


async def test_an_opening_is_a_row_once_for_one_visit(storage: Storage, clock: TestClock) -> None:
    nadege = await storage.run(come_in, "Nadège")
    person, thread = await storage.run(asks)
    for _ in range(3):
        await storage.run(audit.opened, nadege, thread)
        clock.turn(minutes=4)
    assert await storage.read(rows) == [("opened", nadege, person, thread, None)]
    clock.turn(minutes=4)
    await storage.run(audit.opened, nadege, thread)
    assert len(await storage.read(rows)) == 2


async def test_a_file_is_a_row_of_its_person(storage: Storage) -> None:
    nadege = await storage.run(come_in, "Nadège")

    def unit(work: Work) -> int:
        lane = lanes.open_lane(work, Address("telegram", "bot", "yanis"))
        for _ in range(2):
            audit.opened_file(work, nadege, lane.conversation_id)
        return lane.person_id

    person = await storage.run(unit)
    assert await storage.read(rows) == [("file", nadege, person, None, None)]


async def test_what_was_erased_meanwhile_opens_nothing(storage: Storage) -> None:
    nadege = await storage.run(come_in, "Nadège")
    await storage.run(audit.opened, nadege, 40)
    await storage.run(audit.opened_file, nadege, 40)
    assert await storage.read(rows) == []


async def test_readers_are_named_once_and_asking_is_a_row_too(storage: Storage) -> None:
    nadege, theo, awa = [await storage.run(come_in, name) for name in ("Nadège", "Théo", "Awa")]
    person, thread = await storage.run(asks)
    other, elsewhere = await storage.run(asks, "ines")

    def unit(work: Work) -> None:
        for by, act in ((theo, Act.OPENED), (nadege, Act.OPENED), (theo, Act.REPLIED)):
            audit.write(work, act, by=by, thread=thread)

    await storage.run(unit)
    await storage.run(lambda work: audit.write(work, Act.OPENED, by=awa, thread=elsewhere))
    assert await storage.run(audit.readers, person) == ("Théo", "Nadège")
    assert (await storage.read(rows))[-1] == ("told", None, person, None, None)
    assert await storage.run(audit.readers, other) == ("Awa",)


@pytest.mark.parametrize(
    "change", ["act = 'read'", "caseworker_id = NULL", "at = 0", "person_id = NULL", "thread_id = NULL", "stranger = 7", "act = 'x', stranger = 7"]
)
async def test_the_database_refuses_a_change(storage: Storage, change: str) -> None:
    nadege = await storage.run(come_in, "Nadège")
    _, thread = await storage.run(asks)
    await storage.run(audit.opened, nadege, thread)
    before = await storage.read(rows)
    with pytest.raises(DatabaseError, match="kept as it was written"):
        await storage.run(lambda work: work.session.execute(text(f"UPDATE audit SET {change}")))  # noqa: S608 - of this file
    assert await storage.read(rows) == before


async def test_erasure_turns_the_ids_into_one_random_number(storage: Storage) -> None:
    nadege = await storage.run(come_in, "Nadège")
    person, thread = await storage.run(asks)
    _, stays = await storage.run(asks, "ines")
    for each in (thread, stays):
        await storage.run(audit.opened, nadege, each)
    await storage.run(lambda work: audit.write(work, Act.REPLIED, by=nadege, thread=thread))
    await storage.run(erasure.erase_rows, person)
    gone, kept, other = sorted(await storage.read(rows), key=lambda row: (row[4] is None, row[0]))
    assert (gone[0], kept[0], other[0]) == ("opened", "replied", "opened")
    assert gone[1:4] == kept[1:4] == (nadege, None, None), "who did it stays"
    assert gone[4] == kept[4]
    assert gone[4] not in (None, person, thread)
    assert other[3:] == (stays, None)
    with pytest.raises(DatabaseError, match="kept as it was written"):
        await storage.run(lambda work: work.session.execute(text("UPDATE audit SET stranger = 1 WHERE stranger IS NOT NULL")))


async def test_twelve_months_and_the_removal_is_a_row(storage: Storage, clock: TestClock, tmp_path: Path) -> None:
    nadege = await storage.run(come_in, "Nadège")
    _, thread = await storage.run(asks)
    await storage.run(audit.opened, nadege, thread)
    clock.turn_to(clock.now() + timedelta(days=364))
    await storage.run(audit.opened, nadege, thread)
    assert (await purge(storage, LONGEST, PARIS, tmp_path / "ledger"))["audit"] == 0
    clock.turn_to(clock.now() + timedelta(days=3))
    assert (await purge(storage, LONGEST, PARIS, tmp_path / "ledger"))["audit"] == 1
    assert [row[0] for row in await storage.read(rows)] == ["opened", "purged"]


def test_nothing_but_names_can_be_read_of_it() -> None:
    """No figure by caseworker can be made: one verb reads it, for one person, and gives first names; no other module reads the table."""
    verbs = [node.name for node in ast.parse((ROOT / "storage/audit.py").read_text()).body if isinstance(node, ast.FunctionDef)]
    assert [name for name in verbs if not name.startswith("_")] == ["write", "opened", "opened_of", "opened_file", "on_task", "readers"]
    readers = {
        str(path.relative_to(ROOT))
        for folder in ("backend", "bot", "handlers", "scheduler", "storage")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr == "Audit") or (isinstance(node, ast.Name) and node.id == "Audit")
    }
    assert readers == {"storage/audit.py", "storage/retention.py"}
