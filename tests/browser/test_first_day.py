"""A caseworker's first day, on the real service: from the invitation to the first answer, its pages and fields counted."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.app import Service
from storage import caseworkers
from storage.caseworkers import Role
from tests.browser.test_main_job import running
from tests.databases import SqliteTemplate

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PASSWORD = "quatre mots pour entrer"
MOST_PAGES, MOST_FIELDS = 26, 28
"""Half a minute each: what a newcomer opens and fills in within a quarter of an hour."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[tuple[Service, str]]:
    """The service on its very first day: nobody in its team."""
    async with running(sqlite_template.create(tmp_path)) as (service, address):
        yield service, address


class Newcomer:
    """Somebody at a browser: what they open and fill in is counted, and may be looked at (PALIER_LOOK names a folder)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages = self.fields = 0
        page.on("domcontentloaded", self._opened)

    def _opened(self, _page: Page) -> None:
        self.pages += 1

    async def fill(self, label: str, words: str) -> None:
        self.fields += 1
        await self.page.get_by_label(label).first.fill(words)

    async def tick(self, label: str) -> None:
        self.fields += 1
        await self.page.get_by_label(label).check()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).first.click()

    async def look(self, name: str) -> None:
        if folder := os.environ.get("PALIER_LOOK"):
            await self.page.screenshot(path=f"{folder}/{self.pages:02}-{name}.png", full_page=True)


@pytest.mark.parametrize("script", [pytest.param(True, id="with script"), pytest.param(False, id="without script")])
async def test_from_the_invitation_to_the_first_answer(chromium: Browser, house: tuple[Service, str], script: bool) -> None:
    service, address = house
    invitation = await service.storage.run(caseworkers.invite, "nadia@exemple.fr", Role.HEAD)
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=script)
    context.set_default_timeout(10_000)
    me = Newcomer(await context.new_page())
    await enter(me, f"{address}/backend/invitation/{invitation}")
    await answer_the_questions(me)
    await sign(me)
    await answer_somebody(me, chromium, address)
    assert me.pages <= MOST_PAGES, me.pages
    assert me.fields <= MOST_FIELDS, me.fields
    await context.close()


async def enter(me: Newcomer, link: str) -> None:
    """An account, by the link."""
    await me.page.goto(link)
    await me.look("invitation")
    await me.fill("Prénom montré aux jeunes", "Nadia")
    await me.fill("Mot de passe", PASSWORD)
    await me.fill("Le même", PASSWORD)
    await me.press("Ouvrir mon compte")
    await expect(me.page.get_by_text("Premier jour : 0 sur 12")).to_be_visible()
    await me.look("desk")


async def answer_the_questions(me: Newcomer) -> None:
    """The twelve, page by page; what is written on one is kept when it leads elsewhere, and the way back is on every page."""
    page = me.page
    await page.get_by_role("link", name="Commencer").click()
    await me.look("overview")
    await page.get_by_role("link", name="Commencer").click()
    await me.look("service")
    await me.fill("Le nom que les jeunes lisent", "CLLAJ")
    await me.fill("Le téléphone", "03 53 01 12 34")
    await me.fill("Les communes", "Brémont\nValmines")
    await me.press("Garder et continuer")
    await me.look("presence")
    await me.tick("Aucune fermeture")
    await me.press("Garder et ouvrir horaires et lieux")
    await me.look("hours")
    for day in ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"):
        await me.fill(day, "9h-12h, 13h30-17h")
    await me.press("Garder les horaires")
    place = page.locator("form", has=page.get_by_role("heading", name="Ajouter un lieu"))
    for label, words in (("Nom", "Le CLLAJ"), ("Adresse", "1 place du Marché, Brémont")):
        me.fields += 1
        await place.get_by_label(label).fill(words)
    await me.press("Ajouter ce lieu")
    await me.look("hours-kept")
    await page.get_by_role("link", name="Continuer").click()
    await me.look("overview-half")
    await page.get_by_role("link", name="Continuer").click()
    await me.look("team")
    await me.tick("Toute l’équipe est là")
    await me.fill("La direction", "Nadia Exemple")
    await me.press("Garder et continuer")
    await me.look("safety")
    await me.fill("La base légale", "Mission d’intérêt public")
    await me.tick("Cette page ouverte nous suffit")
    await me.fill("La page de « Quitter vite »", "https://meteo.example")
    await me.press("Garder et finir")
    await me.look("finished")
    await expect(page.get_by_text("12 sur 12")).to_be_visible()


async def sign(me: Newcomer) -> None:
    """The two signatures that the red band asks for; then there is no band."""
    page = me.page
    await page.get_by_role("link", name="les horaires", exact=True).click()
    await me.press("Je signe ces horaires")
    await page.get_by_role("link", name="les textes d’urgence", exact=True).click()
    await me.tick("J’ai lu tous ces textes")
    await me.press("J’ai lu et je signe")
    await me.look("signed")
    await expect(page.get_by_text("À signer")).to_have_count(0)


async def answer_somebody(me: Newcomer, chromium: Browser, address: str) -> None:
    """A first demande comes, and its answer arrives."""
    phone: BrowserContext = await chromium.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    young = await phone.new_page()
    await young.goto(f"{address}/chat")
    await young.get_by_role("button", name="Une personne").last.click()
    await expect(young.get_by_text("Une personne te répond avant")).to_be_visible()
    await me.page.get_by_role("link", name="Palier").click()
    await me.look("first-demand")
    await me.page.locator(".row > a").first.click()
    await me.look("thread")
    await me.fill("Votre réponse", "Bonjour, c’est Nadia. Je te lis.")
    await me.press("Envoyer")
    await expect(young.get_by_text("Bonjour, c’est Nadia. Je te lis.")).to_be_visible()
    await me.look("answered")
    await phone.close()
