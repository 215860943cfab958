"""POST /chat/files: what a page's form and its script send is sealed, goes through the inbox, or is refused in the person's words."""

from collections.abc import Sequence

import httpx
import pytest
from sqlmodel import func, select

from bot.channels.webchat.pace import SESSION_FILES
from bot.channels.webchat.uploading import MOST_FILES
from bot.messages import Kind
from bot.rules.files import LARGEST
from storage import media
from storage.deposits import read
from storage.engine import Work
from storage.media import State
from storage.tables import Media, MediaChunk
from tests import samples
from tests.channels.webchat.page import Page
from tests.channels.webchat.site import Site, answer
from tests.clock import TestClock

NOT_HERE = "Ce fichier ne passe pas ici."
Sent = Sequence[tuple[str, bytes]]


def parts(files: Sent) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("file", (name, content, "application/octet-stream")) for name, content in files]


async def send(browser: httpx.AsyncClient, files: Sent) -> httpx.Response:
    """Fill in the form of files, as a page without JavaScript does."""
    page = Page((await browser.get("/chat")).text)
    return await browser.post("/chat/files", data=page.forms["attach"], files=parts(files), follow_redirects=True)


async def states(site: Site) -> list[str]:
    def unit(work: Work) -> list[str]:
        return list(work.session.exec(select(Media.state).order_by(Media.id)).all())  # type: ignore[arg-type]

    return await site.robot.storage.read(unit)


async def chunks(site: Site) -> int:
    def unit(work: Work) -> int:
        return work.session.exec(select(func.count()).select_from(MediaChunk)).one()

    return await site.robot.storage.read(unit)


async def content(site: Site, token: str) -> bytes:
    kept = await site.robot.storage.read(media.find, token)
    assert kept is not None
    return b"".join([piece async for piece in read(site.robot.storage, kept)])


@pytest.fixture(autouse=True)
def told(site: Site) -> None:
    """The robot answers everything: the page waits for it, and the clock stands still."""
    site.robot.otherwise = [answer("Reçu.")]


async def test_a_photo_goes_through_the_inbox_sealed_and_cleaned(site: Site, browser: httpx.AsyncClient) -> None:
    after = await send(browser, [("photo.jpg", samples.jpeg())])
    assert after.status_code == 200
    assert Page(after.text).text.index("Fichier envoyé") < Page(after.text).text.index("Reçu.")
    sent = site.robot.received[-1]
    assert (sent.kind, len(sent.attachments)) == (Kind.MEDIA, 1)
    attachment = sent.attachments[0]
    assert (attachment.kind, attachment.mime, attachment.name) == ("photo", "image/jpeg", "photo.jpg")
    assert await states(site) == [State.KEPT]
    kept = await content(site, attachment.token or "")
    assert kept.startswith(b"\xff\xd8\xff")
    assert samples.PLACE not in kept


async def test_several_are_one_message(site: Site, browser: httpx.AsyncClient) -> None:
    await send(browser, [("a.jpg", samples.jpeg()), ("b.pdf", samples.pdf()), ("c.ogg", samples.ogg())])
    assert [attachment.kind for attachment in site.robot.received[-1].attachments] == ["photo", "document", "audio"]
    assert len(site.robot.received) == 1


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
async def test_ten_megabytes_and_no_more(site: Site, browser: httpx.AsyncClient, size: int) -> None:
    after = await send(browser, [("photo.jpg", samples.large_jpeg(size))])
    if size <= LARGEST:
        assert after.status_code == 200
        assert await states(site) == [State.KEPT]
        return
    assert after.status_code == 413
    assert NOT_HERE in Page(after.text).text
    assert "Urgence" in Page(after.text).buttons
    assert Page(after.text).links.count("tel:3114") == 2  # in the welcome, and under the refusal
    assert site.robot.received == []
    assert (await states(site), await chunks(site)) == ([], 0)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("page.html", samples.HTML),
        ("dessin.svg", samples.SVG),
        ("photo.jpg", samples.jpeg(trailer=samples.archive())),
        ("photo.gif", samples.gif(trailer=b"=1;/*<script>alert(1)</script>*/")),
        ("bail.pdf", samples.pdf(trailer=samples.archive())),
        ("photo.exe", samples.jpeg()),
        ("photo\u202egpj.exe", samples.jpeg()),
        ("vide.jpg", b""),
    ],
)
async def test_what_is_not_taken_is_refused_and_leaves_nothing(site: Site, browser: httpx.AsyncClient, name: str, body: bytes) -> None:
    after = await send(browser, [(name, body)])
    assert after.status_code == 415
    assert NOT_HERE in Page(after.text).text
    assert site.robot.received == []
    assert (await states(site), await chunks(site)) == ([], 0)


async def test_what_is_good_beside_what_is_not_is_kept(site: Site, browser: httpx.AsyncClient) -> None:
    after = await send(browser, [("a.zip", samples.archive()), ("b.jpg", samples.jpeg())])
    assert NOT_HERE in Page(after.text).text
    assert len(site.robot.received[-1].attachments) == 1


@pytest.mark.parametrize("count", [MOST_FILES + 1, 3 * MOST_FILES])
async def test_an_eleventh_file_is_refused_and_ten_are_kept(site: Site, browser: httpx.AsyncClient, count: int) -> None:
    after = await send(browser, [(f"{n}.jpg", samples.jpeg()) for n in range(count)])
    assert after.status_code == 413
    assert len(site.robot.received[-1].attachments) == MOST_FILES


async def test_a_name_hides_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    await send(browser, [("../../\u202ebail\x00.jpg", samples.jpeg())])
    name = site.robot.received[-1].attachments[0].name or ""
    assert "/" not in name
    assert "\u202e" not in name
    assert "\x00" not in name


async def test_the_same_page_sent_twice_is_one_act(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    for _ in range(2):
        await browser.post("/chat/files", data=page.forms["attach"], files=parts([("a.jpg", samples.jpeg())]))
    assert len(site.robot.received) == 1
    assert sorted(await states(site)) == [State.KEPT, State.WHOLE]  # the second belongs to nobody, and goes within the hour


async def test_no_file_chosen_says_nothing(site: Site, browser: httpx.AsyncClient) -> None:
    page = Page((await browser.get("/chat")).text)
    empty = [("file", ("", b"", "application/octet-stream"))]
    after = await browser.post("/chat/files", data=page.forms["attach"], files=empty, follow_redirects=True)
    assert after.status_code == 200
    assert site.robot.received == []


async def test_without_cookies_the_page_itself_says_who_sends(site: Site) -> None:
    async with site.client() as browser:
        page = Page((await browser.get("/chat")).text)
        browser.cookies.clear()
        after = await browser.post("/chat/files", data=page.forms["attach"], files=parts([("a.jpg", samples.jpeg())]))
    assert after.status_code == 200
    assert "Fichier envoyé" in after.text


@pytest.mark.parametrize("token", ["", "none", "A" * 86])
async def test_another_site_cannot_send_in_somebody_s_name(site: Site, browser: httpx.AsyncClient, token: str) -> None:
    await browser.get("/chat")
    after = await browser.post("/chat/files", data={"token": token}, files=parts([("a.jpg", samples.jpeg())]))
    assert after.status_code == 400
    assert site.robot.received == []
    assert await states(site) == []


async def test_files_before_the_fields_are_not_taken(site: Site, browser: httpx.AsyncClient) -> None:
    fields = Page((await browser.get("/chat")).text).forms["attach"]
    file = ("file", ("a.jpg", samples.jpeg()))
    turned = [file, *((name, (None, value.encode())) for name, value in fields.items())]
    assert (await browser.post("/chat/files", files=turned)).status_code == 400
    assert await states(site) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=b", b"no part"),
        ("multipart/form-data; boundary=b", b'--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nnever ends'),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"x: " + b"y" * 100_000),
        ("multipart/form-data; boundary=b", b"".join(b'--b\r\ncontent-disposition: form-data; name="%d"\r\n\r\n\r\n' % n for n in range(500))),
        ("multipart/form-data; boundary=b", b'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + b"y" * 100_000),
        ("application/x-www-form-urlencoded", b"file=x"),
        ("", b""),
    ],
)
async def test_what_is_no_form_is_refused_in_words(site: Site, browser: httpx.AsyncClient, kind: str, body: bytes) -> None:
    await browser.get("/chat")
    after = await browser.post("/chat/files", content=body, headers={"content-type": kind})
    assert after.status_code == 400
    assert "Renvoie-le depuis cette page." in Page(after.text).text
    assert await states(site) == []


async def test_a_program_is_told_by_a_status(site: Site, browser: httpx.AsyncClient) -> None:
    token = {"authorization": f"Bearer {Page((await browser.get('/chat')).text).token}"}
    for name, body, status in (("a.jpg", samples.jpeg(), 202), ("a.zip", samples.archive(), 415), ("b.jpg", samples.large_jpeg(LARGEST + 1), 413)):
        said = await browser.post("/chat/files", data={"once": name}, files=parts([(name, body)]), headers=token)
        assert (said.status_code, said.headers["content-type"]) == (status, "application/json")
    assert (await browser.post("/chat/files", files=parts([("a.jpg", b"x")]), headers={"authorization": "Bearer no"})).status_code == 401


async def test_nobody_fills_the_house(site: Site, browser: httpx.AsyncClient, clock: TestClock) -> None:
    token = {"authorization": f"Bearer {Page((await browser.get('/chat')).text).token}"}

    async def one(nth: int) -> httpx.Response:
        return await browser.post("/chat/files", data={"once": str(nth)}, files=parts([("a.jpg", samples.jpeg())]), headers=token)

    for nth in range(int(SESSION_FILES.burst)):
        assert (await one(nth)).status_code == 202
    refused = await one(999)
    assert refused.status_code == 429
    clock.turn_machine(int(refused.headers["retry-after"]))
    assert (await one(999)).status_code == 202


async def test_a_disk_that_is_full_is_admitted(site: Site, browser: httpx.AsyncClient) -> None:
    site.robot.broken = True
    after = await send(browser, [("a.jpg", samples.jpeg())])
    assert after.status_code == 503
    assert "Ton fichier n’est pas parti" in Page(after.text).text
