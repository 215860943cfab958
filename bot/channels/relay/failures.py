"""What a failed call means, in one function. Codes are « relay_ » and the status, or a short word of ours: never an address, a text or a secret."""

from bot.courier import Taken
from bot.errors import Misconfigured, Rejected, SendFailure, Throttled, Unreachable

SLOW_DOWN = 60.0
"""Seconds, as Apprise does not say how many a service asked for."""
_OURS = frozenset({401, 402, 403, 404, 407, 530, 534, 535, 538})
"""The key, the credit, the address of the service; a mail server that does not know us."""


def failure(said: Taken) -> SendFailure:
    """Why it was not taken. Without an answer, and once the service was reached, nobody knows."""
    status = said.status
    if not said.known:
        return Misconfigured("unknown_address")
    if status is None:
        return Unreachable("no_answer", maybe_sent=True) if said.reached else Unreachable("no_connection")
    name = f"relay_{status}"
    if status in _OURS:
        return Misconfigured(name)
    if status == 429:
        return Throttled(name, SLOW_DOWN, whole_account=True)
    if status >= 550:  # a mail server's last word
        return Rejected(name)
    return Unreachable(name) if status >= 500 or status in {408, 421, 450, 451, 452} else Rejected(name)
