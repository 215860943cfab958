"""The demo's clock is turned by a page or by a program, at one address."""

from pathlib import Path

import httpx

from bot import demo
from bot.app import Role, open_service
from bot.clock import MachineClock
from content.library import load_library
from tests.conftest import settings_for


async def test_whoever_opens_its_address_finds_the_page(tmp_path: Path) -> None:
    async with open_service(demo.demo_settings(tmp_path, settings_for("")), MachineClock(), Role.RUN, library=load_library(demo=True)) as service:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(demo.web(service)), base_url="http://demo.test") as browser:
            for path in ("/demo", "/demo/clock"):
                answer = await browser.get(path)
                assert answer.status_code == 200
                assert "Tourner l’heure" in answer.text
