"""The main job, in two windows of a real browser and the real service: somebody asks for a person, and a caseworker answers."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from backend.auth import Passwords
from bot.app import Role, Service, open_service, web
from bot.clock import MachineClock
from bot.serving import server
from content.library import load_library
from storage import caseworkers
from storage.engine import Work
from tests import samples
from tests.conftest import settings_for
from tests.databases import SqliteTemplate

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

EMAIL, PASSWORD, NAME = "samira@exemple.fr", "une lampe sur le palier", "Samira"


@asynccontextmanager
async def running(url: str) -> AsyncIterator[tuple[Service, str]]:
    """The whole service on a port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = settings_for(url).model_copy(update={"port": port, "base_url": f"http://127.0.0.1:{port}"})
    async with open_service(settings, MachineClock(), Role.RUN, library=load_library(demo=True)) as service:
        site = server(web(service), "127.0.0.1", port, service.stopping)
        serving = asyncio.create_task(site.run_until_stopped())
        while not site.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
            await asyncio.sleep(0.01)  # a real server opens its port
        yield service, settings.base_url
        service.stopping.set()
        await serving


@pytest_asyncio.fixture(loop_scope="session")
async def house(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[str]:
    """The service's address, with one caseworker in its team."""
    async with running(sqlite_template.create(tmp_path)) as (service, address):
        hashed = await Passwords().hash(PASSWORD)

        def join(work: Work) -> None:
            caseworkers.accept_invitation(work, caseworkers.invite(work, EMAIL, caseworkers.Role.CASEWORKER), NAME, hashed)

        await service.storage.run(join)
        yield address


async def enter(page: Page, address: str) -> None:
    await page.goto(f"{address}/backend")
    await page.locator("input[type=email]").fill(EMAIL)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Demandes")).to_be_visible()


async def test_a_person_asks_and_a_caseworker_answers(chromium: Browser, house: str, tmp_path: Path) -> None:
    """PALIER_PICTURES=1 renews docs/images/chat.png."""
    folder = Path("docs/images") if os.environ.get("PALIER_PICTURES") else tmp_path
    phone = await chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    laptop = await chromium.new_context(viewport={"width": 1180, "height": 760})
    young, desk = await phone.new_page(), await laptop.new_page()
    await young.goto(f"{house}/chat")
    await young.locator("textarea").fill("c koi visale stp")
    await young.keyboard.press("Enter")
    await expect(young.get_by_text("c’est un garant gratuit")).to_be_visible()
    await young.get_by_role("button", name="Une personne").last.click()
    await expect(young.get_by_text("le robot se tait")).to_be_visible()

    await enter(desk, house)
    await desk.locator("main a").filter(has_text="Sans prénom").first.click()
    await desk.get_by_label("Votre réponse").fill("Bonjour, c’est Samira. On regarde le garant ensemble. Tu signes quand ?")
    await desk.get_by_role("button", name="Envoyer").first.click()

    await expect(young.get_by_text("Tu signes quand")).to_be_in_viewport()
    await expect(young.get_by_text("Samira te répond maintenant")).to_be_visible()
    picture = await young.screenshot(path=folder / "chat.png")
    assert picture.startswith(b"\x89PNG")
    await young.locator("textarea").fill("jeudi")
    await young.keyboard.press("Enter")
    await expect(desk.get_by_text("jeudi", exact=True).last).to_be_visible()
    await phone.close()
    await laptop.close()


async def test_a_person_sends_a_photo_and_a_caseworker_sees_it(chromium: Browser, house: str) -> None:
    phone = await chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    laptop = await chromium.new_context(viewport={"width": 1180, "height": 760})
    young, desk = await phone.new_page(), await laptop.new_page()
    await young.goto(f"{house}/chat")
    async with young.expect_file_chooser() as chooser:
        await young.get_by_label("Joindre un fichier").click()
    await (await chooser.value).set_files({"name": "bail.png", "mimeType": "image/png", "buffer": samples.png(60, 40)})
    await expect(young.get_by_text("Ce que tu écris est lu par l’équipe")).to_be_visible()
    await expect(young.get_by_text("Reçu. Je suis un robot, je ne sais pas le lire. L’équipe le verra")).to_be_visible()

    await enter(desk, house)
    await desk.locator("main a").filter(has_text="Photo").first.click()
    photo = desk.get_by_role("log").get_by_role("img", name="Photo")
    await expect(photo).to_have_js_property("naturalWidth", 40)  # as it was held: the way a picture is turned is kept
    await desk.get_by_role("button", name="Traité", exact=True).click()
    await expect(desk.get_by_role("button", name="Encore à traiter")).to_be_visible()
    await phone.close()
    await laptop.close()
