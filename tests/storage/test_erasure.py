"""A person leaves every table as it declares, nobody else does, and a restore does not bring them back."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.errors import StorageError
from storage import tables
from storage.columns import Leaving
from storage.engine import Storage, Work, table
from storage.erasure import erase, erase_rows, replay_erasures, rows_of
from storage.ledger import Erasure, prune, read, write
from tests.clock import TestClock
from tests.storage.filling import fill, ids, read_everything
from tests.storage.test_clear import holdings

INBOUND, LINK = table(tables.Inbound), table(tables.Link)


async def test_every_declared_row_is_found_and_no_other(storage: Storage) -> None:
    zoe, _ = await storage.run(fill, "Zoé"), await storage.run(fill, "Adam")
    owned = await storage.read(rows_of, zoe["person"])
    assert owned == {name: [zoe[name]] for name, holding in holdings().items() if holding.path or name == "person"}


async def test_erasing_does_what_each_table_declares(storage: Storage, tmp_path: Path) -> None:
    zoe, adam = await storage.run(fill, "Zoé"), await storage.run(fill, "Adam")
    line = await erase(storage, tmp_path / "ledger", zoe["person"])
    left = await storage.read(ids)
    for name, holding in holdings().items():
        if name in left:
            gone = holding.leaving in (Leaving.DELETE, Leaving.BY_KEY)
            assert left[name] == ([adam[name]] if gone else [zoe[name], adam[name]]), name
    said = await storage.read(read_everything)
    concerned = [texts for place, texts in said.items() if holdings()[place.partition(".")[0]].leaving is not Leaving.NOBODY]
    assert concerned
    assert all(text.startswith("Adam") for texts in concerned for text in texts)
    assert read(tmp_path / "ledger") == [line] == [Erasure(zoe["person"], storage.clock.now(), ("audit", "inbound"))]


async def test_the_key_of_a_received_message_stays_alone(storage: Storage, tmp_path: Path) -> None:
    zoe = await storage.run(fill, "Zoé")
    await erase(storage, tmp_path / "ledger", zoe["person"])

    def row(work: Work) -> dict[str, object]:
        return dict(work.session.execute(select(INBOUND)).mappings().one())

    kept = await storage.read(row)
    assert kept["external_key"] == storage.vault.lookup("inbound.external_key", "Zoé in inbound.external_key")
    assert kept["state"] == "erased"
    assert {name for name in ("address_id", "conversation_id", "payload") if kept[name] is not None} == set()


async def test_an_address_that_changed_hands_stays_with_the_other(storage: Storage) -> None:
    def hand_over(work: Work) -> tuple[dict[str, int], dict[str, int]]:
        zoe, adam = fill(work, "Zoé"), fill(work, "Adam")
        work.session.execute(update(LINK).where(LINK.c.id == zoe["link"]).values(until=work.now))
        work.session.execute(update(LINK).where(LINK.c.id == adam["link"]).values(until=work.now, address_id=zoe["address"]))
        return zoe, adam

    zoe, adam = await storage.run(hand_over)
    assert await storage.run(erase_rows, zoe["person"])
    left = await storage.read(ids)
    assert left["address"] == [zoe["address"], adam["address"]]
    assert left["conversation"] == [adam["conversation"]]


async def test_erasing_nobody_does_nothing(storage: Storage) -> None:
    zoe = await storage.run(fill, "Zoé")
    assert await storage.run(erase_rows, zoe["person"] + 1) is False
    assert await storage.read(ids) == {name: [id] for name, id in zoe.items()}


async def test_the_ledger_is_applied_again_and_its_ids_are_never_given_again(storage: Storage, tmp_path: Path) -> None:
    zoe = await storage.run(fill, "Zoé")
    ledger = tmp_path / "deep" / "ledger"
    write(ledger, Erasure(zoe["person"], storage.clock.now()))
    write(ledger, Erasure(zoe["person"] + 40, storage.clock.now()))
    assert ledger.stat().st_mode & 0o077 == 0
    assert await replay_erasures(storage, ledger) == 1
    assert (await storage.read(ids))["person"] == []
    assert await replay_erasures(storage, ledger) == 0
    assert (await storage.run(fill, "Adam"))["person"] == zoe["person"] + 41


async def test_no_ledger_erases_nobody(storage: Storage, tmp_path: Path) -> None:
    assert await replay_erasures(storage, tmp_path / "none") == 0


@pytest.mark.parametrize("line", ["{", "[]", '{"person": 1}', '{"person": "x", "at": "2026-01-01T00:00:00+00:00", "kept": []}'])
def test_a_damaged_ledger_is_refused_by_line(tmp_path: Path, clock: TestClock, line: str) -> None:
    ledger = tmp_path / "ledger"
    write(ledger, Erasure(1, clock.now()))
    with ledger.open("a") as file:
        file.write(line + "\n")
    with pytest.raises(StorageError, match="ledger:2:"):
        read(ledger)


def test_lines_live_as_long_as_the_oldest_backup(tmp_path: Path, clock: TestClock) -> None:
    ledger = tmp_path / "ledger"
    for days, person in ((31, 1), (29, 2), (0, 3)):
        write(ledger, Erasure(person, clock.now() - timedelta(days=days)))
    before = clock.now() - timedelta(days=30)
    assert prune(ledger, before) == 1
    assert [line.person for line in read(ledger)] == [2, 3]
    assert ledger.stat().st_mode & 0o077 == 0
    assert prune(ledger, before) == 0
