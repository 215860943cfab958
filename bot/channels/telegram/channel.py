"""Telegram as a channel of the house: what each verb means there. Importing this imports aiogram."""

import asyncio
import hmac
import logging
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from aiogram.methods import DeleteWebhook, LeaveChat, SendMessage, SetMyCommands, SetWebhook
from aiogram.types import BotCommand
from pydantic import SecretStr
from starlette.routing import BaseRoute, Route

from bot.channels.base import Courtesy, Intake, Limits, Parsed
from bot.channels.fields import load
from bot.channels.telegram.payloads import ALLOWED_UPDATES, CHANNEL, GROUP, read_invitation, read_update
from bot.channels.telegram.polling import DELAYS, Lease, Poller, under_lease
from bot.channels.telegram.rendering import DOCUMENT, LIMITS, render
from bot.channels.telegram.settings import Mode, TelegramSettings
from bot.channels.telegram.texts import FRENCH, Face
from bot.channels.telegram.wiping import wipe
from bot.channels.telegram.wire import Wire
from bot.channels.webhook import Webhook
from bot.clock import Clock
from bot.errors import Forged, SendFailure, SettingsError, TooLarge, Unreachable
from bot.messages import Address, Attachment, Call, Json, Outbound, Shown

log = logging.getLogger(__name__)

PATH = "/webhooks/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name
COURTESY_SECONDS = 5.0
LONGEST_NOTICE = 200
TOO_BIG = "file_is_too_big"
GROUPS_REMEMBERED = 1000


class TelegramChannel:
    """One bot. Its account is the bot's id; its peers are private chats.

    `counts` holds what was lost or done on the side (courtesies that failed, groups left), by a short name.
    """

    name = CHANNEL

    def __init__(self, settings: TelegramSettings, clock: Clock, base_url: str, face: Face = FRENCH) -> None:
        """`base_url` is where Telegram can reach us, for the webhook; `face` what it shows of us. Raises SettingsError when the channel is off."""
        if settings.token is None:
            raise SettingsError("PALIER_TELEGRAM_TOKEN is not set: Telegram is off")
        self.account = settings.account
        self.counts: Counter[str] = Counter()
        self._mode = settings.mode
        self._secret = settings.secret
        self._base_url = base_url.rstrip("/")
        self._webhook_url = self._base_url + PATH
        self._clock = clock
        self._face = face
        self._limits = replace(LIMITS, per_second=settings.per_second)
        self._wire = Wire(settings.token, settings.api_base)
        self._username = ""
        self._left: deque[int] = deque(maxlen=GROUPS_REMEMBERED)
        self._aside: set[asyncio.Task[None]] = set()

    @property
    def limits(self) -> Limits:
        return self._limits

    async def username(self) -> str:
        """The bot's public name, by which people find it: t.me/<username>. Raises SendFailure where the token or the network is wrong."""
        found = await self._wire.call("getMe", {})
        name = found.get("username") if isinstance(found, dict) else None
        if not isinstance(name, str):
            raise Unreachable("unreadable_answer")
        return name

    async def learn(self) -> None:
        """Ask for the bot's name, once. Raises SendFailure."""
        self._username = self._username or await self.username()

    def link(self, code: str) -> str:
        """The address that opens the bot and says `/start code`. https://core.telegram.org/bots/features#deep-linking"""
        return f"https://t.me/{self._username}" + (f"?start={code}" if code else "") if self._username else ""

    # -- in

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged unless the call carries the secret we gave Telegram. Without a secret of ours, nothing can be Telegram's."""
        if self._secret is None or not _same(_header(headers, SECRET_HEADER), self._secret):
            raise Forged

    def parse(self, raw: bytes) -> list[Parsed]:
        """The one update of a webhook call. Raises Malformed."""
        return [self._read(load(raw))]

    def _read(self, update: object) -> Parsed:
        return read_update(update, self.account, self._clock.now())

    # -- out

    def render(self, outbound: Outbound) -> list[Call]:
        return render(outbound, self._base_url)

    async def send(self, address: Address, call: Call) -> str:
        """Make one call. The id is "chat:message", for Telegram numbers messages by chat. Raises SendFailure."""
        result = await (self._wire.upload if call.method == DOCUMENT else self._wire.call)(call.method, call.payload)
        message_id = result.get("message_id") if isinstance(result, dict) else None
        if type(message_id) is not int:
            raise Unreachable("unreadable_answer", maybe_sent=True)
        return f"{address.peer}:{message_id}"

    async def wipe(self, address: Address, messages: Sequence[Shown]) -> int:
        """Delete messages from the chat, the newest first; how many may stay. Telegram lets go of what is younger than 48 hours."""
        return await wipe(self._wire, self._clock, address, messages)

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Make a gesture. `handle` is an Inbound's, or for CLOSE_CHOICES also the id `send` returned; `text` is a short notice over the chat."""
        call = _gesture(address, gesture, handle, text)
        if call is None:
            return
        try:
            await self._wire.call(call.method, call.payload, seconds=COURTESY_SECONDS)
        except SendFailure as failure:
            self.counts[f"courtesy_{gesture}_{failure.code}"] += 1
            log.info("a courtesy was lost", extra={"action": "courtesy_lost", "gesture": str(gesture), "code": failure.code})

    async def fetch(self, attachment: Attachment, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file. Its id is good for long, the path it is found by for an hour: each try asks anew."""
        try:
            found = await self._wire.call("getFile", {"file_id": attachment.provider_id})
        except SendFailure as failure:
            if failure.code.startswith(TOO_BIG):
                raise TooLarge from None
            raise (Unreachable(failure.code) if "temporarily" in failure.code else failure) from None
        path = found.get("file_path") if isinstance(found, dict) else None
        size = found.get("file_size") if isinstance(found, dict) else None
        if not isinstance(path, str):
            raise Unreachable("unreadable_answer")
        if isinstance(size, int) and size > limit:
            raise TooLarge
        async with aclosing(self._wire.download(path, size if type(size) is int else None, limit)) as pieces:
            async for piece in pieces:
                yield piece

    # -- the two ways updates come

    def routes(self, intake: Intake) -> Sequence[BaseRoute]:
        """The webhook. It answers in polling mode too, with 401 where no secret is set."""
        return [Route(PATH, Webhook(self, intake, taken=self._heard), methods=["POST"])]

    async def poll(self, intake: Intake, *, hold: Callable[[], Awaitable[bool]], release: Callable[[], Awaitable[None]]) -> None:
        """Speak for the account while the lease is ours, until cancelled: set commands and webhook, and in polling mode ask for updates.

        `hold` takes or keeps the account's lease for at least 30 s, and is False while another process has it; `release` gives it back.
        """
        poller = Poller(self._wire, self._clock, self._read, intake, self._heard_all)
        await under_lease(Lease(hold, release), self._clock, lambda: self._serve(poller))

    async def _serve(self, poller: Poller) -> None:
        if self._mode is Mode.POLLING:
            await self._show_commands()
            await self._tell("polling", DeleteWebhook(drop_pending_updates=False))
            await poller.run(self._take_webhook_away)
        while not await self._tell("webhook", self._set_webhook()):
            await self._clock.wait(asyncio.Event(), DELAYS[-1])
        await self._show_commands()
        await asyncio.get_running_loop().create_future()  # the webhook is set; it stays ours until cancelled

    async def _take_webhook_away(self) -> None:
        await self._tell("polling", DeleteWebhook(drop_pending_updates=False))

    async def _show_commands(self) -> None:
        for code, described in self._face.commands.items():
            commands = [BotCommand(command=name, description=description) for name, description in described.items()]
            await self._tell("commands", SetMyCommands(commands=commands, language_code=code or None))

    def _set_webhook(self) -> SetWebhook:
        secret = self._secret.get_secret_value() if self._secret else None
        return SetWebhook(url=self._webhook_url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES), drop_pending_updates=False)

    async def _tell(self, what: str, method: SetWebhook | DeleteWebhook | SetMyCommands) -> bool:
        """Tell Telegram how we work. False where it would not hear; the log says why."""
        try:
            await self._wire.ask(method)
        except SendFailure as failure:
            log.error("Telegram refused our settings (%s): %s", what, failure.code, extra={"action": "telegram_setup_failed", "code": failure.code})
            return False
        return True

    # -- groups

    def _heard(self, parsed: Sequence[Parsed], raw: bytes) -> None:
        if GROUP in parsed:
            self._heard_all(parsed, [load(raw)])

    def _heard_all(self, parsed: Sequence[Parsed], updates: Sequence[object]) -> None:
        """A robot for one person at a time has nothing to hear in a group: it says so once and leaves."""
        if GROUP not in parsed:
            return
        for update in updates:
            chat = read_invitation(update)
            if chat is not None and chat not in self._left:
                self._left.append(chat)
                self._start(self._leave(chat))

    async def _leave(self, chat: int) -> None:
        for method in (SendMessage(chat_id=chat, text=self._face.private_only), LeaveChat(chat_id=chat)):
            try:
                await self._wire.ask(method)
            except SendFailure as failure:  # not allowed to write there, or already out
                self.counts[f"group_{failure.code}"] += 1
        self.counts["group_left"] += 1

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def close(self) -> None:
        """Give up what is done on the side, and the connections."""
        for task in self._aside:
            task.cancel()
        if self._aside:
            await asyncio.wait(set(self._aside))
        await self._wire.close()


def _gesture(address: Address, gesture: Courtesy, handle: str, text: str) -> Call | None:
    """The call of a gesture, or None where its handle does not let us make it. A handle ends on ":" and the number of the message."""
    first, _, message_id = handle.rpartition(":")
    match gesture:
        case Courtesy.TYPING:
            return Call("sendChatAction", {"chat_id": int(address.peer), "action": "typing"})
        case Courtesy.ANSWERED if first:
            answer: dict[str, Json] = {"callback_query_id": first}
            return Call("answerCallbackQuery", answer | {"text": text[:LONGEST_NOTICE]} if text else answer)
        case Courtesy.CLOSE_CHOICES if message_id.isascii() and message_id.isdigit():
            return Call("editMessageReplyMarkup", {"chat_id": int(address.peer), "message_id": int(message_id)})
    return None


def _same(given: str | None, secret: SecretStr) -> bool:
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), secret.get_secret_value().encode())


def _header(headers: Mapping[str, str], name: str) -> str | None:
    """A header whatever the capitals of its name, as plain mappings keep them."""
    found = headers.get(name)
    if found is not None:
        return found
    return next((value for key, value in headers.items() if key.lower() == name), None)
