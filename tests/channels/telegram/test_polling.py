"""Asking for updates: nothing is confirmed before it is stored, by one process at a time, and not a second after it is told to stop."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import DELAYS, HOLD_SECONDS
from bot.channels.telegram.settings import Mode
from bot.channels.telegram.texts import COMMANDS, FRENCH, face
from bot.errors import StorageError
from bot.messages import Ignored, Inbound
from tests.channels.conformance import check_tells_nothing
from tests.channels.telegram.conftest import BASE_URL, SECRET, Taken, settings
from tests.clock import TestClock
from tests.doubles.telegram import TOKEN, How, Person, TelegramDouble
from tests.doubles.telegram import updates as build


class OneLease:
    """A lease several pollers ask for. `broken` makes asking fail."""

    def __init__(self) -> None:
        self.holder: str | None = None
        self.asked = 0
        self.broken = False

    def of(self, name: str) -> tuple[Callable[[], "asyncio.Future[bool]"], Callable[[], "asyncio.Future[None]"]]:
        async def hold() -> bool:
            self.asked += 1
            if self.broken:
                raise StorageError
            self.holder = self.holder or name
            return self.holder == name

        async def release() -> None:
            if self.holder == name:
                self.holder = None

        return (lambda: asyncio.ensure_future(hold())), (lambda: asyncio.ensure_future(release()))


@asynccontextmanager
async def polling(channel: TelegramChannel, taken: Taken, lease: OneLease, name: str = "one") -> AsyncIterator["asyncio.Task[None]"]:
    hold, release = lease.of(name)
    task = asyncio.create_task(channel.poll(taken, hold=hold, release=release))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def lease() -> OneLease:
    return OneLease()


def texts(taken: Taken) -> list[str]:
    return [item.text for item in taken.items if isinstance(item, Inbound)]


def offsets(double: TelegramDouble) -> list[object]:
    return [call.params["offset"] for call in double.made("getUpdates") if call.status == 200]


async def test_updates_are_taken_in_order_and_confirmed(
    double: TelegramDouble, samira: Person, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    waiting = [samira.says(str(number)) for number in range(150)]
    async with polling(wired, taken, lease):
        await waiting[-1].taken()
    assert texts(taken) == [str(number) for number in range(150)]
    assert not double.updates.pending
    assert offsets(double) == [0, 1100]


async def test_nothing_is_confirmed_before_it_is_stored(
    double: TelegramDouble, samira: Person, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    taken.open.clear()
    delivery = samira.says("je suis là")
    async with polling(wired, taken, lease):
        await double.until(lambda: len(double.made("getUpdates")) == 1)
        for _ in range(20):
            await asyncio.sleep(0)
        assert (delivery.confirmed, len(double.made("getUpdates")), double.updates.polled) == (False, 1, False)
        taken.open.set()
        await delivery.taken()
    assert texts(taken) == ["je suis là"]


async def test_what_could_not_be_stored_is_asked_for_again(
    double: TelegramDouble, samira: Person, clock: TestClock, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    taken.failing = StorageError()
    delivery = samira.says("je suis là")
    async with polling(wired, taken, lease):
        for failures, delay in enumerate(DELAYS[:3], 1):
            await double.until(lambda failures=failures: len(double.made("getUpdates")) == failures)  # type: ignore[misc]  # its own number
            await turned(clock, delay, lambda failures=failures: len(double.made("getUpdates")) > failures)  # type: ignore[misc]  # its own number
        assert not delivery.confirmed
        taken.failing = None
        await turned(clock, DELAYS[3], lambda: delivery.confirmed)
    assert offsets(double)[:4] == [0, 0, 0, 0]
    assert texts(taken) == ["je suis là"]


async def turned(clock: TestClock, seconds: float, done: Callable[[], bool]) -> None:
    """Turn the machine's hand until something is waited for, and done."""
    for _ in range(2000):
        if done():
            return
        clock.turn_machine(seconds / 4)
        await asyncio.sleep(0.001)  # a real server answers on a real socket
    raise AssertionError("still waiting")


async def test_one_bad_update_does_not_hold_back_the_rest(
    double: TelegramDouble, samira: Person, wired: TelegramChannel, taken: Taken, lease: OneLease, caplog: pytest.LogCaptureFixture
) -> None:
    double.deliver({"message": {"chat": "nonsense", "text": "mon secret"}}, 0)
    double.deliver({"telepathy": {}, "message": {"chat": {"id": 1}}}, 0)
    async with polling(wired, taken, lease):
        await samira.says("bonjour").taken()
    assert taken.items[:2] == [Ignored("malformed"), Ignored("group")]
    assert texts(taken) == ["bonjour"]
    check_tells_nothing(["mon secret", TOKEN], caplog.text)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 500}, "provider_fault"),
        ({"status": 502}, "provider_fault"),
        ({"how": How.RESET}, "cut"),
        ({"how": How.GARBAGE}, "unreadable_answer"),
        ({"status": 401}, "token_refused"),
        ({"status": 429, "retry_after": 5}, "throttled"),
        (
            {"status": 409, "description": "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"},
            "another_poller",
        ),
    ],
)
async def test_a_failure_is_said_and_it_asks_again(
    double: TelegramDouble,
    samira: Person,
    clock: TestClock,
    wired: TelegramChannel,
    taken: Taken,
    lease: OneLease,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, object],
    code: str,
) -> None:
    double.fault("getUpdates", **fault)
    delivery = samira.says("bonjour")
    async with polling(wired, taken, lease):
        await double.until(lambda: len(double.made("getUpdates")) == 1)
        await turned(clock, 5.0, lambda: delivery.confirmed)
    assert texts(taken) == ["bonjour"]
    assert code in [record.__dict__.get("code") for record in caplog.records]
    check_tells_nothing([TOKEN, SECRET], caplog.text)


async def test_retry_after_is_obeyed(double: TelegramDouble, clock: TestClock, wired: TelegramChannel, taken: Taken, lease: OneLease) -> None:
    double.fault("getUpdates", status=429, retry_after=30)
    async with polling(wired, taken, lease):
        await double.until(lambda: len(double.made("getUpdates")) == 1)
        for _ in range(20):
            await asyncio.sleep(0)
        clock.turn_machine(29)
        for _ in range(20):
            await asyncio.sleep(0)
        assert not double.updates.polled
        await turned(clock, 1, lambda: double.updates.polled)


async def test_a_webhook_in_the_way_is_taken_away(
    double: TelegramDouble, samira: Person, clock: TestClock, wired: TelegramChannel, taken: Taken, lease: OneLease, caplog: pytest.LogCaptureFixture
) -> None:
    async with polling(wired, taken, lease):
        await double.until(lambda: double.updates.polled)
        double.updates.set_webhook("http://127.0.0.1:9/somebody-elses", "", drop=False)
        await double.until(lambda: any(call.status == 409 for call in double.made("getUpdates")))
        await turned(clock, 30.0, lambda: double.updates.polled)
        await samira.says("bonjour").taken()
    assert texts(taken) == ["bonjour"]


async def test_it_stops_at_once(double: TelegramDouble, wired: TelegramChannel, taken: Taken, lease: OneLease) -> None:
    async with polling(wired, taken, lease) as task:
        await double.until(lambda: double.updates.polled)
        began = time.monotonic()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 1
    assert lease.holder is None


async def test_it_says_who_it_is_once_it_speaks_for_the_bot(double: TelegramDouble, wired: TelegramChannel, taken: Taken, lease: OneLease) -> None:
    async with polling(wired, taken, lease):
        await double.until(lambda: double.updates.polled)
    assert [call.method for call in double.calls][:2] == ["setMyCommands", "deleteWebhook"]
    assert {command["command"]: command["description"] for command in double.commands} == FRENCH.commands[""]
    assert double.updates.allowed == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_each_reader_finds_the_commands_in_the_language_of_their_application(
    double: TelegramDouble, clock: TestClock, taken: Taken, lease: OneLease
) -> None:
    shown = face(lambda language, text: f"{text.msgid} ({language})", ["fr", "fr-facile", "ar"])
    channel = TelegramChannel(settings(api_base=double.base), clock, BASE_URL, shown)
    async with polling(channel, taken, lease):
        await double.until(lambda: double.updates.polled)
    await channel.close()
    assert {command["command"]: command["description"] for command in double.commands}["menu"] == "Le menu (fr)"
    assert double.commands[0]["command"] == "urgence"
    assert {code: len(commands) for code, commands in double.commands_in.items()} == {"ar": len(COMMANDS)}


async def test_one_process_at_a_time_asks(double: TelegramDouble, samira: Person, clock: TestClock, taken: Taken, lease: OneLease) -> None:
    channels = [TelegramChannel(settings(api_base=double.base), clock, BASE_URL) for _ in range(2)]
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(polling(channels[0], taken, lease, "first"))
        _second = await stack.enter_async_context(polling(channels[1], taken, lease, "second"))
        await samira.says("un").taken()
        assert (lease.holder, len(double.made("setMyCommands"))) == ("first", 1)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        await turned(clock, HOLD_SECONDS, lambda: lease.holder == "second")
        await samira.says("deux").taken()
    for channel in channels:
        await channel.close()
    assert texts(taken) == ["un", "deux"]
    assert all(call.status == 200 for call in double.calls)


async def test_a_lost_lease_stops_the_asking(
    double: TelegramDouble, samira: Person, clock: TestClock, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    async with polling(wired, taken, lease):
        await double.until(lambda: double.updates.polled)
        lease.holder = "somebody else"
        await turned(clock, HOLD_SECONDS, lambda: not double.updates.polled)
        samira.says("je suis là")
        lease.broken = True
        asked = lease.asked
        await turned(clock, HOLD_SECONDS, lambda: lease.asked > asked)
        assert taken.items == []
        lease.broken, lease.holder = False, None
        await turned(clock, HOLD_SECONDS, lambda: taken.items != [])
    assert texts(taken) == ["je suis là"]


async def test_after_silence_updates_may_be_numbered_from_lower(
    double: TelegramDouble, samira: Person, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    """Telegram draws a new number after a week without updates; an old offset above it would wipe out what comes."""
    async with polling(wired, taken, lease):
        await samira.says("un").taken()
        await double.until(lambda: double.updates.polled)
        double.updates.number_from(7)
        double.updates.answer()
        await double.until(lambda: len(double.made("getUpdates")) == 2 and double.updates.polled)
        await samira.says("deux").taken()
    assert texts(taken) == ["un", "deux"]
    assert offsets(double)[:3] == [0, 1001, 0]


async def test_in_webhook_mode_it_sets_the_webhook(double: TelegramDouble, clock: TestClock, taken: Taken, lease: OneLease) -> None:
    channel = TelegramChannel(settings(Mode.WEBHOOK, api_base=double.base), clock, f"{BASE_URL}/")
    double.fault("setWebhook", status=500)
    async with polling(channel, taken, lease):
        await double.until(lambda: len(double.made("setWebhook")) == 1)
        await turned(clock, DELAYS[-1], lambda: double.commands != [])
    await channel.close()
    assert (double.updates.url, double.updates.secret) == (f"{BASE_URL}/webhooks/telegram", SECRET)
    assert not double.made("getUpdates")
    assert double.made("setWebhook")[-1].params["drop_pending_updates"] == "false"


async def test_in_a_group_it_says_so_once_and_leaves(
    double: TelegramDouble, samira: Person, wired: TelegramChannel, taken: Taken, lease: OneLease
) -> None:
    group = build.group_chat()
    double.know(group)
    double.deliver(build.membership(samira.user, double.me, "left", "member", chat=group), group["id"])
    double.deliver(build.message(samira.user, 2, chat=group, text="coucou"), group["id"])
    async with polling(wired, taken, lease):
        await double.until(lambda: double.chats[group["id"]].left)
    assert [call.method for call in double.calls if call.chat == group["id"]] == ["sendMessage", "leaveChat"]
    assert taken.items == [Ignored("group"), Ignored("group")]


async def test_logs_name_no_secret(double: TelegramDouble, clock: TestClock, taken: Taken, lease: OneLease, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    double.fault("setWebhook", status=400, description="Bad Request: bad webhook: Failed to resolve host")
    channel = TelegramChannel(settings(Mode.WEBHOOK, api_base=double.base), clock, BASE_URL)
    async with polling(channel, taken, lease):
        await turned(clock, DELAYS[-1], lambda: double.updates.url != "")
    await channel.close()
    check_tells_nothing([TOKEN, SECRET], caplog.text, [record.__dict__ for record in caplog.records], channel, vars(channel))
