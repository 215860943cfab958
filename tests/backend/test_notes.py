"""Notes and tasks: what colleagues tell one another, and what a message cannot do. Nothing of it ever reaches the person."""

from datetime import timedelta

from sqlmodel import col, select

from storage import lanes, promises, tasks, threads
from storage.caseworkers import Role
from storage.engine import Work
from storage.tables import Alert
from storage.talks import conversation_of_peer, messages_after
from storage.tasks import Kind
from tests.backend.desk import House, peer
from tests.clock import TestClock

NOTE = "Il préfère qu'on l'appelle le matin."


async def read_by_the_person(house: House, name: str = "yanis") -> list[str]:
    """What any page of the chat and any channel could show: the messages of the conversation."""

    def unit(work: Work) -> list[str]:
        address = peer(name)
        talk = conversation_of_peer(work, address.channel, address.account, address.peer)
        assert talk is not None
        return [line.text for line in messages_after(work, talk.id, 0, 500)]

    return await house.storage.read(unit)


class TestNotes:
    async def test_are_read_by_colleagues_and_by_nobody_else(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Théo", "theo@example.org")
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser, house.browser() as other:
            await browser.log_in()
            await browser.get(path)
            before = await house.said()
            await browser.send(f"{path}/note", text=NOTE)
            assert "Note gardée" in browser.page.text
            await other.log_in("theo@example.org")
            page = (await other.get(path)).text
            assert NOTE.replace("'", "&#39;") in page
            assert "by-note" in page
        assert await house.said() == before
        assert NOTE not in await read_by_the_person(house)

    async def test_do_not_answer_nor_take(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/note", text=NOTE)
            assert "1 personne attend" in (await browser.get("/backend")).text
            assert "attend une personne, le robot se tait" in (await browser.get(path)).text

    async def test_a_form_sent_twice_is_one_note_and_an_empty_one_none(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = {**browser.form(f"{path}/note"), "text": NOTE}
            for _ in range(2):
                await browser.post(f"{path}/note", form)
            assert (await browser.get(path)).text.count("by-note") == 1
            assert (await browser.send(f"{path}/note", text="  ")).status_code == 422
            assert (await browser.post(f"{path}/note", {**form, "form": "other", "text": "x" * 10_001})).status_code == 422
            assert "x" * 10_001 in browser.page.text

    async def test_come_to_pages_that_are_open(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            async with house.watch(browser, f"{path}/events") as watch:
                await watch.next()
                await browser.send(f"{path}/note", text=NOTE)
                _, fragments = await watch.next()
        assert list(fragments) == ["l-note-1"]

    async def test_are_kept_on_a_closed_thread(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/note", text="vu avec le bailleur")
            await browser.close(token)
            assert "vu avec le bailleur" in (await browser.get(path)).text


class TestTasks:
    async def test_written_on_a_thread_stand_there_and_in_the_list(self, house: House) -> None:
        nadege = await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            form = browser.form(f"{path}/task")
            await browser.post(f"{path}/task", {**form, "text": "Appeler le <b>bailleur</b>", "day": "2026-12-01", "for": nadege.token})
            assert "Appeler le &lt;b&gt;bailleur&lt;/b&gt;" in browser.page.text
            page = (await browser.get("/backend/tasks")).text
            assert "pour Nadège" in page
            assert '<span class="num">1</span>' in page
            (task,) = await house.storage.read(tasks.waiting, nadege)
            await browser.send(f"/backend/tasks/{task.token}/done")
            assert "Rien à faire." in browser.page.text
            assert "Appeler le" not in (await browser.get(path)).text
            await browser.get("/backend/tasks")
            await browser.send(f"/backend/tasks/{task.token}/undo")
            assert await house.storage.read(tasks.count, nadege) == 1
        assert not [text for _, text in await house.said() if "bailleur" in text]

    async def test_done_from_a_thread_comes_back_to_it(self, house: House) -> None:
        nadege = await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(path)
            await browser.send(f"{path}/task", text="Appeler", day="", **{"for": ""})
            (task,) = await house.storage.read(tasks.waiting, nadege)
            answer = await browser.send(f"/backend/tasks/{task.token}/done")
            assert answer.headers["location"].startswith(path)

    async def test_late_ones_say_so(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        await house.storage.run(lambda work: tasks.add(work, Kind.DO, text="Rappeler", due_at=work.now + timedelta(hours=1)))
        async with house.browser() as browser:
            await browser.log_in()
            assert "en retard" not in (await browser.get("/backend/tasks")).text
            clock.turn(hours=2)
            assert "en retard" in (await browser.get("/backend/tasks")).text

    async def test_of_nothing_are_refused(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        path = f"/backend/threads/{token}"
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get("/backend/tasks")
            assert (await browser.send("/backend/tasks", text=" ")).status_code == 422
            assert (await browser.send("/backend/tasks", text="Commander des stylos", day="", **{"for": ""})).status_code == 303
            await browser.get(path)
            assert (await browser.send(f"{path}/task", text=" ")).status_code == 422

    async def test_the_heads_own_are_the_heads(self, house: House) -> None:
        await house.colleague()
        await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
        token = await house.storage.run(tasks.add, Kind.DATA)
        async with house.browser() as nadege, house.browser() as nadia:
            await nadege.log_in()
            assert "Mes données" not in (await nadege.get("/backend/tasks")).text
            form = {"token": nadege.form("/backend/logout")["token"]}
            await nadege.post(f"/backend/tasks/{token}/done", form)
            await nadia.log_in("nadia@example.org")
            assert "Mes données" in (await nadia.get("/backend/tasks")).text


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
