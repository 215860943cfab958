"""The whole service, as its providers and its abusers meet it: every door, real handlers, a strict Bot API at the far end."""

import json
import random
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col

from bot.app import Role, Service, open_service, web
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.settings import Mode, TelegramSettings
from bot.clock import MachineClock
from bot.settings import Settings
from content.words import Words
from storage.desk import entries
from storage.engine import Work
from storage.media import State
from storage.tables import Media
from tests import samples
from tests.backend.desk import House as Desk
from tests.doubles.telegram import TOKEN, TelegramDouble, updates

SECRET = "a-secret-of-the-tests"
DOOR = "/webhooks/telegram"
HEADERS = {"x-telegram-bot-api-secret-token": SECRET, "content-type": "application/json"}
INES = updates.user(5_550_001, "Inès")
FUZZED = 1_000


class House:
    """A running service, the double its sends reach, and a client at its doors."""

    def __init__(self, service: Service, double: TelegramDouble, client: httpx.AsyncClient) -> None:
        self.service = service
        self.double = double
        self.client = client
        self._nth = 0

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        answer = await self.client.post(DOOR, content=body, headers=HEADERS if headers is None else headers)
        await self.service.settled()
        return answer.status_code

    async def update(self, **content: object) -> int:
        self._nth += 1
        return await self.post(json.dumps({"update_id": self._nth, **content}).encode())

    async def says(self, text: str) -> list[str]:
        """The texts sent back."""
        before = len(self.double.made("sendMessage"))
        assert await self.update(**updates.text(INES, self._nth + 1, text)) == 200
        return [str(call.params["text"]) for call in self.double.made("sendMessage")[before:]]


@pytest_asyncio.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with TelegramDouble(open_chats=True) as double:
        telegram = TelegramSettings(token=SecretStr(TOKEN), secret=SecretStr(SECRET), mode=Mode.WEBHOOK, api_base=double.base)
        clock = MachineClock()
        channel = TelegramChannel(telegram, clock, "https://palier.example")
        async with open_service(settings, clock, Role.RUN, extra=[channel]) as service:
            transport = httpx.ASGITransport(web(service), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://palier.test") as client:
                yield House(service, double, client)


async def test_a_forged_call_is_refused(house: House) -> None:
    assert await house.post(b"{}", {}) == 401
    assert await house.post(b"{}", {"x-telegram-bot-api-secret-token": "wrong"}) == 401


async def test_what_is_not_json_is_refused(house: House) -> None:
    assert await house.post(b"not json") == 400


async def test_a_body_too_large_is_refused(house: House) -> None:
    assert await house.post(b'{"update_id": 1, "x": "' + b"x" * 10_000_001 + b'"}') == 413


async def test_an_unknown_kind_is_counted(house: House) -> None:
    assert await house.update(teleportation={"to": "Brémont"}) == 200
    counted = (await house.client.get("/metrics")).text
    assert 'palier_inbox_total{kind="ignored:' in counted


async def test_a_text_of_twenty_thousand_characters_is_answered(house: House) -> None:
    assert await house.says("loyer " * 3_334)


@pytest.mark.parametrize("text", ["🏠🔑 merci", "مرحبا", "\u202eabc\u202c", "a\u200bb\u200d", "nul\x00ici"])
async def test_any_text_survives_the_round_trip(house: House, text: str) -> None:
    assert await house.says(text)
    seen = await house.client.get("/readyz")
    assert seen.status_code == 200


async def test_an_unknown_button_is_a_text(house: House) -> None:
    pressed = updates.pressed(INES, "1", "99.7", updates.text(INES, 3, "?")["message"])
    assert await house.update(**pressed) == 200
    assert house.double.made("sendMessage")


async def test_a_redelivery_days_later_changes_nothing(house: House) -> None:
    body = json.dumps({"update_id": 77, **updates.text(INES, 1, "slt")}).encode()
    assert await house.post(body) == 200
    sent = len(house.double.made("sendMessage"))
    await house.service.storage.run(lambda work: None)
    assert [await house.post(body) for _time in range(3)] == [200, 200, 200]
    assert len(house.double.made("sendMessage")) == sent


async def test_danger_is_answered_at_once(house: House) -> None:
    said = await house.says("jen peu plu jveu mourir")
    assert "3114" in said[0]


async def test_what_is_sent_on_telegram_is_here_a_moment_later(house: House) -> None:
    """Ten pictures of one album and a voice note: ten and one files, two receipts, and the double is asked for each once."""
    pictures = updates.photo([(90, 67), (1280, 960)])
    house.double.files.keep(str(pictures[-1]["file_id"]), samples.jpeg())
    house.double.files.keep(str(updates.voice()["file_id"]), samples.ogg())
    for number in range(10, 20):
        assert await house.update(**updates.message(INES, number, photo=pictures, media_group_id="1")) == 200
    assert await house.update(**updates.message(INES, 99, voice=updates.voice())) == 200
    assert await house.service.storage.read(_kept) == ["photo"] * 10 + ["voice"]
    said = [str(call.params["text"]) for call in house.double.made("sendMessage")]
    assert [sum(start in text for text in said) for start in ("Si c’est un papier personnel", "J’ai reçu ton vocal.")] == [1, 1]
    assert len(house.double.made("getFile")) == 11


async def test_a_file_too_heavy_for_the_bot_api_is_refused_in_words(house: House) -> None:
    heavy = {**updates.voice(), "file_size": 30 * 1024 * 1024}
    assert await house.update(**updates.message(INES, 99, voice=heavy)) == 200
    assert "Ce fichier ne passe pas ici." in str(house.double.made("sendMessage")[-1].params["text"])
    assert house.double.made("getFile") == []


def _kept(work: Work) -> list[str]:
    found = select(col(Media.kind)).where(col(Media.state) == State.KEPT.value).order_by(col(Media.id))
    return list(work.session.execute(found).scalars())


async def test_every_door_says_who_it_is(house: House) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/chat", "/backend/login"):
        assert (await house.client.get(path)).status_code == 200, path


async def test_the_desk_reads_words_as_the_robot_does(house: House) -> None:
    """What stands under a message is what the robot of this very service understands."""
    service = house.service
    await house.says("c koi visale")
    await house.says("une personne")
    desk = Desk(service.storage, web(service), service.stopping, service.bell, "http://palier.test")
    await desk.colleague()
    (entry,) = await service.storage.read(entries)
    async with desk.browser() as browser:
        await browser.log_in()
        page = (await browser.get(f"/backend/threads/{entry.token}")).text
    title = service.library.pages["aide-visale"].title
    assert service.reads("c koi visale").sure == "aide-visale"
    assert Words("fr").typeset(f"Sûr : « {title} ».") in page


@pytest.mark.parametrize("times", [FUZZED, pytest.param(10 * FUZZED, marks=pytest.mark.soak)])
async def test_fuzzed_updates_break_nothing(house: House, times: int) -> None:
    dice = random.Random(20261120)
    shape = json.dumps({"update_id": 1, **updates.text(INES, 1, "bonjour")})
    for nth in range(times):
        status = await house.post(_broken(shape, nth, dice))
        assert status < 500, nth


def _broken(shape: str, nth: int, dice: random.Random) -> bytes:
    """An update with one thing wrong: a value of another kind, a missing or doubled piece, or bytes that are no text."""
    update = json.loads(shape)
    update["update_id"] = nth + 1_000
    node = update["message"]
    for _depth in range(dice.randrange(3)):
        inner = [value for value in node.values() if isinstance(value, dict)]
        node = dice.choice(inner) if inner else node
    name = dice.choice(list(node))
    node[name] = dice.choice([None, -1, 2**70, "", "x" * 500, [], {}, [[[]]], True, 1.5, {"id": "?"}, "\ud83d"])
    body = json.dumps(update).encode()
    if dice.random() < 0.2:
        at = dice.randrange(len(body))
        body = body[:at] + dice.randbytes(3) + body[at:]
    return body
