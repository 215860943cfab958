"""What a failed call means, in one function. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes

Codes are « whatsapp_ » and Meta's number, or a short word of ours: never an address, a text or a token.
"""

import httpx
from pywa.errors import WhatsAppError

from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, SendFailure, Throttled, Unreachable

ACCOUNT_RATES = {4: 60.0, 80007: 60.0, 130429: 5.0, 131048: 300.0, 131064: 300.0, 133016: 300.0}
"""Seconds to be still where the number, or all that is ours, goes too fast; 131048 says that people complain of us."""
PERSON_RATES = {131056: 6.0}
"""One message every six seconds to one person on average."""
OUTSIDE = frozenset({131047})
GONE = frozenset({131026, 131050})
"""Not on WhatsApp any more, does not take our messages, or asked for no more of them."""
OURS = frozenset({0, 3, 10, 190, 368, 130497, 131005, 131031, 131042, 131045, 133010}) | frozenset(range(200, 300))
THEIRS = frozenset({1, 2, 130472, 131000, 131016, 131057, 133004, 135000})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def failure_of(fault: Exception) -> SendFailure:
    """The road's failure for anything a call can raise. It keeps nothing of `fault` but a code."""
    if isinstance(fault, WhatsAppError):
        return _refused(fault)
    if isinstance(fault, httpx.InvalidURL):
        return Misconfigured("api_base")
    if isinstance(fault, _NEVER_SENT):
        return Unreachable("no_connection")
    if isinstance(fault, ValueError):  # a success that cannot be read was done all the same
        return Unreachable("unreadable_answer", maybe_sent=True)
    return Unreachable("timeout" if isinstance(fault, httpx.TimeoutException | TimeoutError) else "cut", maybe_sent=True)


def _refused(fault: WhatsAppError) -> SendFailure:
    """An answer was read: nothing was sent."""
    code, status = fault.code, fault.status_code or 0
    name = f"whatsapp_{code}"
    if code in PERSON_RATES:
        return Throttled(name, PERSON_RATES[code])
    if code in ACCOUNT_RATES or status == 429:
        return Throttled(name, _asked(fault) or ACCOUNT_RATES.get(code, 5.0), whole_account=True)
    if code in OUTSIDE:
        return OutsideWindow(name)
    if code in GONE:
        return Blocked(name)
    if code in THEIRS or status >= 500:
        return Unreachable(name)
    if code in OURS or status in {401, 403}:
        return Misconfigured(name)
    return Rejected(name)


def _asked(fault: WhatsAppError) -> float | None:
    """The pause that an answer asks for by itself, in seconds."""
    text = "" if fault.raw_response is None else fault.raw_response.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
