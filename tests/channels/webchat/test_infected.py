"""What the scanner refuses on our own pages is said to whoever sent it, and shown as refused to the team: nothing of it is left."""

from collections.abc import AsyncIterable

import pytest
from sqlmodel import select

from backend.sent import sent
from bot.boxes import PaperBoxes
from bot.channels.webchat.depositing import deposit_routes
from bot.settings import Settings
from storage import lanes, letterboxes, media
from storage.engine import Storage, Work
from storage.media import File, State
from storage.tables import MediaChunk
from tests.bot.test_scanning import PNG, marked
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer, build
from tests.channels.webchat.test_files import parts, send
from tests.clock import TestClock
from tests.doubles.clamd import MARK
from tests.talk import shared_library

NOT_HERE = "Ce fichier ne passe pas ici."
SEEN = "l'antivirus y reconnaît un programme dangereux"


class Marks:
    """Knows one mark."""

    async def scan(self, pieces: AsyncIterable[bytes], /) -> str:
        return "infected" if MARK in b"".join([piece async for piece in pieces]) else "clean"


@pytest.fixture
def guarded(storage: Storage, clock: TestClock, settings: Settings) -> Site:
    site = build(storage, clock, settings, scanner=Marks())
    site.robot.otherwise = [answer("Reçu.")]
    site.app.include_router(deposit_routes(site.house, PaperBoxes(storage, shared_library)))
    return site


async def files(site: Site) -> list[File]:
    """All that stands in every conversation."""

    def unit(work: Work) -> list[File]:
        found = [file for conversation in range(1, 4) for each in media.of_messages(work, conversation, 0, 2**40).values() for file in each]
        assert work.session.exec(select(MediaChunk.id)).all() != [] or all(file.state is not State.KEPT for file in found)
        return found

    return await site.robot.storage.read(unit)


async def test_in_the_chat(guarded: Site) -> None:
    async with guarded.client() as browser:
        said = await send(browser, [("carte.png", PNG), ("bail.png", marked())])
        assert NOT_HERE in said.text
    found = await files(guarded)
    assert [(file.name, file.state) for file in found] == [("carte.png", State.KEPT), ("bail.png", State.REFUSED)]
    assert SEEN in sent(found[1]).state


async def test_on_the_page_where_papers_are_left(guarded: Site) -> None:
    def page(work: Work) -> str:
        return letterboxes.make(work, lanes.open_lane(work, guarded.house.channel.address("zoe")))[0]

    token = await guarded.robot.storage.run(page)
    async with guarded.client() as browser:
        form = Page((await browser.get(f"/depot/{token}")).text)
        said = await browser.post(f"/depot/{token}", data=next(iter(form.forms.values())), files=parts([("bail.png", marked())]))
        assert NOT_HERE in said.text
    [file] = await files(guarded)
    assert (file.name, file.state) == ("bail.png", State.REFUSED)
    assert SEEN in sent(file).state
    assert await guarded.robot.storage.read(lambda work: work.session.exec(select(MediaChunk.id)).all()) == []
