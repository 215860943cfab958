"""docs/how-it-looks.md: the same moments on the four channels, side by side; the web chat for real, the others drawn from the calls that were made.

PALIER_PICTURES=1 renews the picture and the table; without it the table is compared: what is shown changed, the page has to follow.
"""

import asyncio
import base64
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bench import report
from bot.app import web
from bot.channels.webchat.session import COOKIE
from bot.serving import server
from tests.browser.drawing import NAMES, Moment, shape, sheet
from tests.channels.test_four_channels import TUESDAY, one_appointment
from tests.channels.town import Town, Young, town
from tests.conftest import settings_for
from tests.databases import SqliteTemplate
from tests.handlers.receiving import receiving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PAGE = Path(__file__).parents[2] / "docs" / "how-it-looks.md"
MARK, PICTURE = "looks", "how-it-looks.png"
BEFORE = (
    ("slt", "Bienvenue"),
    ("c koi visale", "Une page"),
    ("jveu un rdv", "Prendre rendez-vous"),
    ("trouver un logement", ""),
    ("oignies", ""),
    ("la semaine pro", "Trois moments"),
    ("la deuxième", ""),
    ("oui", ""),
    ("yanis", ""),
    ("passer", ""),
)
"""What is said, and the name of the moment where it is shown."""
AFTER = (("", "48 h avant"), ("on peut decaler a un autre jour", "Déplacer, en mots"))
RENEW = "PALIER_PICTURES=1 make test ARGS=tests/browser/test_how_it_looks.py"
ONLY_THE_NEWEST = """from => {
  document.querySelectorAll('#talk > li').forEach(li => (+li.dataset.n || 0) < from && li.remove());
  document.querySelectorAll('.head, .foot').forEach(bar => bar.remove());
}"""


@dataclass
class Camera:
    """Looks at each channel when a moment has a name."""

    here: Town
    people: dict[str, Young]
    phone: Page
    address: str
    moments: dict[str, Moment] = field(default_factory=dict)

    async def live(self, script: Sequence[tuple[str, str]]) -> None:
        """One after the other, for nobody has another's time; "" is what we said first."""
        for channel, young in self.people.items():
            for words, name in script:
                before = await self._last(young) - (words == "")
                seen = await young.says(words) if words else await young.news()
                if name:
                    moment = self.moments.setdefault(name, Moment(name, words, {}))
                    moment.seen[channel] = seen
                if name and channel == "webchat":
                    self.moments[name] = replace(moment, page=await self._picture(before + 1))

    async def _picture(self, first: int) -> str:
        """The web chat from this message on, as a data: address."""
        await self.phone.goto(f"{self.address}/chat")
        await self.phone.evaluate(ONLY_THE_NEWEST, first)
        return f"data:image/png;base64,{base64.b64encode(await self.phone.locator('#talk').screenshot()).decode()}"

    async def _last(self, young: Young) -> int:
        """The number of the last message of the web chat."""
        if young.kit.name != "webchat":
            return 0
        answered = await self.here.client.get("/chat/messages", headers={"authorization": f"Bearer {young.who}"})
        return max((line["id"] for line in answered.json()), default=0)


@asynccontextmanager
async def at_a_port(here: Town) -> AsyncIterator[str]:
    """The service on a port of this machine."""
    stopping = asyncio.Event()
    site = server(web(here.service), "127.0.0.1", 0, stopping)
    serving = asyncio.create_task(site.run_until_stopped())
    while not site.started and not serving.done():  # noqa: ASYNC110 - uvicorn says it with a flag
        await asyncio.sleep(0.01)  # a real server opens its port
    yield f"http://127.0.0.1:{site.servers[0].sockets[0].getsockname()[1]}"
    stopping.set()
    await serving


async def test_the_page_shows_what_is_shown(chromium: Browser, sqlite_template: SqliteTemplate, tmp_path: Path) -> None:
    renews = bool(os.environ.get("PALIER_PICTURES"))
    async with town(settings_for(sqlite_template.create(tmp_path)), TUESDAY) as here, at_a_port(here) as address:
        await receiving(here.service.storage)
        people = here.young()
        context = await chromium.new_context(viewport={"width": 360, "height": 800}, locale="fr-FR", device_scale_factor=1)
        await context.add_cookies([{"name": COOKIE, "value": people["webchat"].who, "url": f"{address}/chat"}])
        camera = Camera(here, people, await context.new_page(), address)
        await camera.live(BEFORE)
        last = max([(await one_appointment(young)).slot.start for young in people.values()])
        await here.turn_to(last - timedelta(hours=47, minutes=30))
        await camera.live(AFTER)
        await context.close()
    moments = list(camera.moments.values())
    await draw(chromium, moments, PAGE.parent / "images" if renews else tmp_path)
    if renews:
        report.write(MARK, table(moments), PAGE)
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(f"<!-- {MARK} -->\n(.*?)\n<!-- /{MARK} -->", text, re.DOTALL)
    assert found is not None
    assert found[1] == table(moments), f"what is shown changed: {RENEW}"
    assert f"images/{PICTURE}" in text
    assert (PAGE.parent / "images" / PICTURE).is_file()


async def draw(chromium: Browser, moments: list[Moment], folder: Path) -> None:
    context = await chromium.new_context(viewport={"width": 1608, "height": 900}, device_scale_factor=1)
    page = await context.new_page()
    await page.set_content(sheet(moments))
    picture = await page.screenshot(path=folder / PICTURE, full_page=True)
    assert picture.startswith(b"\x89PNG")
    await context.close()


def table(moments: list[Moment]) -> str:
    """A row a moment: what was said, and how it is shown on each channel."""
    lines = [f"| moment | said | {' | '.join(NAMES.values())} |", "|---" * (len(NAMES) + 2) + "|"]
    for moment in moments:
        cells = [shape(channel, moment.seen[channel]) for channel in NAMES]
        lines.append(f"| {moment.name} | {moment.said or '(nothing: we speak first)'} | {' | '.join(cells)} |")
    return "\n".join(lines)
