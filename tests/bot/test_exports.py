"""A private link gives everything once, within thirty minutes, and nothing to anybody else."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.webchat.exporting import export_routes
from bot.exports import PersonExports
from bot.messages import Address, Inbound, Kind
from bot.settings import Settings
from storage import caseworkers, downloads, lanes, media, notes, rights, road, tables, threads
from storage.caseworkers import Role
from storage.engine import Storage, Work
from tests.channels.webchat.site import build
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
ADA, ZOE = Address("telegram", "1", "ada-4471"), Address("telegram", "1", "zoe-9902")
SAID = "je cherche un studio à Carvin"
PHOTO = bytes(range(256)) * 40


def live(work: Work, address: Address = ADA) -> int:
    """Somebody writes, sends a photo, is followed, is written about."""
    accepted = road.accept(work, Inbound(address, f"1 of {address.peer}", Kind.TEXT, work.now, text=f"{SAID}, {address.peer}"), handled=True)
    assert accepted is not None
    lane = accepted.lane
    thread = threads.open_for(work, lane, theme="logement")
    lanes.keep(work, lane)
    rights.rename(work, lane.person_id, "Ada")
    caseworkers.invite(work, f"{address.peer}@example.org", Role.CASEWORKER)
    notes.add(work, thread, 1, "note entre collègues")
    row = tables.Media(
        token=f"photo-{address.peer}",
        conversation_id=lane.conversation_id,
        number=1,
        kind="photo",
        state=media.State.KEPT.value,
        size=len(PHOTO),
        mime=work.vault.seal("media.mime", "image/jpeg"),
        name=work.vault.seal("media.name", "../../bail été.jpg"),
        received_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add(tables.MediaChunk(media_id=row.id or 0, chunk_index=0, content=work.vault.seal_bytes("media_chunk.content", PHOTO)))
    work.session.flush()
    return lane.person_id


@asynccontextmanager
async def browser(storage: Storage, clock: TestClock, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    site = build(storage, clock, settings)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(export_routes(site.house, PersonExports(storage, lambda: PARIS)))
    async with httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(app)) as client:
        yield client


@pytest.fixture
async def client(storage: Storage, clock: TestClock, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(storage, clock, settings) as client:
        yield client


async def link(storage: Storage, language: str = "fr") -> str:
    person = await storage.run(live)
    await storage.run(live, ZOE)
    return f"/chat/export/{await storage.run(downloads.make, person, language)}"


async def test_the_text_once(storage: Storage, client: httpx.AsyncClient) -> None:
    where = await link(storage)
    for _looked in range(2):
        page = await client.get(where)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "Télécharger le texte" in page.text
        assert SAID not in page.text
    file = await client.post(where, data={"what": "text"})
    assert file.headers["cache-control"] == "no-store"
    assert file.headers["content-disposition"] == 'attachment; filename="mes-donnees.txt"'
    for there in (SAID, "Prénom\u00a0: Ada", "logement", "bail été.jpg", "Ouverte le mardi 3 mars"):
        assert there in file.text
    for elsewhere in ("zoe", "note entre collègues"):
        assert elsewhere not in file.text
    for again in (await client.post(where, data={"what": "text"}), await client.get(where)):
        assert again.status_code == 410
        assert "ne marche plus" in again.text


async def test_all_of_it_with_the_files(storage: Storage, client: httpx.AsyncClient) -> None:
    file = await client.post(await link(storage, "en"), data={"what": "whole"})
    with ZipFile(io.BytesIO(file.content)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["mes-donnees.txt", "mes-donnees.json", "fichiers/001-_.._bail été.jpg"]
        assert packed.read("fichiers/001-_.._bail été.jpg") == PHOTO
        data = json.loads(packed.read("mes-donnees.json"))
    assert [line["text"] for line in data["lines"]] == [f"{SAID}, ada-4471"]
    assert data["told"] == []


async def test_thirty_minutes(storage: Storage, clock: TestClock, client: httpx.AsyncClient) -> None:
    where = await link(storage)
    clock.turn(minutes=29)
    assert (await client.get(where)).status_code == 200
    clock.turn(minutes=2)
    assert (await client.get(where)).status_code == 410
    assert (await client.post(where)).status_code == 410


async def test_a_new_link_ends_the_one_before(storage: Storage, client: httpx.AsyncClient) -> None:
    person = await storage.run(live)
    first, second = [await storage.run(downloads.make, person, "fr") for _ in range(2)]
    assert (await client.get(f"/chat/export/{first}")).status_code == 410
    assert (await client.get(f"/chat/export/{second}")).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2F..%2Fetc", "é" * 30])
async def test_a_guess_opens_nothing(storage: Storage, client: httpx.AsyncClient, token: str) -> None:
    await link(storage)
    assert (await client.get(f"/chat/export/{token}")).status_code in (404, 410)
    assert (await client.post(f"/chat/export/{token}")).status_code in (404, 410)


async def test_the_head_s_own_copy_has_what_colleagues_wrote(storage: Storage) -> None:
    person = await storage.run(live)
    found = await storage.read(rights.everything, person, team=True)
    assert [told.text for told in found.told] == ["note entre collègues"]
    assert (await storage.read(rights.everything, person)).told == ()
