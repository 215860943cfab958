"""A page where papers are left: straight to the demande, read back by nobody, kind to whatever else is sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import func, select

from bot.boxes import PaperBoxes
from bot.channels.webchat.depositing import deposit_routes
from bot.messages import Address, Attachment, Inbound, Kind
from bot.rules.files import LARGEST
from bot.settings import Settings
from storage import consents, erasure, lanes, letterboxes, media, road, thread_view, threads, transport
from storage.deposits import read
from storage.engine import Storage, Work
from storage.letterboxes import LIVES, MOST_FILES
from storage.tables import Letterbox, Media, MediaChunk
from tests import samples
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import build
from tests.clock import TestClock
from tests.talk import shared_library

YANIS = Address("telegram", "bot", "yanis")
NOT_HERE = "Ce fichier ne passe pas ici."
OVER = "Ce lien ne marche plus"
Sent = Sequence[tuple[str, bytes]]


@dataclass
class Box:
    """Yanis's page, and somebody's browser on it. `once` is what the page last gave to name its form."""

    storage: Storage
    clock: TestClock
    client: httpx.AsyncClient
    path: str
    person: int
    once: str = field(default="")

    async def get(self) -> httpx.Response:
        page = await self.client.get(self.path)
        if page.status_code == 200:
            self.once = Page(page.text).forms.get("deposit", {}).get("once", "")
        return page

    async def send(self, *files: tuple[str, bytes], once: str = "") -> httpx.Response:
        if not once:
            await self.get()
        sent = [("file", (name, body, "application/octet-stream")) for name, body in files]
        return await self.client.post(self.path, data={"once": once or self.once}, files=sent)

    async def rows(self) -> tuple[int, int]:
        """How many files and pieces there are, whoever they are of."""

        def unit(work: Work) -> tuple[int, int]:
            count = [work.session.exec(select(func.count()).select_from(table)).one() for table in (Media, MediaChunk)]
            return count[0], count[1]

        return await self.storage.read(unit)

    async def left(self) -> list[tuple[str, str]]:
        """What stands in the demande: the mark and the name of each file."""

        def unit(work: Work) -> list[tuple[str, str]]:
            thread = threads.open_thread_of(work, self.person)
            view = thread_view.view(work, threads.token_of(work, thread)) if thread is not None else None
            return [(line.content.card, file.name) for line in (view.lines if view else ()) for file in line.files]

        return await self.storage.read(unit)


def said(page: httpx.Response) -> str:
    """What a page says, on one line."""
    return " ".join(Page(page.text).text.replace("\u00a0", " ").split())


def asked(work: Work, wanted: str = "") -> tuple[str, int]:
    """Yanis wrote, and has a page of his own."""
    accepted = road.accept(work, Inbound(YANIS, "1", Kind.TEXT, work.now, text="slt"), handled=True)
    assert accepted is not None
    token, _until = letterboxes.make(work, accepted.lane, wanted=wanted)
    lanes.keep(work, accepted.lane)
    return token, accepted.lane.person_id


@asynccontextmanager
async def opened(storage: Storage, clock: TestClock, settings: Settings, wanted: str = "") -> AsyncIterator[Box]:
    site = build(storage, clock, settings)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(deposit_routes(site.house, PaperBoxes(storage, shared_library)))
    token, person = await storage.run(asked, wanted)
    async with httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(app)) as client:
        yield Box(storage, clock, client, f"/depot/{token}", person)


@pytest.fixture
async def box(storage: Storage, clock: TestClock, settings: Settings) -> AsyncIterator[Box]:
    async with opened(storage, clock, settings) as box:
        yield box


async def test_papers_go_to_the_demande_sealed_and_cleaned(box: Box) -> None:
    assert await box.left() == []
    after = await box.send(("bail.jpg", samples.jpeg()), ("rib.pdf", samples.pdf()))
    assert after.status_code == 200
    assert "C’est reçu : bail.jpg rib.pdf L’équipe le verra" in said(after)
    assert await box.left() == [("deposit", "bail.jpg"), ("deposit", "rib.pdf")]

    def token(work: Work) -> str:
        lane = lanes.lane_of(work, YANIS)
        assert lane is not None
        assert lane.last_inbound_at == work.now  # he wrote; a deposit is nothing that a provider counts from
        return media.of_messages(work, lane.conversation_id, 0, 9)[2][0].token

    kept = await box.storage.read(media.find, await box.storage.run(token))
    assert kept is not None
    content = b"".join([piece async for piece in read(box.storage, kept)])
    assert content.startswith(b"\xff\xd8\xff")
    assert samples.PLACE not in content


async def test_a_provider_s_window_is_not_reopened_by_it(box: Box, clock: TestClock) -> None:
    before = clock.now()
    clock.turn(hours=5)
    await box.send(("bail.jpg", samples.jpeg()))
    lane = await box.storage.run(lanes.lane_of, YANIS)
    assert lane is not None
    assert lane.last_inbound_at == before


async def test_the_page_changes_nothing_and_says_who_reads(box: Box) -> None:
    page = await box.get()
    assert (page.status_code, page.headers["cache-control"], page.headers["referrer-policy"]) == (200, "no-store", "no-referrer")
    assert len(page.content) < 30 * 1024
    assert "<script" not in page.text
    assert "est lu par l’équipe" in said(page)
    assert "Quitter vite" in Page(page.text).buttons
    assert await box.left() == []
    assert await box.storage.run(lambda work: threads.open_thread_of(work, box.person)) is None


async def test_what_was_left_before_is_told_to_nobody_who_opens_it(box: Box) -> None:
    await box.send(("carte.jpg", samples.jpeg()))
    assert "carte.jpg" not in (await box.get()).text


async def test_the_notice_counts_as_shown_once_something_is_left(box: Box) -> None:
    await box.get()
    assert not await box.storage.run(consents.notice_shown, box.person, "2026-11")
    await box.send(("bail.jpg", samples.jpeg()))
    assert await box.storage.run(consents.notice_shown, box.person, "2026-11")


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("lourd.jpg", samples.large_jpeg(LARGEST + 1024**2), 413),
        ("dessin.svg", samples.SVG, 415),
        ("zip.jpg", samples.archive(), 415),
        ("deux.gif", samples.gif(trailer=b"=1;/*<script>alert(1)</script>*/"), 415),
        ("deux.pdf", samples.pdf(trailer=samples.archive()), 415),
        ("vide.jpg", b"", 415),
        ("page.html", samples.HTML, 415),
    ],
)
async def test_what_is_not_taken_is_said_and_leaves_nothing(box: Box, name: str, body: bytes, status: int) -> None:
    after = await box.send((name, body))
    assert (after.status_code, NOT_HERE in said(after)) == (status, True)
    assert "tel:3114" in Page(after.text).links
    assert "le bouton Urgence" not in after.text, "there is none here"
    assert (await box.left(), await box.rows()) == ([], (0, 0))


async def test_what_is_good_beside_it_is_received(box: Box) -> None:
    after = await box.send(("a.zip", samples.archive()), ("b.jpg", samples.jpeg()))
    assert "C’est reçu : b.jpg" in said(after)
    assert NOT_HERE in said(after)
    assert await box.left() == [("deposit", "b.jpg")]


async def test_a_hundred_files_are_ten_and_the_page_is_full_at_twenty(box: Box) -> None:
    many = [(f"{nth}.png", samples.png()) for nth in range(100)]
    after = await box.send(*many)
    assert (after.status_code, len(await box.left())) == (413, 10)
    await box.send(*many[:10])
    assert len(await box.left()) == MOST_FILES
    assert "Cette page est pleine." in said(await box.client.get(box.path))
    assert (await box.send(many[0], once="another")).status_code == 409
    assert len(await box.left()) == MOST_FILES


async def test_sent_twice_it_is_taken_once(box: Box) -> None:
    await box.send(("bail.jpg", samples.jpeg()))
    again = await box.send(("bail.jpg", samples.jpeg()), once=box.once)
    assert "C’est reçu : bail.jpg" in said(again)
    assert len(await box.left()) == 1


async def test_two_at_once_are_both_taken(box: Box) -> None:
    await asyncio.gather(*(box.send((f"{nth}.png", samples.png()), once=f"form {nth}") for nth in range(4)))
    assert sorted(name for _card, name in await box.left()) == ["0.png", "1.png", "2.png", "3.png"]


async def test_cut_in_the_middle_nothing_is_left(box: Box) -> None:
    boundary = "x" * 20
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="bail.jpg"\r\n\r\n'
    body = head.encode() + samples.large_jpeg(600_000)
    after = await box.client.post(box.path, content=body, headers={"content-type": f"multipart/form-data; boundary={boundary}"})
    assert after.status_code == 400
    assert "Rien n’est arrivé entier." in said(after)
    assert (await box.left(), await box.rows()) == ([], (0, 0))


@pytest.mark.parametrize("body", [b"", b"nothing", b"--x\r\n"])
async def test_what_is_no_form_is_kindly_refused(box: Box, body: bytes) -> None:
    assert (await box.client.post(box.path, content=body)).status_code == 400


async def test_it_is_over_after_a_week_and_its_row_goes(box: Box, clock: TestClock) -> None:
    clock.turn(LIVES.total_seconds() - 1)
    assert (await box.get()).status_code == 200
    clock.turn(1)
    for page in (await box.client.get(box.path), await box.send(("bail.jpg", samples.jpeg()), once="late")):
        assert (page.status_code, OVER in said(page)) == (410, True)
    clock.turn(1)
    keys = await box.storage.read(transport.find_old, "letterbox")
    assert await box.storage.run(transport.remove, "letterbox", keys) == 1


@pytest.mark.parametrize("token", ["", "x", "%00", "..", "a" * 43, "é" * 30])
async def test_a_token_of_nobody_opens_nothing(box: Box, token: str) -> None:
    page = await box.client.get(f"/depot/{token}")
    assert page.status_code in (404, 410)
    assert (await box.client.post(f"/depot/{token}", data={"once": "x"})).status_code in (404, 410)


async def test_whoever_is_erased_leaves_a_page_of_nothing(box: Box) -> None:
    await box.get()
    await box.send(("bail.jpg", samples.jpeg()))
    await box.storage.run(erasure.erase_rows, box.person)
    after = await box.send(("rib.pdf", samples.pdf()), once="after")
    assert (after.status_code, OVER in said(after)) == (410, True)
    assert (await box.rows())[0] == 0


async def test_erased_while_it_is_on_its_way_it_belongs_to_nobody(box: Box, clock: TestClock) -> None:
    """What came whole is not given to whoever is made next; an hour later it is gone."""
    boxes = PaperBoxes(box.storage, shared_library)
    await box.storage.run(erasure.erase_rows, box.person)
    assert await boxes.leave(box.path.rpartition("/")[2], [Attachment("photo", "t", token="t")], [], "act") is None


async def test_only_a_keyed_hash_of_it_is_kept(box: Box) -> None:
    def unit(work: Work) -> tuple[bytes, bytes | None]:
        row = work.session.exec(select(Letterbox)).one()
        return row.token_key, row.wanted

    key, wanted = await box.storage.read(unit)
    assert box.path.rpartition("/")[2].encode() not in key
    assert wanted is None


async def test_the_page_says_which_paper_and_who_asks(storage: Storage, clock: TestClock, settings: Settings) -> None:
    async with opened(storage, clock, settings, wanted="ton <b>bulletin</b> de paie") as box:
        page = await box.get()
        assert "ton &lt;b&gt;bulletin&lt;/b&gt; de paie" in page.text
