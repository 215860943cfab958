"""Answering: who speaks is said first, a form is sent once, and words that cross a draft are read before it goes."""

import asyncio
import re
from html import unescape

import pytest

from storage.lanes import BOT, HUMAN
from tests.backend.desk import House

SPEAKS = ("bot", "Nadège te répond maintenant. Le robot se tait.")


class TestReply:
    async def test_the_person_is_told_who_speaks_then_reads_it(self, house: House) -> None:
        async with house.at_a_thread() as (browser, _, path):
            answer = await browser.send(f"{path}/reply", text="Bonjour,\r\non regarde ça ensemble.")
            assert answer.status_code == 303
            await browser.send(f"{path}/reply", text="Tu signes quand ?")
        assert (await house.said())[1:] == [SPEAKS, ("caseworker", "Bonjour,\non regarde ça ensemble."), ("caseworker", "Tu signes quand ?")]
        lane = await house.lane()
        assert (lane.owner, lane.epoch) == (HUMAN, 1)
        assert lane.last_human_at == house.storage.clock.now()

    async def test_takes_the_conversation_from_the_robot(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()
        path = f"/backend/threads/{token}"
        before = await house.lane()
        async with house.browser() as browser:
            await browser.log_in()
            assert "le robot se tait" in (await browser.get(path)).text
            await browser.send(f"{path}/reply", text="Je suis là.")
        lane = await house.lane()
        assert (before.owner, lane.owner, lane.epoch) == (BOT, HUMAN, before.epoch + 1)

    async def test_sent_twice_is_said_once(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = {**browser.form(f"{path}/reply"), "text": "Bonjour"}
            answers = await asyncio.gather(*(browser.client.post(f"{path}/reply", data=form) for _ in range(4)))
            assert {answer.status_code for answer in answers} == {303}
            assert (await browser.post(f"{path}/reply", form)).status_code == 303
        assert [text for author, text in await house.said() if author == "caseworker"] == ["Bonjour"]

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
    async def test_what_cannot_be_sent_is_given_back(self, house: House, text: str) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            answer = await browser.send(f"{path}/reply", text=text)
            assert answer.status_code == 422
            assert text in answer.text
            assert "rien n’est parti" in answer.text
        assert len(await house.said()) == 1


class TestCollision:
    async def test_a_reply_crossed_by_new_words_waits_for_a_second_yes(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        await house.named("yanis", "Yanis")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await house.says("laisse tomber, c'est réglé")
            answer = await browser.send(f"{path}/reply", text="Mon brouillon")
            assert answer.status_code == 409
            said = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
            assert "Yanis a écrit pendant que vous écriviez." in said
            assert "laisse tomber, c'est réglé" in said
            assert "Mon brouillon" in answer.text
            assert len(await house.said()) == 2
            await browser.send(f"{path}/reply", text="Mon brouillon")
        assert (await house.said())[-1] == ("caseworker", "Mon brouillon")

    async def test_words_that_come_while_one_decides_are_shown_too(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await house.says("une")
            await browser.send(f"{path}/reply", text="Mon brouillon")
            await house.says("deux")
            assert (await browser.send(f"{path}/reply", text="Mon brouillon")).status_code == 409

    async def test_a_colleague_was_quicker(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as nadege, house.browser() as theo:
            await nadege.log_in()
            await theo.log_in("theo@example.org")
            await nadege.get(path)
            await theo.get(path)
            await theo.send(f"{path}/reply", text="Bonjour, c'est Théo.")
            answer = await nadege.send(f"{path}/reply", text="Bonjour, c'est Nadège.")
            assert answer.status_code == 409
            assert "Théo a répondu" in answer.text
            await nadege.send(f"{path}/reply", text="Bonjour, c'est Nadège.")
        assert [text for _, text in await house.said()][1:] == [
            "Théo te répond maintenant. Le robot se tait.",
            "Bonjour, c'est Théo.",
            "Nadège te répond maintenant. Le robot se tait.",
            "Bonjour, c'est Nadège.",
        ]

    async def test_a_forged_place_is_a_collision(self, house: House) -> None:
        await house.colleague()
        path = f"/backend/threads/{await house.asks_for_somebody()}"
        async with house.browser() as browser:
            await browser.log_in()
            for seen in ("", "0-99999999999999999999", "7-1", "x", "0-²"):
                await browser.get(path)
                assert (await browser.send(f"{path}/reply", text="Bonjour", seen=seen)).status_code == 409
