"""WhatsApp, for the list that every channel passes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from pydantic_core import to_json
from starlette.routing import BaseRoute

from bot.channels.whatsapp.channel import PATH, WhatsAppChannel
from bot.clock import Clock
from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, Throttled, Unreachable
from bot.messages import Address, Call
from tests.channels import meta
from tests.channels.conformance import recorded
from tests.channels.kit import BASE_URL, NOWHERE, SENT, Goes, Letter, Place, Said, Seen
from tests.channels.meta import fault
from tests.channels.whatsapp.conftest import PAYLOADS, settings
from tests.doubles.whatsapp import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, WhatsAppDouble, rules, signed


class WhatsAppKit:
    """One number and its double."""

    name = "whatsapp"
    path = PATH
    taken = 200
    secrets = (TOKEN, APP_SECRET, VERIFY_TOKEN)
    without: Mapping[str, str] = {}
    kinds = ("messages", "statuses", "contacts", "metadata", "errors")
    verify_token = VERIFY_TOKEN
    goes: Mapping[str, Goes] = {
        "the number goes too fast": Goes(Throttled, "whatsapp_130429", fault(130429, status=429), pause=5.0, whole_account=True),
        "it says for how long": Goes(Throttled, "whatsapp_130429", fault(130429, status=429, retry_after=35), pause=35.0, whole_account=True),
        "the person gets too many": Goes(Throttled, "whatsapp_131056", fault(131056, status=400), pause=6.0),
        "people complain": Goes(Throttled, "whatsapp_131048", fault(131048, status=400), pause=300.0, whole_account=True),
        "outside the window": Goes(OutsideWindow, "whatsapp_131047", fault(131047, status=400)),
        "undeliverable": Goes(Blocked, "whatsapp_131026", fault(131026, status=400)),
        "the token is over": Goes(Misconfigured, "whatsapp_190", fault(190, status=401)),
        "no right to": Goes(Misconfigured, "whatsapp_200", fault(200, status=403)),
        "a wrong parameter": Goes(Rejected, "whatsapp_131009", fault(131009, status=400)),
        "their fault": Goes(Unreachable, "whatsapp_131000", fault(131000, status=500)),
        "their gateway": Goes(Unreachable, "whatsapp_502", fault(502, status=502)),
        **meta.NETWORK,
    }

    @property
    def recorded(self) -> Mapping[str, bytes]:
        return recorded(PAYLOADS)

    def open(self, clock: Clock, api_base: str = NOWHERE) -> WhatsAppChannel:
        return WhatsAppChannel(settings(api_base), clock, BASE_URL)

    def routes(self, channel: Any, place: Place) -> Sequence[BaseRoute]:
        return list(channel.routes(place.intake))

    def who(self, nth: int) -> str:
        return f"FR.9{nth:016}"

    def address(self, who: str) -> Address:
        return Address(self.name, PHONE_ID, who)

    # -- in

    def sign(self, body: bytes) -> Letter:
        return Letter(body, signed(body))

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        return meta.forged(body, APP_SECRET)

    def says(self, *said: Said) -> Letter:
        contacts = [{"profile": {"name": "Sam"}, "user_id": who} for who in dict.fromkeys(each.who for each in said)]
        messages = [
            {"from_user_id": each.who, "id": f"wamid.{each.id}", "timestamp": str(each.at), "type": "text", "text": {"body": each.words}}
            for each in said
        ]
        return self._call({"contacts": contacts, "messages": messages})

    def presses(self, pressed: Said) -> Letter:
        reply = {"type": "button_reply", "button_reply": {"id": pressed.words, "title": "…"}}
        message = {"id": f"wamid.{pressed.id}", "timestamp": str(pressed.at), "type": "interactive", "interactive": reply}
        return self._call({"contacts": [{"user_id": pressed.who}], "messages": [{"from_user_id": pressed.who, **message}]})

    def picture(self, said: Said, file: str) -> Letter:
        image = {"id": file, "mime_type": "image/jpeg", "caption": said.words}
        message = {"from_user_id": said.who, "id": f"wamid.{said.id}", "timestamp": str(said.at), "type": "image", "image": image}
        return self._call({"contacts": [{"user_id": said.who}], "messages": [message]})

    def elsewhere(self) -> tuple[Letter, str]:
        return self._call(
            {"messages": [{"from": "33199000001", "id": "wamid.other", "type": "text", "text": {"body": "a"}}]}, "999"
        ), "another_number"

    def odd(self) -> Mapping[str, Letter]:
        said = {"from_user_id": self.who(0), "id": "wamid.odd", "timestamp": str(SENT), "type": "telepathy", "telepathy": {}}
        body = {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [{"field": "telepathy", "value": {}}]}]}
        return {"message": self._call({"messages": [said]}), "event": self.sign(to_json(body)), "nothing": self._call({})}

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        return self._call({"statuses": [{"id": external_id, "status": "read", "timestamp": str(at), "recipient_id": "33199000001"}]})

    def whole(self, number: int, kind: str, content: Any) -> Any:
        value = {"metadata": {"phone_number_id": PHONE_ID}} | {kind: content}
        return {"object": "whatsapp_business_account", "entry": [{"id": str(number), "changes": [{"field": "messages", "value": value}]}]}

    def _call(self, value: Mapping[str, Any], phone_id: str = PHONE_ID) -> Letter:
        fields = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "33199000000", "phone_number_id": phone_id}, **value}
        body = {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [{"value": fields, "field": "messages"}]}]}
        return self.sign(to_json(body))

    # -- out

    def double(self) -> AbstractAsyncContextManager[WhatsAppDouble]:
        return WhatsAppDouble()

    def seen(self, double: WhatsAppDouble, address: Address) -> Sequence[Seen]:
        return [_seen(message) for message in double.sent if message.get("recipient") == address.peer]

    def arrived(self, double: WhatsAppDouble, address: Address) -> int:
        return sum(message["recipient"] == address.peer for message in double.sent)

    def break_down(self, double: WhatsAppDouble) -> None:
        meta.break_down(double)

    def check(self, calls: Sequence[Call]) -> None:
        for made in calls:
            assert made.method == "messages"
            rules.check_message(made.payload)
            rules.check_titles(made.payload)
        assert all(made.payload["type"] == "text" for made in calls[:-1])

    def text_of(self, call: Call) -> str:
        content: Any = call.payload
        return str(content["text"]["body"] if content["type"] == "text" else content["interactive"]["body"]["text"])

    def seen_in(self, call: Call) -> Seen:
        return _seen(call.payload)

    def pressed(self, call: Call) -> Sequence[str]:
        content: Any = call.payload.get("interactive", {"action": {}})
        action = content["action"]
        found = [button["reply"]["id"] for button in action.get("buttons", [])]
        return [*found, *(row["id"] for section in action.get("sections", []) for row in section["rows"])]


def _seen(message: Mapping[str, Any]) -> Seen:
    """A message as the app shows it; a template by its values, for its text is Meta's to show."""
    content = message[message["type"]]
    if message["type"] == "text":
        return Seen(content["body"], raw=message)
    if message["type"] == "template":
        values = [each["text"] for part in content["components"] if part["type"] == "body" for each in part["parameters"]]
        pressed = [part["parameters"][0]["payload"] for part in content["components"] if part["type"] == "button"]
        return Seen(" · ".join(values), {str(nth): name for nth, name in enumerate(pressed)}, content["name"], message)
    action = content["action"]
    buttons = [(button["reply"]["title"], button["reply"]["id"]) for button in action.get("buttons", [])]
    rows = [(row["title"], row["id"]) for section in action.get("sections", []) for row in section["rows"]]
    return Seen(content["body"]["text"], dict([*buttons, *rows]), raw=message)
