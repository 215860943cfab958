"""The updates that wait for the bot, and the two ways it gets them: it asks (getUpdates), or is called (webhook).

Kept until confirmed, as Telegram does: by a higher offset, or by a 2xx. Calls for one chat go one at a time in order, chats side by side.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from pydantic_core import to_json

from tests.doubles.http import Client
from tests.doubles.telegram.rules import KINDS, NOT_BY_DEFAULT, Params, Refusal, integer, kinds
from tests.doubles.telegram.updates import Update

MOST_AT_ONCE = 100
WEBHOOK_ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "Conflict: terminated by setWebhook request"
FIRST_DELAY, LAST_DELAY = 0.05, 1.0


class Delivery:
    """An update on its way. `attempts` are calls of the webhook, `status` the last one's answer."""

    def __init__(self, update: Update, chat: int) -> None:
        self.update = update
        self.chat = chat
        self.attempts = 0
        self.status: int | None = None
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def update_id(self) -> int:
        number: int = self.update["update_id"]
        return number

    @property
    def confirmed(self) -> bool:
        return self._done.done()

    def confirm(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    async def taken(self, seconds: float = 10.0) -> None:
        """Wait until the bot confirmed it: by a 2xx, or by asking for what comes after it. Raises TimeoutError."""
        await asyncio.wait_for(asyncio.shield(self._done), seconds)


class Queue:
    """One bot's updates."""

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self.url = ""
        self.secret = ""
        self.allowed = KINDS - NOT_BY_DEFAULT
        self.pending: dict[int, Delivery] = {}
        self._next_id = first_id
        self._changed = changed
        self._poll: asyncio.Future[None] | None = None
        self._lines: dict[int, deque[Delivery]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._client = Client()

    def put(self, update: Mapping[str, object], chat: int) -> Delivery:
        """Number an update and let it wait. One of a kind the bot did not allow is confirmed at once: Telegram never keeps it."""
        delivery = Delivery({"update_id": self._next_id} | dict(update), chat)
        self._next_id += 1
        if not self.allowed & update.keys():
            delivery.confirm()
            return delivery
        self.pending[delivery.update_id] = delivery
        if self.url:
            self._line_up(delivery)
        else:
            self.answer()
        return delivery

    # -- asked

    def get(self, params: Params) -> list[Update] | Awaitable[list[Update]]:
        """What getUpdates answers."""
        if self.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self._interrupt(TERMINATED)
        self.allowed = kinds(params) or self.allowed
        limit = min(max(integer(params, "limit", MOST_AT_ONCE), 1), MOST_AT_ONCE)
        self._confirm_before(self._first_wanted(integer(params, "offset")))
        waiting = self._first(limit)
        seconds = min(max(integer(params, "timeout"), 0), 50)
        return waiting if waiting or not seconds else self._long_poll(limit, seconds)

    def _first_wanted(self, offset: int) -> int:
        """A negative offset counts from the end and forgets the rest."""
        if offset >= 0:
            return offset
        return next(iter(list(self.pending)[offset:]), 0)

    def _confirm_before(self, offset: int) -> None:
        if offset > self._next_id:
            return  # beyond anything there ever was: Telegram starts again from the first
        for number in [number for number in self.pending if number < offset]:
            self.pending.pop(number).confirm()
        self._changed()

    def _first(self, limit: int) -> list[Update]:
        return [delivery.update for delivery in list(self.pending.values())[:limit]]

    async def _long_poll(self, limit: int, seconds: int) -> list[Update]:
        poll = self._poll = asyncio.get_running_loop().create_future()
        self._changed()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(poll, seconds)
        finally:
            if self._poll is poll:
                self._poll = None
        return self._first(limit)

    def _interrupt(self, description: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refusal(409, description))

    def answer(self) -> None:
        """Answer the getUpdates under way now; with nothing where nothing waits, as when its time is over."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def number_from(self, update_id: int) -> None:
        """Number what comes from here, as Telegram does anywhere after a week without updates."""
        self._next_id = update_id

    @property
    def polled(self) -> bool:
        """True while a getUpdates is being waited on."""
        return self._poll is not None

    # -- called

    def set_webhook(self, url: str, secret: str, *, drop: bool) -> None:
        """Call `url` from now on; "" to be asked again."""
        if drop:
            self._confirm_before(self._next_id)
        self._stop_workers()
        self.url, self.secret = url, secret
        if url:
            self._interrupt(WEBHOOK_SET)
            for delivery in list(self.pending.values()):
                self._line_up(delivery)

    def _line_up(self, delivery: Delivery) -> None:
        self._lines.setdefault(delivery.chat, deque()).append(delivery)
        if delivery.chat not in self._workers:
            self._workers[delivery.chat] = asyncio.get_running_loop().create_task(self._work(delivery.chat))

    async def _work(self, chat: int) -> None:
        line = self._lines[chat]
        while line:
            await self._call(line[0])
            self.pending.pop(line.popleft().update_id, None)
            self._changed()
        del self._lines[chat], self._workers[chat]

    async def _call(self, delivery: Delivery) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        delay = FIRST_DELAY
        while True:
            delivery.attempts += 1
            with suppress(OSError):
                delivery.status = (await self._client.post(self.url, to_json(delivery.update), headers)).status
                if delivery.status // 100 == 2:
                    return delivery.confirm()
            self._changed()
            await asyncio.sleep(delay)  # Telegram's own patience, in small
            delay = min(delay * 2, LAST_DELAY)

    def _stop_workers(self) -> None:
        for task in self._workers.values():
            task.cancel()
        self._workers.clear()
        self._lines.clear()

    async def close(self) -> None:
        self._stop_workers()
        if self._poll is not None:
            self._poll.cancel()
        await self._client.close()
