"""What there is to do, because no message can: on a thread and in its own list, for everybody or for the head."""

from datetime import timedelta

from storage import tasks
from storage.caseworkers import Role
from storage.tasks import Kind
from tests.backend.desk import House
from tests.clock import TestClock


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
            assert "Notes demandées par la personne" not in (await nadege.get("/backend/tasks")).text
            form = {"token": nadege.form("/backend/logout")["token"]}
            await nadege.post(f"/backend/tasks/{token}/done", form)
            await nadia.log_in("nadia@example.org")
            assert "Notes demandées par la personne" in (await nadia.get("/backend/tasks")).text
