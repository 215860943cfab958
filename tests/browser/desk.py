"""What the browser tests of the desk share: a served desk, a window, a login, and what nobody may meet on a page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.backend.desk import PASSWORD, House
from tests.clock import TestClock

DESK, PHONE, ZOOMED = (1280, 820), (390, 844), (320, 256)
"""A desk's screen, a phone, and a desk at 400 %."""


@dataclass(frozen=True)
class Desk:
    """A served desk, its clock, and Nadège who may log in."""

    house: House
    clock: TestClock
    url: str


Pages = Callable[[Desk, BrowserContext], AsyncIterator[tuple[str, Page]]]
"""A walk through the desk: the name of each page it comes by, and the page."""


@asynccontextmanager
async def browser_of(
    chromium: Browser, size: tuple[int, int] = DESK, *, script: bool = True, dark: bool = False, axe: bool = False
) -> AsyncIterator[BrowserContext]:
    """A browser window. `axe` lets the accessibility checker in, which our policy would refuse."""
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, color_scheme="dark" if dark else "light", bypass_csp=axe
    )
    context.set_default_timeout(10_000)
    try:
        yield context
    finally:
        await context.close()


async def log_in(context: BrowserContext, desk: Desk, email: str = "nadege@example.org") -> Page:
    page = await context.new_page()
    await page.goto(f"{desk.url}/backend")
    await page.get_by_label("Adresse e-mail").fill(email)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_text("Demandes").first).to_be_visible()
    return page


async def faults_of(page: Page, name: str) -> list[str]:
    """What axe finds on a page, and whether it is wider than its window."""
    report = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    found = [f"{name}: {fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in report.response["violations"]]
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *([f"{name}: wider than the window"] if wide else [])]


async def small_of(page: Page, name: str) -> list[str]:
    """The buttons of a page that a thumb would miss."""
    small = []
    for button in await page.locator(
        "button:visible, a.btn:visible, summary:visible, .row > a:visible, .nav a:visible, .tab:visible, .tick:visible"
    ).all():
        box = await button.bounding_box()
        if box is not None and box["height"] < 43.5:
            small.append(f"{name}: {await button.inner_text()}")
    return small


async def faults_in(pages: Pages, chromium: Browser, desk: Desk, size: tuple[int, int], *, dark: bool) -> list[str]:
    """What axe finds on each of these pages, in a window of this size."""
    faults: list[str] = []
    async with browser_of(chromium, size, dark=dark, axe=True) as context:
        async for name, page in pages(desk, context):
            faults += await faults_of(page, name)
    return faults


async def small_in(pages: Pages, chromium: Browser, desk: Desk, size: tuple[int, int]) -> list[str]:
    """The buttons of these pages that a thumb would miss."""
    small: list[str] = []
    async with browser_of(chromium, size) as context:
        async for name, page in pages(desk, context):
            small += await small_of(page, name)
    return small
