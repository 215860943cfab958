"""A minor in danger: the thread closes with who was informed, or why nobody was, and the head has it to see the same working day."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import crises, hours, lanes, tasks, thread_view, threads
from storage.caseworkers import Role
from storage.endings import Closing, Informed
from storage.engine import Work
from storage.hours import load_week
from storage.tasks import Kind, ToDo
from tests.backend.desk import House, load, peer
from tests.clock import TestClock

PARIS = ZoneInfo("Europe/Paris")
TOLD = {"shared": "yes", "to_119": "1", "to_other": "1", "other": "l'école", "day": "2026-03-03", "hour": "09:15", "by": "Nadège"}
"""What is said of a report, at a time before the tests' clock."""


async def minor(house: House) -> str:
    """A thread in which a minor was in danger, its alert read."""
    token = await house.is_in_danger(text="mon père me frappe, j'ai 15 ans")
    await seen(house)

    def unit(work: Work) -> None:
        thread = threads.find(work, token)
        assert thread is not None
        threads.acknowledge(work, thread.id, 1)

    await house.storage.run(unit)
    return token


async def seen(house: House) -> None:
    """The robot has seen a danger of a minor."""
    await house.storage.run(in_danger, next(iter(load().crises.minors)))


def in_danger(work: Work, crisis: str) -> None:
    """The robot sees this danger in what was said last."""
    lane = lanes.lane_of(work, peer("yanis"))
    assert lane is not None
    crises.add(work, lane.conversation_id, crisis, lane.number, None)


async def closing_of(house: House, token: str) -> Closing | None:
    view = await house.storage.read(thread_view.view, token)
    assert view is not None
    return view.closing


async def told_to_head(house: House) -> list[ToDo]:
    head = await house.colleague("Nadia", "nadia@example.org", Role.HEAD)
    return [task for task in await house.storage.read(tasks.waiting, head) if task.kind is Kind.MINOR]


class TestAMinorInDanger:
    async def test_closes_only_with_who_was_informed(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        token = await minor(house)
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.close(token)).status_code == 422
            assert "Un danger de mineur a été signalé" in browser.page.text
            assert (await browser.close(token, **TOLD)).status_code == 303
            page = (await browser.get(f"/backend/threads/{token}")).text
            assert "Le 119, l&#39;école" in page
            assert "Mineur en danger" in (await browser.get("/backend/closed")).text
        closing = await closing_of(house, token)
        assert closing is not None
        assert closing.report is not None
        assert (closing.report.to, closing.report.other, closing.report.by) == ((Informed.CHILD_LINE, Informed.OTHER), "l'école", "Nadège")
        assert closing.report.at is not None
        assert closing.report.at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == "2026-03-03 09:15"
        assert clock.now() > closing.report.at

    async def test_or_with_why_nobody_was(self, house: House) -> None:
        await house.colleague()
        token = await minor(house)
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.close(token, shared="no", because=" ")).status_code == 422
            assert (await browser.close(token, shared="no", because="le service la suit déjà")).status_code == 303
            assert "Pas d’information transmise, parce que\u00a0: le service la suit déjà" in (await browser.get(f"/backend/threads/{token}")).text

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"shared": ""}, id="whether"),
            pytest.param({"to_119": "", "to_other": ""}, id="to whom"),
            pytest.param({"other": ""}, id="to which other"),
            pytest.param({"day": ""}, id="the day"),
            pytest.param({"hour": "25:00"}, id="the hour"),
            pytest.param({"day": "2050-01-01"}, id="a time to come"),
            pytest.param({"by": ""}, id="by whom"),
        ],
    )
    async def test_each_of_it_is_asked_for(self, house: House, change: dict[str, str]) -> None:
        await house.colleague()
        token = await minor(house)
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.close(token, **{**TOLD, **change})).status_code == 422
        assert await closing_of(house, token) is None

    async def test_the_head_sees_it_the_same_working_day(self, house: House, clock: TestClock) -> None:
        await house.colleague()
        every_day = [[["09:00", "12:00"], ["13:30", "17:00"]]] * 7
        await house.storage.run(lambda work: hours.put_week(work, load_week(every_day)))
        token = await minor(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.close(token, **TOLD)
        (task,) = await told_to_head(house)  # one, though it was read first and closed then
        assert (task.thread, task.for_id) == (token, None)
        assert task.due_at is not None
        assert task.due_at.astimezone(PARIS).strftime("%H:%M") == "17:00"
        assert timedelta() < task.due_at - clock.now() < timedelta(hours=9)

    async def test_and_as_soon_as_it_is_read(self, house: House) -> None:
        await house.colleague()
        token = await house.is_in_danger(text="mon père me frappe, j'ai 15 ans")
        await seen(house)
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/read")
        (task,) = await told_to_head(house)
        assert (task.thread, task.done_at) == (token, None)

    async def test_a_head_who_closes_knows(self, house: House) -> None:
        await house.colleague("Awa", "awa@example.org", Role.HEAD)
        token = await minor(house)
        async with house.browser() as browser:
            await browser.log_in("awa@example.org")
            assert (await browser.close(token, **TOLD)).status_code == 303
        assert await told_to_head(house) == []

    @pytest.mark.parametrize(("age", "asked"), [("j'ai 16 ans", True), ("j'ai 22 ans", False), ("mon frère a 16 ans", False)])
    async def test_any_danger_of_who_gave_an_age_under_eighteen_is_one(self, house: House, age: str, asked: bool) -> None:
        await house.colleague()
        await house.says(age)
        token = await house.is_in_danger(text="j'ai envie de mourir")
        await house.storage.run(in_danger, "crisis-suicide")
        async with house.browser() as browser:
            await browser.log_in()
            await browser.get(f"/backend/threads/{token}")
            await browser.send(f"/backend/threads/{token}/read")
            assert (await browser.close(token)).status_code == (422 if asked else 303)
        assert len(await told_to_head(house)) == int(asked)

    async def test_a_colleague_may_say_so_where_the_robot_saw_nothing(self, house: House) -> None:
        await house.colleague()
        token = await house.asks_for_somebody()
        async with house.browser() as browser:
            await browser.log_in()
            assert (await browser.close(token, minor="1", **TOLD)).status_code == 303
        assert len(await told_to_head(house)) == 1
