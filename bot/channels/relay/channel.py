"""SMS or e-mail as a channel of the house: what each verb means there. One of each at most, both of the name "relay"."""

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

from pydantic import SecretStr
from starlette.routing import BaseRoute, Route

from bot import courier
from bot.channels.base import Courtesy, Intake, Limits, Parsed
from bot.channels.relay.failures import failure
from bot.channels.relay.payloads import CHANNEL, EMAIL, SMS, read_reply
from bot.channels.relay.rendering import A_DAY, LIMITS, Way, render_email, render_sms
from bot.channels.relay.settings import RelaySettings, whole
from bot.channels.relay.texts import FRENCH, Around
from bot.channels.webhook import Webhook
from bot.clock import Clock
from bot.errors import Forged, Unreachable
from bot.messages import Address, Call, Outbound

log = logging.getLogger(__name__)

PATH = "/webhooks/relay"
SIGNATURE = "x-palier-signature"
SECONDS = 10.0
LIMITS_OF_SMS = replace(LIMITS, per_day=A_DAY)


@dataclass(frozen=True, slots=True)
class Service:
    """What the relay says of the service. `phone` is asked each time: the team may change it. `base_url`: what goes before a link to a page of ours,
    "" where the telephones that are written to would open none."""

    base_url: str
    home: str
    phone: Callable[[], str]
    around: Around = FRENCH


class RelayChannel:
    """One account: "sms" or "email". Its peers are telephone numbers in E.164, or e-mail addresses."""

    name = CHANNEL

    def __init__(self, account: str, url: SecretStr, secret: SecretStr | None, clock: Clock, service: Service) -> None:
        """`url` is an Apprise address with a place for the recipient; `secret` signs the replies that are delivered, None where none are."""
        self.account = account
        self._url = url
        self._secret = secret
        self._clock = clock
        self._service = service

    @property
    def limits(self) -> Limits:
        return replace(LIMITS_OF_SMS if self.account == SMS else LIMITS, opens=bool(self._service.base_url))

    # -- in

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Raise Forged unless the body is signed with our secret."""
        if self._secret is None:
            raise Forged
        signature = "sha256=" + hmac.new(self._secret.get_secret_value().encode(), raw, sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), headers.get(SIGNATURE, "").encode()):
            raise Forged

    def parse(self, raw: bytes) -> list[Parsed]:
        """The one message of a call. Raises Malformed."""
        return [read_reply(raw, self._clock.now())]

    def routes(self, intake: Intake) -> Sequence[BaseRoute]:
        """The webhook, where replies are delivered."""
        return [] if self._secret is None else [Route(PATH, Webhook(self, intake, signed=True), methods=["POST"])]

    # -- out

    def render(self, outbound: Outbound) -> list[Call]:
        service = self._service
        way = Way(self._secret is not None, service.phone(), service.base_url.rstrip("/"), service.home)
        render = render_email if self.account == EMAIL else render_sms
        return render(outbound, way, service.around)

    async def send(self, address: Address, call: Call) -> str:
        """Take it to one recipient; a name of our own, as Apprise gives none. Raises SendFailure."""
        stop = call.payload.get("stop")
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop else {}
        to, text, title = whole(self._url, address.peer), str(call.payload["text"]), str(call.payload.get("subject", ""))
        try:
            async with asyncio.timeout(SECONDS):
                said = await asyncio.to_thread(courier.deliver, to, text, title, headers)
        except TimeoutError:
            raise Unreachable("timeout", maybe_sent=True) from None
        if not said.taken:
            raise failure(said)
        return uuid4().hex

    async def courtesy(self, address: Address, gesture: Courtesy, handle: str, text: str = "") -> None:
        """None by these ways."""

    async def close(self) -> None:
        """Nothing is kept open."""


def relays(settings: RelaySettings, clock: Clock, service: Service) -> list[RelayChannel]:
    """Those that are on. Only an SMS is ever answered by one."""
    secrets = {SMS: settings.secret, EMAIL: None}
    return [RelayChannel(account, url, secrets[account], clock, service) for account, url in settings.addresses.items()]
