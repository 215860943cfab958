"""Telegram, for the list that every channel passes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic_core import to_json
from starlette.routing import BaseRoute

from bot.channels.telegram.channel import PATH, TelegramChannel
from bot.clock import Clock
from bot.errors import Blocked, Misconfigured, Rejected, Throttled, Unreachable
from bot.messages import Address, Call
from tests.channels.conformance import recorded
from tests.channels.kit import BASE_URL, NOWHERE, SENT, Goes, Letter, Place, Said, Seen
from tests.channels.telegram.conftest import PAYLOADS, SECRET, settings
from tests.doubles.telegram import TOKEN, How, TelegramDouble, rules, updates

HEADER = "X-Telegram-Bot-Api-Secret-Token"
BOT = TOKEN.partition(":")[0]
ELSEWHERE = Address("telegram", BOT, "404")


def fault(**how: Any) -> Callable[[TelegramDouble, Address], None]:
    """The next message goes wrong so."""

    def prepare(double: TelegramDouble, _address: Address) -> None:
        double.fault("sendMessage", **how)

    return prepare


def state(**fields: bool) -> Callable[[TelegramDouble, Address], None]:
    """The chat is so."""

    def prepare(double: TelegramDouble, address: Address) -> None:
        for name, value in fields.items():
            setattr(double.chats[int(address.peer)], name, value)

    return prepare


def wrong(text: str = "a", **more: Any) -> Callable[[Address], Call]:
    """A call of which something is wrong."""

    def call(address: Address) -> Call:
        payload: dict[str, Any] = {"chat_id": int(address.peer), "text": text}
        return Call("sendMessage", payload | more)

    return call


def keyboard(**button: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "a"} | button]]}


class TelegramKit:
    """One bot and its double."""

    name = "telegram"
    path = PATH
    taken = 200
    secrets = (TOKEN, SECRET)
    without: Mapping[str, str] = {
        "batch": "Telegram calls with one update at a time; what it answers where it is asked is in telegram/test_polling.py",
        "receipts": "Telegram says nothing of what became of a message",
        "elsewhere": "a bot's door is its own: an update names no bot, and the secret in its header is this one's",
        "challenge": "Telegram does not ask for a word of ours",
    }
    kinds = ("message", "callback_query", "my_chat_member", "poll")
    goes: Mapping[str, Goes] = {
        "throttled": Goes(Throttled, "throttled", fault(status=429, retry_after=35), pause=35.0),
        "throttled without a time": Goes(Throttled, "throttled", fault(status=429, description="Too Many Requests: slow down"), pause=1.0),
        "blocked": Goes(Blocked, "bot_was_blocked_by_the_user", state(blocked=True)),
        "deactivated": Goes(Blocked, "user_is_deactivated", state(deactivated=True)),
        "never started": Goes(Blocked, "bot_cant_initiate_conversation_with_a_user", state(started=False)),
        "unknown chat": Goes(Rejected, "chat_not_found", call=wrong(chat_id=404)),
        "too long": Goes(Rejected, "message_is_too_long", call=wrong("a" * 4097)),
        "empty": Goes(Rejected, "message_text_is_empty", call=wrong("\u200b")),
        "bad button": Goes(Rejected, "button_data_invalid", call=wrong(reply_markup=keyboard(callback_data="é" * 33))),
        "bad address": Goes(Rejected, "inline_keyboard_button_url", call=wrong(reply_markup=keyboard(url="tel:115"))),
        "too large": Goes(Rejected, "entity_is_too_large", fault(status=413, description="Request Entity Too Large: entity is too large")),
        "token refused": Goes(Misconfigured, "token_refused", fault(status=401)),
        "no such bot": Goes(Misconfigured, "token_refused", fault(status=404)),
        "their fault": Goes(Unreachable, "provider_fault", fault(status=500)),
        "their gateway": Goes(Unreachable, "provider_fault", fault(status=502)),
        "an answer of another world": Goes(Unreachable, "unexpected_answer", fault(status=418, description="I'm a teapot")),
        "reset before it was done": Goes(Unreachable, "cut", fault(how=How.RESET), maybe_sent=True),
        "reset after it was done": Goes(Unreachable, "cut", fault(how=How.RESET, done=True), maybe_sent=True, there=True),
        "not JSON": Goes(Unreachable, "unreadable_answer", fault(how=How.GARBAGE), maybe_sent=True, there=True),
    }

    @property
    def recorded(self) -> Mapping[str, bytes]:
        return recorded(PAYLOADS)

    def open(self, clock: Clock, api_base: str = NOWHERE) -> TelegramChannel:
        return TelegramChannel(settings(api_base=api_base), clock, BASE_URL)

    def routes(self, channel: Any, place: Place) -> Sequence[BaseRoute]:
        return list(channel.routes(place.intake))

    def who(self, nth: int) -> str:
        return str(5_950_000 + nth)

    def address(self, who: str) -> Address:
        return Address(self.name, BOT, who)

    # -- in

    def sign(self, body: bytes) -> Letter:
        return Letter(body, {HEADER: SECRET})

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        secrets = {"empty": "", "wrong": "wrong", "longer": SECRET + "x", "cut": SECRET[:-1], "in capitals": SECRET.upper(), "not ASCII": "é"}
        return {"none": Letter(body, {})} | {name: Letter(body, {HEADER: secret}) for name, secret in secrets.items()}

    def says(self, *said: Said) -> Letter:
        [only] = said
        person = updates.user(int(only.who), "Sam")
        return self._update(int(only.id), updates.text(person, int(only.id), only.words, date=only.at))

    def presses(self, pressed: Said) -> Letter:
        person = updates.user(int(pressed.who), "Sam")
        under = updates.message(updates.user(int(BOT), "Palier"), 1, chat=updates.private_chat(person), text="…")["message"]
        return self._update(int(pressed.id), updates.pressed(person, f"40000{pressed.id}", pressed.words, under))

    def picture(self, said: Said, file: str) -> Letter:
        person, sizes = updates.user(int(said.who), "Sam"), [size | {"file_id": file} for size in updates.photo([(1280, 960)])]
        return self._update(int(said.id), updates.message(person, int(said.id), date=said.at, photo=sizes, caption=said.words))

    def elsewhere(self) -> tuple[Letter, str]:
        raise NotImplementedError

    def odd(self) -> Mapping[str, Letter]:
        person = updates.user(int(self.who(0)), "Sam")
        message = updates.message(person, 9_000_001, telepathy={})
        return {
            "message": self._update(9_000_001, message),
            "event": self._update(9_000_002, {"telepathy": {}}),
            "nothing": self._update(9_000_003, {}),
        }

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        raise NotImplementedError

    def whole(self, number: int, kind: str, content: Any) -> Any:
        return {"update_id": number, kind: content}

    def _update(self, number: int, update: Mapping[str, Any]) -> Letter:
        return self.sign(to_json({"update_id": number, **update}))

    # -- out

    def double(self) -> AbstractAsyncContextManager[TelegramDouble]:
        double = TelegramDouble()
        for nth in range(40):
            double.know(updates.private_chat(updates.user(int(self.who(nth)), "Sam")))
        return double

    def seen(self, double: TelegramDouble, address: Address) -> Sequence[Seen]:
        return [_seen(said) for said in double.chats[int(address.peer)].from_bot]

    def arrived(self, double: TelegramDouble, address: Address) -> int:
        return len(double.chats[int(address.peer)].from_bot)

    def break_down(self, double: TelegramDouble) -> None:
        double.fault(how=How.RESET, times=0)

    def check(self, calls: Sequence[Call]) -> None:
        for made in calls:
            assert made.method == "sendMessage"
            rules.check_parameters(made.method, made.payload)
            rules.check_text(made.payload)
            rules.check_markup(made.payload)
        assert not any(map(self.pressed, calls[:-1]))

    def text_of(self, call: Call) -> str:
        return str(call.payload["text"])

    def seen_in(self, call: Call) -> Seen:
        return _seen(call.payload)

    def pressed(self, call: Call) -> Sequence[str]:
        markup: Any = call.payload.get("reply_markup", {"inline_keyboard": []})
        return [button["callback_data"] for row in markup["inline_keyboard"] for button in row if "callback_data" in button]


def _seen(message: Mapping[str, Any]) -> Seen:
    rows = message.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    return Seen(message.get("text", ""), {button["text"]: button.get("callback_data", "") for row in rows for button in row}, raw=message)
