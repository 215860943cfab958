"""A whole service before all its channels: the composition root, strict doubles of the providers, and young people who write by each."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import httpx

from bot.app import Role, Service, open_service, web
from bot.channels.whatsapp import agreeing
from bot.clock import MachineClock
from bot.messages import Address
from bot.settings import Settings
from storage.columns import to_moment
from storage.engine import Work
from tests.channels.kit import Kit, Letter, Said, Seen
from tests.channels.kits import APPS, KITS
from tests.channels.telegram.conftest import SECRET
from tests.channels.whatsapp.conftest import settings as settings_of_whatsapp
from tests.doubles import messenger, whatsapp
from tests.doubles.telegram import TOKEN
from tests.doubles.whatsapp import WhatsAppDouble
from tests.talk import shared_library


def on_every_channel(telegram: str, whatsapp_api: str = "", messenger_api: str = "") -> dict[str, str]:
    """The settings (without their prefix) of a process that is called on every channel; where its providers are, one for all if none is named."""
    return {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_SECRET": SECRET,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_API_BASE": telegram,
        "WHATSAPP_PHONE_ID": whatsapp.PHONE_ID,
        "WHATSAPP_TOKEN": whatsapp.TOKEN,
        "WHATSAPP_APP_SECRET": whatsapp.APP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": whatsapp.VERIFY_TOKEN,
        "WHATSAPP_API_BASE": whatsapp_api or telegram,
        "MESSENGER_PAGE_ID": messenger.PAGE_ID,
        "MESSENGER_TOKEN": messenger.TOKEN,
        "MESSENGER_APP_SECRET": messenger.APP_SECRET,
        "MESSENGER_VERIFY_TOKEN": messenger.VERIFY_TOKEN,
        "MESSENGER_API_BASE": messenger_api or telegram,
    }


@dataclass
class Young:
    """Somebody on one channel. Every verb returns what they see because of it, in order."""

    town: "Town"
    kit: Kit
    who: str
    _seen: int = 0

    @property
    def address(self) -> Address:
        return self.kit.address(self.who)

    async def says(self, words: str) -> list[Seen]:
        return await self._does(self.kit.says(self._said(words)))

    async def presses(self, label: str) -> list[Seen]:
        """The newest button of this label."""
        shown = [seen.buttons[label] for seen in await self.everything() if label in seen.buttons]
        return await self._does(self.kit.presses(self._said(shown[-1])))

    async def everything(self) -> Sequence[Seen]:
        """All that ever reached them."""
        double = self.town.doubles.get(self.kit.name)
        return self.kit.seen(await self._page() if double is None else double, self.address)

    async def news(self) -> list[Seen]:
        """What reached them since they looked last."""
        found = list(await self.everything())
        new, self._seen = found[self._seen :], len(found)
        return new

    def _said(self, words: str) -> Said:
        return Said(self.who, str(next(self.town.ids)), words, int(self.town.service.clock.now().timestamp()))

    async def _does(self, letter: Letter) -> list[Seen]:
        answered = await self.town.client.post(self.kit.path, content=letter.body, headers=letter.headers)
        assert answered.status_code == self.kit.taken, answered.text
        await self.town.settled()
        return await self.news()

    async def _page(self) -> Any:
        answered = await self.town.client.get(self.kit.path, headers={"authorization": f"Bearer {self.who}"})
        return answered.json()


@dataclass
class Town:
    """The service, its doubles by channel, and a client at its doors."""

    service: Service
    doubles: Mapping[str, Any]
    client: httpx.AsyncClient
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def young(self, nth: int = 1) -> dict[str, Young]:
        """Somebody on each channel."""
        return {kit.name: Young(self, kit, kit.who(nth)) for kit in APPS}

    async def settled(self) -> None:
        """Until nothing is due any more: what a lane in use or the pace held back is looked at again, for some seconds at most."""
        for _again in range(100):
            await self.service.turns.sweep()
            await self.service.outbox.sweep()
            await self.service.settled()
            if not await self.service.storage.read(_left):
                return
            await asyncio.sleep(0.1)  # the service runs by itself, on the machine's own time
            await self.service.clockwork.tick()

    async def turn_to(self, moment: datetime) -> None:
        """Turn the service's clock, as the demo does, and run what falls due."""
        await self.service.advance(moment - self.service.clock.now())
        await self.settled()


def _left(work: Work) -> int:
    """How much is due: things to answer, messages to send, calls under way, reminders."""
    counted = (
        "SELECT (SELECT count(*) FROM inbound WHERE state = 'waiting') + (SELECT count(*) FROM outbound WHERE state = 'due')"  # noqa: S608
        " + (SELECT count(*) FROM delivery WHERE state = 'leased')"
        f" + (SELECT count(*) FROM reminder WHERE state = 'planned' AND due_at <= {to_moment(work.now)})"
    )
    return int(work.session.connection().exec_driver_sql(counted).scalar_one())


async def agree(double: WhatsAppDouble) -> None:
    """Every template was submitted, and approved."""
    lines, whole = await agreeing.push(settings_of_whatsapp(double.base))
    assert whole, lines
    for template in double.templates.values():
        template["status"] = "APPROVED"


@asynccontextmanager
async def town(settings: Settings, begins: datetime) -> AsyncIterator[Town]:
    """A service that begins at this moment of its own time."""
    async with AsyncExitStack() as stack:
        clock = MachineClock(begins - MachineClock().now())
        called = [kit for kit in KITS if "calls" not in kit.without]
        doubles = {kit.name: await stack.enter_async_context(kit.double()) for kit in called}
        await agree(doubles["whatsapp"])
        channels = [kit.open(clock, doubles[kit.name].base) for kit in called]
        service = await stack.enter_async_context(open_service(settings, clock, Role.RUN, channels, shared_library()))
        transport = httpx.ASGITransport(web(service), raise_app_exceptions=False)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://palier.test"))
        yield Town(service, doubles, client)
