"""Conversations of mixed kinds on every channel at once, as their providers bring them: each call again until it was taken, one in five once more
later, and one send in twenty going wrong."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.messages import Address, Call
from tests import samples
from tests.channels.kit import Kit, Letter, Said, Seen
from tests.channels.kits import APPS
from tests.doubles.faults import Chance, How
from tests.doubles.http import Client
from tests.doubles.messenger import MessengerDouble
from tests.doubles.meta import Fails
from tests.doubles.telegram import TelegramDouble
from tests.doubles.whatsapp import WhatsAppDouble
from tests.processes import HOST

AT_ONCE = 100
"""How many conversations go on at a time."""
AGAIN = 0.2
PATIENCE = 5.0
"""How long somebody waits for an answer before they write again all the same."""
SAYINGS = ("menu", "Trouver un logement", "merci", "Loyer, dettes", "bonjour", "Argent et aides", "c koi", "ok")
THEMES = ("Trouver un logement", "Argent et aides", "Bail et réparations", "Loyer, dettes", "Ma situation", "Menu")
PICTURE, PICTURE_SAYS = "the-letter.jpg", "c’est la lettre"
"""Its receipt is said once for several."""


@dataclass
class Providers:
    """Their doubles, which outlive the process, and what reached each address, in order."""

    telegram: TelegramDouble
    whatsapp: WhatsAppDouble
    messenger: MessengerDouble
    reached: dict[Address, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    news: dict[Address, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def __post_init__(self) -> None:
        kits = {kit.name: kit for kit in APPS}
        self.telegram.on_call = lambda method, params, result: self._called(kits["telegram"], method, params, result)
        self.whatsapp.on_sent = lambda whom, payload: self._sent(kits["whatsapp"], whom, payload)
        self.messenger.on_sent = lambda whom, payload: self._sent(kits["messenger"], whom, payload)
        self.telegram.files.keep(PICTURE, samples.jpeg())
        self.whatsapp.media[PICTURE] = (samples.jpeg(), "image/jpeg")
        self.messenger.files[PICTURE] = samples.jpeg()

    def _called(self, kit: Kit, method: str, params: Mapping[str, Any], payload: Any) -> None:
        if method == "sendMessage":  # a webhook that is set is for no chat
            self._sent(kit, str(params["chat_id"]), payload)

    def _sent(self, kit: Kit, whom: str, payload: Any) -> None:
        address = kit.address(whom)
        self.reached[address].append(kit.seen_in(Call("", payload)))
        self.news[address].set()

    def picture(self, kit: Kit) -> str:
        """What the provider calls the picture that people send."""
        return self.messenger.address_of(PICTURE) if kit.name == "messenger" else PICTURE

    def go_wrong(self, dice: random.Random) -> None:
        """From now on one send in twenty: refused for a moment, cut before it is done, cut after, told to slow down."""
        how: tuple[tuple[float, dict[str, Any]], ...] = (
            (0.02, {"status": 500}),
            (0.014, {"how": How.RESET}),
            (0.014, {"how": How.RESET, "done": True}),
            (0.002, {"status": 429, "retry_after": 1}),
        )
        for rate, fields in how:
            self.telegram.faults.append(Chance("sendMessage", rate=rate, dice=dice, **fields))
            self.whatsapp.faults.append(Fails(Chance("messages", rate=rate, dice=dice, **fields), 130429 if "retry_after" in fields else 131000))
            self.messenger.faults.append(Fails(Chance("messages", rate=rate, dice=dice, **fields), 613 if "retry_after" in fields else 2))

    def struck(self) -> int:
        """How many calls went wrong."""
        return sum(fault.struck for fault in (*self.telegram.faults, *(each.fault for each in (*self.whatsapp.faults, *self.messenger.faults))))


@dataclass
class Conversation:
    """One person's: what they said, as it should be stored, in order."""

    crowd: "Crowd"
    kit: Kit
    nth: int
    dice: random.Random
    said: list[str] = field(default_factory=list)
    _again: list[Letter] = field(default_factory=list)

    @property
    def who(self) -> str:
        return self.kit.who(self.nth)

    @property
    def address(self) -> Address:
        return self.kit.address(self.who)

    async def live(self) -> None:
        """Two to four things; one in five is brought once more, later."""
        for _time in range(self.dice.randint(2, 4)):
            letter, stored = await self._act()
            self.crowd.providers.news[self.address].clear()
            await self.crowd.bring(self, letter)
            self.said.append(stored)
            if self.dice.random() < AGAIN:
                self._again.append(letter)
            if self.kit.name != "webchat":
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.crowd.providers.news[self.address].wait(), PATIENCE)
            if self._again and self.dice.random() < 0.5:
                await self._bring_again()
        while self._again:
            await self._bring_again()

    async def _bring_again(self) -> None:
        self.crowd.brought_again += 1
        await self.crowd.bring(self, self._again.pop())

    async def _act(self) -> tuple[Letter, str]:
        """Words most of the time; a command, a button, a picture."""
        match self.dice.randrange(6):
            case 0:
                return self._words("/menu"), "/menu"
            case 1 if "pictures" not in self.kit.without:
                return self.kit.picture(self.crowd.saying(self.who, PICTURE_SAYS), self.crowd.providers.picture(self.kit)), PICTURE_SAYS
            case 2 | 3 if (pressed := await self._button()) is not None:
                label, reference = pressed
                return self.kit.presses(self.crowd.saying(self.who, reference)), label
            case _:
                words = self.dice.choice(SAYINGS)
                return self._words(words), words

    def _words(self, words: str) -> Letter:
        return self.kit.says(self.crowd.saying(self.who, words))

    async def _button(self) -> tuple[str, str] | None:
        """A theme's under the newest message that has some."""
        seen = await self.crowd.page(self) if self.kit.name == "webchat" else self.crowd.providers.reached[self.address]
        shown = next((message.buttons for message in reversed(seen) if message.buttons), {})
        found = [(label, reference) for label, reference in shown.items() if label in THEMES]
        return self.dice.choice(found) if found else None


class Crowd:
    """All of them, before one process that may be away for a moment."""

    def __init__(self, providers: Providers, port: int, seed: int) -> None:
        self.providers = providers
        self.conversations: list[Conversation] = []
        self.over = 0
        self.brought_again = 0
        self._base = f"http://{HOST}:{port}"
        self._client = Client()
        self._reader = httpx.AsyncClient(base_url=self._base, trust_env=False)
        self._dice = random.Random(seed)
        self._ids = 0

    async def live(self, many: int) -> None:
        """So many conversations, from their first word to their last."""
        room = asyncio.Semaphore(AT_ONCE)
        self.conversations = [Conversation(self, APPS[nth % len(APPS)], nth + 1, random.Random(self._dice.random())) for nth in range(many)]

        async def one(conversation: Conversation) -> None:
            async with room:
                await conversation.live()
                self.over += 1

        await asyncio.gather(*map(one, self.conversations))

    def saying(self, who: str, words: str) -> Said:
        self._ids += 1
        return Said(who, str(self._ids), words)

    async def bring(self, of: Conversation, letter: Letter) -> None:
        """As a provider does: again until it is taken."""
        headers = {name: value for name, value in letter.headers.items() if name != "content-type"} | self._from(of)
        while True:
            with suppress(OSError):
                if (await self._client.post(self._base + of.kit.path, letter.body, headers)).status // 100 == 2:
                    return
            await asyncio.sleep(self._dice.uniform(0.02, 0.2))  # a provider's patience, in small

    async def page(self, of: Conversation) -> list[Seen]:
        """What the web chat shows of it; nothing while the process is away."""
        with suppress(httpx.HTTPError):
            answered = await self._reader.get(of.kit.path, headers={"authorization": f"Bearer {of.who}", **self._from(of)})
            if answered.status_code == httpx.codes.OK:
                return list(of.kit.seen(answered.json(), of.address))
        return []

    @staticmethod
    def _from(of: Conversation) -> dict[str, str]:
        """Each from an address of their own, by a proxy that is trusted: nobody is held back for their neighbours."""
        return {"X-Forwarded-For": f"198.51.{of.nth // 250 % 250}.{of.nth % 250}"}

    async def close(self) -> None:
        await self._client.close()
        await self._reader.aclose()
