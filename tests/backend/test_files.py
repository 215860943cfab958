"""Files in a thread: what became of each, in true words; opened by those who read, and run by nothing."""

import re
from collections.abc import AsyncIterator

import pytest

from backend.pages.files import Part, part_of
from backend.sent import REFUSED, weight
from bot.errors import Unfit
from bot.messages import Attachment
from bot.rules.files import LARGEST
from storage import media
from storage.caseworkers import Role
from storage.deposits import Deposits
from storage.media import CHUNK_SIZE
from storage.thread_view import SHOWN
from tests import samples
from tests.backend.desk import Browser, House, words
from tests.clock import TestClock

NAMED = Attachment("document", "x", "image/jpeg", name="../../bail\u202egpj.exe\x00.jpg")


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def arrives(house: House, content: bytes) -> None:
    """The oldest file announced is fetched."""
    errand = await house.storage.run(media.take)
    assert errand is not None
    try:
        await Deposits(house.storage).fetch(errand, pieces(content))
    except Unfit as unfit:
        await house.storage.run(media.refuse, errand, unfit.code)


async def file_of(browser: Browser, token: str) -> str:
    """The address of the one file of this thread's page."""
    page = (await browser.get(f"/backend/threads/{token}")).text
    found: list[str] = re.findall(r'(?:src|href)="(/backend/files/[\w-]+)"', page)
    return found[0]


async def one_photo(house: House, content: bytes = b"", claimed: Attachment | None = None) -> str:
    token = await house.sends(claimed or Attachment("photo", "x"))
    await arrives(house, content or samples.jpeg())
    return token


class TestLines:
    async def test_a_file_says_where_it_is(self, house: House) -> None:
        await house.colleague()
        token = await house.sends(Attachment("photo", "a"), Attachment("voice", "b", size=LARGEST + 1), Attachment("document", "c"))
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, path)
            assert said.count("pas encore arrivé ici") == 2
            assert "Message vocal Refusé, rien n’en est gardé : il pèse plus de 10 Mo." in said
            await arrives(house, samples.jpeg())
            errand = await house.storage.run(media.take)
            assert errand is not None
            await house.storage.run(media.lose, errand, "invalid_file_id")
            said = await words(browser, path)
            assert "pas encore arrivé" not in said
            assert "Fichier Pas arrivé jusqu’ici : la messagerie ne le donne plus." in said
            assert browser.page.text.count("<img ") == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (samples.archive(), "unknown_kind"),
            (samples.gif(trailer=b"<script>"), "two_kinds"),
            (samples.pdf(), "another_kind"),
            (b"", "empty"),
        ],
    )
    async def test_what_is_refused_is_said_and_cannot_be_opened(self, house: House, content: bytes, code: str) -> None:
        await house.colleague()
        token = await house.sends(Attachment("photo", "x"))
        await arrives(house, content)
        async with house.browser() as browser:
            await browser.log_in()
            assert REFUSED[code].replace("'", "’") in await words(browser, f"/backend/threads/{token}")
            assert "/backend/files/" not in browser.page.text
            assert "Traité" not in browser.page.text

    @pytest.mark.parametrize(
        ("content", "kind", "tag"),
        [
            (samples.jpeg(), "photo", "<img "),
            (samples.ogg(), "voice", "<audio controls "),
            (samples.ogg(0), "voice", "<audio controls "),
            (samples.film(), "video", "<video controls "),
            (samples.pdf(), "document", " download>"),
            (samples.heic(), "photo", " download>"),
        ],
    )
    async def test_each_is_shown_as_what_it_is(self, house: House, content: bytes, kind: str, tag: str) -> None:
        await house.colleague()
        token = await one_photo(house, content, Attachment(kind, "x"))
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            assert browser.page.text.count(tag) == 1

    async def test_a_name_hides_nothing(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house, claimed=NAMED)
        async with house.browser() as browser:
            await browser.log_in()
            assert "bailgpj.exe.jpg" in await words(browser, f"/backend/threads/{token}")
            assert "\u202e" not in browser.page.text
            assert "etc" not in (await browser.get(await file_of(browser, token))).headers["content-disposition"]

    async def test_treated_and_not_after_all(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house)
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/treated")
            said = await words(browser, path)
            assert "Traité à 10 h 30 : il s’efface 30 jours après." in said
            await browser.send(f"{path}/treated")
            assert "Traité à" not in await words(browser, path)

    async def test_who_sends_a_file_to_the_robot_waits_again_until_it_is_treated(self, house: House, clock: TestClock) -> None:
        async with house.at_a_thread() as (browser, token, path):
            await browser.send(f"{path}/reply", text="Bonjour")
            await browser.get(path)
            await browser.give_back(token)
            await house.says("visale")
            assert "Personne n’attend" in await words(browser, "/backend")
            clock.turn(minutes=5)
            await one_photo(house)
            clock.turn(minutes=12)
            said = await words(browser, "/backend")
            assert "1 personne attend" in said
            assert "depuis 12 min" in said
            await browser.get(path)
            await browser.send(f"{path}/treated")
            assert "Personne n’attend" in await words(browser, "/backend")

    async def test_a_file_older_than_a_page_is_there_too(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house)
        for nth in range(SHOWN + 1):
            await house.says(f"ligne {nth}")
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            older = re.findall(rf'href="({path}/older/[\w-]+)"', (await browser.get(path)).text)[0]
            assert "/backend/files/" not in browser.page.text
            await browser.get(older)
            await browser.send(f"{path}/treated")
            assert "il s’efface 30 jours après" in await words(browser, older)

    async def test_a_file_of_another_thread_is_not_treated_from_here(self, house: House) -> None:
        await house.colleague()
        token, other = await one_photo(house), await house.asks_for_somebody("anna")
        async with house.browser() as browser:
            await browser.log_in()
            theirs = (await file_of(browser, token)).rpartition("/")[2]
            await browser.get(f"/backend/threads/{other}")
            form = browser.form(f"/backend/threads/{other}/reply")
            for file in (theirs, "none", "\0"):
                await browser.post(f"/backend/threads/{other}/treated", {"token": form["token"], "file": file, "done": "1"})
                assert "Ce fichier n’est plus là" in browser.page.text
            assert "Traité à" not in await words(browser, f"/backend/threads/{token}")


class TestOpening:
    async def test_a_photo_is_given_cleaned_to_who_reads_and_runs_nothing(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house, samples.large_jpeg(CHUNK_SIZE * 2))
        async with house.browser() as browser:
            await browser.log_in()
            given = await browser.get(await file_of(browser, token))
            assert given.status_code == 200
            assert given.content.startswith(b"\xff\xd8\xff")
            assert given.headers["content-length"] == str(len(given.content))
            assert given.headers["content-type"] == "image/jpeg"
            assert given.headers["content-disposition"] == 'inline; filename="photo-2026-03-03.jpg"'
            assert given.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
            assert given.headers["x-content-type-options"] == "nosniff"
            assert given.headers["cache-control"] == "no-store"
            assert given.headers["cross-origin-resource-policy"] == "same-origin"

    @pytest.mark.parametrize(("content", "kind", "mime"), [(samples.pdf(), "document", "application/pdf"), (samples.heic(), "photo", "image/heic")])
    async def test_what_a_browser_would_not_show_for_itself_is_downloaded(self, house: House, content: bytes, kind: str, mime: str) -> None:
        await house.colleague()
        token = await one_photo(house, content, Attachment(kind, "x"))
        async with house.browser() as browser:
            await browser.log_in()
            given = await browser.get(await file_of(browser, token))
            assert given.headers["content-type"] == mime
            assert given.headers["content-disposition"].startswith("attachment; ")

    async def test_a_player_asks_for_parts(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house, samples.large_jpeg(CHUNK_SIZE * 2))
        async with house.browser() as browser:
            await browser.log_in()
            where = await file_of(browser, token)
            whole = (await browser.get(where)).content
            part = await browser.get(where, range=f"bytes={CHUNK_SIZE - 10}-{CHUNK_SIZE + 9}")
            assert part.status_code == 206
            assert part.content == whole[CHUNK_SIZE - 10 : CHUNK_SIZE + 10]
            assert part.headers["content-range"] == f"bytes {CHUNK_SIZE - 10}-{CHUNK_SIZE + 9}/{len(whole)}"
            assert (await browser.get(where, range=f"bytes={len(whole)}-")).status_code == 416

    async def test_it_is_for_those_who_read(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Sam", "sam@example.org", Role.ADMIN)
        token = await one_photo(house)
        async with house.browser() as browser:
            await browser.log_in()
            where = await file_of(browser, token)
        async with house.browser() as stranger:
            assert (await stranger.get(where)).status_code == 303
        async with house.browser() as browser:
            await browser.log_in("sam@example.org")
            assert (await browser.get(where)).status_code == 403

    @pytest.mark.parametrize("token", ["nothing", "../threads", "%00", "a" * 500])
    async def test_nothing_is_found_where_nothing_is(self, house: House, token: str) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.get(f"/backend/files/{token}")).status_code == 404
            assert (await browser.get(f"/backend/threads/{token}")).status_code == 404


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", Part(0, 100, asked=False)),
        ("bytes=0-", Part(0, 100, asked=True)),
        ("bytes=0-0", Part(0, 1, asked=True)),
        ("bytes=90-500", Part(90, 100, asked=True)),
        ("bytes=-10", Part(90, 100, asked=True)),
        ("bytes=-500", Part(0, 100, asked=True)),
        ("bytes=100-", None),
        ("bytes=5-4", None),
        ("bytes=-0", None),
        ("bytes=0-1,5-6", Part(0, 100, asked=False)),
        ("bytes=-", Part(0, 100, asked=False)),
        ("lines=1-2", Part(0, 100, asked=False)),
    ],
)
def test_a_range_names_a_part(header: str, part: Part | None) -> None:
    assert part_of(header, 100) == part


@pytest.mark.parametrize(("size", "said"), [(1, "1 ko"), (640 * 1024, "640 ko"), (LARGEST, "10,0 Mo"), (2_411_725, "2,3 Mo")])
def test_a_weight_is_said_in_round_figures(size: int, said: str) -> None:
    assert weight(size) == said
