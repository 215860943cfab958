"""What there is to do, notes between colleagues, and the end of a demande, in a real browser: by thumb, by keyboard, without JavaScript."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage import promises, rights, tasks, threads
from storage.caseworkers import Role
from storage.engine import Work
from storage.tasks import Kind
from storage.thread_view import SHOWN
from tests.backend.test_minors import minor
from tests.browser.desk import DESK, NARROW, PHONE, Desk, browser_of, faults_in, faults_of, log_in, small_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEAD = "nadia@example.org"


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_a_demande_from_note_to_end_and_back(chromium: Browser, desk: Desk, script: bool) -> None:
    token = await desk.house.asks_for_somebody(text="il veut un garant avant vendredi")
    async with browser_of(chromium, PHONE, script=script) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        log = page.get_by_role("log")
        await page.get_by_text("Note", exact=True).click()
        await page.get_by_label("Note pour les collègues").fill("Vu avec le bailleur : d’accord sur le principe.")
        await page.get_by_role("button", name="Garder la note").click()
        await expect(log.get_by_text("d’accord sur le principe")).to_be_visible()
        await page.get_by_text("À faire", exact=True).last.click()
        await page.get_by_label("Quoi").fill("Rappeler le bailleur")
        await page.get_by_role("button", name="Ajouter").click()
        await page.get_by_role("list", name="À faire sur cette demande").get_by_role("button", name="Fait").click()
        await expect(page.get_by_text("C’est noté comme fait.")).to_be_visible()
        await page.get_by_role("link", name="Clore").click()
        await page.get_by_label("Information donnée").check()
        await page.get_by_label("Votre dernier mot").fill("Bonne installation !")
        await page.get_by_role("button", name="Clore la demande").click()
        await expect(page.get_by_text("La demande est close.")).to_be_visible()
        await page.goto(f"{desk.url}/backend/closed")
        await page.get_by_role("link", name="Sans prénom").click()
        await page.get_by_role("button", name="Rouvrir").click()
        await expect(page.get_by_text("La demande est rouverte.")).to_be_visible()
    said = [text for _, text in await desk.house.said()]
    assert "Bonne installation !" in said
    assert not [text for text in said if "bailleur" in text]


async def test_a_way_to_write_is_chosen_by_keyboard(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.asks_for_somebody()
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await page.get_by_label("Répondre", exact=True).focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_label("Note pour les collègues")).to_be_visible()
        await expect(page.get_by_label("Votre réponse")).to_be_hidden()
        await page.keyboard.press("Tab")
        await page.keyboard.type("Pour Théo")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("log").get_by_text("Pour Théo")).to_be_visible()
    assert "Pour Théo" not in [text for _, text in await desk.house.said()]


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_the_head_answers_an_erasure(chromium: Browser, desk: Desk, script: bool) -> None:
    await lived_in(desk)
    async with browser_of(chromium, PHONE, script=script) as context:
        page = await log_in(context, desk, HEAD)
        await page.get_by_role("link", name="À faire").click()
        await page.get_by_role("link", name="Répondre").click()
        await expect(page.get_by_text("la loi donne un mois")).to_be_visible()
        await page.get_by_label("Garder, et dire pourquoi").check()
        await page.get_by_label("La personne lira vos mots").fill("un logement est demandé en ton nom cette semaine")
        await page.get_by_role("button", name="Répondre").click()
        await expect(page.get_by_text("C’est gardé")).to_be_visible()
    assert [text for _, text in await desk.house.said("sofiane") if "un logement est demandé en ton nom" in text]


async def lived_in(desk: Desk) -> tuple[str, str]:
    """Somebody late, somebody soon, things to do, a minor in danger; the tokens of an ordinary thread and of the minor's."""
    house = desk.house
    await house.colleague("Nadia", HEAD, Role.HEAD)
    late, soon = await house.asks_for_somebody("ines", "toujours rien ?"), await house.asks_for_somebody("sofiane", "il veut un garant")
    protected = await minor(house)

    def unit(work: Work) -> None:
        for token, hours in ((late, -2), (soon, 20)):
            thread = threads.find(work, token)
            assert thread is not None
            promises.give(work, thread.id, work.now + timedelta(hours=hours))
            tasks.add(work, Kind.CALL, text="Rappeler sur son fixe", thread_id=thread.id, due_at=work.now + timedelta(hours=hours))
        tasks.add(work, Kind.DATA)
        thread = threads.find(work, soon)
        assert thread is not None
        rights.ask_head_to_erase(work, thread.person_id)
        tasks.add(work, Kind.DO, text="Préparer l’atelier")

    await house.storage.run(unit)
    return soon, protected


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page of this file, in each of its states."""
    token, protected = await lived_in(desk)
    page = await log_in(context, desk, HEAD)
    yield "list", page
    await page.goto(f"{desk.url}/backend/tasks")
    yield "tasks", page
    await page.get_by_label("Quoi").fill(" ")
    await page.get_by_role("button", name="Ajouter").click()
    yield "tasks, nothing said", page
    await page.get_by_role("button", name="Fait").first.click()
    yield "tasks, done", page
    await page.goto(f"{desk.url}/backend/tasks")
    await page.get_by_role("link", name="Répondre").click()
    yield "an erasure asked", page
    await page.get_by_label("Garder, et dire pourquoi").check()
    await page.get_by_role("button", name="Répondre").click()
    yield "an erasure, no reason", page
    for pages in (thread_pages(desk, page, token), endings(desk, page, token, protected)):
        async for name, shown in pages:
            yield name, shown


async def thread_pages(desk: Desk, page: Page, token: str) -> AsyncIterator[tuple[str, Page]]:
    """A thread with what stands on it: a hold, a note, something to do."""
    path = f"{desk.url}/backend/threads/{token}"
    await page.goto(path)
    yield "thread", page
    await page.get_by_role("link", name="Conserver").click()
    yield "hold", page
    await page.get_by_label("Pourquoi").fill("Une plainte est en cours.")
    await page.get_by_label("Dernier jour").fill("2020-01-01")
    await page.get_by_role("button", name="Conserver la demande").click()
    yield "hold, a fault", page
    await page.get_by_label("Dernier jour").fill("2026-12-31")
    await page.get_by_role("button", name="Conserver la demande").click()
    yield "held", page
    await page.get_by_role("link", name="Pourquoi, et changer").click()
    yield "hold, again", page
    await page.goto(f"{desk.url}/backend/tasks")
    await page.get_by_role("link", name="Répondre").click()
    yield "an erasure, held", page
    await page.goto(path)
    await page.get_by_text("Note", exact=True).click()
    yield "note", page
    await page.get_by_label("Note pour les collègues").fill("Son père ne doit pas savoir qu’on se parle.")
    await page.get_by_role("button", name="Garder la note").click()
    yield "noted", page
    await page.get_by_text("À faire", exact=True).last.click()
    yield "task", page


async def endings(desk: Desk, page: Page, token: str, protected: str) -> AsyncIterator[tuple[str, Page]]:
    """A thread on its way out."""
    path = f"{desk.url}/backend/threads/{token}"
    await page.goto(f"{path}/give-back")
    yield "give back", page
    await page.goto(f"{path}/close")
    yield "close", page
    await page.get_by_label("Autre", exact=True).check()
    await page.get_by_role("button", name="Clore la demande").click()
    yield "close, a fault", page
    await page.get_by_label("Quelques mots pour l’équipe").fill("Parti vivre à Lille.")
    await desk.house.says("encore une chose", "sofiane")
    await page.get_by_role("button", name="Clore la demande").click()
    yield "close, crossed", page
    await page.goto(f"{desk.url}/backend/threads/{protected}/close")
    yield "close, a minor", page
    await page.get_by_label("Information donnée").check()
    await page.get_by_label("Pas d’information transmise").check()
    await page.get_by_label("Parce que", exact=True).fill("Le service éducatif qui la suit le sait déjà.")
    await page.get_by_role("button", name="Clore la demande").click()
    yield "closed", page
    await page.goto(f"{desk.url}/backend/threads/{protected}")
    yield "an ending", page
    await page.goto(f"{desk.url}/backend/closed")
    yield "over", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW)


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True), (NARROW, False)])
async def test_what_is_older_than_a_page(chromium: Browser, desk: Desk, size: tuple[int, int], dark: bool) -> None:
    token = await desk.house.asks_for_somebody(text="la toute première ligne")
    for number in range(SHOWN):
        await desk.house.says(f"ligne {number}")
    async with browser_of(chromium, size, dark=dark, axe=True) as context, browser_of(chromium, size, script=False) as plain:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        faults = await faults_of(page, "a long thread")
        await page.get_by_role("link", name="Messages plus anciens").click()
        await expect(page.get_by_text("la toute première ligne")).to_be_visible()
        faults += await faults_of(page, "older")
        if size == PHONE:
            faults += await small_of(page, "older")
        if folder := os.environ.get("PALIER_TEST_PICTURES"):
            await page.screenshot(path=Path(folder) / f"work-older-{size[0]}.png")
        page = await log_in(plain, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await page.get_by_role("link", name="Messages plus anciens").click()
        await page.get_by_role("link", name="Revenir à la demande").first.click()
        await expect(page.get_by_role("log").get_by_text(f"ligne {SHOWN - 1}", exact=True)).to_be_visible()
    assert not faults
