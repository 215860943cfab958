"""What an operator does by hand for people's rights: real processes, beside nobody, on both engines; counts and ids are all they print."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from bot import by_hand
from bot.__main__ import _apart, _parser
from bot.clock import MachineClock
from bot.messages import Address
from bot.settings import Settings
from storage import caseworkers, holds, ledger, tables
from storage.caseworkers import Role
from storage.engine import Storage, Work, open_storage, table
from tests.bot.test_exports import ADA, SAID, ZOE, live
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.processes import KEY, environment

PERSON, THREAD = table(tables.Person), table(tables.Thread)
OLD = timedelta(days=800)
ON_A_FILE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is told apart by what an operator types, not by the engine: tests/crash/test_by_hand.py runs a process on each."""
PRIVATE = (SAID, "Ada", "ada-4471", "zoe-9902", "note entre collègues")


class Operator:
    """Runs `palier` as an operator does, in a folder of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.ledger = folder / "erasures.log"
        self._environment = environment({"DATABASE_URL": url, "ERASURE_LEDGER": str(self.ledger)})

    def palier(self, *arguments: str, typed: str | None = None) -> tuple[int, str, str]:
        """Exit code, standard output and standard error. `typed` is what is typed in a terminal; without it there is none."""
        here, there = os.openpty()
        try:
            if typed is not None:
                os.write(here, f"{typed}\n".encode())
            command = [str(Path(sys.executable).with_name("palier")), *arguments]
            given = subprocess.DEVNULL if typed is None else there
            ended = subprocess.run(
                command, cwd=self.folder, env=self._environment, stdin=given, capture_output=True, text=True, check=False, timeout=120
            )
        finally:
            os.close(here)
            os.close(there)
        assert "Traceback" not in ended.stderr
        assert not [word for word in PRIVATE if word in ended.stdout + ended.stderr]
        return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
def settings(database: str) -> Settings:
    """The database's, with the key of the processes."""
    return settings_for(database, KEY)


@pytest.fixture
async def long_ago(settings: Settings) -> AsyncIterator[Storage]:
    """The database as it was more than two years before the machine's time."""
    storage = await open_storage(settings, TestClock(MachineClock().now() - OLD))
    yield storage
    await storage.close()


@pytest.fixture
def operator(tmp_path: Path, database: str) -> Operator:
    folder = tmp_path / "operator"
    folder.mkdir()
    return Operator(folder, database)


async def token(storage: Storage, person: int) -> str:
    """The token in the address of the page of this person's demande."""
    return await storage.read(lambda work: work.session.execute(select(THREAD.c.token).where(THREAD.c.person_id == person)).scalar_one())


async def people(storage: Storage) -> list[int]:
    return await storage.read(lambda work: list(work.session.execute(select(PERSON.c.id).order_by(PERSON.c.id)).scalars()))


async def test_retention_says_what_goes_then_removes_as_much(long_ago: Storage, operator: Operator) -> None:
    for address in (ADA, ZOE):
        await long_ago.run(live, address)
    code, foreseen, _progress = operator.palier("retention", "--dry-run")
    assert (code, len(await people(long_ago))) == (0, 2)
    code, done, _progress = operator.palier("retention")
    assert (code, await people(long_ago)) == (0, [])
    assert foreseen.startswith("Ce qui serait effacé maintenant (rien n'a été changé) :\n")
    assert done.startswith("Ce qui vient d'être effacé :\n")
    assert foreseen.splitlines()[1:] == done.splitlines()[1:]
    assert "2  personnes sans nouvelles" in foreseen
    assert operator.palier("retention")[1].count("  0  ") == len(by_hand.CLASSES)


@ON_A_FILE
async def test_a_person_is_exported_by_the_address_of_their_page(long_ago: Storage, operator: Operator) -> None:
    ada = await long_ago.run(live, ADA)
    page = await token(long_ago, ada)
    code, said, _err = operator.palier("export-person", f"https://palier.example/backend/threads/{page}?fait=taken")
    file = operator.folder / f"mes-donnees-{page}.zip"
    assert (code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert "1 message, 1 demande, 1 fichier" in said
    with ZipFile(file) as packed:
        assert packed.testzip() is None
        assert SAID in packed.read("mes-donnees.txt").decode()
        assert "note entre collègues" not in packed.read("mes-donnees.txt").decode()
    assert operator.palier("export-person", page)[0] == 1, "what is there is not replaced"
    assert operator.palier("export-person", page, "--team", "--to", "head.zip")[0] == 0
    with ZipFile(operator.folder / "head.zip") as packed:
        assert "note entre collègues" in packed.read("mes-donnees.txt").decode()


@ON_A_FILE
async def test_a_person_is_erased_once_it_is_confirmed(long_ago: Storage, operator: Operator) -> None:
    ada, zoe = await long_ago.run(live, ADA), await long_ago.run(live, ZOE)
    page = await token(long_ago, ada)
    code, _said, advice = operator.palier("erase-person", page)
    assert (code, "--yes" in advice) == (1, True), "no terminal, no yes"
    code, said, _err = operator.palier("erase-person", page, typed="oui")
    assert (code, "suivie par l'équipe : 1 demande, 1 fichier" in said) == (1, True)
    assert await people(long_ago) == [ada, zoe]
    assert operator.palier("erase-person", page, typed="effacer")[0] == 0
    assert await people(long_ago) == [zoe]
    assert [(line.person, line.part) for line in ledger.read(operator.ledger)] == [(ada, ledger.WHOLE)]
    code, _said, advice = operator.palier("erase-person", page, "--yes")
    assert (code, "ne mène à personne" in advice) == (1, True)
    assert operator.palier("erase-person", await token(long_ago, zoe), "--yes")[0] == 0
    assert await people(long_ago) == []


@pytest.mark.parametrize("command", ["export-person", "erase-person"])
def test_an_id_that_begins_with_a_dash_is_an_id(command: str) -> None:
    for name in ("-b3X_", "--q-9", "-h9"):
        for arguments in ([command, name], [command, "--", name]):
            assert _parser().parse_args(_apart(arguments)).id == name, arguments
    assert _parser().parse_args(_apart(["erase-person", "-b3X_", "--yes"])).yes
    assert str(_parser().parse_args(_apart(["export-person", "--to", "a.zip", "--team", "-b3X_"])).to) == "a.zip"


@ON_A_FILE
async def test_what_an_operator_does_is_written_down(long_ago: Storage, operator: Operator) -> None:
    """Who opened it is told by name; an operator has none, and what they did stays known after the person has gone."""
    ada = await long_ago.run(live, ADA)
    page = await token(long_ago, ada)
    assert operator.palier("export-person", f"/backend/threads/{page}")[0] == 0
    assert operator.palier("erase-person", f"/backend/threads/{page}", "--yes")[0] == 0

    def rows(work: Work) -> list[tuple[str, object, object]]:
        return [
            (row.act, row.caseworker_id, row.person_id)
            for row in work.session.execute(select(table(tables.Audit)).order_by(table(tables.Audit).c.id))
        ]

    assert await long_ago.read(rows) == [("exported", None, None), ("erased", None, None)]


@pytest.mark.parametrize("command", ["export-person", "erase-person"])
@pytest.mark.parametrize("name", ["", "/", "zoe-9902", "../../etc/passwd", "é" * 300])
async def test_no_name_nor_address_finds_anybody(settings: Settings, storage: Storage, tmp_path: Path, command: str, name: str) -> None:
    await storage.run(live, ZOE)
    given = settings.model_copy(update={"erasure_ledger": tmp_path / "ledger"})
    said: list[str] = []
    to = tmp_path / "file.zip"
    export = command == "export-person"
    act = by_hand.export_person(given, name, to, said.append, team=False) if export else by_hand.erase_person(given, name, said.append, None)
    with pytest.raises(by_hand.NobodyHere):
        await act
    assert (said, to.exists(), ledger.read(tmp_path / "ledger")) == ([], False, [])


async def test_what_the_head_keeps_is_not_erased(settings: Settings, storage: Storage, tmp_path: Path) -> None:
    ada = await storage.run(live, ADA)

    def keep(work: Work) -> None:
        caseworkers.invite(work, "head@example.org", Role.HEAD)
        thread = work.session.execute(select(THREAD.c.id)).scalar_one()
        holds.hold(work, thread, 1, "une plainte", datetime(2999, 7, 14, 12, tzinfo=work.now.tzinfo))

    await storage.run(keep)
    with pytest.raises(by_hand.KeptByTheHead, match="jusqu'au 14 juillet 2999"):
        await by_hand.erase_person(settings, await token(storage, ada), print, None)
    assert await people(storage) == [ada]


async def test_a_place_that_cannot_be_written_is_said(settings: Settings, storage: Storage, tmp_path: Path) -> None:
    ada = await storage.run(live, ADA)
    with pytest.raises(by_hand.NotWritten, match="--to"):
        await by_hand.export_person(settings, await token(storage, ada), tmp_path / "no" / "folder.zip", print, team=False)


async def test_a_long_purge_says_how_far_it_is(long_ago: Storage, settings: Settings, clock: TestClock) -> None:
    for nth in range(12):
        await long_ago.run(live, Address("telegram", "1", f"p{nth}"))
    said: list[str] = []
    told = by_hand._Progress(clock, said.append)
    for kind, number in (("people", 0), ("people", 5), ("people", 1000)):
        clock.turn_machine(1.5)
        told(kind, number)
    assert said == ["… personnes sans nouvelles depuis la durée prévue, avec tout ce qui les concerne : 5"]


def test_every_kind_has_a_french_name() -> None:
    from storage import purge, retention

    assert set(by_hand.CLASSES) == {*retention.KINDS, purge.COPIES, purge.LINES}
