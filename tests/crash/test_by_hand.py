"""An operator erases somebody beside a running service: the open page begins anew, and the service goes on."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from storage import tables
from storage.engine import Storage, Work, open_storage, table
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.crash.test_stop import client, running
from tests.processes import KEY, environment
from tests.waiting import until

pytestmark = pytest.mark.crash
THREAD, PERSON = table(tables.Thread), table(tables.Person)


def threads(work: Work) -> list[str]:
    return list(work.session.execute(select(THREAD.c.token)).scalars())


def people(work: Work) -> int:
    return len(work.session.execute(select(PERSON.c.id)).all())


async def says(browser: httpx.AsyncClient, text: str) -> None:
    (await browser.post("/chat/messages", json={"text": text})).raise_for_status()


async def bodies(browser: httpx.AsyncClient) -> str:
    return "\n".join(line["body"] for line in (await browser.get("/chat/messages")).json())


async def answered(browser: httpx.AsyncClient, words: str) -> None:
    found: list[str] = []

    async def heard() -> bool:
        found.append(await bodies(browser))
        return words in found[-1]

    await until(heard, f"« {words} »", 30)


async def demande(storage: Storage) -> str:
    """The address of the only demande's page."""
    (token,) = await storage.read(threads)
    return f"/backend/threads/{token}"


async def test_somebody_is_erased_while_the_service_runs(database: str, tmp_path: Path) -> None:
    storage = await open_storage(settings_for(database, KEY), TestClock())
    ledger = str(tmp_path / "erasures.log")
    try:
        async with running("run", tmp_path, DATABASE_URL=database, ERASURE_LEDGER=ledger) as palier, client(palier) as browser:
            (await browser.get("/chat")).raise_for_status()
            await says(browser, "une personne")
            await answered(browser, "C’est noté")
            given = environment({"DATABASE_URL": database, "ERASURE_LEDGER": ledger})
            command = [str(Path(sys.executable).with_name("palier")), "erase-person", await demande(storage), "--yes"]
            done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False, timeout=60)  # noqa: ASYNC221
            assert done.returncode == 0, done.stderr
            assert await storage.read(people) == 0
            assert await bodies(browser) == ""
            await says(browser, "slt")
            await answered(browser, "De quoi tu as besoin")
            assert (await storage.read(people), await storage.read(threads)) == (1, [])
            assert "ERROR" not in palier.said()
            assert "Traceback" not in palier.said()
    finally:
        await storage.close()
