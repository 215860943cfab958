"""After an erasure, and after a backup made before it is put back: no name, number, word or key of theirs is in the database, nor in its files."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.messages import Address, Inbound, Kind, Outbound, Purpose
from bot.settings import Settings
from storage import caseworkers, gaps, lanes, line, media, notes, rights, road, tables, tasks, threads
from storage.backup import backup, restore
from storage.caseworkers import Role
from storage.engine import Storage, Work, open_storage, table
from storage.erasure import erase
from tests.clock import TestClock
from tests.storage.search import HASHED, Traces, theirs, traces_of
from tests.storage.test_leaks import found

ADA, ZOE = Address("telegram", "1", "ada-447193"), Address("telegram", "1", "zoe-990271")
NAME, PHONE, SAID, NOTE = "Adélaïde-Marie", "0639980471", "mon père m'a mise dehors hier soir", "suivie aussi à la Mission Locale"
WORDS = (NAME, PHONE, SAID, NOTE)
SHORTEST = 12
"""Bytes: a shorter value is found by chance."""


def live(work: Work, address: Address, who: str) -> int:
    """Somebody writes, is named, sends a file, is followed, written about, and something waits to be sent to them."""
    accepted = road.accept(work, Inbound(address, f"{address.peer} 1", Kind.TEXT, work.now, text=f"{SAID}{who}", name=f"{NAME}{who}"))
    assert accepted is not None
    lane = accepted.lane
    thread = threads.open_for(work, lane, urgency=2, theme=f"logement{who}")
    threads.raise_alert(work, thread)
    line.put(work, lane, Outbound(address, Purpose.REMINDER, f"jeudi {who}"))
    lane.state.update(question="name", data={"name": f"{NAME}{who}"})
    lanes.keep(work, lane)
    rights.rename(work, lane.person_id, f"{NAME}{who}")
    rights.put_phone(work, lane.person_id, PHONE if not who else "0712345678")
    assert gaps.keep(work, lane.person_id, f"une girafe naine{who}, {SAID}", "fr")
    caseworkers.invite(work, f"ines{lane.person_id}@example.org", Role.CASEWORKER)
    notes.add(work, thread, 1, f"{NOTE}{who}")
    tasks.add(work, tasks.Kind.DO, person_id=lane.person_id, thread_id=thread, text=f"rappeler {NAME}{who}")
    row = tables.Media(
        token=f"{'other' if who else 'first'}-token-of-a-photo",
        conversation_id=lane.conversation_id,
        number=1,
        kind="photo",
        state=media.State.KEPT.value,
        name=work.vault.seal("media.name", f"{NAME}{who}.jpg"),
        received_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    for index in range(3):
        piece = work.vault.seal_bytes("media_chunk.content", f"piece {index}{who} of {NAME}".encode() * 3000)
        work.session.add(tables.MediaChunk(media_id=row.id or 0, chunk_index=index, content=piece))
    work.session.flush()
    return lane.person_id


def marks(work: Work, person: int) -> set[bytes]:
    """Every sealed value, hash and token of somebody's rows, as it lies in a file."""
    kept: set[bytes] = set()
    for name, ids in theirs(work, person).items():
        each = SQLModel.metadata.tables[name]
        columns = [column for column in each.columns if column.name not in HASHED and (column.info or column.name == "token")]
        for row in work.session.execute(select(each).where(each.c.id.in_(list(ids)))).mappings():
            values = (row[column.name] for column in columns)
            kept |= {value.encode() if isinstance(value, str) else bytes(value) for value in values if value is not None}
    return {mark for mark in kept if len(mark) >= SHORTEST}


def in_files(marks: Iterable[bytes], folder: Path, name: str) -> set[bytes]:
    """Those of these marks that lie in a file of this database: a mark is its first bytes, a page may part the rest."""
    whole = b"".join(file.read_bytes() for file in sorted(folder.glob(f"{name}*")))
    return {mark for mark in marks if mark[:64] in whole}


async def there(storage: Storage) -> tuple[int, Traces, set[bytes], set[bytes]]:
    """Ada and Zoé live; Ada's id and traces, and the marks of both."""
    ada, zoe = await storage.run(live, ADA, ""), await storage.run(live, ZOE, " Z.")
    hers = await storage.read(marks, ada)
    return ada, await traces_of(storage, ada, (PHONE, ADA.peer), ADA), hers, await storage.read(marks, zoe) - hers


def plain(storage: Storage) -> Path:
    """The file of an SQLite database."""
    return Path(str(storage.url.database))


# PostgreSQL writes over what it removed in its own time: what is left in its files is sealed (test_leaks.py).
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_of_theirs_lies_in_the_file_once_they_are_erased(
    storage: Storage, settings: Settings, clock: TestClock, tmp_path: Path
) -> None:
    file = plain(storage)
    ada, _traces, hers, others = await there(storage)
    await storage.close()
    assert len(hers) > 20
    assert in_files(hers, file.parent, file.name) == hers, "the search finds what is there"
    again = await open_storage(settings, clock)
    await erase(again, tmp_path / "ledger", ada)
    await again.close()
    assert in_files(hers, file.parent, file.name) == set()
    assert in_files(others, file.parent, file.name) == others, "nobody else's value moved"


async def test_a_backup_put_back_brings_nothing_of_theirs(storage: Storage, settings: Settings, clock: TestClock, tmp_path: Path) -> None:
    ada, traces, hers, others = await there(storage)
    copy, ledger = tmp_path / "copy" / "palier.backup", tmp_path / "ledger"
    await backup(settings, copy)
    assert in_files(hers, copy.parent, copy.name) == hers
    assert found({*WORDS, ADA.peer}, copy.read_bytes()) == set(), "what a stolen backup says without the key"
    await erase(storage, ledger, ada)
    assert await traces.found(storage) == set()
    await storage.close()
    assert await restore(settings.model_copy(update={"erasure_ledger": ledger}), copy, replace=True) == 1
    back = await open_storage(settings, clock)
    try:
        assert await traces.found(back) == set()
        assert await back.read(lambda work: len(work.session.execute(select(table(tables.Person))).all())) == 1
    finally:
        await back.close()
    if back.dialect == "sqlite":
        file = plain(back)
        assert in_files(hers, file.parent, file.name) == set()
        assert in_files(others, file.parent, file.name) == others


async def test_the_ledger_names_nobody(storage: Storage, tmp_path: Path) -> None:
    ada, _traces, hers, _others = await there(storage)
    await erase(storage, tmp_path / "ledger", ada)
    written = (tmp_path / "ledger").read_bytes()
    assert found({*WORDS, ADA.peer}, written) == set()
    assert not [mark for mark in hers if mark in written]
