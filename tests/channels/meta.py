"""What the kits of Meta's two apps share: one signature, one way to go wrong, one GET that makes sure of us."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import Unreachable
from bot.messages import Address
from tests.channels.kit import Goes, Letter
from tests.doubles.faults import How
from tests.doubles.meta import GraphDouble, signed

SIGNATURE = "X-Hub-Signature-256"


def fault(code: int = 1, **how: Any) -> Callable[[GraphDouble, Address], None]:
    """The next message goes wrong so."""

    def prepare(double: GraphDouble, _address: Address) -> None:
        double.fault(code=code, **how)

    return prepare


NETWORK = {
    "reset before it was done": Goes(Unreachable, "cut", fault(how=How.RESET), maybe_sent=True),
    "reset after it was done": Goes(Unreachable, "cut", fault(how=How.RESET, done=True), maybe_sent=True, there=True),
    "not JSON": Goes(Unreachable, "unreadable_answer", fault(how=How.GARBAGE), maybe_sent=True, there=True),
}


def forged(body: bytes, secret: str) -> Mapping[str, Letter]:
    """Signatures that are not of this body by this secret."""
    good = signed(body, secret)[SIGNATURE]
    signatures = {
        "empty": "",
        "of another secret": signed(body, "another")[SIGNATURE],
        "of another body": signed(b"another" + body, secret)[SIGNATURE],
        "without its kind": good.removeprefix("sha256="),
        "not hexadecimal": "sha256=é",
        "cut": good[:-1],
    }
    return {"none": Letter(body, {})} | {name: Letter(body, {SIGNATURE: value}) for name, value in signatures.items()}


def break_down(double: GraphDouble) -> None:
    double.fault(None, how=How.RESET, times=0)
