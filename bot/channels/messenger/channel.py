"""Messenger as a channel of the house: what each verb means there."""

import asyncio
import hmac
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from hashlib import sha256

from starlette.routing import BaseRoute, Route

from bot.channels.base import Courtesy, Intake, Limits, Parsed
from bot.channels.fields import load
from bot.channels.messenger.payloads import CHANNEL, GET_STARTED, MENU, Ours, read_call
from bot.channels.messenger.rendering import LIMITS, MESSAGES, render
from bot.channels.messenger.settings import PREFIX, MessengerSettings
from bot.channels.messenger.texts import FRENCH, Face
from bot.channels.messenger.wire import COURTESY_SECONDS, Wire
from bot.channels.webhook import Webhook
from bot.clock import Clock
from bot.errors import Forged, SendFailure, SettingsError, Unreachable
from bot.messages import Address, Attachment, Call, Json, Outbound

log = logging.getLogger(__name__)

PATH = "/webhooks/messenger"
SIGNATURE = "x-hub-signature-256"
PROFILE = "me/messenger_profile"
AGAIN_SECONDS = 300.0
_GESTURES = {Courtesy.ANSWERED: "mark_seen", Courtesy.TYPING: "typing_on"}


class MessengerChannel:
    """One Page. Its account is the Page's id; its peers are people, by the ids the Page has for them.

    `counts` holds the courtesies that were lost, by a short name.
    """

    name = CHANNEL

    def __init__(self, settings: MessengerSettings, clock: Clock, base_url: str, face: Face = FRENCH) -> None:
        """`base_url` goes before links of our own; `face` is what Messenger shows of us. Raises SettingsError when the channel is off."""
        if settings.token is None or settings.app_secret is None or settings.verify_token is None or settings.page_id is None:
            raise SettingsError(f"{PREFIX}PAGE_ID is not set: Messenger is off")
        self.account = settings.page_id
        self.counts: Counter[str] = Counter()
        self._secret = settings.app_secret
        self._verify_token = settings.verify_token
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._face = face
        self._wire = Wire(settings.token, settings.api_base)

    @property
    def limits(self) -> Limits:
        return LIMITS

    # -- in

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged unless the body is signed with the app's secret. https://developers.facebook.com/docs/messenger-platform/webhooks#validate-payloads"""
        signature = "sha256=" + hmac.new(self._secret.get_secret_value().encode(), raw, sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), headers.get(SIGNATURE, "").encode()):
            raise Forged

    def parse(self, raw: bytes) -> list[Parsed]:
        """Everything one call says. Raises Malformed."""
        return read_call(load(raw), Ours(self.account, self._clock.now()))

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Meta makes sure that the address is ours: what it wants to hear, None for who does not know our word."""
        known = hmac.compare_digest(query.get("hub.verify_token", "").encode(), self._verify_token.get_secret_value().encode())
        return query.get("hub.challenge", "") if known and query.get("hub.mode") == "subscribe" else None

    def routes(self, intake: Intake) -> Sequence[BaseRoute]:
        """The webhook, and the GET that verifies it."""
        return [Route(PATH, Webhook(self, intake, signed=True, challenge=self.challenge), methods=["GET", "POST"])]

    # -- out

    def render(self, outbound: Outbound) -> list[Call]:
        return render(outbound, self._base_url)

    async def send(self, address: Address, call: Call) -> str:
        """Make one call; the message's id. Raises SendFailure."""
        message_id = (await self._wire.call("POST", call.method, call.payload)).get("message_id")
        if not isinstance(message_id, str):
            raise Unreachable("unreadable_answer", maybe_sent=True)
        return message_id

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Mark what somebody wrote as seen, or show that an answer is being written. Quick replies go away by themselves."""
        if gesture not in _GESTURES:
            return
        payload: dict[str, Json] = {"recipient": {"id": address.peer}, "sender_action": _GESTURES[gesture]}
        try:
            await self._wire.call("POST", MESSAGES, payload, seconds=COURTESY_SECONDS)
        except SendFailure as failure:
            self.counts[f"courtesy_{gesture}_{failure.code}"] += 1
            log.info("a courtesy was lost", extra={"action": "courtesy_lost", "gesture": str(gesture), "code": failure.code})

    async def fetch(self, attachment: Attachment, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file, by the address it came with."""
        async with aclosing(self._wire.download(attachment.provider_id, limit)) as pieces:
            async for piece in pieces:
                yield piece

    async def learn(self) -> None:
        """The Page's id is known."""

    def link(self, code: str) -> str:
        """The address that opens a conversation with this code. https://developers.facebook.com/docs/messenger-platform/discovery/m-me-links"""
        return f"https://m.me/{self.account}" + (f"?ref={code}" if code else "")

    # -- the Page's face

    async def poll(self, intake: Intake, *, hold: Callable[[], Awaitable[bool]], release: Callable[[], Awaitable[None]]) -> None:
        """Set the greeting, the first button and the menu, once, by whoever holds the account; again later where Meta would not hear."""
        try:
            while not (await hold() and await self.show()):
                await self._clock.wait(asyncio.Event(), AGAIN_SECONDS)
        finally:
            await release()
        await asyncio.get_running_loop().create_future()

    async def show(self) -> bool:
        """Tell Messenger how we look. False where it would not hear; the log says why."""
        greeting: list[Json] = [{"locale": name, "text": text} for name, text in self._face.greeting.items()]
        menu: list[Json] = [
            {
                "locale": name,
                "composer_input_disabled": False,
                "call_to_actions": [{"type": "postback", "title": label, "payload": f"{MENU}{command}"} for command, label in rows.items()],
            }
            for name, rows in self._face.menu.items()
        ]
        try:
            await self._wire.call("POST", PROFILE, {"get_started": {"payload": GET_STARTED}, "greeting": greeting, "persistent_menu": menu})
        except SendFailure as failure:
            log.error("Messenger refused our settings: %s", failure.code, extra={"action": "messenger_setup_failed", "code": failure.code})
            return False
        return True

    async def close(self) -> None:
        """Give back connections."""
        await self._wire.close()
