"""The chat in another site's page, by one script line, where third-party cookies are not kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.messages import Kind
from bot.serving import open_door, server
from storage.engine import open_storage
from tests.channels.webchat.site import build, serve, texts
from tests.clock import TestClock
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def another_site() -> AsyncIterator[tuple[str, list[str]]]:
    """A site that is not ours (localhost is another site than 127.0.0.1): its origin, and the script line to be put on its page."""
    lines: list[str] = []

    async def page(request: Request) -> Response:
        return HTMLResponse(f"<!doctype html><html lang=fr><title>Mairie</title><h1>Mairie</h1>{''.join(lines)}")

    door, stopping = open_door("127.0.0.1", 0), asyncio.Event()
    serving = asyncio.create_task(server(Starlette(routes=[Route("/", page)]), "127.0.0.1", 0, stopping).run_until_stopped(door))
    try:
        yield f"http://localhost:{door.getsockname()[1]}", lines
    finally:
        stopping.set()
        await serving


@pytest.mark.parametrize("allowed", [True, False])
async def test_the_chat_opens_in_an_allowed_site_alone(chromium: Browser, sqlite_template: SqliteTemplate, tmp_path: Path, allowed: bool) -> None:
    clock = TestClock()
    async with another_site() as (origin, lines):
        settings = settings_for(sqlite_template.create(tmp_path)).model_copy(update={"embed_origins": (origin,) if allowed else ()})
        storage = await open_storage(settings, clock)
        async with serve(build(storage, clock, settings)) as site:
            lines.append(f'<script src="{site.url}/chat/embed.js" async></script>')
            context = await chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
            page = await context.new_page()
            await page.goto(origin)
            await page.get_by_role("button", name="Parler au robot du CLLAJ").click()
            chat = page.frame_locator("iframe")
            if not allowed:
                await expect(chat.locator("textarea")).to_have_count(0)
            else:
                await chat.locator("textarea").fill("bonjour")
                await chat.locator("textarea").press("Enter")
                await expect(chat.locator(".mine").get_by_text("bonjour", exact=True)).to_be_visible()
                await until(lambda: texts(site.robot) == [(Kind.TEXT, "bonjour")], "the message to reach the service")
                await page.get_by_role("button", name="Fermer").click()
                await expect(page.locator("iframe")).to_be_hidden()
            await context.close()
        await storage.close()
