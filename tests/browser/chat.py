"""What several browser tests do: open the chat, write, and say one of everything."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.chat_said import EVENT, HUMAN, teach
from tests.channels.webchat.site import Site

PHONE = {"width": 390, "height": 760}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OVERFLOW = """() => [...document.querySelectorAll('body *')]
  .filter((one) => one.checkVisibility() && !one.closest('.sr, .skip, svg'))
  .filter((one) => { const at = one.getBoundingClientRect(); return at.left < -1 || at.right > innerWidth + 1 })
  .map((one) => one.outerHTML.slice(0, 80))"""

SMALL = """() => [...document.querySelectorAll('button, a.btn, a.choice, textarea, .numbers a, .more a')]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
  .filter(([, at]) => at.height < 44 || at.width < 44)
  .map(([name, at]) => `${name} ${at.width}×${at.height}`)"""


async def open_chat(chromium: Browser, site: Site, **options: Any) -> Page:
    """A new person's browser on the chat."""
    teach(site.robot)
    context = await chromium.new_context(**{"viewport": PHONE, "locale": "fr-FR", **options})
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{site.url}/chat")
    return page


async def write(page: Page, text: str) -> None:
    """Write and send."""
    await page.get_by_label("Ton message").fill(text)
    await page.get_by_label("Envoyer").click()


async def say_everything(page: Page, site: Site) -> None:
    """One of each thing the page can show, the newest with its buttons open."""
    await write(page, "visale")
    await expect(page.get_by_role("button", name="Comment demander")).to_be_visible()
    await write(page, "jen peux plus")
    await expect(page.get_by_role("button", name="Oui")).to_be_visible()
    await page.get_by_role("banner").get_by_role("button", name="Urgence").click()
    await expect(page.get_by_text("Voici quel numéro appeler.")).to_be_visible()
    await page.get_by_role("banner").get_by_role("button", name="Une personne").click()
    await expect(page.get_by_role("button", name="Reprendre le robot")).to_be_visible()
    await site.robot.say(EVENT, HUMAN, human=True)
    if await page.evaluate("document.documentElement.classList.contains('live')"):
        await expect(page.get_by_text("Bonjour, c’est Samira.")).to_be_visible()
    else:
        await page.get_by_role("link", name="Voir les nouveaux messages").click()


async def violations(page: Page) -> list[str]:
    """What axe finds against WCAG A and AA and good practice."""
    results = await Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{one['id']}: {node['html'][:100]}" for one in results.response["violations"] for node in one["nodes"]]
