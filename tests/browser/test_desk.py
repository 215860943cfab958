"""The desk in a real browser: with and without JavaScript, by keyboard, on a phone, in the dark, at 400 %."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.backend.desk import PASSWORD
from tests.browser.desk import DESK, PHONE, ZOOMED, Desk, browser_of, faults_in, log_in
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
@pytest.mark.parametrize("size", [DESK, PHONE])
async def test_a_caseworker_answers(chromium: Browser, desk: Desk, script: bool, size: tuple[int, int]) -> None:
    await desk.house.asks_for_somebody(text="il veut un garant avant vendredi")
    await desk.house.named("yanis", "Yanis")
    async with browser_of(chromium, size, script=script) as context:
        page = await log_in(context, desk)
        await page.get_by_role("link", name="Yanis").click()
        await page.get_by_label("Votre réponse à Yanis").fill("Bonjour Yanis, on regarde Visale ensemble.")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        log = page.get_by_role("log")
        await expect(log.get_by_text("Nadège te répond maintenant. Le robot se tait.")).to_be_visible()
        await expect(log.get_by_text("on regarde Visale ensemble")).to_be_in_viewport()
        await expect(log.get_by_text("Pas encore parti").first).to_be_visible()
        await page.get_by_role("link", name="Rendre au robot").click()
        await page.get_by_role("button", name="Rendre au robot").click()
        await expect(page.get_by_text("Telegram · le robot répond")).to_be_visible()
    assert ("caseworker", "Bonjour Yanis, on regarde Visale ensemble.") in await desk.house.said()


async def test_by_keyboard_alone(chromium: Browser, desk: Desk) -> None:
    await desk.house.asks_for_somebody()
    async with browser_of(chromium) as context:
        page = await context.new_page()
        await page.goto(f"{desk.url}/backend")
        await page.get_by_label("Adresse e-mail").focus()
        await page.keyboard.type("nadege@example.org")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Demandes")).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
        await page.keyboard.press("Enter")
        first = page.locator("main a[href*='/backend/threads/']").first
        for _press in range(4):  # what the page asks of the team comes before
            await page.keyboard.press("Tab")
            if await first.evaluate("link => link === document.activeElement"):
                break
        await expect(first).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_label("Votre réponse").focus()
        await page.keyboard.type("Bonjour")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("log").get_by_text("Bonjour", exact=True)).to_be_visible()


async def test_words_come_while_the_page_is_open(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.asks_for_somebody()
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await expect(page.get_by_label("Votre réponse")).to_be_visible()
        await desk.house.says("tu es là ?")
        await expect(page.get_by_role("log").get_by_text("tu es là ?")).to_be_in_viewport()
        await page.get_by_label("Votre réponse").fill("Oui")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await expect(page.get_by_role("log").get_by_text("Oui", exact=True)).to_be_visible()
        await desk.house.becomes(token, "delivered")
        await desk.house.says("merci")
        await expect(page.get_by_role("log").get_by_text("merci")).to_be_visible()
        for number in range(12):
            await desk.house.says(f"ligne {number}")
        await desk.house.is_in_danger(text="je dors dehors ce soir")
        await expect(page.get_by_text("Danger signalé à")).to_be_visible()
        await expect(page.get_by_role("log").get_by_text("je dors dehors")).to_be_in_viewport(ratio=1)
        await expect(page.get_by_label("Votre réponse")).to_have_value("")


async def test_words_that_cross_a_draft_are_shown_before_it_goes(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.asks_for_somebody()
    await desk.house.named("yanis", "Yanis")
    async with browser_of(chromium, PHONE) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await page.get_by_label("Votre réponse").fill("Mon brouillon")
        await desk.house.says("laisse tomber, c’est réglé")
        await expect(page.get_by_role("log").get_by_text("c’est réglé")).to_be_visible()
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        collision = page.get_by_role("alert")
        await expect(collision).to_contain_text("Yanis a écrit pendant que vous écriviez.")
        await expect(collision).to_contain_text("c’est réglé")
        await expect(page.get_by_label("Votre réponse")).to_have_value("Mon brouillon")
        await page.get_by_role("link", name="Reprendre mon texte").click()
        await page.get_by_label("Votre réponse").fill("Tant mieux !")
        await page.get_by_role("button", name="Envoyer quand même").click()
        await expect(page.get_by_role("log").get_by_text("Tant mieux !")).to_be_visible()
    assert [text for author, text in await desk.house.said() if author == "caseworker"] == ["Tant mieux !"]


async def test_danger_comes_to_the_top_of_an_open_list(chromium: Browser, desk: Desk) -> None:
    await desk.house.asks_for_somebody("anna")
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await expect(page.get_by_text("1 personne attend")).to_be_visible()
        await desk.house.is_in_danger("chloe", "je dors dehors ce soir")
        row = page.get_by_role("listitem").filter(has_text="je dors dehors ce soir")

        async def comes() -> bool:
            desk.clock.turn(2)  # again and again: the list may not be waiting yet
            return await row.count() == 1

        await until(comes, "the danger to come into the list")
        await expect(row).to_contain_text("Danger")
        await row.get_by_role("button", name="J’ai lu").click()
        await expect(page.get_by_role("log").get_by_text("Nadège a lu ton message.")).to_be_visible()
    assert (await desk.house.said("chloe"))[-1] == ("bot", "Nadège a lu ton message.")


async def test_a_page_whose_session_ended_goes_back_to_the_door(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.asks_for_somebody(text="un secret")
    async with browser_of(chromium) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        other = await context.new_page()
        await other.goto(f"{desk.url}/backend")
        await other.get_by_label("Votre menu").click()
        await other.get_by_role("button", name="Se déconnecter").click()
        await expect(other.get_by_role("heading", name="Se connecter")).to_be_visible()
        await desk.house.says("encore")
        await expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
        await other.go_back()
        await expect(other.get_by_text("un secret")).to_have_count(0)


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page of the desk, with something of everything on it."""
    house = desk.house
    invitation = await house.invite("awa@example.org")
    await house.says("bonjour", "ines")
    await house.robot_says("Visale, c’est un garant gratuit.", "ines")
    lost = await house.asks_for_somebody("ines", "كيف أطلب سكنًا اجتماعيًا؟ " + "unmottrèslongsansaucunespace" * 8)
    danger = await house.is_in_danger("lina", "on m’a mise dehors hier soir")
    await house.is_parked("sofiane", "bonjour")
    page = await context.new_page()
    for name, path in (("login", "/backend/login"), ("invitation", f"/backend/invitation/{invitation}"), ("over", "/backend/invitation/none")):
        await page.goto(desk.url + path)
        yield name, page
    await page.close()
    page = await log_in(context, desk)
    yield "list", page
    await page.goto(f"{desk.url}/backend/crisis-texts?langue=ar")
    yield "crisis texts", page
    await page.goto(f"{desk.url}/backend/threads/{danger}")
    yield "danger", page
    await page.goto(f"{desk.url}/backend/threads/{lost}")
    await page.get_by_label("Votre réponse").fill("Bonjour")
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    await house.becomes(lost, "failed")
    await page.goto(f"{desk.url}/backend/threads/{lost}")
    yield "lost", page
    await page.get_by_label("Votre réponse").fill("Bonjour")
    await house.says("attends", "ines")
    await page.get_by_role("button", name="Envoyer", exact=True).click()
    yield "collision", page
    await page.get_by_role("link", name="Clore").click()
    await page.get_by_label("Information donnée").check()
    await page.get_by_role("button", name="Clore la demande").click()
    yield "closed", page
    await page.goto(f"{desk.url}/backend/threads/{lost}")
    yield "reread", page
    await page.goto(f"{desk.url}/backend/threads/none")
    yield "gone", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, ZOOMED)


async def test_nothing_is_refused_by_our_own_policy(chromium: Browser, desk: Desk) -> None:
    said: list[str] = []
    async with browser_of(chromium) as context:
        context.on("console", lambda message: said.append(message.text))
        context.on("weberror", lambda error: said.append(str(error.error)))
        async for _name, _page in every_page(desk, context):
            pass
    assert {text for text in said if "status of 4" not in text} == set()  # the refusals these pages are about are no faults


async def test_at_400_percent_nothing_hides_what_is_read(chromium: Browser, desk: Desk) -> None:
    token = await desk.house.asks_for_somebody(text="il veut un garant avant vendredi")
    async with browser_of(chromium, ZOOMED) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        words = page.get_by_role("log").get_by_text("il veut un garant")
        await words.scroll_into_view_if_needed()
        await expect(words).to_be_in_viewport(ratio=1)
        await page.get_by_label("Votre réponse").fill("Bonjour")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await expect(page.get_by_role("log").get_by_text("Bonjour", exact=True)).to_be_visible()


async def test_the_picture_of_the_readme(chromium: Browser, desk: Desk, tmp_path: Path) -> None:
    """PALIER_PICTURES=1 renews docs/images/desk.png."""
    folder = Path("docs/images") if os.environ.get("PALIER_PICTURES") else tmp_path
    token = await invented(desk)
    async with browser_of(chromium, (1180, 760)) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}")
        await page.get_by_label("Votre réponse").fill("Je regarde avec le propriétaire et je te redis demain.")
        await page.get_by_role("heading", name="Inès").click()
        picture = await page.screenshot(path=folder / "desk.png")
    assert picture.startswith(b"\x89PNG")


async def invented(desk: Desk) -> str:
    """An invented morning; the thread to look at."""
    house, clock = desk.house, desk.clock
    for name in ("Inès", "Sofiane", "Maëlle", "Lina"):
        await house.says("bonjour", name)
        await house.named(name, name)
    await house.robot_says("Visale, c’est un garant gratuit. Demande-le avant de signer le bail.", "Inès")
    token = await house.asks_for_somebody("Inès", "il veut un garant avant vendredi")
    clock.turn(minutes=14)
    await house.asks_for_somebody("Sofiane", "كيف أطلب سكنًا اجتماعيًا؟")
    clock.turn(minutes=9)
    await house.asks_for_somebody("Maëlle", "il garde ma caution depuis 3 mois")
    path, words = f"/backend/threads/{token}", "Bonjour Inès, c’est Nadège. Ne signe rien avant d’avoir le visa Visale, d’accord ?"
    async with house.browser() as nadege:
        await nadege.log_in()
        await nadege.get(path)
        await nadege.send(f"{path}/take")
        await house.becomes(token, "delivered")
        await nadege.get(path)
        await nadege.send(f"{path}/reply", text=words)
    await house.becomes(token, "delivered")
    clock.turn(minutes=4)
    await house.says("ok ! et pour jeudi ?", "Inès")
    await house.is_in_danger("Lina", "on m’a mise dehors hier soir")
    return token
