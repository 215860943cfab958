"""The door Telegram calls: who is let in, what is answered, and that 200 is said only once the update is stored."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels.telegram.channel import PATH, TelegramChannel
from bot.channels.telegram.settings import Mode
from bot.channels.webhook import LARGEST_BODY
from bot.errors import Forged, StorageError
from bot.messages import Ignored, Inbound
from tests.channels.caller import Caller
from tests.channels.telegram.conftest import BASE_URL, SECRET, Taken, settings
from tests.clock import TestClock
from tests.doubles.telegram import Person, TelegramDouble
from tests.doubles.telegram import updates as build

HEADER = "X-Telegram-Bot-Api-Secret-Token"
TEXT = b'{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"text":"bonjour"}}'


class Bot:
    """Telegram calling one bot's door."""

    def __init__(self, channel: TelegramChannel, taken: Taken) -> None:
        self._caller = Caller(channel.routes(taken), PATH)

    @property
    def read(self) -> int:
        return self._caller.read

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        return self._caller.headers

    async def post(self, pieces: Iterable[bytes], secret: str | None = SECRET, length: int | None = None) -> tuple[int, bytes] | None:
        return await self._caller.post(pieces, {} if secret is None else {HEADER: secret}, length)


@pytest.fixture
def caller(channel: TelegramChannel, taken: Taken) -> Bot:
    return Bot(channel, taken)


async def test_an_update_is_taken(caller: Bot, taken: Taken) -> None:
    assert await caller.post([TEXT]) == (200, b"{}")
    [item] = taken.items
    assert isinstance(item, Inbound)
    assert item.text == "bonjour"


async def test_a_body_in_pieces_is_put_together(caller: Bot, taken: Taken) -> None:
    assert await caller.post([TEXT[:20], b"", TEXT[20:40], TEXT[40:]]) == (200, b"{}")
    assert len(taken.items) == 1


@pytest.mark.parametrize("secret", [None, "wrong"])
async def test_without_the_secret_nothing_is_read(caller: Bot, taken: Taken, secret: str | None) -> None:
    assert await caller.post([TEXT], secret) == (401, b'{"error":"Forged"}')
    assert (caller.read, taken.items) == (0, [])


@pytest.mark.parametrize(("body", "status"), [(b"", 400), (b"bonjour", 400), (b"[1]", 400), (b"{}", 400), (b'{"update_id":1,"telepathy":{}}', 200)])
async def test_what_is_not_an_update(caller: Bot, taken: Taken, body: bytes, status: int) -> None:
    answered = await caller.post([body])
    assert answered is not None
    assert answered[0] == status
    assert taken.items == ([Ignored("telepathy")] if status == 200 else [])


async def test_a_body_too_large_by_its_own_word_is_not_read(caller: Bot, taken: Taken) -> None:
    assert await caller.post([b"x"], length=LARGEST_BODY) == (413, b'{"error":"TooLarge"}')
    assert caller.headers[b"connection"] == b"close"
    assert (caller.read, taken.items) == (0, [])


async def test_a_body_too_large_whatever_it_says_is_read_no_further(caller: Bot, taken: Taken) -> None:
    pieces = [b"x" * 1_000_000] * 30
    assert await caller.post(pieces, length=12) == (413, b'{"error":"TooLarge"}')
    assert (caller.read, taken.items) == (10, [])


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40, "1e3", "٣"])
async def test_a_length_that_is_none_is_refused(channel: TelegramChannel, taken: Taken, length: str) -> None:
    caller = Bot(channel, taken)
    answered = await caller.post([TEXT], length=length)  # type: ignore[arg-type]  # what a server would have refused before us
    assert answered is not None
    assert answered[0] == 413


async def test_a_caller_who_goes_away_is_not_answered(caller: Bot, taken: Taken) -> None:
    assert await caller.post([TEXT[:20]], length=len(TEXT)) is None
    assert taken.items == []


async def test_200_is_said_only_once_it_is_stored(caller: Bot, taken: Taken) -> None:
    taken.open.clear()
    answering = asyncio.ensure_future(caller.post([TEXT]))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not answering.done()
    taken.open.set()
    assert await answering == (200, b"{}")


def test_without_a_secret_of_ours_nothing_is_telegrams(clock: TestClock) -> None:
    channel = TelegramChannel(settings(secret=None), clock, BASE_URL)
    for headers in ({}, {HEADER: ""}, {HEADER: "None"}):
        with pytest.raises(Forged):
            channel.verify(TEXT, headers)


@pytest.mark.parametrize("name", [HEADER, HEADER.lower(), HEADER.upper()])
def test_a_header_is_found_whatever_its_capitals(channel: TelegramChannel, name: str) -> None:
    channel.verify(TEXT, {"Accept": "*/*", name: SECRET})


# -- with a real server between


@pytest.fixture
async def served(double: TelegramDouble, clock: TestClock, taken: Taken) -> AsyncIterator[TelegramChannel]:
    """The channel behind uvicorn, its webhook set on the double."""
    channel = TelegramChannel(settings(Mode.WEBHOOK, api_base=double.base), clock, BASE_URL)
    config = uvicorn.Config(Starlette(routes=list(channel.routes(taken))), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    serving = asyncio.ensure_future(server.serve([socket]))
    host, port = socket.getsockname()
    double.updates.set_webhook(f"http://{host}:{port}{PATH}", SECRET, drop=False)
    yield channel
    server.should_exit = True
    await serving
    await channel.close()


async def test_the_double_delivers_by_the_webhook(served: TelegramChannel, samira: Person, taken: Taken) -> None:
    for said in ("un", "deux", "trois"):
        samira.says(said)
    await samira.says("quatre").taken()
    assert [item.text for item in taken.items if isinstance(item, Inbound)] == ["un", "deux", "trois", "quatre"]


async def test_what_was_not_stored_comes_again(served: TelegramChannel, double: TelegramDouble, samira: Person, taken: Taken) -> None:
    taken.failing = StorageError()
    delivery = samira.says("je suis là")
    await double.until(lambda: delivery.attempts >= 2)
    assert (delivery.status, delivery.confirmed) == (500, False)
    taken.failing = None
    await delivery.taken()
    assert len(taken.items) == 1


async def test_in_a_group_it_says_so_once_and_leaves(served: TelegramChannel, double: TelegramDouble, samira: Person, taken: Taken) -> None:
    group = build.group_chat()
    double.know(group)
    await double.deliver(build.membership(samira.user, double.me, "left", "member", chat=group), group["id"]).taken()
    await double.deliver(build.message(samira.user, 2, chat=group, text="coucou"), group["id"]).taken()
    await double.until(lambda: double.chats[group["id"]].left)
    assert [call.method for call in double.calls] == ["sendMessage", "leaveChat"]
    assert "en privé" in double.chats[group["id"]].from_bot[0]["text"]
    assert taken.items == [Ignored("group"), Ignored("group")]
    for _look in range(200):
        if served.counts["group_left"]:
            break
        await asyncio.sleep(0.01)  # the answer to the last call is on its way through a real socket
    assert served.counts["group_left"] == 1
