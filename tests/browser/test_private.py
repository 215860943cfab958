"""The pages that stand apart, in a real browser: a private link, a page for papers; small, dark, at 400 %, by keyboard, without JavaScript."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from bot.boxes import PaperBoxes
from bot.channels.webchat.depositing import deposit_routes
from bot.channels.webchat.moving import moving_routes
from bot.messages import Address, Inbound, Kind
from bot.moves import PrivateMoves
from storage import lanes, letterboxes, private_links, road
from storage.engine import Work
from tests import samples
from tests.browser.chat import OVERFLOW, PHONE, SMALL, violations
from tests.browser.desk import DESK, ZOOMED, Desk, browser_of, faults_at, log_in
from tests.browser.desk import PHONE as DESK_PHONE
from tests.browser.test_desk_files import a_thread_of_files
from tests.channels.webchat.site import Site, answer
from tests.talk import shared_library

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

YANIS = Address("telegram", "bot", "yanis")
SMALLEST, LOW = {"width": 320, "height": 640}, {"width": 320, "height": 256}


def asked(work: Work) -> tuple[str, str]:
    """Yanis wrote: his private link, and a page for the paper a colleague asks for."""
    accepted = road.accept(work, Inbound(YANIS, "1", Kind.TEXT, work.now, text="mon secret"), handled=True)
    lane = accepted.lane if accepted else lanes.open_lane(work, YANIS)
    link = private_links.make(work, lane)
    box, _until = letterboxes.make(work, lane, wanted="ton dernier bulletin de paie, ou une attestation qui dit pourquoi tu n'en as pas")
    lanes.keep(work, lane)
    return f"/c/{link}", f"/depot/{box}"


async def opened(site: Site) -> tuple[str, str]:
    """The addresses of both."""
    if not any(getattr(route, "path", "") == "/c/{token}" for route in site.app.routes):
        site.app.include_router(moving_routes(site.house, PrivateMoves(site.robot.storage)))
        site.app.include_router(deposit_routes(site.house, PaperBoxes(site.robot.storage, shared_library)))
    return await site.robot.storage.run(asked)


async def on_a_phone(chromium: Browser, **options: object) -> Page:
    context = await chromium.new_context(**{"viewport": PHONE, "locale": "fr-FR", **options})  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    return await context.new_page()


async def faults(page: Page) -> list[str]:
    """What axe finds, what is wider than the page, what a thumb misses."""
    return [*await violations(page), *await page.evaluate(OVERFLOW), *await page.evaluate(SMALL)]


async def leave(page: Page, *files: tuple[str, bytes]) -> None:
    chosen = [FilePayload(name=name, mimeType="application/octet-stream", buffer=body) for name, body in files]
    await page.get_by_label("Une photo ou un PDF").set_input_files(chosen)
    await page.get_by_role("button", name="Envoyer à l’équipe").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_them(chromium: Browser, site: Site, scheme: str, tmp_path: Path) -> None:
    look = Path(os.environ.get("PALIER_LOOK") or tmp_path)
    link, box = await opened(site)
    page = await on_a_phone(chromium, color_scheme=scheme, bypass_csp=True)
    found: list[str] = []
    for name, path in (("link", link), ("deposit", box), ("link-over", "/c/" + "a" * 43), ("deposit-over", "/depot/" + "a" * 43)):
        await page.goto(f"{site.url}{path}")
        for size in (PHONE, SMALLEST, LOW):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            await page.screenshot(path=look / f"{name}-{size['width']}x{size['height']}-{scheme}.png", full_page=True)
            found += [f"{name} {size}: {fault}" for fault in await faults(page)]
    await page.goto(f"{site.url}{box}")
    await leave(page, ("un-nom-" + "très-long-" * 12 + ".jpg", samples.jpeg()), ("a.zip", samples.archive()))
    await expect(page.get_by_role("status")).to_contain_text("C’est reçu")
    await expect(page.get_by_role("alert")).to_contain_text("Ce fichier ne passe pas ici.")
    await page.screenshot(path=look / f"received-low-{scheme}.png", full_page=True)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.screenshot(path=look / f"received-{scheme}.png", full_page=True)
    found += [f"received: {fault}" for fault in await faults(page)]
    await page.goto(f"{site.url}{link}")
    await page.get_by_role("button", name="Ouvrir la page").click()
    await expect(page.get_by_text("On continue ici")).to_be_visible()
    await page.screenshot(path=look / f"private-{scheme}.png")
    found += [f"private: {fault}" for fault in await faults(page)]
    assert found == []
    await page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
async def test_by_keyboard_alone_and_the_page_is_found_again(chromium: Browser, site: Site, script: bool) -> None:
    site.robot.otherwise = [answer("Reçu.")]
    link, _box = await opened(site)
    page = await on_a_phone(chromium, java_script_enabled=script)
    await page.goto(f"{site.url}{link}")
    button = page.get_by_role("button", name="Ouvrir la page")
    for _ in range(5):
        if await button.evaluate("one => one === document.activeElement") if script else await button.and_(page.locator(":focus")).count():
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("On continue ici")).to_be_visible()
    if script:
        await expect(page).to_have_url(f"{site.url}/chat")
        await page.reload()
        await expect(page.get_by_text("On continue ici")).to_be_visible()
    await page.get_by_label("Ton message").fill("je suis là")
    await page.get_by_label("Envoyer").click()
    await expect(page.get_by_text("Reçu.")).to_be_visible()
    await expect(page.get_by_text("mon secret")).to_have_count(0)
    await page.goto(f"{site.url}{link}")
    await expect(page.get_by_role("heading", name="Ce lien ne marche plus")).to_be_visible()
    await page.context.close()


async def test_a_paper_is_left_without_javascript(chromium: Browser, site: Site) -> None:
    _link, box = await opened(site)
    page = await on_a_phone(chromium, java_script_enabled=False)
    await page.goto(f"{site.url}{box}")
    await leave(page, ("bail.jpg", samples.jpeg()), ("rib.pdf", samples.pdf()))
    await expect(page.get_by_role("status")).to_contain_text("bail.jpg")
    await expect(page.get_by_role("status")).to_contain_text("L’équipe le verra")
    await page.get_by_role("button", name="Quitter vite").click()
    await expect(page.get_by_text("bail.jpg")).to_have_count(0)
    await page.context.close()


async def test_everybody_of_the_team_can_use_theirs(chromium: Browser, desk: Desk, tmp_path: Path) -> None:
    look = Path(os.environ.get("PALIER_LOOK") or tmp_path)
    token = await a_thread_of_files(desk)
    async with browser_of(chromium, axe=True) as context:
        page = await log_in(context, desk)
        await page.goto(f"{desk.url}/backend/threads/{token}/paper")
        await page.screenshot(path=look / "desk-paper.png")
        found = await faults_at(page, "paper", DESK, DESK_PHONE, ZOOMED)
        await page.get_by_label("Quel papier").fill("le bail")
        await page.get_by_role("button", name="Envoyer la demande").click()
        await expect(page.get_by_text("C’est demandé.")).to_be_visible()
        await page.get_by_text("Vu, détruire la copie").first.click()
        await page.get_by_label("Ce que c’était").first.fill("carte d'identité")
        await page.screenshot(path=look / "desk-destroy.png")
        found += await faults_at(page, "destroy", DESK, DESK_PHONE, ZOOMED)
        await page.get_by_role("button", name="Détruire la copie").first.click()
        await expect(page.get_by_text("La copie est détruite.")).to_be_visible()
        await expect(page.get_by_text("par Nadège")).to_be_visible()
        await page.evaluate("document.querySelector('.thread-body').scrollTo(0, 0)")
        await page.screenshot(path=look / "desk-seen.png")
        found += await faults_at(page, "seen", DESK, DESK_PHONE)
    assert found == []
