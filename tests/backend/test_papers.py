"""Papers on the desk: one is asked for, and its name passes by nobody's application."""

from datetime import UTC

import pytest
from sqlmodel import col, func, select

from bot.messages import Attachment
from storage import lanes, letterboxes, media, messages, retention, seen, transport
from storage.caseworkers import Role
from storage.engine import Work
from storage.letterboxes import Box
from storage.media import CHUNK_SIZE
from storage.tables import Audit, Media, MediaChunk
from tests import samples
from tests.backend.desk import House, peer, words
from tests.backend.test_files import file_of, one_photo
from tests.clock import TestClock
from tests.talk import shared_library

WANTED = "ton jugement de divorce"


def asked(work: Work) -> tuple[messages.Content, Box]:
    """The last thing said to Yanis, and the page its button opens."""
    lane = lanes.lane_of(work, peer("yanis"))
    assert lane is not None
    said = messages.read_content(work, lane.conversation_id, lane.number)
    assert said is not None
    box = letterboxes.look(work, (said.choices[0].link or "").removeprefix("/depot/"))
    assert box is not None
    return said, box


class TestAsking:
    async def test_the_page_alone_says_which(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _token, path):
            await browser.get(f"{path}/paper")
            assert "sans passer par la messagerie" in browser.page.text
            await browser.send(f"{path}/paper", text=f"  {WANTED} ")
            assert "C’est demandé." in browser.page.text
            said, box = await house.storage.run(asked)
            assert (box.wanted, box.by) == (WANTED, "Nadège")
            assert "Nadège te demande un papier." in said.text
            assert "jugement" not in said.text
            assert (await house.lane()).human

    async def test_sent_twice_it_is_asked_once(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _token, path):
            await browser.get(f"{path}/paper")
            form = browser.form(f"{path}/paper") | {"text": WANTED}
            for _ in range(2):
                await browser.post(f"{path}/paper", form)
            assert [author for author, _text in await house.said()].count("caseworker") == 1

    @pytest.mark.parametrize(("text", "told"), [("  ", "Dites quel papier"), ("x" * 201, "200 caractères au plus")])
    async def test_nothing_goes_where_nothing_or_too_much_is_written(self, house: House, text: str, told: str) -> None:
        async with house.at_a_thread() as (browser, _token, path):
            await browser.get(f"{path}/paper")
            response = await browser.send(f"{path}/paper", text=text)
            assert (response.status_code, told in browser.page.text) == (422, True)
            assert text.strip() in browser.page.text
            assert [author for author, _text in await house.said()] == ["person"]

    async def test_not_of_a_closed_demande_nor_by_who_reads_none(self, house: House) -> None:
        await house.colleague("Root", "root@example.org", Role.ADMIN)
        async with house.at_a_thread() as (browser, token, path):
            await browser.get(f"{path}/paper")
            form = browser.form(f"{path}/paper") | {"text": WANTED}
            await browser.close(token)
            assert (await browser.post(f"{path}/paper", form)).status_code == 409
            assert (await browser.post("/backend/threads/none/paper", form)).status_code == 404
        async with house.browser() as browser:
            await browser.log_in("root@example.org")
            assert (await browser.get(f"{path}/paper")).status_code == 403

    async def test_to_a_phone_that_may_be_read_the_page_says_what_the_message_shows(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _token, path):
            await house.is_watched("yanis", "pas le soir")
            assert "la page seule dit lequel" in await words(browser, f"{path}/paper")
            assert "pas le soir" in browser.page.text


def chunks(work: Work) -> int:
    return work.session.exec(select(func.count()).select_from(MediaChunk)).one()


class TestSeen:
    async def test_the_copy_goes_and_the_tick_stays(self, house: House) -> None:
        await house.colleague()
        token = await one_photo(house, samples.large_jpeg(CHUNK_SIZE * 10), Attachment("photo", "x", name="identite.jpg"))
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            where = await file_of(browser, token)
            assert await house.storage.read(chunks) > media.CHUNKS_AT_ONCE
            await browser.send(f"{path}/seen", what=" carte  d'identité ")
            said = await words(browser, path)
            assert "Vu à 10 h 30 par Nadège : carte d'identité. Copie détruite." in said
            assert "identite.jpg" not in browser.page.text
            assert (await browser.get(where)).status_code == 404
        assert await house.storage.read(chunks) == 0

        def left(work: Work) -> tuple[list[object], str, list[str]]:
            row = work.session.exec(select(Media)).one()
            content = messages.read_content(work, row.conversation_id or 0, 1)
            assert content is not None
            bare = [getattr(row, name) for name in ("mime", "size", "name", "provider_id", "thumbnail", "scan", "treated_at")]
            return bare, content.attachments[0].name or "", list(work.session.exec(select(Audit.act).order_by(col(Audit.id))))

        bare, name, acts = await house.storage.read(left)
        assert (bare, name) == ([None] * 7, "")
        assert "destroyed" in acts

    async def test_only_once_and_only_what_is_there(self, house: House) -> None:
        await house.colleague()
        token, other = await one_photo(house), await house.asks_for_somebody("anna")
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/seen")
            await browser.post(f"/backend/threads/{other}/seen", form)
            assert "Ce fichier n’est plus là" in browser.page.text
            await browser.post(f"{path}/seen", form)
            assert "La copie est détruite." in browser.page.text
            await browser.post(f"{path}/seen", form | {"what": "autre chose"})
            assert "Ce fichier n’est plus là" in browser.page.text
            assert "autre chose" not in await words(browser, path)

    async def test_the_night_keeps_the_tick_as_long_as_the_demande(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        token = await one_photo(house)
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/seen")
            assert "Vu à 10 h 30 par Nadège. Copie détruite." in await words(browser, path)
        clock.turn(days=200)
        at = retention.terms(shared_library().keeping, clock.now(), UTC)
        assert await house.storage.read(retention.due, retention.FILES, at) == []

    async def test_a_process_that_dies_meanwhile_leaves_pieces_for_the_night_alone(self, house: House) -> None:
        await house.colleague()
        await one_photo(house, samples.large_jpeg(CHUNK_SIZE * 10))

        def look_at_it(work: Work) -> None:
            row = work.session.exec(select(Media)).one()
            assert seen.see(work, row.token, 1, "") == row.id

        await house.storage.run(look_at_it)
        while keys := await house.storage.read(transport.find_old, "seen"):
            await house.storage.run(transport.remove, "seen", keys)
        assert await house.storage.read(chunks) == 0
