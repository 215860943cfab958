"""What a caseworker does on a thread: take it, give it back, read its alert; and what no page gives away."""

import re

import pytest

from storage.caseworkers import Role
from storage.lanes import BOT
from tests.backend.desk import House

SPEAKS = ("bot", "Nadège te répond maintenant. Le robot se tait.")


class TestActs:
    async def test_taking_tells_the_person_once(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/take")
            for _ in range(2):
                await browser.post(f"{path}/take", form)
            assert "vous répondez" in browser.page.text
            await browser.send(f"{path}/reply", text="Bonjour")
        assert (await house.said())[1:] == [SPEAKS, ("caseworker", "Bonjour")]

    async def test_giving_back_lets_the_robot_answer(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            for _ in range(2):
                await browser.give_back(token)
        (farewell, (author, text)) = (await house.said())[1:]
        assert farewell == ("caseworker", "Je te laisse avec le robot pour le reste. Tu me redemandes quand tu veux.")
        assert author == "bot"
        assert text.startswith("Le robot répond de nouveau.")
        assert "115 · 17 · 119 · 3114" in text
        lane = await house.lane()
        assert (lane.owner, lane.epoch) == (BOT, 2)

    async def test_closing_leaves_nobody_in_silence(self, house: House) -> None:
        async with house.at_a_thread() as (browser, token, path):
            form = browser.form(f"{path}/reply")
            await browser.close(token)
            assert token not in browser.page.text
            assert (await browser.post(f"{path}/reply", {**form, "text": "trop tard"})).status_code == 409
            await house.says("après")
            assert "après" not in (await browser.get(path)).text
        assert (await house.lane()).owner == BOT
        assert token != await house.asks_for_somebody()

    async def test_an_alert_is_read_before_a_thread_is_closed(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            assert (await browser.post(f"{path}/close", browser.form(f"{path}/read"))).status_code == 409
            assert "Nadège a lu ton message." not in [text for _, text in await house.said()]
            await browser.get("/backend")
            form = browser.form(f"{path}/read")
            for _ in range(2):
                await browser.post(f"{path}/read", form)
            assert (await house.said())[1:] == [("bot", "Nadège a lu ton message.")]
            assert (await browser.close(token)).headers["location"].startswith("/backend?")

    async def test_an_alert_read_while_a_human_answers_is_marked_automatic(self, house: House) -> None:
        await house.colleague()
        await house.asks_for_somebody()
        path = f"/backend/threads/{await house.is_in_danger()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/read")
        assert (await house.said())[-1] == ("bot", "Nadège a lu ton message.\n\nMessage automatique")

    @pytest.mark.parametrize("act", ["reply", "take", "give-back", "close", "reopen", "note", "task", "read", "resend"])
    async def test_a_forged_token_is_nowhere(self, house: House, act: str) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get("/backend")
            form = browser.form("/backend/logout")
            assert (await browser.get("/backend/threads/forged")).status_code == 404
            assert (await browser.post(f"/backend/threads/forged/{act}", {**form, "text": "x", "line": "0-1"})).status_code == 404

    async def test_a_head_reads_and_answers(self, house: House) -> None:
        await house.colleague("Awa", "awa@example.org", Role.HEAD)
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in("awa@example.org")
            assert (await browser.get(f"/backend/threads/{token}")).status_code == 200


async def test_nothing_personal_in_an_address(house: House) -> None:
    await house.colleague()
    token = await house.asks_for_somebody()
    async with house.browser() as browser:
        await browser.log_in()
        page = (await browser.get(f"/backend/threads/{token}")).text
    addresses = re.findall(r'(?:href|action|src|data-events)="([^"]*)"', page)
    assert not [address for address in addresses if "yanis" in address.lower()]
    assert not re.findall(r'value="\d+"', page)
