"""What the browser tests of the desk share: a served desk, a window, a login, and what nobody may meet on a page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.backend.desk import PASSWORD, House
from tests.clock import TestClock

DESK, PHONE, ZOOMED = (1280, 820), (390, 844), (320, 256)
"""A desk's screen, a phone, and a desk at 400 %."""
NARROW = (320, 640)
"""The smallest phone."""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOUCHED = "button:visible, a.btn:visible, summary:visible, .row > a:visible, .nav a:visible, .tab:visible, .tick:visible"
HEIGHTS = "(all) => all.map((one) => [one.innerText, one.getBoundingClientRect().height])"
"""Asked for all at once: one by one they are as many journeys to the browser."""
COLOURS = {"type": "rule", "values": ["color-contrast"]}


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


async def faults_of(page: Page, name: str, *, colours_only: bool = False) -> list[str]:
    """What axe finds on a page (of its colours only, where the rest is known), and whether it is wider than its window."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE)
    report = await page.evaluate("(options) => axe.run(options)", {"runOnly": COLOURS if colours_only else EVERYTHING, "resultTypes": ["violations"]})
    found = [f"{name}: {fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in report["violations"]]
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *([f"{name}: wider than the window"] if wide else [])]


async def small_of(page: Page, name: str) -> list[str]:
    """The buttons of a page that a thumb would miss."""
    return [f"{name}: {said}" for said, height in await page.locator(TOUCHED).evaluate_all(HEIGHTS) if height < 43.5]


async def faults_at(page: Page, name: str, *sizes: tuple[int, int]) -> list[str]:
    """What axe finds on a page in windows of these sizes, light and dark, and the buttons that a thumb would miss on a phone."""
    faults: list[str] = []
    for size in sizes:
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        faults += await faults_of(page, f"{name}, {size}")
        if size == PHONE:
            faults += [f"{small}: too small for a thumb" for small in await small_of(page, name)]
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # no colour on its way from one to the other
        faults += await faults_of(page, f"{name}, {size}, dark", colours_only=True)
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return faults


async def faults_in(pages: Pages, chromium: Browser, desk: Desk, *sizes: tuple[int, int]) -> list[str]:
    """The same of each of these pages."""
    async with browser_of(chromium, DESK, axe=True) as context:
        return [fault async for name, page in pages(desk, context) for fault in await faults_at(page, name, *sizes)]
