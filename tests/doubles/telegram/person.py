"""A young person with the Telegram app in hand, in front of the double."""

from collections.abc import Callable
from typing import Any

from tests.doubles.telegram import updates
from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.queue import Delivery
from tests.doubles.telegram.updates import Update


class Person:
    """Writes, presses and looks. Each verb gives a Delivery, whose `taken()` waits until the bot has it."""

    def __init__(self, double: TelegramDouble, user_id: int = 5_550_001, first_name: str = "Samira", **fields: Any) -> None:
        self._double = double
        self.user = updates.user(user_id, first_name, **fields)
        self.chat = double.know(updates.private_chat(self.user))

    @property
    def id(self) -> int:
        return self.chat.id

    # -- doing

    def says(self, said: str) -> Delivery:
        return self._send(updates.text(self.user, self._double.next_message_id(), said))

    def starts(self, payload: str = "") -> Delivery:
        return self.says(f"/start {payload}".rstrip())

    def sends(self, **content: Any) -> Delivery:
        """A photo, a voice note, a place: the fields of a message."""
        return self._send(updates.message(self.user, self._double.next_message_id(), **content))

    def edits(self, message_id: int, said: str) -> Delivery:
        return self._send(updates.edited(self.user, message_id, said))

    def presses(self, label: str, under: Update | None = None) -> Delivery:
        """Press the button of this label under a message, the last one that has buttons if none is named."""
        shown = under or next(message for message in reversed(self.seen) if "reply_markup" in message)
        button = next(button for row in shown["reply_markup"]["inline_keyboard"] for button in row if button["text"] == label)
        return self.presses_data(button["callback_data"], shown)

    def presses_data(self, data: str, under: Update | None = None) -> Delivery:
        """Press a button that may not be there any more."""
        return self._send(updates.pressed(self.user, self._double.next_callback_id(), data, under))

    def blocks(self) -> Delivery:
        self.chat.blocked = True
        return self._double.deliver(updates.membership(self.user, self._double.me, "member", "kicked"), self.id)

    def unblocks(self) -> Delivery:
        self.chat.blocked = False
        return self._double.deliver(updates.membership(self.user, self._double.me, "kicked", "member"), self.id)

    def _send(self, update: Update) -> Delivery:
        for content in update.values():
            if "message_id" in content:
                self.chat.messages[content["message_id"]] = content
        return self._double.deliver(update, self.id)

    # -- seeing

    @property
    def seen(self) -> list[Update]:
        """What the bot said, oldest first."""
        return self.chat.from_bot

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.seen]

    @property
    def labels(self) -> list[str]:
        """The buttons under the last message that has some."""
        shown = next((message for message in reversed(self.seen) if "reply_markup" in message), None)
        return [button["text"] for row in shown["reply_markup"]["inline_keyboard"] for button in row] if shown else []

    async def sees(self, wanted: int | str | Callable[[list[str]], bool], seconds: float = 10.0) -> list[str]:
        """Wait for that many messages of the bot, for one that holds these words, or for a condition on them; then their texts."""
        if isinstance(wanted, int):
            number = wanted
            await self._double.until(lambda: len(self.seen) >= number, seconds)
        elif isinstance(wanted, str):
            words = wanted
            await self._double.until(lambda: any(words in said for said in self.texts), seconds)
        else:
            condition = wanted
            await self._double.until(lambda: condition(self.texts), seconds)
        return self.texts
