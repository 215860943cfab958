"""Messenger, for the list that every channel passes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic_core import to_json
from starlette.routing import BaseRoute

from bot.channels.messenger.channel import PATH, MessengerChannel
from bot.clock import Clock
from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, Throttled, Unreachable
from bot.messages import Address, Call
from tests.channels import meta
from tests.channels.conformance import recorded
from tests.channels.kit import BASE_URL, NOWHERE, SENT, Goes, Letter, Place, Said, Seen
from tests.channels.messenger.conftest import PAYLOADS, settings
from tests.channels.meta import fault
from tests.doubles.messenger import APP_SECRET, PAGE_ID, TOKEN, VERIFY_TOKEN, MessengerDouble, signed
from tests.doubles.messenger.double import check_message


class MessengerKit:
    """One Page and its double."""

    name = "messenger"
    path = PATH
    taken = 200
    secrets = (TOKEN, APP_SECRET, VERIFY_TOKEN)
    without: Mapping[str, str] = {}
    kinds = ("message", "postback", "delivery", "referral", "reaction", "message_edit")
    verify_token = VERIFY_TOKEN
    goes: Mapping[str, Goes] = {
        "the Page goes too fast": Goes(Throttled, "messenger_613", fault(613, status=400, retry_after=35), pause=35.0, whole_account=True),
        "too many requests": Goes(Throttled, "messenger_99", fault(99, status=429, retry_after=7), pause=7.0, whole_account=True),
        "outside the window": Goes(OutsideWindow, "messenger_2018278", fault(10, subcode=2018278, status=400)),
        "not there any more": Goes(Blocked, "messenger_1545041", fault(551, subcode=1545041, status=400)),
        "the token is over": Goes(Misconfigured, "messenger_463", fault(190, subcode=463, status=401)),
        "no right to": Goes(Misconfigured, "messenger_200", fault(200, status=403)),
        "a wrong parameter": Goes(Rejected, "messenger_100", fault(100, status=400)),
        "their fault": Goes(Unreachable, "messenger_1200", fault(1200, status=400)),
        "their gateway": Goes(Unreachable, "messenger_2", fault(2, status=502)),
        **meta.NETWORK,
    }

    @property
    def recorded(self) -> Mapping[str, bytes]:
        return recorded(PAYLOADS)

    def open(self, clock: Clock, api_base: str = NOWHERE) -> MessengerChannel:
        return MessengerChannel(settings(api_base), clock, BASE_URL)

    def routes(self, channel: Any, place: Place) -> Sequence[BaseRoute]:
        return list(channel.routes(place.intake))

    def who(self, nth: int) -> str:
        return f"59{nth:014}"

    def address(self, who: str) -> Address:
        return Address(self.name, PAGE_ID, who)

    # -- in

    def sign(self, body: bytes) -> Letter:
        return Letter(body, signed(body))

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        return meta.forged(body, APP_SECRET)

    def says(self, *said: Said) -> Letter:
        return self._call(*(self._event(each.who, each.at, message={"mid": f"m_{each.id}", "text": each.words}) for each in said))

    def presses(self, pressed: Said) -> Letter:
        message = {"mid": f"m_{pressed.id}", "text": "…", "quick_reply": {"payload": pressed.words}}
        return self._call(self._event(pressed.who, pressed.at, message=message))

    def picture(self, said: Said, file: str) -> Letter:
        message = {"mid": f"m_{said.id}", "text": said.words, "attachments": [{"type": "image", "payload": {"url": file}}]}
        return self._call(self._event(said.who, said.at, message=message))

    def elsewhere(self) -> tuple[Letter, str]:
        return self._call(self._event(self.who(0), SENT, message={"mid": "m_other", "text": "a"}), page="999"), "another_page"

    def odd(self) -> Mapping[str, Letter]:
        who = self.who(0)
        body = {"object": "page", "entry": [{"id": PAGE_ID, "time": SENT, "changes": [{"field": "telepathy", "value": {}}]}]}
        return {
            "message": self._call(self._event(who, SENT, message={"mid": "m_odd", "telepathy": {}})),
            "event": self._call(self._event(who, SENT, telepathy={})),
            "change": self.sign(to_json(body)),
            "nothing": self._call(),
        }

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        return self._call(self._event(self.who(0), at, delivery={"mids": [external_id], "watermark": at * 1000}))

    def whole(self, number: int, kind: str, content: Any) -> Any:
        return {"object": "page", "entry": [{"id": PAGE_ID, "messaging": [{"sender": {"id": str(number)}, kind: content}]}]}

    def _event(self, who: str, at: int, **about: Any) -> dict[str, Any]:
        return {"sender": {"id": who}, "recipient": {"id": PAGE_ID}, "timestamp": at * 1000, **about}

    def _call(self, *events: Mapping[str, Any], page: str = PAGE_ID) -> Letter:
        return self.sign(to_json({"object": "page", "entry": [{"id": page, "time": SENT, "messaging": list(events)}]}))

    # -- out

    def double(self) -> AbstractAsyncContextManager[MessengerDouble]:
        return MessengerDouble()

    def seen(self, double: MessengerDouble, address: Address) -> Sequence[Seen]:
        return [_seen(payload["message"]) for payload in double.sent if payload["recipient"]["id"] == address.peer]

    def arrived(self, double: MessengerDouble, address: Address) -> int:
        return sum(message["recipient"]["id"] == address.peer for message in double.sent)

    def break_down(self, double: MessengerDouble) -> None:
        meta.break_down(double)

    def check(self, calls: Sequence[Call]) -> None:
        for made in calls:
            assert made.method == "me/messages"
            check_message(made.payload)
        assert not any(map(self.pressed, calls[:-1]))

    def text_of(self, call: Call) -> str:
        message: Any = call.payload["message"]
        return str(message["text"])

    def seen_in(self, call: Call) -> Seen:
        return _seen(call.payload["message"])

    def pressed(self, call: Call) -> Sequence[str]:
        message: Any = call.payload["message"]
        return [reply["payload"] for reply in message.get("quick_replies", [])]


def _seen(message: Any) -> Seen:
    return Seen(message["text"], {reply["title"]: reply["payload"] for reply in message.get("quick_replies", [])}, raw=message)
