"""SMS by the relay, for the list that every channel passes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from pydantic_core import to_json
from starlette.routing import BaseRoute

from bot.channels.relay.channel import PATH, RelayChannel
from bot.clock import Clock
from bot.errors import Misconfigured, Rejected, Throttled, Unreachable
from bot.messages import Address, Call
from tests.channels.conformance import recorded
from tests.channels.kit import NOWHERE, SENT, Goes, Letter, Place, Said, Seen
from tests.channels.relay.conftest import PAYLOADS, SECRET, SIGNATURE, service, signed
from tests.doubles.faults import How
from tests.doubles.relay import Gateway
from tests.doubles.relay.gateway import wrong_with


def fault(status: int = 500, **how: Any) -> Callable[[Gateway, Address], None]:
    """The next message goes wrong so."""

    def prepare(gateway: Gateway, _address: Address) -> None:
        gateway.fault(status, **how)

    return prepare


class RelayKit:
    """SMS, with replies, and the gateway that takes them."""

    name = "relay"
    path = PATH
    taken = 200
    secrets = (SECRET,)
    without: Mapping[str, str] = {
        "batch": "a bridge brings one SMS a call",
        "receipts": "Apprise says nothing of what became of a message",
        "elsewhere": "there is one number: a call names none, and is signed with this service's own secret",
        "times": "a call of another week is refused, so that what was kept cannot be sent again: relay/test_payloads.py",
        "challenge": "no bridge asks for a word of ours",
        "parts": "an SMS is one segment: what is longer is shortened, relay/test_rendering.py",
        "courtesies": "there is nothing to show beside an SMS",
        "pictures": "an SMS brings words alone",
        "direct": "Apprise goes by the proxy that the operator's environment names, as for alerts",
    }
    kinds = ("from", "text", "at", "id")
    goes: Mapping[str, Goes] = {
        "the gateway goes too fast": Goes(Throttled, "relay_429", fault(429), pause=60.0, whole_account=True),
        "the key is wrong": Goes(Misconfigured, "relay_401", fault(401)),
        "no credit is left": Goes(Misconfigured, "relay_402", fault(402)),
        "nothing stands there": Goes(Misconfigured, "relay_404", fault(404)),
        "a number that it refuses": Goes(Rejected, "relay_400", fault(400)),
        "its own fault": Goes(Unreachable, "relay_500", fault(500)),
        "its gateway": Goes(Unreachable, "relay_502", fault(502)),
        "reset before it was done": Goes(Unreachable, "no_answer", fault(how=How.RESET), maybe_sent=True),
        "reset after it was done": Goes(Unreachable, "no_answer", fault(how=How.RESET, done=True), maybe_sent=True, there=True),
    }

    @property
    def recorded(self) -> Mapping[str, bytes]:
        return recorded(PAYLOADS)

    def open(self, clock: Clock, api_base: str = NOWHERE) -> RelayChannel:
        url = f"json{api_base.removeprefix('http')}/sms?:to={{to}}&cto=1&rto=1"
        return RelayChannel("sms", SecretStr(url), SecretStr(SECRET), clock, service())

    def routes(self, channel: Any, place: Place) -> Sequence[BaseRoute]:
        return list(channel.routes(place.intake))

    def who(self, nth: int) -> str:
        return f"+336{nth:08}"

    def address(self, who: str) -> Address:
        return Address(self.name, "sms", who)

    # -- in

    def sign(self, body: bytes) -> Letter:
        return Letter(body, signed(body))

    def forged(self, body: bytes) -> Mapping[str, Letter]:
        good = signed(body)[SIGNATURE]
        signatures = {
            "empty": "",
            "of another secret": signed(body, "another")[SIGNATURE],
            "of another body": signed(b"another" + body)[SIGNATURE],
            "without its kind": good.removeprefix("sha256="),
            "not hexadecimal": "sha256=é",
            "cut": good[:-1],
        }
        return {"none": Letter(body, {})} | {name: Letter(body, {SIGNATURE: value}) for name, value in signatures.items()}

    def says(self, *said: Said) -> Letter:
        [only] = said
        return self._call(id=f"mo-{only.id}", text=only.words, at=_time(only.at), **{"from": only.who})

    def presses(self, pressed: Said) -> Letter:
        return self.says(pressed)

    def picture(self, said: Said, file: str) -> Letter:
        raise NotImplementedError

    def elsewhere(self) -> tuple[Letter, str]:
        raise NotImplementedError

    def odd(self) -> Mapping[str, Letter]:
        who = {"from": self.who(0), "at": _time(SENT)}
        return {
            "message": self._call(id="mo-odd", text="oui", telepathy={}, **who),
            "event": self._call(telepathy={}),
            "a machine": self._call(id="mo-machine", text="Votre facture.", **who | {"from": "36180"}),
        }

    def receipt(self, external_id: str, at: int = SENT) -> Letter:
        raise NotImplementedError

    def whole(self, number: int, kind: str, content: Any) -> Any:
        return {"id": str(number), "from": self.who(0), "text": "oui", "at": _time(SENT), kind: content}

    def _call(self, **fields: Any) -> Letter:
        return self.sign(to_json(fields))

    # -- out

    def double(self) -> AbstractAsyncContextManager[Gateway]:
        return Gateway()

    def seen(self, double: Gateway, address: Address) -> Sequence[Seen]:
        return [Seen(each.text) for each in double.sent if each.to == address.peer]

    def arrived(self, double: Gateway, address: Address) -> int:
        return sum(each.to == address.peer for each in double.sent)

    def break_down(self, double: Gateway) -> None:
        double.fault(how=How.RESET, times=0)

    def check(self, calls: Sequence[Call]) -> None:
        [made] = calls
        assert (made.method, set(made.payload)) == ("sms", {"text"})
        assert wrong_with(self.text_of(made)) == []

    def text_of(self, call: Call) -> str:
        return str(call.payload["text"])

    def seen_in(self, call: Call) -> Seen:
        return Seen(self.text_of(call))

    def pressed(self, call: Call) -> Sequence[str]:
        return []


def _time(at: int) -> str:
    """As a bridge writes it; a time of no calendar as it comes."""
    return datetime.fromtimestamp(at, UTC).isoformat()
