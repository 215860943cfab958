"""Papers on the desk: one is asked for, and its name passes by nobody's application."""

import pytest

from storage import lanes, letterboxes, messages
from storage.caseworkers import Role
from storage.engine import Work
from storage.letterboxes import Box
from tests.backend.desk import House, peer, words

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
