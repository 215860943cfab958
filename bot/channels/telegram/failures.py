"""What a failed call means, in one function. Codes are short words of Telegram's own, without what it quotes: never an address, a text or a token."""

import re

import aiohttp
from aiogram import exceptions

from bot.errors import Blocked, Misconfigured, Rejected, SendFailure, Throttled, Unreachable

WEBHOOK_ACTIVE = "webhook_active"
ANOTHER_POLLER = "another_poller"

_PREFIX = re.compile(r"(?:Bad Request|Forbidden|Conflict|Request Entity Too Large): ")
_WORDS = re.compile(r"[A-Za-z_]+(?:'[a-z]+)?(?: [A-Za-z_]+(?:'[a-z]+)?){0,9}", re.ASCII)
_LONGEST_CODE = 60
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def failure_of(fault: Exception) -> SendFailure:
    """The road's failure for anything a call can raise, aiogram's exceptions and aiohttp's alike. It keeps nothing of `fault` but a code."""
    if isinstance(fault, exceptions.TelegramNetworkError) and isinstance(fault.__cause__, Exception):
        return _broken(fault.__cause__)
    if isinstance(fault, exceptions.TelegramAPIError):
        return _refused(fault)
    if isinstance(fault, exceptions.ClientDecodeError):  # a success we cannot read was done all the same
        return Unreachable("unreadable_answer", maybe_sent=True)
    return _broken(fault)


def _refused(fault: exceptions.TelegramAPIError) -> SendFailure:
    """An answer was read: nothing was sent."""
    match fault:
        case exceptions.TelegramRetryAfter():
            return Throttled("throttled", float(fault.retry_after))
        case exceptions.TelegramForbiddenError():
            return Blocked(_code(fault))
        case exceptions.TelegramBadRequest() | exceptions.TelegramMigrateToChat() | exceptions.TelegramEntityTooLarge():
            return Rejected(_code(fault))
        case exceptions.TelegramUnauthorizedError() | exceptions.TelegramNotFound():
            return Misconfigured("token_refused")
        case exceptions.TelegramConflictError():
            return Misconfigured(WEBHOOK_ACTIVE if "webhook is active" in fault.message else ANOTHER_POLLER)
        case exceptions.TelegramServerError():
            return Unreachable("provider_fault")
    if fault.message.startswith("Too Many Requests"):
        return Throttled("throttled", 1.0)
    return Unreachable("unexpected_answer")


def _broken(fault: Exception) -> SendFailure:
    """No answer was read. Until a connection was made nothing was written; after that, nobody knows."""
    if isinstance(fault, aiohttp.InvalidURL):
        return Misconfigured("api_base")
    if isinstance(fault, _NEVER_SENT):
        return Unreachable("no_connection")
    return Unreachable("timeout" if isinstance(fault, TimeoutError) else "cut", maybe_sent=True)


def _code(fault: exceptions.TelegramAPIError) -> str:
    """« Bad Request: inline keyboard button URL 'tel:115' is invalid » → inline_keyboard_button_url."""
    words = _WORDS.match(_PREFIX.sub("", fault.message, count=1))
    return words[0].replace("'", "").replace(" ", "_").lower()[:_LONGEST_CODE] if words else "refused"
