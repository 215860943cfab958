"""Fetching what people sent: a path asked for, then its bytes; every way that fails is told in the road's words."""

import asyncio

import pytest

from bot.channels.base import Fetches
from bot.channels.telegram.channel import TelegramChannel
from bot.errors import Misconfigured, SendFailure, Throttled, TooLarge, Unreachable
from bot.messages import Attachment
from tests import samples
from tests.channels.telegram.conftest import settings
from tests.clock import TestClock
from tests.doubles.telegram import TOKEN, How, TelegramDouble

LIMIT = 10_000
PHOTO = Attachment("photo", "AgACphoto")


async def fetch(channel: TelegramChannel, attachment: Attachment = PHOTO, limit: int = LIMIT) -> bytes:
    return b"".join([piece async for piece in channel.fetch(attachment, limit)])


async def failure(channel: TelegramChannel) -> SendFailure:
    with pytest.raises(SendFailure) as failed:
        await fetch(channel)
    return failed.value


async def test_the_bytes_come_as_they_were_sent(wired: TelegramChannel, double: TelegramDouble) -> None:
    assert isinstance(wired, Fetches)
    double.files.keep("AgACphoto", samples.jpeg())
    assert await fetch(wired) == samples.jpeg()
    assert [call.method for call in double.calls] == ["getFile", "download"]


async def test_a_file_over_the_limit_is_not_fetched(wired: TelegramChannel, double: TelegramDouble) -> None:
    for size in (LIMIT + 1, 21 * 1024 * 1024):
        double.files.keep("AgACphoto", bytes(size))
        with pytest.raises(TooLarge):
            await fetch(wired)
    assert double.made("download") == []


async def test_what_the_provider_does_not_have_may_come_back(wired: TelegramChannel) -> None:
    """Telegram says the same of a wrong id and of a file that is away for a moment."""
    fault = await failure(wired)
    assert isinstance(fault, Unreachable)
    assert fault.code == "wrong_file_id_or_the_file_is_temporarily_unavailable"


@pytest.mark.parametrize(
    ("method", "fault", "kind", "code"),
    [
        ("download", {"status": 404}, Unreachable, "file_gone"),
        ("download", {"status": 500}, Unreachable, "provider_fault"),
        ("download", {"how": How.RESET, "times": 2}, Unreachable, "cut"),  # the client itself asks once more on a fresh connection
        ("download", {"how": How.HALF}, Unreachable, "cut"),
        ("download", {"status": 401}, Misconfigured, "token_refused"),
        ("getFile", {"how": How.GARBAGE}, Unreachable, "unreadable_answer"),
        ("getFile", {"how": How.RESET}, Unreachable, "cut"),
    ],
)
async def test_what_goes_wrong_on_the_way(
    wired: TelegramChannel, double: TelegramDouble, method: str, fault: dict[str, object], kind: type[SendFailure], code: str
) -> None:
    double.files.keep("AgACphoto", samples.jpeg())
    double.fault(method, **fault)
    failed = await failure(wired)
    assert type(failed) is kind
    assert failed.code == code
    assert await fetch(wired) == samples.jpeg()


async def test_asked_to_wait_it_says_how_long(wired: TelegramChannel, double: TelegramDouble) -> None:
    for method in ("getFile", "download"):
        double.files.keep("AgACphoto", samples.jpeg())
        double.fault(method, status=429, retry_after=7)
        failed = await failure(wired)
        assert isinstance(failed, Throttled)
        assert failed.retry_after == 7


async def test_who_stops_listening_ends_the_connection(wired: TelegramChannel, double: TelegramDouble) -> None:
    double.files.keep("AgACphoto", samples.large_jpeg(900_000))
    pieces = wired.fetch(PHOTO, 1_000_000)
    async for _piece in pieces:
        break
    await pieces.aclose()
    assert await fetch(wired, limit=1_000_000) == samples.large_jpeg(900_000)


async def test_a_slow_file_comes_all_the_same(wired: TelegramChannel, double: TelegramDouble) -> None:
    double.files.keep("AgACphoto", samples.jpeg())
    slow = double.fault("download", how=How.SLOW)
    fetching = asyncio.create_task(fetch(wired))
    await double.until(lambda: bool(double.made("download")))
    slow.release()
    assert await fetching == samples.jpeg()


async def test_the_token_is_in_no_failure(double: TelegramDouble, clock: TestClock) -> None:
    channel = TelegramChannel(settings(api_base="http://127.0.0.1:9"), clock, "https://logement.example.org")
    try:
        failed = await failure(channel)
    finally:
        await channel.close()
    assert TOKEN.partition(":")[2] not in repr(failed) + repr(failed.__cause__) + repr(failed.__context__)
