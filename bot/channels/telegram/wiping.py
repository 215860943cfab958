"""« Effacer ici »: deleteMessages for what is young enough, deleteMessage one by one where the answer must be certain."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.channels.telegram.wire import Wire
from bot.clock import Clock
from bot.errors import SendFailure
from bot.messages import Address, Shown

log = logging.getLogger(__name__)

YOUNG = timedelta(hours=48)
AT_ONCE = 100
"""Messages of one deleteMessages."""
OLD_TRIES = 20
"""How many messages past their 48 hours are tried, the newest first: Telegram sometimes lets go of ours."""
SECONDS = 10.0
CALL_SECONDS = 5.0
GONE_ALREADY = "message_to_delete_not_found"


async def wipe(wire: Wire, clock: Clock, address: Address, messages: Sequence[Shown]) -> int:
    """Take messages off a private chat; how many may stay. Gives up after ten seconds: what was not tried stays."""
    eldest = clock.now() - YOUNG
    newest_first = sorted(messages, key=lambda shown: shown.at, reverse=True)
    young = [shown.id for shown in newest_first if shown.at > eldest]
    old = [shown.id for shown in newest_first if shown.at <= eldest]
    left = len(messages)
    try:
        async with asyncio.timeout(SECONDS):
            for start in range(0, len(young), AT_ONCE):
                left -= await _delete(wire, address, young[start : start + AT_ONCE])
            for one in old[:OLD_TRIES]:
                left -= await _delete_one(wire, address, one)
    except TimeoutError:
        log.info("a chat was not wiped in time", extra={"action": "wipe_timed_out", "left": left})
    return left


async def _delete(wire: Wire, address: Address, ids: Sequence[str]) -> int:
    """Delete some at once, or one by one where Telegram refuses one of them; how many are gone."""
    numbers = [number for one in ids if (number := _number(address, one)) is not None]
    if len(numbers) != len(ids) or not await _done(wire, "deleteMessages", {"chat_id": int(address.peer), "message_ids": numbers}):
        return sum([await _delete_one(wire, address, one) for one in ids])
    return len(ids)


async def _delete_one(wire: Wire, address: Address, one: str) -> bool:
    number = _number(address, one)
    return number is not None and await _done(wire, "deleteMessage", {"chat_id": int(address.peer), "message_id": number})


async def _done(wire: Wire, method: str, payload: dict[str, int | list[int]]) -> bool:
    try:
        await wire.call(method, payload, seconds=CALL_SECONDS)
    except SendFailure as failure:
        return failure.code.startswith(GONE_ALREADY)
    return True


def _number(address: Address, one: str) -> int | None:
    """The message's number in this chat, or None for an id of another one."""
    chat, _, number = one.partition(":")
    return int(number) if chat == address.peer and number.isascii() and number.isdigit() else None
