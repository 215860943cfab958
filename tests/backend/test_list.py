"""The list: who waits, in which order, what did not arrive, and the turns the robot set aside."""

import re
from datetime import timedelta

from sqlmodel import col, select

from storage import lanes, promises, threads
from storage.engine import Work
from storage.tables import Alert
from tests.backend.desk import House, peer, words
from tests.clock import TestClock


class TestList:
    async def test_waits_for_nobody(self, house: House) -> None:
        await house.colleague()
        async with house.browser() as browser:
            await browser.log_in()
            assert "Les nouvelles demandes arrivent ici" in browser.page.text

    async def test_danger_first_then_who_has_waited_longest(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.asks_for_somebody("anna", "je suis la première")
        clock.turn(minutes=5)
        await house.asks_for_somebody("bilal", "je suis le deuxième")
        clock.turn(minutes=5)
        await house.is_in_danger("chloe", "je dors dehors ce soir")
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, "/backend")
        assert said.index("je dors dehors") < said.index("la première") < said.index("le deuxième")
        assert "3 personnes attendent" in said
        assert "depuis 10 min" in said

    async def test_an_answered_person_waits_no_more(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            assert "Personne n’attend" in await words(browser, "/backend")
            await house.says("encore moi")
            assert "1 personne attend" in await words(browser, "/backend")

    async def test_who_talks_with_the_robot_does_not_wait(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            await browser.give_back(token)
            await house.says("merci")
            assert "Personne n’attend" in await words(browser, "/backend")

    async def test_a_failed_line_is_shown(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/reply", text="Bonjour")
            await house.becomes(token, "failed")
            assert "Non distribué" in await words(browser, "/backend")

    async def test_what_did_not_arrive_outside_any_thread_is_shown_for_three_days(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.says("bonjour")
        await house.robot_says("Une page qu'on ne montre pas ici")
        await house.fails()
        async with house.browser() as browser:
            await browser.log_in()
            said = await words(browser, "/backend")
            assert "Une réponse du robot, à 10 h 30, sur Telegram. Non distribué : la messagerie ne répondait pas." in said
            assert "qu'on ne montre pas" not in said
            clock.turn_to(clock.now() + timedelta(days=3))
            assert "N’est pas arrivé" not in await words(browser, "/backend")


class TestOrder:
    async def test_what_was_promised_and_how_late_it_is_are_said(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()

        def unit(work: Work) -> None:
            thread = threads.find(work, token)
            assert thread is not None
            promises.give(work, thread.id, work.now + timedelta(hours=2))

        await house.storage.run(unit)
        async with house.browser() as browser:
            await browser.log_in()
            assert "avant 12\u00a0h\u00a030" in browser.page.text
            clock.turn(hours=3)
            page = (await browser.get("/backend")).text
            assert "en retard" in page
            assert "réponse promise à 12\u00a0h\u00a030" in page
            assert "en retard" in (await browser.get(f"/backend/threads/{token}")).text

    async def test_an_alert_that_nobody_read_says_so_and_that_the_head_knows(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger()

        def passed(work: Work) -> None:
            thread = threads.find(work, token)
            assert thread is not None
            for alert in work.session.exec(select(Alert).where(col(Alert.thread_id) == thread.id)):
                alert.passed_at = work.now

        async with house.browser() as browser:
            await browser.log_in()
            assert "signalé à 10\u00a0h\u00a030, pas encore lu" in browser.page.text
            assert "direction prévenue" not in browser.page.text
            await house.storage.run(passed)
            assert "pas encore lu, direction prévenue" in (await browser.get("/backend")).text

    async def test_the_most_urgent_then_the_soonest_promised(self, house: House) -> None:
        await house.colleague()
        tokens = {name: await house.asks_for_somebody(name, f"demande de {name}") for name in ("late", "soon", "tonight", "never")}

        def unit(work: Work) -> None:
            for name, promised in (("late", 5), ("soon", 2), ("tonight", 9)):
                thread = threads.find(work, tokens[name])
                assert thread is not None
                promises.give(work, thread.id, work.now + timedelta(hours=promised))
            lane = lanes.lane_of(work, peer("tonight"))
            assert lane is not None
            threads.open_for(work, lane, urgency=1)

        await house.storage.run(unit)
        async with house.browser() as browser:
            await browser.log_in()
            page = (await browser.get("/backend")).text
        names = sorted(tokens, key=lambda name: page.index(f"demande de {name}"))
        assert names == ["tonight", "never", "soon", "late"]


class TestParked:
    async def test_a_turn_set_aside_is_shown_and_tried_again(self, house: House) -> None:
        await house.colleague()
        await house.is_parked("yanis", "un message que le robot ne sait pas lire")
        async with house.browser() as browser:
            await browser.log_in()
            assert "Le robot n’a pas su répondre" in browser.page.text
            path = re.findall(r'action="(/backend/parked/[^"]*)"', browser.page.text)[0]
            form = browser.form(path)
            await browser.post(path, form)
            assert "Le robot reprend ce message" in browser.page.text
            assert "Le robot n’a pas su répondre" not in browser.page.text
            await browser.post(path, form)
            assert "n’attend plus" in browser.page.text
            assert (await browser.post("/backend/parked/1/replay", form)).headers["location"] == "/backend?fait=gone"
