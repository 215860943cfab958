"""WhatsApp as a channel of the house: what each verb means there. Importing this imports pywa."""

import asyncio
import hmac
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from pywa.utils import webhook_updates_validator
from starlette.routing import BaseRoute, Route

from bot.channels.base import Courtesy, Intake, Limits, Parsed
from bot.channels.fields import load
from bot.channels.webhook import Webhook
from bot.channels.whatsapp.agreeing import ask
from bot.channels.whatsapp.payloads import CHANNEL, Ours, read_call
from bot.channels.whatsapp.rendering import FRENCH, LIMITS, MESSAGES, Texts, render
from bot.channels.whatsapp.settings import PREFIX, WhatsAppSettings
from bot.channels.whatsapp.wire import COURTESY_SECONDS, Wire
from bot.clock import Clock
from bot.errors import Forged, SendFailure, SettingsError, Unreachable
from bot.messages import Address, Attachment, Call, Ignored, Json, Outbound, Standing

log = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp"
SIGNATURE = "x-hub-signature-256"
OF_OUR_STANDING = frozenset({"message_template_status_update", "phone_number_quality_update", "business_capability_update"})
"""The fields by which Meta tells that something changed of how we stand with it."""
_DIGITS = re.compile(r"\D")


class WhatsAppChannel:
    """One number. Its account is the number's id at Meta; its peers are people, by the ids it gives them for us.

    `counts` holds the courtesies that were lost, by a short name.
    """

    name = CHANNEL

    def __init__(self, settings: WhatsAppSettings, clock: Clock, base_url: str, texts: Texts = FRENCH) -> None:
        """`base_url` goes before links of our own; `texts` is what WhatsApp shows around ours. Raises SettingsError when the channel is off."""
        if settings.token is None or settings.app_secret is None or settings.verify_token is None or settings.phone_id is None:
            raise SettingsError(f"{PREFIX}PHONE_ID is not set: WhatsApp is off")
        self.account = settings.phone_id
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._changed = asyncio.Event()
        self._secret = settings.app_secret
        self._verify_token = settings.verify_token
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._texts = texts
        self._wire = Wire(settings.token, settings.phone_id, settings.api_base)
        self._number = ""

    @property
    def limits(self) -> Limits:
        return LIMITS

    # -- in

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged unless the body is signed with the app's secret. https://developers.facebook.com/docs/graph-api/webhooks/getting-started"""
        given = headers.get(SIGNATURE, "")
        if not given.startswith("sha256=") or not given.isascii() or not webhook_updates_validator(self._secret.get_secret_value(), raw, given):
            raise Forged

    def parse(self, raw: bytes) -> list[Parsed]:
        """Everything one call says. Raises Malformed."""
        said = read_call(load(raw), Ours(self.account, self._clock.now()))
        if any(isinstance(each, Ignored) and each.reason in OF_OUR_STANDING for each in said):
            self._changed.set()
        return said

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Meta makes sure that the address is ours: what it wants to hear, None for who does not know our word."""
        known = hmac.compare_digest(query.get("hub.verify_token", "").encode(), self._verify_token.get_secret_value().encode())
        return query.get("hub.challenge", "") if known and query.get("hub.mode") == "subscribe" else None

    def routes(self, intake: Intake) -> Sequence[BaseRoute]:
        """The webhook, and the GET that verifies it."""
        return [Route(PATH, Webhook(self, intake, signed=True, challenge=self.challenge), methods=["GET", "POST"])]

    # -- out

    def render(self, outbound: Outbound) -> list[Call]:
        return render(outbound, self._base_url, self._texts)

    async def send(self, address: Address, call: Call) -> str:
        """Make one call, a file's after the one that brings it; the message's id. Raises SendFailure."""
        document = call.payload.get("document")
        payload = {**call.payload, "document": await self._brought(document)} if isinstance(document, dict) else call.payload
        said = await self._wire.send(call.method, payload)
        messages = said.get("messages") if isinstance(said, dict) else None
        first = messages[0] if isinstance(messages, list) and messages else None
        message_id = first.get("id") if isinstance(first, dict) else None
        if not isinstance(message_id, str):
            raise Unreachable("unreadable_answer", maybe_sent=True)
        return message_id

    async def _brought(self, document: Mapping[str, Json]) -> dict[str, Json]:
        """A file as Meta names it once it has it. Raises SendFailure: whatever became of the file, nobody was written to."""
        name = str(document["filename"])
        try:
            media_id = await self._wire.bring(str(document["text"]).encode(), str(document["mime"]), name)
        except SendFailure as failure:
            if not failure.maybe_sent:
                raise
            lost = Unreachable(failure.code)
        else:
            return {"id": media_id, "filename": name}
        raise lost

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """Mark somebody's message as read, or show that an answer is being written. `handle` is an Inbound's. Buttons stay on the screen here."""
        if gesture is Courtesy.CLOSE_CHOICES or not handle:
            return
        payload = {"messaging_product": "whatsapp", "status": "read", "message_id": handle}
        typing = {"typing_indicator": {"type": "text"}} if gesture is Courtesy.TYPING else {}
        try:
            await self._wire.send(MESSAGES, {**payload, **typing}, seconds=COURTESY_SECONDS)
        except SendFailure as failure:
            self.counts[f"courtesy_{gesture}_{failure.code}"] += 1
            log.info("a courtesy was lost", extra={"action": "courtesy_lost", "gesture": str(gesture), "code": failure.code})

    async def fetch(self, attachment: Attachment, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file. Its id is good for thirty days."""
        async with aclosing(self._wire.download(attachment.provider_id, limit)) as pieces:
            async for piece in pieces:
                yield piece

    # -- the number

    @property
    def changed(self) -> asyncio.Event:
        return self._changed

    async def standing(self) -> Standing:
        """Quality, limit and templates, as Meta has them now. Raises SendFailure."""
        return await ask(self._wire, self._settings, self._clock.now())

    async def about(self) -> dict[str, str]:
        """What Meta says of the number: `display_phone_number`, `quality_rating`, `messaging_limit_tier`, `verified_name`. Raises SendFailure."""
        found = await self._wire.number("display_phone_number", "quality_rating", "messaging_limit_tier", "verified_name", "name_status")
        if not isinstance(found, dict):
            raise Unreachable("unreadable_answer")
        return {str(name): value for name, value in found.items() if isinstance(value, str)}

    async def learn(self) -> None:
        """Ask for the number, once. Raises SendFailure."""
        self._number = self._number or _DIGITS.sub("", (await self.about()).get("display_phone_number", ""))
        if not self._number:
            raise Unreachable("unreadable_answer")

    def link(self, code: str) -> str:
        """The address that opens a conversation whose first words are `/start code`. https://faq.whatsapp.com/5913398998672934"""
        return f"https://wa.me/{self._number}" + (f"?text=%2Fstart%20{code}" if code else "") if self._number else ""

    async def close(self) -> None:
        """Give back connections."""
        await self._wire.close()
