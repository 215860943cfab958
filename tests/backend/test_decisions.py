"""Somebody asks to be erased: the head erases, or keeps and says why, within the month that the law gives; the person reads it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.settings import Settings
from storage import crises, desk, holds, lanes, rights, tables, tasks, threads
from storage.caseworkers import Member, Role
from storage.engine import Storage, Work, table
from storage.tasks import Kind
from tests.backend.desk import Browser, House, build, load
from tests.clock import TestClock
from tests.talk import Road, Talk, bodies

HEAD = "nadia@example.org"
TASK, MESSAGE = table(tables.Task), table(tables.Message)
WHY = "une plainte est en cours"


@dataclass
class Asked:
    """Somebody whom the team follows asked to have everything erased. `path` is where the head answers."""

    road: Road
    house: House
    talk: Talk
    head: Member
    thread: str
    path: str

    async def page(self, browser: Browser) -> str:
        await browser.log_in(HEAD)
        return (await browser.get(self.path)).text

    async def answer(self, browser: Browser, **fields: str) -> int:
        form = {"token": browser.form("/backend/logout")["token"], **fields}
        status = (await browser.post(self.path, form)).status_code
        await self.road.run()
        return status


@pytest.fixture
async def asked(storage: Storage, settings: Settings, clock: TestClock) -> Asked:
    road, house = Road(storage, clock, load()), build(storage, settings)
    head, talk = await house.colleague("Nadia", HEAD, Role.HEAD), road.talk()
    await talk.says("je veux parler à une personne")
    await talk.says("/donnees")
    await talk.taps("Effacer")
    await talk.taps("Tout effacer")
    (task,) = await storage.read(tasks.waiting, head)
    assert task.kind is Kind.ERASURE
    return Asked(road, house, talk, head, (await storage.read(desk.entries))[0].token, f"/backend/tasks/{task.token}/answer")


async def messages(storage: Storage) -> int:
    return len(await storage.read(lambda work: work.session.execute(select(MESSAGE.c.id)).all()))


async def test_the_month_and_what_is_followed_are_shown(asked: Asked, clock: TestClock) -> None:
    async with asked.house.browser() as browser:
        page = await asked.page(browser)
        assert "avant le vendredi 3 avril 2026" in page
        assert f"/backend/threads/{asked.thread}" in page
        await browser.get("/backend/tasks")
        assert f'href="{asked.path}"' in browser.page.text
        clock.turn_to(clock.now() + timedelta(days=40))
        assert "En retard" in (await browser.get(asked.path)).text


async def test_erased_at_once_and_the_person_knows(asked: Asked) -> None:
    async with asked.house.browser() as browser:
        await asked.page(browser)
        assert await asked.answer(browser, decision="erase", sure="1") == 303
        assert "C’est effacé, et la personne le saura." in browser.page.text
        assert (await browser.get(f"/backend/threads/{asked.thread}")).status_code == 404
        assert (await browser.get(asked.path)).status_code == 404, "the task went with the person"
    assert "C’est effacé. Si tu écris de nouveau, on ne te reconnaîtra pas." in bodies(asked.talk.news())
    assert await asked.house.storage.read(desk.entries) == ()
    assert await messages(asked.house.storage) == 1, "the goodbye"


async def test_kept_and_the_person_reads_why(asked: Asked) -> None:
    before = await messages(asked.house.storage)
    async with asked.house.browser() as browser:
        await asked.page(browser)
        assert await asked.answer(browser, decision="keep", because=WHY) == 303
        said = bodies(asked.talk.news())
        assert f"le garde, parce que\u00a0:\n{WHY}" in said
        assert "cnil.fr" in said
        assert "115 · 17 · 119 · 3114" in said
        assert "Message automatique" in said
        assert await messages(asked.house.storage) == before + 1
        assert WHY in (await browser.get("/backend/tasks")).text, "why stays with the answer"
        assert "La réponse a été donnée" in (await browser.get(asked.path)).text
        assert await asked.answer(browser, decision="erase", sure="1") == 303
        assert "La réponse était déjà donnée" in browser.page.text
    assert await messages(asked.house.storage) == before + 1
    again = await asked.house.storage.run(rights.ask_head_to_erase, (await asked.talk.lane()).person_id)
    assert again > asked.house.storage.clock.now(), "it may be asked again"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": "burn"},
        {"decision": "erase"},
        {"decision": "keep"},
        {"decision": "keep", "because": "  "},
        {"decision": "keep", "because": "x" * 501},
    ],
)
async def test_what_is_missing_is_asked_for(asked: Asked, fields: dict[str, str]) -> None:
    before = await messages(asked.house.storage)
    async with asked.house.browser() as browser:
        await asked.page(browser)
        assert await asked.answer(browser, **fields) == 422
        assert "Rien n’a changé." in browser.page.text
    assert await messages(asked.house.storage) == before
    assert len(await asked.house.storage.read(tasks.waiting, asked.head)) == 1


@pytest.mark.parametrize("obstacle", ["hold", "alert", "minor"])
async def test_what_must_come_first_comes_first(asked: Asked, obstacle: str) -> None:
    """A demande held, a danger that nobody read, a minor in danger of whom nobody was told: nothing is erased before."""

    def unit(work: Work) -> None:
        thread = threads.find(work, asked.thread)
        assert thread is not None
        if obstacle == "hold":
            holds.hold(work, thread.id, asked.head.id, WHY, work.now + timedelta(days=90))
        elif obstacle == "alert":
            threads.raise_alert(work, thread.id)
        else:
            lane = lanes.lane_of(work, asked.talk.address)
            assert lane is not None
            crises.add(work, lane.conversation_id, next(iter(load().crises.minors)), lane.number, None)

    await asked.house.storage.run(unit)
    said = {"hold": "mettez-y fin d’abord", "alert": "lisez-le d’abord", "minor": "qui a été informé"}[obstacle]
    before = await messages(asked.house.storage)
    async with asked.house.browser() as browser:
        assert said in await asked.page(browser)
        assert await asked.answer(browser, decision="erase", sure="1") == 422
        assert await messages(asked.house.storage) == before
        assert await asked.answer(browser, decision="keep", because=WHY) == 303


async def test_to_a_phone_that_may_be_read_the_head_may_answer_otherwise(asked: Asked) -> None:
    def unit(work: Work) -> None:
        lane = lanes.lane_of(work, asked.talk.address)
        assert lane is not None
        seen = crises.add(work, lane.conversation_id, "violence", lane.number, None)
        crises.note(work, seen.id, watched_phone=True)

    await asked.house.storage.run(unit)
    async with asked.house.browser() as browser:
        assert "je lui réponds autrement" in await asked.page(browser)
        assert await asked.answer(browser, decision="keep", because=WHY, silently="1") == 303
    assert asked.talk.news() == []


async def test_it_is_the_heads_and_is_not_ticked_off(asked: Asked) -> None:
    await asked.house.colleague()
    done = asked.path.replace("/answer", "/done")
    async with asked.house.browser() as browser:
        await browser.log_in()
        assert (await browser.get(asked.path)).status_code == 403
        await browser.get("/backend")
        form = {"token": browser.form("/backend/logout")["token"], "decision": "erase", "sure": "1"}
        assert (await browser.post(asked.path, form)).status_code == 403
    async with asked.house.browser() as browser:
        await asked.page(browser)
        assert (await browser.post(done, {"token": browser.form("/backend/logout")["token"]})).status_code == 409
        assert (await browser.get("/backend/tasks/forged/answer")).status_code == 404
    assert len(await asked.house.storage.read(tasks.waiting, asked.head)) == 1
