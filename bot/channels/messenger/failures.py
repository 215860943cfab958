"""What a failed call means, in one function. https://developers.facebook.com/docs/messenger-platform/error-codes

Codes are « messenger_ » and Meta's number, or a short word of ours: never an address, a text or a token.
"""

from collections.abc import Mapping

import httpx

from bot.errors import Blocked, Misconfigured, OutsideWindow, Rejected, SendFailure, Throttled, Unreachable

RATES: Mapping[int, float] = {4: 60.0, 17: 60.0, 32: 60.0, 613: 10.0}
"""Seconds to be still where the Page, or all that is ours, goes too fast."""
OUTSIDE = frozenset({2018065, 2018108, 2018278})
GONE = frozenset({1545041, 2018001, 2018027})
THEIRS = frozenset({1, 2, 1200})
OURS = frozenset({3, 10, 102, 190, 368, 463, 467}) | frozenset(range(200, 300))
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def refused(status: int, code: int, subcode: int, retry_after: float | None) -> SendFailure:
    """An answer was read: nothing was sent. `code` and `subcode` are Meta's, 0 for none; `retry_after` in seconds, where it was asked for."""
    name = f"messenger_{subcode or code or status}"
    if subcode in OUTSIDE:
        return OutsideWindow(name)
    if subcode in GONE or code == 551:
        return Blocked(name)
    if code in RATES or status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(name, retry_after or RATES.get(code, 5.0), whole_account=True)
    if code in THEIRS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Unreachable(name)
    if code in OURS or status in {401, 403}:
        return Misconfigured(name)
    return Rejected(name)


def broken(fault: Exception) -> SendFailure:
    """No answer was read. Until a connection was made nothing was written; after that, nobody knows."""
    if isinstance(fault, httpx.InvalidURL):
        return Misconfigured("api_base")
    if isinstance(fault, _NEVER_SENT):
        return Unreachable("no_connection")
    return Unreachable("timeout" if isinstance(fault, httpx.TimeoutException) else "cut", maybe_sent=True)
