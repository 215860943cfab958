"""The pages where the team sets up its service, in a real browser: the first day, the team, the texts to sign."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage.caseworkers import Role
from tests.browser.desk import DESK, NARROW, PHONE, Desk, browser_of, faults_in, log_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEAD = "nadia@example.org"


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_a_first_day(chromium: Browser, desk: Desk, script: bool) -> None:
    """From the band on the desk to the last answer, a slip mended on the way, then the texts signed."""
    await desk.house.colleague("Nadia", HEAD, Role.HEAD)
    async with browser_of(chromium, PHONE, script=script) as context:
        page = await log_in(context, desk, HEAD)
        await expect(page.get_by_text("Premier jour : 0 sur 12")).to_be_visible()
        await page.get_by_role("link", name="Commencer").click()
        await page.get_by_role("link", name="Commencer").click()
        await page.get_by_label("Le nom que les jeunes lisent").fill("CLLAJ")
        await page.get_by_label("Le téléphone").fill("03 00")
        await page.get_by_role("button", name="Garder et continuer").click()
        await expect(page.get_by_role("heading", name="Quand et où")).to_be_visible()
        await page.get_by_label("L’équipe répond aussi à midi").check()
        await page.get_by_label("Aucune fermeture").check()
        await page.get_by_role("button", name="Garder et continuer").click()
        await page.get_by_label("Toute l’équipe est là").check()
        await page.get_by_label("La direction").fill("Nadia Exemple")
        await page.get_by_role("button", name="Garder et continuer").click()
        await page.get_by_label("La base légale").fill("Mission d’intérêt public")
        await page.get_by_label("Cette page ouverte nous suffit").check()
        await page.get_by_label("La page de « Quitter vite »").fill("https://meteo.example")
        await page.get_by_role("button", name="Garder et finir").click()
        await expect(page.get_by_text("10 sur 12")).to_be_visible()
        await expect(page.get_by_role("listitem").filter(has_text="Les lieux").last).to_contain_text("Les lieux")
        await page.get_by_role("link", name="les textes d’urgence").click()
        await page.get_by_label("J’ai lu tous ces textes").check()
        await page.get_by_role("button", name="J’ai lu et je signe").click()
        await expect(page.get_by_text("Signés par Nadia")).to_be_visible()
        await expect(page.get_by_role("link", name="les textes d’urgence")).to_have_count(0)


async def test_a_colleague_is_invited_and_comes_in(chromium: Browser, desk: Desk) -> None:
    await desk.house.colleague("Nadia", HEAD, Role.HEAD)
    async with browser_of(chromium, script=False) as context, browser_of(chromium, PHONE) as elsewhere:
        page = await log_in(context, desk, HEAD)
        await page.goto(f"{desk.url}/backend/team")
        await page.get_by_label("Adresse e-mail professionnelle").fill("theo@example.org")
        await page.get_by_label("Répond aux jeunes").check()
        await page.get_by_role("button", name="Préparer le lien").click()
        link = await page.get_by_label("Lien d’invitation").input_value()
        other = await elsewhere.new_page()
        await other.goto(desk.url + link.removeprefix("http://127.0.0.1:8000"))
        await other.get_by_label("Prénom montré aux jeunes").fill("Théo")
        for label in ("Mot de passe", "Le même"):
            await other.get_by_label(label).fill("quatre mots pour entrer")
        await other.get_by_role("button", name="Ouvrir mon compte").click()
        await expect(other.get_by_role("heading", name="Demandes")).to_be_visible()
        await page.goto(f"{desk.url}/backend/team")
        row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Théo"))
        await row.get_by_text("Fermer le compte").click()
        await row.get_by_role("button", name="Oui, fermer ce compte").click()
        await expect(page.get_by_text("Le compte est fermé.")).to_be_visible()


async def every_page(desk: Desk, context: BrowserContext) -> AsyncIterator[tuple[str, Page]]:
    """Each page of this file, in each of its states."""
    await desk.house.colleague("Nadia", HEAD, Role.HEAD)
    await desk.house.invite("paul@example.org")
    page = await log_in(context, desk, HEAD)
    for part in ("", "/service", "/presence", "/team", "/safety"):
        await page.goto(f"{desk.url}/backend/setup{part}")
        yield f"setup{part}", page
    await page.goto(f"{desk.url}/backend/setup/service")
    await page.get_by_label("Le téléphone").fill("aucun")
    await page.get_by_role("button", name="Garder et continuer").click()
    yield "a fault", page
    await page.goto(f"{desk.url}/backend/team")
    await page.get_by_text("Fermer le compte").first.click()
    yield "team", page
    await page.get_by_label("Adresse e-mail professionnelle").fill("nadege@example.org")
    await page.get_by_label("Administration :").check()
    await page.get_by_role("button", name="Préparer le lien").click()
    yield "taken", page
    await page.get_by_role("button", name="Mot de passe perdu").first.click()
    yield "a link", page
    await page.goto(f"{desk.url}/backend/crisis-texts?langue=ar")
    yield "texts", page
    await page.goto(f"{desk.url}/backend/crisis-texts")
    await page.get_by_label("J’ai lu tous ces textes").check()
    await page.get_by_role("button", name="J’ai lu et je signe").click()
    yield "signed", page
    await page.get_by_label("Votre menu").click()
    yield "menu", page


async def test_everybody_can_use_it(chromium: Browser, desk: Desk) -> None:
    assert not await faults_in(every_page, chromium, desk, DESK, PHONE, NARROW)
